"""Names of videos."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.corpus.names import is_name
from signspot.errors import InputError
from signspot.model.videos import named_videos


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.MP4", "a film (1).mov", "notes.txt", "._b.mp4", "b.eaf"):
        (tmp_path / name).touch()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "c.mp4").touch()
    return tmp_path


def test_a_folder_stands_for_its_videos(folder: Path) -> None:
    assert named_videos([folder]) == {"a_film_1_": folder / "a film (1).mov", "b": folder / "b.MP4"}


def test_a_file_that_is_named_may_have_any_suffix(folder: Path) -> None:
    assert list(named_videos([folder / "notes.txt", folder / "b.MP4"])) == ["notes", "b"]


@pytest.mark.parametrize(
    "names", [["b.MP4", "b.mp4"], ["b.MP4", "inner/b.mov"], ["a film.mp4", "a_film.mp4"], ["b.MP4"] * 2]
)
def test_two_videos_of_one_name_are_named(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).touch()
    with pytest.raises(InputError, match="both videos would be called"):
        named_videos([folder / name for name in names])


def test_a_path_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.mp4: there is no such video"):
        named_videos([folder / "b.MP4", folder / "missing.mp4"])


def test_a_folder_without_videos_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no video"):
        named_videos([tmp_path])


@given(stem=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_every_name_is_one_of_the_tables(tmp_path_factory: pytest.TempPathFactory, stem: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"{stem}.mp4"
    path.touch()
    [name] = named_videos([path])
    path.unlink()
    assert is_name(name)
