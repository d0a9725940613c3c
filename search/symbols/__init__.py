"""Symbols of a few millimetres that carry a drawing's meaning: what there are, and where they lie on a sheet."""
