"""Every family: its name, what a drafter calls it, its split, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.bank import Split
from training.parts import (
    bent,
    blocks,
    cutouts,
    devices,
    fittings,
    hardware,
    machined,
    members,
    plates,
    toothed,
    turned,
    units,
)
from training.parts.dice import Dice
from training.parts.shapes import Shape


@dataclass(frozen=True, slots=True)
class Family:
    """sectioned: its parts have an inside worth a section. crowded: hidden edges would blacken its views."""

    name: str
    title: str
    title_ja: str
    split: Split
    build: Callable[[Dice], Shape]
    sectioned: bool = False
    crowded: bool = False


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
    Family("rod_end", "Rod end", "ロッドエンド", "train", fittings.rod_end, sectioned=True),
    Family("hose_fitting", "Hose fitting", "ホース継手", "test", fittings.hose_fitting, sectioned=True),
    Family("base_plate", "Base plate", "ベースプレート", "train", plates.base_plate),
    Family("laser_panel", "Case panel", "ケースパネル", "train", plates.laser_panel),
    Family("irregular_plate", "Mechanism plate", "機構プレート", "train", plates.irregular_plate),
    Family("front_panel", "Front panel", "フロントパネル", "train", plates.front_panel),
    Family("washer", "Washer", "座金", "train", plates.washer),
    Family("link_plate", "Link", "リンク", "train", plates.link_plate),
    Family("organic_plate", "Guard plate", "保護板", "train", cutouts.organic_plate),
    Family("gasket", "Gasket", "ガスケット", "test", cutouts.gasket),
    Family("joining_plate", "Joining plate", "継手板", "test", cutouts.joining_plate),
    Family("grille", "Grille", "グリル", "test", cutouts.grille, crowded=True),
    Family("spur_gear", "Spur gear", "平歯車", "train", toothed.spur_gear, crowded=True),
    Family(
        "timing_pulley",
        "Timing pulley",
        "タイミングプーリ",
        "train",
        toothed.timing_pulley,
        sectioned=True,
        crowded=True,
    ),
    Family("cam", "Cam", "カム", "train", toothed.cam),
    Family("sprocket", "Sprocket", "スプロケット", "test", toothed.sprocket, crowded=True),
    Family("rack", "Rack", "ラック", "train", toothed.rack, crowded=True),
    Family("ratchet", "Index wheel", "割出し車", "test", toothed.ratchet, crowded=True),
    Family("sheet_bracket", "Bracket", "ブラケット", "train", bent.sheet_bracket),
    Family("sheet_tray", "Tray", "トレイ", "test", bent.sheet_tray),
    Family("pipe_strap", "Pipe strap", "サドルバンド", "train", bent.pipe_strap),
    Family("hinge", "Hinge", "蝶番", "test", bent.hinge),
    Family("machined_block", "Block", "ブロック", "train", blocks.machined_block, sectioned=True),
    Family("pillow_block", "Bearing block", "軸受台", "train", blocks.pillow_block, sectioned=True),
    Family("housing", "Housing", "ハウジング", "train", blocks.housing, sectioned=True),
    Family("ribbed_bracket", "Bearing bracket", "軸受ブラケット", "train", blocks.ribbed_bracket),
    Family("carriage", "Carriage", "キャリッジ", "train", blocks.carriage),
    Family("split_clamp", "Clamp", "クランプ", "test", machined.split_clamp),
    Family("v_block", "V block", "Vブロック", "test", machined.v_block),
    Family("heat_sink", "Heat sink", "放熱器", "test", machined.heat_sink, crowded=True),
    Family("clevis", "Clevis", "二山クレビス", "test", machined.clevis, sectioned=True),
    Family("dovetail_slide", "Slide", "スライド", "test", machined.dovetail_slide),
    Family("t_slot", "Aluminium extrusion", "アルミフレーム", "train", members.t_slot),
    Family("structural", "Structural member", "形鋼", "train", members.structural),
    Family("tube_bend", "Bent tube", "曲げ管", "train", members.tube_bend),
    Family("welded_frame", "Welded frame", "溶接フレーム", "train", members.welded_frame),
    Family("screw", "Screw", "ねじ", "train", hardware.screw),
    Family("spring", "Spring", "ばね", "train", hardware.spring, crowded=True),
    Family("nut", "Nut", "ナット", "test", hardware.nut, sectioned=True),
    Family("retaining_ring", "Retaining ring", "止め輪", "test", hardware.retaining_ring),
    Family("hook", "Hook", "フック", "test", hardware.hook),
    Family("motor", "Motor", "モータ", "train", units.motor),
    Family("bearing", "Bearing", "軸受", "train", units.bearing, sectioned=True),
    Family("circuit_board", "Circuit board", "基板", "train", units.circuit_board),
    Family("fan", "Fan", "ファン", "test", devices.fan, crowded=True),
    Family("connector", "Connector", "コネクタ", "test", devices.connector),
    Family("cylinder", "Cylinder", "シリンダ", "test", devices.cylinder),
    Family("castor", "Castor", "キャスタ", "test", devices.castor),
)
