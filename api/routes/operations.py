"""What whoever runs the service asks, and what the kinds of problems are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from api.answers import Health, Readiness
from api.examples import READINESS, answers, problems
from api.problems import INDEX_UNUSABLE, NOT_FOUND, PROBLEM_TYPES, UNREADABLE_DRAWING, ProblemError
from api.services import ServicesDep

router = APIRouter(tags=["operations"])


class ProblemHelp(BaseModel):
    """A kind of problem."""

    type: str
    title: str
    status: int
    help: str


@router.get("/healthz", responses=answers({"status": "ok"}))
async def healthz() -> Health:
    """The process answers."""
    return Health()


@router.get("/readyz", responses=answers(READINESS, INDEX_UNUSABLE))
async def readyz(services: ServicesDep) -> Readiness:
    """An index serves; otherwise why not."""
    return Readiness.of(services.holder.engine())


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": "nizu_index_sheets 1204.0\n"}}}, **problems()},
)
async def metrics(services: ServicesDep) -> Response:
    """Counters for Prometheus."""
    return Response(services.metrics.text(), media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/problems/{name}",
    responses=answers(
        {
            "type": UNREADABLE_DRAWING.uri,
            "title": UNREADABLE_DRAWING.title,
            "status": UNREADABLE_DRAWING.status,
            "help": UNREADABLE_DRAWING.help,
        },
        NOT_FOUND,
    ),
)
async def problem_help(name: Annotated[str, Path(examples=[UNREADABLE_DRAWING.name])]) -> ProblemHelp:
    """What a kind of problem means: its `type` is this address."""
    kind = PROBLEM_TYPES.get(name)
    if kind is None:
        raise ProblemError(NOT_FOUND, f"There is no kind of problem {name}; there are {', '.join(PROBLEM_TYPES)}.")
    return ProblemHelp(type=kind.uri, title=kind.title, status=kind.status, help=kind.help)
