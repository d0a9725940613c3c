"""What happens to every request: an id, a log line, counters, security headers, a bounded body."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import INTERNAL_ERROR, OVERLOADED, TOO_LARGE, problem_response
from api.slots import RETRY_AFTER_S

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Whatever else a client calls its method is counted as one."""
UPLOAD_IDLE_S = 60.0
"""A client that was cut off in the middle of an upload says nothing more, not even goodbye."""
_REQUEST_ID = re.compile(r"[\w.-]{1,64}")


class RequestFrame:
    """Gives a request its id, logs and counts it, adds the headers, and turns what nobody foresaw into a problem."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        start = time.perf_counter()
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update({**SECURITY_HEADERS, "X-Request-ID": request_id})
            await send(message)

        try:
            await self._app(scope, receive, send_framed)
        except Exception:
            structlog.get_logger().exception("internal error")
            if status:
                raise
            detail = f"It is not your fault. Name request {request_id} to whoever runs this server."
            response = problem_response(INTERNAL_ERROR, detail, {"request_id": request_id})
            await response(scope, receive, send_framed)
        finally:
            self._account(scope, status, time.perf_counter() - start)
            structlog.contextvars.unbind_contextvars("request_id")

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = _route(scope), scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.answered(route, method, status, seconds)
        structlog.get_logger().info("request", method=method, route=route, status=status, ms=round(seconds * 1e3, 1))


class _BodyTooLargeError(Exception):
    pass


class BodyLimit:
    """Answers 413 to a body of more than so many bytes, announced or not, and 503 where so many are being taken; gives
    up on one that does not go on.

    Bodies are kept on the disk before any route is asked. Starlette's own middleware answers in plain text, and its
    part limit does not count the whole.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, max_bodies: int, metrics: Metrics) -> None:
        self._app = app
        self._max_bytes, self._max_bodies = max_bytes, max_bodies
        self._metrics = metrics
        self._bodies = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        if self._bodies >= self._max_bodies:
            self._metrics.rejected()
            detail = f"{self._bodies} uploads are under way, which is all this server takes. Ask again in a moment."
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            await problem_response(OVERLOADED, detail, headers=headers)(scope, receive, send)
            return
        self._bodies += 1
        try:
            await self._limited(scope, receive, send)
        finally:
            self._bodies -= 1

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > self._max_bytes:
            await self._refuse(scope, receive, send)
            return
        counted, whole = 0, False

        async def receive_counted() -> Message:
            nonlocal counted, whole
            try:
                async with asyncio.timeout(None if whole else UPLOAD_IDLE_S):
                    message = await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}
            counted += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if counted > self._max_bytes:
                raise _BodyTooLargeError
            return message

        async def send_allowed(message: Message) -> None:
            if counted <= self._max_bytes:  # else it is the framework's own answer to _BodyTooLargeError
                await send(message)

        with suppress(_BodyTooLargeError):
            await self._app(scope, receive_counted, send_allowed)
        if counted > self._max_bytes:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"The request has more than {self._max_bytes:,} bytes: send a smaller file."
        await problem_response(TOO_LARGE, detail, {"limit_bytes": self._max_bytes})(scope, receive, send)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex


def _route(scope: Scope) -> str:
    """The route's pattern: one label for all drawings, one for all unknown addresses."""
    path: str | None = getattr(scope.get("route"), "path", None)
    if path is not None:
        return path
    inner = scope["path"].removeprefix(scope.get("app_root_path", scope.get("root_path", "")))
    return "/static" if inner.startswith("/static/") else "unmatched"
