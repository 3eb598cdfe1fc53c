"""Scores: how well spottings agree with annotations."""

from signspot.scoring.official import THRESHOLDS, official
from signspot.scoring.strict import strict
from signspot.scoring.tables import score_intervals, scores

__all__ = ["THRESHOLDS", "official", "score_intervals", "scores", "strict"]
