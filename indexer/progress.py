"""Who is told how far a rebuild is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how far a rebuild is."""

    def start(self, stage: str, total: int) -> None:
        """A stage of `total` drawings begins."""
        ...

    def advance(self, drawings: int, sheets: int = 0) -> None:
        """So many more are done."""
        ...


class NoProgress:
    """Tells nobody."""

    def start(self, stage: str, total: int) -> None:
        pass

    def advance(self, drawings: int, sheets: int = 0) -> None:
        pass
