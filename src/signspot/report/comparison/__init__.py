"""The page of a comparison: the scores of several runs, and whether they differ."""

from signspot.report.comparison.page import write_comparison

__all__ = ["write_comparison"]
