"""Filters by symbol: what they ask for, old forms with new ones, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UsageError
from search.symbols.classes import BY_NAME, CLASSES, SymbolGroup
from search.symbols.filters import MAX_TERMS, meeting, parse_requirements

NAMES = [one.name for one in CLASSES]


def meets(text: str, counts: dict[str, int]) -> bool:
    table = np.array([[counts.get(name, 0) for name in NAMES]], np.uint16)
    (met,) = meeting(parse_requirements(text), table).tolist()
    return bool(met)


@pytest.mark.parametrize(
    ("text", "counts", "met"),
    [
        ("", {}, True),
        ("fillet_weld", {"fillet_weld": 1}, True),
        ("fillet_weld", {"double_fillet_weld": 1}, False),
        ("fillet_weld>=2, field_weld, !spot_weld", {"fillet_weld": 2, "field_weld": 1}, True),
        ("fillet_weld>=2, field_weld, !spot_weld", {"fillet_weld": 1, "field_weld": 1}, False),
        ("fillet_weld>=2, field_weld, !spot_weld", {"fillet_weld": 2, "field_weld": 1, "spot_weld": 1}, False),
        ("weld>=2", {"v_weld": 1, "fillet_weld": 1}, True),
        ("weld=0", {"weld_annotation": 1}, True),
        ("balloon<3", {"balloon": 2}, True),
        ("balloon<3", {"balloon": 3}, False),
        ("balloon>3", {"balloon": 3}, False),
        ("balloon<=3", {"balloon": 3}, True),
        ("spot_weld", {"spot_weld_old": 1}, True),
        ("spot_weld_old", {"spot_weld": 1}, True),
        ("only:spot_weld", {"spot_weld_old": 1}, False),
        ("!only:spot_weld_old", {"spot_weld": 3}, True),
        ("surface_triangle_2", {"surface_removal": 1}, True),
        ("surface_triangle_2", {"surface_triangle_3": 1}, False),
        ("surface_removal", {"surface_triangle_3": 1}, True),
    ],
)
def test_a_sheet_meets_a_filter(text: str, counts: dict[str, int], met: bool) -> None:
    assert meets(text, counts) is met


def test_an_unknown_name_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(UsageError, match=r"'filet_weld'.*fillet_weld"):
        parse_requirements("filet_weld")
    with pytest.raises(UsageError, match="groups are dimension, sheet_mark"):
        parse_requirements("qqqqqqqqqqqq")


@pytest.mark.parametrize("text", ["fillet_weld>=", ">=2", "!fillet_weld>=2", "a b", ",", "balloon<0", "balloon>=99999"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="symbols has"):
        parse_requirements(text)


def test_too_many_terms_are_refused() -> None:
    with pytest.raises(UsageError, match="at most"):
        parse_requirements(",".join(["balloon"] * (MAX_TERMS + 1)))


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_with_a_reason(text: str) -> None:
    try:
        parse_requirements(text)
    except UsageError as error:
        assert "symbols" in str(error)


@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5)))
def test_a_class_and_its_absence_exclude_each_other(name: str, counts: dict[str, int]) -> None:
    assert meets(name, counts) is not meets(f"!{name}", counts)


@given(st.sampled_from(list(SymbolGroup)), st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5)))
def test_a_group_counts_the_symbols_of_its_classes(group: SymbolGroup, counts: dict[str, int]) -> None:
    total = sum(count for name, count in counts.items() if BY_NAME[name].group is group)
    assert meets(f"{group.value}={total}", counts)
    assert not meets(f"{group.value}>{total}", counts)
