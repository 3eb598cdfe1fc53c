"""Every engine gives OpenCV's flow."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.flow import fused, opencv
from signspot.flow.batched import flow_of_pairs
from signspot.flow.engines import chosen_engine, open_engine
from signspot.flow.kernels import median

OfPair = Callable[[np.ndarray, np.ndarray], np.ndarray]


def batched(previous: np.ndarray, following: np.ndarray) -> np.ndarray:
    """The engine for GPUs, on the CPU."""
    pair = (torch.from_numpy(frame.copy())[None] for frame in (previous, following))
    return flow_of_pairs(*pair)[0].numpy()


ENGINES = pytest.mark.parametrize("flow_of", [fused.flow_of_pair, batched], ids=["fused", "batched"])


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


def published_levels(flow: np.ndarray) -> np.ndarray:
    return np.round((np.clip(flow, -20, 20) + 20) * 255 / 40)


def assert_like_opencv(flow_of: OfPair, previous: np.ndarray, following: np.ndarray) -> None:
    expected = opencv.flow_of_pair(previous, following)
    flow = flow_of(previous, following)
    error = np.hypot(*(flow - expected))
    assert np.percentile(np.hypot(*expected), 99) > 1, "nothing moves in this pair"
    assert np.median(error) < 0.02
    assert np.percentile(error, 95) < 0.1
    assert np.abs(published_levels(flow) - published_levels(expected)).mean() < 0.2


@given(size=st.tuples(st.integers(1, 70), st.integers(1, 70)), seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_identical_frames_do_not_move(size: tuple[int, int], seed: int) -> None:
    frame = np.random.default_rng(seed).integers(0, 256, size, np.uint8)
    flow = fused.flow_of_pair(frame, frame)
    assert flow.shape == (2, *size)
    assert flow.dtype == np.float32
    assert not flow.any()


def test_identical_frames_do_not_move_in_batches() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (48, 40), np.uint8)
    flow = batched(frame, frame)
    assert flow.shape == (2, 48, 40)
    assert flow.dtype == np.float32
    assert not flow.any()


@ENGINES
@pytest.mark.parametrize(("axis", "component"), [(1, 0), (0, 1)])
def test_three_pixels_shift(flow_of: OfPair, axis: int, component: int) -> None:
    frame = texture(64)
    flow = flow_of(frame, np.roll(frame, 3, axis))
    assert np.median(flow[component]) == pytest.approx(3, abs=0.01)
    assert np.median(flow[1 - component]) == pytest.approx(0, abs=0.01)


@ENGINES
def test_moving_blob_as_opencv(flow_of: OfPair) -> None:
    background = texture(96)
    assert_like_opencv(flow_of, with_blob(background, 30, 34), with_blob(background, 33.5, 32))


@ENGINES
def test_wide_image_as_opencv(flow_of: OfPair) -> None:
    wide = np.hstack([texture(48), texture(48, seed=2)])
    assert_like_opencv(flow_of, with_blob(wide, 40, 24), with_blob(wide, 43, 25))


@pytest.mark.parametrize("video", ["sk_train_front_00", "sk_realtimed_00"])
def test_signer_as_opencv(shared: Path, video: str) -> None:
    assert_like_opencv(fused.flow_of_pair, *video_pair(shared / f"data/slovak/videos/{video}.mp4", 40))


def test_pairs_of_a_batch_do_not_touch_each_other() -> None:
    background = texture(48)
    pairs = [(background, background), (with_blob(background, 22, 24), with_blob(background, 25, 24))]
    batch = (torch.from_numpy(np.stack(frames)) for frames in zip(*pairs, strict=True))
    together = flow_of_pairs(*batch).numpy()
    assert not together[0].any()
    np.testing.assert_allclose(together[1], batched(*pairs[1]), atol=1e-4)


@given(shape=st.tuples(st.integers(1, 40), st.integers(1, 40)), seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_median_as_opencv(shape: tuple[int, int], seed: int) -> None:
    image = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    out = np.empty_like(image)
    median(image, out)
    np.testing.assert_array_equal(out, cv2.medianBlur(image, 5))


@pytest.mark.parametrize("name", ["cpu", "opencv"])
def test_flow_of_each_frame_to_the_next_in_order(name: str) -> None:
    frames = [np.roll(texture(32), shift, axis=1) for shift in (0, 1, 3)]
    with open_engine(name, threads=2) as flow_of:
        first, second = flow_of(frames)
    assert np.median(first[0]) == pytest.approx(1, abs=0.05)
    assert np.median(second[0]) == pytest.approx(2, abs=0.05)


def test_without_a_gpu_auto_is_the_cpu_and_cuda_an_error() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    assert chosen_engine("auto") == "cpu"
    assert [chosen_engine(name) for name in ("cpu", "opencv")] == ["cpu", "opencv"]
    with pytest.raises(InputError, match="no CUDA device"):
        chosen_engine("cuda")
    with pytest.raises(InputError, match="expected one of auto, cpu, cuda, opencv"):
        chosen_engine("gpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_as_opencv() -> None:
    background = texture(64)
    frames = [with_blob(background, 30, 34), with_blob(background, 33.5, 32)]
    with open_engine("cuda") as flow_of:
        assert_like_opencv(lambda *pair: next(flow_of(list(pair))), *frames)


def test_one_process_at_a_time_compiles(tmp_path: Path) -> None:
    """Two at a time could mix up numba's numbered files: the median, and the flow, would be wrong from then on."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "from signspot.flow.fused import compile_kernels; compile_kernels()"]
    subprocess.run(command, env=environment, check=True)
    (lock,) = tmp_path.rglob("kernels.lock")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        second = subprocess.Popen(command, env=environment)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=10)
    assert second.wait(timeout=60) == 0
