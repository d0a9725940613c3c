"""The symbol classes: the one table that maker, detector, filters, overlays and docs read.

Sources: JIS Z 3021:2016 and ISO 2553:2019 (welds; the old forms are those of JIS Z 3021:1987 and 2000), JIS B 0031:2003
and ISO 1302 (surface texture; the triangles are those of JIS B 0601:1982), JIS B 0021 and ISO 1101 (geometrical
tolerances), JIS Z 8317-1 and ISO 129-1 (dimensions), JIS Z 8316 and ISO 128 (views and sections).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SymbolGroup(StrEnum):
    WELD = "weld"
    WELD_DETAIL = "weld_detail"
    SURFACE = "surface"
    TOLERANCE = "tolerance"
    DIMENSION = "dimension"
    SHEET = "sheet_mark"


@dataclass(frozen=True, slots=True)
class SymbolClass:
    """successor: the class that took this one's place in the standard; a search for either finds both."""

    name: str
    japanese: str
    standard: str
    group: SymbolGroup
    successor: str | None = None


_WELDS = (
    ("fillet_weld", "すみ肉溶接"),
    ("double_fillet_weld", "両側すみ肉溶接"),
    ("staggered_fillet_weld", "千鳥断続すみ肉溶接"),
    ("square_weld", "I形開先溶接"),
    ("v_weld", "V形開先溶接"),
    ("double_v_weld", "X形開先溶接"),
    ("bevel_weld", "レ形開先溶接"),
    ("double_bevel_weld", "K形開先溶接"),
    ("bevel_fillet_weld", "レ形開先とすみ肉の組合せ"),
    ("double_bevel_fillet_weld", "K形開先と両側すみ肉の組合せ"),
    ("u_weld", "U形開先溶接"),
    ("double_u_weld", "H形開先溶接"),
    ("j_weld", "J形開先溶接"),
    ("flare_v_weld", "V形フレア溶接"),
    ("flare_bevel_weld", "レ形フレア溶接"),
    ("steep_v_weld", "急開先V形溶接"),
    ("steep_bevel_weld", "急開先レ形溶接"),
    ("edge_weld", "へり溶接"),
    ("plug_weld", "プラグ溶接・スロット溶接"),
    ("spot_weld", "スポット溶接・プロジェクション溶接"),
    ("seam_weld", "シーム溶接"),
    ("surfacing_weld", "肉盛溶接"),
    ("stud_weld", "スタッド溶接"),
)
_WELD_DETAILS = (
    ("weld_annotation", "溶接指示(全体)"),
    ("all_around", "全周溶接"),
    ("field_weld", "現場溶接"),
    ("flush_contour", "平ら仕上げ"),
    ("convex_contour", "凸形仕上げ"),
    ("concave_contour", "へこみ仕上げ"),
    ("blended_toes", "止端仕上げ"),
    ("backing", "裏当て・裏波"),
    ("weld_tail", "尾"),
)
_OLD_WELDS = (
    ("spot_weld_old", "スポット溶接(旧)", SymbolGroup.WELD, "spot_weld"),
    ("seam_weld_old", "シーム溶接(旧)", SymbolGroup.WELD, "seam_weld"),
    ("field_weld_old", "現場溶接(旧)", SymbolGroup.WELD_DETAIL, "field_weld"),
    ("all_around_field_weld_old", "全周現場溶接(旧)", SymbolGroup.WELD_DETAIL, "field_weld"),
)
_SURFACE = (
    ("surface_basic", "表面性状(除去加工を問わない)"),
    ("surface_removal", "表面性状(除去加工をする)"),
    ("surface_no_removal", "表面性状(除去加工をしない)"),
)
_OLD_SURFACE = (
    ("surface_triangle_1", "仕上げ記号▽(旧)", "surface_removal"),
    ("surface_triangle_2", "仕上げ記号▽▽(旧)", "surface_removal"),
    ("surface_triangle_3", "仕上げ記号▽▽▽(旧)", "surface_removal"),
    ("surface_triangle_4", "仕上げ記号▽▽▽▽(旧)", "surface_removal"),
    ("surface_wave", "仕上げ記号～(旧)", "surface_no_removal"),
)
_TOLERANCES = (
    ("straightness", "真直度"),
    ("flatness", "平面度"),
    ("circularity", "真円度"),
    ("cylindricity", "円筒度"),
    ("line_profile", "線の輪郭度"),
    ("surface_profile", "面の輪郭度"),
    ("parallelism", "平行度"),
    ("perpendicularity", "直角度"),
    ("angularity", "傾斜度"),
    ("position", "位置度"),
    ("concentricity", "同心度・同軸度"),
    ("symmetry", "対称度"),
    ("circular_runout", "円周振れ"),
    ("total_runout", "全振れ"),
    ("tolerance_frame", "公差記入枠"),
    ("datum", "データム"),
)
_DIMENSIONS = (
    ("diameter", "直径"),
    ("square", "正方形"),
    ("counterbore", "深座ぐり"),
    ("countersink", "皿座ぐり"),
    ("depth", "深さ"),
    ("taper", "テーパ"),
    ("slope", "こう配"),
)
_SHEET = (
    ("first_angle", "第一角法", "JIS Z 8316"),
    ("third_angle", "第三角法", "JIS Z 8316"),
    ("revision_triangle", "訂正記号", "JIS Z 8312"),
    ("section_arrow", "断面矢示", "JIS Z 8316"),
    ("balloon", "照合番号", "JIS Z 8310"),
)

CLASSES: tuple[SymbolClass, ...] = (
    *(SymbolClass(name, japanese, "JIS Z 3021", SymbolGroup.WELD) for name, japanese in _WELDS),
    *(SymbolClass(name, japanese, "JIS Z 3021", SymbolGroup.WELD_DETAIL) for name, japanese in _WELD_DETAILS),
    *(SymbolClass(name, japanese, "JIS Z 3021:1987", group, now) for name, japanese, group, now in _OLD_WELDS),
    *(SymbolClass(name, japanese, "JIS B 0031", SymbolGroup.SURFACE) for name, japanese in _SURFACE),
    *(SymbolClass(name, japanese, "JIS B 0601:1982", SymbolGroup.SURFACE, now) for name, japanese, now in _OLD_SURFACE),
    *(SymbolClass(name, japanese, "JIS B 0021", SymbolGroup.TOLERANCE) for name, japanese in _TOLERANCES),
    *(SymbolClass(name, japanese, "JIS Z 8317-1", SymbolGroup.DIMENSION) for name, japanese in _DIMENSIONS),
    *(SymbolClass(name, japanese, standard, SymbolGroup.SHEET) for name, japanese, standard in _SHEET),
)
"""In the order of the detector's outputs: new classes go to the end of their group and need a new training."""

COLOURS: Mapping[SymbolGroup, str] = {
    SymbolGroup.WELD: "#d55e00",
    SymbolGroup.WELD_DETAIL: "#e69f00",
    SymbolGroup.SURFACE: "#009e73",
    SymbolGroup.TOLERANCE: "#0072b2",
    SymbolGroup.DIMENSION: "#56b4e9",
    SymbolGroup.SHEET: "#cc79a7",
}
"""Of overlays: those of Okabe and Ito, told apart by colour-blind people."""

BY_NAME: Mapping[str, SymbolClass] = {one.name: one for one in CLASSES}
INDEX: Mapping[str, int] = {one.name: index for index, one in enumerate(CLASSES)}
"""Name to place in CLASSES, as detector, cache and training number them."""
