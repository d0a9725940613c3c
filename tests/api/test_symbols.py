"""Symbols in answers and overlays, and searches that require them."""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree import ElementTree

from fastapi.testclient import TestClient

from api.overlay import PENS, Mark, svg_of
from search.engine import SYMBOL_WEIGHT
from search.symbols.classes import BY_NAME, SymbolGroup
from search.types import RegionKind

SVG = "{http://www.w3.org/2000/svg}"


def test_a_hit_tells_its_symbols_and_which_the_query_has_too(marked_client: TestClient, flange: bytes) -> None:
    answer = marked_client.post("/search", files={"file": flange}).json()
    first = answer["hits"][0]
    assert answer["query"]["symbols"]
    assert first["source"] == "part-2.pdf"
    assert [one["class"] for one in first["symbols"]] == [one["class"] for one in answer["query"]["symbols"]]
    assert all(one["shared"] for one in first["symbols"])
    assert first["lacks"] == {}
    for one in first["symbols"]:
        assert one["group"] == BY_NAME[one["class"]].group
        assert 0 <= one["box"][0] <= one["box"][2] <= 1


def test_an_index_without_symbols_does_not_speak_of_them(client: TestClient, flange: bytes) -> None:
    answer = client.post("/search", files={"file": flange}).json()
    assert "symbols" not in answer["query"]
    assert not {"symbols", "lacks"} & set(answer["hits"][0])


def test_sheets_without_what_is_required_are_left_out(marked_client: TestClient, flange: bytes) -> None:
    hits = marked_client.post("/search", files={"file": flange}).json()["hits"]
    counts = [Counter(one["class"] for one in hit["symbols"]) for hit in hits]
    name = max(counts[0], key=lambda name: abs(counts[0][name] - counts[1][name]))
    fewer, more = sorted(count[name] for count in counts)
    found = marked_client.post("/search", files={"file": flange}, data={"symbols": f"only:{name}>{fewer}"}).json()[
        "hits"
    ]
    assert fewer < more
    assert [hit["source"] for hit in found] == [
        h["source"] for h, c in zip(hits, counts, strict=True) if c[name] == more
    ]


def test_overlays_show_symbols_by_group(marked_client: TestClient, flange: bytes) -> None:
    hit = marked_client.post("/search", files={"file": flange}).json()["hits"][0]
    overlay = f"/drawings/{hit['drawing_id']}/sheets/1/overlay"
    told = marked_client.get(f"{overlay}.json").json()["symbols"]
    assert [one["class"] for one in told] == [one["class"] for one in hit["symbols"]]
    root = ElementTree.fromstring(marked_client.get(hit["overlay_url"]).text)
    drawn = {group.attrib["class"]: len(group) for group in root.findall(f"{SVG}g")}
    assert {name: drawn[name] for name in Counter(one["group"] for one in told)} == Counter(
        one["group"] for one in told
    )
    assert marked_client.get(f"{overlay}.png").content.startswith(b"\x89PNG")


def test_every_group_has_a_pen_of_its_own_that_needs_no_colour() -> None:
    looks = [(PENS[group.value].width, PENS[group.value].dashes, PENS[group.value].filled) for group in SymbolGroup]
    assert len({PENS[group.value].colour for group in SymbolGroup}) == len(SymbolGroup)
    assert len(set(looks)) == len(SymbolGroup)
    assert not {group.value for group in SymbolGroup} & {kind.value for kind in RegionKind}


def test_a_symbol_says_its_name_when_pointed_at() -> None:
    svg = svg_of([Mark("weld", (0.1, 0.1, 0.2, 0.2), "すみ肉溶接")], (1000, 700))
    assert ElementTree.fromstring(svg).find(f"{SVG}g[@class='weld']/{SVG}rect/{SVG}title").text == "すみ肉溶接"  # type: ignore[union-attr]


def test_the_weight_of_symbols_is_a_field(marked_client: TestClient, flange: bytes) -> None:
    def hit(**fields: str) -> dict[str, Any]:
        return dict(marked_client.post("/search", files={"file": flange}, data=fields).json()["hits"][0])

    assert set(hit(symbol_weight="0")["scores"]) == {"visual"}
    assert set(hit(symbol_weight="0.3")["scores"]) == {"visual", "symbols"}
    assert hit() == hit(symbol_weight=str(SYMBOL_WEIGHT)) != hit(symbol_weight="0"), "symbols count by default"
    assert marked_client.post("/search", files={"file": flange}, data={"symbol_weight": "2"}).status_code == 422


def test_the_classes_that_can_be_required_are_told(client: TestClient) -> None:
    told = client.get("/symbols").json()
    assert [one["class"] for one in told] == list(BY_NAME)
    old = next(one for one in told if one["class"] == "spot_weld_old")
    assert old["successor"] == "spot_weld" and old["group"] == "weld" and old["japanese"]


def test_an_indexed_drawing_keeps_its_symbols(marked_client: TestClient, flange: bytes) -> None:
    hit = marked_client.post("/search", files={"file": flange}).json()["hits"][0]
    again = marked_client.post("/search", data={"drawing_id": hit["drawing_id"]}).json()
    assert [one["class"] for one in again["query"]["symbols"]] == [one["class"] for one in hit["symbols"]]
