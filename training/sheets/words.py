"""What is written on sheets besides dimensions: labels, names, materials, notes, by language. All invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "ja", "de", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "ja", "de", "fr")

LABELS: Mapping[Language, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "number": ("DWG NO.", "Drawing number", "part nr.:", "PART NO.", "DRAWING NO"),
        "title": ("TITLE", "TITLE:", "name:", "Description:", "PART NAME"),
        "material": ("MATERIAL", "material:", "MATL", "Material:"),
        "scale": ("SCALE", "Scale:", "SCALE:"),
        "date": ("DATE", "date:", "Date"),
        "drawn": ("DRAWN", "made by:", "DRAWN BY", "Drawn:"),
        "checked": ("CHECKED", "checked by:", "CHK'D", "Checked by:"),
        "approved": ("APPROVED", "approved by:", "APPV'D", "Approved by:"),
        "weight": ("WEIGHT", "weight:", "MASS", "Weight:"),
        "finish": ("FINISH", "finish:", "SURFACE", "TREATMENT"),
        "revision": ("REV", "rev.nr.:", "Revision:", "REV."),
        "sheet": ("SHEET", "sheet", "Sheet"),
        "tolerance": ("GENERAL TOLERANCES", "TOLERANCES", "UNLESS OTHERWISE SPECIFIED"),
        "project": ("PROJECT", "part of assembly:", "NEXT ASSY", "Used on"),
        "size": ("SIZE", "Format", "SIZE"),
        "quantity": ("QTY", "Quantity:", "PCS"),
        "unit": ("UNIT", "Units:", "Unit:"),
        "client": ("CLIENT", "Customer:", "Released for production:"),
        "change": ("DESCRIPTION", "CHANGE", "Modification"),
        "item": ("ITEM", "NO.", "POS"),
        "notes": ("NOTES:", "NOTES", "Notes:"),
        "logo": ("",),
        "projection": ("", "PROJECTION"),
        "blank": ("",),
    },
    "ja": {
        "number": ("図番", "図面番号", "図 番"),
        "title": ("品名", "名称", "図名", "部品名"),
        "material": ("材質", "材料"),
        "scale": ("尺度", "SCALE"),
        "date": ("日付", "作成日", "年月日"),
        "drawn": ("設計", "製図", "作図"),
        "checked": ("検図", "照査"),
        "approved": ("承認", "承認印"),
        "weight": ("質量", "重量"),
        "finish": ("表面処理", "処理", "仕上"),
        "revision": ("改訂", "版", "記号"),
        "sheet": ("葉番", "シート"),
        "tolerance": ("普通公差", "指示なき公差"),
        "project": ("機種", "装置名", "製品名"),
        "size": ("サイズ", "用紙"),
        "quantity": ("個数", "数量", "台数"),
        "unit": ("単位",),
        "client": ("客先", "納入先"),
        "change": ("改訂内容", "訂正事項", "変更内容"),
        "item": ("照合番号", "品番", "番号"),
        "notes": ("注記", "注意事項", "備考"),
        "logo": ("",),
        "projection": ("投影法", "三角法"),
        "blank": ("", "備考"),
    },
    "de": {
        "number": ("Zeichnungsnummer", "Zeichn.-Nr."),
        "title": ("Benennung", "Titel"),
        "material": ("Werkstoff", "Material"),
        "scale": ("Maßstab",),
        "date": ("Datum",),
        "drawn": ("Bearb.", "Gezeichnet"),
        "checked": ("Gepr.", "Geprüft"),
        "approved": ("Norm", "Freigabe"),
        "weight": ("Gewicht", "Masse (kg)"),
        "finish": ("Oberfläche",),
        "revision": ("Index", "Zust."),
        "sheet": ("Blatt",),
        "tolerance": ("Allgemeintoleranzen", "Tolerierung"),
        "project": ("Projekt", "Urspr."),
        "size": ("Format",),
        "quantity": ("Stück", "Anzahl"),
        "unit": ("Einheit",),
        "client": ("Kunde", "Ers. für"),
        "change": ("Änderung",),
        "item": ("Pos.",),
        "notes": ("Hinweise:", "Bemerkungen"),
        "logo": ("",),
        "projection": ("",),
        "blank": ("",),
    },
    "fr": {
        "number": ("N° de plan", "Référence"),
        "title": ("Désignation", "Titre"),
        "material": ("Matière", "Matériau"),
        "scale": ("Echelle",),
        "date": ("Date",),
        "drawn": ("Dessiné par",),
        "checked": ("Vérifié",),
        "approved": ("Approuvé",),
        "weight": ("Masse",),
        "finish": ("Traitement", "Finition"),
        "revision": ("Ind.",),
        "sheet": ("Folio",),
        "tolerance": ("Tolérances générales",),
        "project": ("Ensemble", "Projet"),
        "size": ("Format",),
        "quantity": ("Qté",),
        "unit": ("Unité",),
        "client": ("Client",),
        "change": ("Modification",),
        "item": ("Rep.",),
        "notes": ("Remarques :",),
        "logo": ("",),
        "projection": ("",),
        "blank": ("",),
    },
}

MATERIALS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "AL 6061-T6", "STEEL 1018", "SUS304", "POM (black)", "Stainless Steel", "Birch Plywood", "ABS", "C45", "PLA",
        "AISI 304", "7075 (Al, Zn)", "Brass CZ121", "PMMA 3mm", "Nylon 6", "S355J2", "Spring steel", "A36", "PEEK",
    ),
    "ja": ("SS400", "S45C", "SUS304", "A5052P", "A2017", "SCM435", "FC250", "MCナイロン", "SPCC", "C3604", "黄銅", "アルミ合金"),
    "de": ("S235JR", "1.4301", "42CrMo4", "EN AW-6082", "C45E", "GG-25", "PA6", "11SMn30", "AlMg3"),
    "fr": ("S235", "XC48", "EN AW-2017", "Inox 304L", "POM C", "Laiton", "FGL 250"),
}  # fmt: skip
FINISHES: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "ANODIZED - BLACK",
        "NONE",
        "ZINC PLATED",
        "POWDER COAT",
        "AS MACHINED",
        "DEBURR",
        "SEE NOTE 2",
        "NO FINISH",
    ),
    "ja": ("黒染め", "無電解ニッケル", "白アルマイト", "なし", "三価クロメート", "塗装", "黒アルマイト"),
    "de": ("verzinkt", "blank", "eloxiert", "brüniert", "lackiert RAL 7035"),
    "fr": ("Zingué", "Anodisé noir", "Brut", "Peinture", "Sans"),
}
PEOPLE: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "J. Hale",
        "M. Otter",
        "R. Lindqvist",
        "A. Mora",
        "T. Weeks",
        "K. Oduya",
        "P. Stern",
        "JH",
        "MO",
        "D. Braun",
    ),
    "ja": ("田村", "小川", "中島", "石橋", "大谷", "宮田", "北野", "森下", "水野", "高瀬"),
    "de": ("Keller", "Brandt", "Vogel", "Lang", "Herzog", "Pohl"),
    "fr": ("Morel", "Garnier", "Petit", "Lambert", "Faure"),
}
COMPANIES: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "NORTHGATE ROBOTICS", "Halden Motion", "OPENFRAME LAB", "Kestrel Works", "TRIVOLT", "Marlow Instruments",
        "Aster Optics", "PIVOT & CO", "BLUE HERON MFG", "Quarrybank", "Fablink", "DELTA FORGE", "Orbis Printers",
    ),
    "ja": ("株式会社 東嶺製作所", "北浜精機株式会社", "大栄機工", "三峰エンジニアリング", "日進テック株式会社", "青葉工業", "YAMASE SEIKI"),
    "de": ("Brückner Antriebe", "WESTHAUS GmbH", "Feinwerk Lindau", "RHEINTAL MASCHINENBAU", "Oderberg Technik"),
    "fr": ("Mécanique du Jura", "ATELIERS SAVOIE", "Sogitech", "Précilor"),
}  # fmt: skip
NOTES: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "BREAK ALL SHARP EDGES 0.3 MAX", "REMOVE ALL BURRS", "ALL DIMENSIONS IN MILLIMETERS", "DO NOT SCALE DRAWING",
        "MATERIAL: CLEAR ANODIZED ALUMINUM", "UNSPECIFIED RADII R0.5", "TOLERANCES ISO 2768-mK", "PART MUST BE CLEAN",
        "ANODIZED FINISH SHALL BE PROTECTED USING STANDARD SHOP PRACTICE", "COLOR: NOT SPECIFIED", "QTY: 2 PER UNIT",
        "HOLES SYMMETRICAL ABOUT CENTER LINE", "THREADS TO BE FREE OF COATING", "DEBURR AND BREAK EDGES",
        "FLATNESS 0.1 OVER FULL LENGTH", "MARK PART NUMBER WHERE SHOWN",
    ),
    "ja": (
        "指示なき角部はC0.3とする", "バリなきこと", "普通公差は JIS B 0405-m による", "表面に傷・打痕なきこと", "指示なき隅部はR0.5以下",
        "タップ穴は貫通のこと", "溶接後ひずみ取りのこと", "熱処理 HRC 40～45", "( )内寸法は参考とする", "全周糸面取りのこと", "左右対称",
        "製品図と合わせて使用のこと",
    ),
    "de": (
        "Alle Kanten gebrochen 0,3x45°", "Allgemeintoleranzen ISO 2768-mK", "Nicht bemaßte Radien R1", "Gratfrei",
        "Oberfläche frei von Kratzern", "Maße nach Beschichtung", "Werkstückkanten ISO 13715",
    ),
    "fr": (
        "Casser les angles vifs 0,2", "Tolérances générales ISO 2768-mK", "Rayons non cotés R1", "Ebavurer",
        "Etat de surface général Ra 3,2", "Cotes après traitement",
    ),
}  # fmt: skip
CHANGES: Mapping[Language, tuple[str, ...]] = {
    "en": ("INITIAL RELEASE", "HOLE POSITION CHANGED", "UPDATED WALL PATTERN", "TOLERANCE ADDED", "LENGTH CHANGED", "MATERIAL CHANGED"),
    "ja": ("初版", "穴径変更", "寸法変更", "材質変更", "公差追記", "図面修正"),
    "de": ("Erstausgabe", "Maß geändert", "Bohrung versetzt", "Werkstoff geändert"),
    "fr": ("Création", "Cote modifiée", "Ajout tolérance", "Matière modifiée"),
}  # fmt: skip
TOLERANCES: Mapping[Language, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("UNLESS OTHERWISE SPECIFIED:", "DIMENSIONS ARE IN MILLIMETERS", "SURFACE FINISH:", "TOLERANCES:", "  LINEAR:", "  ANGULAR:"),
        ("X.X ±0.2", "X.XX ±0.1", "ANGLES ±0.5°"),
        ("ISO 2768-m",),
    ),
    "ja": (("0.5～6 ±0.1", "6～30 ±0.2", "30～120 ±0.3", "120～400 ±0.5"), ("JIS B 0405-m",), ("角度 ±0.5°", "切削 ±0.1", "板金 ±0.5")),
    "de": (("ISO 2768-mK",), ("DIN 7168 mittel", "Tolerierung ISO 8015")),
    "fr": (("ISO 2768-mK",), ("±0,1", "Angles ±0,5°")),
}  # fmt: skip
COPYRIGHT: Mapping[Language, str] = {
    "en": "All rights are reserved. Reproduction in whole or in part is prohibited without the written consent of the owner.",
    "ja": "本図面の無断複製・転用を禁ず",
    "de": "Schutzvermerk nach ISO 16016 beachten",
    "fr": "Ce document est notre propriété, reproduction interdite.",
}
SECTION: Mapping[Language, tuple[str, ...]] = {
    "en": ("SECTION {0}-{0}", "{0}-{0}", "SECTION {0}-{0}"),
    "ja": ("断面 {0}-{0}", "{0}-{0}", "断面図 {0}-{0}"),
    "de": ("Schnitt {0}-{0}", "{0}-{0}"),
    "fr": ("Coupe {0}-{0}", "COUPE {0}-{0}"),
}
DETAIL: Mapping[Language, tuple[str, ...]] = {
    "en": ("DETAIL {0}", "DETAIL {0}", "VIEW {0}"),
    "ja": ("{0}部詳細", "詳細 {0}"),
    "de": ("Einzelheit {0}", "{0}"),
    "fr": ("Détail {0}",),
}
THROUGH: Mapping[Language, tuple[str, ...]] = {
    "en": ("THRU", "THRU ALL", "", "DRILL"),
    "ja": ("通し", "キリ", "貫通", ""),
    "de": ("", "durchg."),
    "fr": ("", "débouchant"),
}
PARTS_LIST: Mapping[Language, tuple[str, ...]] = {
    "en": ("ITEM", "QTY", "PART NUMBER", "DESCRIPTION"),
    "ja": ("番号", "個数", "図番", "品名"),
    "de": ("Pos.", "Menge", "Nummer", "Benennung"),
    "fr": ("Rep.", "Qté", "Référence", "Désignation"),
}
