"""Names of videos."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.corpus.names import is_name
from signspot.errors import InputError
from signspot.model.videos import left_out_copies, named_videos, unwritable_videos
from signspot.video.program import executable


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


@pytest.mark.parametrize("names", [["Rec.mp4", "rec.mp4"], ["É.mp4", "e\u0301.mp4"], ["a b.mp4", "A_B.mov"]])
def test_videos_that_differ_in_case_alone_are_both_named(folder: Path, names: list[str]) -> None:
    paths = [folder / name for name in names]
    for path in paths:
        path.touch()
    with pytest.raises(InputError, match=r"both videos would be called .* and .*, which many disks take") as error:
        named_videos(paths)
    assert all(str(path) in str(error.value) for path in paths)


def test_names_that_no_table_can_hold_end_nothing(tmp_path: Path) -> None:
    """Nor do two that would have one name, or a long one."""
    strange = [b"p\xe1.mp4", b"p\xe2.mp4", b"p\nq.mp4", b"p\xe1.review.mp4"]
    for name in [*strange, b"p_.mp4", b"x" * 240 + b".mp4"]:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    paths = named_videos([tmp_path])
    errors = unwritable_videos(paths)
    assert set(paths) - set(errors) == {"p_", "x" * 100} and len(errors) == 4
    assert all(map(is_name, paths))
    messages = "\n".join(map(str, errors.values()))
    assert "p\\xe1.mp4" in messages and "p\\nq.mp4" in messages and "rename it" in messages


def test_a_copy_for_the_review_page_is_left_out_of_a_folder(nobody: Path, tmp_path: Path) -> None:
    """It is taken if it is named itself, or if its video is gone or of another length."""
    for name in ("a.mp4", "A.review.mp4", "alone.review.mp4"):
        shutil.copy(nobody, tmp_path / name)
    longer = ["-f", "lavfi", "-i", "testsrc=duration=4:rate=25:size=160x120"]
    for name in ("b.mov", "b.review.mp4"):
        source = longer if name == "b.mov" else ["-i", str(nobody)]
        subprocess.run([executable(), "-v", "error", *source, str(tmp_path / name)], check=True)
    assert list(named_videos([tmp_path])) == ["a", "alone_review", "b", "b_review"]
    assert left_out_copies([tmp_path, tmp_path / "a.mp4"]) == {tmp_path / "A.review.mp4": tmp_path / "a.mp4"}
    assert list(named_videos([tmp_path / "A.review.mp4"])) == ["A_review"]


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
