"""A search by text, with two short videos that browsers play."""

from collections.abc import Callable
from pathlib import Path

import pytest
from retrieval_runs import VIDEOS, RetrievalRun, run_of

H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")


@pytest.fixture
def bare_run(tmp_path: Path) -> RetrievalRun:
    """The search, with videos that are not there."""
    return run_of(tmp_path / "run", {name: tmp_path / f"{name}#?'.mp4" for name in VIDEOS})


@pytest.fixture(scope="session")
def run(make_video: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> RetrievalRun:
    videos = {name: make_video(f"{name}#?'.mp4", *H264) for name in VIDEOS}
    return run_of(tmp_path_factory.mktemp("search"), videos)
