"""Subtitles and the table for people."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from signspot.export.subtitles import VTT_NOTE, timecode, write_csv, write_srt, write_vtt

SPOTTINGS = pd.DataFrame(
    [
        ("v", "A<B>&C -->", 1_240, 1_680, 0.8765),
        ("v", "MÁS", 0, 1_300, 1.0),
        ("v", "LATE", 360_000_000, 360_000_040, 0.5),
    ],
    columns=["video", "sign", "start_ms", "end_ms", "score"],
)


def test_vtt_in_order_of_time_and_escaped(tmp_path: Path) -> None:
    write_vtt(SPOTTINGS, tmp_path / "v.vtt")
    assert (tmp_path / "v.vtt").read_text(encoding="utf-8") == (
        "WEBVTT\n\nNOTE Spotted by signspot, not annotated by a person.\n\n"
        "00:00:00.000 --> 00:00:01.300\nMÁS\n\n"
        "00:00:01.240 --> 00:00:01.680\nA&lt;B&gt;&amp;C --&gt;\n\n"
        "100:00:00.000 --> 100:00:00.040\nLATE\n"
    )


def test_srt_has_numbers_commas_and_no_markup(tmp_path: Path) -> None:
    write_srt(SPOTTINGS, tmp_path / "v.srt")
    assert (tmp_path / "v.srt").read_text(encoding="utf-8") == (
        "1\n00:00:00,000 --> 00:00:01,300\nMÁS\n\n"
        "2\n00:00:01,240 --> 00:00:01,680\nA‹B›&C --›\n\n"
        "3\n100:00:00,000 --> 100:00:00,040\nLATE\n\n \t \n"
    )


def test_no_spottings(tmp_path: Path) -> None:
    for write in (write_vtt, write_srt, write_csv):
        write(SPOTTINGS[:0], tmp_path / write.__name__)
    texts = [(tmp_path / name).read_text(encoding="utf-8-sig") for name in ("write_vtt", "write_srt", "write_csv")]
    assert texts == [f"WEBVTT\n\n{VTT_NOTE}\n", " \t \n", "video,sign,start_ms,end_ms,start,end,score\n"]


def test_csv_has_ms_and_timecodes(tmp_path: Path) -> None:
    write_csv(SPOTTINGS, tmp_path / "v.csv")
    assert (tmp_path / "v.csv").read_bytes().startswith(b"\xef\xbb\xbfvideo,")
    with open(tmp_path / "v.csv", encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    assert rows[1] == {
        "video": "v",
        "sign": "A<B>&C -->",
        "start_ms": "1240",
        "end_ms": "1680",
        "start": "00:00:01.240",
        "end": "00:00:01.680",
        "score": "0.88",
    }


def test_a_formula_behind_a_separator_and_a_name_are_none(tmp_path: Path) -> None:
    write_csv(SPOTTINGS[:1].assign(sign="A;=1+1", video="-0Xh2k"), tmp_path / "v.csv")
    cells = (tmp_path / "v.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(";")
    assert cells[0] == "'-0Xh2k,A" and cells[1].startswith("'=1+1,")


@pytest.mark.parametrize("sign", ["=1+1", "+A", "-A", "@A", "\tA", "＝1+1", "＋A", "－A", "＠A"])
def test_a_sign_is_no_formula(tmp_path: Path, sign: str) -> None:
    write_csv(SPOTTINGS[:1].assign(sign=sign), tmp_path / "v.csv")
    with open(tmp_path / "v.csv", encoding="utf-8-sig", newline="") as f:
        assert [row["sign"] for row in csv.DictReader(f)] == [f"'{sign}"]


@pytest.mark.parametrize(
    ("ms", "expected"), [(0, "00:00:00.000"), (59_999, "00:00:59.999"), (3_600_000 * 99 + 61_001, "99:01:01.001")]
)
def test_timecodes(ms: int, expected: str) -> None:
    assert timecode(ms) == expected
