"""Captions of parts, as someone would ask for them: in English or Japanese, by name, features and counts.

Sizes are left out: at the encoder's resolution nobody can read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from training.bank import Part
from training.sheets.house import chance, pick

Choice = TypeVar("Choice")

OTHER_NAMES = {
    "shaft": ("shaft", "axle", "spindle", "シャフト", "軸"),
    "bushing": ("bush", "sleeve", "ブシュ", "スリーブ"),
    "flange": ("flange", "pipe flange", "管フランジ"),
    "v_pulley": ("v-belt pulley", "belt pulley", "sheave", "Vプーリ", "ベルト車"),
    "coupling": ("coupling", "カップリング"),
    "pipe_fitting": ("fitting", "pipe joint", "管継手", "継手"),
    "rod_end": ("ball joint", "rod eye", "球面継手"),
    "base_plate": ("plate", "mounting plate", "板", "取付板"),
    "laser_panel": ("panel", "laser-cut panel", "box panel", "パネル"),
    "irregular_plate": ("plate", "cam plate", "板"),
    "front_panel": ("panel", "rack panel", "パネル", "前面板"),
    "washer": ("spacer ring", "ワッシャ", "平座金"),
    "link_plate": ("link plate", "lever", "arm", "リンク板", "レバー"),
    "organic_plate": ("plate", "cover plate", "カバー", "板"),
    "spur_gear": ("gear", "gearwheel", "歯車", "ギヤ"),
    "timing_pulley": ("toothed pulley", "belt pulley", "歯付プーリ"),
    "cam": ("cam disc", "カム板"),
    "rack": ("gear rack", "toothed rack", "歯ざお"),
    "sheet_bracket": ("sheet metal bracket", "bent bracket", "angle bracket", "曲げ金具", "板金"),
    "pipe_strap": ("pipe clamp", "clip", "saddle", "配管バンド"),
    "machined_block": ("block", "milled block", "加工ブロック"),
    "pillow_block": ("pillow block", "bearing housing", "plummer block", "ピローブロック"),
    "housing": ("box", "case", "enclosure", "箱", "ケース"),
    "ribbed_bracket": ("cast bracket", "ribbed bracket", "鋳物ブラケット", "リブ付ブラケット"),
    "carriage": ("linear carriage", "slider", "linear guide block", "リニアガイド"),
    "t_slot": ("t-slot profile", "extrusion profile", "aluminium profile", "アルミ押出材", "プロファイル"),
    "structural": ("steel section", "beam", "profile", "鋼材"),
    "tube_bend": ("tube", "pipe", "bent pipe", "パイプ", "管"),
    "welded_frame": ("frame", "weldment", "stand", "架台", "フレーム"),
    "screw": ("bolt", "machine screw", "ボルト", "小ねじ"),
    "spring": ("coil spring", "コイルばね", "スプリング"),
    "motor": ("stepper motor", "electric motor", "電動機", "モーター"),
    "bearing": ("ball bearing", "rolling bearing", "ベアリング", "玉軸受"),
    "circuit_board": ("pcb", "printed circuit board", "board", "プリント基板"),
}  # fmt: skip
JAPANESE_FEATURES = {
    "keyway": "キー溝",
    "groove": "溝",
    "hub": "ハブ",
    "counterbore": "ざぐり",
    "countersink": "皿もみ",
    "set_screw": "止めねじ",
    "flange": "フランジ",
    "elbow": "エルボ",
    "ball": "球",
    "hexagon": "六角",
    "notch": "切欠き",
    "bore": "中心穴",
    "slot": "長穴",
    "hole": "穴",
    "step": "段",
    "v_groove": "V溝",
    "fillet": "隅R",
    "grease_hole": "給油穴",
    "boss": "ボス",
    "window": "窓",
    "port": "口",
    "ear": "耳",
    "tapered": "テーパ",
    "chamfer": "面取り",
    "hollow": "中空",
    "collar": "つば",
    "rung": "横桟",
    "brace": "筋かい",
    "web": "ウェブ",
    "reducer": "異径",
    "socket": "差込み",
    "square": "角",
    "pin_hole": "ピン穴",
    "pocket": "ポケット",
    "cross_hole": "横穴",
    "grease_nipple": "グリースニップル",
    "thread": "ねじ",
    "plug": "プラグ",
    "round_hole": "丸穴",
    "tee": "T形",
    "mitre": "留め継ぎ",
    "gearbox": "減速機",
    "end_hole": "端面穴",
    "cross": "十字",
    "split": "割り",
    "twin": "二連",
    "encoder": "エンコーダ",
    "rib": "リブ",
    "gusset": "ガセット",
    "foot_plate": "ベース板",
    "spokes": "スポーク",
    "i_beam": "I形",
    "channel": "溝形",
    "angle": "山形",
    "u_form": "U形",
    "l_form": "L形",
    "z_form": "Z形",
    "c_form": "C形",
    "hat_form": "ハット形",
    "shielded": "シールド",
    "thrust": "スラスト",
    "roller": "ころ",
    "conical": "円すい",
}
COUNTS = {
    "holes": ("holes", "穴"),
    "teeth": ("teeth", "歯"),
    "grooves": ("grooves", "溝"),
    "steps": ("steps", "段"),
    "tabs": ("tabs", "爪"),
    "ribs": ("ribs", "リブ"),
    "bends": ("bends", "曲げ"),
    "rungs": ("rungs", "横桟"),
    "turns": ("turns", "巻き"),
    "slots": ("slots", "長穴"),
    "slits": ("slits", "スリット"),
    "lobes": ("lobes", "山"),
    "spokes": ("spokes", "スポーク"),
    "corners": ("corners", "角"),
    "rows": ("rows", "列"),
    "components": ("components", "部品"),
}
"""Parameters that count something one can see, in English and Japanese."""


def caption(part: Part, rng: np.random.Generator) -> str:
    """One of many."""
    return japanese(part, rng) if chance(rng, 0.35) else english(part, rng)


def english(part: Part, rng: np.random.Generator) -> str:
    """Such as "spur gear with keyway and 24 teeth"."""
    others = [name for name in OTHER_NAMES.get(part.family, ()) if name.isascii()]
    name = pick(rng, [part.title.lower(), part.title.lower(), part.family.replace("_", " "), *others])
    details = [feature.replace("_", " ") for feature in _some(part.features, rng)]
    details += [f"{count} {COUNTS[key][0]}" for key, count in _some(counts_of(part), rng)]
    if not details:
        return name
    details = [details[i] for i in rng.permutation(len(details))]
    if len(details) == 1 and chance(rng, 0.3):
        return f"{details[0]} {name}"
    joined = f"{', '.join(details[:-1])} and {details[-1]}" if len(details) > 1 else details[0]
    return f"{name}{pick(rng, (' with ', ', ', ' '))}{joined}"


def japanese(part: Part, rng: np.random.Generator) -> str:
    """Such as "キー溝付き平歯車 歯24"."""
    others = [name for name in OTHER_NAMES.get(part.family, ()) if not name.isascii()]
    name = pick(rng, [part.title_ja, part.title_ja, *others])
    features = [JAPANESE_FEATURES[one] for one in _some(part.features, rng) if one in JAPANESE_FEATURES]
    counts = [f"{COUNTS[key][1]}{count}{pick(rng, ('', '個', 'か所'))}" for key, count in _some(counts_of(part), rng)]
    led = f"{'・'.join(features)}{pick(rng, ('付き', 'のある', ' '))}{name}" if features else name
    return " ".join([led, *counts])


def full_caption(part: Part) -> str:
    """Everything that captions say of a part, in English: parts with equal ones cannot be told apart by words."""
    details = [feature.replace("_", " ") for feature in sorted(part.features)]
    details += [f"{count} {COUNTS[key][0]}" for key, count in counts_of(part)]
    return ", ".join([part.title.lower(), *details])


def full_japanese(part: Part) -> str:
    """The same in Japanese, which has no word for some features."""
    features = [JAPANESE_FEATURES[one] for one in sorted(part.features) if one in JAPANESE_FEATURES]
    return " ".join([part.title_ja, *features, *(f"{COUNTS[key][1]}{count}" for key, count in counts_of(part))])


def counts_of(part: Part) -> list[tuple[str, int]]:
    """Parameters that count what one can see, with the count."""
    return [(key, int(part.params[key])) for key in COUNTS if part.params.get(key, 0) >= 2]


def _some(options: Sequence[Choice], rng: np.random.Generator) -> list[Choice]:
    """None to three of them."""
    most = min(3, len(options))
    chosen = rng.permutation(len(options))[: int(rng.integers(0, most + 1))]
    return [options[i] for i in chosen]
