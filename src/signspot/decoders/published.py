"""The decoding of the third-placed entry, as released: its Algorithm 1.

Zhang, Min, Chen, "Sign Spotting Using Representations from Domain Experts", ECCV 2022 workshops.
"""

import numpy as np

from signspot.decoders.votes import painted
from signspot.predictions import Predictions
from signspot.spottings import Spotting

LENGTH = 8
"""Frames that a clip paints: the published number, whatever the length of the clips at hand."""


def published(predictions: Predictions) -> list[Spotting]:
    """The spottings of the released code: a voted clip paints the eight frames of its window, over earlier clips.

    Raises:
        InputError: the spotter predicts no offsets.
    """
    starts = predictions.stride * np.arange(len(predictions.score)) - LENGTH // 2
    return painted(predictions, starts, LENGTH)
