"""What is searched: a folder of drawings, or N made ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.groups import Groups, SheetRef, read_groups
from benchmarks.pages import SUFFIXES, count_sheets
from benchmarks.synthetic import HOUSES, Made, make_folder
from indexer.files import find_sources
from search.errors import DrawingError, UsageError

SYNTHETIC = "synthetic:"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files of a folder, their sheets and their groups.

    name: as it stands in the report: the folder's own name or `synthetic:N`, never a path.
    unreadable: file to the reason, for those left out.
    made: what is known of a made corpus; None of real ones.
    """

    name: str
    root: Path
    sheets: tuple[SheetRef, ...]
    groups: Groups
    unreadable: dict[str, str]
    made: Made | None = None

    @property
    def files(self) -> list[Path]:
        return [self.root / name for name in dict.fromkeys(sheet.file for sheet in self.sheets)]

    def path(self, sheet: SheetRef) -> Path:
        return self.root / sheet.file


def open_corpus(spec: str, groups_csv: Path | None, cache_dir: Path, seed: int) -> Corpus:
    """The corpus of a folder or of `synthetic:N`. Raises UsageError."""
    if spec.startswith(SYNTHETIC):
        made = make_folder(*_counts(spec), cache_dir, seed)
        groups = made.folder / "groups.csv"
        opened = _open_folder(spec, made.folder, groups_csv or (groups if groups.exists() else None))
        return replace(opened, made=made)
    root = Path(spec)
    if not root.is_dir():
        raise UsageError("corpus", f"{spec} is no folder; give one, or {SYNTHETIC}N")
    return _open_folder(root.resolve().name, root, groups_csv)


def _counts(spec: str) -> tuple[int, int]:
    """Sheets and drawing offices."""
    count, _, houses = spec.removeprefix(SYNTHETIC).partition("/")
    if not all(number.isdecimal() and int(number) >= 1 for number in (count, houses or "1")):
        raise UsageError("corpus", f"{spec}: numbers from 1 are right, as in {SYNTHETIC}200 or {SYNTHETIC}200/1")
    return int(count), int(houses or HOUSES)


def _open_folder(name: str, root: Path, groups_csv: Path | None) -> Corpus:
    sheets: list[SheetRef] = []
    unreadable: dict[str, str] = {}
    for source in find_sources([root]):
        if source.path.suffix.lower() not in SUFFIXES:
            continue
        try:  # by its name: one that is no UTF-8 leads to no file, and reports and groups know names only
            sheets += [SheetRef(source.name, number + 1) for number in range(count_sheets(root / source.name))]
        except DrawingError as error:
            unreadable[source.name] = str(error)
    if not sheets:
        raise UsageError("corpus", f"there is no drawing in {name} (looked for {', '.join(sorted(SUFFIXES))})")
    groups = read_groups(groups_csv, sheets) if groups_csv else Groups()
    return Corpus(name, root, tuple(sheets), groups, unreadable)
