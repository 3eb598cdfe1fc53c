"""MediaPipe Holistic: landmarks of body, hands and face, frame by frame.

Another detector joins by giving the same ``Landmarks``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from signspot.video.mediapipe import array, in_threads, native_log, solution


@dataclass(frozen=True)
class Landmarks:
    """What was found in one frame; x, y and z as parts of the picture's side, NaN where nothing was found.

    Args:
        pose: float32 (33, 3), the order of MediaPipe Pose.
        left_hand, right_hand: float32 (21, 3), the signer's own left and right.
        face: whether the face was found.
    """

    pose: np.ndarray
    left_hand: np.ndarray
    right_hand: np.ndarray
    face: bool


def landmarks(frames: Iterable[np.ndarray], model_complexity: int = 1, threads: int = 1) -> Iterator[Landmarks]:
    """Tracks one person through the frames of one video, in order.

    Args:
        frames: uint8 (height, width, 3), RGB.
        model_complexity: 0, 1 or 2; only the model of 1 comes with MediaPipe.
        threads: in which the detectors run; more than two have nothing to do.

    Raises:
        InputError: the model is not installed.
    """
    holistic = solution("holistic", model_complexity)
    frames = iter(frames)
    # The graph comes to life with the first frame; its notes about itself come then.
    with native_log():
        model = in_threads(holistic.Holistic, threads)(model_complexity=model_complexity)
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
