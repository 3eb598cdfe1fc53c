"""Descriptors of the hands: what they do not depend on, and what happens where a hand is not found."""

from dataclasses import replace

import numpy as np
import pytest
from seen_signers import LEXICON, hands_of, in_mirror, performed, seen

from signspot.exemplars.descriptors import HAND_POINTS, SIZE, body_unit, descriptors, filled, mirrored, velocities
from signspot.signer.landmarks import Camera, SeenLandmarks, seen_landmarks

TIMELINE = [(LEXICON[0], 0.6, 1.2), (LEXICON[1], 1.5, 2.2)]
SHAPE = slice(4, 2 * HAND_POINTS)
RIGHT, LEFT = 0, 1


@pytest.fixture(scope="module")
def landmarks() -> SeenLandmarks:
    """With a gap in which the right hand is not found."""
    found = seen(TIMELINE, 3.0)
    found.right_hand[40:44] = np.nan
    return found


def test_they_have_a_row_per_frame_and_no_gap(landmarks: SeenLandmarks) -> None:
    hands = hands_of(landmarks)
    assert (hands.shape, hands.dtype) == ((75, 2, SIZE), np.float32)
    assert np.isfinite(hands).all()


def test_they_depend_on_neither_place_nor_size(landmarks: SeenLandmarks) -> None:
    parts = (landmarks.pose, landmarks.left_hand, landmarks.right_hand)
    moved = SeenLandmarks(*(part.astype(np.float64) * 37.5 + [120, -80] for part in parts))
    np.testing.assert_allclose(hands_of(moved), hands_of(landmarks), atol=1e-4)


def test_a_mirror_exchanges_the_hands(landmarks: SeenLandmarks) -> None:
    hands = hands_of(landmarks)
    np.testing.assert_allclose(mirrored(hands), hands_of(in_mirror(landmarks)), atol=1e-6)
    assert not np.allclose(mirrored(hands), hands, atol=0.1)
    np.testing.assert_array_equal(mirrored(mirrored(hands)), hands)


@pytest.mark.parametrize("fps", [50.0, 30.0, 29.97])
def test_they_have_25_frames_a_second_at_any_rate(fps: float) -> None:
    performance = performed(TIMELINE, 3.0)
    usual, other = (
        hands_of(seen_landmarks(performance, Camera(), rate, np.random.default_rng(0), noise=0.0), rate)
        for rate in (25.0, fps)
    )
    assert len(usual) <= len(other) <= len(usual) + 1
    other = other[: len(usual)]
    assert np.abs(usual - other)[:-2].max() < 0.12
    assert np.abs(usual - other).mean() < 0.005


@pytest.mark.parametrize("hand", [RIGHT, LEFT])
def test_a_hand_far_from_the_wrist_of_its_arm_is_that_of_somebody_else(landmarks: SeenLandmarks, hand: int) -> None:
    name = ("right_hand", "left_hand")[hand]
    found = getattr(landmarks, name)
    foreign, missing = found.copy(), found.copy()
    foreign[20:30] += 0.6 * body_unit(landmarks.pose)
    missing[20:30] = np.nan
    assert np.isfinite(foreign[20:30]).any()
    expected = hands_of(replace(landmarks, **{name: missing}))
    np.testing.assert_array_equal(hands_of(replace(landmarks, **{name: foreign})), expected)
    assert not np.allclose(expected, hands_of(landmarks), atol=1e-3)


def test_a_hand_that_is_never_found_is_where_its_arm_ends_and_has_no_shape(landmarks: SeenLandmarks) -> None:
    hands = hands_of(replace(landmarks, right_hand=np.full_like(landmarks.right_hand, np.nan)))
    assert np.isfinite(hands).all()
    assert not hands[:, RIGHT, SHAPE].any()
    usual = hands_of(landmarks)
    np.testing.assert_array_equal(hands[:, LEFT], usual[:, LEFT])
    assert np.abs(hands[:, RIGHT, :2] - usual[:, RIGHT, :2]).max() < 0.3


def test_the_unit_of_a_signer_who_turns_is_the_height_of_the_head(landmarks: SeenLandmarks) -> None:
    turned = landmarks.pose * np.array([0.2, 1], np.float32)
    assert body_unit(turned) > 0.6 * body_unit(landmarks.pose)


def test_the_unit_may_be_given(landmarks: SeenLandmarks) -> None:
    parts = (landmarks.pose, landmarks.left_hand, landmarks.right_hand)
    unit = body_unit(landmarks.pose)
    np.testing.assert_allclose(descriptors(*parts, 25.0, unit)[:, :, 0], hands_of(landmarks)[:, :, 0], atol=1e-6)
    smaller = descriptors(*parts, 25.0, 2 * unit)
    np.testing.assert_allclose(2 * smaller[:, LEFT, 2:4], hands_of(landmarks)[:, LEFT, 2:4], atol=1e-5)


def test_velocities_are_units_per_five_frames() -> None:
    way = np.arange(10.0)[:, None] * [0.1, -0.2]
    np.testing.assert_allclose(velocities(way)[2:-2], np.broadcast_to([0.5, -1.0], (6, 2)))
    assert not velocities(way)[[0, 1, -2, -1]].any()
    assert not velocities(way[:4]).any()


def test_gaps_are_filled_along_a_line() -> None:
    nan = np.nan
    values = np.array([[nan, nan], [1, nan], [nan, nan], [3, nan], [nan, nan]])
    np.testing.assert_array_equal(filled(values), [[1, 0], [1, 0], [2, 0], [3, 0], [3, 0]])
