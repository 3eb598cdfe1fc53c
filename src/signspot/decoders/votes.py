"""The vote of the challenge entry: each clip votes for the class that it shows, over all clips of its sign."""

import numpy as np

from signspot.errors import InputError
from signspot.labels import views
from signspot.predictions import Predictions
from signspot.spottings import Spotting


def voted(predictions: Predictions) -> np.ndarray:
    """The label of every row, int64 (n,): 0 the background, c + 1 the class c; ties go to the lowest class.

    A row whose most likely class is a sign votes for that sign from its predicted start to its predicted end.

    Raises:
        InputError: the spotter predicts no offsets.
    """
    offset = required_offset(predictions)
    n = len(predictions.score)
    labels = predictions.score.argmax(1)
    voters = np.flatnonzero(labels)
    classes, columns = np.unique(np.append(0, labels[voters]), return_inverse=True)
    reach = np.rint(np.minimum(offset[voters], n)).astype(int)
    # A difference array: a vote adds 1 where it begins and takes it back after its end, so that the running sum holds
    # the votes of each row without a loop over the rows of each vote.
    votes = np.zeros((n + 1, len(classes)), dtype=int)
    np.add.at(votes, (np.maximum(voters - reach[:, 0], 0), columns[1:]), 1)
    np.add.at(votes, (np.minimum(voters + reach[:, 1] + 1, n), columns[1:]), -1)
    return classes[votes.cumsum(0)[:n].argmax(1)]


def required_offset(predictions: Predictions) -> np.ndarray:
    """The predicted distances to the start and the end of a sign, float32 (n, 2), in strides.

    Raises:
        InputError: the spotter predicts none.
    """
    if predictions.offset is None:
        raise InputError(
            "decoder: this decoder needs the distances to the start and the end of a sign, which the spotter does not "
            "predict. Take another decoder, such as runs."
        )
    return predictions.offset


def painted(predictions: Predictions, starts: np.ndarray, width: int) -> list[Spotting]:
    """Runs of equal label of the frames, after each voted row has painted its frames over those of earlier rows.

    The score of a run is the mean probability of its class in the rows that are seen in it.

    Args:
        starts: int (n,), the first frame that each row paints, counted from the start of the usable range.
        width: frames that a row paints.
    """
    labels = voted(predictions)
    painter = np.full(predictions.last - predictions.first + 1, -1)
    for row in np.flatnonzero(labels):
        painter[max(starts[row], 0) : max(starts[row] + width, 0)] = row
    shown = np.where(painter < 0, 0, np.append(labels, 0)[painter])
    spottings = []
    for class_id, start, end in views.runs(shown):
        seen = np.unique(painter[start : end + 1])
        score = predictions.score[seen, class_id + 1].astype(np.float64).mean()
        spottings.append(Spotting(class_id, predictions.first + start, predictions.first + end, float(score)))
    return spottings
