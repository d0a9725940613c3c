"""An A0 scan of 190 megapixels is read, regions and symbols included, in at most 1.5 GB, each in its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from PIL import Image

from search.types import Pixels
from tests.drawn import A0_MM, new_page

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
A0_SHAPE = (11_589, 16_384)
LIMIT_BYTES = 1.5e9

MEASURE = """
import sys
from pathlib import Path
from search.prepare import Recipe, prepare_pages
from search.symbols.detector import PACKAGED
sheet, = prepare_pages(Path(sys.argv[1]), 1, 1, Recipe(224, PACKAGED)).sheets
peak_kb = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
print(int(peak_kb) * 1024, max(sheet.size_px), len(sheet.boxes))
"""
"""`ru_maxrss` would be wrong: a process inherits it from the one that starts it."""


def a0_scan() -> Pixels:
    scan = np.full(A0_SHAPE, 255, np.uint8)
    for index in range(60):
        cv2.circle(scan, (1200 + index * 230, 2000 + index * 120), 300 + index * 10, 0, 4)
    return scan


def write(path: Path, kind: str) -> None:
    """Files are written without effort: the test is of reading."""
    scan = Image.fromarray(a0_scan())
    if kind == "colour jpeg":
        scan.convert("RGB").save(path, "JPEG", quality=60)
    elif kind == "grey png in a pdf":
        scan.save(path.with_suffix(".png"), compress_level=1)
        with pymupdf.open() as document:
            page = new_page(document, A0_MM)
            page.insert_image(page.rect, filename=path.with_suffix(".png"))
            document.save(path)
    elif kind == "1-bit ccitt tiff":
        scan.convert("1").save(path, "TIFF", compression="group4", dpi=(350, 350))
    else:
        scan.convert("RGB" if kind == "colour png" else "L").save(path, "PNG", compress_level=1)


SLOW = [
    pytest.param(kind, marks=pytest.mark.slow)
    for kind in ("grey png", "colour png", "colour jpeg", "grey png in a pdf")
]


@pytest.mark.parametrize("kind", ["1-bit ccitt tiff", *SLOW])
def test_an_a0_scan_is_read_in_1_5_gb(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "a0", kind)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "a0")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    peak_bytes, long_side_px, regions = map(int, measured.stdout.split())
    assert long_side_px == 3000 and regions > 5
    assert peak_bytes <= LIMIT_BYTES
