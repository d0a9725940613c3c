"""The service's log: one JSON object a line, and a line that cannot be written stops nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOG = """
import logging, structlog
from api.logs import configure_logs
configure_logs()
structlog.get_logger().info("request", route="/search", ms=1.5)
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger().exception("internal error")
logging.getLogger("uvicorn.error").info("started")
print("goes on")
"""


def test_events_records_and_tracebacks_are_a_json_object_a_line() -> None:
    done = subprocess.run([sys.executable, "-c", LOG], capture_output=True, text=True, check=True)
    request, error, record = (json.loads(line) for line in done.stderr.splitlines())
    assert (request["event"], request["level"], request["route"], request["ms"]) == ("request", "info", "/search", 1.5)
    assert (error["event"], error["level"]) == ("internal error", "error") and "ZeroDivisionError" in error["exception"]
    assert (record["event"], record["level"]) == ("started", "info") and record["timestamp"].endswith("Z")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_log_on_a_full_disk_stops_nothing() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", LOG], stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert done.stdout == "goes on\n"
