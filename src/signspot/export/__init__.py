"""Spottings in other people's formats."""

from signspot.export.elan import SpottingSource
from signspot.export.spotted import write_spotted
from signspot.export.submission import write_submission

__all__ = ["SpottingSource", "write_spotted", "write_submission"]
