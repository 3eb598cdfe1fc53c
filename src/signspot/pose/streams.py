"""What a network may see of a skeleton: joints, bones, and the motion of either.

Shi, Zhang, Cheng and Lu, "Skeleton-Based Action Recognition with Multi-Stream Adaptive Graph Convolutional Networks",
2019, https://arxiv.org/abs/1912.06971.
"""

import numpy as np


def bones(joints: np.ndarray, parents: np.ndarray) -> np.ndarray:
    """Each joint as seen from the one on which it hangs, (…, joints, channels); a joint that hangs on itself is zero.

    Args:
        joints: (…, joints, channels).
        parents: int (joints,), as in :data:`signspot.pose.graphs.PARENTS`.
    """
    return joints - joints[..., parents, :]


def motion(frames: np.ndarray) -> np.ndarray:
    """The way to the next frame, (n, …); the last frame stands still.

    Args:
        frames: joints or bones, (n, …), n at least 1.
    """
    return np.diff(frames, axis=0, append=frames[-1:])
