"""The parametric families of parts, as solids of a CAD kernel (extra `cad`)."""

from training.parts.table import FAMILIES, Family

__all__ = ["FAMILIES", "Family"]
