"""What stands in the title block, the revision table, the parts list and the notes of one sheet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.bank import Part
from training.sheets.house import House, chance, pick
from training.sheets.values import scale_text
from training.sheets.words import CHANGES, FINISHES, MATERIALS, NOTES, PEOPLE

Line4 = tuple[str, str, str, str]


def title_of(part: Part, house: House) -> str:
    return part.title_ja if house.language == "ja" else part.title


def drawing_number(house: House, rng: np.random.Generator) -> str:
    """A number in the house's style."""
    a, b, c = (int(rng.integers(low, high)) for low, high in ((10, 99), (1000, 9999), (1, 60)))
    prefix = "".join(chr(65 + (house.seed >> shift) % 26) for shift in (0, 5, 9))
    styles = (
        f"{prefix}-{a}-{c:02d}",
        f"{b}-A{c % 9}P",
        f"{prefix[:2]}{b:04d}{c:02d}",
        f"{a}.{b}.{c:03d}",
        f"{prefix}{b}",
        f"{prefix[:1]}{a}-{b}",
    )
    return styles[house.number_style]


def date_text(house: House, rng: np.random.Generator, later: int = 0) -> str:
    year, month, day = int(rng.integers(1998, 2024)) + later, int(rng.integers(1, 13)), int(rng.integers(1, 29))
    if house.language == "ja":
        return f"{year}/{month:02d}/{day:02d}" if house.seed % 2 else f"{year % 100:02d}.{month}.{day}"
    if house.language in ("de", "fr"):
        return f"{day:02d}.{month:02d}.{year}"
    return (f"{month}/{day}/{year}", f"{day}-{month}-{year}", f"{year}-{month:02d}-{day:02d}")[house.seed % 3]


def sheet_fields(
    parts: Sequence[Part], house: House, size: str, seed: int, *, revision: int, scale: float, page: tuple[int, int]
) -> dict[str, str]:
    """Field key to text. page: number of this sheet and of all."""
    rng = np.random.default_rng([seed, 1])
    people, language = PEOPLE[house.language], house.language
    sparse = chance(rng, 0.15)
    dates = {
        f"date_{key}": date_text(house, rng) if chance(rng, 0.5) else "" for key in ("drawn", "checked", "approved")
    }
    fields = {
        "number": drawing_number(house, rng),
        "title": title_of(parts[0], house) if len(parts) == 1 else pick(rng, ASSEMBLY[language == "ja"]),
        "material": pick(rng, MATERIALS[language]),
        "date": date_text(house, rng),
        "drawn": pick(rng, people),
        "checked": pick(rng, people) if chance(rng, 0.6) else "",
        "approved": pick(rng, people) if chance(rng, 0.4) else "",
        "weight": f"{rng.lognormal(-1, 1.5):.2f} kg" if chance(rng, 0.4) else "",
        "finish": pick(rng, FINISHES[language]) if chance(rng, 0.7) else "",
        "project": drawing_number(house, rng),
        "quantity": str(int(rng.integers(1, 9))) if chance(rng, 0.6) else "",
        "client": "",
        "item": str(int(rng.integers(1, 20))),
        **dates,
    }
    if sparse:
        fields |= dict.fromkeys(("material", "finish", "checked", "approved", "weight", "project"), "")
    return fields | {
        "scale": scale_text(scale, house),
        "revision": chr(65 + revision) if house.number_style % 2 else str(revision),
        "sheet": f"{page[0]}/{page[1]}" if language != "en" else f"SHEET {page[0]} OF {page[1]}",
        "size": size,
        "unit": "inch" if house.inch else "mm",
        "company": house.company,
    }


ASSEMBLY = (("Kit of parts", "Assembly", "Parts overview", "Spare parts"), ("部品一覧", "組立図", "組図", "予備品"))


def revisions(house: House, seed: int, count: int) -> list[Line4]:
    """(letter, change, date, name) up to now, the newest last; a longer table begins like a shorter one."""
    rng = np.random.default_rng([seed, 2])
    lines = []
    for number in range(count + 1):
        letter = chr(65 + number) if house.number_style % 2 else str(number)
        words = CHANGES[house.language]
        text = words[0] if number == 0 else pick(rng, words[1:])
        lines.append((letter, text, date_text(house, rng, number), pick(rng, PEOPLE[house.language])))
    return lines


def parts_list(parts: Sequence[Part], house: House, seed: int) -> list[Line4]:
    if len(parts) < 2:
        return []
    rng = np.random.default_rng([seed, 3])
    return [
        (str(i), str(int(rng.integers(1, 9))), drawing_number(house, rng), title_of(part, house))
        for i, part in enumerate(parts, start=1)
    ]


def note_lines(house: House, rng: np.random.Generator) -> list[str]:
    """Some numbered notes under a heading."""
    words = NOTES[house.language]
    count = int(rng.integers(1, min(7, len(words))))
    chosen = [words[i] for i in rng.permutation(len(words))[:count]]
    if count == 1:
        return chosen
    dot = pick(np.random.default_rng(house.seed), (".", ")", " "))
    return [house.labels["notes"], *(f"{i}{dot} {line}" for i, line in enumerate(chosen, start=1))]
