"""Runs of frames of one class, as the challenge's winner decodes.

Wong, Camgöz and Bowden, "Hierarchical I3D for Sign Spotting", ECCV workshops 2022, https://arxiv.org/abs/2210.00951.
"""

import numpy as np

from signspot.labels import views
from signspot.predictions import Predictions
from signspot.spottings import Spotting

RANGES = {"threshold": (0, 1), "min_frames": (0, 10_000)}
GRID = {"threshold": [0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], "min_frames": [1, 2, 3, 4, 6, 8]}
"""The values that are tried when an option is tuned."""


def runs(predictions: Predictions, *, threshold: float = 0.0, min_frames: int = 1) -> list[Spotting]:
    """Runs of frames whose most likely class is the same sign; ties go to the lowest class, the background first.

    A frame has the probabilities of the row that is nearest to it. The score of a run is the mean probability of its
    class over its frames.

    Args:
        threshold: least score of a spotting.
        min_frames: least length of a spotting.
    """
    frames = np.arange(predictions.last - predictions.first + 1)
    if not len(predictions.score):
        return []
    nearest = predictions.rows_at(frames)
    labels = predictions.score.argmax(1)[nearest]
    spottings = []
    for class_id, start, end in views.runs(labels):
        score = float(predictions.score[nearest[start : end + 1], class_id + 1].astype(np.float64).mean())
        if score >= threshold and end - start + 1 >= min_frames:
            spottings.append(Spotting(class_id, predictions.first + start, predictions.first + end, score))
    return spottings
