"""The 53 joints of the challenge's own baseline: 11 of the body, 21 of the left hand, 21 of the right hand.

Their order is that of its published weights. Places are parts of the picture's side, from its middle.

Code of the organisers: https://github.com/mvazquezgts/2022_Sign_Spotting_Challenge
"""

import numpy as np

from signspot.pose.graphs import PARENTS

BODY = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16)
"""Nose, eyes, ears, shoulders, elbows and wrists in MediaPipe Pose; left before right."""
MIDDLE = 0.5
SWAP = np.array([0, *(joint + (1 if joint % 2 else -1) for joint in range(1, 11)), *range(32, 53), *range(11, 32)])
"""For each joint, the number of its partner on the other side."""


def joints(pose: np.ndarray, left_hand: np.ndarray, right_hand: np.ndarray) -> np.ndarray:
    """The 53 joints from landmarks; what was not found is zero.

    The published code takes joints of the body of a confidence below 0.1 for not found. Our stores keep no confidence.

    Args:
        pose: (n, 33, 3), as parts of the picture's side; NaN where not found.
        left_hand: (n, 21, 3), as ``pose``.
        right_hand: (n, 21, 3), as ``pose``.

    Returns:
        (n, 53, 3): x, y, z, of the type of ``pose``.
    """
    found = np.concatenate([pose[:, BODY], left_hand, right_hand], axis=1)
    return np.nan_to_num(found - np.asarray(MIDDLE, found.dtype), nan=0.0)


def flip(skeleton: np.ndarray) -> np.ndarray:
    """The mirror image of a skeleton (…, 53, 3): x is negated, left and right joints are exchanged."""
    return skeleton[..., SWAP, :] * np.array([-1, 1, 1], skeleton.dtype)


def published_bones(joints: np.ndarray) -> np.ndarray:
    """The bones of the published code, which its weights need, (…, 53, channels).

    Every bone is given to the joint before the one on which it hangs, and runs to the joint before its own; of several,
    the last one is kept. One of them hangs on joint 30 in the place of 32. See :func:`signspot.pose.streams.bones` for
    what is meant.
    """
    parents = PARENTS[53].copy()
    parents[41] = 30
    found = np.zeros_like(joints)
    for joint, parent in enumerate(parents):
        found[..., parent - 1, :] = joints[..., parent - 1, :] - joints[..., joint - 1, :]
    return found
