"""Clip features that a challenge entry published, a ``.npy`` per video and expert, as feature files of this package."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from signspot import __version__
from signspot.arrays import new_arrays, write_attributes, write_rows
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.files import resumed_folder, sha256
from signspot.timebase import Timebase
from signspot.vipl.videos import SHORT, WIDTHS, FeatureFolder, check_folders

log = logging.getLogger(__name__)


def import_features(
    expert: str,
    sources: Mapping[str, FeatureFolder],
    ranges: Mapping[str, tuple[int, int] | None],
    folder: Path,
    *,
    window: Window,
    fps: float,
) -> None:
    """Writes the feature files of an expert, ``<folder>/<video>.h5``; see :mod:`signspot.experts.features`.

    ``weights_sha256`` stands for what the features come from, as the weights are not known: the digest of the lines
    ``<sha256>  <video>.npy`` of all files of the source in order of name, as ``sha256sum *.npy | sha256sum`` gives it.

    The last clip of the flow may be missing; zeros stand for it, as in the entry's code. A usable range that is not
    known is taken as all the frames that the clips of the longest expert stand for, counted from 0: frame 0 to
    stride * clips - 1.

    Args:
        expert: its name.
        sources: where the features of this expert are published, and those of the other experts, if any.
        ranges: usable range of each video, first and last frame (inclusive), where it is known.
        folder: the folder to write; it appears with all files.
        window: of the clips.
        fps: frames per second of the corpus.

    Raises:
        InputError: a file is missing, is no array of numbers of the right width, or has another number of clips than
            the usable range or the other experts.
    """
    check_folders(sources, ranges)
    source = sources[expert]
    digest = _digest(source)
    with resumed_folder(folder, [f"{video}.h5" for video in ranges]) as part:
        for video, known in ranges.items():
            first, last = known or (0, window.stride * _longest(sources.values(), video) - 1)
            count = window.count(first, last)
            with new_arrays(part / f"{video}.h5") as file:
                write_rows(file, "features", _whole(source, video, count))
                write_rows(file, "frame", first + window.stride * np.arange(count, dtype=np.int32))
                write_attributes(file, dict(expert=expert, weights_sha256=digest, **window.grid))
                write_attributes(file, dict(first=first, last=last, **asdict(Timebase(fps)), signspot=__version__))
            log.info("%s: %d clips, frames %d to %d", video, count, first, last)
    _warn_of_unknown_ranges(ranges)


def _digest(source: FeatureFolder) -> str:
    lines = "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(source.folder.glob("*.npy")))
    return hashlib.sha256(lines.encode()).hexdigest()


def _longest(sources: Iterable[FeatureFolder], video: str) -> int:
    """Clips of the expert that has most."""
    return max(len(_open(source.path(video), source.modality)) for source in sources)


def _open(path: Path, modality: str) -> np.ndarray:
    """Features (clips, width), read as they are used; a file that would run code when read is refused."""
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{path}: refused as an array ({error}). Expected a .npy of numbers; fetch it again."
        ) from error
    # An archive of arrays (.npz) has neither dtype nor shape.
    kind, shape = getattr(rows, "dtype", None), getattr(rows, "shape", ())
    width = WIDTHS[modality]
    if len(shape) != 2 or not shape[0] or shape[1] != width or kind.kind != "f":
        raise InputError(
            f"{path}: holds {kind} of shape {shape}, expected floating-point numbers of shape (clips, {width}) for the "
            f"modality {modality}. Check that the folder is that of this expert."
        )
    return rows


def _whole(source: FeatureFolder, video: str, count: int) -> np.ndarray:
    """The features of ``count`` clips, float32, zeros for the last clip of the flow if it is missing."""
    path = source.path(video)
    rows = np.asarray(_open(path, source.modality), np.float32)
    if not np.isfinite(rows).all():
        raise InputError(f"{path}: holds features that are not finite. Fetch the file again.")
    short = count - len(rows)
    if short not in ((0, 1) if source.modality == SHORT else (0,)):
        less = f" or {count - 1}" if source.modality == SHORT else ""
        raise InputError(
            f"{path}: has {len(rows)} clips, expected {count}{less} as the usable range of {video} and its other "
            "experts have. Check that the folders and the list of videos belong together."
        )
    return np.pad(rows, ((0, short), (0, 0)))


def _warn_of_unknown_ranges(ranges: Mapping[str, tuple[int, int] | None]) -> None:
    unknown = [video for video, known in ranges.items() if known is None]
    if unknown:
        log.warning(
            "the usable range of %d videos (first %s) is not known: their features are taken to begin at frame 0. "
            "Where the entry left out frames at the start, times are early by these; its list of videos would tell",
            len(unknown),
            unknown[0],
        )
