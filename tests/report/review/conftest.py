"""A run to review, with two short videos that browsers play."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page
from review_runs import SIGNS, SPOTTINGS, TRUTH, Run, scores_of_the_run, write_store

from signspot.report.review import ReviewVideo

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def run(make_video: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    stores = tmp_path_factory.mktemp("stores")
    h264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
    times = ["video", "sign", "start_ms", "end_ms"]
    return Run(
        [
            ReviewVideo(
                "one", make_video("one.mp4", *h264), (0, 12_000), write_store(stores / "one.h5", 0, 300), "ana"
            ),
            ReviewVideo(
                "two & 50%",
                make_video("two & 50%#?'.mp4", *h264),
                (4_000, 10_000),
                write_store(stores / "two.h5", 4_000, 150),
            ),
        ],
        pd.DataFrame(SPOTTINGS, columns=[*times, "score"]),
        pd.DataFrame(TRUTH, columns=times),
        pd.DataFrame({"class_id": range(4), "sign": SIGNS, "aliases": ["HOGAR", "", "", ""]}),
    )


@pytest.fixture(scope="session")
def bare_run(run: Run) -> Run:
    """The same videos without truth."""
    return replace(run, annotations=None)


@pytest.fixture(scope="session")
def scored_run(run: Run) -> Run:
    """The same videos with scores over time."""
    return replace(run, scores=scores_of_the_run())


@pytest.fixture(scope="session")
def file(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run.write(tmp_path_factory.mktemp("review"))


@pytest.fixture
def page(show: Open, file: Path) -> Page:
    return show(file)


@pytest.fixture(scope="session")
def scored_file(scored_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored_run.write(tmp_path_factory.mktemp("scored"))


@pytest.fixture
def scored_page(show: Open, scored_file: Path) -> Page:
    return show(scored_file)
