"""nizu with symbols, whose agreement has the weight that the variant says: `nizu_symbols:0.1`."""

from __future__ import annotations

from benchmarks.systems import Setting
from benchmarks.systems.nizu import Nizu
from search.encoder import DEFAULT_ENCODER
from search.errors import UsageError
from search.symbols.detector import PACKAGED


def create(setting: Setting) -> Nizu:
    """Raises UsageError where the variant is no weight."""
    try:
        weight = float(setting.variant)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= 1:  # said now, not after an hour of indexing
        raise UsageError("systems", f"{setting.name} has no weight from 0 to 1; give one, as in nizu_symbols:0.1")
    return Nizu(setting, DEFAULT_ENCODER, PACKAGED, weight)
