"""Measurements: recall@k against peers on made and on real drawings. Every figure in the README comes from here."""
