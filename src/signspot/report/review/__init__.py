"""The review page of a run: videos, truth, spottings and scores over time, and a list to filter; opens from disk."""

from signspot.report.review.content import ReviewVideo
from signspot.report.review.curve import ScoreCurve, score_curve
from signspot.report.review.page import write_review

__all__ = ["ReviewVideo", "ScoreCurve", "score_curve", "write_review"]
