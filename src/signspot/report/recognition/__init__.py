"""The page of recognition: how well each stream recognises single signs, and its confusions, whose clips play."""

from signspot.report.recognition.content import Stream
from signspot.report.recognition.page import write_recognition

__all__ = ["Stream", "write_recognition"]
