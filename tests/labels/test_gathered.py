"""The labels of many videos in one file, and their digest."""

from pathlib import Path

import numpy as np
import pytest
from annotated import annotated, write_poses

from signspot.errors import InputError
from signspot.labels.frames import FrameLabels, read_labels, write_labels
from signspot.labels.gathered import gather_labels, labels_digest, read_gathered
from signspot.timebase import Timebase


def written(folder: Path, video: str, frames: int, first: int = 0, start_ms: int = 0) -> Path:
    poses = write_poses(folder / f"{video}.poses.h5", frames, first, start_ms=start_ms)
    write_labels(annotated(("B", start_ms + 80, start_ms + 160)), poses, folder / f"{video}.h5")
    return folder / f"{video}.h5"


def same(one: FrameLabels, other: FrameLabels) -> bool:
    return one[:3] == other[:3] and one.label.tolist() == other.label.tolist()


def test_gathered_labels_come_back(tmp_path: Path) -> None:
    files = {"a": written(tmp_path, "a", 16), "ü": written(tmp_path, "ü", 9, first=2, start_ms=400)}
    gather_labels(files, tmp_path / "both.h5")
    third = written(tmp_path, "b", 5)
    gather_labels({"b": third}, tmp_path / "third.h5")
    gathered = read_gathered([tmp_path / "third.h5", tmp_path / "both.h5"])
    assert list(gathered) == ["b", "a", "ü"]
    for video, path in (files | {"b": third}).items():
        assert same(gathered[video], read_labels(path))
    assert labels_digest(gathered.values()) == labels_digest(map(read_labels, (third, *files.values())))


def test_a_split_without_videos_gathers_nothing(tmp_path: Path) -> None:
    gather_labels({}, tmp_path / "none.h5")
    assert read_gathered([tmp_path / "none.h5"]) == {}


def test_a_damaged_labels_file_names_itself(tmp_path: Path) -> None:
    path = written(tmp_path, "a", 16)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match=r"a\.h5"):
        gather_labels({"a": path}, tmp_path / "all.h5")


def test_the_digest_follows_labels_and_range() -> None:
    one = FrameLabels(0, 1, Timebase(), np.array([0, 1], np.int32))
    assert labels_digest([one]) == labels_digest([one._replace(label=one.label.copy())])
    for other in (one._replace(last=6), one._replace(label=one.label[::-1])):
        assert labels_digest([other]) != labels_digest([one])
