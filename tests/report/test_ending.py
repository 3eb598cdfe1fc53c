"""The line at the end of a run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_recognitions import recognitions

from signspot.errors import SignspotError
from signspot.files import write_json
from signspot.recognition import accuracy
from signspot.report.ending import NONE, ending
from signspot.retrieval.evaluation import Search, retrieval_json
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


def test_how_well_signs_were_named(files: RunFiles):
    write_json(files.recognition, accuracy(recognitions(np.eye(4), np.array([0, 1, 2, 0])), trained=[], signers={}))
    assert ending("first", files, []) == "Run first: the sign is named rightly for 75% of 4 clips; chance is 25%."
    page(files.recognition_page)
    assert ending("first", files, []).endswith(f" Recognition: {files.recognition_page}/index.html")


def test_other_numbers_of_best_signs(files: RunFiles):
    told = accuracy(recognitions(np.eye(4), np.array([0, 1, 2, 0])), trained=[], signers={}, ks=[2])
    write_json(files.recognition, told)
    assert ending("first", files, []) == "Run first: the sign is among the 2 best for 100% of 4 clips; chance is 50%."


def test_a_run_may_spot_and_name(files: RunFiles):
    write(files, 1)
    write_json(files.recognition, accuracy(recognitions(np.eye(2), np.array([0, 1])), trained=[], signers={}))
    assert [line.split(":")[0] for line in ending("first", files, ["one"]).splitlines()] == ["Run first", "Run first"]


def test_how_well_texts_found_their_sentences(files: RunFiles):
    right, wrong = np.eye(8), np.eye(8)[::-1]
    half = np.vstack([right[:4], wrong[4:]])
    search = Search(pd.DataFrame({"text": list("abcdefgh")}), [set()] * 8, half, np.float32([right, wrong, wrong]))
    write_json(files.retrieval, retrieval_json(search))
    told = (
        "Run first: of 8 texts, 50% by recognised signs, 33.3% in the common space, 16.7% by both find their sentence "
        f"first; chance is 12.5%. Numbers: {files.retrieval}"
    )
    assert ending("first", files, []) == told
    files.retrieval_page.mkdir(parents=True, exist_ok=True)
    (files.retrieval_page / "index.html").touch()
    assert ending("first", files, []) == f"{told}; page: {files.retrieval_page}/index.html"


@pytest.mark.parametrize("content", ["{}", "[]", "", '{"gallery": 8'])
def test_damaged_scores_of_a_search_are_told(files: RunFiles, content: str):
    files.retrieval.parent.mkdir(parents=True)
    files.retrieval.write_text(content)
    with pytest.raises(SignspotError, match=r"retrieval\.json"):
        ending("first", files, [])
