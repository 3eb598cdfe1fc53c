"""Tuning: the values with the best official F1 on validation videos, and the file that keeps them."""

from dataclasses import asdict
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from timelines import of_frames, random_timeline

from signspot.corpus.tables import TO_END_MS
from signspot.decoders import DECODERS, TUNE
from signspot.decoders.tuning import Parameters, Truth, official_f1, read_parameters, tune, write_parameters
from signspot.errors import DamagedStore, InputError
from signspot.predictions import Predictions
from signspot.spottings import Spotting


@pytest.fixture(scope="module")
def validation() -> tuple[dict[str, Predictions], dict[str, Truth]]:
    """Two videos in which a spotter sees spurious signs of one frame, with a probability of 0.45."""
    predictions, truth = {}, {}
    for seed, video in enumerate(("NA", "v1")):
        timeline = random_timeline(np.random.default_rng(seed), 10)
        one = of_frames(timeline, 1)
        background = np.flatnonzero(one.score[:, 0] == 1)[::7]
        one.score[background, 0], one.score[background, 1] = 0.4, 0.45
        predictions[video] = one
        truth[video] = [(s.class_id, *one.timebase.ms_of(s.first, s.last)) for s in timeline]
    return predictions, truth


def test_the_best_values_are_found(validation: tuple[dict[str, Predictions], dict[str, Truth]]) -> None:
    predictions, truth = validation
    found = tune("runs", {"min_frames": TUNE}, predictions, truth)
    assert found.options == {"min_frames": 2}, "the nearest to the default of those that leave all spurious signs out"
    assert (found.decoder, found.tuned, found.videos) == ("runs", ["min_frames"], 2)
    assert [row["min_frames"] for row in found.curve] == DECODERS.fact("runs", "GRID")["min_frames"]
    f1 = {row["min_frames"]: row["f1"] for row in found.curve}
    assert f1[2] == f1[3] == max(f1.values()) == official_f1("runs", found.options, *validation)
    assert f1[2] > f1[1]


def test_truth_to_the_end_ends_with_the_video() -> None:
    one = of_frames([Spotting(0, 0, 49, 1.0)], 1)
    to_end, told = ({"v": [(0, 0, end_ms)]} for end_ms in (TO_END_MS, one.timebase.ms_at(one.last)))
    assert official_f1("runs", {}, {"v": one}, to_end) == official_f1("runs", {}, {"v": one}, told) > 0


def test_options_are_searched_together_and_others_stay(
    validation: tuple[dict[str, Predictions], dict[str, Truth]],
) -> None:
    found = tune("frames", {"threshold": TUNE, "min_frames": 1, "close": TUNE}, *validation)
    assert found.options == {"threshold": 0.5, "min_frames": 1, "close": 0}
    assert len(found.curve) == 4 * 3
    assert found == tune("frames", {"threshold": TUNE, "min_frames": 1, "close": TUNE}, *validation)


@pytest.mark.parametrize("name", DECODERS.names())
def test_every_option_has_values_to_try_and_its_default_is_one_of_them(name: str) -> None:
    grid = DECODERS.fact(name, "GRID", {})
    assert list(grid) == list(DECODERS.options(name))
    parameters = signature(DECODERS.builder(name)).parameters
    assert all(parameters[option].default in values for option, values in grid.items())


def test_without_validation_videos_the_defaults_are_taken() -> None:
    found = tune("frames", {"threshold": TUNE, "close": 4}, {}, {})
    assert asdict(found) == {"decoder": "frames", "options": {"close": 4}, "tuned": (), "videos": 0, "curve": ()}


def test_nothing_to_search_needs_no_search(validation: tuple[dict[str, Predictions], dict[str, Truth]]) -> None:
    assert tune("cells", {}, *validation) == Parameters("cells", {})


def test_what_was_found_is_kept(validation: tuple[dict[str, Predictions], dict[str, Truth]], tmp_path: Path) -> None:
    found = tune("runs", {"min_frames": TUNE, "threshold": 0.1}, *validation)
    write_parameters(found, tmp_path / "runs.json")
    assert read_parameters(tmp_path / "runs.json") == found


def test_a_file_that_holds_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "runs.json"
    with pytest.raises(InputError, match=r"runs.json: cannot be read .* Call snakemake again"):
        read_parameters(path)
    path.write_text('{"decoder": "runs"')
    with pytest.raises(DamagedStore, match=r"runs.json: is damaged"):
        read_parameters(path)
    path.write_text('{"f1": 0.5}')
    with pytest.raises(DamagedStore, match=r"runs.json: is damaged \(it holds no options of a decoder"):
        read_parameters(path)
    path.write_text("[1]")
    with pytest.raises(DamagedStore, match=r"runs.json: is damaged \(it holds no options of a decoder"):
        read_parameters(path)
