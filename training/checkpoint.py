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
    different = [name for name, value in config.items() if saved["config"].get(name) != value]
    if different:
        raise UsageError("out", f"{path} was begun with another {different[0]}: go on with that, or in another folder")
    return saved
