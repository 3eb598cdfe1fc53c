"""The clips of a command line, their names, and the signs that their folders tell."""

from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.model.clips import named_clips


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("HOUSE/1.mp4", "HOUSE/anna/3.mov", "SÍ/1.mp4", "others/2.mp4", "top.mkv", "notes.txt", ".x.mp4"):
        (tmp_path / "clips" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "clips" / name).touch()
    return tmp_path / "clips"


SIGNS = ["HOUSE", "SI\u0301", "clips"]


def signs(*paths: Path) -> dict[str, str]:
    return {name: clip.sign(SIGNS) for name, clip in named_clips(paths).items()}


def test_folders_tell_signs_and_tell_equal_names_apart(folder: Path) -> None:
    expected = {"HOUSE_1": "HOUSE", "3": "HOUSE", "S_1": "SI\u0301", "2": "clips", "top": "clips"}
    assert {name.replace("SÍ", "S"): sign for name, sign in signs(folder).items()} == expected


def test_a_folder_or_a_clip_can_be_named_itself_and_twice(folder: Path) -> None:
    assert signs(folder / "HOUSE") == {"1": "HOUSE", "3": "HOUSE"}
    assert signs(folder / "HOUSE/1.mp4", folder / "HOUSE", folder / "notes.txt") == {
        **{"1": "HOUSE", "3": "HOUSE"},
        "notes": "clips",
    }


def test_folders_around_the_one_that_is_named_tell_nothing(folder: Path) -> None:
    assert signs(folder / "others") == {"2": ""}
    assert signs(folder / "HOUSE/anna/3.mov") == {"3": ""}


def test_what_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match="nothing: there is no such clip or folder"):
        named_clips([folder / "nothing"])
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: has no video. Files with these suffixes"):
        named_clips([folder / "empty"])
