"""Symbols as drafters draw them, each with the exact box of its ink."""
