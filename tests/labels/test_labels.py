"""Labels: the reference's numbers at 25 frames per second, and what must hold at any rate and stride."""

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.labels import frames as labels
from signspot.labels.frames import (
    Annotation,
    annotations_by_video,
    clip_labels,
    frame_labels,
    offsets,
    read_span_ms,
    segments,
    write_dropped,
    write_labels,
)
from signspot.timebase import Timebase

TIMEBASE = Timebase(25)
LABELS = st.lists(st.integers(0, 3), max_size=60).map(lambda values: np.array(values, dtype=np.int32))
STRIDES = st.sampled_from([1, 2, 4, 8])


@pytest.fixture(scope="module")
def cases(golden: Path) -> dict:
    return json.loads((golden / "label_cases.json").read_text(encoding="utf-8"))


def test_frame_labels_as_published(cases: dict) -> None:
    for case in cases["framewise_labels"]["cases"]:
        result = frame_labels(case["gt_rows_class_ms_ms"], case["video_length"], TIMEBASE)
        assert result.tolist() == case["framewise"]
        spans = [TIMEBASE.frames_of(start_ms, end_ms) for _, start_ms, end_ms in case["gt_rows_class_ms_ms"]]
        assert spans == list(zip(case["starts"], case["ends"], strict=True))


def test_clip_labels_as_published(cases: dict) -> None:
    for case in cases["generate_clip_labels"]["cases"]:
        usable = np.array(case["framewise"][case["start_frame"] : case["end_frame"] + 1])
        assert clip_labels(usable, stride=4).tolist() == case["clip_labels"]


def test_offsets_as_published(cases: dict) -> None:
    for case in cases["generate_offset"]["cases"]:
        assert offsets(np.array(case["labels"])).tolist() == case["offset"]


def test_segments_as_published(cases: dict) -> None:
    for case in cases["segments"]["cases"]:
        found = segments(np.array(case["frames"]))
        assert found == list(zip(*case["bg_0"], strict=True))
        assert found == [row for row in zip(*case["default_bg"], strict=True) if row[0] != -1], "-1 is the background"


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


@settings(deadline=None)
@given(LABELS, STRIDES, st.sampled_from([4, 8]))
def test_clip_label_is_the_first_met_of_the_most_frequent(frames: np.ndarray, stride: int, length: int) -> None:
    result = clip_labels(frames, stride, length)
    assert result.dtype == np.int32
    assert len(result) == -(-len(frames) // stride)
    for i, label in enumerate(result):
        start = stride * i - length // 2
        window = [int(frames[f]) if 0 <= f < len(frames) else 0 for f in range(start, start + length)]
        most = max(map(window.count, window))
        assert label == next(value for value in window if window.count(value) == most)


@settings(deadline=None)
@given(LABELS)
def test_offsets_reach_the_ends_of_the_sign(clips: np.ndarray) -> None:
    result = offsets(clips)
    assert result.shape == (len(clips), 2)
    assert result.dtype == np.float32
    for i, label in enumerate(clips):
        left, right = i, i
        while label and left > 0 and clips[left - 1] == label:
            left -= 1
        while label and right + 1 < len(clips) and clips[right + 1] == label:
            right += 1
        assert result[i].tolist() == [min(i - left, 4), min(right - i, 4)]


@settings(deadline=None)
@given(LABELS)
def test_segments_paint_the_labels_back(frames: np.ndarray) -> None:
    painted = np.zeros_like(frames)
    for class_id, first, last in segments(frames):
        painted[first : last + 1] = class_id + 1
    assert painted.tolist() == frames.tolist()


CLASSES = {"A": 0, "A-ALIAS": 0, "B": 1}


def annotated(*rows: tuple[str, int, int]) -> list[Annotation]:
    return [Annotation(sign, CLASSES.get(sign), start_ms, end_ms) for sign, start_ms, end_ms in rows]


def write_poses(path: Path, frames: int, first: int = 0, last: int | None = None, start_ms: int = 0) -> Path:
    with h5py.File(path, "w") as file:
        file["joints"] = np.zeros((frames, 57, 3), dtype=np.float32)
        file.attrs.update({"video": "v", "first": first, "last": frames - 1 if last is None else last})
        file.attrs.update({"fps": 25.0, "start_ms": start_ms})
    return path


def dropped(tmp_path: Path, *rows: tuple[str, int, int], first: int = 0, last: int = 99) -> list[tuple[str, str]]:
    """Sign and reason of the annotations that could not be used, in a video of 100 frames."""
    poses = write_poses(tmp_path / "poses.h5", 100, first, last)
    write_labels(annotated(*rows), poses, tmp_path / "v.h5", 4)
    write_dropped({"v": annotated(*rows)}, {"v": tmp_path / "v.h5"}, tmp_path / "dropped.tsv")
    result = pd.read_csv(tmp_path / "dropped.tsv", sep="\t")
    return list(zip(result["sign"], result["reason"], strict=True))


def test_annotations_by_video() -> None:
    rows = [("v", "A-ALIAS", 800, 1200), ("w", "B", 0, 400), ("v", "C", 400, 500)]
    table = pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms"])
    assert annotations_by_video(table, CLASSES) == {
        "v": [("A-ALIAS", 0, 800, 1200), ("C", None, 400, 500)],
        "w": [("B", 1, 0, 400)],
    }


@pytest.mark.parametrize("stride", [2, 4])
def test_written_labels(tmp_path: Path, stride: int) -> None:
    poses = write_poses(tmp_path / "poses.h5", 60, first=3, last=52)
    write_labels(annotated(("A-ALIAS", 800, 1200), ("B", 1600, 2000)), poses, tmp_path / "v.h5", stride)
    with h5py.File(tmp_path / "v.h5") as file:
        frames, clips, distances = file["frame"][:], file["clip"][:], file["offset"][:]
        assert dict(file.attrs) == {
            "first": 3,
            "last": 52,
            "stride": stride,
            "length": 8,
            "fps": 25.0,
            "start_ms": 0,
        }
    assert segments(frames) == [(0, 20, 30), (1, 40, 50)]
    assert (frames.dtype, clips.dtype, distances.dtype) == (np.int32, np.int32, np.float32)
    assert clips.tolist() == clip_labels(frames[3:53], stride).tolist()
    assert distances.tolist() == offsets(clips).tolist()


def test_all_is_used(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 400, 800), ("B", 800, 1200)) == []


def test_unknown_gloss_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("C", 400, 800), ("A", 1000, 1600)) == [("C", labels.UNKNOWN)]


def test_covered_sign_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 800, 1200), ("B", 600, 1400)) == [("A", labels.COVERED)]


def test_partly_covered_sign_is_reported(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 800, 1600), ("B", 1400, 2000)) == [("A", labels.PARTLY_COVERED)]


@pytest.mark.parametrize(("start", "end"), [(0, 360), (3200, 3960)])
def test_sign_outside_the_usable_range_is_dropped(tmp_path: Path, start: int, end: int) -> None:
    assert dropped(tmp_path, ("A", start, end), ("B", 1000, 1600), first=10, last=79) == [("A", labels.UNUSABLE)]


@pytest.mark.parametrize(("start", "end"), [(80, 800), (2800, 3960)])
def test_sign_that_is_usable_in_part_is_used(tmp_path: Path, start: int, end: int) -> None:
    assert dropped(tmp_path, ("A", start, end), first=10, last=79) == []


def test_sign_without_a_clip_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 1000, 1040)) == [("A", labels.TOO_SHORT)]


def test_short_sign_beside_a_long_one_of_the_same_class_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 1000, 1040), ("A", 2000, 2400)) == [("A", labels.TOO_SHORT)]


def test_video_without_usable_frames(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 1000, 1400), first=0, last=-1) == [("A", labels.UNUSABLE)]


def test_annotation_may_end_one_frame_after_the_video(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 3600, 4000)) == []
    assert dropped(tmp_path, ("A", 3600, 4039)) == []


@pytest.mark.parametrize(("start", "end"), [(3600, 4040), (4000, 4020), (9000, 9400)])
def test_annotation_beyond_the_video(tmp_path: Path, start: int, end: int) -> None:
    with pytest.raises(InputError, match=rf"video v: B from {start} to {end} ms .* at 4000 ms"):
        dropped(tmp_path, ("A", 0, 400), ("B", start, end))
    assert not (tmp_path / "v.h5").exists()


def test_missing_poses(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.h5"):
        write_labels([], tmp_path / "gone.h5", tmp_path / "v.h5", 4)


def test_dropped_annotations_of_all_videos_in_one_table(tmp_path: Path) -> None:
    poses = write_poses(tmp_path / "poses.h5", 100)
    annotations = {"v": annotated(("C", 0, 400)), "w": annotated(("A", 0, 400), ("D", 0, 400))}
    files = {video: tmp_path / f"{video}.h5" for video in ("w", "u", "v")}
    for video, path in files.items():
        write_labels(annotations.get(video, []), poses, path, 4)
    write_dropped(annotations, files, tmp_path / "dropped.tsv")
    lines = (tmp_path / "dropped.tsv").read_text(encoding="utf-8").splitlines()
    assert lines == [
        "video\tsign\tstart_ms\tend_ms\treason",
        f"w\tD\t0\t400\t{labels.UNKNOWN}",
        f"v\tC\t0\t400\t{labels.UNKNOWN}",
    ]


def test_labels_count_from_the_start_of_the_part(tmp_path: Path) -> None:
    poses = write_poses(tmp_path / "poses.h5", 60, start_ms=4000)
    write_labels(annotated(("A", 4800, 5200)), poses, tmp_path / "v.h5", 4)
    with h5py.File(tmp_path / "v.h5") as file:
        assert segments(file["frame"][:]) == [(0, 20, 30)]
    assert read_span_ms(tmp_path / "v.h5") == (4000, 6400)
