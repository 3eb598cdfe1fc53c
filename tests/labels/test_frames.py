"""Frame labels: the reference's numbers at 25 frames per second, what must hold at any rate, and labels files."""

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from annotated import CLASSES, annotated, write_poses
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.arrays import write_rows
from signspot.corpus.tables import TO_END_MS
from signspot.errors import InputError
from signspot.labels.frames import annotations_by_video, frame_labels, read_labels, read_span_ms, write_labels
from signspot.labels.views import instances
from signspot.timebase import Timebase

TIMEBASE = Timebase(25)


@pytest.fixture(scope="module")
def cases(golden: Path) -> dict:
    return json.loads((golden / "label_cases.json").read_text(encoding="utf-8"))


def test_frame_labels_as_published(cases: dict) -> None:
    for case in cases["framewise_labels"]["cases"]:
        result = frame_labels(case["gt_rows_class_ms_ms"], case["video_length"], TIMEBASE)
        assert result.tolist() == case["framewise"]
        spans = [TIMEBASE.frames_of(start_ms, end_ms) for _, start_ms, end_ms in case["gt_rows_class_ms_ms"]]
        assert spans == list(zip(case["starts"], case["ends"], strict=True))


def test_sign_past_the_end_is_cut() -> None:
    assert frame_labels([(4, 80, 400)], 4, TIMEBASE).tolist() == [0, 0, 5, 5]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3000), st.integers(1, 900)), max_size=5),
    st.integers(0, 90),
    st.sampled_from([15, 24, 25, 29.97, 30, 50, 59.94]),
)
def test_last_annotation_over_a_frame_labels_it(rows: list[tuple[int, int, int]], frames: int, fps: float) -> None:
    timebase = Timebase(fps)
    intervals = [(class_id, start, start + length) for class_id, start, length in rows]
    result = frame_labels(intervals, frames, timebase)
    assert result.shape == (frames,)
    assert result.dtype == np.int32
    for frame, label in enumerate(result):
        over = [c for c, start, end in intervals if timebase.frame_at(start) <= frame <= timebase.frame_at(end)]
        assert label == (over[-1] + 1 if over else 0)


def test_annotations_by_video() -> None:
    rows = [("v", "A-ALIAS", 800, 1200), ("w", "B", 0, 400), ("v", "C", 400, 500)]
    table = pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms"])
    assert annotations_by_video(table, CLASSES) == {
        "v": [("A-ALIAS", 0, 800, 1200), ("C", None, 400, 500)],
        "w": [("B", 1, 0, 400)],
    }


def test_written_labels_come_back(tmp_path: Path) -> None:
    poses = write_poses(tmp_path / "poses.h5", 60, first=3, last=52)
    write_labels(annotated(("A-ALIAS", 800, 1200), ("B", 1600, 2000)), poses, tmp_path / "v.h5")
    with h5py.File(tmp_path / "v.h5") as file:
        assert list(file) == ["frame"], "all else is a view"
        frames = file["frame"][:]
        assert dict(file.attrs) == {"first": 3, "last": 52, "fps": 25.0, "start_ms": 0}
    assert (frames.shape, frames.dtype) == ((60,), np.int32)
    labels = read_labels(tmp_path / "v.h5")
    assert (labels.first, labels.last, labels.timebase) == (3, 52, TIMEBASE)
    assert labels.label.tolist() == frames[3:53].tolist()
    assert instances(labels.label, labels.first) == [(0, 20, 30), (1, 40, 50)]


def test_an_annotation_to_the_end_ends_with_its_video(tmp_path: Path) -> None:
    poses = write_poses(tmp_path / "poses.h5", 60, start_ms=400)
    write_labels(annotated(("A", 400, TO_END_MS)), poses, tmp_path / "v.h5")
    assert instances(read_labels(tmp_path / "v.h5").label) == [(0, 0, 59)]
    with pytest.raises(InputError, match=r"A from 9000 to 1000000000 ms lies beyond the end of the video at 2800 ms"):
        write_labels(annotated(("A", 9000, TO_END_MS)), poses, tmp_path / "v.h5")


def test_missing_poses(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.h5"):
        write_labels([], tmp_path / "gone.h5", tmp_path / "v.h5")


def test_labels_count_from_the_start_of_the_part(tmp_path: Path) -> None:
    poses = write_poses(tmp_path / "poses.h5", 60, start_ms=4000)
    write_labels(annotated(("A", 4800, 5200)), poses, tmp_path / "v.h5")
    assert instances(read_labels(tmp_path / "v.h5").label) == [(0, 20, 30)]
    assert read_span_ms(tmp_path / "v.h5") == (4000, 6400)


def test_a_video_without_usable_frames_has_no_label(tmp_path: Path) -> None:
    write_labels([], write_poses(tmp_path / "poses.h5", 60, first=0, last=-1), tmp_path / "v.h5")
    assert read_labels(tmp_path / "v.h5").label.tolist() == []


@pytest.mark.parametrize(("first", "last"), [(0, 60), (-1, 9), (12, 9)])
def test_labels_that_contradict_themselves_are_refused(tmp_path: Path, first: int, last: int) -> None:
    write_labels([], write_poses(tmp_path / "poses.h5", 60), tmp_path / "v.h5")
    with h5py.File(tmp_path / "v.h5", "a") as file:
        file.attrs.update({"first": first, "last": last})
    with pytest.raises(InputError, match=rf"v\.h5: its usable range is {first}…{last}, but the video has 60 frames"):
        read_labels(tmp_path / "v.h5")


def test_labels_of_an_older_version_without_a_range_name_the_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "v.h5", "w") as file:
        write_rows(file, "frame", np.zeros(3, np.int32))
    with pytest.raises(InputError, match=r"v\.h5.*first"):
        read_labels(tmp_path / "v.h5")
