"""The files of the page: data that cannot break out, thumbnails of the right frames, the same bytes each time."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import simplejpeg
from review_runs import EVIL, grey_of

from signspot.errors import InputError
from signspot.report.review.thumbnails import COLUMNS, SHEET, SIZE


class Scripts(HTMLParser):
    """Collects the texts of the script elements, as a browser delimits them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[tuple[dict[str, str | None], str]] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "script":
            self.texts.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.texts and self.tags[-1] == "script":
            attrs, text = self.texts[-1]
            self.texts[-1] = attrs, text + data


def data_of(page: Path) -> dict:
    (attrs, text), _ = Scripts(page.read_text(encoding="utf-8")).texts
    assert attrs["type"] == "application/json"
    return json.loads(text)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_foreign_text_stays_in_its_place(run, tmp_path: Path) -> None:
    page = run.write(tmp_path)
    assert set(run.spottings.sign) <= set(data_of(page)["signs"])
    assert EVIL not in page.read_text(encoding="utf-8")


def test_refers_to_nothing_outside(run, tmp_path: Path) -> None:
    text = run.write(tmp_path).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.findall(r"<link|@import|<img|<script [^>]*src", text)


def test_same_input_gives_the_same_bytes(run, tmp_path: Path) -> None:
    run.write(tmp_path / "a")
    run.write(tmp_path / "b")
    run.write(tmp_path / "b")
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    assert sorted(files_of(tmp_path / "a")) == ["index.html", "thumbnails/0.jpg", "thumbnails/1.jpg"]


def test_scores_over_time_leave_the_rest_of_the_page_alone(run, scored_run, tmp_path: Path) -> None:
    bare, scored = (each.write(tmp_path / name) for each, name in ((run, "bare"), (scored_run, "scored")))
    without, data = data_of(bare), data_of(scored)
    assert not any("curve" in video for video in without["videos"])
    assert [video | {"tracked": False} for video in data["videos"]] == [
        video | {"curve": scored["curve"]} for video, scored in zip(without["videos"], data["videos"], strict=True)
    ]
    lines = [page.read_text(encoding="utf-8").split("\n") for page in (bare, scored)]
    more = [line for line in lines[1] if line not in lines[0]]
    assert len(lines[1]) == len(lines[0]) + 2 and len(more) == 4
    assert "'nonce-" in more.pop(0)
    assert "likely the best sign is" in more[0] and more[2].startswith('<script type="application/json"')


def test_foreign_text_in_scores_stays_in_its_place(scored_run, tmp_path: Path) -> None:
    page = replace(scored_run, spottings=scored_run.spottings[:0]).write(tmp_path)
    assert EVIL in data_of(page)["signs"]
    assert EVIL not in page.read_text(encoding="utf-8")


def test_thumbnails_show_the_middle_of_each_sign(run, tmp_path: Path) -> None:
    data = data_of(run.write(tmp_path))
    for video in data["videos"]:
        missed = [row for row in video["truth"] if data["states"][row[3]]["key"] == "missed"]
        sheet = simplejpeg.decode_jpeg((tmp_path / f"thumbnails/{video['sheet']}.jpg").read_bytes())
        for i, (_, start, end, *_) in enumerate([*video["spotted"], *missed]):
            frame = (start + end) // 2 // 40
            shown = sheet[:SIZE, i * SIZE : (i + 1) * SIZE].mean()
            assert shown == pytest.approx(grey_of(frame), abs=0.6), (video["name"], i)


def test_many_thumbnails_go_on_in_further_rows_and_sheets(run, tmp_path: Path) -> None:
    starts = range(0, (SHEET + COLUMNS + 1) * 40, 40)
    spottings = pd.DataFrame({"video": "one", "sign": "CASA", "start_ms": starts, "score": 0.5})
    many = replace(run, spottings=spottings.assign(end_ms=spottings.start_ms + 40), annotations=None)
    data = data_of(many.write(tmp_path))
    assert [video["sheet"] for video in data["videos"]] == [0, None]
    sheets = [simplejpeg.decode_jpeg((tmp_path / f"thumbnails/{i}.jpg").read_bytes()) for i in (0, 1)]
    assert [sheet.shape[:2] for sheet in sheets] == [(10 * SIZE, 10 * SIZE), (2 * SIZE, 10 * SIZE)]
    assert sheets[1][SIZE:, :SIZE].mean() == pytest.approx(grey_of(SHEET + COLUMNS), abs=0.6)


def test_times_outside_the_store_show_its_nearest_frame(run, tmp_path: Path) -> None:
    spottings = pd.DataFrame(
        [("two & 50%", "CASA", 0, 400, 0.5), ("two & 50%", "CASA", 11_000, 11_400, 0.5)], columns=run.spottings.columns
    )
    replace(run, spottings=spottings, annotations=None).write(tmp_path)
    sheet = simplejpeg.decode_jpeg((tmp_path / "thumbnails/0.jpg").read_bytes())
    assert sheet[:, :SIZE].mean() == pytest.approx(grey_of(100), abs=0.6)
    assert sheet[:, SIZE : 2 * SIZE].mean() == pytest.approx(grey_of(249), abs=0.6)


def test_works_without_frame_stores(run, tmp_path: Path) -> None:
    data = data_of(replace(run, videos=[replace(video, frames=None) for video in run.videos]).write(tmp_path))
    assert {video["sheet"] for video in data["videos"]} == {None}
    assert list((tmp_path / "thumbnails").iterdir()) == []


def test_a_missing_store_is_named_and_leaves_the_former_page(run, tmp_path: Path) -> None:
    run.write(tmp_path)
    before = files_of(tmp_path)
    videos = [run.videos[0], replace(run.videos[1], frames=tmp_path / "gone.h5")]
    with pytest.raises(InputError, match=r"gone\.h5"):
        replace(run, videos=videos).write(tmp_path)
    assert files_of(tmp_path) == before


def test_no_video_is_an_error(run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no video"):
        replace(run, videos=[]).write(tmp_path)
