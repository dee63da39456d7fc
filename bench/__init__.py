"""Measured ratios, each in one run on one machine."""
