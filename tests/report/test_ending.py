"""The line at the end of a run."""

from pathlib import Path

import pytest

from signspot.report.ending import NONE, ending
from signspot.spottings import Spotting, spottings_table, write_spottings
from signspot.stores import RunFiles
from signspot.timebase import Timebase


@pytest.fixture
def files(tmp_path: Path) -> RunFiles:
    files = RunFiles(tmp_path / "run")
    files.spottings.parent.mkdir(parents=True)
    return files


def write(files: RunFiles, count: int) -> None:
    found = {"one": [Spotting(0, 10 * number, 10 * number + 5, 0.5) for number in range(count)]}
    write_spottings(spottings_table(found, ["HOUSE"], {"one": Timebase()}), files.spottings)


def page(folder: Path) -> None:
    folder.mkdir()
    (folder / "index.html").touch()


def test_spottings_and_pages(files: RunFiles):
    write(files, 3)
    page(files.report)
    page(files.review)
    assert ending("first", files, ["one", "two"]) == (
        "Run first: 3 signs spotted in 2 videos. "
        f"Report: {files.report}/index.html; review page: {files.review}/index.html"
    )


def test_a_page_that_is_not_there_is_not_named(files: RunFiles):
    write(files, 1)
    page(files.review)
    said = ending("first", files, ["one"])
    assert said == f"Run first: 1 sign spotted in 1 video. Review page: {files.review}/index.html"


def test_no_spotting_gets_a_reason_and_a_remedy(files: RunFiles):
    write(files, 0)
    assert ending("first", files, ["one"]) == f"Run first: 0 signs spotted in 1 video. {NONE}"


def test_nothing_is_said_of_a_run_without_spottings(files: RunFiles):
    assert ending("first", files, ["one"]) == ""
