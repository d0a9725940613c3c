"""`nizu serve` as it runs: a process of its own behind a proxy's prefix, its log, its end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from indexer.rebuild import rebuild
from search.encoder import load_encoder
from search.symbols.detector import packaged_detector
from tests.drawn import write_strips

ROOT = Path(__file__).parents[2]
BOUNDARY = "boundary"
STARTS_WITHIN_S = 120


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def form(name: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def ask(address: str, body: bytes | None = None) -> tuple[int, bytes]:
    request = Request(address, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body else {})
    try:
        with urlopen(request, timeout=60) as response:
            return response.status, response.read()
    except HTTPError as error:
        return error.code, error.read()


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if ask(f"{address}/readyz")[0] == 200:
                return
        except (URLError, ConnectionError):
            pass
        time.sleep(0.1)
    pytest.fail(f"the server does not get ready, its exit code is {server.poll()}")


def test_the_server_answers_behind_a_prefix_logs_json_only_and_ends_when_told(
    tmp_path: Path, tiny_weights: Path
) -> None:
    (tmp_path / "drawings").mkdir()
    write_strips(tmp_path / "drawings" / "a.pdf", [1])
    encoder, detector = load_encoder(str(tiny_weights)), packaged_detector()
    rebuild([tmp_path / "drawings"], tmp_path / "index", encoder, workers=1, detector=detector)
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "indexer", "serve", "--index", str(tmp_path / "index"), "--root-path", "/archive"]
    options = ["--port", address.split(":")[1], "--encoder", str(tiny_weights)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([*command, *options], cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until_ready(f"http://{address}", server)
        status, found = ask(f"http://{address}/search", form("a.pdf", (tmp_path / "drawings" / "a.pdf").read_bytes()))
        assert status == 200, found
        hit = json.loads(found)["hits"][0]
        assert hit["source"] == "a.pdf" and hit["image_url"].startswith("/archive/drawings/")
        assert ask(f"http://{address}{hit['image_url'].removeprefix('/archive')}")[0] == 200
        assert ask(f"http://{address}/static/main.js")[0] == 200
        broken = b"  0\nSECTION\n  2\nENTITIES\n  0\nLINE\n 10\n\x1b[31mx\n  0\nENDSEC\n  0\nEOF\n"
        assert ask(f"http://{address}/search", form("b.dxf", broken))[0] in (200, 422)
    finally:
        server.send_signal(signal.SIGTERM)
        killer = threading.Timer(90, server.kill)
        killer.start()
        code = server.wait()
        killer.cancel()
    assert code in (0, -signal.SIGTERM), (tmp_path / "log").read_text()
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    routes = [line["route"] for line in lines if line.get("event") == "request"]
    assert {"/readyz", "/search", "/static"} <= set(routes) and "unmatched" not in routes
