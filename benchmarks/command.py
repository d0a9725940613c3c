"""How a benchmark is run as a command."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from search.errors import NizuError


def run(main: Callable[..., None]) -> None:
    """What a user can mend is said in a line, with exit code 2."""
    try:
        typer.run(main)
    except NizuError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
