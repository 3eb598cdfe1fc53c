"""The page of a search by text as a file: its numbers, data that cannot break out, and files that do not fit."""

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from retrieval_runs import COUNT, TEXTS, RetrievalRun
from review_runs import CLOSING, EVIL

from signspot.errors import InputError
from signspot.retrieval.evaluation import BEST


def data_of(page: Path) -> dict:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S
    )
    return json.loads(found[1])


def rows_of(page: Path) -> list[list[str]]:
    """The texts of the cells of the table of scores, row by row."""
    table = re.search(r"<table class=\"figures\">(.*?)</table>", page.read_text(encoding="utf-8"), re.S)[1]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows)
    return [[" ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split()) for cell in row] for row in cells]


def test_the_table_tells_both_directions_and_all_searches(bare_run: RetrievalRun) -> None:
    page = bare_run.write()
    heads, *rows = rows_of(page)
    assert heads == ["direction", "search", "R@1, %", "R@5, %", "R@10, %", "median rank", "mean rank"]
    assert [row[:2] for row in (rows[0], rows[3])] == [
        ["text → sentence", "recognised signs"],
        ["sentence → text", "recognised signs"],
    ]
    assert [row[0] for row in (rows[1], rows[2])] == ["common space", "both"]
    scores = json.loads(bare_run.files[0].read_text())
    signs, space = scores["recognised_signs"]["text_to_video"], scores["common_space"]
    assert rows[0][2].split()[0] == f"{signs['R1']:.1f}" == f"{100 * (COUNT - 1) / COUNT:.1f}"
    assert rows[1][1] == f"{space['mean']['text_to_video']['R1']:.1f} ± {space['deviation']['text_to_video']['R1']:.1f}"
    assert rows[6] == ["a random order", "8.3", "41.7", "83.3", "6.5", "6.5"]
    assert "The common space: the mean of 2 trainings" in page.read_text(encoding="utf-8")


def test_the_best_search_of_each_direction_is_marked(bare_run: RetrievalRun) -> None:
    rows = rows_of(bare_run.write())[1:]
    cells = {search: row[-5:] for search, row in zip(("signs", "space", "both"), rows[:3], strict=True)}
    assert cells["signs"][0].endswith("(best)") and not cells["space"][0].endswith("(best)")
    assert [cell for search in cells for cell in cells[search][3:4] if "(best)" in cell] == [
        "1.0 (best)",
        "1.0 (best) ± 0.0",
    ]


def test_every_sentence_has_its_ranks_and_first_places(bare_run: RetrievalRun) -> None:
    data = data_of(bare_run.write())
    assert data["searches"] == ["recognised signs", "common space", "both"]
    assert [sentence[3] for sentence in data["sentences"]] == TEXTS
    assert data["sentences"][0][:3] == [0, 1000, 2000]
    assert data["sentences"][0][4:] == [["buy", "house"], [12, 1, 12]]
    assert data["sentences"][7][0] == 1 and data["sentences"][7][4:] == [[], [1, 1, 1]]
    assert all(len(places) == BEST for places in data["places"])
    assert data["places"][5][0] == [5, 1, 0.5625]
    assert 0 not in [number for number, *_ in data["places"][0]]


def test_foreign_text_stays_in_its_place_and_nothing_else_is_loaded(bare_run: RetrievalRun) -> None:
    page = bare_run.write()
    text = page.read_text(encoding="utf-8")
    assert EVIL not in text and CLOSING not in text
    assert text.count("<script") == 2 and "://" not in text
    assert not re.findall(r"<link|@import|<img|<script [^>]*src", text)
    assert data_of(page)["videos"][1]["src"] == "../two%20%26%2050%25%23%3F%27.mp4"
    assert bare_run.write().read_text(encoding="utf-8") == text


def test_a_video_without_a_file_is_named(bare_run: RetrievalRun) -> None:
    with pytest.raises(InputError, match="no file is given of the videos two & 50%, whose sentences"):
        replace(bare_run, videos={"one": Path("one.mp4")}).write()


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        (1, "\t1\t1\t1\n", "\t1\t1\t\n", "a number is missing"),
        (2, "She is ill.", "She is well.", "has not the texts of"),
        (2, "two & 50%\t1000\t", "two & 50%\t1001\t", "is no sentence of"),
        (1, "common_space", "space", "column common_space is missing"),
        (0, '"gallery"', '"size"', "key gallery is missing"),
    ],
)
def test_files_that_are_not_of_one_search(bare_run: RetrievalRun, table: int, old: str, new: str, message: str) -> None:
    path = bare_run.files[table]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        bare_run.write()
