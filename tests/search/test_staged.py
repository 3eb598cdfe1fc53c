"""Large tables: rows of a video are found wherever they are, and memory need not hold the table."""

import sqlite3
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from signspot import rows
from signspot.errors import SignspotError
from signspot.retrieval.index import FILE, update
from signspot.search.sources import Options, read_source
from signspot.search.staged import StagedRows
from signspot.spottings import read_spotting_blocks, read_spottings

HEADER = "video\tsign\tclass_id\tstart_ms\tend_ms\tscore"


def table(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def lines(videos: int, signs: int) -> list[str]:
    return [
        f"v{video}\tS{sign % 7}\t{sign % 7}\t{sign * 1000}\t{sign * 1000 + 400}\t0.{sign % 10}"
        for video in range(videos)
        for sign in range(signs)
    ]


def test_the_rows_of_a_video_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 2)
    path = table(tmp_path / "t.tsv", ["b\t1\t0\t9\t9\t0.25", "a\tX\t1\t0\t4\t1", "b\t01\t2\t0\t4\t0"])
    staged = StagedRows(path, read_spotting_blocks(path))
    assert list(staged.videos) == ["b", "a"] and staged.signs == {"1", "X", "01"}
    assert list(staged.of("b")) == [("1", 9, 9, 0.25), ("01", 0, 4, 0.0)], "glosses stay texts"
    assert list(staged.of("c")) == []


def content(folder: Path) -> list[str]:
    with sqlite3.connect(folder / FILE) as database:
        return [line for line in database.iterdump() if "INTO" in line]


def test_it_does_not_matter_where_in_a_table_the_rows_of_a_video_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BLOCK", 10)
    by_video = lines(4, 25)
    mixed = [line for number in range(25) for line in by_video[number::25]]
    for name, order in (("one", by_video), ("other", mixed)):
        path = table(tmp_path / "spottings.tsv", order)
        update(tmp_path / name, [read_source(path, Options())])
    assert content(tmp_path / "one") == content(tmp_path / "other")


def test_memory_need_not_hold_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 500)
    path = table(tmp_path / "spottings.tsv", Random(1).sample(lines(24, 500), 24 * 500))
    whole = peak(lambda: read_spottings(path))
    assert peak(lambda: update(tmp_path / "index", [read_source(path, Options())])) < whole / 3


def peak(work: Callable[[], object]) -> int:
    """Bytes that Python held at most while it worked; the first time, imports would count."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_a_disk_without_room_is_told(tmp_path: Path) -> None:
    path = table(tmp_path / "t.tsv", lines(1, 1))
    staged = StagedRows(path, read_spotting_blocks(path))
    staged._database.execute("DROP TABLE row")
    with pytest.raises(SignspotError, match=r"t\.tsv: its rows cannot be put aside .* TMPDIR=FOLDER"):
        list(staged.of("v0"))
