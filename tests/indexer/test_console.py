"""What is printed for people says what is there, whatever files are called."""

from __future__ import annotations

import pytest

from indexer.console import print_answer
from search.types import Answer, Hit, Orientation, SheetRecord, SizeSource

AWKWARD = "FL-1042 [rev B]/[/]/a name that is longer than a terminal of eighty columns is wide, 図面 [bold].pdf"


def test_names_of_files_are_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    sheet = SheetRecord(0, "0" * 64, AWKWARD, 1, (10, 10), None, SizeSource.UNKNOWN, "", 0, 3)
    hit = Hit(1, sheet, 0.5, {"visual": 0.5}, Orientation(), (), ())
    print_answer(Answer((hit,), None, {"total": 1.0}, "000001"))
    cells = [line.split("│")[3] for line in capsys.readouterr().out.splitlines() if line.count("│") > 3]
    assert "".join(cell.strip(" ") for cell in cells).replace(" ", "") == AWKWARD.replace(" ", "")
