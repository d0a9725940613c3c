"""Every family: its name, what a drafter calls it, its split, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.bank import Split
from training.parts import fittings, turned
from training.parts.dice import Dice
from training.parts.shapes import Shape


@dataclass(frozen=True, slots=True)
class Family:
    """sectioned: its parts have an inside worth a section."""

    name: str
    title: str
    title_ja: str
    split: Split
    build: Callable[[Dice], Shape]
    sectioned: bool = False


FAMILIES: tuple[Family, ...] = (
    Family("shaft", "Drive shaft", "駆動軸", "train", turned.shaft),
    Family("bushing", "Bushing", "ブッシュ", "train", turned.bushing, sectioned=True),
    Family("flange", "Flange", "フランジ", "train", turned.flange, sectioned=True),
    Family("v_pulley", "Pulley", "プーリ", "train", turned.v_pulley, sectioned=True),
    Family("coupling", "Shaft coupling", "軸継手", "train", turned.coupling, sectioned=True),
    Family("pipe_fitting", "Pipe fitting", "管継手", "train", fittings.pipe_fitting, sectioned=True),
    Family("knob", "Hand knob", "ノブ", "test", fittings.knob, sectioned=True),
    Family("nozzle", "Nozzle", "ノズル", "test", fittings.nozzle, sectioned=True),
    Family("piston", "Piston", "ピストン", "test", fittings.piston, sectioned=True),
    Family("handwheel", "Handwheel", "ハンドル車", "test", fittings.handwheel, sectioned=True),
    Family("rod_end", "Rod end", "ロッドエンド", "test", fittings.rod_end, sectioned=True),
    Family("hose_fitting", "Hose fitting", "ホース継手", "test", fittings.hose_fitting, sectioned=True),
)
