"""A new generation serves without a lost request; a broken one changes nothing."""

from __future__ import annotations

import gc
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

import api.holder
from api.holder import EngineHolder
from api.metrics import Metrics
from indexer.rebuild import rebuild
from search.encoder import Encoder
from search.engine import Engine
from search.errors import IndexUnusable
from search.generation import Generation, publish
from tests.conftest import make_fake_encoder

NextGeneration = Callable[[Path, str], Path]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def holder(index_dir: Path, fake_encoder: Encoder, metrics: Metrics) -> EngineHolder:
    made = EngineHolder(index_dir, lambda: Engine.open(index_dir, fake_encoder), metrics)
    made.refresh()
    return made


def serving(holder: EngineHolder) -> str:
    return holder.engine().generation.manifest.generation


def test_a_new_generation_serves(
    holder: EngineHolder, index_dir: Path, next_generation: NextGeneration, metrics: Metrics
) -> None:
    assert serving(holder) == "000001"
    next_generation(index_dir, "000002")
    publish(index_dir, "000002")
    holder.refresh()
    assert serving(holder) == "000002"
    assert b"nizu_index_generation 2.0" in metrics.text()


def test_nothing_is_opened_again_while_the_generation_is_the_same(
    index_dir: Path, fake_encoder: Encoder, metrics: Metrics
) -> None:
    opened = []
    holder = EngineHolder(index_dir, lambda: opened.append(1) or Engine.open(index_dir, fake_encoder), metrics)
    for _ in range(3):
        holder.refresh()
    assert opened == [1]


def test_an_index_that_was_replaced_under_the_same_number_serves(
    holder: EngineHolder, index_dir: Path, drawings_dir: Path, fake_encoder: Encoder
) -> None:
    before = holder.engine()
    shutil.rmtree(index_dir)
    rebuild([drawings_dir / "part-1.pdf"], index_dir, fake_encoder, workers=1)
    holder.refresh()
    assert serving(holder) == before.generation.manifest.generation
    assert holder.engine().generation.manifest.sheets == 1 < before.generation.manifest.sheets


@pytest.mark.parametrize("current", [b"\xff\xfe", b"../000001", b""])
def test_a_name_that_is_none_changes_nothing(holder: EngineHolder, index_dir: Path, current: bytes) -> None:
    (index_dir / "CURRENT").write_bytes(current)
    holder.refresh()
    assert serving(holder) == "000001"


def test_an_engine_that_does_not_fit_leaves_nothing_open(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    monkeypatch.setattr(Generation, "close", lambda self: closed.append(self.manifest.generation))
    with pytest.raises(IndexUnusable, match="was built with encoder"):
        Engine.open(index_dir, make_fake_encoder("other@111111111111"))
    assert closed == ["000001"]


def test_a_damaged_generation_keeps_the_old_one_serving_and_is_counted(
    holder: EngineHolder, index_dir: Path, next_generation: NextGeneration, metrics: Metrics
) -> None:
    (next_generation(index_dir, "000002") / "catalog.sqlite").write_bytes(b"broken")
    publish(index_dir, "000002")
    holder.refresh()
    holder.refresh()  # within the time after which it is tried again
    assert serving(holder) == "000001"
    assert b'nizu_generation_swaps_total{result="failed"} 1.0' in metrics.text()


def test_a_generation_that_could_not_be_opened_is_tried_again(
    holder: EngineHolder, index_dir: Path, next_generation: NextGeneration, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = next_generation(index_dir, "000002")
    hidden = folder.rename(folder.with_name("elsewhere"))
    publish(index_dir, "000002")
    holder.refresh()
    hidden.rename(folder)
    monkeypatch.setattr(api.holder, "RETRY_AFTER_S", 0.0)
    holder.refresh()
    assert serving(holder) == "000002"


def test_a_lost_current_file_keeps_the_old_generation_serving(holder: EngineHolder, index_dir: Path) -> None:
    (index_dir / "CURRENT").unlink()
    holder.refresh()
    assert serving(holder) == "000001"


def test_an_index_of_another_encoder_is_refused_with_both_names(
    index_dir: Path, fake_encoder: Encoder, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = type(fake_encoder.spec)("other", "other@2", fake_encoder.spec.image_px, fake_encoder.spec.dimensions)
    holder = EngineHolder(index_dir, lambda: Engine.open(index_dir, Encoder(spec, fake_encoder._runtime)), metrics)
    holder.refresh()
    with pytest.raises(IndexUnusable, match=r"fake@000000000000.*other@2"):
        holder.engine()


def test_an_engine_in_use_outlives_its_generation_and_is_closed_afterwards(
    holder: EngineHolder, index_dir: Path, next_generation: NextGeneration
) -> None:
    old = holder.engine()
    next_generation(index_dir, "000002")
    publish(index_dir, "000002")
    holder.refresh()
    shutil.rmtree(index_dir / "generations" / "000001")
    catalog = old.generation.catalog
    assert catalog.sheet(0).row == 0
    assert old.generation.preview_png(0).startswith(b"\x89PNG")
    del old
    gc.collect()
    with pytest.raises(Exception, match="closed"):
        catalog.sheet(0)


def small_drawing() -> bytes:
    image, out = Image.new("L", (400, 300), 255), BytesIO()
    ImageDraw.Draw(image).rectangle((100, 80, 300, 220), outline=0, width=3)
    image.save(out, "PNG")
    return out.getvalue()


def test_no_search_fails_while_generations_are_published(
    index_dir: Path,
    serve: Callable[..., AbstractContextManager[TestClient]],
    next_generation: NextGeneration,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api.holder, "CHECK_EVERY_S", 0.02)
    stop, small = threading.Event(), small_drawing()
    with serve(index_dir) as client, ThreadPoolExecutor(2) as threads:

        def ask() -> list[tuple[int, str]]:
            answers = []
            while not stop.is_set():
                response = client.post("/search", files={"file": small})
                answers.append((response.status_code, response.json().get("generation", response.text)))
            return answers

        assert client.post("/search", files={"file": small}).status_code == 200  # the reader has started
        asking = [threads.submit(ask) for _ in range(2)]
        try:
            for number in range(2, 4):
                name = f"{number:06d}"
                next_generation(index_dir, name)
                publish(index_dir, name)
                end = time.monotonic() + 60
                while client.post("/search", files={"file": small}).json()["generation"] != name:
                    assert time.monotonic() < end, "the new generation never served"
        finally:
            stop.set()
        answers = [answer for thread in asking for answer in thread.result()]
    assert {status for status, _ in answers} == {200}
    assert len({generation for _, generation in answers}) > 1


def test_the_first_generation_published_serves(
    tiny_index: Path,
    tmp_path: Path,
    serve: Callable[..., AbstractContextManager[TestClient]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api.holder, "CHECK_EVERY_S", 0.02)
    with serve(tmp_path / "index") as client:
        assert client.get("/readyz").status_code == 503
        shutil.copytree(tiny_index, tmp_path / "made")
        (tmp_path / "made").rename(tmp_path / "index")  # all at once, as CURRENT is written last
        for _ in range(200):
            if client.get("/readyz").status_code == 200:
                break
            threading.Event().wait(0.02)
        assert client.get("/readyz").json()["generation"] == "000001"
