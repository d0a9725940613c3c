"""Solids to the plane curves of their views."""
