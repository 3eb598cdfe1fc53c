"""Small stores of made-up videos, written as the stages before the clips write them."""

from pathlib import Path

import cv2
import numpy as np

from signspot.arrays import new_arrays, write_attributes, write_rows
from signspot.labels.frames import FrameLabels, read_labels
from signspot.stores import VideoFiles
from signspot.video.store import store_frames


def video_files(folder: Path, video: str = "v") -> VideoFiles:
    return VideoFiles(video, *(folder / store / f"{video}.h5" for store in ("crops", "poses", "flow", "labels")))


def _create(path: Path, arrays: dict[str, np.ndarray], **attributes: object) -> None:
    with new_arrays(path) as file:
        write_attributes(file, attributes)
        for name, array in arrays.items():
            write_rows(file, name, array)


def write_frames(files: VideoFiles, frames: int, rng: np.random.Generator) -> None:
    pictures = (cv2.resize(rng.integers(0, 256, (8, 8, 3), np.uint8), (256, 256)) for _ in range(frames))
    window = {"size": 256, "centre_x": 128.0, "side": 256, "source_width": 256, "source_height": 256}
    store_frames(pictures, files.crops, {"video": files.video, "fps": 25.0, "start_ms": 0, **window})


def write_pose(files: VideoFiles, skeleton: np.ndarray, joints: np.ndarray, first: int, last: int) -> None:
    _create(
        files.poses,
        {"skeleton": skeleton.astype(np.float32), "joints": joints.astype(np.float32)},
        first=first,
        last=last,
    )


def write_flow_levels(files: VideoFiles, flow: np.ndarray) -> None:
    _create(files.flow, {"flow": flow}, size=flow.shape[-1], bound=20.0, zero=128)


def write_labels(files: VideoFiles, clip: np.ndarray, first: int, last: int) -> None:
    """Frame labels that give these labels to the clips of 8 frames at stride 4.

    They cannot where a label stands alone between two equal ones, and where the first or the last clip shows a sign.
    """
    clip_of_frame = np.minimum((np.arange(last - first + 1) + 2) // 4, len(clip) - 1)
    labels = np.concatenate([np.zeros(first), clip[clip_of_frame]]).astype(np.int32)
    _create(files.labels, {"frame": labels}, first=first, last=last, fps=25.0, start_ms=0)


def labels_of(*videos: VideoFiles) -> dict[str, FrameLabels]:
    return {files.video: read_labels(files.labels) for files in videos}


def write_skeleton_video(folder: Path, frames: int, first: int, last: int, video: str = "v") -> VideoFiles:
    """A video with a skeleton only: every coordinate of frame t is t + 1; clip i at stride 4 has label i modulo 3."""
    files = video_files(folder, video)
    skeleton = np.broadcast_to(np.arange(1, frames + 1)[:, None, None], (frames, 57, 3))
    write_pose(files, skeleton, skeleton, first, last)
    write_labels(files, np.arange((last - first + 1) // 4 + 2) % 3, first, last)
    return files


def write_video(folder: Path, frames: int, first: int, last: int, video: str = "v") -> VideoFiles:
    """A video with all its stores, of random content."""
    rng = np.random.default_rng(frames)
    files = write_skeleton_video(folder, frames, first, last, video)
    write_pose(files, rng.normal(0, 1, (frames, 57, 3)), rng.uniform(0, 256, (frames, 57, 3)), first, last)
    write_frames(files, frames, rng)
    write_flow_levels(files, rng.integers(1, 256, (frames - 1, 2, 64, 64), np.uint8))
    return files
