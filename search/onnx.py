"""Networks exported to ONNX, kept in the user's cache, run by ONNX Runtime on the CPU."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import onnxruntime

from search.errors import EncoderUnusable


def session(
    name: str, export: Callable[[Path], None], options: onnxruntime.SessionOptions
) -> onnxruntime.InferenceSession:
    """A session of the network of this name. Raises EncoderUnusable where its export cannot be kept or is damaged."""
    path = exported(name, export)
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except MemoryError:
        raise
    except Exception as error:  # ONNX Runtime has exceptions of its own, without a common base
        raise EncoderUnusable(f"The exported network {path} cannot be opened ({error}): delete it.") from error


def exported(name: str, export: Callable[[Path], None]) -> Path:
    """The ONNX file of this name, written by `export` on first use. Raises EncoderUnusable where it cannot be kept."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nizu"
    path = folder / f"{name}.onnx"
    try:
        if not path.is_file():
            _export_to(path, export)
    except OSError as error:
        raise EncoderUnusable(
            f"The exported network cannot be kept in {folder} ({error.strerror}): "
            "name a folder that can be written to in XDG_CACHE_HOME."
        ) from error
    return path


def _export_to(path: Path, export: Callable[[Path], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        with warnings.catch_warnings():  # torch says that another exporter is newer; it needs one package more
            warnings.simplefilter("ignore")
            export(partial)
        with partial.open("rb") as file:
            os.fsync(file.fileno())  # else a power cut could leave an empty file under the name that counts
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
