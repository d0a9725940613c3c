"""Networks exported to ONNX, kept in the user's cache."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path


def exported(name: str, export: Callable[[Path], None]) -> Path:
    """The ONNX file of this name, written by `export` on first use."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "nizu"
    path = folder / f"{name}.onnx"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with warnings.catch_warnings():  # torch says that another exporter is newer; it needs one package more
            warnings.simplefilter("ignore")
            export(partial)
        partial.replace(path)
    return path
