"""Writes spottings in formats of other programs: ELAN, subtitles, spreadsheets, the hand-in of the challenge."""

from signspot.export.elan import SpottingSource
from signspot.export.spotted import write_spotted
from signspot.export.submission import write_submission

__all__ = ["SpottingSource", "write_spotted", "write_submission"]
