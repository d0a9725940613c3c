"""Surface texture after JIS B 0031 and ISO 1302, and the triangles and the wave of JIS B 0601:1982.

The foot of a mark is at (0, 0); sizes are those of the standard, one unit is the height of the short leg.
"""

from __future__ import annotations

import numpy as np

from training.sheets.house import chance, pick
from training.sheets.symbols.ink import SymbolInk

NEW = ("surface_basic", "surface_removal", "surface_no_removal")
OLD = ("surface_triangle_1", "surface_triangle_2", "surface_triangle_3", "surface_triangle_4", "surface_wave")
SLOPE = 0.577  # 60 degrees: run over rise
ROUGHNESSES = ("Ra 3.2", "Ra 1.6", "Ra 6.3", "Ra 0.8", "Ra 12.5", "Rz 25", "Rz 6.3", "1.6", "3.2", "6.3", "25")
MICROINCHES = ("16", "32", "63", "125", "250")


def draw_new(ink: SymbolInk, name: str, rng: np.random.Generator) -> None:
    """A tick, with a bar where material is removed, with a circle where it must not be."""
    long_leg = float(rng.uniform(1.7, 2.3))
    value = pick(rng, MICROINCHES if chance(rng, 0.15) else ROUGHNESSES) if chance(rng, 0.75) else ""
    modern = chance(rng, 0.6)
    with ink.symbol(name):
        ink.line((-SLOPE, 1.0), (0.0, 0.0), (SLOPE * long_leg, long_leg))
        if name == "surface_removal":
            ink.line((-SLOPE, 1.0), (SLOPE, 1.0))
        elif name == "surface_no_removal":
            ink.circle((0.0, 0.62), 0.3)
    if not value:
        return
    wide, height = ink.width(value, 0.75), 0.75
    if modern:
        right = SLOPE * long_leg + wide + 0.4
        ink.line((SLOPE * long_leg, long_leg), (right, long_leg))
        ink.text(value, (SLOPE * long_leg + 0.2 + wide / 2, long_leg - 0.2 - height), height)
    else:
        ink.text(value.removeprefix("Ra "), (-0.1, 1.15), height)


def draw_old(ink: SymbolInk, name: str, rng: np.random.Generator) -> None:
    """One to four triangles side by side, standing on their tips; or a wave."""
    if name == "surface_wave":
        long = float(rng.uniform(1.6, 2.4))
        turn = np.linspace(0.0, 2 * np.pi, 24)
        wave = np.stack([long * (turn / (2 * np.pi) - 0.5), 0.3 + 0.3 * np.sin(turn)], axis=1)
        with ink.symbol(name):
            ink.line(*[(px, py) for px, py in wave.tolist()])
        return
    count, filled = int(name[-1]), chance(rng, 0.15)
    half = float(rng.uniform(0.5, 0.62))
    with ink.symbol(name):
        for number in range(count):
            x = 2 * half * (number - (count - 1) / 2)
            ink.line((x - half, 1.0), (x, 0.0), (x + half, 1.0), closed=True, filled=filled)
    if chance(rng, 0.2):
        text = pick(rng, ("G", "L", "25S", "6.3S", "100-S", "3.2a"))
        ink.text(text, (0.0, 1.2), 0.8)
