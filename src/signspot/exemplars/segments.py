"""Segments of a video that a network names, by the Viterbi algorithm over its frames, and where a segment ends exactly.

Viterbi, "Error Bounds for Convolutional Codes and an Asymptotically Optimum Decoding Algorithm", 1967,
https://doi.org/10.1109/TIT.1967.1054010
"""

import numpy as np

from signspot.labels.views import runs

SWITCH_PENALTY = 4.0
"""Nats that a change of the sign costs: brief flickers are no signs."""
SHORTEST = 5
"""Frames of the shortest segment."""
REFINED = 10
"""Frames by which a refined segment may grow at each end."""
MOST_EVIDENCE = 4.0
"""Nats of one frame, at most, for or against a sign."""


def segments(log_probabilities: np.ndarray) -> list[tuple[int, int, int]]:
    """The most likely signs: class id, first and last frame (inclusive).

    Args:
        log_probabilities: (T, K), the background first.
    """
    return [run for run in runs(_most_likely(log_probabilities)) if run[2] - run[1] + 1 >= SHORTEST]


def _most_likely(log_probabilities: np.ndarray) -> np.ndarray:
    """The most likely label of every frame, int (T,), where each change costs ``SWITCH_PENALTY``."""
    count, labels = log_probabilities.shape
    score = log_probabilities[0].astype(np.float64)
    stays = np.ones((count, labels), bool)
    before = np.zeros(count, int)
    for frame in range(1, count):
        before[frame] = score.argmax()
        switched = score[before[frame]] - SWITCH_PENALTY
        stays[frame] = score >= switched
        score = np.maximum(score, switched) + log_probabilities[frame]
    result = np.empty(count, int)
    label = int(score.argmax())
    for frame in range(count - 1, -1, -1):
        result[frame] = label
        label = label if stays[frame, label] else before[frame]
    return result


def evidence(log_probabilities: np.ndarray, class_id: int, first: int, last: int) -> float:
    """How much likelier than the background a sign is in a frame of a stretch, in nats, on average.

    Args:
        log_probabilities: (T, K), the background first.
        class_id: of the sign.
        first, last: inclusive.
    """
    floor = 2 * MOST_EVIDENCE
    part = np.maximum(log_probabilities[first : last + 1][:, [class_id + 1, 0]], -floor)
    return float((part[:, 0] - part[:, 1]).mean())


def refined(log_probabilities: np.ndarray, class_id: int, first: int, last: int) -> tuple[int, int]:
    """First and last frame half-way between those given and those of the stretch that speaks for the sign.

    That stretch contains the middle of the given one, and has the largest sum of evidence against all other labels.

    Args:
        log_probabilities: (T, K), the background first.
        class_id: of the sign.
        first, last: inclusive.
    """
    start, stop = max(first - REFINED, 0), min(last + 1 + REFINED, len(log_probabilities))
    part = log_probabilities[start:stop]
    others = np.delete(part, class_id + 1, axis=1).max(1)
    gain = np.clip(part[:, class_id + 1] - others, -MOST_EVIDENCE, MOST_EVIDENCE)
    middle = (first + last + 1) // 2 - start
    begin = middle - int(np.cumsum(gain[middle::-1]).argmax())
    end = middle + int(np.cumsum(gain[middle:]).argmax())
    if end - begin + 1 < SHORTEST - 1:
        return first, last
    return round((first + start + begin) / 2), round((last + start + end) / 2)
