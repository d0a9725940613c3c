"""What happens to a sheet between the printer and the search box: scanned, faxed, photographed, written on, copied.

For training only. A recipe is a mark-up of the source, one warp, and a few changes of the pixels; the warp is returned
as a homography so that boxes can be followed. Pixel centres are at halves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from search.types import Pixels
from training.wear.damage import pick_lid, punch, scratch, tear
from training.wear.scribbles import scribble

Homography = NDArray[np.float64]
"""(3, 3) float64, from source to result pixels."""
Recipe = Callable[[Pixels, np.random.Generator, float], tuple[Pixels, Homography]]

_QUANTILES = np.sort(np.random.default_rng(0).standard_normal(256))


def degrade(pixels: Pixels, rng: np.random.Generator, strength: float = 1.0) -> Pixels:
    """A degraded copy of a sheet or a crop, (H, W) to (H', W') uint8; strength 0 is gentle, 1 usual, 2 hard."""
    return degrade_traced(pixels, rng, strength)[0]


def degrade_traced(pixels: Pixels, rng: np.random.Generator, strength: float = 1.0) -> tuple[Pixels, Homography]:
    """`degrade` with the homography that takes source pixels to result pixels."""
    names = list(RECIPES)
    weights = np.array([weight for _, weight in RECIPES.values()])
    name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    return RECIPES[name][0](pixels, rng, strength)


def scan(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Slightly turned, blurred, unevenly lit, noisy, specked."""
    pixels, matrix = _copied(_line_weight(pixels, rng, strength), rng, strength, low=0.7)
    pixels = _blurred(pixels, rng, strength)
    pixels = _lit(pixels, rng, strength)
    return _noisy(_specked(pixels, rng, strength), rng, strength), matrix


def fax(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Few pixels, black or white."""
    long_side_px = float(rng.uniform(850, 1500) / (0.75 + 0.25 * strength))
    scale = min(long_side_px / max(pixels.shape), float(rng.uniform(0.6, 1.0)))
    pixels, matrix = _warped(pixels, _turn_matrix(pixels, rng, 2.0 * strength, scale))
    pixels = _noisy(_blurred(pixels, rng, 0.6), rng, strength)
    level = _between_ink_and_paper(pixels, rng.uniform(0.3, 0.85))
    return np.where(_specked(pixels, rng, strength) < level, np.uint8(0), np.uint8(255)), matrix


def photo(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Taken by hand: perspective, a surround that is not paper, shadows, blur, JPEG."""
    height, width = pixels.shape
    scale = float(rng.uniform(0.65, 1.0))
    margin = float(rng.uniform(0.0, 0.06))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inner = corners * (1 - 2 * margin) + np.array([width, height]) * margin
    moved = (inner + rng.uniform(-0.055, 0.055, (4, 2)) * strength * (width, height)) * scale
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32)).astype(np.float64)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    pixels, matrix = _warped(pixels, (matrix, size), around=int(rng.integers(10, 170)))
    pixels = _lit(_blurred(pixels, rng, 1.3 * strength), rng, 1.8 * strength)
    return _jpeg(_noisy(pixels, rng, strength), rng), matrix


def markup(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Written on by hand, then sometimes scanned."""
    marked = scribble(pixels, rng, strength)
    if rng.random() < 0.3:
        return marked, np.eye(3)
    return scan(marked, rng, 0.7 * strength)


def faded(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Weak ink on grey or stained paper."""
    pixels, matrix = _copied(pixels, rng, strength)
    ink, paper = rng.uniform(60, 190) * min(strength, 1.3), rng.uniform(195, 255)
    ramp = np.clip(np.linspace(min(ink, paper - 45), paper, 256), 0, 255).astype(np.uint8)
    pixels = _lit(cv2.LUT(pixels, ramp).astype(np.uint8, copy=False), rng, strength)
    return _noisy(pixels, rng, strength), matrix


def blueprint(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """White lines on dark paper."""
    pixels, matrix = _copied(pixels, rng, strength)
    ramp = np.linspace(rng.uniform(190, 255), rng.uniform(15, 85), 256).astype(np.uint8)
    return _noisy(_lit(cv2.LUT(pixels, ramp).astype(np.uint8, copy=False), rng, 0.6 * strength), rng, strength), matrix


def recopied(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """A copy of a copy: each time turned, blurred and hardened."""
    total = np.eye(3)
    for _ in range(2 if rng.random() < 0.6 else 3):
        pixels, matrix = _copied(pixels, rng, 0.6 * strength, low=0.85)
        total = matrix @ total
        pixels = _contrasted(_blurred(pixels, rng, 0.8), rng)
    return _specked(_noisy(pixels, rng, 0.7 * strength), rng, 1.5 * strength), total


def screenshot(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Clean but resampled, compressed, lines thicker or thinner."""
    scale = float(rng.uniform(1.0 - 0.5 * min(strength, 1.5), 1.0))
    pixels, matrix = _warped(_line_weight(pixels, rng, strength), _turn_matrix(pixels, rng, 0.0, scale))
    return _jpeg(pixels, rng), matrix


def damaged(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Filed and torn: punched holes along an edge, corners missing, then scanned on a pale or dark lid."""
    lid = pick_lid(rng)
    return scan(tear(punch(pixels, rng, lid), rng, lid), rng, strength)


def microfilm(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """Photographed small and blown up again: soft, hard in contrast, grainy, scratched, often negative."""
    long_side_px = float(rng.uniform(1000, 2000))
    small, matrix = _warped(pixels, _turn_matrix(pixels, rng, strength, min(1.0, long_side_px / max(pixels.shape))))
    grainy = _noisy(_contrasted(_blurred(small, rng, 1.2), rng), rng, 1.8 * strength)
    film = _lit(scratch(grainy, rng), rng, 0.7 * strength)
    return (255 - film if rng.random() < 0.5 else film), matrix


def larger_paper(pixels: Pixels, rng: np.random.Generator, strength: float) -> tuple[Pixels, Homography]:
    """A small sheet on a large page: in a corner, or anywhere on it, then sometimes scanned."""
    height, width = pixels.shape
    share = float(rng.uniform(0.9 - 0.4 * min(strength, 1.2), 0.95))
    room = np.array([width, height]) * (1 - share)
    place = rng.integers(0, 2, 2) if rng.random() < 0.6 else rng.random(2)
    moved = np.array([[share, 0, room[0] * place[0]], [0, share, room[1] * place[1]], [0, 0, 1]])
    page, matrix = _warped(pixels, (moved, (width, height)))
    if rng.random() < 0.5:
        return page, matrix
    scanned, turned = scan(page, rng, strength)
    return scanned, turned @ matrix


RECIPES: Mapping[str, tuple[Recipe, float]] = {
    "scan": (scan, 0.24),
    "fax": (fax, 0.16),
    "photo": (photo, 0.13),
    "markup": (markup, 0.24),
    "faded": (faded, 0.05),
    "blueprint": (blueprint, 0.03),
    "recopied": (recopied, 0.08),
    "screenshot": (screenshot, 0.07),
    "damaged": (damaged, 0.05),
    "microfilm": (microfilm, 0.04),
    "larger_paper": (larger_paper, 0.05),
}
"""Name to recipe and how often it is chosen."""


def _turn_matrix(
    pixels: Pixels, rng: np.random.Generator, most_deg: float, scale: float
) -> tuple[Homography, tuple[int, int]]:
    """A turn about the middle, a scale and a small shift; and the size of the result."""
    height, width = pixels.shape
    angle = math.radians(float(np.clip(rng.normal(0, 0.5 * most_deg), -most_deg, most_deg))) if most_deg else 0.0
    shrink = 1.0 - (abs(float(rng.normal(0, 0.02))) if most_deg else 0.0)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    cos, sin = scale * shrink * math.cos(angle), scale * shrink * math.sin(angle)
    shift = rng.normal(0, 0.006, 2) * size if most_deg else np.zeros(2)
    x = size[0] / 2 + shift[0] - cos * width / 2 - sin * height / 2
    y = size[1] / 2 + shift[1] + sin * width / 2 - cos * height / 2
    return np.array([[cos, sin, x], [-sin, cos, y], [0, 0, 1]]), size


def _copied(
    pixels: Pixels, rng: np.random.Generator, strength: float, *, low: float = 0.8
) -> tuple[Pixels, Homography]:
    """Turned and resampled as by a copier."""
    return _warped(pixels, _turn_matrix(pixels, rng, 3.0 * strength, float(rng.uniform(low, 1.0))))


def _warped(
    pixels: Pixels, warp: tuple[Homography, tuple[int, int]], *, around: int = 255
) -> tuple[Pixels, Homography]:
    """The picture under the homography; smoothed first where it shrinks."""
    matrix, size = warp
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # OpenCV's pixel centres are at whole numbers
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))
    if scale < 0.8:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.35 / scale).astype(np.uint8, copy=False)
    inner = np.linalg.inv(half) @ matrix @ half
    out = cv2.warpPerspective(pixels, inner, size, flags=cv2.INTER_LINEAR, borderValue=around)
    return out.astype(np.uint8, copy=False), matrix


def _line_weight(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    """Lines thicker or thinner, or as they are."""
    draw = rng.random()
    if draw > 0.5 * min(strength, 1.4):
        return pixels
    kernel = np.ones((2, 2), np.uint8) if draw < 0.35 * strength else cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    if rng.random() < 0.75:
        return cv2.erode(pixels, kernel).astype(np.uint8, copy=False)
    thin = cv2.dilate(pixels, np.ones((2, 1), np.uint8))
    return cv2.addWeighted(thin, 0.7, pixels, 0.3, 0).astype(np.uint8, copy=False)


def _blurred(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    sigma = float(abs(rng.normal(0, 0.8)) * strength) * max(pixels.shape) / 1400
    return cv2.GaussianBlur(pixels, (0, 0), sigma).astype(np.uint8, copy=False) if sigma > 0.25 else pixels


def _contrasted(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Hardened by a steep tone curve."""
    middle, steep = _between_ink_and_paper(pixels, rng.uniform(0.3, 0.85)), rng.uniform(0.02, 0.08)
    curve = 255 / (1 + np.exp(-steep * (np.arange(256) - middle)))
    curve = 255 * (curve - curve[0]) / (curve[-1] - curve[0])
    return cv2.LUT(pixels, curve.astype(np.uint8)).astype(np.uint8, copy=False)


def _between_ink_and_paper(pixels: Pixels, share: float) -> float:
    """A grey level between the darkest percent of the picture and white, so that faint drawings are not lost."""
    ink = float(np.percentile(pixels[::3, ::3], 1))
    return min(ink + share * (255.0 - ink), 235.0)


def _lit(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    """Uneven light, shadows, folds and stains, as one smooth field the picture is multiplied by."""
    height, width = pixels.shape
    y, x = np.mgrid[0:48, 0:48] / 47.0
    angle, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.02, 0.22) * strength
    field = 1.0 - depth * np.clip(0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle), 0, 1)
    field *= 1.0 - 0.1 * strength * rng.random() * ((x - rng.random()) ** 2 + (y - rng.random()) ** 2)
    if rng.random() < 0.25 * strength:
        field *= _shadow(x, y, rng)
    for _ in range(int(rng.integers(1, 4)) if rng.random() < 0.2 * strength else 0):
        spread = rng.uniform(0.03, 0.12)
        field *= 1.0 - rng.uniform(0.05, 0.25) * np.exp(
            -(((x - rng.random()) ** 2 + (y - rng.random()) ** 2) / spread**2)
        )
    small = np.clip(255 * field, 0, 255).astype(np.uint8)
    full = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.25 * strength:
        _fold(full, rng)
    return cv2.multiply(pixels, full, scale=1 / 255).astype(np.uint8, copy=False)


def _shadow(x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """A soft-edged shadow over one side."""
    angle = rng.uniform(0, 2 * np.pi)
    across = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) - rng.uniform(-0.2, 0.4)
    edge: NDArray[np.float64] = 1 / (1 + np.exp(-across * rng.uniform(10, 60)))
    return 1.0 - rng.uniform(0.15, 0.45) * edge


def _fold(field: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Darker creases along the middle or the thirds."""
    height, width = field.shape
    depth = float(rng.uniform(0.6, 0.92))
    for at in ((0.5,), (1 / 3, 2 / 3), (0.25, 0.5, 0.75))[int(rng.integers(3))]:
        thick = int(rng.integers(1, 4))
        if rng.random() < 0.5:
            band = field[:, round(at * width) : round(at * width) + thick]
        else:
            band = field[round(at * height) : round(at * height) + thick]
        band[...] = (band * depth).astype(np.uint8)


def _noisy(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    """Normal noise, by table from raw bytes."""
    sigma = float(abs(rng.normal(0, 7.0)) * strength)
    if sigma < 0.7:
        return pixels
    table = np.clip(128 + sigma * _QUANTILES, 0, 255).astype(np.uint8)
    raw = rng.integers(0, 256, pixels.shape, dtype=np.uint8)
    noise = cv2.LUT(raw, table)
    return cv2.addWeighted(pixels, 1.0, noise, 1.0, -128.0).astype(np.uint8, copy=False)


def _specked(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    """Dust: dark and white dots, a few of them larger."""
    count = int(rng.exponential(120) * strength)
    height, width = pixels.shape
    out = pixels.copy()
    x, y = rng.integers(0, width, count), rng.integers(0, height, count)
    out[y, x] = rng.integers(0, 120, count)
    for cx, cy, size in zip(x[:30].tolist(), y[:30].tolist(), rng.integers(1, 3, 30).tolist(), strict=False):
        cv2.circle(out, (cx, cy), size, 255 if cx % 2 else 60, -1)
    return out


def _jpeg(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    quality = int(rng.integers(18, 80))
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
