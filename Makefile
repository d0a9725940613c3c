# make demo    sample drawings, an index of them, one answer, the web page on 127.0.0.1:8000 (SERVE=0 stops after the answer)
# make test    the tests            make check   lint, types, tests            make setup   only .venv
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test lint types check format clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@echo "Installing into $(VENV): about 7 GB, most of it torch and CUDA libraries; minutes the first time."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e '.[test]'
	touch $(READY)

demo: $(READY)
	$(BIN)/nizu demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

check: lint types test

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo
