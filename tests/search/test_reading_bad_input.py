"""Files that are no drawings, or half of one: each is refused with a reason and a sentence, never with a crash."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from search.errors import DrawingError, Reason
from tests.drawn import marked_page, write_pdf
from tests.sheets import read_sheets


def reason_of(path: Path) -> Reason:
    with pytest.raises(DrawingError) as caught:
        list(read_sheets(path))
    assert len(str(caught.value)) > 10
    return caught.value.reason


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.dxf", "a.tif"])
def test_an_empty_file_is_named_empty(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert reason_of(tmp_path / name) is Reason.EMPTY


@pytest.mark.parametrize(
    "content", [b"dear customer, the drawing is attached", b"\0" * 5000, b"PK\x03\x04zip", b"GIF89a"]
)
def test_what_is_no_drawing_is_named_so_whatever_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.pdf").write_bytes(content)
    assert reason_of(tmp_path / "letter.pdf") is Reason.UNKNOWN_FORMAT


def test_missing_files_and_folders_are_named_missing(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "nowhere.pdf") is Reason.MISSING
    assert reason_of(tmp_path) is Reason.MISSING


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.97])
def test_a_truncated_pdf_is_damaged_not_half_read(tmp_path: Path, share: float) -> None:
    write_pdf(tmp_path / "a.pdf", [1, 2, 3])
    whole = (tmp_path / "a.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[: int(share * len(whole))])
    assert reason_of(tmp_path / "cut.pdf") is Reason.DAMAGED


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
def test_a_truncated_picture_is_damaged_not_half_read(tmp_path: Path, name: str, share: float) -> None:
    noise = random.Random(1).randbytes(600 * 400)
    Image.frombytes("L", (600, 400), noise).save(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
    assert reason_of(tmp_path / name) is Reason.DAMAGED


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    assert reason_of(tmp_path / "pipe.pdf") is Reason.EMPTY


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.pdf", "a.png", "a.jpg", "a.tif"]), seed=st.integers(0, 2**32 - 1), count=st.integers(1, 40)
)
def test_bytes_changed_at_random_never_do_more_than_raise_a_drawing_error(
    tmp_path: Path, name: str, seed: int, count: int
) -> None:
    if not (tmp_path / name).exists():
        if name == "a.pdf":
            write_pdf(tmp_path / name, [1])
        else:
            Image.fromarray(marked_page(80, 120)).save(tmp_path / name)
    rng = random.Random(seed)
    content = bytearray((tmp_path / name).read_bytes())
    for _ in range(count):
        content[rng.randrange(8, len(content))] = rng.randrange(256)
    (tmp_path / "changed").write_bytes(content)
    try:
        for sheet in read_sheets(tmp_path / "changed"):
            assert sheet.pixels.ndim == 2
    except DrawingError as error:
        assert str(error)
