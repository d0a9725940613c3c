"""Errors as RFC 9457 problem details: every answer of 400 or more is one of these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from search.errors import DrawingError, IndexUnusable, Reason, UsageError

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of error. `name` is part of its URI and never changes; `help` says what to do about it."""

    name: str
    status: int
    title: str
    help: str

    @property
    def uri(self) -> str:
        return f"/problems/{self.name}"


INVALID_REQUEST = ProblemType(
    "invalid-request", 422, "The request is not valid", "`errors` names each wrong field and what would be right."
)
UNREADABLE_DRAWING = ProblemType(
    "unreadable-drawing",
    422,
    "The drawing cannot be read",
    f"`reason` says why: {', '.join(Reason)}. `detail` says what would be right.",
)
NOT_FOUND = ProblemType(
    "not-found", 404, "There is no such thing here", "The address, drawing or sheet is not in the serving index."
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed", 405, "The address exists, the method does not", "The Allow header lists the right methods."
)
TOO_LARGE = ProblemType(
    "too-large", 413, "The request body is too large", "`limit_bytes` is the most that is taken (NIZU_MAX_BODY_BYTES)."
)
INTERNAL_ERROR = ProblemType(
    "internal-error", 500, "The server made a mistake", "`request_id` finds the cause in the server's log."
)
INDEX_UNUSABLE = ProblemType(
    "index-unusable",
    503,
    "There is no usable index",
    "`detail` says why; the server recovers by itself after a rebuild.",
)
OVERLOADED = ProblemType(
    "overloaded", 503, "Too many searches at the same time", "Ask again after the seconds in the Retry-After header."
)
PROBLEM_TYPES: Mapping[str, ProblemType] = {
    kind.name: kind
    for kind in (
        INVALID_REQUEST,
        UNREADABLE_DRAWING,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        TOO_LARGE,
        INTERNAL_ERROR,
        INDEX_UNUSABLE,
        OVERLOADED,
    )
}
_TYPE_OF_STATUS = {400: INVALID_REQUEST, 404: NOT_FOUND, 405: METHOD_NOT_ALLOWED}


class FieldError(BaseModel):
    """A wrong field and what would be right."""

    field: str = Field(examples=["top_k"])
    detail: str = Field(examples=["top_k is 0; give 1 to 200"])


class Problem(BaseModel):
    """RFC 9457 problem details. Members that do not apply are absent."""

    model_config = ConfigDict(json_schema_extra={"description": "An error, as RFC 9457 problem details."})

    type: str = Field(description="Stable address of the kind of error.", examples=["/problems/invalid-request"])
    title: str
    status: int
    detail: str = Field(description="What is wrong here, and what would be right.")
    errors: list[FieldError] | None = Field(None, description="Of invalid-request: each wrong field.")
    reason: Reason | None = Field(None, description="Of unreadable-drawing: why.")
    limit_bytes: int | None = Field(None, description="Of too-large: the most that is taken.")
    request_id: str | None = Field(None, description="Of internal-error: finds the cause in the server's log.")


class ProblemError(Exception):
    """Raised where a request ends in a problem."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str,
        members: Mapping[str, object] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.members = members or {}
        self.headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}


def response_of(error: ProblemError) -> JSONResponse:
    return problem_response(error.kind, str(error), error.members, headers=error.headers)


def problem_response(
    kind: ProblemType,
    detail: str,
    members: Mapping[str, object] | None = None,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An answer with a problem of a kind; status where it is not the kind's own."""
    status = status or kind.status
    content = {"type": kind.uri, "title": kind.title, "status": status, "detail": detail, **(members or {})}
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


def invalid(errors: Sequence[tuple[str, str]]) -> ProblemError:
    """The problem of wrong fields: (field, what would be right)."""
    members = {"errors": [{"field": field, "detail": detail} for field, detail in errors]}
    return ProblemError(INVALID_REQUEST, "; ".join(detail for _, detail in errors), members)


def without_paths(text: str) -> str:
    """The text with every absolute path cut to its last part: what lies where is the server's own business."""
    return re.sub(r"(?<![\w.<])/(?:[^\s/'\",:;()]+/)+", "", text)


def add_handlers(app: FastAPI) -> None:
    """Let the app answer every foreseen error with a problem."""

    @app.exception_handler(ProblemError)
    def on_problem(_: Request, error: ProblemError) -> JSONResponse:
        return response_of(error)

    @app.exception_handler(RequestValidationError)
    def on_validation(_: Request, error: RequestValidationError) -> JSONResponse:
        return response_of(invalid([_field_error(one["loc"], one["msg"]) for one in error.errors()]))

    @app.exception_handler(UsageError)
    def on_usage(_: Request, error: UsageError) -> JSONResponse:
        return response_of(invalid([(error.field, str(error))]))

    @app.exception_handler(DrawingError)
    def on_drawing(_: Request, error: DrawingError) -> JSONResponse:
        detail = without_paths(f"The drawing {error}")
        return problem_response(UNREADABLE_DRAWING, detail, {"reason": error.reason.value})

    @app.exception_handler(IndexUnusable)
    def on_index(_: Request, error: IndexUnusable) -> JSONResponse:
        return problem_response(INDEX_UNUSABLE, without_paths(str(error)))

    @app.exception_handler(HTTPException)
    def on_http(request: Request, error: HTTPException) -> JSONResponse:
        return _of_http_error(request, error)


def _field_error(location: Sequence[int | str], message: str) -> tuple[str, str]:
    field = str(location[-1])
    return field, f"{field}: {message[0].lower()}{message[1:]}"


def _of_http_error(request: Request, error: HTTPException) -> JSONResponse:
    if isinstance(error.__cause__, OSError):  # a form that could not be kept, on a full disk: not the client's mistake
        raise error.__cause__
    kind = _TYPE_OF_STATUS.get(error.status_code)
    if kind is NOT_FOUND:
        return problem_response(NOT_FOUND, f"There is no {request.url.path}; /docs lists what there is.")
    if kind is METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        detail = f"{request.url.path} does not take {request.method}; it takes {allowed}."
        return problem_response(METHOD_NOT_ALLOWED, detail, headers=error.headers)
    return problem_response(kind or INVALID_REQUEST, str(error.detail), status=error.status_code, headers=error.headers)
