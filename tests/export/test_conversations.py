"""Spottings in the document of a conversation: under the right medium's offset, and back to the right video."""

from pathlib import Path

import pandas as pd
import pytest
from intake_folders import eaf, init

from signspot.cli import main
from signspot.corpus.elan import Elan
from signspot.export.elan import SpottingSource, write_elan

R1, R2 = "GlossR S1", "GlossR S2"
VIDEOS = {"NGT0001_S001_b": 0, "NGT0001_S002_b": 500}
"""Videos and their media offsets in ms."""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    media = [
        {"MEDIA_URL": f"file:///D:/ngt/{name}.mp4", "MIME_TYPE": "video/mp4", "TIME_ORIGIN": str(origin)}
        for name, origin in VIDEOS.items()
    ]
    tiers = {R1: [(1000, 1400, "HOUSE")], R2: [(2000, 2400, "TREE")]}
    return eaf(tmp_path / "data/NGT0001.eaf", tiers, media=media, people={R1: "S001", R2: "S002"})


def export(folder: Path, out: str = "out") -> list[Elan]:
    """What ``signspot export-elan`` adds to the documents of the videos in the tables of ``signspot corpus init``."""
    rows = [(video, "TREE", 600, 1000, 0.9) for video in VIDEOS]
    table = pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms", "score"])
    table.to_csv(folder / "found.tsv", sep="\t", index=False)
    given = ["--videos", str(folder / "tables/videos.tsv"), "--out", str(folder / out), "--run", "demo"]
    assert main(["export-elan", str(folder / "found.tsv"), *given]) == 0
    return [Elan.read(folder / out / f"{video}.eaf") for video in VIDEOS]


def test_each_video_has_its_own_offset_and_participant(document: Path, tmp_path: Path, capsys) -> None:
    assert init(capsys, tmp_path / "data").status == 0
    for exported, origin, person in zip(export(tmp_path), VIDEOS.values(), ("S001", "S002"), strict=True):
        [found] = exported.annotations("signspot:demo")
        assert (found.start_ms, found.end_ms) == (600 - origin, 1000 - origin)
        assert {tier.participant for tier in exported.tiers if tier.name.startswith("signspot:")} == {person}
        assert [tier.name for tier in exported.tiers][:2] == [R1, R2], "the tiers of both signers stay"


def test_corrected_documents_lead_back_to_the_own_video(document: Path, tmp_path: Path, capsys) -> None:
    init(capsys, tmp_path / "data")
    export(tmp_path, "data/corrected")
    document.unlink()
    came = init(capsys, tmp_path / "data", "--tier", "signspot:demo")
    assert {video: came.signs(video) for video in VIDEOS} == {video: [("TREE", 600, 1000)] for video in VIDEOS}
    assert came.column("signer") == {"NGT0001_S001_b": "S001", "NGT0001_S002_b": "S002"}


def test_both_copies_of_a_document_are_read_once_for_each_signer(document: Path, tmp_path: Path, capsys) -> None:
    init(capsys, tmp_path / "data")
    export(tmp_path, "data/corrected")
    document.unlink()
    came = init(capsys, tmp_path / "data", "--profile", "ngt")
    assert {video: came.signs(video) for video in VIDEOS} == {
        "NGT0001_S001_b": [("HOUSE", 1000, 1400)],
        "NGT0001_S002_b": [("TREE", 2500, 2900)],
    }


def test_tiers_of_one_participant_stay_as_they_were(tmp_path: Path) -> None:
    original = eaf(tmp_path / "x.eaf", {R1: []}, media=[{"MEDIA_URL": "x_S001.mp4"}], people={R1: "S001"})
    rows = pd.DataFrame({"sign": ["TREE"], "start_ms": [0], "end_ms": [400], "score": [1.0]})
    write_elan(rows, tmp_path / "out.eaf", tmp_path / "x_S001.mp4", SpottingSource("demo", []), original)
    assert [tier.participant for tier in Elan.read(tmp_path / "out.eaf").tiers] == ["S001", "", ""]


def test_videos_of_one_name_in_the_folders_of_the_signers(tmp_path: Path) -> None:
    urls = [
        {"MEDIA_URL": f"file:///D:/{who}/body.mp4", "TIME_ORIGIN": ms} for who, ms in (("S001", "0"), ("S002", "40"))
    ]
    read = Elan.read(eaf(tmp_path / "x.eaf", {R1: []}, media=urls))
    assert read.media_of(tmp_path / "S002/body.mp4").origin_ms == 40
    assert read.media_of(tmp_path / "S001/body.mov").origin_ms == 0
    assert read.media_of(tmp_path / "elsewhere/body.mp4").origin_ms == 0
