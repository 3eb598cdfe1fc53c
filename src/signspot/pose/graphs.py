"""Graphs of skeletons by their number of joints: which joint hangs on which.

57 joints are those of :mod:`signspot.pose.skeleton`, 53 those of :mod:`signspot.pose.baseline`. 55 are the joints of
OpenPose with which networks were trained on AUTSL: nose, neck, right arm, left arm, hip, eyes, ears, left hand, right
hand.
"""

from collections.abc import Sequence

import numpy as np

LEFT_WRIST, RIGHT_WRIST = 15, 36
"""Of the 57 joints."""

Edges = tuple[tuple[int, int], ...]
"""Pairs of a joint and the one on which it hangs."""


def _hand(wrist: int) -> Edges:
    """Five fingers of four joints, each a chain from the wrist."""
    return tuple(
        (wrist + 4 * finger + joint, wrist if joint == 1 else wrist + 4 * finger + joint - 1)
        for finger in range(5)
        for joint in range(1, 5)
    )


EDGES: dict[int, Edges] = {
    57: (
        *((1, 0), (2, 1), (3, 2), (4, 0), (5, 4), (6, 5), (7, 0), (8, 0)),
        *((9, 0), (10, 0), (11, 9), (12, 10), (13, 9), (14, 10), (LEFT_WRIST, 11), (RIGHT_WRIST, 12)),
        *_hand(LEFT_WRIST),
        *_hand(RIGHT_WRIST),
    ),
    55: (
        *((4, 3), (3, 2), (2, 1), (7, 6), (6, 5), (5, 1), (8, 1), (1, 0), (9, 0), (10, 0), (11, 9), (12, 0)),
        *_hand(13),
        *_hand(34),
    ),
    53: (
        *((1, 0), (2, 0), (3, 1), (4, 2), (5, 0), (6, 0), (7, 5), (8, 6), (9, 7), (10, 8)),
        *_hand(11),
        *_hand(32),
    ),
}
"""As published: hands are tied to the body in the graph of 57 joints only, and an ear to the nose in that of 55."""


def linked(edges: Sequence[tuple[int, int]], joints: int) -> np.ndarray:
    """Whether two joints are tied by an edge, bool (joints, joints), symmetric; no joint is tied to itself."""
    ties = np.zeros((joints, joints), bool)
    first, second = np.transpose(edges)
    ties[first, second] = ties[second, first] = True
    return ties


def _parents(edges: Sequence[tuple[int, int]], joints: int) -> np.ndarray:
    parents = np.arange(joints)
    for joint, parent in edges:
        parents[joint] = parent
    return parents


PARENTS = {57: _parents(EDGES[57], 57), 53: _parents((*EDGES[53], (11, 9), (32, 10)), 53)}
"""For each joint, the one on which it hangs, int (joints,). The nose hangs on itself; hands hang on the arms."""
