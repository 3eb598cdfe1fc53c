"""A run of recognisers, with two short videos that browsers play."""

from collections.abc import Callable
from pathlib import Path

import pytest
from recognition_runs import RecognitionRun, run_of

H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")


@pytest.fixture
def bare_run(tmp_path: Path) -> RecognitionRun:
    """The run with videos that are not there."""
    videos = {name: tmp_path / f"{name}#?'.mp4" for name in ("one", "two & 50%")}
    return run_of(videos, {"one": "ana", "two & 50%": "bea"})


@pytest.fixture(scope="session")
def run(make_video: Callable[..., Path]) -> RecognitionRun:
    videos = {"one": make_video("one.mp4", *H264), "two & 50%": make_video("two & 50%#?'.mp4", *H264)}
    return run_of(videos, {"one": "ana", "two & 50%": "bea"})
