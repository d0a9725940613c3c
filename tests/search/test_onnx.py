"""Exported networks are kept where the user wants them, and where that cannot be it is said."""

from __future__ import annotations

from pathlib import Path

import onnxruntime
import pytest

from search.errors import EncoderUnusable
from search.onnx import exported, session


def test_a_network_is_exported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for _ in range(2):
        path = exported("net", lambda to: to.write_bytes(b"x") and None)
        assert path == tmp_path / "nizu" / "net.onnx"
    assert [one.name for one in (tmp_path / "nizu").iterdir()] == ["net.onnx"]


def test_an_export_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def fails(to: Path) -> None:
        to.write_bytes(b"half")
        raise RuntimeError("no such operator")

    with pytest.raises(RuntimeError, match="operator"):
        exported("net", fails)
    assert list((tmp_path / "nizu").iterdir()) == []


def test_a_damaged_export_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(EncoderUnusable, match=r"net\.onnx cannot be opened .*: delete it"):
        session("net", Path.touch, onnxruntime.SessionOptions())


def test_a_folder_that_cannot_be_written_is_named_with_what_would_be_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(EncoderUnusable, match=r"cannot be kept in .*file.nizu.*XDG_CACHE_HOME"):
        exported("net", lambda to: to.touch())
