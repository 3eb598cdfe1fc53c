"""Pose files: landmarks, joints and skeleton of a video, and how often body, hands and face were found."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from tqdm import tqdm

from signspot import __version__
from signspot.arrays import (
    Rows,
    attribute,
    new_arrays,
    new_rows,
    open_arrays,
    timebase_of,
    write_attributes,
    write_rows,
)
from signspot.errors import InputError
from signspot.files import finished
from signspot.pose.holistic import Landmarks, landmarks
from signspot.pose.skeleton import JOINTS, Normalisation, interpolate, joints, usable_range
from signspot.timebase import Timebase
from signspot.video.decode import frames
from signspot.video.limits import Limits
from signspot.video.store import FrameStore

log = logging.getLogger(__name__)

PARTS = {"body": "has_pose", "left_hand": "has_left", "right_hand": "has_right", "face": "face"}
"""Parts of the signer -> the arrays that tell in which frames the part was found."""
NO_FRAME = (0, -1)
"""The usable range of a video that shows nobody."""
BLOCK = 512
"""Number of frames in memory at a time."""


@dataclass(frozen=True)
class Poses:
    """The poses of a video of T frames.

    Args:
        pose: float32 (T, 33, 3), landmarks of the body in the order of MediaPipe Pose: x, y and z as parts of the side
            of the window about the signer; NaN where no body was found.
        left_hand, right_hand: float32 (T, 21, 3), likewise, the hands of the signer.
        has_pose, has_left, has_right, face: bool (T,), whether each was found.
        valid: bool (T,), whether body and face were found; joints of other frames are interpolated.
        joints: float32 (T, 57, 3), in px of the frame store; :data:`signspot.pose.skeleton.JOINTS` are their names.
        skeleton: float32 (T, 57, 3), joints that no longer depend on size and place of the signer.
        first, last: usable range of the video, inclusive frames.
        timebase: frames per second, and the instant of frame 0.
    """

    pose: np.ndarray
    left_hand: np.ndarray
    right_hand: np.ndarray
    has_pose: np.ndarray
    has_left: np.ndarray
    has_right: np.ndarray
    face: np.ndarray
    valid: np.ndarray
    joints: np.ndarray
    skeleton: np.ndarray
    first: int
    last: int
    timebase: Timebase

    def __len__(self) -> int:
        return len(self.joints)


ARRAYS = tuple(field.name for field in fields(Poses) if field.type is np.ndarray)
"""The arrays of a pose file."""


def write_poses(
    path: Path | str,
    frame_store: Path | str,
    out: Path | str,
    model_complexity: int = 1,
    threads: int = 1,
    limits: Limits | None = None,
    may_be_empty: bool = False,
    pose_model: Path | str | None = None,
) -> None:
    """Writes the pose file of a video. Landmarks are found in the window of the frame store, at full resolution.

    ``out`` gets, for T frames:

    - ``pose`` float32 (T, 33, 3), ``left_hand`` and ``right_hand`` float32 (T, 21, 3): landmarks as parts of the
      window's side, NaN where not found;
    - ``has_pose``, ``has_left``, ``has_right``, ``face`` bool (T,): which parts were found;
    - ``valid`` bool (T,): body and face were found; other frames are interpolated;
    - ``joints`` float32 (T, 57, 3): in px of the frame store;
    - ``skeleton`` float32 (T, 57, 3): normalised joints;
    - attributes: first and last (the usable range), fps, start_ms, video, model_complexity, signspot.

    About forty bytes of each frame stay in memory.

    Args:
        path: the video.
        frame_store: its frame store, which knows the window, the rate and the part of the video.
        out: the pose file to write.
        model_complexity: of the detectors, see :func:`signspot.pose.holistic.landmarks`.
        threads: of the detectors.
        limits: what the video may have at most; None for those of the environment.
        may_be_empty: a video may show nobody: no frame of it is usable then, and a warning is logged.
        pose_model: file of the pose model; None for the one that comes with MediaPipe.

    Raises:
        InputError: no body or no face is found in a video that may not be empty, the files do not belong together, a
            file is missing or damaged, or the pose model is not that of the complexity.
    """
    with FrameStore(frame_store) as store:
        fps, size, count, span = store.fps, store.size, len(store), store.span
        window = frames(path, fps, store.crop, None, span, limits)
    # An error that left the detectors open would make Python hang at its end; therefore closing.
    with new_arrays(out) as file, closing(landmarks(window, model_complexity, threads, pose_model)) as found:
        given = _write_landmarks(file, tqdm(found, Path(path).stem, count, unit="frame", disable=None), count)
        if given != count:
            raise InputError(
                f"{path}: gives {'more' if given > count else given} frames, {frame_store} has {count}: the video has "
                "changed since. Delete the frame store and run the crop stage again."
            )
        has_pose, valid = file["has_pose"][:], file["has_pose"][:] & file["face"][:]
        if not valid.any():
            _tell_empty(path, has_pose, file["face"][:], may_be_empty)
        write_rows(file, "valid", valid)
        _write_skeleton(file, np.flatnonzero(valid), size)
        first, last = usable_range(has_pose) if valid.any() else NO_FRAME
        made_of = {"video": Path(out).stem, "first": first, "last": last, "fps": fps, "start_ms": span.start_ms}
        write_attributes(file, {**made_of, "model_complexity": model_complexity, "signspot": __version__})
        rates = ", ".join(f"{part} {file[name][:].mean():.0%}" for part, name in PARTS.items())
    log.info("%s: %d frames, of them %d…%d used; found: %s", out, count, first, last, rates)


def _write_landmarks(file: h5py.File, found: Iterable[Landmarks], count: int) -> int:
    """Writes the landmarks of up to ``count`` frames; returns how many frames came, at most ``count`` + 1."""
    shapes = {"pose": (33, 3), "left_hand": (21, 3), "right_hand": (21, 3)}
    arrays = {name: new_rows(file, name, (count, *shape), np.float32) for name, shape in shapes.items()}
    arrays |= {name: new_rows(file, name, (count,), bool) for name in PARTS.values()}
    given, found = 0, iter(found)
    # One frame more than count shows that the video has grown; its landmarks are not written.
    while block := list(islice(found, min(BLOCK, count + 1 - given))):
        given += len(block)
        for name, rows in _rows(block[: len(block) - (given > count)]).items():
            arrays[name][min(given, count) - len(rows) : min(given, count)] = rows
    return given


def _rows(found: Sequence[Landmarks]) -> dict[str, np.ndarray]:
    if not found:
        return {}
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


def _tell_empty(path: Path | str, has_pose: np.ndarray, face: np.ndarray, may_be_empty: bool) -> None:
    """Tells what was not found, as a warning or as an error."""
    part = "body" if not has_pose.any() else "face" if not face.any() else "body with a face"
    said = (
        f"{path}: no {part} found in any of {len(face)} frames. Check that the signer faces the camera and is well "
        "lit, or leave the video out."
    )
    if not may_be_empty:
        raise InputError(said)
    log.warning("%s", said)


def _write_skeleton(file: h5py.File, known: np.ndarray, size: int) -> None:
    """Writes joints and skeleton, interpolated between the ``known`` frames.

    The skeleton needs a second pass, because its normalisation depends on the joints of all frames.
    """
    count = len(file["pose"])
    arrays = {name: new_rows(file, name, (count, len(JOINTS), 3), np.float32) for name in ("joints", "skeleton")}
    if not len(known):
        for array in arrays.values():
            array[:] = 0
        return
    normalisation = Normalisation()
    for start in range(0, count, BLOCK):
        block = _interpolated(file, known, start, min(start + BLOCK, count), size)
        arrays["joints"][start : start + BLOCK] = block
        normalisation.add(block)
    for start in range(0, count, BLOCK):
        block = _interpolated(file, known, start, min(start + BLOCK, count), size)
        arrays["skeleton"][start : start + BLOCK] = normalisation.apply(block)


def _interpolated(file: h5py.File, known: np.ndarray, start: int, stop: int, size: int) -> np.ndarray:
    """Joints of a block of frames, float64 (stop - start, 57, 3) in px.

    They come from the known frames in the block and from the nearest known frame on either side.
    """
    before = max(int(np.searchsorted(known, start, side="right")) - 1, 0)
    after = int(np.searchsorted(known, stop - 1, side="left"))
    chosen = known[before : after + 1]
    found = joints(*(_picked(file[name], chosen, start, stop) for name in ("pose", "left_hand", "right_hand")), size)
    return interpolate(found.astype(np.float64), chosen - start, stop - start)


def _picked(rows: h5py.Dataset, chosen: np.ndarray, start: int, stop: int) -> np.ndarray:
    """The ``chosen`` rows. ``start`` … ``stop`` - 1 holds most of them and is read at once; others are read singly."""
    inside = rows[start:stop]
    return np.stack([inside[i - start] if start <= i < stop else rows[i] for i in chosen])


def read_poses(path: Path | str) -> Poses:
    """What :func:`write_poses` wrote.

    Raises:
        InputError: the file is missing or damaged.
    """
    with open_arrays(path) as file:
        arrays = {name: rows.read(0, len(rows)) for name in ARRAYS for rows in [Rows(file, name)]}
        return Poses(**arrays, first=attribute(file, "first"), last=attribute(file, "last"), timebase=timebase_of(file))


def detection_rates(path: Path | str) -> dict[str, float]:
    """Share of the frames of a pose file (0 … 1) in which body, left_hand, right_hand and face were found.

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
