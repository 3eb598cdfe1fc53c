"""The clip features of a video by one expert, kept on disk: the spotter reads them again and again."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from signspot import __version__
from signspot.arrays import is_current, new_arrays, new_rows, open_arrays, timebase_of, write_attributes, write_rows
from signspot.clips.video import usable_range, video_clips
from signspot.compute.devices import autocast, best_device
from signspot.experts.store import Expert, load_on_device
from signspot.files import resumed_folder
from signspot.predictions import require_finite
from signspot.stores import VideoFiles

log = logging.getLogger(__name__)

BATCH = {"cpu": 8, "cuda": 128}
"""Clips that go through the network at a time: as many as keep a GPU busy, as few as keep a CPU's memory small."""


def extract(expert_folder: Path, files: VideoFiles, out: Path) -> None:
    """Writes the features of one video; memory does not grow with its length.

    The file holds ``features`` float32 (n, dim), one row per clip of the usable range, cut by the window of the expert;
    ``frame`` int32 (n,), the centre frames first + stride * i; and the attributes expert, weights_sha256, length,
    stride, first, last (the usable range, inclusive frames), fps, start_ms and signspot; ``tta`` too, if rows are means
    over variants of their clips. On CUDA the network computes in bf16.

    Args:
        expert_folder: of a training.
        files: stores of the video.
        out: the file to write.

    Raises:
        InputError: the expert or a store is missing or damaged.
        NotFinite: the expert gives numbers that are not finite.
    """
    _write(load_on_device(expert_folder), files, out)


def extract_all(expert_folder: Path, videos: Sequence[VideoFiles], folder: Path) -> None:
    """Writes the features of videos to ``folder``, one file each as by :func:`extract`, in the place of what is there.

    The folder appears with all of them. Until then they are in ``.<name>.part`` beside it: if this call is stopped, a
    later one keeps those of the same expert that are newer than the stores.

    Args:
        expert_folder: of a training.
        videos: stores of each video.
        folder: the folder to write.

    Raises:
        InputError: the expert or a store is missing or damaged.
        NotFinite: the expert gives numbers that are not finite.
    """
    expert = load_on_device(expert_folder)
    with resumed_folder(folder, [f"{files.video}.h5" for files in videos]) as part:
        for files in tqdm(videos, "features", disable=not sys.stderr.isatty()):
            extract_missing(expert, files, part / f"{files.video}.h5")


def extract_missing(expert: Expert, files: VideoFiles, out: Path) -> None:
    """Writes the features of one video, as :func:`extract` does, if ``out`` does not hold them already.

    It does if they are of the same expert and window, and no older than the stores.

    Args:
        expert: of :func:`signspot.experts.store.load_on_device`.
        files: stores of the video.
        out: the file to write.

    Raises:
        InputError: a store is missing or damaged.
        NotFinite: the expert gives numbers that are not finite.
    """
    sources = [files.poses, *(getattr(files, store) for store in expert.modality.stores)]
    tta = expert.tta if expert.tta != "none" else None
    digest = expert.config["weights_sha256"]
    if not is_current(out, sources, weights_sha256=digest, tta=tta, **expert.window.grid):
        clips = _write(expert, files, out)
        log.info("%s: %d clips", files.video, clips)


@torch.inference_mode()
def _write(expert: Expert, files: VideoFiles, out: Path) -> int:
    """Writes the features of a video; returns the number of its clips."""
    network, modality, config = expert
    window = expert.window
    device = best_device()
    precision = autocast(device)
    first, last = usable_range(files)
    count = window.count(first, last)
    with open_arrays(files.poses) as pose:
        timebase = timebase_of(pose)
    with new_arrays(out) as file:
        write_rows(file, "frame", first + window.stride * np.arange(count, dtype=np.int32))
        features = new_rows(file, "features", (count, network.feature_dim), np.float32)
        start = 0
        for clips in video_clips(modality, files, BATCH[device.type], window, device):
            with precision:
                rows = expert.outputs(clips)[0].cpu().numpy()
            require_finite(rows, f"video {files.video}: the expert {config['expert']}")
            features[start : start + len(rows)] = rows
            start += len(rows)
        write_attributes(file, dict(expert=config["expert"], weights_sha256=config["weights_sha256"], **window.grid))
        if expert.tta != "none":
            write_attributes(file, {"tta": expert.tta})
        write_attributes(file, dict(first=first, last=last, **asdict(timebase), signspot=__version__))
    return count
