"""A file of corrections is read whole and consistent, or refused with what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from signspot.corrections import Edit, Sign, read_corrections
from signspot.errors import InputError

CASA = {"sign": "CASA", "start_ms": 1000, "end_ms": 1640}
LATER = CASA | {"start_ms": 1600, "end_ms": 2000}
ACCEPTED = {"state": "accepted", "original": CASA | {"score": 0.9}, "final": CASA}
REJECTED = {"state": "rejected", "original": CASA | {"score": None}, "final": None}
ADDED = {"state": "added", "original": None, "final": LATER}


def write(folder: Path, *edits: Any, name: str = "corrections.json", **changed: Any) -> Path:
    videos = [{"video": "one", "left": 1, "edits": list(edits)}]
    content = {"format": "signspot corrections", "version": 1, "run": "demo", "videos": videos} | changed
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder / name


def test_reads_what_was_decided(tmp_path: Path) -> None:
    moved = {"state": "changed", "original": CASA | {"score": 0.4}, "final": CASA | {"end_ms": 1600}}
    corrected = read_corrections([write(tmp_path, ADDED, moved, REJECTED)])["one"]
    casa, later = Sign("CASA", 1000, 1640), Sign("CASA", 1600, 2000)
    assert (corrected.run, corrected.left, corrected.signs) == ("demo", 1, [Sign("CASA", 1000, 1600), later])
    assert corrected.edits == [
        Edit("added", None, None, later),
        Edit("changed", casa, 0.4, Sign("CASA", 1000, 1600)),
        Edit("rejected", casa, None, None),
    ]


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ([ACCEPTED | {"state": "liked"}], "state"),
        ([ACCEPTED | {"final": CASA | {"end_ms": 1600}}], "is told to be accepted"),
        ([ACCEPTED | {"state": "changed"}], "is told to be changed"),
        ([ADDED | {"final": None}], "an edit that is added is empty"),
        ([ADDED | {"final": CASA | {"end_ms": 1000}}], "has no length"),
        ([ADDED | {"final": CASA | {"sign": " "}}], "sign"),
        ([ADDED | {"final": CASA | {"sign": "A\tB"}}], "sign"),
        ([ADDED | {"final": CASA | {"start_ms": -1}}], "start_ms"),
        ([ADDED | {"final": CASA | {"start_ms": 1.5}}], "start_ms"),
        ([ACCEPTED | {"original": CASA | {"score": 2}}], "score"),
        ([ADDED | {"more": 1}], "more"),
        ([None], "edits"),
        ([ACCEPTED, ADDED], "CASA from 1000 to 1640 ms and CASA from 1600 to 2000 ms overlap"),
    ],
)
def test_a_wrong_edit_is_named(tmp_path: Path, edits: list[Any], told: str) -> None:
    with pytest.raises(InputError, match=r"corrections\.json.*") as error:
        read_corrections([write(tmp_path, *edits)])
    assert told in str(error.value)


@pytest.mark.parametrize("changed", [{"format": "other"}, {"version": 2}, {"run": ""}, {"videos": {}}, {"more": 1}])
def test_another_file_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="is no file of corrections"):
        read_corrections([write(tmp_path, **changed)])


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": NaN}', '{"run": "a", "run": "b"}'])
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="is no file of corrections"):
        read_corrections([tmp_path / "c.json"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.json: cannot be read"):
        read_corrections([tmp_path / "gone.json"])


def test_a_video_is_corrected_by_one_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"b\.json: corrects the video one, which .*a\.json corrects too"):
        read_corrections([write(tmp_path, ACCEPTED, name="a.json"), write(tmp_path, REJECTED, name="b.json")])
