"""A run to review, with two short videos that browsers play, and a browser that is told to be strict."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page
from review_runs import SECONDS, SIGNS, SPOTTINGS, TRUTH, Run, scores_of_the_run, write_store

from signspot.report.review import ReviewVideo
from signspot.video.program import executable


@pytest.fixture(scope="session")
def make_video(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``make_video(name, *options)``: a video of 12 s at 25 frames a second."""
    folder = tmp_path_factory.mktemp("videos")

    def make(name: str, *options: str) -> Path:
        source = f"testsrc=size=320x180:rate=25:duration={SECONDS}"
        command = [executable(), "-v", "error", "-y", "-f", "lavfi", "-i", source, *options, f"file:{folder / name}"]
        subprocess.run(command, check=True)
        return folder / name

    return make


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


@pytest.fixture
def show(browser: Browser) -> Iterator[Open]:
    """Opens a page from disk; fails if it says anything on the console or asks for anything but its own files."""
    heard: list[str] = []
    contexts = []

    def open_page(file: Path, width: int = 1400, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or heard.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in heard if "ERR_FILE_NOT_FOUND" not in text] == []


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
