"""How long the work on videos takes, told before it begins."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from clip_stores import write_video
from made_up_run import mark

from signspot.clips.window import Window
from signspot.model.folder import read_model, read_recognising_model
from signspot.model.forecast import Forecast, Work
from signspot.model.prepare import StoreSettings
from signspot.model.stages import Video
from signspot.plan.settings import ExpertSettings
from signspot.video.program import executable

SETTINGS = StoreSettings(fps=25.0, frame_size=256, model_complexity=1, flow_size=None)
WORK = Work(SETTINGS, jobs=1)


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of a minute."""
    path = tmp_path_factory.mktemp("minute") / "minute.mp4"
    source = ["-f", "lavfi", "-i", "color=size=64x64:rate=25:duration=60"]
    subprocess.run([executable(), "-v", "error", *source, "-preset", "ultrafast", str(path)], check=True)
    return path


@pytest.fixture
def videos(minute: Path, tmp_path: Path) -> list[Video]:
    made = [shutil.copy(minute, tmp_path / f"{name}.mp4") for name in "abc"]
    return [Video.within(tmp_path / "work", path.stem, path) for path in map(Path, made)]


def test_a_recogniser_sees_one_clip_of_each_video(recogniser: Path, videos: list[Video]) -> None:
    seconds = Work.recognising(read_recognising_model(recogniser), 1).forecast(videos[:1]).seconds
    assert 0 < seconds - WORK.forecast(videos[:1]).seconds < 5


@pytest.mark.parametrize(
    ("forecast", "text"),
    [
        (Forecast(5, 204, 720), "about 12 minutes for 5 videos of 3.4 minutes in all"),
        (Forecast(1, 30, 59), "less than a minute for 1 video of 0.5 minutes"),
        (Forecast(1, 30, 61), "about 1 minute for 1 video of 0.5 minutes"),
        (Forecast(200, 72_000, 9000), "about 2.5 hours for 200 videos of 1200.0 minutes in all"),
    ],
)
def test_the_text(forecast: Forecast, text: str) -> None:
    assert str(forecast) == text


def test_a_minute_of_video_takes_as_long_as_was_measured(videos: list[Video]) -> None:
    """Crop and poses about 100 CPU seconds, flow of the stored size as much again, smaller flow less."""
    seconds = WORK.forecast(videos[:1]).seconds
    assert 90 <= seconds <= 130
    with_flow, small = (
        Work(replace(SETTINGS, flow_size=size), jobs=1).forecast(videos[:1]).seconds - seconds for size in (256, 128)
    )
    assert 90 <= with_flow <= 130 and small == pytest.approx(with_flow / 4)


def test_jobs_share_the_work_as_far_as_there_are_videos(videos: list[Video]) -> None:
    alone = WORK.forecast(videos)
    assert (alone.videos, round(alone.video_seconds)) == (3, 180)
    assert Work(SETTINGS, jobs=2).forecast(videos).seconds == pytest.approx(alone.seconds / 2)
    assert Work(SETTINGS, jobs=8).forecast(videos).seconds == pytest.approx(alone.seconds / 3)
    assert Work(SETTINGS, jobs=2, training_seconds=100).forecast([]).seconds == 50


def test_a_video_counts_once_and_a_broken_one_not_at_all(videos: list[Video]) -> None:
    videos[2].path.write_text("no video")
    assert WORK.forecast([*videos, videos[0]]).videos == 2


def keep(video: Video) -> None:
    """Makes the stores of a video, each later than what it is made from."""
    files = write_video(video.folder, 20, 0, 19, video.name)
    mark(files.poses, model_complexity=1)
    for second, path in enumerate((files.crops, files.poses), 1):
        now = video.path.stat().st_mtime_ns + second * 10**9
        os.utime(path, ns=(now, now))


def test_what_is_there_is_not_counted(videos: list[Video]) -> None:
    whole = WORK.forecast(videos[:1]).seconds
    keep(videos[0])
    assert WORK.forecast(videos[:1]).seconds == 0
    videos[0].stores.poses.unlink()
    assert 0.8 * whole < WORK.forecast(videos[:1]).seconds < whole
    os.utime(videos[0].path, ns=(2**62, 2**62))
    assert WORK.forecast(videos[:1]).seconds == pytest.approx(whole), "the video was changed since"


def test_experts_take_time_by_their_size_and_stride(videos: list[Video]) -> None:
    keep(videos[0])

    def seconds(stride: int, **backbone: object) -> float:
        expert = ExpertSettings("e", {"name": "skeleton"}, {"name": "stgcn", **backbone}, Window(8, stride))
        return Work(SETTINGS, jobs=1, experts={"e": expert}).forecast(videos[:1]).seconds

    assert seconds(2) == pytest.approx(2 * seconds(4))
    assert seconds(4) > seconds(4, width=0.25) > 0
    features = videos[0].features("e")
    features.parent.mkdir()
    features.touch()
    assert seconds(4) == 0


def test_the_experts_of_a_model_are_counted(model: Path, videos: list[Video]) -> None:
    work = Work.of(read_model(model), jobs=1)
    assert [expert.window for expert in work.experts.values()] == [Window(8, 4)]
    assert work.forecast(videos).seconds > WORK.forecast(videos).seconds
