"""Clients of apps over the tiny index, and generations to swap to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from indexer.rebuild import rebuild
from search.generation import MANIFEST, Manifest
from tests.conftest import make_fake_encoder


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> None:
    """Logs go nowhere; `structlog.testing.capture_logs` still sees them."""
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )


@pytest.fixture
def index_dir(tiny_index: Path, tmp_path: Path) -> Path:
    """A copy of the index that a test may change."""
    return Path(shutil.copytree(tiny_index, tmp_path / "index"))


@pytest.fixture
def next_generation() -> Callable[[Path, str], Path]:
    """Copies the first generation of an index under another name; it does not serve yet."""

    def copy(index: Path, name: str) -> Path:
        folder = Path(shutil.copytree(index / "generations" / "000001", index / "generations" / name))
        replace(Manifest(**json.loads((folder / MANIFEST).read_text())), generation=name).write(folder)
        return folder

    return copy


@pytest.fixture
def serve() -> Callable[..., AbstractContextManager[TestClient]]:
    """A client of an app over an index, as a context; settings by name."""

    @contextmanager
    def start(index: Path, **settings: float) -> Iterator[TestClient]:
        app = create_app(index, make_fake_encoder(), Settings(**{"read_workers": 1, **settings}))
        with TestClient(app) as client:
            yield client

    return start


@pytest.fixture(scope="session")
def client(tiny_index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(tiny_index, make_fake_encoder(), Settings(read_workers=1))) as started:
        yield started


@pytest.fixture(scope="session")
def flange(drawings_dir: Path) -> bytes:
    return (drawings_dir / "part-2.pdf").read_bytes()


@pytest.fixture(scope="session")
def flange_id(client: TestClient, flange: bytes) -> str:
    hits = client.post("/search", files={"file": flange}).json()["hits"]
    return str(hits[0]["drawing_id"])


@pytest.fixture(scope="session")
def marked_client(
    drawings_dir: Path, untrained_detector: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A client of an app over an index that holds symbols."""
    index_dir, encoder = tmp_path_factory.mktemp("marked"), make_fake_encoder()
    rebuild(
        [drawings_dir / "part-1.pdf", drawings_dir / "part-2.pdf"], index_dir, encoder, 1, detector=untrained_detector
    )
    with TestClient(create_app(index_dir, encoder, Settings(read_workers=1), untrained_detector)) as started:
        yield started
