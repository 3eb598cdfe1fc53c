"""Pose files: landmarks, joints and skeleton of a video; how often body, hands and face were found."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from signspot import __version__
from signspot.arrays import Rows, new_arrays, open_arrays, write_rows
from signspot.errors import InputError
from signspot.files import finished
from signspot.pose.holistic import Landmarks, landmarks
from signspot.pose.skeleton import interpolate, joints, normalise, usable_range
from signspot.video.decode import frames
from signspot.video.store import FrameStore

log = logging.getLogger(__name__)

PARTS = {"body": "has_pose", "left_hand": "has_left", "right_hand": "has_right", "face": "face"}
"""Parts of the signer and the arrays that say where they were found."""


def write_poses(path: Path | str, frame_store: Path | str, out: Path | str, model_complexity: int = 1) -> None:
    """Writes the pose file of a video, found on the window of its frame store at the resolution of the video.

    ``out`` gets, for T frames: ``pose`` (T, 33, 3), ``left_hand`` and ``right_hand`` (T, 21, 3) as found, as parts of
    the window, NaN where not found; ``has_pose``, ``has_left``, ``has_right``, ``face`` bool (T,); ``joints``
    (T, 57, 3) in px of the frame store, gaps interpolated; ``skeleton`` (T, 57, 3) normalised; ``valid`` bool (T,),
    body and face found, the others being interpolated; attributes first and last (the usable range), fps and start_ms.

    Args:
        path: the video.
        frame_store: its frame store, which knows the window, the rate and the part of the video.

    Raises:
        InputError: no body or no face is found, the files do not belong together, or one of them is missing or damaged.
    """
    with FrameStore(frame_store) as store:
        fps, size, count, span = store.fps, store.size, len(store), store.span
        window = frames(path, fps, store.crop, None, span)
    shown = tqdm(landmarks(window, model_complexity), Path(path).stem, count, unit="frame", disable=None)
    found = list(shown)
    if len(found) != count:
        raise InputError(
            f"{path}: gives {len(found)} frames, {frame_store} has {count}: the video has changed since. "
            "Delete the frame store and run the crop stage again."
        )
    arrays = _arrays(found)
    arrays |= _skeleton(arrays, size, path)
    first, last = usable_range(arrays["has_pose"])
    with new_arrays(out) as file:
        for name, array in arrays.items():
            write_rows(file, name, array)
        file.attrs.update(
            video=Path(out).stem,
            first=first,
            last=last,
            fps=fps,
            start_ms=span.start_ms,
            model_complexity=model_complexity,
            signspot=__version__,
        )
    rates = ", ".join(f"{part} {arrays[name].mean():.0%}" for part, name in PARTS.items())
    log.info("%s: %d frames, of them %d…%d used; found: %s", out, count, first, last, rates)


def _arrays(found: Sequence[Landmarks]) -> dict[str, np.ndarray]:
    rows = [(frame.pose, frame.left_hand, frame.right_hand, frame.face) for frame in found]
    pose, left, right, face = (np.array(column) for column in zip(*rows, strict=True))
    has_pose, has_left, has_right = (~np.isnan(part[:, 0, 0]) for part in (pose, left, right))
    return {
        "pose": pose,
        "left_hand": left,
        "right_hand": right,
        "face": face,
        "has_pose": has_pose,
        "has_left": has_left,
        "has_right": has_right,
    }


def _skeleton(arrays: dict[str, np.ndarray], size: int, path: Path | str) -> dict[str, np.ndarray]:
    valid = arrays["has_pose"] & arrays["face"]
    if not valid.any():
        part = "body" if not arrays["has_pose"].any() else "face" if not arrays["face"].any() else "body with a face"
        raise InputError(
            f"{path}: no {part} found in any of {len(valid)} frames. Check that the signer faces the camera and is "
            "well lit, or take the video off the table of videos."
        )
    known = joints(*(arrays[name][valid] for name in ("pose", "left_hand", "right_hand")), size)
    every = interpolate(known.astype(np.float64), np.flatnonzero(valid), len(valid))
    return {
        "joints": every.astype(np.float32),
        "skeleton": normalise(every).astype(np.float32),
        "valid": valid,
    }


def detection_rates(path: Path | str) -> dict[str, float]:
    """Share of the frames (0 … 1) of a pose file in which body, left_hand, right_hand and face were found.

    Raises:
        InputError: the file is missing or damaged.
    """
    with open_arrays(path) as file:
        found = {part: Rows(file, name) for part, name in PARTS.items()}
        return {part: float(rows.read(0, len(rows)).mean()) for part, rows in found.items()}


def write_summary(paths: Sequence[Path | str], out: Path | str) -> None:
    """Writes a TSV with the detection rates of pose files: video, frames, body, left_hand, right_hand, face.

    Raises:
        InputError: a file is missing or damaged.
    """
    rows = [{"video": Path(path).stem, "frames": _count(path), **detection_rates(path)} for path in paths]
    with finished(out) as part:
        pd.DataFrame(rows, columns=["video", "frames", *PARTS]).to_csv(part, sep="\t", index=False, float_format="%.4f")


def _count(path: Path | str) -> int:
    with open_arrays(path) as file:
        return len(Rows(file, "joints"))
