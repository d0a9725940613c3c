"""The app: routes, middleware, problems, page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse

from api.metrics import Metrics
from api.middleware import BodyLimit, RequestFrame
from api.problems import Problem, add_handlers
from api.routes import drawings, operations, searching
from api.services import Services
from api.settings import Settings
from search.encoder import Encoder

_STATIC = Path(__file__).parent / "static"
_DESCRIPTION = (
    "Finds similar engineering drawings: the drawing itself is the query. Boxes are fractions of the sheet, "
    "(x0, y0, x1, y1), origin top left. Errors are application/problem+json (RFC 9457)."
)


def create_app(index_dir: Path, encoder: Encoder, settings: Settings, detector: Path | None = None) -> FastAPI:
    """The service over one index. It starts its threads and processes when it is run, not here.

    detector: weights that find symbols, those that the index was made with.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = Services(index_dir, encoder, settings, metrics, detector)
        app.state.services.start()
        try:
            yield
        finally:
            app.state.services.close()

    app = FastAPI(
        title="nizu", version=_version(), description=_DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, max_bodies=settings.max_uploads, metrics=metrics)
    app.add_middleware(RequestFrame, metrics=metrics)  # added last, so outermost
    add_handlers(app)
    for module in (searching, drawings, operations):
        app.include_router(module.router)
    _add_pages(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _add_pages(app: FastAPI) -> None:
    """The web page and the page that shows the OpenAPI document; both are files of ours, none comes from elsewhere."""
    for path, name in (("/", "index.html"), ("/docs", "docs.html")):
        app.add_api_route(path, _page(name), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")


def _page(name: str) -> Any:
    content = (_STATIC / name).read_bytes()

    async def page() -> HTMLResponse:
        return HTMLResponse(content, headers={"Cache-Control": "no-cache"})

    return page


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the schema that all problems share."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        _without_default_validation_error(document)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"].update(problem.pop("$defs"))
        document["components"]["schemas"]["Problem"] = problem
        app.openapi_schema = document
    return app.openapi_schema


def _without_default_validation_error(document: dict[str, Any]) -> None:
    """Take out the 422 that FastAPI adds where a route names none: every error of ours is a problem."""
    for operation in (operation for methods in document["paths"].values() for operation in methods.values()):
        if "application/json" in operation["responses"].get("422", {}).get("content", {}):
            del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def _version() -> str:
    try:
        return version("nizu")
    except PackageNotFoundError:  # run from a checkout
        return "0"
