"""Invented data for the pattern page (demo only)."""
