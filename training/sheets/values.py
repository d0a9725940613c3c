"""How a house writes lengths, diameters, holes, tolerances and scales."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from training.sheets.house import House, chance, pick
from training.sheets.words import THROUGH

MM_PER_INCH = 25.4
THREADS = {2.5: "M3", 3.3: "M4", 4.2: "M5", 5.0: "M6", 6.8: "M8", 8.5: "M10", 10.2: "M12"}
SCALES = (50.0, 20.0, 10.0, 5.0, 4.0, 3.0, 2.5, 2.0, 1.5, 1.0, 0.75, 0.5, 0.4, 1 / 3, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01)
STANDARD_SCALES = (50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
FITS = {"hole": ("H7", "H7", "H8", "G7", "F8"), "shaft": ("h6", "g6", "f7", "k6", "h7", "js6")}


@dataclass(frozen=True, slots=True)
class Label:
    """The text of a dimension. upper, lower: limits written small behind it. boxed: theoretically exact."""

    main: str
    upper: str = ""
    lower: str = ""
    boxed: bool = False
    below: tuple[str, ...] = ()


def length_text(value_mm: float, house: House) -> str:
    value = value_mm / MM_PER_INCH if house.inch else value_mm
    text = f"{value:.{_decimals(value, house)}f}"
    if house.strip and "." in text:
        text = text.rstrip("0").rstrip(".")
    if house.inch and text.startswith("0."):
        text = text[1:]
    text = text.replace(".", ",") if house.comma else text
    return text + ("mm" if house.unit_suffix and not house.inch else "")


def _decimals(value: float, house: House) -> int:
    """A house that writes whole numbers still writes 0.5."""
    return max(house.decimals, 1) if abs(value - round(value)) > 0.05 else house.decimals


def scale_text(scale: float, house: House) -> str:
    sign = " : " if house.seed % 3 == 0 else ":"
    if scale >= 1:
        return f"{round(scale, 1):g}{sign}1"
    return f"1{sign}{round(1 / scale, 1 if scale > 0.1 else 0):g}"


def length_label(value_mm: float, house: House, rng: np.random.Generator, *, prefix: str = "", fit: str = "") -> Label:
    """A length with, now and then, a tolerance, a fit, brackets or a box."""
    main = prefix + length_text(value_mm, house)
    kind = pick(rng, ("plain", "symmetric", "limits", "fit", "reference", "exact"), (0.8, 0.06, 0.06, 0.04, 0.03, 0.01))
    if kind == "symmetric":
        return Label(f"{main} ±{length_text(float(pick(rng, (0.02, 0.05, 0.1, 0.2, 0.5))), _fine(house))}")
    if kind == "limits":
        return _limits(main, house, rng)
    if kind == "fit" and fit:
        return Label(f"{main} {pick(rng, FITS[fit])}" if chance(rng, 0.5) else main + pick(rng, FITS[fit]))
    if kind == "reference":
        return Label(f"({main})")
    return Label(main, boxed=kind == "exact")


def _limits(main: str, house: House, rng: np.random.Generator) -> Label:
    upper = float(pick(rng, (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)))
    lower = upper - float(pick(rng, (0.01, 0.02, 0.05, 0.1, 0.2)))
    return Label(main, _limit(upper, house), _limit(round(lower, 3), house))


def _limit(value_mm: float, house: House) -> str:
    return ("+" if value_mm > 0 else "-") + length_text(abs(value_mm), _fine(house)) if value_mm else "0"


def _fine(house: House) -> House:
    """The house writing tolerances, which need decimals."""
    least = 4 if house.inch else 2
    if house.decimals >= least:
        return replace(house, unit_suffix=False)
    return replace(house, decimals=least, strip=True, unit_suffix=False)


def _several(what: str, count: int, house: House) -> str:
    """A diameter or thread, as often as it is there."""
    return house.hole_style.replace("Ø{d}", "{d}").format(n=count, d=what) if count > 1 else what


def hole_label(
    diameter_mm: float, count: int, house: House, rng: np.random.Generator, *, counterbore_mm: float | None = None
) -> Label:
    """A hole or a group of equal holes, as a thread where its diameter is a tapping size."""
    size = length_text(diameter_mm, house)
    thread = next((name for drill, name in THREADS.items() if abs(diameter_mm - drill) < 0.06), "")
    if thread and not house.inch and chance(rng, 0.7):
        deep = f" 深{round(2 * diameter_mm)}" if house.language == "ja" else ""
        return Label(_several(thread, count, house) + pick(rng, ("", " - 6H", deep)))
    through = pick(rng, THROUGH[house.language])
    fit = pick(rng, FITS["hole"]) if chance(rng, 0.08) else ""
    main = " ".join(filter(None, (_several(f"Ø{size}{fit}", count, house), through)))
    if counterbore_mm is None:
        return Label(main)
    bore = length_text(counterbore_mm, house)
    deep = length_text(float(np.round(0.6 * diameter_mm + 1)), house)
    words = {"ja": f"Ø{bore} ザグリ深 {deep}", "de": f"Senkung Ø{bore} {deep} tief"}
    return Label(main, below=(words.get(house.language, f"CBORE Ø{bore} DP {deep}"),))
