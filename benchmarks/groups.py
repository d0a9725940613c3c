"""Which sheets show the same part, and which are its kin: the ground truth beside the sheet itself."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from search.errors import UsageError

COLUMNS = ("file", "sheet", "group", "relation")
SAME_PART = ("revision", "part")
"""Relations whose other sheets are right answers to a degraded copy: `part` is the same part laid out anew."""


class SheetRef(NamedTuple):
    """One page. file: relative to the corpus root, forward slashes. sheet: 1-based."""

    file: str
    sheet: int


@dataclass(frozen=True, slots=True)
class Membership:
    """One row of a group table."""

    sheet: SheetRef
    group: str
    relation: str


class Groups:
    """Looks up the other sheets of a sheet's groups. A sheet may be in several groups of a relation."""

    def __init__(self, rows: Iterable[Membership] = ()) -> None:
        self._members: dict[tuple[str, str], set[SheetRef]] = defaultdict(set)
        self._keys: dict[SheetRef, set[tuple[str, str]]] = defaultdict(set)
        for row in rows:
            key = (row.relation, row.group)
            self._members[key].add(row.sheet)
            self._keys[row.sheet].add(key)

    def mates(self, sheet: SheetRef, *relations: str) -> frozenset[SheetRef]:
        """The other sheets that share a group of one of the relations with `sheet`."""
        keys = (key for key in self._keys.get(sheet, ()) if key[0] in relations)
        return frozenset().union(*(self._members[key] for key in keys)) - {sheet}

    def has(self, relation: str) -> bool:
        return any(name == relation for name, _ in self._members)


def read_groups(path: Path, sheets: Collection[SheetRef]) -> Groups:
    """The groups of a CSV file with the columns file, sheet, group, relation; rows of other sheets are left out.

    Raises UsageError where a column is missing, a number is none, or no row is of the corpus.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise UsageError("groups", f"{path.name} has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
        rows = [_membership(path, row) for row in reader]
    known = set(sheets)
    kept = [row for row in rows if row.sheet in known]
    if not kept:
        raise UsageError("groups", f"{path.name} names no sheet of the corpus; `file` is relative to the corpus folder")
    return Groups(kept)


def write_groups(path: Path, rows: Iterable[Membership]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((row.sheet.file, row.sheet.sheet, row.group, row.relation) for row in rows)


def _membership(path: Path, row: dict[str, str]) -> Membership:
    try:
        return Membership(SheetRef(row["file"], int(row["sheet"])), row["group"], row["relation"])
    except ValueError:
        raise UsageError(
            "groups", f"{path.name}: sheet is {row['sheet']!r} at {row['file']}; it is a number from 1"
        ) from None
