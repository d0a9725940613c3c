"""What is searched: a folder of drawings, or N made ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.groups import Groups, SheetRef, read_groups
from benchmarks.pages import SUFFIXES, count_sheets
from benchmarks.synthetic import another_drawing, make_folder
from search.errors import UsageError

SYNTHETIC = "synthetic:"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files of a folder, their sheets and their groups.

    name: as it stands in the report: the folder's own name or `synthetic:N`, never a path.
    unreadable: file to the reason, for those left out.
    another: makes another drawing of a sheet's part; None where nobody can.
    """

    name: str
    root: Path
    sheets: tuple[SheetRef, ...]
    groups: Groups
    unreadable: dict[str, str]
    another: Callable[[SheetRef], Path] | None = None

    @property
    def files(self) -> list[Path]:
        return [self.root / name for name in dict.fromkeys(sheet.file for sheet in self.sheets)]

    def path(self, sheet: SheetRef) -> Path:
        return self.root / sheet.file


def open_corpus(spec: str, groups_csv: Path | None, cache_dir: Path, seed: int) -> Corpus:
    """The corpus of a folder or of `synthetic:N`. Raises UsageError."""
    if spec.startswith(SYNTHETIC):
        root = make_folder(_count(spec), cache_dir, seed)
        made = root / "groups.csv"
        opened = _open_folder(spec, root, groups_csv or (made if made.exists() else None))
        return replace(opened, another=lambda sheet: another_drawing(root, sheet, seed))
    root = Path(spec)
    if not root.is_dir():
        raise UsageError("corpus", f"{spec} is no folder; give one, or {SYNTHETIC}N")
    return _open_folder(root.resolve().name, root, groups_csv)


def _count(spec: str) -> int:
    count = spec.removeprefix(SYNTHETIC)
    if not count.isdecimal() or int(count) < 1:
        raise UsageError("corpus", f"{spec}: N is a number from 1, as in {SYNTHETIC}200")
    return int(count)


def _open_folder(name: str, root: Path, groups_csv: Path | None) -> Corpus:
    sheets: list[SheetRef] = []
    unreadable: dict[str, str] = {}
    for file in sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()):
        relative = file.relative_to(root).as_posix()
        try:
            sheets += [SheetRef(relative, number + 1) for number in range(count_sheets(file))]
        except (OSError, RuntimeError, ValueError) as error:
            unreadable[relative] = str(error).replace(str(file), relative)  # a report holds no path of a machine
    if not sheets:
        raise UsageError("corpus", f"there is no drawing in {name} (looked for {', '.join(sorted(SUFFIXES))})")
    groups = read_groups(groups_csv, sheets) if groups_csv else Groups()
    return Corpus(name, root, tuple(sheets), groups, unreadable)
