"""The review page of a run: its videos, truth and spottings on a timeline, and a list to filter; opens from disk."""

from signspot.report.review.content import ReviewVideo
from signspot.report.review.page import write_review

__all__ = ["ReviewVideo", "write_review"]
