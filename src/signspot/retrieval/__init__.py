"""Search of videos by text, and of texts by video: recognised signs, a common space, and both. No PyTorch here."""

from signspot.retrieval.combination import combined
from signspot.retrieval.metrics import geometric_mean, retrieval_scores, text_to_video_ranks, video_to_text_ranks
from signspot.retrieval.spotting_clips import CENTRE, DICTIONARY, MOUTHING, Reach
from signspot.retrieval.words import SignWords, recognised, similarities, split_words

__all__ = [
    "CENTRE",
    "DICTIONARY",
    "MOUTHING",
    "Reach",
    "SignWords",
    "combined",
    "geometric_mean",
    "recognised",
    "retrieval_scores",
    "similarities",
    "split_words",
    "text_to_video_ranks",
    "video_to_text_ranks",
]
