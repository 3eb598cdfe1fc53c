"""Bones keep their lengths whatever the pose, and left is the mirror image of right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signspot.signer.body import HANDSHAPES, Hand, Pose, Signer, between, hand_frame, hand_joints, rotation, solve

BONES = [(j, j + 1) for first in (1, 5, 9, 13, 17) for j in range(first, first + 3)]


def vectors(size: int, limit: float) -> st.SearchStrategy[np.ndarray]:
    return arrays(float, size, elements=st.floats(-limit, limit))


def lengths(hand: np.ndarray) -> np.ndarray:
    return np.array([np.linalg.norm(hand[b] - hand[a]) for a, b in BONES])


@pytest.mark.parametrize("shape", HANDSHAPES)
def test_hand_shapes_keep_the_bones_and_mirror(shape: str) -> None:
    right, left = (hand_joints(HANDSHAPES[shape], side, 1.1) for side in "RL")
    np.testing.assert_allclose(lengths(right), lengths(hand_joints(HANDSHAPES["flat"], "R", 1.1)))
    np.testing.assert_allclose(left, right * (-1, 1, 1))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), target=vectors(3, 0.8), turn=vectors(3, 3))
def test_arms_keep_their_lengths_and_wrists_their_limit(seed: int, target: np.ndarray, turn: np.ndarray) -> None:
    signer = Signer.random(np.random.default_rng(seed))
    hand = Hand(target, rotation(turn), HANDSHAPES["five"])
    body = solve(signer, Pose({"R": hand, "L": hand}, np.zeros(3), 0, 0, np.zeros(3)))
    for arm in body.arms.values():
        forearm = arm.wrist - arm.elbow
        assert np.linalg.norm(arm.elbow - arm.shoulder) == pytest.approx(signer.upper_arm, rel=1e-6)
        assert np.linalg.norm(forearm) == pytest.approx(signer.forearm, rel=1e-6)
        bend = np.degrees(np.arccos(np.clip(arm.rotation[:, 1] @ forearm / signer.forearm, -1, 1)))
        assert bend <= 65 + 1e-3 or bend > 179.9  # a hand folded straight back has no side to turn to


@settings(max_examples=50, deadline=None)
@given(vectors(3, 3), vectors(3, 3), st.floats(0, 1))
def test_between_goes_from_one_rotation_to_the_other(a: np.ndarray, b: np.ndarray, share: float) -> None:
    start, end = rotation(a), rotation(b)
    np.testing.assert_allclose(between(start, end, 0), start, atol=1e-9)
    np.testing.assert_allclose(between(start, end, 1), end, atol=0.05)
    middle = between(start, end, share)
    np.testing.assert_allclose(middle @ middle.T, np.eye(3), atol=1e-9)


def test_a_right_hand_up_with_its_palm_to_the_camera_has_its_thumb_towards_the_left() -> None:
    np.testing.assert_allclose(hand_frame((0, 1, 0), (0, 0, 1)), np.eye(3), atol=1e-12)
    assert hand_joints(HANDSHAPES["five"], "R", 1.0)[4, 0] > 0.05
