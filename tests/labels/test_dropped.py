"""Annotations that cannot be used, and why."""

from pathlib import Path

import pandas as pd
import pytest
from annotated import annotated, write_poses

from signspot.errors import InputError
from signspot.labels import dropped as reasons
from signspot.labels.dropped import write_dropped
from signspot.labels.frames import write_labels


def dropped(
    tmp_path: Path, *rows: tuple[str, int, int], first: int = 0, last: int = 99, length: int = 8
) -> list[tuple[str, str]]:
    """Sign and reason of the annotations that could not be used, in a video of 100 frames."""
    poses = write_poses(tmp_path / "poses.h5", 100, first, last)
    write_labels(annotated(*rows), poses, tmp_path / "v.h5")
    write_dropped({"v": annotated(*rows)}, {"v": tmp_path / "v.h5"}, tmp_path / "dropped.tsv", 4, length)
    result = pd.read_csv(tmp_path / "dropped.tsv", sep="\t")
    return list(zip(result["sign"], result["reason"], strict=True))


def test_all_is_used(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 400, 800), ("B", 800, 1200)) == []


def test_unknown_gloss_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("C", 400, 800), ("A", 1000, 1600)) == [("C", reasons.UNKNOWN)]


def test_covered_sign_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 800, 1200), ("B", 600, 1400)) == [("A", reasons.COVERED)]


def test_partly_covered_sign_is_reported(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 800, 1600), ("B", 1400, 2000)) == [("A", reasons.PARTLY_COVERED)]


@pytest.mark.parametrize(("start", "end"), [(0, 360), (3200, 3960)])
def test_sign_outside_the_usable_range_is_dropped(tmp_path: Path, start: int, end: int) -> None:
    assert dropped(tmp_path, ("A", start, end), ("B", 1000, 1600), first=10, last=79) == [("A", reasons.UNUSABLE)]


@pytest.mark.parametrize(("start", "end"), [(80, 800), (2800, 3960)])
def test_sign_that_is_usable_in_part_is_used(tmp_path: Path, start: int, end: int) -> None:
    assert dropped(tmp_path, ("A", start, end), first=10, last=79) == []


def test_sign_without_a_clip_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 1000, 1040)) == [("A", reasons.TOO_SHORT)]


def test_whether_a_sign_is_too_short_depends_on_the_clips(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 1000, 1200)) == []
    assert dropped(tmp_path, ("A", 1000, 1200), length=64) == [("A", reasons.TOO_SHORT)]


def test_short_sign_beside_a_long_one_of_the_same_class_is_dropped(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 1000, 1040), ("A", 2000, 2400)) == [("A", reasons.TOO_SHORT)]


def test_video_without_usable_frames(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 1000, 1400), first=0, last=-1) == [("A", reasons.UNUSABLE)]


def test_annotation_may_end_one_frame_after_the_video(tmp_path: Path) -> None:
    assert dropped(tmp_path, ("A", 3600, 4000)) == []
    assert dropped(tmp_path, ("A", 3600, 4039)) == []


@pytest.mark.parametrize(("start", "end"), [(3600, 4040), (4000, 4020), (9000, 9400)])
def test_annotation_beyond_the_video(tmp_path: Path, start: int, end: int) -> None:
    with pytest.raises(InputError, match=rf"video v: B from {start} to {end} ms .* at 4000 ms"):
        dropped(tmp_path, ("A", 0, 400), ("B", start, end))
    assert not (tmp_path / "v.h5").exists()


def test_dropped_annotations_of_all_videos_in_one_table(tmp_path: Path) -> None:
    poses = write_poses(tmp_path / "poses.h5", 100)
    annotations = {"v": annotated(("C", 0, 400)), "w": annotated(("A", 0, 400), ("D", 0, 400))}
    files = {video: tmp_path / f"{video}.h5" for video in ("w", "u", "v")}
    for video, path in files.items():
        write_labels(annotations.get(video, []), poses, path)
    write_dropped(annotations, files, tmp_path / "dropped.tsv", 4, 8)
    lines = (tmp_path / "dropped.tsv").read_text(encoding="utf-8").splitlines()
    assert lines == [
        "video\tsign\tstart_ms\tend_ms\treason",
        f"w\tD\t0\t400\t{reasons.UNKNOWN}",
        f"v\tC\t0\t400\t{reasons.UNKNOWN}",
    ]
