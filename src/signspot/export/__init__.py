"""Spottings in other people's formats."""

from signspot.export.elan import Run
from signspot.export.spotted import write_spotted
from signspot.export.submission import write_submission

__all__ = ["Run", "write_spotted", "write_submission"]
