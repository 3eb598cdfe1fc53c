"""An ensemble: the mean of its members, with weights that are given or found on validation videos."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from signspot.errors import InputError
from signspot.files import write_json
from signspot.predictions import Predictions, read_predictions, write_predictions
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter
from signspot.spotters.ensemble import _by_coordinates, _grid
from signspot.timebase import Timebase
from signspot.training.store import CONFIG, HISTORY, WEIGHTS

SIGNS = ["A", "B"]
TRUTH = np.repeat([0, 1, 0, 2, 0, 1], 4)
"""The class of every cell, a cell being a stride of 4 frames."""
INTERVALS = [(0, 560, 1200), (1, 1840, 2480), (0, 3120, 3760)]


def predictions(sureness: float, seed: int, stride: int = 4) -> Predictions:
    """Of a spotter that gives the right class so much more than noise."""
    noise = np.random.default_rng(seed).random((len(TRUTH) * 4 // stride, 3))
    score = noise + sureness * np.eye(3)[np.repeat(TRUTH, 4)[::stride]]
    score = (score / score.sum(1, keepdims=True)).astype(np.float32)
    return Predictions(score, 0, 4 * len(TRUTH) - 1, stride, Timebase(), np.ones((len(score), 2), np.float32))


class Members:
    """Fitted spotters, and what they predict for validation and test videos."""

    def __init__(self, folder: Path, *sureness: float) -> None:
        self.folder, self.sureness = folder, sureness
        self.folders = [self.write(f"m{i}") for i in range(len(sureness))]

    def write(self, name: str, **config: Any) -> Path:
        config = {"spotter": name, "vocabulary": SIGNS, "weights_sha256": f"weights of {name}"} | config
        write_json(self.folder / name / CONFIG, config)
        return self.folder / name

    def inputs(self, video: str, seed: int, stride: int = 4) -> VideoInputs:
        paths = []
        for folder, sureness in zip(self.folders, self.sureness, strict=True):
            path = folder / f"{video}.h5"
            found = predictions(sureness, seed + 100 * len(paths), stride)
            write_predictions(found, path, json.loads((folder / CONFIG).read_text()))
            paths.append(path)
        return VideoInputs(video, predictions=tuple(paths))

    def fit(self, weights: Any = None, validation: int = 3, **task: Any) -> Path:
        videos = [self.inputs(f"v{i}", seed=i) for i in range(validation)]
        truth = {inputs.video: INTERVALS for inputs in videos}
        task = {"decoder": ("runs", {"threshold": "tune"}), "truth": truth, "members": self.folders} | task
        folder = self.folder / "ensemble"
        SPOTTERS.build("ensemble", weights=weights).fit([], videos, folder, FitTask("all", SIGNS, 0, **task))
        return folder


def test_an_ensemble_of_equal_members_equals_the_member(tmp_path: Path) -> None:
    members = Members(tmp_path, 1.0, 1.0, 1.0)
    inputs = members.inputs("t", seed=9)
    inputs = VideoInputs("t", predictions=inputs.predictions)
    for path, folder in zip(inputs.predictions, members.folders, strict=True):
        write_predictions(predictions(1.0, 9), path, json.loads((folder / CONFIG).read_text()))
    found = load_spotter(members.fit()).predict(inputs)
    member = read_predictions(inputs.predictions[0])
    np.testing.assert_allclose(found.score, member.score, atol=1e-7)
    np.testing.assert_array_equal(found.offset, member.offset)
    assert (found.first, found.last, found.stride) == (member.first, member.last, member.stride)


def test_the_files_are_those_of_every_kind(tmp_path: Path) -> None:
    members = Members(tmp_path, 1.0, 0.5)
    folder = members.fit([3, 1])
    assert sorted(path.name for path in folder.iterdir()) == [CONFIG, HISTORY, WEIGHTS]
    spotter = load_spotter(folder)
    assert spotter.weights == [0.75, 0.25]
    assert spotter.config["members"] == [
        {"spotter": "m0", "weights_sha256": "weights of m0"},
        {"spotter": "m1", "weights_sha256": "weights of m1"},
    ]
    assert {"spotter": "all", "kind": "ensemble", "vocabulary": SIGNS}.items() <= spotter.config.items()
    inputs = members.inputs("t", seed=9)
    scores = [read_predictions(path).score for path in inputs.predictions]
    np.testing.assert_allclose(spotter.predict(inputs).score, 0.75 * scores[0] + 0.25 * scores[1], atol=1e-6)


@pytest.mark.parametrize("sureness", [(0.1, 0.9), (0.9, 0.1), (0.1, 0.1, 0.9), (0.05, 0.05, 0.9, 0.05, 0.05)])
def test_weights_that_are_found_favour_the_better_member(tmp_path: Path, sureness: tuple[float, ...]) -> None:
    folder = Members(tmp_path, *sureness).fit("tune")
    weights = load_spotter(folder).weights
    assert int(np.argmax(weights)) == int(np.argmax(sureness))
    assert sum(weights) == pytest.approx(1)
    curve = pd.read_csv(folder / HISTORY, sep="\t")
    best = curve["validation_f1"].idxmax()
    assert curve.loc[best].tolist()[: len(sureness)] == pytest.approx(weights, abs=1e-4)
    assert curve["validation_f1"].max() > curve["validation_f1"].iloc[0] > 0


def test_of_equally_good_weights_the_most_equal_are_taken(tmp_path: Path) -> None:
    assert load_spotter(Members(tmp_path, 9.0, 9.0).fit("tune")).weights == [0.5, 0.5]


@pytest.mark.parametrize(("members", "count"), [(1, 1), (2, 11), (3, 66), (4, 286)])
def test_the_grid_has_all_weights_in_tenths(members: int, count: int) -> None:
    grid = list(_grid(members, 10))
    assert len(set(grid)) == len(grid) == count
    assert {sum(weights) for weights in grid} == {10}
    assert min(map(min, grid)) >= 0


def test_the_walk_by_coordinates_ends_at_a_top() -> None:
    aim = np.array([3, 17, 10, 0, 8])
    curve = _by_coordinates(5, lambda weights: -np.abs(np.array(weights) - aim).sum())
    assert max(curve, key=curve.get) == tuple(aim)


def test_members_of_other_strides_meet_at_the_smallest(tmp_path: Path) -> None:
    members = Members(tmp_path, 1.0, 1.0)
    spotter = load_spotter(members.fit())
    inputs = members.inputs("t", seed=9)
    config = json.loads((members.folders[1] / CONFIG).read_text())
    write_predictions(predictions(1.0, 9, stride=1), inputs.predictions[1], config)
    found = spotter.predict(inputs)
    assert (found.stride, len(found.score)) == (1, 4 * len(TRUTH))


def test_predictions_of_another_member_are_refused(tmp_path: Path) -> None:
    members = Members(tmp_path, 1.0, 1.0)
    spotter = load_spotter(members.fit())
    inputs = members.inputs("t", seed=9)
    with pytest.raises(InputError, match=r"m1.*expected.*m0"):
        spotter.predict(VideoInputs("t", predictions=inputs.predictions[::-1]))
    with pytest.raises(InputError, match="there are 1, expected one by each of the 2"):
        spotter.predict(VideoInputs("t", predictions=inputs.predictions[:1]))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("best", "weights: is 'best', expected tune"),
        ([0, 0], "weights: are .*above 0"),
        ([-1, 2], "weights: are .*from 0"),
        ([1, 2, 3], r"spotters\.all\.weights: are 3 weights, expected one for each of the 2 members"),
    ],
)
def test_wrong_weights_are_told(tmp_path: Path, weights: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Members(tmp_path, 1.0, 1.0).fit(weights)


def test_there_must_be_videos_to_tune_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tune needs validation videos"):
        Members(tmp_path, 1.0, 1.0).fit("tune", validation=0)


def test_a_member_of_another_vocabulary_is_refused(tmp_path: Path) -> None:
    members = Members(tmp_path, 1.0, 1.0)
    members.write("m1", vocabulary=["A", "C"])
    with pytest.raises(InputError, match="m1: its vocabulary"):
        members.fit()
