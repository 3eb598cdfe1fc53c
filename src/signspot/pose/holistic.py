"""MediaPipe Holistic: landmarks of body, hands and face, frame by frame.

Another detector can take its place if it gives the same :class:`Landmarks`.

Lugaresi et al., "MediaPipe: A Framework for Building Perception Pipelines", 2019, https://arxiv.org/abs/1906.08172
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signspot.video.mediapipe import (
    BUNDLED,
    array,
    check_pose_model,
    in_threads,
    native_log,
    solution,
    with_pose_model,
)


@dataclass(frozen=True)
class Landmarks:
    """The landmarks of one frame: x, y and z as parts of the picture's side, NaN where nothing was found.

    Args:
        pose: float32 (33, 3), in the order of MediaPipe Pose.
        left_hand: float32 (21, 3), the left hand of the signer.
        right_hand: float32 (21, 3), the right hand of the signer.
        face: whether a face was found.
    """

    pose: np.ndarray
    left_hand: np.ndarray
    right_hand: np.ndarray
    face: bool


def landmarks(
    frames: Iterable[np.ndarray],
    model_complexity: int = BUNDLED,
    threads: int = 1,
    pose_model: Path | str | None = None,
) -> Iterator[Landmarks]:
    """Tracks one person through the frames of one video, in order.

    Args:
        frames: uint8 (height, width, 3), RGB.
        model_complexity: of the pose model: 0, 1 or 2; only the model of 1 comes with MediaPipe.
        threads: threads of the detectors; more than two have nothing to do.
        pose_model: its file; None for the one that comes with MediaPipe.

    Raises:
        InputError: the file is needed and not given, is missing, or is not that of this complexity.
    """
    check_pose_model(model_complexity, pose_model)
    kind = in_threads(solution("holistic").Holistic, threads)
    if pose_model is not None:
        kind = with_pose_model(kind, pose_model)
    frames = iter(frames)
    # The graph starts with the first frame, and writes its messages then.
    with native_log():
        model = kind(model_complexity=BUNDLED)
        first = [_landmarks(model.process(frame)) for _, frame in zip(range(1), frames, strict=False)]
    with model:
        yield from first
        for frame in frames:
            yield _landmarks(model.process(frame))


def _landmarks(found: object) -> Landmarks:
    return Landmarks(
        array(found.pose_landmarks, 33),
        array(found.left_hand_landmarks, 21),
        array(found.right_hand_landmarks, 21),
        found.face_landmarks is not None,
    )
