"""The challenge's hand-in."""

import os
import pickle
import pickletools
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from signspot.corpus.challenge import read_ground_truth
from signspot.errors import InputError
from signspot.export import write_submission
from signspot.spottings import read_spottings, write_spottings

SPOTTINGS = pd.DataFrame(
    [
        ("p02_n001", "NO", 1, 4000, 4400, 0.5),
        ("p01_n000", "HOLA", 0, 120, 640, 0.9),
        ("p02_n001", "HOLA", 0, 0, 200, 0.8),
    ],
    columns=["video", "sign", "class_id", "start_ms", "end_ms", "score"],
)
VIDEOS = ["p01_n000", "p02_n001", "p03_n002"]
EXPECTED = {"p01_n000": [[0, 120, 640]], "p02_n001": [[0, 0, 200], [1, 4000, 4400]], "p03_n002": []}


def test_hand_in_loads_without_this_package(tmp_path: Path) -> None:
    write_submission(SPOTTINGS, VIDEOS, tmp_path / "submission.zip")
    with zipfile.ZipFile(tmp_path / "submission.zip") as archive:
        assert archive.namelist() == ["res/predictions.pkl"]
        content = archive.read("res/predictions.pkl")
    opcodes = {opcode.name for opcode, _, _ in pickletools.genops(content)}
    assert not opcodes & {"GLOBAL", "STACK_GLOBAL", "REDUCE", "INST", "OBJ", "NEWOBJ", "BUILD"}, "builtin types only"
    assert content[:2] == b"\x80\x04"
    assert pickle.loads(content) == EXPECTED
    assert list(pickle.loads(content)) == VIDEOS


def test_hand_in_reads_back(tmp_path: Path) -> None:
    write_submission(SPOTTINGS, VIDEOS, tmp_path / "submission.zip")
    found = read_ground_truth(tmp_path / "submission.zip")
    assert {video: [list(row) for row in rows] for video, rows in found.items()} == EXPECTED


def test_bytes_do_not_depend_on_time_or_row_order(tmp_path: Path) -> None:
    write_submission(SPOTTINGS, VIDEOS, tmp_path / "a.zip")
    os.utime(tmp_path / "a.zip", (0, 0))
    write_submission(SPOTTINGS[::-1], VIDEOS, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_without_spottings_every_video_has_an_empty_list(tmp_path: Path) -> None:
    write_submission(SPOTTINGS[:0], VIDEOS, tmp_path / "submission.zip")
    assert read_ground_truth(tmp_path / "submission.zip") == {video: [] for video in VIDEOS}


def test_spotting_of_another_video_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="video p02_n001 is not among the 1 videos"):
        write_submission(SPOTTINGS, VIDEOS[:1], tmp_path / "submission.zip")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["NA", "null", "nan"])
def test_a_video_may_have_any_name(name: str, tmp_path: Path) -> None:
    write_spottings(SPOTTINGS.replace({"video": {"p02_n001": name}}), tmp_path / "spottings.tsv")
    spottings = read_spottings(tmp_path / "spottings.tsv")
    write_submission(spottings, ["p01_n000", name], tmp_path / "submission.zip")
    found = read_ground_truth(tmp_path / "submission.zip")
    assert found == {"p01_n000": [(0, 120, 640)], name: [(0, 0, 200), (1, 4000, 4400)]}
