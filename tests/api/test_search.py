"""What POST /search and POST /preview answer."""

from __future__ import annotations

import hashlib
import tempfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from api.app import create_app
from api.settings import Settings
from search.engine import Engine
from tests.conftest import make_fake_encoder


def post(client: TestClient, content: bytes, **fields: object) -> dict:  # type: ignore[type-arg]
    response = client.post("/search", files={"file": ("query.pdf", content)}, data=fields)
    assert response.status_code == 200, response.text
    answer: dict = response.json()  # type: ignore[type-arg]
    return answer


def as_image(pdf: bytes) -> Image.Image:
    with pymupdf.open(stream=pdf) as document:
        return Image.open(BytesIO(document[0].get_pixmap(dpi=150, colorspace="gray").tobytes("png")))


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_drawing_finds_itself_first(client: TestClient, flange: bytes) -> None:
    hit = post(client, flange)["hits"][0]
    assert hit["drawing_id"] == hashlib.sha256(flange).hexdigest()
    assert hit["source"] == "part-2.pdf"
    assert hit["score"] == pytest.approx(1, abs=2e-3)


def test_an_answer_has_the_documented_shape_and_nothing_else(client: TestClient, flange: bytes) -> None:
    answer = post(client, flange, top_k=2)
    assert set(answer) == {"query", "hits", "timings_ms", "generation"}
    assert set(answer["query"]) == {"sheet", "size_px", "regions", "region_boxes"}
    assert answer["query"]["regions"] == len(answer["query"]["region_boxes"]) > 0
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2]
    for hit in answer["hits"]:
        assert set(hit) == {
            *("rank", "drawing_id", "source", "sheet", "score", "scores", "orientation", "matches"),
            *("overlay_url", "image_url"),
        }
        assert set(hit["scores"]) == {"visual"}
        assert set(hit["orientation"]) == {"rotation_deg", "mirrored"}
        assert set(hit["matches"][0]) == {"query_box", "hit_box", "similarity"}
    assert {"read", "encode", "shortlist", "rerank", "total"} <= set(answer["timings_ms"])
    assert answer["generation"] == "000001"


def test_the_addresses_in_a_hit_lead_to_its_picture_and_its_matched_regions(client: TestClient, flange: bytes) -> None:
    hit = post(client, flange)["hits"][0]
    assert client.get(hit["image_url"]).headers["content-type"] == "image/png"
    overlay = client.get(hit["overlay_url"])
    assert overlay.headers["content-type"].startswith("image/svg+xml")
    assert overlay.text.count('class="match"') == 1


def test_addresses_carry_the_prefix_of_a_proxy(client: TestClient, flange: bytes) -> None:
    behind = TestClient(client.app, root_path="/archive")
    answer = behind.post("/archive/search", files={"file": flange}).json()
    assert answer["hits"][0]["image_url"].startswith("/archive/drawings/")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_query_finds_its_original_and_says_how_it_was_turned(
    client: TestClient, flange: bytes, turn: int
) -> None:
    hit = post(client, png(as_image(flange).rotate(-turn, expand=True)))["hits"][0]
    assert hit["source"] == "part-2.pdf"
    assert hit["orientation"] == {"rotation_deg": turn, "mirrored": False}


def test_mirror_false_switches_the_mirror_image_off(client: TestClient, flange: bytes) -> None:
    mirrored = png(as_image(flange).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert post(client, mirrored)["hits"][0]["orientation"]["mirrored"]
    assert not any(hit["orientation"]["mirrored"] for hit in post(client, mirrored, mirror="false")["hits"])


def test_an_indexed_drawing_can_be_the_query(client: TestClient, flange_id: str) -> None:
    answer = client.post("/search", data={"drawing_id": flange_id}).json()
    (sheet,) = client.get(f"/drawings/{flange_id}").json()["sheets"]
    assert answer["hits"][0]["drawing_id"] == flange_id
    assert answer["query"]["size_px"] == sheet["size_px"]


def test_the_page_asked_for_is_the_query(client: TestClient, drawings_dir: Path) -> None:
    two_pages = (drawings_dir / "sub" / "assembly.pdf").read_bytes()
    answer = post(client, two_pages, page=2)
    assert answer["query"]["sheet"] == 2
    assert answer["hits"][0]["sheet"] == 2
    drawing_id = answer["hits"][0]["drawing_id"]
    again = client.post("/search", data={"drawing_id": drawing_id, "page": 2}).json()
    assert (again["query"]["sheet"], again["hits"][0]["sheet"]) == (2, 2)


def test_a_box_confines_the_query(client: TestClient, flange: bytes) -> None:
    boxes = post(client, flange, box="0.1,0.2,0.6,0.9")["query"]["region_boxes"]
    assert boxes
    assert all(0.099 <= x0 < x1 <= 0.601 and 0.199 <= y0 < y1 <= 0.901 for x0, y0, x1, y1 in boxes)


def test_a_blank_sheet_is_answered_without_hits(client: TestClient) -> None:
    answer = post(client, png(Image.new("L", (800, 600), 255)))
    assert answer["hits"] == []
    assert answer["query"]["regions"] == 0


def test_no_upload_is_left_behind(
    client: TestClient, flange: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    post(client, flange)
    assert client.post("/search", files={"file": b"no drawing"}).status_code == 422
    assert client.post("/preview", files={"file": flange}).status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_a_preview_is_the_page_as_a_picture_and_says_how_many_there_are(client: TestClient, drawings_dir: Path) -> None:
    two_pages = (drawings_dir / "sub" / "assembly.pdf").read_bytes()
    response = client.post("/preview", files={"file": two_pages}, data={"page": 2})
    assert response.headers["x-page-count"] == "2"
    assert Image.open(BytesIO(response.content)).size == (1132, 1600)


def test_words_find_what_they_describe(tiny_index: Path, engine: Engine) -> None:
    """A fake words' side that means the same by every word: what one region of the fifth sheet shows."""
    meant = np.asarray(engine.generation.vectors[int(engine.generation.first_regions[4])], np.float32)
    source = engine.generation.catalog.sheet(4).source
    with TestClient(
        create_app(tiny_index, make_fake_encoder(words=lambda _: meant), Settings(read_workers=1))
    ) as client:
        answer = client.post("/search", data={"text": "フランジ 穴6", "top_k": 2}).json()
    assert answer["query"] == {"text": "フランジ 穴6"}
    assert answer["hits"][0]["source"] == source and len(answer["hits"]) == 2
    assert set(answer["hits"][0]["scores"]) == {"text"}
    assert "query_box" not in answer["hits"][0]["matches"][0]


def test_words_that_the_encoder_does_not_know_are_refused(client: TestClient) -> None:
    refused = client.post("/search", data={"text": "flange"})
    assert refused.status_code == 422 and "knows no words" in refused.json()["errors"][0]["detail"]
