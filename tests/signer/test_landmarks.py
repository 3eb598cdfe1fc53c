"""Landmarks of a rendered signer: the joints as a camera and a detector see them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seen_signers import LEXICON, performed

from signspot.signer.body import solve
from signspot.signer.landmarks import (
    ELBOWS,
    HAND_LANDMARKS,
    NOSE,
    POSE_LANDMARKS,
    SHOULDERS,
    WRISTS,
    Camera,
    SeenLandmarks,
    seen_landmarks,
)

PERFORMANCE = performed([(LEXICON[0], 0.6, 1.2), (LEXICON[1], 1.6, 2.2)], 4.0)
FRONT = Camera(distance=2.0)


def seen(noise: float = 0.0, fps: float = 25.0, camera: Camera = FRONT, seed: int = 0) -> SeenLandmarks:
    return seen_landmarks(PERFORMANCE, camera, fps, np.random.default_rng(seed), noise)


def test_they_have_the_numbers_of_mediapipe() -> None:
    found = seen()
    assert found.pose.shape == (100, POSE_LANDMARKS, 2)
    assert found.left_hand.shape == found.right_hand.shape == (100, HAND_LANDMARKS, 2)
    assert found.pose.dtype == found.left_hand.dtype == np.float32
    known = {0, *SHOULDERS.values(), *ELBOWS.values(), *WRISTS.values()}
    for joint in range(POSE_LANDMARKS):
        assert np.isfinite(found.pose[:, joint]).all() == (joint in known)


def test_without_errors_they_are_the_joints() -> None:
    found = seen()
    for frame in (0, 20, 33):
        body = solve(PERFORMANCE.signer, PERFORMANCE.pose(frame / 25))
        for side, hand in (("R", found.right_hand), ("L", found.left_hand)):
            arm = body.arms[side]
            joints = {SHOULDERS[side]: arm.shoulder, ELBOWS[side]: arm.elbow, WRISTS[side]: arm.wrist}
            for joint, point in joints.items():
                np.testing.assert_allclose(found.pose[frame, joint], FRONT.project(point), atol=1e-5)
            np.testing.assert_allclose(hand[frame], FRONT.project(arm.hand), atol=1e-5)
        np.testing.assert_allclose(
            found.pose[frame, 0], FRONT.project(body.head + body.head_rotation @ NOSE), atol=1e-5
        )


def test_the_right_hand_of_the_signer_is_on_the_left_of_the_picture_and_the_head_above() -> None:
    pose = seen().pose
    assert (pose[:, SHOULDERS["R"], 0] < pose[:, SHOULDERS["L"], 0]).all()
    assert (pose[:, 0, 1] < pose[:, SHOULDERS["R"], 1]).all()


def test_what_is_nearer_to_the_camera_is_larger() -> None:
    near, middle = FRONT.project(np.array([0.2, 0.1, 0.5])), FRONT.project(np.array([0.2, 0.1, 0.0]))
    np.testing.assert_allclose(middle, [0.2, -0.1])
    np.testing.assert_allclose(near, middle * 2.0 / 1.5)


@pytest.mark.parametrize(("camera", "point", "to"), [
    (Camera(yaw=90, distance=1e9), (0, 0, 1), (1, 0)),
    (Camera(roll=90, distance=1e9), (1, 0, 0), (0, -1)),
    (Camera(pitch=90, distance=1e9), (0, 1, 0), (0, 0)),
])  # fmt: skip
def test_a_camera_turns(camera: Camera, point: tuple[float, ...], to: tuple[float, ...]) -> None:
    np.testing.assert_allclose(camera.project(np.array(point, float)), to, atol=1e-6)


@given(st.integers(0, 2**32 - 1), st.floats(5, 90))
def test_random_cameras_stand_before_the_signer(seed: int, widest: float) -> None:
    camera = Camera.random(np.random.default_rng(seed), widest)
    assert abs(camera.yaw) <= max(widest, 35)
    assert 1.6 <= camera.distance <= 4.0


def test_errors_are_drawn_from_the_generator() -> None:
    one, same, other = seen(1.0), seen(1.0), seen(1.0, seed=1)
    np.testing.assert_array_equal(one.right_hand, same.right_hand)
    np.testing.assert_array_equal(one.pose, same.pose)
    assert not np.array_equal(one.pose, other.pose, equal_nan=True)


def test_errors_grow_with_the_noise() -> None:
    exact = seen()
    small, large = (np.nanstd(seen(noise).right_hand - exact.right_hand) for noise in (0.5, 2.0))
    assert 0 < small < large / 2
    assert 0.003 < np.nanstd(seen(1.0).pose - exact.pose) < 0.015


def test_a_hand_is_lost_more_often_the_more_noise_there_is() -> None:
    lost = [
        np.mean([np.isnan(seen(noise, seed=seed).right_hand[:, 0, 0]).mean() for seed in range(8)])
        for noise in (0.0, 1.0, 3.0)
    ]
    assert lost[0] == 0
    assert 0 < lost[1] < lost[2] < 0.9
    hand = seen(3.0).right_hand
    assert (np.isnan(hand).all((1, 2)) == np.isnan(hand).any((1, 2))).all(), "a hand is lost as a whole"


def test_the_rate_changes_which_moments_are_seen() -> None:
    np.testing.assert_allclose(seen(fps=50.0).pose[::2], seen().pose, atol=1e-6)
