"""``signspot.spot``: the same as ``signspot spot``, in one process, with a table as its result."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import signspot
from signspot.spottings import COLUMNS


def test_what_is_found_is_returned_written_and_kept(model: Path, films: Path, tmp_path: Path) -> None:
    out, work = tmp_path / "out", tmp_path / "work"
    table = signspot.spot(films, model, out, work=work)
    assert tuple(table) == COLUMNS
    written = signspot.read_spottings(out / "spottings.tsv")
    pd.testing.assert_frame_equal(table, written, check_dtype=False, atol=1e-6)
    assert (out / "review/index.html").is_file() and (out / "second.eaf").is_file()
    poses = signspot.read_poses(next(work.glob("second-*/poses/second.h5")))
    predictions = signspot.read_predictions(next(work.glob("second-*/predictions/*.h5")))
    assert len(poses) == 50 and poses.joints.shape == (50, 57, 3) and poses.pose.shape == (50, 33, 3)
    assert poses.timebase.fps == 25 and poses.timebase == predictions.timebase
    assert poses.valid.dtype == bool and (poses.first, poses.last) == (predictions.first, predictions.last)
    again = signspot.spot([films / "second.mp4"], str(model), work=work)
    pd.testing.assert_frame_equal(again, table[table["video"] == "second"].reset_index(drop=True), check_dtype=False)


def test_a_script_needs_no_guard(model: Path, films: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import signspot\nprint(len(signspot.spot({str(films / 'second.mp4')!r}, {str(model)!r})))\n")
    call = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert call.returncode == 0, call.stderr
    assert call.stdout.strip().isdigit()


def test_a_video_without_a_person_ends_the_call(model: Path, nobody: Path, tmp_path: Path) -> None:
    with pytest.raises(signspot.InputError, match=r"nobody\.mp4"):
        signspot.spot(nobody, model, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_wrong_path_is_named(model: Path, tmp_path: Path) -> None:
    with pytest.raises(signspot.InputError, match=r"none\.mp4: there is no such video"):
        signspot.spot(tmp_path / "none.mp4", model)


def test_a_damaged_pose_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "v.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(50))
    with pytest.raises(signspot.InputError, match=r"v\.h5: is damaged"):
        signspot.read_poses(tmp_path / "v.h5")
