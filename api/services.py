"""What the routes work with, made once an app."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import Depends, Request

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
        index_dir = index_dir.absolute()  # messages name the folder, `.` has no name
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

    async def search(self, engine: Engine, content: BinaryIO, query_of: Callable[[Path], Query]) -> Answer:
        """Search with a drawing. query_of: the query with the file that it then lies in.

        Raises DrawingError, UsageError, ProblemError.
        """

        def run() -> Answer:
            with _stored(content) as path:
                return engine.search(query_of(path))

        with self._counting_failures():
            answer = await self._slots.run(run)
        self.metrics.searched(answer.timings_ms)
        return answer

    async def find(self, engine: Engine, text: str, top_k: int, symbols: tuple[Requirement, ...]) -> Answer:
        """Raises UsageError, ProblemError."""
        answer = await self._slots.run(lambda: engine.find(text, top_k, symbols))
        self.metrics.searched(answer.timings_ms)
        return answer

    async def preview(self, content: BinaryIO, page: int) -> Preview:
        """Raises DrawingError, ProblemError."""

        def run() -> Preview:
            with _stored(content) as path:
                return result_of(self._readers.submit(preview_of, path, page))

        with self._counting_failures():
            return await self._slots.run(run)

    def _prepare(self, path: Path, page: int, box: Box | None, recipe: Recipe) -> PreparedSheet:
        return result_of(self._readers.submit(prepare_query, path, page, box, recipe))

    @contextmanager
    def _counting_failures(self) -> Iterator[None]:
        try:
            yield
        except DrawingError as error:
            self.metrics.read_failed(error.reason.value)
            raise


@contextmanager
def _stored(content: BinaryIO) -> Iterator[Path]:
    """A file with this content, which another process can read; it is gone afterwards, whatever happens."""
    with tempfile.NamedTemporaryFile(prefix="nizu-query-") as file:
        shutil.copyfileobj(content, file, 2**20)
        file.flush()
        yield Path(file.name)


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]
