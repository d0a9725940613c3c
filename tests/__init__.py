"""Tests, mirroring the packages; `tests/e2e` runs the commands a user runs. Shared: `conftest.py`, `drawn.py`."""
