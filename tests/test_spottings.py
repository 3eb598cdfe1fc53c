"""The table of spottings: what is written is read, whatever a video or a sign is called."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signspot import rows
from signspot.errors import InputError
from signspot.rows import nfc
from signspot.spottings import (
    COLUMNS,
    Spotting,
    read_spotting_blocks,
    read_spottings,
    spottings_table,
    write_spottings,
)
from signspot.timebase import Timebase

HEADER = "video\tsign\tclass_id\tstart_ms\tend_ms\tscore\n"
VIDEOS = st.sampled_from(["NA", "null", "nan", "None", "TRUE", "007", "1e5", "-1"]) | st.from_regex(
    r"\A[A-Za-z0-9_-]{1,12}\Z"
)
GLOSSES = st.sampled_from(["NA", "null", "nan", '"', "'"]) | st.text(
    st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8
).map(nfc)


@st.composite
def videos(draw: st.DrawFn) -> dict[str, list[Spotting]]:
    spotting = st.builds(
        Spotting, st.integers(0, 3), st.integers(0, 500), st.integers(501, 900), st.integers(0, 1_000_000)
    )
    found = draw(st.dictionaries(VIDEOS, st.lists(spotting, min_size=1, max_size=4), min_size=1, max_size=4))
    return {
        video: [Spotting(s.class_id, s.first, s.last, s.score / 1_000_000) for s in of_video]
        for video, of_video in found.items()
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(videos(), st.lists(GLOSSES, min_size=4, max_size=4))
def test_a_table_is_read_as_it_was_written(tmp_path: Path, found: dict[str, list[Spotting]], signs: list[str]) -> None:
    table = spottings_table(found, signs, dict.fromkeys(found, Timebase(25)))
    write_spottings(table, tmp_path / "spottings.tsv")
    read = read_spottings(tmp_path / "spottings.tsv")
    assert read.to_dict("list") == table.to_dict("list")
    assert read.dtypes.astype(str).to_dict() == table.dtypes.astype(str).to_dict()


def test_times_are_in_milliseconds() -> None:
    """A sign of one frame ends where it starts in the reference, at 200 ms, so that nothing can match it; not here."""
    spottings = {"a": [Spotting(1, 5, 5, 0.5), Spotting(0, 6, 20, 0.75)], "b": []}
    table = spottings_table(spottings, ["HOLA", "NO"], dict.fromkeys(spottings, Timebase(25)))
    assert table.to_dict("split", index=False)["data"] == [
        ["a", "NO", 1, 200, 240, 0.5],
        ["a", "HOLA", 0, 240, 800, 0.75],
    ]


def test_no_spottings_are_a_table_too(tmp_path: Path) -> None:
    table = spottings_table({"b": []}, ["HOLA"], {"b": Timebase(25)})
    assert table.columns.tolist() == list(COLUMNS)
    write_spottings(table, tmp_path / "spottings.tsv")
    assert read_spottings(tmp_path / "spottings.tsv").to_dict("list") == {column: [] for column in COLUMNS}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("video\tsign\tclass_id\tstart_ms\tend_ms\na\tNO\t1\t0\t40\n", r"t.tsv: column score is missing"),
        (f"{HEADER}a\tNO\t1\t0\tlate\t1\n", r"t.tsv, line 2: end_ms is 'late'"),
        (f"{HEADER}a\tNO\t1\t0\t40\t1.5\n", r"t.tsv, line 2: score is '1.5'"),
        (f"{HEADER}a\tNO\t1\t40\t0\t1\n", r"t.tsv, line 2: end_ms is 0, expected start_ms or more"),
        (f"{HEADER}a\tNO\t1\t-4\t0\t1\n", r"t.tsv, line 2: start_ms is -4, expected 0 or more"),
        (f"{HEADER}a\t\t1\t0\t40\t1\n", r"t.tsv, line 2: sign is '', expected a gloss"),
        (f"{HEADER}\tNO\t1\t0\t40\t1\n", r"t.tsv, line 2: video is '', expected the name of a video"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "t.tsv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_spottings(tmp_path / "t.tsv")
    with pytest.raises(InputError, match=message):
        list(read_spotting_blocks(tmp_path / "t.tsv"))


def test_blocks_are_the_table_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 2)
    found = {video: [Spotting(1, start, start + 5, 0.5) for start in range(3)] for video in ("a", "NA")}
    write_spottings(spottings_table(found, ["HOLA", "NO"], dict.fromkeys(found, Timebase(25))), tmp_path / "t.tsv")
    blocks = list(read_spotting_blocks(tmp_path / "t.tsv"))
    assert [len(block) for block in blocks] == [2, 2, 2]
    pd.testing.assert_frame_equal(pd.concat(blocks), read_spottings(tmp_path / "t.tsv"), check_index_type=False)
    with (tmp_path / "t.tsv").open("a") as table:
        table.write("a\tNO\t1\t0\t40\t2\n")
    with pytest.raises(InputError, match=r"t\.tsv, line 8: score is '2'"):
        list(read_spotting_blocks(tmp_path / "t.tsv"))
