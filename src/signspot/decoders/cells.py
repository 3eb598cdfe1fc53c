"""The published vote, painted without a bias at the boundaries."""

import numpy as np

from signspot.decoders.votes import painted
from signspot.predictions import Predictions
from signspot.spottings import Spotting


def cells(predictions: Predictions) -> list[Spotting]:
    """The spottings of the published vote, of which a clip paints only the ``stride`` frames that are nearest to it.

    The label of clip i is the majority of the frames stride*i - 4 … stride*i + 3, ties to the label met first: a sign
    wins from five frames on at its start, from four on at its end. Either way that is the label of frame stride*i - 1.
    The cell about that frame leaves no bias at the boundaries, but half a frame (late) where the stride is even.

    Raises:
        InputError: the spotter predicts no offsets.
    """
    stride = predictions.stride
    return painted(predictions, stride * np.arange(len(predictions.score)) - (stride + 1) // 2, stride)
