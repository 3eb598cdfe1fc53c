"""The page of recognition as a file: its numbers, data that cannot break out, the same bytes each time."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from recognition_runs import NAMED, SIGNS, RecognitionRun, history, recognised, stream_of
from review_runs import CLOSING, EVIL

from signspot.errors import InputError


class Table(HTMLParser):
    """The texts of the cells of the first table, row by row; what lies in ``marked`` cells is the best of a column."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.best: list[str] = []
        self._open = True
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" and self._open:
            self.rows.append([])
        if tag in ("td", "th") and self._open:
            self.rows[-1].append("")
            if ("class", "best") in attrs:
                self.best.append(f"row {len(self.rows) - 3}")
        if tag == "small" and self._open:
            self.rows[-1][-1] += " | "

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "table"

    def handle_data(self, data: str) -> None:
        if self._open and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n")


def data_of(page: Path) -> dict:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S
    )
    return json.loads(found[1])


def test_the_table_tells_streams_and_sums_with_their_weights(bare_run: RecognitionRun, tmp_path: Path) -> None:
    page = bare_run.write(tmp_path / "page")
    rows = Table(page).rows[2:]
    weights = bare_run.fusion["rows"][3]["weights"]
    told = " + ".join(f"{weight:g} {name}" for weight, name in zip(weights, NAMED, strict=True))
    assert [row[:2] for row in rows[:5]] == [
        ["joints", "alone"],
        ["bones", "alone"],
        ["both", "plain sum | joints + bones"],
        ["both", f"tuned weights | {told}"],
        ["weighted", "given weights | joints + 0.4 bones"],
    ]
    one = bare_run.streams["joints"].accuracy
    low, high = (100 * one["confidence_interval"][end] for end in ("low", "high"))
    assert rows[0][2].startswith(f"{100 * one['per_instance']['top1']:.1f}")
    assert rows[0][2].endswith(f" | {low:.1f} to {high:.1f}")
    assert [row[0] for row in rows[5:]] == ["always the most frequent training signs, first CASA", "chance"]
    assert rows[6][1] == "16.7"
    assert [" to " in row[2] for row in rows[:5]] == [True, True, False, True, True]


def test_it_says_on_what_weights_were_tuned(bare_run: RecognitionRun, tmp_path: Path) -> None:
    text = bare_run.write(tmp_path / "page").read_text(encoding="utf-8")
    assert "tuned on <b>6 validation clips of 2 videos</b>" in text
    without = replace(bare_run, fusion=bare_run.fusion | {"tuned_on": None}).write(tmp_path / "other")
    assert "No weights were tuned." in without.read_text(encoding="utf-8")


def test_the_best_of_each_column_is_marked(bare_run: RecognitionRun, tmp_path: Path) -> None:
    table = Table(bare_run.write(tmp_path / "page"))
    firsts = [row["per_instance"]["top1"] for row in bare_run.fusion["rows"]]
    marked = [f"row {place}" for place, share in enumerate(firsts) if share == max(firsts)]
    assert [row[2].split(" |")[0].endswith("(best)") for row in table.rows[2:7]] == [
        share == max(firsts) for share in firsts
    ]
    assert set(marked) <= set(table.best)


def test_foreign_text_stays_in_its_place(bare_run: RecognitionRun, tmp_path: Path) -> None:
    streams = {EVIL: bare_run.streams["joints"]}
    histories = {CLOSING: history([0.1, 0.2])}
    page = replace(bare_run, streams=streams, fusion=None, histories=histories).write(tmp_path / "page")
    text = page.read_text(encoding="utf-8")
    assert EVIL not in text and CLOSING not in text
    assert set(data_of(page)["signs"]) == set(SIGNS)
    assert text.count("<script") == 2


def test_refers_to_nothing_outside_and_is_the_same_each_time(bare_run: RecognitionRun, tmp_path: Path) -> None:
    texts = {bare_run.write(tmp_path / "page", report=tmp_path / "report/index.html").read_bytes() for _ in range(2)}
    assert len(texts) == 1
    text = texts.pop().decode()
    assert "://" not in text
    assert not re.findall(r"<link|@import|<img|<script [^>]*src", text)
    assert '<a href="../report/index.html">' in text
    assert data_of(tmp_path / "page/index.html")["videos"][1]["src"] == "../two%20%26%2050%25%23%3F%27.mp4"


def test_clips_that_are_not_scored_are_left_out(bare_run: RecognitionRun, tmp_path: Path) -> None:
    data = data_of(bare_run.write(tmp_path / "page"))
    assert len(data["clips"]) == 6
    joints = data["streams"][0]
    assert [best[0] for _, best, _ in joints["clips"]] == [data["signs"].index(SIGNS[i]) for i in NAMED["joints"][:6]]
    assert {(data["signs"][sign], data["signs"][other], clips) for sign, other, clips in joints["confusions"]} == {
        ("CASA", "MÉDICO", 1),
        (EVIL, "CASA", 1),
    }


def test_one_stream_without_fusion_signers_or_trainings(bare_run: RecognitionRun, tmp_path: Path) -> None:
    one = {"joints": stream_of(recognised(NAMED["joints"]), {})}
    page = replace(bare_run, streams=one, fusion=None, histories={}).write(tmp_path / "page")
    table = Table(page).rows[2:]
    assert [row[0] for row in table] == ["joints", "always the most frequent training signs, first CASA", "chance"]
    assert table[0][2].split(" | ")[1].count(" to ") == 1
    assert data_of(page)["streams"][0]["perSigner"] == []
    assert "No expert was trained here." in page.read_text(encoding="utf-8")


def test_a_fusion_without_rows_leaves_the_streams(bare_run: RecognitionRun, tmp_path: Path) -> None:
    page = replace(bare_run, fusion={"clips": 6, "tuned_on": None, "rows": []}).write(tmp_path / "page")
    assert [row[0] for row in Table(page).rows[2:6]] == list(bare_run.streams)


def test_a_vocabulary_of_two_signs_has_two_best(bare_run: RecognitionRun, tmp_path: Path) -> None:
    one = recognised(NAMED["joints"])
    two = replace(one, signs=SIGNS[:2], logits=one.logits[:, :2])
    page = replace(bare_run, streams={"joints": stream_of(two, {})}, fusion=None).write(tmp_path / "page")
    clips = data_of(page)["streams"][0]["clips"]
    assert {(len(best), len(likely)) for _, best, likely in clips} == {(2, 2)}
    assert np.allclose([sum(likely) for _, _, likely in clips], 1, atol=1e-5)


def test_curves_of_all_trainings_lie_in_one_figure(bare_run: RecognitionRun, tmp_path: Path) -> None:
    text = bare_run.write(tmp_path / "page").read_text(encoding="utf-8")
    assert text.count("<svg") == 1
    assert ">joints, training 1<" in text and ">bones, training 1 (on training clips)<" in text


def test_a_video_without_a_file_is_named(bare_run: RecognitionRun, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file is given of the videos one, of which"):
        replace(bare_run, videos={"two & 50%": tmp_path / "two.mp4"}).write(tmp_path / "page")


def test_there_is_no_page_of_nothing(bare_run: RecognitionRun, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no recogniser to show"):
        replace(bare_run, streams={}).write(tmp_path / "page")
