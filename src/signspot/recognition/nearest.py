"""Signs named without any training: that of the most similar clip, by dynamic time warping of skeletons.

It is the line that a trained recogniser must beat, and with one clip for each sign it is hard to beat. Sakoe and Chiba,
"Dynamic programming algorithm optimization for spoken word recognition", 1978,
https://doi.org/10.1109/TASSP.1978.1163055.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import cache

import numba
import numpy as np
from tqdm import tqdm

from signspot.clips.modality import Modality
from signspot.clips.sampling import Signs, whole_signs
from signspot.compute.kernels import compile_alone
from signspot.errors import InputError
from signspot.labels.frames import FrameLabels
from signspot.recognition.recognitions import Recognitions, clips_of
from signspot.stores import VideoFiles

DEPTH = 2
"""The coordinate that is left out: no detector gives depth well enough to compare two views."""
PLANE = 3
FAR = np.float32(1e30)


@numba.njit(cache=True)
def _distance(one: np.ndarray, other: np.ndarray) -> float:
    """The mean distance of the frames on the cheapest path from the first to the last frames of both clips.

    A path goes on by a frame of either clip or of both.

    Args:
        one, other: float32 (n, D) and (m, D).
    """
    frames = len(other)
    total = np.full(frames + 1, FAR, np.float32)
    total[0] = 0.0
    for row in range(len(one)):
        diagonal = total[0]
        total[0] = FAR
        for column in range(frames):
            square = np.float32(0.0)
            for number in range(one.shape[1]):
                difference = one[row, number] - other[column, number]
                square += difference * difference
            before = min(diagonal, total[column], total[column + 1])
            diagonal = total[column + 1]
            total[column + 1] = np.sqrt(square) + before
    return total[frames] / (len(one) + frames)


@numba.njit(cache=True)
def _distances(ones: np.ndarray, bounds: np.ndarray, other: np.ndarray, found: np.ndarray) -> None:
    for number in range(len(bounds) - 1):
        found[number] = _distance(ones[bounds[number] : bounds[number + 1]], other)


@cache
def _compile() -> None:
    """Once in each process."""
    clip = np.zeros((2, 2), np.float32)
    compile_alone(_distance, lambda: _distances(clip, np.array([0, 2]), clip, np.empty(1, np.float32)))


def distances(ones: Sequence[np.ndarray], other: np.ndarray) -> np.ndarray:
    """How far clips are from another clip: the mean distance of frames that dynamic time warping brings together.

    Args:
        ones: float32 (n, D) each, of one frame at least.
        other: float32 (m, D), of one frame at least.

    Returns:
        float32 (len(ones),).
    """
    _compile()
    found = np.empty(len(ones), np.float32)
    _distances(np.concatenate(ones), np.cumsum([0, *map(len, ones)]), other, found)
    return found


def recognise_by_nearest(
    modality: Modality,
    train: Sequence[VideoFiles],
    test: Sequence[VideoFiles],
    labels: Mapping[str, FrameLabels],
    vocabulary: Sequence[str],
) -> Recognitions:
    """What the nearest training clips say of every sign of the test videos.

    Args:
        modality: of skeletons; x and y of its joints are compared.
        train, test: must have the stores of the modality.
        labels: of all videos, by their names.
        vocabulary: the C glosses in the order of their class ids.

    Returns:
        The clips in the order of the videos and of time. The logit of a sign is minus the distance to the nearest
        training clip that shows it: good to sort signs by, and no probability.

    Raises:
        InputError: no training video shows a sign; a store is missing or damaged.
    """
    known = whole_signs([labels[files.video] for files in train])
    if not len(known.video):
        raise InputError(
            "recognition.nearest: no training video shows a sign. Check that their annotations use the glosses of the "
            "vocabulary and lie in the usable range of the videos."
        )
    examples = _skeletons(modality, train, known)
    truth = [labels[files.video] for files in test]
    signs = whole_signs(truth)
    clips = _skeletons(modality, test, signs)
    logits = np.full((len(clips), len(vocabulary)), -FAR, np.float32)
    for row, clip in zip(logits, tqdm(clips, "clips", disable=not sys.stderr.isatty()), strict=True):
        np.maximum.at(row, known.class_id, -distances(examples, clip))
    return Recognitions(clips_of(signs, test, truth, vocabulary), tuple(vocabulary), logits)


def _skeletons(modality: Modality, videos: Sequence[VideoFiles], signs: Signs) -> list[np.ndarray]:
    """x and y of the joints of each sign, float32 (frames, D) each."""
    found = []
    for number, files in enumerate(videos):
        own = np.flatnonzero(signs.video == number)
        with modality.open(files) as reader:
            for sign in own:
                tensor = modality.tensor(reader.read(int(signs.first[sign]), int(signs.last[sign]) + 1))
                plane = [channel for channel in range(len(tensor)) if channel % PLANE != DEPTH]
                frames = tensor[plane].transpose(1, 0, 2, 3)
                found.append(np.ascontiguousarray(frames.reshape(len(frames), -1), np.float32))
    return found
