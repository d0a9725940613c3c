"""Ink that people add to a sheet by hand: strike-throughs, ellipses, scribbles, arrows, writing, stamps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from search.types import Pixels

Curve = NDArray[np.float64]
"""(N, 2) pixels."""
FONTS = (cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_COMPLEX, cv2.FONT_HERSHEY_SIMPLEX)
WORDS = ("OK", "NG", "see rev B", "x2", "change!", "12.5", "ask", "35.2", "CANCELLED", "APPROVED", "COPY", "FOR QUOTE")
STAMPS = ("RECEIVED", "APPROVED", "VOID", "CONTROLLED", "COPY", "2019.06.12", "CHECKED")


def scribble(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    """A copy with some handwritten ink, (H, W) uint8."""
    out = pixels.copy()
    for _ in range(max(1, int(rng.poisson(9 * strength)))):
        names = list(MARKS)
        weights = np.array([weight for _, weight in MARKS.values()])
        mark = MARKS[names[int(rng.choice(len(names), p=weights / weights.sum()))]][0]
        mark(out, rng)
    return out


def _strike(out: Pixels, rng: np.random.Generator) -> None:
    """A nearly straight line, now and then doubled."""
    start, length, angle = _somewhere(out, rng), rng.uniform(0.03, 0.45) * max(out.shape), rng.uniform(-0.6, 0.6)
    t = np.linspace(0, 1, 12)[:, None]
    line = start + t * length * np.array([np.cos(angle), np.sin(angle)]) + _wobble(12, rng, 0.004 * length)
    for shift in (0.0, 5.0)[: int(rng.integers(1, 3))]:
        _ink(out, line + np.array([0.0, shift]), rng)


def _ellipse(out: Pixels, rng: np.random.Generator) -> None:
    """A ring round something, not quite closed."""
    turn = np.linspace(0.1, rng.uniform(6.0, 7.2), 48)
    size = rng.uniform(0.015, 0.12, 2) * max(out.shape)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * size * np.linspace(0.95, 1.05, 48)[:, None]
    _ink(out, _somewhere(out, rng) + ring @ _turned(rng.uniform(-0.5, 0.5)), rng)


def _zigzag(out: Pixels, rng: np.random.Generator) -> None:
    """Something blacked out by hand."""
    count, size = int(rng.integers(6, 24)), rng.uniform(0.01, 0.06) * max(out.shape)
    x = np.linspace(0, rng.uniform(1, 3) * size, count)
    points = np.stack([x, np.where(np.arange(count) % 2, size, 0.0)], axis=1) + _wobble(count, rng, 0.15 * size)
    _ink(out, _somewhere(out, rng) + points @ _turned(rng.uniform(-0.4, 0.4)), rng)


def _arrow(out: Pixels, rng: np.random.Generator) -> None:
    start = _somewhere(out, rng)
    end = start + rng.normal(0, 0.08, 2) * max(out.shape)
    _ink(out, np.stack([start, (start + end) / 2 + rng.normal(0, 6, 2), end]), rng)
    back = (start - end) / max(float(np.hypot(*(start - end))), 1.0) * 14
    _ink(out, np.stack([end + back @ _turned(0.5), end, end + back @ _turned(-0.5)]), rng)


def _tick(out: Pixels, rng: np.random.Generator) -> None:
    size = rng.uniform(0.008, 0.03) * max(out.shape)
    _ink(out, _somewhere(out, rng) + np.array([(0, 0), (0.35, 0.5), (1.1, -0.8)]) * size, rng)


def _writing(out: Pixels, rng: np.random.Generator) -> None:
    """Loops along a line, as handwriting looks from afar, or a few words."""
    if rng.random() < 0.5:
        x, y = _somewhere(out, rng).astype(int).tolist()
        font, size = FONTS[int(rng.integers(3))], float(rng.uniform(0.6, 1.6)) * max(out.shape) / 1400
        text = WORDS[int(rng.integers(len(WORDS)))]
        cv2.putText(out, text, (x, y), font, size, _darkness(rng), int(rng.integers(1, 3)), cv2.LINE_AA)
        return
    count, size = int(rng.integers(24, 90)), rng.uniform(0.004, 0.011) * max(out.shape)
    t = np.arange(count)
    height = np.repeat(rng.uniform(0.4, 1.6, count // 6 + 1), 6)[:count]
    loops = np.stack([0.35 * t + 0.6 * np.sin(1.3 * t), height * np.cos(1.1 * t)], axis=1) * size
    _ink(out, _somewhere(out, rng) + loops @ _turned(rng.uniform(-0.15, 0.15)), rng)


def _stamp(out: Pixels, rng: np.random.Generator) -> None:
    """A round or square stamp with a word, turned a little."""
    side = int(rng.uniform(0.05, 0.11) * max(out.shape))
    stamp = np.full((side, 2 * side), 255, np.uint8)
    ink = _darkness(rng) + 40
    if rng.random() < 0.5:
        cv2.ellipse(stamp, (side, side // 2), (int(0.9 * side), int(0.42 * side)), 0, 0, 360, ink, 3, cv2.LINE_AA)
    else:
        cv2.rectangle(stamp, (4, 4), (2 * side - 5, side - 5), ink, 3)
    text = STAMPS[int(rng.integers(len(STAMPS)))]
    size = 1.5 * side / max(1, cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.0, 2)[0][0])
    cv2.putText(stamp, text, (int(0.25 * side), int(0.6 * side)), cv2.FONT_HERSHEY_DUPLEX, size, ink, 2, cv2.LINE_AA)
    matrix = cv2.getRotationMatrix2D((side, side / 2), float(rng.uniform(-25, 25)), 1.0)
    stamp = cv2.warpAffine(stamp, matrix, (2 * side, side), borderValue=255).astype(np.uint8)
    height, width = out.shape
    if width > 2 * side and height > side:
        x, y = int(rng.integers(width - 2 * side)), int(rng.integers(height - side))
        window = out[y : y + side, x : x + 2 * side]
        np.minimum(window, stamp, out=window)


Mark = Callable[[Pixels, np.random.Generator], None]
MARKS: Mapping[str, tuple[Mark, float]] = {
    "strike": (_strike, 0.32),
    "ellipse": (_ellipse, 0.2),
    "zigzag": (_zigzag, 0.12),
    "arrow": (_arrow, 0.08),
    "tick": (_tick, 0.08),
    "writing": (_writing, 0.14),
    "stamp": (_stamp, 0.06),
}


def _somewhere(out: Pixels, rng: np.random.Generator) -> Curve:
    height, width = out.shape
    return rng.uniform(0.05, 0.9, 2) * (width, height)


def _darkness(rng: np.random.Generator) -> int:
    return int(rng.integers(0, 150))


def _wobble(count: int, rng: np.random.Generator, size: float) -> Curve:
    return np.cumsum(rng.normal(0, size, (count, 2)), axis=0)


def _turned(angle: float) -> Curve:
    """(2, 2) for points in rows."""
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _ink(out: Pixels, curve: Curve, rng: np.random.Generator) -> None:
    """A pen line through the points."""
    thick = max(1, round(float(rng.uniform(0.8, 5.0)) * max(out.shape) / 1400))
    points = np.rint(curve * 8).astype(np.int32)
    cv2.polylines(out, [points[:, None]], False, _darkness(rng), thick, cv2.LINE_AA, shift=3)  # noqa: FBT003
