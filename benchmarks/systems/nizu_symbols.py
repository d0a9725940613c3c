"""nizu as a user has it: with symbols found, and their agreement as part of the score."""

from __future__ import annotations

from benchmarks.systems import Setting
from benchmarks.systems.nizu import Nizu
from search.symbols.detector import PACKAGED


def create(setting: Setting) -> Nizu:
    return Nizu(setting, PACKAGED)
