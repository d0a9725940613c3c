"""Agreement in symbols: the same is 1, nothing in common is least, rare classes weigh more, old forms count as new."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search.symbols.agreement import agreement, class_weights, counts_in
from search.symbols.classes import CLASSES
from search.types import Box, Symbol

PAGE: Box = (0.0, 0.0, 1.0, 1.0)
NAMES = [one.name for one in CLASSES]
EVEN = class_weights(np.zeros((9, len(CLASSES)), np.uint16))
symbols = st.lists(
    st.builds(
        lambda name, x, y: Symbol(name, (x, y, x + 0.05, y + 0.05), 0.9),
        st.sampled_from(NAMES),
        st.floats(0, 0.9),
        st.floats(0, 0.9),
    ),
    max_size=12,
)


def on_page(*names: str) -> np.ndarray:  # type: ignore[type-arg]
    return counts_in([Symbol(name, (0.4, 0.4, 0.5, 0.5), 0.9) for name in names], [PAGE])


@settings(max_examples=60, deadline=None)
@given(symbols, symbols)
def test_agreement_is_between_0_and_1_and_1_of_equals(a: list[Symbol], b: list[Symbol]) -> None:
    of_a, of_b = counts_in(a, [PAGE]), counts_in(b, [PAGE])
    assert agreement(of_a, of_a, EVEN) == 1.0
    assert 0 < agreement(of_a, of_b, EVEN) <= 1.0


def test_a_symbol_that_the_query_lost_costs_less_than_one_that_the_hit_has_not() -> None:
    many, few = on_page("fillet_weld", "datum", "balloon"), on_page("fillet_weld")
    assert 1.0 > agreement(few, many, EVEN) > agreement(many, few, EVEN)


def test_more_in_common_agrees_more() -> None:
    asked = on_page("fillet_weld", "fillet_weld", "datum")
    hits = [
        on_page("fillet_weld", "fillet_weld", "datum"),
        on_page("fillet_weld", "datum"),
        on_page("datum"),
        on_page(),
    ]
    found = [agreement(asked, hit, EVEN) for hit in hits]
    assert found == sorted(found, reverse=True) and len(set(found)) == 4


def test_an_old_form_counts_as_its_successor() -> None:
    assert agreement(on_page("spot_weld_old"), on_page("spot_weld"), EVEN) == 1.0


def test_what_every_sheet_has_says_little() -> None:
    counts = np.zeros((99, len(CLASSES)), np.uint16)
    counts[:, NAMES.index("diameter")] = 5
    counts[0, NAMES.index("stud_weld")] = 1
    weights = class_weights(counts)
    common = agreement(on_page("diameter"), on_page(), weights)
    assert common > agreement(on_page("stud_weld"), on_page(), weights)


def test_symbols_count_in_the_region_that_holds_their_middle() -> None:
    found = counts_in(
        [Symbol("datum", (0.1, 0.1, 0.2, 0.2), 0.9), Symbol("datum", (0.7, 0.7, 0.8, 0.8), 0.9)],
        [PAGE, (0.0, 0.0, 0.5, 0.5), (0.5, 0.0, 1.0, 0.5)],
    )
    assert found.sum(axis=1).tolist() == [2, 1, 0]
    assert counts_in([], [PAGE]).sum() == 0
