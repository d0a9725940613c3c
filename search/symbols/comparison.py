"""What the symbols of a hit have in common with those of the query. An old form and its successor count as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from search.symbols.classes import BY_NAME
from search.types import HitSymbol, Symbol


def shared_symbols(query: Sequence[Symbol], hit: Sequence[Symbol]) -> tuple[HitSymbol, ...]:
    """The hit's symbols, each with whether the query has one like it."""
    asked = {_form_of_today(symbol) for symbol in query}
    return tuple(HitSymbol(symbol, _form_of_today(symbol) in asked) for symbol in hit)


def lacking(query: Sequence[Symbol], hit: Sequence[Symbol]) -> dict[str, int]:
    """Class of today to how many more of it the query has than the hit."""
    missing = Counter(map(_form_of_today, query)) - Counter(map(_form_of_today, hit))
    return dict(sorted(missing.items()))


def _form_of_today(symbol: Symbol) -> str:
    return BY_NAME[symbol.name].successor or symbol.name
