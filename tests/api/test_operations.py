"""Health, metrics, headers, logs, the OpenAPI document, and that everything is documented."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from api.answers import DrawingOut, OverlayOut, Readiness, SearchAnswer
from api.examples import DRAWING, OVERLAY, READINESS, SEARCH, example_of
from api.forms import FIELDS
from api.problems import PROBLEM_TYPES, Problem
from api.settings import Settings, settings_from_environment
from search.errors import UsageError

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "api.md").read_text()
STATIC = ROOT / "api" / "static"


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/openapi.json").json()
    return described


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import api, sys; sys.exit(any(name in sys.modules for name in ('fastapi', 'torch', 'uvicorn')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_ready_says_what_serves(client: TestClient) -> None:
    ready = client.get("/readyz").json()
    assert (ready["drawings"], ready["sheets"], ready["encoder"]) == (10, 11, "fake@000000000000")


def test_requests_stages_and_failures_are_counted(
    tiny_index: Path, flange: bytes, serve: Callable[..., AbstractContextManager[TestClient]]
) -> None:
    with serve(tiny_index) as client:
        client.post("/search", files={"file": flange})
        client.post("/search", files={"file": b""})
        client.get("/drawings/a")
        client.get("/drawings/b")
        client.get("/wp-login.php")
        client.request("XM1", "/wp-login.php")
        text = client.get("/metrics").text
    for line in (
        'nizu_requests_total{method="POST",route="/search",status="200"} 1.0',
        'nizu_requests_total{method="POST",route="/search",status="422"} 1.0',
        'nizu_requests_total{method="GET",route="/drawings/{drawing_id}",status="404"} 2.0',
        'nizu_requests_total{method="GET",route="unmatched",status="404"} 1.0',
        'nizu_requests_total{method="other",route="unmatched",status="404"} 1.0',
        'nizu_request_seconds_count{route="/search"} 2.0',
        'nizu_search_stage_seconds_count{stage="encode"} 1.0',
        'nizu_read_failures_total{reason="empty"} 1.0',
        "nizu_index_sheets 11.0",
        "nizu_index_generation 1.0",
    ):
        assert line in text


@pytest.mark.parametrize("path", ["/", "/healthz", "/nope", "/static/main.js"])
def test_every_answer_has_the_security_headers_and_no_other_origin_is_let_in(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://elsewhere.example"}).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_a_request_id_is_kept_where_it_is_one_and_made_where_it_is_not(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "order-7"}).headers["x-request-id"] == "order-7"
    made = client.get("/healthz", headers={"X-Request-ID": "a b{}"}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)


def test_a_log_line_says_which_request_took_how_long(client: TestClient) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        client.get("/drawings/a", headers={"X-Request-ID": "order-8"})
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["request_id"] == "order-8"
    assert (line["route"], line["status"]) == ("/drawings/{drawing_id}", 404)
    assert line["ms"] > 0


def test_the_openapi_document_has_no_loose_ends(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        part: Any = document
        for key in reference.split("/"):
            part = part[key]
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids)


def test_every_operation_has_an_example_of_every_answer(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        for status, response in operation["responses"].items():
            (media_type,) = response["content"]
            media = response["content"][media_type]
            if media_type == "application/problem+json":
                assert {str(one["value"]["status"]) for one in media["examples"].values()} == {status}, path
            elif media_type in ("application/json", "text/plain"):
                assert "example" in media, path


@pytest.mark.parametrize(
    ("model", "example"),
    [(SearchAnswer, SEARCH), (DrawingOut, DRAWING), (OverlayOut, OVERLAY), (Readiness, READINESS)]
    + [(Problem, example_of(kind)) for kind in PROBLEM_TYPES.values()],
)
def test_the_examples_are_what_the_models_say(model: Any, example: dict[str, object]) -> None:
    assert model.model_validate(example).model_dump(mode="json", exclude_none=True) == example


def test_every_route_field_problem_and_setting_is_documented(document: dict[str, Any]) -> None:
    routes = [f"{method} {path}" for path, method, _ in operations(document)]
    settings = [f"NIZU_{name.upper()}" for name in Settings.model_fields]
    problems = [kind.uri for kind in PROBLEM_TYPES.values()]
    for name in (*routes, *settings, *problems, *FIELDS):
        assert f"`{name}`" in DOCS, name


def test_the_documented_defaults_are_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `NIZU_(\w+)` \| (\S+) \|", DOCS, re.MULTILINE))
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert {name: float(text.replace(",", "")) for name, text in rows.items()} == defaults


def test_settings_come_from_the_environment_when_an_app_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIZU_SEARCH_QUEUE", "3")
    assert settings_from_environment().search_queue == 3


def test_a_wrong_setting_is_named_with_what_would_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIZU_SEARCH_QUEUE", "abc")
    monkeypatch.setenv("NIZU_READ_TIMEOUT_S", "0")
    with pytest.raises(UsageError, match=r"NIZU_SEARCH_QUEUE: .*integer.*NIZU_READ_TIMEOUT_S: .*greater than 0"):
        settings_from_environment()


def test_the_page_asks_no_other_host_and_runs_no_inline_script() -> None:
    for path in STATIC.iterdir():
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z0-9-]+\.[a-z]{2,}/", text), path.name
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|<style|\sstyle=", text), path.name


@pytest.mark.parametrize("page", ["/", "/docs"])
def test_every_file_a_page_names_is_served(client: TestClient, page: str) -> None:
    names = re.findall(r'(?:href|src)="(static/[^"]+)"', client.get(page).text)
    imported = [
        f"static/{name}" for path in STATIC.glob("*.js") for name in re.findall(r'from "\./([^"]+)"', path.read_text())
    ]
    assert names
    for name in {*names, *imported}:
        assert client.get(f"/{name}").status_code == 200, name
