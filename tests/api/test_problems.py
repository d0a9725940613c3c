"""Every error is an RFC 9457 problem that says what would be right."""

from __future__ import annotations

import asyncio
import errno
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pymupdf
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import Message

import api.middleware
from api.metrics import Metrics
from api.middleware import BodyLimit
from api.problems import PROBLEM_TYPES, without_paths
from api.services import Services
from search.engine import Engine, Query
from search.generation import PREVIEWS
from search.types import Answer

Serve = Callable[..., AbstractContextManager[TestClient]]


def problem_of(response: Response, name: str) -> dict:  # type: ignore[type-arg]
    """The problem in a response, checked against its registered kind."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem: dict = response.json()  # type: ignore[type-arg]
    kind = PROBLEM_TYPES[name]
    assert (problem["type"], problem["title"]) == (f"/problems/{name}", kind.title)
    assert problem["status"] == response.status_code
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    ("fields", "wrong", "right"),
    [
        ({"page": "0"}, "page", "greater than or equal to 1"),
        ({"page": "x"}, "page", "valid integer"),
        ({"top_k": "0"}, "top_k", "greater than or equal to 1"),
        ({"top_k": "201"}, "top_k", "less than or equal to 200"),
        ({"mirror": "perhaps"}, "mirror", "valid boolean"),
        ({"box": "0,0,1"}, "box", "0.1,0.2,0.5,0.6"),
        ({"box": "0.5,0,0.4,1"}, "box", "0 <= x0 < x1 <= 1"),
        ({"box": "nan,0,1,1"}, "box", "0 <= x0 < x1 <= 1"),
        ({"box": "0.1,0.1,0.100001,0.5"}, "box", "too thin"),
        ({"intent": "same"}, "intent", "not built yet: leave it out"),
        ({"symbols": "filet_weld>=2"}, "symbols", "fillet_weld"),
        ({"symbols": "fillet_weld>=2"}, "symbols", "holds no symbols"),
        ({"text": "flange"}, "file", "file and text is there"),
        ({"rerank": "true"}, "rerank", "not built yet"),
        ({"topk": "5"}, "topk", "top_k"),
        ({"drawing_id": "0" * 64}, "file", "one of file, drawing_id and text; file and drawing_id"),
    ],
)
def test_a_wrong_field_is_named_with_what_would_be_right(
    client: TestClient, flange: bytes, fields: dict[str, str], wrong: str, right: str
) -> None:
    response = client.post("/search", files={"file": flange}, data=fields)
    assert response.status_code == 422
    errors = problem_of(response, "invalid-request")["errors"]
    assert [error["field"] for error in errors] == [wrong]
    assert right in errors[0]["detail"]


@pytest.mark.parametrize(
    "body", [{}, {"data": {"page": "1"}}, {"json": {"drawing_id": "x"}}, {"data": {"file": "text"}}]
)
def test_a_search_without_a_drawing_is_refused(client: TestClient, body: dict[str, object]) -> None:
    problem = problem_of(client.post("/search", **body), "invalid-request")  # type: ignore[arg-type]
    assert problem["errors"][0]["field"] == "file"


def test_a_field_given_twice_is_refused(client: TestClient, flange: bytes) -> None:
    response = client.post("/search", files=[("file", flange), ("file", flange)])
    assert problem_of(response, "invalid-request")["errors"][0]["detail"] == "file is there 2 times; give it once"


@pytest.mark.parametrize("name", ["drawing_id", "+2AA-"])
def test_a_form_in_an_odd_charset_is_refused(client: TestClient, name: str) -> None:
    body = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n+2AA-\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x; charset=utf-7"}
    response = client.post("/search", content=body.encode(), headers=headers)
    assert response.status_code == 422
    assert "UTF-8" in problem_of(response, "invalid-request")["detail"]


def test_a_preview_refuses_fields_it_does_not_have(client: TestClient, flange: bytes) -> None:
    response = client.post("/preview", files={"file": flange}, data={"box": "0,0,1,1"})
    assert problem_of(response, "invalid-request")["errors"][0]["field"] == "box"


def test_a_broken_multipart_body_is_a_problem(client: TestClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    response = client.post("/search", content=b"--x\r\nnonsense", headers=headers)
    problem_of(response, "invalid-request")


def encrypted() -> bytes:
    document = pymupdf.open()
    document.new_page()
    content: bytes = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="secret")
    return content


@pytest.mark.parametrize("route", ["/search", "/preview"])
@pytest.mark.parametrize("reason", ["empty", "unknown_format", "damaged", "encrypted", "no_such_page"])
def test_an_unreadable_drawing_is_refused_with_its_reason(
    client: TestClient, flange: bytes, route: str, reason: str
) -> None:
    content, page = {
        "empty": (b"", 1),
        "unknown_format": (b"hello", 1),
        "damaged": (flange[: len(flange) // 2], 1),
        "encrypted": (encrypted(), 1),
        "no_such_page": (flange, 9),
    }[reason]
    response = client.post(route, files={"file": ("drawing.pdf", content)}, data={"page": page})
    assert response.status_code == 422
    assert problem_of(response, "unreadable-drawing")["reason"] == reason


@pytest.mark.parametrize(
    "path",
    [
        *("/nope", "/static/nope.js", "/problems/nope", "/drawings/unknown", "/drawings/{id}/sheets/2.png"),
        *("/drawings/{id}/sheets/7/overlay.json", "/drawings/{id}/sheets/7/overlay.svg", "/drawings/{id}/nope"),
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, flange_id: str, path: str) -> None:
    response = client.get(path.format(id=flange_id))
    assert response.status_code == 404
    problem_of(response, "not-found")


@pytest.mark.parametrize("fields", [{"drawing_id": "0" * 64}, {"page": "2"}])
def test_searching_with_a_drawing_that_is_not_indexed_is_not_found(
    client: TestClient, flange_id: str, fields: dict[str, str]
) -> None:
    problem_of(client.post("/search", data={"drawing_id": flange_id, **fields}), "not-found")


def test_a_wrong_method_is_told_the_right_one(client: TestClient) -> None:
    response = client.get("/search")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert "POST" in problem_of(response, "method-not-allowed")["detail"]


@pytest.mark.parametrize("query", ["width=15", "width=1601", "width=wide"])
def test_a_width_out_of_range_is_refused(client: TestClient, flange_id: str, query: str) -> None:
    problem = problem_of(client.get(f"/drawings/{flange_id}/sheets/1.png?{query}"), "invalid-request")
    assert problem["errors"][0]["field"] == "width"


def in_pieces() -> Iterator[bytes]:
    for _ in range(40):
        yield b"x" * 100


@pytest.mark.parametrize("path", ["/search", "/preview", "/nope"])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_refused_announced_or_not(
    tiny_index: Path, serve: Serve, path: str, announced: bool
) -> None:
    with serve(tiny_index, max_body_bytes=2000) as client:
        headers = {"content-type": "multipart/form-data; boundary=x"}
        content = b"x" * 4000 if announced else in_pieces()
        response = client.post(path, content=content, headers=headers)
        if path == "/nope" and not announced:  # nobody reads that body
            assert response.status_code == 404
            return
        assert response.status_code == 413
        assert problem_of(response, "too-large")["limit_bytes"] == 2000


def test_a_drawing_just_below_the_limit_is_taken(tiny_index: Path, serve: Serve, flange: bytes) -> None:
    with serve(tiny_index, max_body_bytes=len(flange) + 1000) as client:
        assert client.post("/search", files={"file": flange}).status_code == 200


def test_without_an_index_the_service_says_why_and_names_no_absolute_path(tmp_path: Path, serve: Serve) -> None:
    with serve(tmp_path / "archive") as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for response in (
            client.get("/readyz"),
            client.post("/search", files={"file": b"x"}),
            client.get("/drawings/x"),
        ):
            assert response.status_code == 503
            detail = problem_of(response, "index-unusable")["detail"]
            assert "nizu rebuild DRAWINGS --index archive" in detail
            assert str(tmp_path) not in detail


@pytest.mark.parametrize("limits", [{"search_concurrency": 1, "search_queue": 0}, {"max_uploads": 1}])
def test_one_search_too_many_is_told_to_come_back(
    tiny_index: Path, serve: Serve, flange: bytes, monkeypatch: pytest.MonkeyPatch, limits: dict[str, float]
) -> None:
    running, go_on = threading.Semaphore(0), threading.Event()

    def slow(engine: Engine, query: Query) -> Answer:
        running.release()
        assert go_on.wait(20)
        return Answer(())

    monkeypatch.setattr(Engine, "search", slow)
    with serve(tiny_index, **limits) as client, ThreadPoolExecutor(1) as thread:
        first = thread.submit(client.post, "/search", files={"file": flange})
        assert running.acquire(timeout=20)
        refused = client.post("/search", files={"file": flange})
        go_on.set()
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        problem_of(refused, "overloaded")
        assert first.result().status_code == 200
        assert client.post("/search", files={"file": flange}).status_code == 200
        assert "nizu_overloaded_total 1.0" in client.get("/metrics").text


def test_an_upload_that_does_not_go_on_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.middleware, "UPLOAD_IDLE_S", 0.01)
    limit = BodyLimit(Starlette(routes=[Route("/search", read_form, methods=["POST"])]), 1000, 1, Metrics())
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    scope = {"type": "http", "method": "POST", "path": "/search", "headers": headers, "query_string": b""}
    messages: list[Message] = [{"type": "http.request", "body": b"--x\r\n", "more_body": True}]

    async def receive() -> Message:
        return messages.pop() if messages else await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(_: Message) -> None: ...

    with suppress(ClientDisconnect):
        asyncio.run(asyncio.wait_for(limit(scope, receive, send), timeout=20))
    assert not messages and limit._bodies == 0


async def read_form(request: Request) -> Response:
    await request.form()
    raise AssertionError("half a form is none")


def test_a_full_disk_is_not_the_clients_mistake(
    client: TestClient, flange: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    problem_of(client.post("/search", files={"file": flange}), "internal-error")


def test_a_mistake_of_ours_shows_a_request_id_and_no_traceback(
    client: TestClient, flange: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Answer:
        raise RuntimeError("secret in /srv/archive")

    monkeypatch.setattr(Services, "search", broken)
    response = client.post("/search", files={"file": flange})
    assert response.status_code == 500
    assert problem_of(response, "internal-error")["request_id"] == response.headers["x-request-id"]
    assert "secret" not in response.text


def test_a_damaged_picture_of_the_index_says_so(index_dir: Path, serve: Serve, flange_id: str) -> None:
    previews = index_dir / "generations" / "000001" / PREVIEWS
    previews.write_bytes(bytes(previews.stat().st_size))
    with serve(index_dir) as client:
        asked = [
            client.get(f"/drawings/{flange_id}/sheets/1.png?width=100"),
            client.get(f"/drawings/{flange_id}/sheets/1/overlay.png"),
            client.post("/search", data={"drawing_id": flange_id}),
        ]
    for response in asked:
        assert response.status_code == 503
        assert "is damaged" in problem_of(response, "index-unusable")["detail"]


@pytest.mark.parametrize("name", PROBLEM_TYPES)
def test_the_type_of_a_problem_is_an_address_that_explains_it(client: TestClient, name: str) -> None:
    answer = client.get(PROBLEM_TYPES[name].uri).json()
    assert answer["title"] == PROBLEM_TYPES[name].title


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot open /srv/data/x.pdf: no", "cannot open x.pdf: no"),
        ("encoder ViT-B-32//srv/w/c.pt@12ab", "encoder ViT-B-32/c.pt@12ab"),
        ("width/height of 3/4, scale 1:2", "width/height of 3/4, scale 1:2"),
        ("'/a/b'", "'b'"),
    ],
)
def test_absolute_paths_are_cut(text: str, shown: str) -> None:
    assert without_paths(text) == shown
