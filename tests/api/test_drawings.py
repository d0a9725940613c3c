"""What is known of an indexed drawing, and its pictures."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from api.answers import Links, rounded
from api.overlay import Mark, boxes_of, svg_of
from search.types import Box

SVG = "{http://www.w3.org/2000/svg}"


def test_a_drawing_has_all_its_sources_and_sheets(client: TestClient, drawings_dir: Path) -> None:
    drawing_id = hashlib.sha256((drawings_dir / "sub" / "assembly.pdf").read_bytes()).hexdigest()
    drawing = client.get(f"/drawings/{drawing_id}").json()
    assert drawing["sources"] == ["sub/assembly.pdf"]
    assert drawing["page_count"] == 2
    assert [sheet["sheet"] for sheet in drawing["sheets"]] == [1, 2]
    sheet = drawing["sheets"][1]
    assert sheet["size_mm"] == pytest.approx([210, 297], abs=0.2)
    assert sheet["size_source"] == "page_box"
    assert "No. 00021" in sheet["text"]
    assert sheet["regions"] > 0


@pytest.mark.parametrize("width", [16, 333, 1600])
def test_a_sheet_has_the_width_asked_for(client: TestClient, flange_id: str, width: int) -> None:
    picture = Image.open(BytesIO(client.get(f"/drawings/{flange_id}/sheets/1.png?width={width}").content))
    assert picture.width == width
    assert picture.height == pytest.approx(width * 297 / 420, abs=1)


def test_an_overlay_lists_the_regions_and_no_part_that_is_not_built(client: TestClient, flange_id: str) -> None:
    overlay = client.get(f"/drawings/{flange_id}/sheets/1/overlay.json").json()
    assert set(overlay) == {"regions"}
    assert {region["kind"] for region in overlay["regions"]} == {"sheet", "view", "tile"}
    marked = client.get(f"/drawings/{flange_id}/sheets/1/overlay.json?boxes=0.1,0.2,0.3,0.4").json()
    assert marked["matches"] == [{"box": [0.1, 0.2, 0.3, 0.4]}]


def test_an_svg_overlay_has_the_size_of_the_sheet_and_a_class_a_kind(client: TestClient, flange_id: str) -> None:
    sheet = client.get(f"/drawings/{flange_id}").json()["sheets"][0]
    root = ElementTree.fromstring(client.get(sheet["overlay_url"]).text)
    assert root.attrib["viewBox"] == "0 0 {} {}".format(*sheet["size_px"])
    groups = {group.attrib["class"]: len(group) for group in root.findall(f"{SVG}g")}
    legend = groups.pop("legend")
    assert set(groups) == {"sheet", "view", "tile"}
    assert legend == 1 + 2 * len(groups)
    assert sum(groups.values()) == sheet["regions"]


def test_a_png_overlay_draws_over_the_sheet(client: TestClient, flange_id: str) -> None:
    sheet = Image.open(BytesIO(client.get(f"/drawings/{flange_id}/sheets/1.png").content)).convert("RGB")
    address = f"/drawings/{flange_id}/sheets/1/overlay.png?boxes=0.25,0.25,0.75,0.75"
    drawn_over = Image.open(BytesIO(client.get(address).content))
    changed = (np.asarray(sheet) != np.asarray(drawn_over)).any(axis=2)
    rows, columns = np.nonzero(changed)
    height, width = changed.shape
    edges = [columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height]
    assert edges == pytest.approx([0.25, 0.25, 0.75, 0.75], abs=0.005)


def test_too_many_or_wrong_boxes_are_refused(client: TestClient, flange_id: str) -> None:
    address = f"/drawings/{flange_id}/sheets/1/overlay.svg?boxes="
    for boxes in ("0,0,1", "0,0,1,2", ";".join(["0,0,1,1"] * 51)):
        response = client.get(address + boxes)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "boxes"


def test_a_picture_of_another_kind_is_not_guessed(client: TestClient, flange_id: str) -> None:
    assert client.get(f"/drawings/{flange_id}/sheets/1/overlay.gif").status_code == 404


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, y0 = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return x0, y0, draw(st.floats(x0 + 0.01, 1)), draw(st.floats(y0 + 0.01, 1))


@given(st.lists(boxes(), min_size=1, max_size=5))
def test_boxes_in_an_address_are_the_boxes_that_were_put_there(given_boxes: list[Box]) -> None:
    _, _, query = Links("").overlay("id", 1, given_boxes).partition("?boxes=")
    for read, given_box in zip(boxes_of(query), given_boxes, strict=True):
        assert read == pytest.approx(rounded(given_box), abs=1e-5)


@given(st.lists(boxes(), max_size=5), st.integers(1, 20000), st.integers(1, 20000))
def test_an_svg_is_well_formed_and_draws_every_mark_inside_the_sheet(
    given_boxes: list[Box], width: int, height: int
) -> None:
    root = ElementTree.fromstring(svg_of([Mark("match", box) for box in given_boxes], (width, height)))
    drawn = root.findall(f"{SVG}g[@class='match']/{SVG}rect")
    assert len(drawn) == len(given_boxes)
    for rectangle in drawn:
        assert float(rectangle.attrib["x"]) + float(rectangle.attrib["width"]) <= width + 0.11
        assert float(rectangle.attrib["y"]) + float(rectangle.attrib["height"]) <= height + 0.11
