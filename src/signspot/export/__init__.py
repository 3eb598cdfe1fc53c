"""Spottings in other people's formats."""

from signspot.export.submission import write_submission

__all__ = ["write_submission"]
