"""second_look and its decoder confirmed: a longer recogniser names what another spotter finds, or doubts it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from recognisers import SIGNS, fitted_video, recogniser, write_features

from signspot.decoders import decode
from signspot.errors import InputError
from signspot.experts.store import load_expert
from signspot.files import write_json
from signspot.predictions import Predictions, read_predictions, write_predictions
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter, predict_videos
from signspot.spotters.second_look import clip_about, looked_at
from signspot.timebase import Timebase
from signspot.training.store import CONFIG, read_config, save_network

torch.set_num_threads(1)
MEMBER = {"spotter": "windows", "vocabulary": SIGNS, "weights_sha256": "of windows"}
FRAMES = 80


def member(folder: Path, **config: object) -> Path:
    write_json(folder / "windows" / CONFIG, MEMBER | config)
    return folder / "windows"


def fit(folder: Path, *members: Path, first: dict | None = None) -> Path:
    expert = recogniser(folder / "longer", "longer", length=25)
    task = FitTask("second", SIGNS, 0, members=members or [member(folder)], experts=[expert])
    SPOTTERS.build("second_look", first=first or {}).fit([], [], folder / "second", task)
    return folder / "second"


def first_predictions(*runs: tuple[int, int, int], frames: int = FRAMES) -> Predictions:
    """Predictions that are sure of class ids from a frame to another, and a little of all signs elsewhere."""
    score = np.full((frames, 3), 0.1, np.float32)
    for class_id, start, stop in runs:
        score[start:stop, class_id + 1] = 0.9
    score[[0, 1, 2, 3, 4, -4, -3, -2, -1], 1:] = 0
    score[:, 0] = 1 - score[:, 1:].max(1)
    return Predictions(score, 0, frames - 1, 1, Timebase())


def inputs(folder: Path, found: Predictions, **config: str) -> VideoInputs:
    """Predictions of the member, and features of which only the first number counts; 1 where the sign is B."""
    write_predictions(found, folder / "v.h5", MEMBER | config)
    rows = np.zeros((FRAMES, load_expert(folder / "longer").network.feature_dim), np.float32)
    rows[FRAMES // 2 :, 0] = 1
    features = write_features(folder / "longer.h5", folder / "longer", rows)
    return VideoInputs("v", (features,), (folder / "v.h5",))


def knowing(folder: Path) -> Path:
    """A second look that sees A, 0.6, in the first half of the video, and B, 0.9, in the second."""
    recogniser(folder / "longer", "longer", length=25)
    network, _, config = load_expert(folder / "longer")
    with torch.no_grad():
        before, after = (torch.tensor(one).log() for one in ([0.1, 0.6, 0.3], [0.05, 0.05, 0.9]))
        network.fc.weight.zero_()
        network.fc.weight[:, 0] = after - before
        network.fc.bias.copy_(before)
    save_network(folder / "longer", network, pd.DataFrame(), config)
    task = FitTask("second", SIGNS, 0, members=[member(folder)], experts=[folder / "longer"])
    SPOTTERS.build("second_look", first={"overlap": 1}).fit([], [], folder / "second", task)
    return folder / "second"


@pytest.mark.parametrize("index", range(4))
def test_what_is_confirmed_is_what_the_baseline_confirms(golden: Path, index: int) -> None:
    case = json.loads((golden / "baseline_filter_cases.json").read_text(encoding="utf-8"))["cases"][index]
    signs = np.array(case["first_stage_probability"], np.float32)
    score = np.pad(signs, ((5, 4), (1, 0)))
    found = Predictions(score, 0, case["frames"] - 1, 1, Timebase())
    clips = [tuple(clip) for clip in case["second_stage_clip_first_frame_and_length"]]
    answers = dict(zip(clips, case["second_stage_top_class_and_probability"], strict=True))
    seen = []

    def stub(start: int, frames: int) -> np.ndarray:
        seen.append((start, frames))
        sign, probability = answers[start, frames]
        return np.where(np.arange(case["classes"]) == sign, probability, 0)

    spottings = decode("windows", found, overlap=1.0)
    candidates = looked_at(spottings, stub, 25, 5, found.first, found.last)
    assert sorted(seen) == sorted(clips)
    kept = decode("confirmed", replace(found, candidates=candidates), overlap=1.0)
    rows = sorted([one.class_id, *found.timebase.ms_of(one.first, one.last)] for one in kept)
    assert rows == sorted(case["second_stage_class_start_ms_end_ms"])


def test_a_long_run_is_seen_whole_and_a_short_one_in_its_surroundings() -> None:
    assert clip_about(10, 40, 25, 100) == (10, 30)
    assert clip_about(10, 20, 25, 100) == (2, 25)
    assert clip_about(0, 10, 25, 100) == (0, 25)
    assert clip_about(90, 100, 25, 100) == (82, 18)
    assert clip_about(2, 8, 25, 8) == (0, 8)


def test_the_sign_is_that_of_the_second_look_and_the_times_those_of_the_first(tmp_path: Path) -> None:
    spotter = load_spotter(knowing(tmp_path))
    found = spotter.predict(inputs(tmp_path, first_predictions((0, 10, 20), (0, 50, 60))))
    first, second = decode("windows", found, overlap=1.0)
    assert (first.class_id, second.class_id) == (0, 0)
    (kept,) = decode("confirmed", found)
    assert (kept.class_id, kept.first, kept.last) == (1, second.first, second.last)
    assert kept.score == pytest.approx(0.9)
    both = decode("confirmed", found, threshold=0.5)
    assert [(one.class_id, one.first, one.last) for one in both] == [
        (0, first.first, first.last),
        (1, second.first, second.last),
    ]


def test_frames_count_from_the_start_of_the_video(tmp_path: Path) -> None:
    """The usable range begins later: the clip of the second look is counted from there."""
    recogniser(tmp_path / "longer", "longer", length=25)
    found = replace(first_predictions((0, 10, 20)), first=7, last=FRAMES + 6)
    seen = []
    spottings = decode("windows", found)
    looked_at(spottings, lambda *clip: seen.append(clip) or np.ones(2), 25, 5, found.first, found.last)
    assert seen == [clip_about(5, 24, 25, FRAMES)]
    assert spottings[0].first == 12


def test_the_options_of_the_first_look_are_its_own(tmp_path: Path) -> None:
    found = first_predictions((0, 50, 54))
    assert len(load_spotter(knowing(tmp_path)).predict(inputs(tmp_path, found)).candidates) == 0
    config = read_config(tmp_path / "second", [])
    write_json(tmp_path / "second" / CONFIG, config | {"first": {"min_windows": 4}})
    assert len(load_spotter(tmp_path / "second").predict(inputs(tmp_path, found)).candidates) == 1
    write_json(tmp_path / "second" / CONFIG, config | {"first": {"min_windows": -1}})
    with pytest.raises(InputError, match=r"config\.json: first\.min_windows: is -1"):
        load_spotter(tmp_path / "second")


def test_predictions_are_those_of_the_member_with_candidates(tmp_path: Path) -> None:
    found = first_predictions((0, 50, 60))
    predict_videos(knowing(tmp_path), [inputs(tmp_path, found)], tmp_path / "out")
    written = read_predictions(tmp_path / "out/v.h5")
    np.testing.assert_array_equal(written.score, found.score)
    assert written.candidates.class_id.tolist() == [1]


def test_random_networks_go_the_whole_way(tmp_path: Path) -> None:
    """An untrained second look over extracted features gives a candidate for each spotting of the first."""
    folder = fit(tmp_path, first={"overlap": 1})
    video = fitted_video(tmp_path, [tmp_path / "longer"], FRAMES, 0, FRAMES - 1)
    found = first_predictions((0, 10, 50), (1, 60, 76))
    write_predictions(found, tmp_path / "v.h5", MEMBER)
    seen = load_spotter(folder).predict(replace(video, predictions=(tmp_path / "v.h5",)))
    assert list(zip(seen.candidates.first, seen.candidates.last, strict=True)) == [(5, 49), (55, 75)]
    assert ((seen.candidates.score > 0) & (seen.candidates.score < 1)).all()


def test_what_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    spotter = load_spotter(knowing(tmp_path))
    with pytest.raises(InputError, match=r"v\.h5: is by .*of another"):
        spotter.predict(inputs(tmp_path, first_predictions(), weights_sha256="of another"))
    with pytest.raises(InputError, match=r"v\.h5: first, last and time base are \(0, 69, .*those of the features"):
        spotter.predict(inputs(tmp_path, first_predictions(frames=70)))
    with pytest.raises(InputError, match=r"spotters\.second\.of: names 2 spotters, expected one"):
        fit(tmp_path, tmp_path / "windows", tmp_path / "windows")
    with pytest.raises(InputError, match="its vocabulary has 1 signs, not the 2 signs"):
        fit(tmp_path, member(tmp_path, vocabulary=["A"]))


def test_a_spotter_without_candidates_has_nothing_to_confirm() -> None:
    with pytest.raises(InputError, match="decoder confirmed: the spotter finds no candidates"):
        decode("confirmed", first_predictions((0, 10, 20)))
