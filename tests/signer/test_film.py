"""Videos: the same from the same seed, of the exact number of frames, and a person in the eyes of the detectors."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from signspot.errors import SignspotError
from signspot.signer import SyntheticCorpus, act_out
from signspot.signer.film import frames, render_video


def first(corpus: SyntheticCorpus, video: str = "train_s00", n: int = 3) -> np.ndarray:
    return np.stack(list(islice(frames(corpus, video), n)))


def test_the_same_seed_gives_the_same_frames(corpus: SyntheticCorpus) -> None:
    once = first(corpus)
    assert once.shape == (3, 90, 160, 3)
    assert once.dtype == np.uint8
    np.testing.assert_array_equal(once, first(corpus))
    assert (once != first(replace(corpus, seed=5))).any()
    assert (once != first(corpus, "train_s01")).any()


def test_a_video_has_the_exact_frames_and_the_same_bytes(corpus: SyntheticCorpus, tmp_path: Path) -> None:
    short = replace(corpus, seconds=2, fps=29.97)
    for name in ("once.mp4", "again.mp4"):
        render_video(short, "test_s02", tmp_path / name)
    assert (tmp_path / "once.mp4").read_bytes() == (tmp_path / "again.mp4").read_bytes()
    video = cv2.VideoCapture(str(tmp_path / "once.mp4"))
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(29.97)
    shown = []
    while (frame := video.read()[1]) is not None:
        shown.append(frame[..., ::-1])
    assert len(shown) == 60
    assert np.abs(np.float32(shown[0]) - first(short, "test_s02", 1)[0]).mean() < 4


def test_a_video_of_a_timeline_ends_a_second_after_its_last_sign(corpus: SyntheticCorpus) -> None:
    rows = pd.DataFrame({"video": ["v"], "sign": ["X"], "start_ms": [200], "end_ms": [600]})
    assert sum(1 for _ in frames(act_out(corpus, rows), "v")) == 40


def test_an_encoder_that_fails_says_why_and_leaves_nothing(corpus: SyntheticCorpus, tmp_path: Path) -> None:
    with pytest.raises(SignspotError, match=r"video\.unknown: FFmpeg could not write it"):
        render_video(corpus, "train_s00", tmp_path / "video.unknown")
    assert list(tmp_path.iterdir()) == []


def test_the_detectors_find_the_body_and_both_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOG_minloglevel", "3")
    holistic = pytest.importorskip("mediapipe").solutions.holistic
    with holistic.Holistic(model_complexity=1) as detector:
        found = [detector.process(frame) for frame in islice(frames(SyntheticCorpus(), "train_s00"), 25, 50)]
    assert np.mean([result.pose_landmarks is not None for result in found]) >= 0.95
    assert np.mean([result.left_hand_landmarks is not None for result in found]) >= 0.7
    assert np.mean([result.right_hand_landmarks is not None for result in found]) >= 0.7
