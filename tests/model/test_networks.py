"""The networks of a model on a video whose stores are there."""

from pathlib import Path

import numpy as np
import pytest
import torch
from clip_stores import write_video
from made_up_run import mark

from signspot.arrays import attribute, open_arrays
from signspot.errors import NotFinite
from signspot.model.folder import read_model
from signspot.model.progress import Progress
from signspot.model.spot import Networks
from signspot.model.stages import Video
from signspot.predictions import mean_predictions, read_predictions

WINDOWS = {"demo.bones": (8, 4), "second.bones": (4, 2)}


@pytest.fixture
def video(tmp_path: Path) -> Video:
    video = Video.within(tmp_path / "work", "v", tmp_path / "v.mp4")
    write_video(video.folder, 40, 0, 39)
    mark(video.stores.poses, fps=25.0, start_ms=0)
    return video


def spot(model: Path, video: Video, decoder: str = "cells") -> None:
    networks = Networks.load(read_model(model))
    with Progress(1, len(networks.experts) + 1) as progress:
        networks.spot(video, decoder, progress)


def test_each_expert_sees_clips_of_its_own_window(ensemble: Path, video: Video) -> None:
    spot(ensemble, video)
    for expert, window in WINDOWS.items():
        with open_arrays(video.features(expert)) as file:
            assert tuple(attribute(file, name, int) for name in ("length", "stride")) == window


def test_an_ensemble_is_the_mean_of_its_members(ensemble: Path, video: Video) -> None:
    spot(ensemble, video)
    members = [read_predictions(video.predictions(key)) for key in ("demo.head", "second.head")]
    assert [member.stride for member in members] == [4, 2]
    found, expected = read_predictions(video.predictions("demo.both")), mean_predictions(members, (1, 1), "v")
    assert found.stride == 2
    np.testing.assert_array_equal(found.score, expected.score)
    np.testing.assert_array_equal(found.offset, expected.offset)


def test_features_of_the_same_experts_are_kept_by_another_model(model: Path, ensemble: Path, video: Video) -> None:
    spot(model, video)
    before = video.features("demo.bones").stat().st_mtime_ns
    spot(ensemble, video, "frames")
    assert video.features("demo.bones").stat().st_mtime_ns == before


@pytest.mark.parametrize("part", ["experts", "spotters"])
def test_a_network_that_gives_no_finite_numbers_is_an_error_of_the_video(model: Path, video: Video, part: str) -> None:
    networks = Networks.load(read_model(model))
    (one,) = getattr(networks, part).values()
    with torch.no_grad():
        for weights in one.network.parameters():
            weights.fill_(torch.nan)
    name = {"experts": "expert bones", "spotters": "spotter head"}[part]
    with (
        Progress(1, 2) as progress,
        pytest.raises(NotFinite, match=f"video v: the {name} gives numbers that are not finite"),
    ):
        networks.spot(video, "cells", progress)
