"""The stages of a video: what is made, what is kept, and what happens when a process dies."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from clip_stores import video_files, write_video
from made_up_run import mark

from signspot.errors import SignspotError
from signspot.model import stages
from signspot.model.folder import read_model
from signspot.model.prepare import StoreSettings, StoreStep, store_steps
from signspot.model.spot import spot_videos
from signspot.model.stages import Video

SETTINGS = StoreSettings(fps=25.0, frame_size=256, model_complexity=1, flow_size=64)


@pytest.fixture
def made(tmp_path: Path) -> list[StoreStep]:
    """The stages of a video whose stores are there."""
    video = tmp_path / "v.mp4"
    video.touch()
    files = write_video(tmp_path, 20, 0, 19)
    mark(files.poses, model_complexity=1)
    return store_steps(video, files, SETTINGS)


def done(of_video: list[StoreStep]) -> dict[str, bool]:
    return {stage.name: stage.is_done for stage in of_video}


def test_without_flow_there_is_no_flow_stage(tmp_path: Path) -> None:
    names = [stage.name for stage in store_steps(tmp_path, video_files(tmp_path), replace(SETTINGS, flow_size=None))]
    assert names == ["crop", "pose"]


def in_time(of_video: list[StoreStep]) -> None:
    """Gives the stores the times that they have when they are made one after the other."""
    for second, stage in enumerate(of_video, 1):
        now = stage.sources[0].stat().st_mtime_ns + second * 10**9
        os.utime(stage.out, ns=(now, now))


def test_what_was_made_in_the_same_way_is_kept(made: list[StoreStep]) -> None:
    in_time(made)
    assert done(made) == {"crop": True, "pose": True, "flow": True}


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"fps": 50.0}, "crop"),
        ({"frame_size": 128}, "crop"),
        ({"model_complexity": 2}, "pose"),
        ({"flow_size": 80}, "flow"),
    ],
)
def test_what_was_made_otherwise_is_made_again(
    made: list[StoreStep], tmp_path: Path, changed: dict[str, float], again: str
) -> None:
    in_time(made)
    others = store_steps(tmp_path / "v.mp4", video_files(tmp_path), replace(SETTINGS, **changed))
    assert [stage.name for stage in others if not stage.is_done] == [again]


def test_what_is_older_than_its_source_is_made_again(made: list[StoreStep], tmp_path: Path) -> None:
    in_time(made)
    later = made[-1].out.stat().st_mtime_ns + 10**9
    os.utime(tmp_path / "v.mp4", ns=(later, later))
    assert done(made) == {"crop": False, "pose": True, "flow": True}
    os.utime(made[0].out, ns=(later, later))
    assert done(made) == {"crop": True, "pose": False, "flow": False}


def test_videos_of_one_name_in_two_places_share_nothing(tmp_path: Path) -> None:
    here, there = (Video.within(tmp_path, "v", tmp_path / place / "v.mp4") for place in ("here", "there"))
    assert here.stores.crops != there.stores.crops


def test_a_killed_process_ends_the_work_with_a_remedy(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fatal = StoreStep("crop", os._exit, (9,), tmp_path / "never.h5", (tmp_path,), {})
    monkeypatch.setattr(stages, "store_steps", lambda *_: [fatal])
    film = Video.within(tmp_path, "v", tmp_path / "v.mp4")
    with pytest.raises(SignspotError, match="was killed, mostly because memory ran out"):
        list(spot_videos(read_model(model), [film], "cells", 1, tmp_path / "log"))
