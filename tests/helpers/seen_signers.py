"""Landmarks of rendered signers who make given signs, without a video, and the pose files that hold them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from signspot.arrays import new_arrays, write_attributes, write_rows
from signspot.exemplars.descriptors import FPS, descriptors
from signspot.exemplars.rendered import varied_signer
from signspot.signer.landmarks import Camera, SeenLandmarks, seen_landmarks
from signspot.signer.lexicon import Sign, make_lexicon
from signspot.signer.realise import realise
from signspot.signer.timeline import Performance

LEXICON = make_lexicon(8, 3, 0.0)
SIDES_OF_POSE = [0, *range(1, 11), *(number + 1 if number % 2 else number - 1 for number in range(11, 33))]
"""Numbers of MediaPipe Pose, the left joints of the body exchanged with the right ones."""
Timeline = Sequence[tuple[Sign, float, float]]
"""Signs, and their start and end in seconds."""


def performed(timeline: Timeline, seconds: float, seed: int = 0) -> Performance:
    """A right-handed signer, another one for each seed, who makes these signs and else rests."""
    rng = np.random.default_rng(seed)
    signer = replace(varied_signer(rng), speed=1.0)
    return Performance(signer, [realise(sign, signer, start, end, rng) for sign, start, end in timeline], seconds, rng)


def seen(timeline: Timeline, seconds: float, seed: int = 0, noise: float = 0.3) -> SeenLandmarks:
    """The landmarks of such a signer at 25 frames a second, seen from the front."""
    return seen_landmarks(performed(timeline, seconds, seed), Camera(), FPS, np.random.default_rng(seed), noise)


def in_mirror(landmarks: SeenLandmarks) -> SeenLandmarks:
    """What a mirror shows: the signer is left-handed."""
    flip = np.array([-1, 1], np.float32)
    return SeenLandmarks(
        landmarks.pose[:, SIDES_OF_POSE] * flip, landmarks.right_hand * flip, landmarks.left_hand * flip
    )


def hands_of(landmarks: SeenLandmarks, fps: float = FPS) -> np.ndarray:
    """The descriptors of landmarks."""
    return descriptors(landmarks.pose, landmarks.left_hand, landmarks.right_hand, fps)


def write_seen(path: Path, landmarks: SeenLandmarks, fps: float = FPS, first: int = 0, last: int | None = None) -> Path:
    """The pose file of landmarks; its usable range is the whole video, or ``first`` … ``last``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_arrays(path) as file:
        for name in ("pose", "left_hand", "right_hand"):
            write_rows(file, name, getattr(landmarks, name))
        last = len(landmarks.pose) - 1 if last is None else last
        write_attributes(file, {"first": first, "last": last, "fps": float(fps), "start_ms": 0})
    return path
