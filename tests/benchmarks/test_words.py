"""Words are judged by captions: what cannot be told apart by words counts as found."""

from types import SimpleNamespace
from typing import Any, cast

from benchmarks.words import _of_language, parts_drawn
from search.engine import Engine
from training.bank import Part
from training.captions import full_caption, full_japanese


def part(name: str, family: str, *features: str, **params: float) -> Part:
    return Part(name, family, "train", family.title(), "部品", params, features, {})


def answering(*numbers: int) -> Engine:
    """An engine that always finds these sheets."""
    hits = [SimpleNamespace(sheet=SimpleNamespace(source=f"{number}.pdf")) for number in numbers]
    return cast(Any, SimpleNamespace(find=lambda *_, **__: SimpleNamespace(hits=hits)))


def test_a_part_of_which_the_same_can_be_said_is_right() -> None:
    asked, equal, kin = part("a", "gear", "hub"), part("b", "gear", "hub"), part("c", "gear", holes=6)
    parts = [asked, equal, kin]
    first = _of_language(answering(1, 0), parts, [asked], "english", full_caption)
    assert first == {"words.english.recall@1": 1.0, "words.english.recall@10": 1.0, "words.english.family@1": 1.0}
    later = _of_language(answering(2, 0), parts, [asked], "japanese", full_japanese)
    assert (later["words.japanese.recall@1"], later["words.japanese.recall@10"]) == (0.0, 1.0)
    assert later["words.japanese.family@1"] == 1.0


def test_known_families_are_asked_for_among_others() -> None:
    parts = list(parts_drawn(260, seed=1))
    assert len(parts) == 260 and len({one.name for one in parts}) == 260
    assert {one.split for one in parts} == {"train", "test"}
