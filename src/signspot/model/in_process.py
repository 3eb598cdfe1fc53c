"""``signspot.spot``: spotting from Python, in the process that asks, one video after the other."""

from collections.abc import Sequence
from functools import cache
from os import PathLike
from pathlib import Path

import pandas as pd
import torch

from signspot.compute.gpus import claim_device
from signspot.errors import SignspotError
from signspot.model.command import check_folders, left_out_error, results_folder, work_folder
from signspot.model.folder import read_spotting_model
from signspot.model.originals import find_originals
from signspot.model.prepare import store_steps
from signspot.model.progress import Progress
from signspot.model.results import Results
from signspot.model.spot import Networks, VideoSpottings
from signspot.model.stages import Video, mended
from signspot.model.videos import named_videos

AnyPath = str | PathLike[str]


def spot(
    videos: AnyPath | Sequence[AnyPath],
    model: AnyPath,
    out: AnyPath | None = None,
    *,
    work: AnyPath | None = None,
    decoder: str | None = None,
    pose_model: AnyPath | None = None,
) -> pd.DataFrame:
    """Finds signs in videos with a model that ``signspot export-model`` or ``signspot find --save`` wrote.

    The first video that cannot be spotted ends the call; ``signspot spot`` leaves it out and goes on, and prepares
    several at a time. The networks compute on a GPU if there is one; the first call of a process chooses it.

    Args:
        videos: a video, a folder of videos, or several of them.
        model: the folder of the model.
        out: a new folder for what ``signspot spot`` writes, a page to review the videos among it; None: only the table
            is returned.
        work: a folder that keeps the intermediate files, by video: ``poses/<video>.h5`` for
            :func:`signspot.read_poses`, ``predictions/<spotter>.h5`` for :func:`signspot.read_predictions`. A later
            call goes on from them.
        decoder: by default that of the model.
        pose_model: file of MediaPipe's pose model, for models whose poses are of complexity 0 or 2.

    Returns:
        The table of spottings: video, sign, class_id, start_ms, end_ms, score (0 … 1).

    Raises:
        InputError: a path or the model is wrong, or a video cannot be read or shows nobody.
        SignspotError: an ELAN document beside a video cannot be read.
    """
    checked = read_spotting_model(Path(model)).with_pose_model(None if pose_model is None else Path(pose_model))
    paths = named_videos([Path(path) for path in ([videos] if isinstance(videos, str | PathLike) else videos)])
    folder, kept = (None if path is None else Path(path) for path in (out, work))
    if folder is not None:
        check_folders(folder, kept, None, paths)
    originals, wrong = find_originals(paths, None)
    if wrong:
        raise left_out_error(wrong, len(paths))
    _claim_device()
    networks = Networks.load(checked)
    with results_folder(folder) as part, work_folder(kept, part) as place:
        results = Results(part, checked, originals)
        seen = [Video.within(place, name, path) for name, path in paths.items()]
        steps = len(store_steps(seen[0].path, seen[0].stores, checked.stores))
        with Progress(len(seen), steps + len(networks.experts) + 1) as progress:
            for video in seen:
                spotted = _spotted(networks, video, decoder or checked.decoder, progress)
                if folder is None:
                    results.found[video] = spotted
                else:
                    results.add(video, spotted)
        if folder is not None:
            results.finish()
        return results.spottings


def _spotted(networks: Networks, video: Video, decoder: str, progress: Progress) -> VideoSpottings:
    """What is found in a video; stores that are there and were made in the same way are not made again."""
    try:
        for stage in store_steps(video.path, video.stores, networks.model.stores):
            with progress.stage(video.name, stage.name):
                if not stage.is_done:
                    stage.write(*stage.arguments)
        return networks.spot(video, decoder, progress)
    except SignspotError as error:
        raise mended(error) from error


@cache
def _claim_device() -> None:
    """Chooses the GPU of this process once, unless it computes on one already."""
    if not torch.cuda.is_initialized():
        claim_device()
