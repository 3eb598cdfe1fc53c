import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signspot.pose.skeleton import (
    BODY,
    JOINTS,
    SWAP,
    flip,
    interpolate,
    joints,
    normalise,
    relative,
    usable_range,
)


@pytest.fixture(scope="module")
def cases(golden: Path) -> list[tuple[int, list[int], dict[str, np.ndarray]]]:
    """Total, known frames, and arrays (in, interpolated, normalised, flipped) of each case."""
    spec = json.loads((golden / "skeleton_cases.json").read_text())["cases"]
    with np.load(golden / "skeleton_cases.npz") as file:
        names = ("in", "interpolated", "normalised", "flipped")
        return [
            (case["total_frames"], case["frame_idx"], {name: file[f"{name}_{i}"] for name in names})
            for i, case in enumerate(spec)
        ]


def test_joints_are_the_published_ones(golden: Path) -> None:
    facts = json.loads((golden / "stgcn_vipl.json").read_text())
    assert list(JOINTS) == [name for *_, name in facts["joints"]]
    assert list(BODY.values()) == [number for _, source, number, _ in facts["joints"] if source == "pose"]
    assert SWAP.tolist() == facts["flip_swap_index"]


def test_normalisation_is_the_published_one(cases) -> None:
    for _, _, case in cases:
        np.testing.assert_allclose(normalise(case["interpolated"]), case["normalised"], rtol=0, atol=1e-12)


def test_flip_is_the_published_one(cases) -> None:
    for _, _, case in cases:
        np.testing.assert_array_equal(flip(case["normalised"]), case["flipped"])


def test_interpolation_differs_from_the_published_one_only_inside_gaps(cases) -> None:
    """In a gap a … b - 1 the published weight of frame b is (i - a) / (b - a), the line's (i - a + 1) / (b - a + 1)."""
    for total, known, case in cases:
        ours, published = interpolate(case["in"], known, total), case["interpolated"]
        for i in range(total):
            a, b = max([k + 1 for k in known if k < i], default=None), min([k for k in known if k > i], default=None)
            if i in known or a is None or b is None:
                np.testing.assert_array_equal(ours[i], published[i])
                continue
            left, right = ours[a - 1], ours[b]
            for value, weight in ((ours, (i - a + 1) / (b - a + 1)), (published, (i - a) / (b - a))):
                np.testing.assert_allclose(value[i], (1 - weight) * left + weight * right, rtol=0, atol=1e-9)


@st.composite
def gappy(draw: st.DrawFn) -> tuple[np.ndarray, list[int], int]:
    total = draw(st.integers(1, 30))
    known = sorted(draw(st.sets(st.integers(0, total - 1), min_size=1)))
    return draw(arrays(np.float64, (len(known), 2, 3), elements=st.floats(-1e4, 1e4))), known, total


@settings(deadline=None)
@given(gappy())
def test_interpolation_is_numpys(case) -> None:
    values, known, total = case
    filled = interpolate(values, np.array(known), total)
    np.testing.assert_array_equal(filled[known], values)
    for joint, axis in np.ndindex(2, 3):
        expected = np.interp(np.arange(total), known, values[:, joint, axis])
        np.testing.assert_allclose(filled[:, joint, axis], expected, rtol=0, atol=1e-8)


skeletons = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).normal(100, 50, (6, 57, 3)))


@settings(max_examples=30, deadline=None)
@given(skeletons, st.floats(-500, 500), st.floats(-500, 500), st.floats(0.1, 10))
def test_place_and_size_in_the_picture_do_not_matter(points, dx: float, dy: float, scale: float) -> None:
    moved = points * scale + [dx, dy, 0]
    np.testing.assert_allclose(normalise(moved), normalise(points), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(skeletons)
def test_normalised_ranges(points) -> None:
    x, y, z = np.moveaxis(normalise(points), -1, 0)
    assert abs(x[:, 0].mean()) < 1e-9 and abs(y[:, JOINTS.index("left_shoulder")].mean()) < 1e-9
    assert z.min() == -1 and z.max() == 1
    shoulders = x[:, JOINTS.index("left_shoulder")] - x[:, JOINTS.index("right_shoulder")]
    assert np.abs(shoulders).mean() == pytest.approx(0.5)


def test_joints_that_never_differ_are_finite() -> None:
    assert np.isfinite(normalise(np.ones((3, 57, 3)))).all()


@settings(max_examples=30, deadline=None)
@given(skeletons)
def test_flip_twice_is_nothing_and_flip_copies(points) -> None:
    before = points.copy()
    np.testing.assert_array_equal(flip(flip(points)), points)
    np.testing.assert_array_equal(points, before)


def test_missing_hand_is_the_wrist() -> None:
    rng = np.random.default_rng(0)
    pose, left, right = (rng.random((2, n, 3), np.float32) for n in (33, 21, 21))
    left[1] = np.nan
    found = joints(pose, left, right, 256)
    assert found.shape == (2, 57, 3)
    np.testing.assert_array_equal(found[:, 9:13], 256 * pose[:, 11:15])
    np.testing.assert_array_equal(found[0, 15:36], 256 * left[0])
    np.testing.assert_array_equal(found[1, 15:36], np.tile(256 * pose[1, 15], (21, 1)))
    np.testing.assert_array_equal(found[:, 36:], 256 * right)


def test_relative_is_seen_from_the_carrying_joint() -> None:
    points = np.random.default_rng(0).normal(size=(4, 57, 3))
    seen = relative(points)
    at = {name: (points[:, i], seen[:, i]) for i, name in enumerate(JOINTS)}
    middle = (at["left_shoulder"][0] + at["right_shoulder"][0]) / 2
    carriers = {
        "left_index_tip": at["left_wrist"][0],
        "right_pinky_mcp": at["right_wrist"][0],
        "left_wrist": at["left_shoulder"][0],
        "right_elbow": at["right_shoulder"][0],
        "left_hip": at["left_shoulder"][0],
        "nose": middle,
        "left_shoulder": middle,
    }
    for name, carrier in carriers.items():
        point, result = at[name]
        np.testing.assert_allclose(result, point - carrier, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(skeletons, st.tuples(*[st.floats(-9, 9)] * 3))
def test_relative_ignores_where_the_signer_is(points, shift) -> None:
    np.testing.assert_allclose(relative(points + shift), relative(points), atol=1e-9)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([1, 1, 0, 1, 0], (0, 3)),
        ([0, 1, 1, 1, 1, 1, 0], (4, 5)),
        ([0, 0, 1, 1], (3, 3)),
    ],
)
def test_usable_range(found: list[int], expected: tuple[int, int]) -> None:
    assert usable_range(np.array(found, bool)) == expected
