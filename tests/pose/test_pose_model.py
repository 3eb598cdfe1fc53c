"""Pose models that do not come with MediaPipe: what is asked of their files, and that they are used."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import mediapipe
import numpy as np
import pytest

from signspot.errors import InputError
from signspot.files import sha256
from signspot.pose.holistic import landmarks
from signspot.signer import SyntheticCorpus
from signspot.signer.film import frames
from signspot.video import decode
from signspot.video.mediapipe import POSE_MODELS, check_pose_model, in_threads, solution, with_pose_model

BUNDLED = Path(mediapipe.__file__).parent / "modules/pose_landmark/pose_landmark_full.tflite"
HEAVY = Path(__file__).parents[2] / "build/pose_landmark_heavy.tflite"
COUNT = 12


@pytest.fixture
def heavy() -> Path:
    if not HEAVY.is_file():
        pytest.skip("build/pose_landmark_heavy.tflite of the npm package @mediapipe/holistic is not here")
    return HEAVY


@pytest.fixture(scope="module")
def rendered() -> list[np.ndarray]:
    """Frames of a rendered signer."""
    corpus = SyntheticCorpus(signs=2, distractors=0, pairs=0, seconds=2, height=360, splits={"test": 1}, seed=1)
    return list(islice(frames(corpus, "test_s00"), COUNT))


def bodies(pictures: Iterator[np.ndarray] | list[np.ndarray], *options: object) -> np.ndarray:
    """Landmarks of the body, float32 (n, 33, 3)."""
    return np.stack([found.pose for found in landmarks(iter(pictures), *options)])


@pytest.mark.parametrize(("complexity", "file"), [(0, "lite"), (2, "heavy")])
def test_a_model_that_is_not_bundled_must_be_named(complexity: int, file: str) -> None:
    with pytest.raises(InputError) as error:
        next(landmarks(iter([np.zeros((64, 64, 3), np.uint8)]), complexity))
    told = str(error.value)
    assert f"pose.model_complexity: {complexity} needs MediaPipe's pose_landmark_{file}.tflite" in told
    assert "never downloaded" in told and "@mediapipe/holistic" in told
    assert "pose.model: PATH" in told and "--pose-model PATH" in told


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.tflite: there is no such file, expected MediaPipe's .*heavy\.tflite"):
        check_pose_model(2, tmp_path / "none.tflite")


def test_another_file_is_refused_with_both_digests() -> None:
    with pytest.raises(InputError) as error:
        check_pose_model(2, BUNDLED)
    assert POSE_MODELS[1].sha256 in str(error.value) and POSE_MODELS[2].sha256 in str(error.value)


def test_the_bundled_model_is_the_published_one(tmp_path: Path, rendered: list[np.ndarray]) -> None:
    assert sha256(BUNDLED) == POSE_MODELS[1].sha256
    elsewhere = shutil.copy(BUNDLED, tmp_path / "full model.tflite")
    np.testing.assert_array_equal(bodies(rendered, 1, 1, elsewhere), bodies(rendered))


def test_the_graph_reads_the_file(tmp_path: Path) -> None:
    kind = with_pose_model(in_threads(solution("holistic").Holistic, 1), tmp_path / "none.tflite")
    with pytest.raises(RuntimeError, match=r"none\.tflite"), kind() as model:
        model.process(np.zeros((64, 64, 3), np.uint8))


def alike(ours: np.ndarray, bundled: np.ndarray) -> None:
    """Two models see one body, but not in quite the same places."""
    assert np.isfinite(ours).all() and np.isfinite(bundled).all()
    assert 1e-4 < np.median(np.abs(ours - bundled)[:, :17, :2]) < 0.03
    assert (ours[:, 0, 1] < ours[:, 11, 1]).all(), "the nose is above the shoulders"


def test_the_heavy_model_sees_a_rendered_signer(heavy: Path, rendered: list[np.ndarray]) -> None:
    alike(bodies(rendered, 2, 1, heavy), bodies(rendered))


def test_the_heavy_model_sees_a_real_signer(heavy: Path, shared: Path) -> None:
    video = shared / "data/slovak/videos/sk_realtimed_01.mp4"
    info = decode.probe(video)
    pictures = list(islice(decode.full_frames(video, info, 25, decode.Span(3000)), COUNT))
    alike(bodies(pictures, 2, 1, heavy), bodies(pictures))
