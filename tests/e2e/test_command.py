"""The `nizu` command as a user meets it: exit codes, what is said where, and bad input."""

from __future__ import annotations

import fcntl
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import indexer.verify
from indexer.__main__ import main
from tests.conftest import write_random_weights
from tests.drawn import write_pdf, write_strips
from tests.indexer.test_rebuild import bad_files

DONE, SOME_UNREADABLE, WRONG_USE, UNUSABLE = 0, 1, 2, 3


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


class Command:
    """Runs `nizu` in this process: importing torch anew takes seconds."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch, self._captured = patch, captured

    def __call__(self, *arguments: object) -> Outcome:
        self._captured.readouterr()
        self._patch.setattr(sys, "argv", ["nizu", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as exit_:
            code = exit_.code
        out, err = self._captured.readouterr()
        assert "Traceback" not in err
        return Outcome(int(str(code or 0)), out, err)


@pytest.fixture
def nizu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("COLUMNS", "200")
    return Command(monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drawings").mkdir()
    for seed in (1, 2, 3):
        write_strips(tmp_path / "drawings" / f"{seed}.pdf", [seed])
    return tmp_path / "drawings"


def test_rebuild_search_info_and_verify(nizu: Command, folder: Path, tmp_path: Path, tiny_weights: Path) -> None:
    index, encoder = ("--index", tmp_path / "index"), ("--encoder", tiny_weights)
    made = nizu("rebuild", folder, *index, *encoder, "--workers", 1, "--device", "cpu", "--json")
    assert made.code == DONE
    assert json.loads(made.out)["manifest"]["sheets"] == 3
    found = nizu("search", folder / "2.pdf", *index, *encoder, "--device", "cpu", "--json")
    assert found.code == DONE
    assert json.loads(found.out)["hits"][0]["sheet"]["source"] == "2.pdf"
    table = nizu("search", folder / "2.pdf", *index, *encoder, "--device", "cpu", "--top-k", 2)
    assert "2.pdf" in table.out and table.err == ""
    assert json.loads(nizu("info", *index, "--json").out)["drawings"] == 3
    assert nizu("verify", *index).code == DONE


def test_bad_files_are_each_named_and_the_rest_is_indexed(
    nizu: Command, folder: Path, tmp_path: Path, tiny_weights: Path
) -> None:
    bad = bad_files(folder)
    Image.fromarray(np.full((900, 1200), 255, np.uint8)).save(folder / "blank.png")
    index, encoder = ("--index", tmp_path / "index"), ("--encoder", tiny_weights)
    made = nizu("rebuild", folder, *index, *encoder, "--workers", 1, "--device", "cpu")
    assert made.code == SOME_UNREADABLE
    for name in bad:
        assert f"not indexed: {name} " in made.err
    assert "4 sheets of 4 drawings" in made.out
    checked = nizu("verify", *index)
    assert checked.code == SOME_UNREADABLE
    assert all(name in checked.out for name in (*bad, "blank.png"))
    for name in bad:
        asked = nizu("search", folder / name, *index, *encoder, "--device", "cpu")
        assert asked.code == SOME_UNREADABLE and asked.err.startswith(f"nizu: {folder / name} ") and asked.out == ""
    blank = nizu("search", folder / "blank.png", *index, *encoder, "--device", "cpu")
    assert blank.code == DONE


def test_wrong_use_and_an_unusable_index_have_their_own_exit_codes(
    nizu: Command, folder: Path, tmp_path: Path, tiny_weights: Path
) -> None:
    index, encoder = ("--index", tmp_path / "index"), ("--encoder", tiny_weights, "--device", "cpu")
    (tmp_path / "empty").mkdir()
    assert nizu("rebuild", tmp_path / "empty", *index, *encoder).code == WRONG_USE
    assert nizu("rebuild", tmp_path / "nowhere", *index, *encoder).code == WRONG_USE
    none = nizu("search", folder / "1.pdf", *index, *encoder)
    assert none.code == UNUSABLE and "nizu rebuild" in none.err
    assert nizu("verify", *index).code == nizu("info", *index).code == UNUSABLE
    assert nizu("rebuild", folder, *index, "--encoder", "nonsense").code == UNUSABLE
    assert nizu("rebuild", folder, *index, *encoder, "--workers", 1).code == DONE
    assert nizu("search", folder / "1.pdf", *index, *encoder, "--box", "0,0,2,1").code == WRONG_USE
    assert nizu("search", folder / "1.pdf", *index, *encoder, "--box", "left").code == WRONG_USE
    assert nizu("search", folder / "1.pdf", *index, *encoder, "--top-k", 0).code == WRONG_USE
    assert nizu("search", folder / "1.pdf", *index, *encoder, "--page", 9).code == SOME_UNREADABLE
    other = write_random_weights(tmp_path / "other.safetensors", seed=9)
    mismatch = nizu("search", folder / "1.pdf", *index, "--encoder", other, "--device", "cpu")
    assert mismatch.code == UNUSABLE and "tiny@" in mismatch.err and "other@" in mismatch.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "not neither"),
        (["query.pdf", "--text", "flange"], "not both"),
        (["query.pdf", "--box", "0,0,1"], "x0,y0,x1,y1"),
    ],
)
def test_a_search_is_checked_before_anything_is_loaded(
    nizu: Command, tmp_path: Path, arguments: list[str], said: str
) -> None:
    refused = nizu("search", *arguments, "--index", tmp_path / "no index", "--encoder", tmp_path / "none.safetensors")
    assert refused.code == 2 and said in refused.err


def test_two_rebuilds_at_once_are_wrong_use(nizu: Command, folder: Path, tmp_path: Path, tiny_weights: Path) -> None:
    (tmp_path / "index").mkdir()
    with (tmp_path / "index" / "rebuild.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = nizu("rebuild", folder, "--index", tmp_path / "index", "--encoder", tiny_weights, "--device", "cpu")
    assert second.code == WRONG_USE and "another rebuild" in second.err


def test_a_damaged_index_is_told_by_search_and_by_verify(
    nizu: Command, folder: Path, tmp_path: Path, tiny_weights: Path
) -> None:
    index, encoder = ("--index", tmp_path / "index"), ("--encoder", tiny_weights, "--device", "cpu")
    assert nizu("rebuild", folder, *index, *encoder, "--workers", 1).code == DONE
    store = next((tmp_path / "index" / "generations").glob("*/regions.faiss"))
    store.write_bytes(store.read_bytes()[:-1] + b"?")
    assert nizu("search", folder / "1.pdf", *index, *encoder).code == UNUSABLE
    checked = nizu("verify", *index)
    assert checked.code == UNUSABLE and "regions.faiss" in checked.out


def test_a_command_that_is_interrupted_says_what_is_kept(nizu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(indexer.verify, "verify", interrupted)
    stopped = nizu("verify", "--index", "anywhere")
    assert stopped.code == 130 and "what was finished is kept" in stopped.err


def test_inspect_names_what_it_cannot_read_or_write(nizu: Command, tmp_path: Path) -> None:
    unread = nizu("inspect", tmp_path / "none.pdf")
    assert unread.code == SOME_UNREADABLE and unread.err.startswith(f"nizu: {tmp_path / 'none.pdf'} cannot be opened")
    write_pdf(tmp_path / "a.pdf", [1])
    unwritten = nizu("inspect", tmp_path / "a.pdf", "--png", tmp_path / "none" / "a.png")
    assert unwritten.code == WRONG_USE and "none/a.png cannot be written" in unwritten.err


def test_inspect_says_what_is_seen_and_draws_it(nizu: Command, tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [1])
    seen = nizu("inspect", tmp_path / "a.pdf", "--png", tmp_path / "regions.png")
    assert seen.code == DONE and "420 x 297 mm" in seen.out and "1 sheet, 2 view" in seen.out and "00001" in seen.out
    with Image.open(tmp_path / "regions.png") as picture:
        assert picture.width >= 1000
