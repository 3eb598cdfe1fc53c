"""The skeleton of 57 joints: 15 of the body, 21 of the left hand, 21 of the right hand.

Joints, normalisation and flip are as in the published system.

Zhang, Min and Chen, "Sign Spotting Using Representations from Domain Experts", 2022, fact sheet of
https://chalearnlap.cvc.uab.cat/challenge/49/description/
"""

import numpy as np

BODY = {
    "nose": 0,
    "left_eye_inner": 1,
    "left_eye": 2,
    "left_eye_outer": 3,
    "right_eye_inner": 4,
    "right_eye": 5,
    "right_eye_outer": 6,
    "mouth_left": 9,
    "mouth_right": 10,
    "left_shoulder": 11,
    "right_shoulder": 12,
    "left_elbow": 13,
    "right_elbow": 14,
    "left_hip": 23,
    "right_hip": 24,
}
"""Joints of the body -> their numbers in MediaPipe Pose."""
HAND = (
    "wrist",
    *("thumb_cmc", "thumb_mcp", "thumb_ip", "thumb_tip"),
    *("index_mcp", "index_pip", "index_dip", "index_tip"),
    *("middle_mcp", "middle_pip", "middle_dip", "middle_tip"),
    *("ring_mcp", "ring_pip", "ring_dip", "ring_tip"),
    *("pinky_mcp", "pinky_pip", "pinky_dip", "pinky_tip"),
)
"""Joints of a hand, in the order of MediaPipe Hands."""
JOINTS = (*BODY, *(f"{side}_{joint}" for side in ("left", "right") for joint in HAND))
"""Names of the 57 joints: body, left hand, right hand."""
LEFT_SHOULDER, RIGHT_SHOULDER = JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")
POSE_WRISTS = (15, 16)
"""The left and the right wrist in MediaPipe Pose."""
FIRST_FRAMES = 3
"""Number of frames after a late first detection that are not used, because the signer is still coming into view."""


def _mirror(joint: str) -> str:
    return joint.replace("left", "?").replace("right", "left").replace("?", "right")


SWAP = np.array([JOINTS.index(_mirror(joint)) for joint in JOINTS])
"""For each joint, the number of its partner on the other side."""


def joints(pose: np.ndarray, left_hand: np.ndarray, right_hand: np.ndarray, size: int = 256) -> np.ndarray:
    """The 57 joints from landmarks. All 21 joints of a hand that was not found are the wrist of its arm.

    Args:
        pose: (n, 33, 3), as parts of the picture's side; NaN where not found.
        left_hand: (n, 21, 3), as parts of the picture's side; NaN where not found.
        right_hand: (n, 21, 3), as ``left_hand``.
        size: side of the picture, in px.

    Returns:
        (n, 57, 3): x, y, z in px; NaN in frames without a pose.
    """
    hands = [
        np.where(np.isnan(hand), pose[:, wrist : wrist + 1], hand)
        for hand, wrist in zip((left_hand, right_hand), POSE_WRISTS, strict=True)
    ]
    return size * np.concatenate([pose[:, list(BODY.values())], *hands], axis=1)


def interpolate(joints: np.ndarray, frames: np.ndarray, total: int) -> np.ndarray:
    """The joints of every frame from the joints of some frames.

    Between two known frames, joints move linearly. Before the first known frame and after the last, they are copied.
    In a gap a … b - 1, frame b weighs (i - a + 1) / (b - a + 1) in frame i. The published code has (i - a) / (b - a),
    which repeats frame a - 1 and jumps at frame b.

    Args:
        joints: (k, …), joints of the known frames, k at least 1.
        frames: (k,), increasing numbers of the known frames; they may be below 0 or above ``total`` - 1.
        total: number of frames.

    Returns:
        (total, …); known frames are unchanged.
    """
    every = np.arange(total)
    frames = np.asarray(frames)
    before = np.clip(np.searchsorted(frames, every, side="right") - 1, 0, None)
    after = np.clip(np.searchsorted(frames, every, side="left"), None, len(frames) - 1)
    gap = np.maximum(frames[after] - frames[before], 1)
    weight = np.where(before < after, (every - frames[before]) / gap, 0.0).reshape(-1, *[1] * (joints.ndim - 1))
    return (1 - weight) * joints[before] + weight * joints[after]


class Normalisation:
    """Makes the joints of a video comparable between signers and cameras. Frames may come in blocks of any size.

    - x is relative to the mean x of the nose, y to the mean y of the left shoulder.
    - The unit of x and y is twice the mean distance of the shoulders in x, or 1 if this distance is 0.
    - z goes from -1 to 1, from its least to its greatest value in the video.

    Three numbers of each frame stay in memory until all frames are known.
    """

    def __init__(self) -> None:
        self._measures: list[np.ndarray] = []
        self._least, self._greatest = np.inf, -np.inf

    def add(self, joints: np.ndarray) -> None:
        """Takes the joints (n, 57, 3) of some frames, in px, into account."""
        x, y, z = np.moveaxis(np.asarray(joints, np.float64), -1, 0)
        shoulders = np.abs(x[:, LEFT_SHOULDER] - x[:, RIGHT_SHOULDER])
        self._measures.append(np.stack([x[:, JOINTS.index("nose")], y[:, LEFT_SHOULDER], shoulders]))
        self._least, self._greatest = min(self._least, z.min()), max(self._greatest, z.max())

    def apply(self, joints: np.ndarray) -> np.ndarray:
        """Normalises joints (n, 57, 3) in px by all joints that were added: float64 (n, 57, 3)."""
        x, y, z = np.moveaxis(np.asarray(joints, np.float64), -1, 0)
        nose, shoulder, distance = (measure.mean() for measure in np.concatenate(self._measures, axis=1))
        unit, depth = 2 * distance or 1.0, self._greatest - self._least or 1.0
        return np.stack([(x - nose) / unit, (y - shoulder) / unit, 2 * (z - self._least) / depth - 1], axis=-1)


def normalise(joints: np.ndarray) -> np.ndarray:
    """Normalises the joints (T, 57, 3) of a whole video, in px: float64 (T, 57, 3), see :class:`Normalisation`."""
    normalisation = Normalisation()
    normalisation.add(joints)
    return normalisation.apply(joints)


def flip(skeleton: np.ndarray) -> np.ndarray:
    """The mirror image of a normalised skeleton (…, 57, 3): x is negated, left and right joints are exchanged."""
    return skeleton[..., SWAP, :] * np.array([-1, 1, 1], skeleton.dtype)


def _anchors(joint: str) -> tuple[int, int]:
    """The two joints whose middle is the origin of a joint in :func:`relative`."""
    if joint.endswith(tuple(f"{side}_{part}" for side in ("left", "right") for part in HAND[1:])):
        wrist = JOINTS.index(f"{joint.split('_')[0]}_wrist")
        return wrist, wrist
    if joint.endswith(("wrist", "elbow", "hip")):
        shoulder = JOINTS.index(f"{joint.split('_')[0]}_shoulder")
        return shoulder, shoulder
    return LEFT_SHOULDER, RIGHT_SHOULDER


_ANCHORS = np.array([_anchors(joint) for joint in JOINTS])


def relative(skeleton: np.ndarray) -> np.ndarray:
    """Three more channels for a skeleton (…, 57, 3): each joint relative to the joint that carries it.

    Finger joints are relative to the wrist of their hand. Wrists, elbows and hips are relative to the shoulder of their
    side. Face and shoulders are relative to the middle between the shoulders.
    """
    return skeleton - skeleton[..., _ANCHORS, :].mean(axis=-2)


def usable_range(found: np.ndarray) -> tuple[int, int]:
    """First and last frame to use (both inclusive), from the frames in which a body was found.

    As published, the range ends at the last such frame. It begins at the first such frame if that is frame 0, else
    ``FIRST_FRAMES`` later.

    Args:
        found: bool (T,), whether a body was found; true in one frame at least.
    """
    frames = np.flatnonzero(found)
    first, last = int(frames[0]), int(frames[-1])
    return min(first + FIRST_FRAMES, last) if first else 0, last
