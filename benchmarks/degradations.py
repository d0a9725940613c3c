"""What happens to a sheet before it comes back as a query: the tasks whose right answer is the sheet itself.

Written apart from the degradations of the training, on purpose: a figure here must not measure how well the encoder
has learned one program's idea of a scan. Every function takes (H, W) uint8 pixels, 255 is paper, 3,500 px on the long
side, and a generator from which all chance is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.pages import Pixels, fitted

WHITE = 255
FAX_LONG_SIDE_PX = 1100
INK_STEP = 40
"""Grey levels darker than the paper from which on a pixel counts as ink."""
DENSITY_CELL_PX = 8


def scan(pixels: Pixels, rng: Generator) -> Pixels:
    """A flatbed copy: askew, a little smaller, soft, unevenly lit, noisy, dirty."""
    return _scanned(pixels, rng, surround=WHITE)


def fax(pixels: Pixels, rng: Generator) -> Pixels:
    """A fax: coarse, askew, noisy, black and white by one threshold for the whole page."""
    small = fitted(pixels, FAX_LONG_SIDE_PX)
    small = _turned(small, fax_turn(small.shape, rng), surround=WHITE)
    noisy = _noisy(small.astype(np.float32), rng.uniform(10, 25), rng)
    threshold = rng.uniform(0.65, 0.85) * np.median(small)
    return np.where(noisy < threshold, 0, WHITE).astype(np.uint8)


def crop(pixels: Pixels, rng: Generator) -> Pixels:
    """A window of 12 to 30 % of the inked area, where the ink is densest, at the size of a screenshot."""
    x0, y0, x1, y1 = _densest_window(pixels, rng)
    return fitted(pixels[y0:y1, x0:x1], int(rng.integers(500, 1401)))


def crop_scan(pixels: Pixels, rng: Generator) -> Pixels:
    """A screenshot that was printed and scanned."""
    return scan(crop(pixels, rng), rng)


def rotate90(pixels: Pixels, rng: Generator) -> Pixels:
    """A scan that came out of the feeder turned by 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(scan(pixels, rng), int(rng.integers(1, 4))))


def mirror(pixels: Pixels, _rng: Generator) -> Pixels:
    """The part of the other hand, or the sheet seen from behind."""
    return np.ascontiguousarray(pixels[:, ::-1])


def markup(pixels: Pixels, rng: Generator) -> Pixels:
    """A scan of a sheet that was struck through, encircled and scribbled on."""
    marked = pixels.copy()
    for _ in range(rng.integers(4, 10)):
        _strike_through(marked, rng)
    for _ in range(3):
        _encircle(marked, rng)
    _scribble(marked, rng)
    return scan(marked, rng)


def photo(pixels: Pixels, rng: Generator) -> Pixels:
    """A telephone's picture of a sheet on a dark table: in perspective, then everything a scan suffers."""
    surround = int(rng.integers(15, 80))
    return _scanned(_in_perspective(pixels, rng, surround), rng, surround)


Degradation = Callable[[Pixels, Generator], Pixels]
DEGRADATIONS: Mapping[str, Degradation] = {
    degrade.__name__: degrade for degrade in (scan, fax, crop, crop_scan, rotate90, mirror, markup, photo)
}


def ink(pixels: Pixels) -> NDArray[np.bool_]:
    """(H, W), True where a pixel is clearly darker than the page's paper."""
    return np.asarray(pixels < float(np.median(pixels)) - INK_STEP)


def _scanned(pixels: Pixels, rng: Generator, surround: int) -> Pixels:
    turned = _turned(pixels, scan_turn(pixels.shape, rng), surround)
    soft = cv2.GaussianBlur(turned, (0, 0), rng.uniform(0.7, 1.7)).astype(np.float32)
    noisy = _noisy(soft * _light(turned.shape, rng), rng.uniform(4, 12), rng)
    page = np.clip(noisy, 0, WHITE).astype(np.uint8)
    _sprinkle(page, rng)
    return page


Turn = NDArray[np.float64]
"""(2, 3): where a pixel of the page goes."""


def scan_turn(shape: tuple[int, ...], rng: Generator) -> Turn:
    """What `scan` draws first from its generator: how it lays an (H, W) page down."""
    return _turn(shape, rng.uniform(-3, 3), rng.uniform(0.93, 1.0))


def fax_turn(shape: tuple[int, ...], rng: Generator) -> Turn:
    """The same for `fax`, of the page at FAX_LONG_SIDE_PX."""
    return _turn(shape, rng.uniform(-2, 2), 1.0)


def _turn(shape: tuple[int, ...], degrees: float, scale: float) -> Turn:
    height, width = shape[:2]
    return np.asarray(cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, scale), np.float64)


def _turned(pixels: Pixels, matrix: Turn, surround: int) -> Pixels:
    height, width = pixels.shape
    turned = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=surround)
    return np.asarray(turned, np.uint8)


def _light(shape: tuple[int, ...], rng: Generator) -> NDArray[np.float32]:
    """(H, W), 0.7 to 1, smooth: a lamp that is not the same everywhere."""
    coarse = rng.uniform(0.7, 1.0, (3, 3)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def _noisy(grey: NDArray[np.float32], sigma: float, rng: Generator) -> NDArray[np.float32]:
    return grey + np.float32(sigma) * rng.standard_normal(grey.shape, np.float32)


def _sprinkle(page: Pixels, rng: Generator) -> None:
    """Dust and holes: dots of 1 to 3 px radius, 20 to 80 a megapixel, in place."""
    height, width = page.shape
    count = max(1, round(rng.uniform(20, 80) * height * width / 1e6))
    for x, y, radius, shade in zip(
        rng.integers(0, width, count),
        rng.integers(0, height, count),
        rng.integers(1, 4, count),
        rng.choice([30, 240], count),
        strict=True,
    ):
        cv2.circle(page, (int(x), int(y)), int(radius), int(shade), -1)


def _densest_window(pixels: Pixels, rng: Generator) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) in px, x1 and y1 exclusive: the window of a drawn size that holds most ink."""
    where = ink(pixels)
    x0, y0, x1, y1 = _bounds(where)
    side = np.sqrt(rng.uniform(0.12, 0.30))
    stretch = np.exp(rng.uniform(-0.2, 0.2))  # the window's proportions, not always the sheet's
    width = max(1, int((x1 - x0) * min(1.0, side * stretch)))
    height = max(1, int((y1 - y0) * min(1.0, side / stretch)))
    sums = cv2.integral(where[y0:y1, x0:x1].astype(np.uint8))
    held = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    held = held[::DENSITY_CELL_PX, ::DENSITY_CELL_PX]
    row, column = np.unravel_index(int(held.argmax()), held.shape)
    left, top = x0 + int(column) * DENSITY_CELL_PX, y0 + int(row) * DENSITY_CELL_PX
    return left, top, left + width, top + height


def _bounds(where: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    columns, rows = np.flatnonzero(where.any(axis=0)), np.flatnonzero(where.any(axis=1))
    if not len(columns):
        return 0, 0, where.shape[1], where.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _in_perspective(pixels: Pixels, rng: Generator, surround: int) -> Pixels:
    """The sheet on a table 7 % larger on each side, every corner moved by up to 6 % of the sheet's sides."""
    height, width = pixels.shape
    margin = np.array([0.07 * width, 0.07 * height])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + margin + rng.uniform(-0.06, 0.06, (4, 2)) * (width, height)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    size = (round(width + 2 * margin[0]), round(height + 2 * margin[1]))
    return np.asarray(cv2.warpPerspective(pixels, matrix, size, borderValue=surround), np.uint8)


def _strike_through(page: Pixels, rng: Generator) -> None:
    height, width = page.shape
    start = rng.uniform(0.05, 0.8, 2) * (width, height)
    length = rng.uniform(0.15, 0.6) * width
    angle = rng.normal(0, 0.25)
    end = start + length * np.array([np.cos(angle), np.sin(angle)])
    cv2.line(page, _point(start), _point(end), int(rng.integers(0, 90)), int(rng.integers(4, 12)), cv2.LINE_AA)


def _encircle(page: Pixels, rng: Generator) -> None:
    height, width = page.shape
    centre = rng.uniform(0.15, 0.85, 2) * (width, height)
    axes = rng.uniform(0.04, 0.15, 2) * width
    turn = float(rng.uniform(0, 180))
    shade, thickness = int(rng.integers(0, 90)), int(rng.integers(4, 12))
    cv2.ellipse(page, _point(centre), _point(axes), turn, 0, 360, shade, thickness, cv2.LINE_AA)


def _scribble(page: Pixels, rng: Generator) -> None:
    """One stroke that goes to and fro, as when a word is blacked out or a note is jotted down."""
    height, width = page.shape
    strokes = int(rng.integers(12, 30))
    start = rng.uniform(0.1, 0.7, 2) * (width, height)
    along = np.linspace(0, rng.uniform(0.08, 0.2) * width, strokes)
    across = rng.normal(0, 0.02 * width, strokes)
    line = np.stack([start[0] + along, start[1] + across], axis=1).round().astype(np.int32)
    cv2.polylines(page, [line], False, int(rng.integers(0, 90)), int(rng.integers(4, 10)), cv2.LINE_AA)  # noqa: FBT003


def _point(xy: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(xy[0])), round(float(xy[1]))
