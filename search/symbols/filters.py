"""What symbols a sheet must have: `fillet_weld>=2, field_weld, !spot_weld`, by class or group.

    terms   = term {"," term}
    term    = ["!"] ["only:"] name | ["only:"] name op number
    op      = ">=" | "<=" | ">" | "<" | "="

A name is one of a class or of a group. An old form counts with its successor and a form of today with its old ones,
unless `only:` stands before the name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.errors import UsageError
from search.symbols.classes import BY_NAME, CLASSES, SymbolGroup

MAX_TERMS = 30
_TERM = re.compile(r"(?P<no>!)?\s*(?P<only>only:)?\s*(?P<name>\w+)\s*((?P<op>>=|<=|=|>|<)\s*(?P<count>\d{1,4}))?")
FIELD = "symbols"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Between least and most symbols of these classes. most: None is any number."""

    names: frozenset[str]
    least: int
    most: int | None


def parse_requirements(text: str) -> tuple[Requirement, ...]:
    """The terms of a filter; none of an empty one. Raises UsageError that names the term and the nearest names."""
    terms = [term.strip() for term in text.split(",")] if text.strip() else []
    if len(terms) > MAX_TERMS:
        raise UsageError(FIELD, f"{FIELD} has {len(terms)} terms; give at most {MAX_TERMS}")
    return tuple(_requirement(term) for term in terms)


def meeting(requirements: Iterable[Requirement], counts: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """(N,): which sheets meet all requirements. counts: (N, C), how many symbols of each class a sheet has."""
    met = np.ones(len(counts), np.bool_)
    for one in requirements:
        found = counts[:, [kind.name in one.names for kind in CLASSES]].sum(axis=1)
        met &= (found >= one.least) & (found <= (np.inf if one.most is None else one.most))
    return met


def _requirement(term: str) -> Requirement:
    match = _TERM.fullmatch(term)
    if match is None or (match["no"] and match["op"]):
        raise UsageError(
            FIELD, f"{FIELD} has {term!r}; give terms such as fillet_weld, fillet_weld>=2, !spot_weld, weld=0"
        )
    names = _classes_of(match["name"], together=match["only"] is None)
    least, most = _bounds(match["op"] or ">=", int(match["count"] or 1))
    if match["no"]:
        least, most = 0, 0
    if most is not None and most < least:
        raise UsageError(FIELD, f"{FIELD} has {term!r}, which no sheet can meet: a count is at least 0")
    return Requirement(names, least, most)


def _bounds(op: str, count: int) -> tuple[int, int | None]:
    return {
        ">=": (count, None),
        ">": (count + 1, None),
        "<=": (0, count),
        "<": (0, count - 1),
        "=": (count, count),
    }[op]


def _classes_of(name: str, *, together: bool) -> frozenset[str]:
    """The classes of a name; together: an old form with its successor, a form of today with its old ones."""
    if name in _GROUPS:
        return frozenset(one.name for one in CLASSES if one.group.value == name)
    if name not in BY_NAME:
        near = difflib.get_close_matches(name.lower(), [*BY_NAME, *_GROUPS], n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}" if near else f"groups are {', '.join(sorted(_GROUPS))}"
        raise UsageError(FIELD, f"{FIELD} has {name!r}, which is no symbol class or group; {hint}")
    if not together:
        return frozenset({name})
    old = [one.name for one in CLASSES if one.successor == name]
    return frozenset({name, BY_NAME[name].successor or name, *old})


_GROUPS = frozenset(group.value for group in SymbolGroup)
