"""What all kinds of spotters share: a folder of predictions that appears as a whole and is resumed."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from signspot import spotters
from signspot.errors import InputError, NotFinite
from signspot.files import write_json
from signspot.predictions import Candidates, Predictions, read_predictions
from signspot.spotters import SPOTTERS, VideoInputs, load_spotter, predict_videos
from signspot.timebase import Timebase
from signspot.training.store import CONFIG


@dataclass
class Constant:
    """Predicts the same for every video, and fails at one that is to be missing."""

    config: dict = field(default_factory=lambda: {"spotter": "constant", "weights_sha256": "0"})
    fails_at: str = ""
    asked: list[str] = field(default_factory=list)

    def predict(self, inputs: VideoInputs) -> Predictions:
        if inputs.video == self.fails_at:
            raise InputError("stopped")
        self.asked.append(inputs.video)
        return Predictions(np.full((3, 2), 0.5, np.float32), 0, 11, 4, Timebase())


@pytest.fixture
def videos(tmp_path: Path) -> list[VideoInputs]:
    paths = [tmp_path / f"{video}.features" for video in "abc"]
    for path in paths:
        path.touch()
    return [VideoInputs(path.stem, features=(path,)) for path in paths]


@pytest.fixture
def spotter(monkeypatch: pytest.MonkeyPatch) -> Constant:
    constant = Constant()
    monkeypatch.setattr(spotters, "load_spotter", lambda folder: constant)
    return constant


SCORE, OFFSET = np.full((3, 2), 0.5, np.float32), np.ones((3, 2), np.float32)
CANDIDATES = Candidates(*(np.zeros(1, np.int32) for _ in range(3)), np.full(1, 0.5, np.float32))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("part", ["score", "offset", "candidates"])
def test_predictions_that_are_not_finite_are_an_error(
    tmp_path: Path,
    videos: list[VideoInputs],
    spotter: Constant,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    value: float,
) -> None:
    made = Predictions(SCORE.copy(), 0, 11, 4, Timebase(), OFFSET.copy(), CANDIDATES.those([0]))
    (made.candidates.score if part == "candidates" else getattr(made, part))[-1] = value
    monkeypatch.setattr(spotter, "predict", lambda inputs: made)
    with pytest.raises(NotFinite, match="video a: the spotter constant gives numbers that are not finite"):
        predict_videos(tmp_path, videos, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_of_predictions_appears_at_once(tmp_path: Path, videos: list[VideoInputs], spotter: Constant) -> None:
    out = tmp_path / "predictions/1"
    predict_videos(tmp_path, videos, out)
    assert names(out) == ["a.h5", "b.h5", "c.h5"]
    assert read_predictions(out / "b.h5").score.shape == (3, 2)
    assert names(out.parent) == ["1"]


def test_a_stopped_call_goes_on(tmp_path: Path, videos: list[VideoInputs], spotter: Constant) -> None:
    out = tmp_path / "predictions/1"
    spotter.fails_at = "c"
    with pytest.raises(InputError, match="stopped"):
        predict_videos(tmp_path, videos, out)
    assert not out.exists()
    spotter.fails_at = ""
    os.utime(videos[1].features[0], (2e9, 2e9))
    predict_videos(tmp_path, [*videos[1:], VideoInputs("d", videos[0].features)], out)
    assert spotter.asked == ["a", "b", "b", "c", "d"]
    assert names(out) == ["b.h5", "c.h5", "d.h5"]


def test_predictions_of_other_weights_are_made_anew(
    tmp_path: Path, videos: list[VideoInputs], spotter: Constant
) -> None:
    spotter.fails_at = "b"
    with pytest.raises(InputError, match="stopped"):
        predict_videos(tmp_path, videos, tmp_path / "out")
    spotter.fails_at, spotter.config["weights_sha256"] = "", "1"
    predict_videos(tmp_path, videos, tmp_path / "out")
    assert spotter.asked == ["a", "a", "b", "c"]


def test_an_old_folder_gives_way(tmp_path: Path, videos: list[VideoInputs], spotter: Constant) -> None:
    out = tmp_path / "out"
    predict_videos(tmp_path, videos, out)
    predict_videos(tmp_path, videos[:1], out)
    assert names(out) == ["a.h5"]


def test_the_kinds_are_the_modules_with_a_builder() -> None:
    assert {"bilstm", "ensemble"} <= set(SPOTTERS.names())
    assert SPOTTERS.fact("bilstm", "READS") == ("experts",)
    assert SPOTTERS.fact("ensemble", "READS") == ("of",)


def test_a_folder_of_an_unknown_kind_is_told(tmp_path: Path) -> None:
    write_json(tmp_path / CONFIG, {"spotter": "s", "kind": "oracle", "vocabulary": ["A"], "weights_sha256": "0"})
    with pytest.raises(InputError, match=r"'oracle' is unknown, expected one of .*bilstm"):
        load_spotter(tmp_path)


def test_a_folder_of_no_spotter_is_told(tmp_path: Path) -> None:
    write_json(tmp_path / CONFIG, {"vocabulary": [], "weights_sha256": "0"})
    with pytest.raises(InputError, match="spotter, kind missing"):
        load_spotter(tmp_path)
