"""Checkpoints of a run: who goes on from one goes on with the same run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from search.errors import UsageError


def load_checkpoint(path: Path, config: Mapping[str, Any], device: torch.device) -> dict[str, Any] | None:
    """What was saved, on the device; None where nothing was. Raises UsageError where another configuration did it."""
    if not path.is_file():
        return None
    saved: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    begun = saved.get("config")
    if begun is None:
        raise UsageError("out", f"{path} is of an older version, which names no configuration: use another folder")
    different = [name for name, value in config.items() if begun.get(name) != value]
    if different:
        raise UsageError("out", f"{path} was begun with another {different[0]}: go on with that, or in another folder")
    return saved
