"""The fused TV-L1 gives OpenCV's flow."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.flow.store import quantise
from signspot.flow.tvl1 import tvl1


def texture(size: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).uniform(0, 255, (size, size)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2)
    return cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def with_blob(background: np.ndarray, x: float, y: float) -> np.ndarray:
    """A textured disc of 15 px radius, at a place between pixels, before the background."""
    height, width = background.shape
    shift = np.float32([[1, 0, x - 24], [0, 1, y - 24]])
    blob = cv2.warpAffine(texture(48, seed=1), shift, (width, height))
    disc = np.zeros((48, 48), np.float32)
    cv2.circle(disc, (24, 24), 15, 1, -1, cv2.LINE_AA)
    alpha = cv2.GaussianBlur(cv2.warpAffine(disc, shift, (width, height)), (0, 0), 1)
    return (alpha * blob + (1 - alpha) * background).round().astype(np.uint8)


def video_pair(path: Path, frame: int) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path))
    capture.set(cv2.CAP_PROP_POS_FRAMES, frame)
    pair = [cv2.cvtColor(capture.read()[1], cv2.COLOR_BGR2GRAY) for _ in range(2)]
    height, width = pair[0].shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = [image[top : top + side, left : left + side] for image in pair]
    return [cv2.resize(image, (256, 256), interpolation=cv2.INTER_AREA) for image in square]


def assert_like_opencv(previous: np.ndarray, following: np.ndarray) -> None:
    expected = cv2.optflow.DualTVL1OpticalFlow_create().calc(previous, following, None).transpose(2, 0, 1)
    flow = tvl1(previous, following)
    error = np.hypot(*(flow - expected))
    assert np.percentile(np.hypot(*expected), 99) > 1, "nothing moves in this pair"
    assert np.median(error) < 0.02
    assert np.percentile(error, 95) < 0.1
    assert np.abs(quantise(flow).astype(int) - quantise(expected)).mean() < 0.2


@given(size=st.tuples(st.integers(1, 70), st.integers(1, 70)), seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_identical_frames_do_not_move(size: tuple[int, int], seed: int) -> None:
    frame = np.random.default_rng(seed).integers(0, 256, size, np.uint8)
    flow = tvl1(frame, frame)
    assert flow.shape == (2, *size)
    assert flow.dtype == np.float32
    assert not flow.any()


@pytest.mark.parametrize(("axis", "component"), [(1, 0), (0, 1)])
def test_three_pixels_shift(axis: int, component: int) -> None:
    frame = texture(128)
    flow = tvl1(frame, np.roll(frame, 3, axis))
    assert np.median(flow[component]) == pytest.approx(3, abs=0.01)
    assert np.median(flow[1 - component]) == pytest.approx(0, abs=0.01)


def test_moving_blob_as_opencv() -> None:
    background = texture(96)
    assert_like_opencv(with_blob(background, 40, 44), with_blob(background, 43.5, 42))


def test_wide_image_as_opencv() -> None:
    wide = np.hstack([texture(48), texture(48, seed=2)])
    assert_like_opencv(with_blob(wide, 40, 24), with_blob(wide, 43, 25))


def test_signer_as_opencv(shared: Path) -> None:
    assert_like_opencv(*video_pair(shared / "data/slovak/videos/sk_train_front_00.mp4", 40))
