"""What the routes work with, made once an app."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.holder import EngineHolder
from api.metrics import Metrics
from api.pictures import Preview, preview_of
from api.settings import Settings
from api.slots import Slots
from search.encoder import Encoder
from search.engine import Engine, Query
from search.errors import DrawingError
from search.isolation import WorkerPool, result_of
from search.prepare import PreparedSheet, Recipe, checked_box, prepare_query
from search.symbols.filters import Requirement
from search.types import WHOLE, Answer, Box


class Services:
    """The engine, the processes that read query files, and the places in which searches run."""

    def __init__(
        self, index_dir: Path, encoder: Encoder, settings: Settings, metrics: Metrics, detector: Path | None
    ) -> None:
        self.metrics = metrics
        self.holder = EngineHolder(index_dir, lambda: Engine.open(index_dir, encoder, self._prepare, detector), metrics)
        self._slots = Slots(settings.search_concurrency, settings.search_queue, metrics)
        self._readers = WorkerPool(settings.read_workers, settings.read_timeout_s)

    def start(self) -> None:
        self._readers.submit(checked_box, WHOLE)  # any call starts the processes; this imports what reading needs
        self.holder.start()

    def close(self) -> None:
        self._readers.close()
        self._slots.close()
        self.holder.close()

    async def search(self, engine: Engine, query: Query) -> Answer:
        """Raises DrawingError, UsageError, ProblemError."""
        with self._counting_failures():
            answer = await self._slots.run(engine.search, query)
        self.metrics.searched(answer.timings_ms)
        return answer

    async def find(self, engine: Engine, text: str, top_k: int, symbols: tuple[Requirement, ...]) -> Answer:
        """Raises UsageError, ProblemError."""
        answer = await self._slots.run(lambda: engine.find(text, top_k, symbols))
        self.metrics.searched(answer.timings_ms)
        return answer

    async def preview(self, path: Path, page: int) -> Preview:
        """Raises DrawingError, ProblemError."""
        with self._counting_failures():
            return await self._slots.run(lambda: result_of(self._readers.submit(preview_of, path, page)))

    def _prepare(self, path: Path, page: int, box: Box | None, recipe: Recipe) -> PreparedSheet:
        return result_of(self._readers.submit(prepare_query, path, page, box, recipe))

    @contextmanager
    def _counting_failures(self) -> Iterator[None]:
        try:
            yield
        except DrawingError as error:
            self.metrics.read_failed(error.reason.value)
            raise


@asynccontextmanager
async def stored(content: BinaryIO) -> AsyncIterator[Path]:
    """A file with this content, which another process can read; it is gone afterwards, whatever happens."""
    with tempfile.NamedTemporaryFile(prefix="nizu-query-") as file:
        await run_in_threadpool(shutil.copyfileobj, content, file, 2**20)
        file.flush()
        yield Path(file.name)


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]
