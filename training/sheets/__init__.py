"""The sheet maker: parts of the bank to drawings as a drafter would lay them out, as vector PDF or pixels."""

from training.sheets.sheet import (
    TEMPLATES,
    PlacedView,
    SheetPlan,
    draw,
    draw_spec,
    plan,
    plan_sheet,
    write_pdf,
)
from training.sheets.spec import SheetSpec

__all__ = ["TEMPLATES", "PlacedView", "SheetPlan", "SheetSpec", "draw", "draw_spec", "plan", "plan_sheet", "write_pdf"]
