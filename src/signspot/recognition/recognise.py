"""What a recogniser, an expert that has learnt single signs, says of annotated signs and of clips of one sign."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from signspot.arrays import open_arrays, timebase_of
from signspot.clips.dataset import ClipDataset, network_input
from signspot.clips.samplers import SAMPLERS
from signspot.clips.sampling import whole_signs
from signspot.clips.video import usable_range
from signspot.compute.devices import autocast, best_device
from signspot.errors import InputError
from signspot.experts.features import BATCH
from signspot.experts.store import Expert, load_on_device
from signspot.labels.frames import FrameLabels
from signspot.recognition.recognitions import Recognitions, clips_of
from signspot.stores import VideoFiles
from signspot.training.batches import plain_batches


def recognise(folder: Path, videos: Sequence[VideoFiles], labels: Mapping[str, FrameLabels]) -> Recognitions:
    """What an expert says of every sign of videos, cut as its training cuts them, without augmentation.

    Args:
        folder: of a training of the expert.
        videos: must have the stores of its modality.
        labels: of the videos, by their names.

    Returns:
        The clips in the order of the videos and of time, as :meth:`signspot.experts.store.Expert.outputs` names them.
        The background is no choice.

    Raises:
        InputError: as :func:`signspot.experts.store.load_expert`, or a store is missing or damaged.
        NotFinite: the expert gives logits that are not finite.
    """
    return _recognise(load_on_device(folder), videos, labels)


def recognise_whole(expert: Expert, files: VideoFiles) -> Recognitions:
    """What an expert says of a video whose whole usable range is one unknown sign, cut as by :func:`recognise`.

    Args:
        expert: of :func:`signspot.experts.store.load_on_device`.
        files: must have the stores of its modality.

    Returns:
        One clip, whose sign is "".

    Raises:
        InputError: a store is missing or damaged, or the signer is in no frame.
        NotFinite: the expert gives logits that are not finite.
    """
    first, last = usable_range(files)
    if last < first:
        raise InputError(f"video {files.video}: the signer was found in no frame. Leave it out.")
    with open_arrays(files.poses) as poses:
        timebase = timebase_of(poses)
    # To cut a clip takes a sign from here to there; any will do.
    one_sign = FrameLabels(first, last, timebase, np.ones(last - first + 1, np.int32))
    found = _recognise(expert, [files], {files.video: one_sign})
    return replace(found, clips=found.clips.assign(sign=""))


def _recognise(expert: Expert, videos: Sequence[VideoFiles], labels: Mapping[str, FrameLabels]) -> Recognitions:
    vocabulary = expert.config["vocabulary"]
    known = [labels[files.video] for files in videos]
    sampler = SAMPLERS.build("instances")
    clips = ClipDataset(expert.modality, videos, sampler, expert.window, 0, False, labels)
    rows = clips_of(whole_signs(known), videos, known, vocabulary)
    return Recognitions(rows, tuple(vocabulary), _logits(expert, clips))


@torch.inference_mode()
def _logits(expert: Expert, clips: ClipDataset) -> np.ndarray:
    """The logits of the signs for each clip, float32 (n, C)."""
    device = best_device()
    precision = autocast(device)
    found = [np.empty((0, expert.config["num_classes"] - 1), np.float32)]
    for frames, present, _ in plain_batches(clips, BATCH[device.type]):
        batch = network_input(expert.modality, frames.to(device), present.to(device))
        with precision:
            logits = expert.outputs(batch)[1]
        found.append(logits[:, 1:].cpu().numpy())
    return np.concatenate(found)
