"""The modules that every room stands on: times, files, logs."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobs import job_of

from signspot.arrays import open_arrays
from signspot.errors import InputError
from signspot.files import finished, finished_folder
from signspot.logs import job
from signspot.timebase import Timebase

RATES = st.sampled_from([24, 25, 30, 50, 29.97, 23.976, 12.5])


@given(RATES, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_frame_is_found_at_its_own_start(fps: float, frame: int, start_ms: int) -> None:
    timebase = Timebase(fps, start_ms)
    assert timebase.frame_at(timebase.ms_at(frame)) == frame


@given(st.integers(0, 10**5), st.integers(1, 500))
def test_frame_starts_survive_the_way_there_and_back(first: int, length: int) -> None:
    timebase = Timebase(25)
    assert timebase.frames_of(*timebase.ms_of(first, first + length)) == (first, first + length)


def test_the_published_example() -> None:
    assert Timebase(25).frames_of(440, 840) == (11, 21)
    assert Timebase(25).ms_of(11, 21) == (440, 840)
    assert Timebase(25).ms_of(7, 7) == (280, 320)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "table.tsv"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), finished(target) as part:
        part.write_text("half")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_appears_with_all_that_is_in_it_or_not_at_all(tmp_path: Path) -> None:
    with finished_folder(tmp_path / "out") as part:
        (part / "one").write_text("1")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out/one").read_text() == "1"
    with pytest.raises(ZeroDivisionError), finished_folder(tmp_path / "other"):
        raise ZeroDivisionError
    with pytest.raises(OSError), finished_folder(tmp_path / "out") as part:
        (part / "two").write_text("2")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "one"]


def test_a_job_ends_with_the_message_and_no_traceback(tmp_path: Path) -> None:
    try:
        with pytest.raises(SystemExit) as end, job(job_of(tmp_path / "logs")):
            raise InputError("videos.tsv: line 3 is wrong")
        assert end.value.code == 1
        text = (tmp_path / "logs/stage.log").read_text()
        assert "videos.tsv: line 3 is wrong" in text and "Traceback" not in text
    finally:
        logging.getLogger().handlers.clear()


def test_a_missing_store_beside_which_nothing_lies_names_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"gone\.h5: there is no such file\. Make it: "), open_arrays("gone.h5"):
        pass
