"""A query finds its sheet: whole, boxed, turned and mirrored, and the answer says how."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.rebuild import rebuild
from search import engine as engine_module
from search.engine import FIRST_REGIONS, LIKELY_ORIENTATIONS, MAX_TOP_K, Engine, Query
from search.errors import DrawingError, IndexUnusable, Reason, UsageError
from search.symbols.classes import CLASSES
from search.symbols.comparison import lacking, shared_symbols
from search.symbols.filters import parse_requirements
from search.types import Orientation, RegionKind, Symbol
from tests.conftest import FAKE_DIMENSIONS, make_fake_encoder
from tests.drawn import image_bytes, raster, write_pdf


@pytest.fixture
def query_px(drawings_dir: Path) -> np.ndarray:  # type: ignore[type-arg]
    return raster(drawings_dir / "part-3.pdf", 1800)


def test_a_drawing_of_the_index_is_its_own_first_hit(engine: Engine, drawings_dir: Path) -> None:
    for path in sorted(drawings_dir.glob("part-*.pdf")):
        answer = engine.search(Query(path))
        first = answer.hits[0]
        assert first.sheet.source == path.name
        assert first.score == pytest.approx(1.0, abs=2e-3) and first.orientation == Orientation()
        assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
        assert all(a.score >= b.score for a, b in zip(answer.hits, answer.hits[1:], strict=False))


def test_a_page_of_a_longer_drawing_finds_that_page(engine: Engine, drawings_dir: Path) -> None:
    hit = engine.search(Query(drawings_dir / "sub" / "assembly.pdf", page=2)).hits[0]
    assert (hit.sheet.source, hit.sheet.number) == ("sub/assembly.pdf", 2)


def test_matches_lie_on_the_sheet_and_are_the_best_first(engine: Engine, drawings_dir: Path) -> None:
    answer = engine.search(Query(drawings_dir / "part-1.pdf"))
    for hit in answer.hits:
        similarities = [match.similarity for match in hit.matches]
        assert similarities == sorted(similarities, reverse=True) and len(similarities) > 0
        for match in hit.matches:
            assert match.query_box is not None
            for x0, y0, x1, y1 in (match.query_box, match.hit_box):
                assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
    own = answer.hits[0].matches[0]
    assert own.query_box == pytest.approx(own.hit_box, abs=1e-6)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_a_turned_query_finds_its_sheet_and_the_answer_turns_it_back(
    engine: Engine,
    query_px: np.ndarray,
    tmp_path: Path,
    rotation_deg: int,
    mirrored: bool,  # type: ignore[type-arg]
) -> None:
    """Mirroring the query (first) and turning it (counter-clockwise) as the answer says gives the sheet as indexed."""
    sheet = query_px
    query = np.rot90(sheet, -rotation_deg // 90)  # undone by turning counter-clockwise
    query = query[:, ::-1] if mirrored else query  # undone by mirroring, before the turn
    (tmp_path / "query.png").write_bytes(image_bytes(np.ascontiguousarray(query)))
    hit = engine.search(Query(tmp_path / "query.png")).hits[0]
    assert hit.sheet.source == "part-3.pdf"
    assert hit.orientation == Orientation(rotation_deg, mirrored)
    undone = query[:, ::-1] if hit.orientation.mirrored else query
    assert np.array_equal(np.rot90(undone, hit.orientation.rotation_deg // 90), sheet)


@pytest.mark.parametrize(("quarters", "orientations"), [(0, LIKELY_ORIENTATIONS), (1, LIKELY_ORIENTATIONS + 1)])
def test_smaller_regions_are_encoded_as_given_and_in_the_likeliest_orientations_only(
    engine: Engine,
    query_px: np.ndarray,  # type: ignore[type-arg]
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    quarters: int,
    orientations: int,
) -> None:
    (tmp_path / "query.png").write_bytes(image_bytes(np.ascontiguousarray(np.rot90(query_px, quarters))))
    encode, encoded = engine.encoder.encode, []
    monkeypatch.setattr(engine.encoder, "encode", lambda images: encoded.append(len(images)) or encode(images))
    asked = engine.search(Query(tmp_path / "query.png")).asked
    assert asked is not None
    regions = len(asked.regions)
    assert regions > FIRST_REGIONS
    assert encoded == [8 * FIRST_REGIONS, orientations * (regions - FIRST_REGIONS)]


def test_mirror_false_tries_no_mirror_image(engine: Engine, query_px: np.ndarray, tmp_path: Path) -> None:  # type: ignore[type-arg]
    (tmp_path / "query.png").write_bytes(image_bytes(np.ascontiguousarray(query_px[:, ::-1])))
    with_mirror = engine.search(Query(tmp_path / "query.png")).hits[0]
    without = engine.search(Query(tmp_path / "query.png", mirror=False)).hits
    assert with_mirror.orientation.mirrored
    assert not any(hit.orientation.mirrored for hit in without)
    assert without[0].score < with_mirror.score - 0.02


def test_a_box_searches_for_a_part_and_its_boxes_are_those_of_the_whole_sheet(
    engine: Engine, drawings_dir: Path
) -> None:
    box = (0.05, 0.1, 0.5, 0.7)
    answer = engine.search(Query(drawings_dir / "part-5.pdf", box=box))
    assert answer.hits[0].sheet.source == "part-5.pdf"
    assert answer.asked is not None
    for x0, y0, x1, y1 in answer.asked.regions:
        assert box[0] - 1e-6 <= x0 < x1 <= box[2] + 1e-6 and box[1] - 1e-6 <= y0 < y1 <= box[3] + 1e-6


@pytest.mark.parametrize(
    "box",
    [
        (0.5, 0.1, 0.4, 0.2),
        (-0.1, 0, 1, 1),
        (0, 0, 1, 1.1),
        (0.2, 0.2, 0.2, 0.4),
        (0.5, 0, 0.50000001, 1),
        (math.nan, 0, 1, 1),
    ],
)
def test_a_box_that_is_none_is_refused(engine: Engine, drawings_dir: Path, box: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="fractions of the sheet") as caught:
        engine.search(Query(drawings_dir / "part-1.pdf", box=box))  # type: ignore[arg-type]
    assert caught.value.field == "box"


def test_the_smallest_box_is_searched_without_a_crash(engine: Engine, drawings_dir: Path) -> None:
    assert engine.search(Query(drawings_dir / "part-1.pdf", box=(0.5, 0.5, 0.5001, 0.5001))).hits is not None


@pytest.mark.parametrize("top_k", [0, -1, MAX_TOP_K + 1])
def test_top_k_out_of_range_is_refused(engine: Engine, drawings_dir: Path, top_k: int) -> None:
    with pytest.raises(UsageError, match=f"1 to {MAX_TOP_K}"):
        engine.search(Query(drawings_dir / "part-1.pdf", top_k=top_k))


def test_top_k_hits_of_different_sheets(engine: Engine, drawings_dir: Path) -> None:
    hits = engine.search(Query(drawings_dir / "part-1.pdf", top_k=3)).hits
    assert len(hits) == 3 and len({hit.sheet.row for hit in hits}) == 3


def test_a_blank_query_has_no_hits(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "blank.png").write_bytes(image_bytes(np.full((500, 700), 255, np.uint8)))
    answer = engine.search(Query(tmp_path / "blank.png"))
    assert answer.asked is not None
    assert answer.hits == () and answer.asked.regions == ()


def test_a_query_that_cannot_be_read_says_why(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "zero.pdf").touch()
    with pytest.raises(DrawingError) as caught:
        engine.search(Query(tmp_path / "zero.pdf"))
    assert caught.value.reason is Reason.EMPTY


def test_every_stage_is_timed(engine: Engine, drawings_dir: Path) -> None:
    timings = engine.search(Query(drawings_dir / "part-1.pdf")).timings_ms
    assert {"read", "orient", "encode", "shortlist", "rerank", "total"} <= set(timings)
    stages = sum(value for stage, value in timings.items() if stage != "total")
    assert 0 < stages <= timings["total"] + 1e-6


def test_the_same_query_gives_the_same_answer(engine: Engine, drawings_dir: Path) -> None:
    first, second = (engine.search(Query(drawings_dir / "scan.png")) for _ in range(2))
    assert first.hits == second.hits


@pytest.fixture(scope="module")
def marked_index(drawings_dir: Path, tmp_path_factory: pytest.TempPathFactory, untrained_detector: Path) -> Path:
    index_dir = tmp_path_factory.mktemp("marked")
    drawings = [drawings_dir / f"part-{number}.pdf" for number in range(1, 4)]  # finding symbols takes its time
    rebuild(drawings, index_dir, make_fake_encoder(), workers=1, detector=untrained_detector)
    return index_dir


@pytest.fixture(scope="module")
def marked_engine(marked_index: Path, untrained_detector: Path) -> Iterator[Engine]:
    opened = Engine.open(marked_index, make_fake_encoder(), detector=untrained_detector)
    yield opened
    opened.generation.close()


def test_a_drawing_shares_all_symbols_with_itself(marked_engine: Engine, drawings_dir: Path) -> None:
    answer = marked_engine.search(Query(drawings_dir / "part-2.pdf"))
    first = answer.hits[0]
    assert answer.asked is not None and answer.asked.symbols and first.sheet.source == "part-2.pdf"
    assert [one.symbol.name for one in first.symbols] == [one.name for one in answer.asked.symbols]
    assert all(one.shared for one in first.symbols) and first.lacks == {}


def commonest_class(engine: Engine) -> tuple[str, np.ndarray]:  # type: ignore[type-arg]
    """Its name and how many each sheet has."""
    table = engine.generation.catalog.symbol_counts(engine.generation.manifest.sheets)
    kind = int(np.ptp(table.astype(int), axis=0).argmax())
    return CLASSES[kind].name, table[:, kind]


def test_only_sheets_with_the_symbols_asked_for_are_found(marked_engine: Engine, drawings_dir: Path) -> None:
    name, counts = commonest_class(marked_engine)
    middle = int(np.median(counts))
    query = Query(drawings_dir / "part-2.pdf", top_k=50, symbols=parse_requirements(f"only:{name}>{middle}"))
    found = {hit.sheet.row for hit in marked_engine.search(query).hits}
    assert found == set(np.flatnonzero(counts > middle).tolist())
    assert 0 < len(found) < len(counts)


def test_a_filter_that_leaves_many_sheets_thins_the_shortlist(
    marked_engine: Engine, drawings_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "SHORTLIST_SIZE", 2)
    monkeypatch.setattr(engine_module, "NEIGHBOURS_PER_REGION", 1)
    name, counts = commonest_class(marked_engine)
    fewest = int(counts.min())
    for path in sorted(drawings_dir.glob("part-*.pdf")):  # what lies nearest may be what is not allowed
        query = Query(path, top_k=1, symbols=parse_requirements(f"only:{name}>{fewest}"))
        assert [counts[hit.sheet.row] > fewest for hit in marked_engine.search(query).hits] == [True]


@pytest.mark.parametrize("top_k", [1, 3, 6])
def test_asking_for_fewer_hits_gives_the_first_of_those_of_asking_for_more(
    top_k: int, engine: Engine, drawings_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "SHORTLIST_SIZE", 2)
    monkeypatch.setattr(engine_module, "NEIGHBOURS_PER_REGION", 2)
    for path in sorted(drawings_dir.glob("part-*.pdf")):
        all_hits = engine.search(Query(path, top_k=engine_module.MAX_TOP_K)).hits
        assert engine.search(Query(path, top_k=top_k)).hits == all_hits[:top_k]


def test_symbols_cannot_be_asked_of_an_index_without_them(engine: Engine, drawings_dir: Path) -> None:
    with pytest.raises(UsageError, match="holds no symbols"):
        engine.search(Query(drawings_dir / "part-2.pdf", symbols=parse_requirements("weld")))


def test_an_index_of_another_detector_is_refused(
    marked_index: Path, tiny_index: Path, untrained_detector: Path
) -> None:
    with pytest.raises(IndexUnusable, match="runs without symbols"):
        Engine.open(marked_index, make_fake_encoder())
    with pytest.raises(IndexUnusable, match="built without symbols"):
        Engine.open(tiny_index, make_fake_encoder(), detector=untrained_detector)


def test_old_and_new_forms_are_shared_and_what_is_missing_is_counted() -> None:
    box = (0.1, 0.1, 0.2, 0.2)
    query = [Symbol(name, box, 0.9) for name in ("spot_weld", "spot_weld", "datum", "surface_triangle_2")]
    hit = [Symbol(name, box, 0.9) for name in ("spot_weld_old", "surface_removal", "balloon")]
    assert [one.shared for one in shared_symbols(query, hit)] == [True, True, False]
    assert lacking(query, hit) == {"datum": 1, "spot_weld": 1}


def test_agreement_in_symbols_is_part_of_the_score(marked_engine: Engine, drawings_dir: Path) -> None:
    plain, weighed = (
        marked_engine.search(Query(drawings_dir / "part-2.pdf", symbol_weight=weight)).hits for weight in (0.0, 0.5)
    )
    assert all(set(hit.scores) == {"visual"} and hit.score == hit.scores["visual"] for hit in plain)
    for hit in weighed:
        assert hit.score == pytest.approx((hit.scores["visual"] + 0.5 * hit.scores["symbols"]) / 1.5)
    assert weighed[0].scores["symbols"] == 1.0, "the query itself has the same symbols"
    assert [hit.score for hit in weighed] == sorted((hit.score for hit in weighed), reverse=True)


def test_an_index_without_symbols_ranks_by_looks_alone(engine: Engine, drawings_dir: Path) -> None:
    assert set(engine.search(Query(drawings_dir / "part-2.pdf", symbol_weight=0.5)).hits[0].scores) == {"visual"}


def test_a_blank_sheet_has_no_symbol_that_is_forbidden_and_is_no_hit(
    drawings_dir: Path, untrained_detector: Path, tmp_path: Path
) -> None:
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    (sheets / "blank.png").write_bytes(image_bytes(np.full((500, 700), 255, np.uint8)))
    (sheets / "part-2.pdf").write_bytes((drawings_dir / "part-2.pdf").read_bytes())
    rebuild([sheets], tmp_path / "index", make_fake_encoder(), detector=untrained_detector, workers=1)
    marked = Engine.open(tmp_path / "index", make_fake_encoder(), detector=untrained_detector)
    name, counts = commonest_class(marked)
    query = Query(drawings_dir / "part-2.pdf", symbols=parse_requirements(f"only:{name}<={counts.max()}"))
    assert [hit.sheet.source for hit in marked.search(query).hits] == ["part-2.pdf"]
    marked.generation.close()


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_that_is_none_is_refused(engine: Engine, drawings_dir: Path, weight: float) -> None:
    with pytest.raises(UsageError, match="give 0 to 1"):
        engine.search(Query(drawings_dir / "part-2.pdf", symbol_weight=weight))


def test_known_symbols_are_not_looked_for_again(marked_engine: Engine, drawings_dir: Path) -> None:
    inside, outside = (Symbol("datum", (x, 0.2, x + 0.05, 0.25), 0.9) for x in (0.2, 0.8))
    query = Query(drawings_dir / "part-2.pdf", box=(0.0, 0.0, 0.5, 1.0), known=(inside, outside))
    asked = marked_engine.search(query).asked
    assert asked is not None and asked.symbols == (inside,)


def test_words_find_the_sheet_with_the_region_that_they_describe(engine: Engine) -> None:
    """Words whose vector is that of one region: its sheet comes first, with that region as the match."""
    generation = engine.generation
    row = 4
    wanted = int(generation.first_regions[row]) + 1
    encoder = make_fake_encoder(words=lambda _: np.asarray(generation.vectors[wanted], np.float32))
    answer = Engine(generation, encoder).find("flange with 6 holes", top_k=3)
    first = answer.hits[0]
    assert answer.asked is None and len(answer.hits) == 3
    assert first.sheet.row == row and first.scores == {"text": first.score}
    assert first.score == pytest.approx(1.0, abs=2e-3)
    assert first.matches[0].hit_box == generation.catalog.regions_of(row)[1][1]
    assert first.matches[0].query_box is None


def test_words_say_nothing_of_tiles(engine: Engine) -> None:
    """Words whose vector is that of a tile: the match is the drawing as a whole or a view all the same."""
    generation = engine.generation
    regions = generation.catalog.regions_of(4)
    tile = next(index for index, (kind, _) in enumerate(regions) if kind is RegionKind.TILE)
    wanted = np.asarray(generation.vectors[int(generation.first_regions[4]) + tile], np.float32)
    hits = Engine(generation, make_fake_encoder(words=lambda _: wanted)).find("flange", top_k=20).hits
    assert [hit.sheet.row for hit in hits].count(4) == 1 and len(hits) == generation.manifest.sheets
    for hit in hits:
        known = generation.catalog.regions_of(hit.sheet.row)
        assert hit.matches[0].hit_box in [box for kind, box in known if kind is not RegionKind.TILE]


def test_a_sheet_that_holds_nothing_but_its_template_is_no_answer_to_words(drawings_dir: Path, tmp_path: Path) -> None:
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    write_pdf(sheets / "form.pdf", views=0)
    (sheets / "part-2.pdf").write_bytes((drawings_dir / "part-2.pdf").read_bytes())
    rebuild([sheets], tmp_path / "index", make_fake_encoder(), workers=1)
    words = np.eye(1, FAKE_DIMENSIONS, dtype=np.float32)[0]
    opened = Engine.open(tmp_path / "index", make_fake_encoder(words=lambda _: words))
    assert [len(opened.generation.catalog.regions_of(row)) > 0 for row in (0, 1)] == [True, True]
    assert [hit.sheet.source for hit in opened.find("flange").hits] == ["part-2.pdf"]
    opened.generation.close()


def test_an_encoder_without_words_says_so(engine: Engine) -> None:
    with pytest.raises(UsageError, match="knows no words") as caught:
        engine.find("flange")
    assert caught.value.field == "text"
    with pytest.raises(UsageError, match="top_k"):
        engine.find("flange", top_k=0)
