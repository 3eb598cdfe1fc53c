"""Subtitles: of signspot, of other tools, and broken ones."""

import codecs
from pathlib import Path

import pandas as pd
import pytest
from intake_folders import eaf
from read_back import signs_in, told

from signspot.export.subtitles import write_csv, write_srt, write_vtt
from signspot.intake.gather import Request, gather

SPOTTED = pd.DataFrame(
    [
        ("rec1", "HOUSE", 1000, 1500, 0.9),
        ("rec1", "A<B>&amp;C", 2000, 2480, 0.8),
        ("rec1", "=SUM(1;2)", 3000, 3040, 0.7),
        ("rec1", "+1", 3100, 3140, 0.7),
        ("rec1", '"QUOTED", X', 3200, 3300, 0.7),
        ("rec1", "MÁS CANTIDAD", 3_599_990, 3_600_400, 0.5),
        ("rec1", "1", 3_700_000, 3_700_040, 0.5),
        ("rec1", "{\\an8}", 3_800_000, 3_800_040, 0.5),
    ],
    columns=["video", "sign", "start_ms", "end_ms", "score"],
)


@pytest.mark.parametrize("write", [write_vtt, write_srt, write_csv], ids=["vtt", "srt", "csv"])
def test_what_signspot_writes_is_read_back(tmp_path: Path, write) -> None:
    table = SPOTTED if write is not write_srt else SPOTTED[:-1]
    write(table, tmp_path / f"rec1.{write.__name__.removeprefix('write_')}")
    rows = table[["sign", "start_ms", "end_ms"]].itertuples(index=False, name=None)
    assert signs_in(tmp_path, accept=["signspot:*"]) == {"rec1": list(rows)}
    assert not signs_in(tmp_path), "spottings are no annotations, unless somebody says so"


@pytest.mark.parametrize("write", [write_vtt, write_srt], ids=["vtt", "srt"])
def test_no_spotting_is_no_fault(tmp_path: Path, write) -> None:
    path = tmp_path / f"rec1.{write.__name__.removeprefix('write_')}"
    write(SPOTTED[:0], path)
    assert signs_in(tmp_path, accept=["signspot:*"]) == {"rec1": []}
    assert told(tmp_path, accept=["signspot:*"])["rec1.mp4"] == f"{path} has none in its tiers of glosses"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rec1.srt", "1\n00:00:01,000 --> 00:00:01,500\n<i>HOUSE</i>\n\n2\n0:0:2.0 --> 0:0:2.5\n{\\an8}TREE\nBIG\n"),
        ("rec1.SRT", "\n\n00:00:01,000 --> 00:00:01,500\nHOUSE\n2\n00:00:02,000 --> 00:00:02,500\nTREE BIG"),
        ("rec1.en.srt", "1\n00:00:01,000 --> 00:00:01,500 X1:1\nHOUSE\n\n2\n00:00:02,000 --> 00:00:02,500\nTREE BIG\n"),
        (
            "rec1.vtt",
            "WEBVTT\n\n00:01.000 --> 00:01.500\nHOUSE\n\n00:02.000 --> 00:02.500 align:start\nTREE&nbsp;BIG\n",
        ),
        (
            "rec1.gloss.vtt",
            "WEBVTT - glosses\n\nNOTE by hand\nof 2022\n\nSTYLE\n::cue {}\n\nid 1\n0:00:01.000 --> 0:00:01.500\n"
            "<c.loud>HOUSE</c>\n\nNOTE\nTREE\n\n00:02.000 --> 00:02.500\n<00:02.100>TREE BIG\n",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_of_other_tools(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    eaf(tmp_path / "document/rec1.eaf", {"M_Glosa": [(1000, 1500, "HOUSE"), (2000, 2500, "TREE BIG")]})
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))
    (tmp_path / "film/rec1.mp4").touch()
    (tmp_path / "document/rec1.mp4").touch()
    read, as_document = (gather(Request(tmp_path / folder)) for folder in ("film", "document"))
    assert read.read == {"videos": 1, f"{Path(name).suffix.lower()} files with annotations": 1}
    assert not as_document.videos and not read.videos, "an empty video is left out"
    (tmp_path / "film/rec1.mp4").unlink(), (tmp_path / "document/rec1.mp4").unlink()
    assert list(signs_in(tmp_path / "film").values()) == list(signs_in(tmp_path / "document").values())


def test_voices_are_signers(tmp_path: Path) -> None:
    cues = "WEBVTT\n\n00:01.000 --> 00:01.500\n<v Anna>HOUSE\n\n00:02.000 --> 00:02.500\n<v.loud Bert>TREE</v>\n"
    (tmp_path / "rec1.vtt").write_text(cues)
    assert "several signers (Anna, Bert)" in told(tmp_path)["rec1.vtt"]
    assert signs_in(tmp_path, participant="Bert") == {"rec1": [("TREE", 2000, 2500)]}
    (tmp_path / "rec1.vtt").write_text(cues.replace("v.loud Bert", "v Anna"))
    (video,) = gather(Request(tmp_path)).videos
    assert (video.signer, len(video.signs)) == ("Anna", 2)


def test_an_old_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "rec1.srt").write_bytes("1\n00:00:01,000 --> 00:00:01,500\nMÜTTER\n".encode("latin-1"))
    assert signs_in(tmp_path) == {"rec1": [("MÜTTER", 1000, 1500)]}
    assert told(tmp_path)["rec1.srt"].startswith("is neither UTF-8 nor UTF-16; it was read as Windows-1252")


SENTENCES = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},500\nthis is what she said\n\n" for n in range(1, 5))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rec1.srt", b"HOUSE from 1 to 2\n", "has no line of times such as 00:00:01,000"),
        ("rec1.srt", b"1\n00:00:01,000 -> 00:00:02,000\nHOUSE\n", "has no line of times"),
        ("rec1.srt", b"1\nnow --> 00:00:02,000\nHOUSE\n", "is no line of times"),
        ("rec1.srt", b"1\n00:00:01,000 -->\nHOUSE\n", "is no line of times"),
        ("rec1.vtt", SENTENCES.replace(",", ".").encode(), "does not begin with WEBVTT"),
        ("rec1.vtt", b"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000\n\n00:01.000 --> 00:02.000\nA\n", "is a part of a stream"),
        ("rec1.vtt", b"WEBVTT\n\n00:01:70.000 --> 00:02.000\nA\n", "is no line of times"),
        ("rec1.vtt", codecs.BOM_UTF16_LE + b"W\0E\0B\0V\0T\0T\0\n\0\xff", "Is it a text? Save it as UTF-8"),
        ("rec1.srt", b"\x89PNG\r\n\0\0\0\rIHDR", "Is it a text? Save it as UTF-8"),
    ],
)
def test_broken_ones(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert message in told(tmp_path)[name]
    assert not signs_in(tmp_path)
