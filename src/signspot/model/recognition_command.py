"""``signspot recognise``: from clips of one sign each to a table of the best signs, with a trained model."""

import argparse
import logging
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signspot.compute.gpus import claim_device
from signspot.compute.threads import use_threads
from signspot.errors import SignspotError
from signspot.files import write_json
from signspot.model.clips import named_clips
from signspot.model.command import (
    check_folders,
    left_out_error,
    logging_to,
    results_folder,
    tell,
    tell_unwritable,
    work_folder,
)
from signspot.model.folder import RecognisingModel, read_recognising_model
from signspot.model.forecast import Work
from signspot.model.recognise import recognise_clips
from signspot.model.stages import Video
from signspot.recognition import Recognitions, accuracy, write_recognitions
from signspot.recognition.accuracy import best_classes

log = logging.getLogger("signspot")

LOG, TABLE, ACCURACY = "recognise.log", "recognitions.tsv", "recognition.json"


def run(arguments: argparse.Namespace) -> None:
    """Names the signs of clips, writes the table, and prints the best signs of each clip.

    Raises:
        InputError: a path or the model is wrong; nothing is written then.
        SignspotError: clips were left out; the message says why. What was recognised in the others is written.
    """
    model = read_recognising_model(arguments.model).with_pose_model(arguments.pose_model)
    clips = named_clips(arguments.clips)
    paths = {name: clip.path for name, clip in clips.items()}
    if arguments.out is not None:
        check_folders(arguments.out, arguments.work, None, paths)
    claim_device(arguments.device)
    use_threads(arguments.jobs)
    signs = {name: clip.sign(model.vocabulary) for name, clip in clips.items()}
    with results_folder(arguments.out) as part, logging_to(part / LOG), work_folder(arguments.work, part) as work:
        left_out = tell_unwritable(paths)
        videos = [Video.within(work, name, path) for name, path in paths.items() if name not in left_out]
        tell(f"This takes {Work.recognising(model, arguments.jobs).forecast(videos)}.")
        keep = arguments.work is not None
        found, errors = _recognise_all(model, videos, arguments.jobs, part / LOG, keep)
        left_out |= errors
        if not found:
            raise left_out_error(left_out, len(paths))
        recognitions = _joined(found, signs)
        write_recognitions(recognitions, part / TABLE)
        scores = _scores(recognitions, arguments.k)
        if scores:
            write_json(part / ACCURACY, scores)
    sys.stdout.write(summary(recognitions, arguments.k, scores))
    if arguments.out is not None:
        sys.stdout.write(f"{arguments.out / TABLE}: {len(recognitions)} of {len(paths)} clips\n")
    if left_out:
        raise left_out_error(left_out, len(paths))


def _recognise_all(
    model: RecognisingModel, clips: Sequence[Video], jobs: int, log_file: Path, keep: bool
) -> tuple[list[Recognitions], dict[str, SignspotError]]:
    """What is said of each clip, and the errors of those that are left out; intermediate files go unless kept."""
    found, left_out = [], {}
    for clip, result in recognise_clips(model, clips, jobs, log_file):
        if isinstance(result, SignspotError):
            log.error("%s: left out: %s", clip.name, result)
            left_out[clip.name] = result
        else:
            found.append(result)
        if not keep:
            shutil.rmtree(clip.folder, ignore_errors=True)
    return found, left_out


def _joined(found: Sequence[Recognitions], signs: Mapping[str, str]) -> Recognitions:
    """What is said of all clips, with the signs that their folders tell."""
    clips = pd.concat([one.clips for one in found], ignore_index=True)
    logits = np.concatenate([one.logits for one in found])
    return replace(found[0], clips=clips.assign(sign=clips["video"].map(signs)), logits=logits)


def _scores(recognitions: Recognitions, k: int) -> dict[str, Any] | None:
    """The accuracy of the clips whose folders tell their sign; None if there are none."""
    if not len(recognitions.labelled()):
        return None
    return accuracy(recognitions, trained=(), signers={}, ks=sorted({1, k}))


def summary(recognitions: Recognitions, k: int, scores: Mapping[str, Any] | None) -> str:
    """The best signs of each clip with their probabilities, the best first, and how often they are right.

    Args:
        recognitions: of all clips.
        k: number of best signs.
        scores: content of ``recognition.json``; None: the sign of no clip is known.
    """
    best = best_classes(recognitions.logits, k)
    probability = np.take_along_axis(recognitions.probability, best, axis=1)
    lines = []
    for row, (video, sign) in enumerate(recognitions.clips[["video", "sign"]].itertuples(index=False)):
        pairs = zip(best[row], probability[row], strict=True)
        named = ", ".join(f"{recognitions.signs[class_id]} {share:.2f}" for class_id, share in pairs)
        lines.append(f"{video}{f' (shows {sign})' if sign else ''}: {named}")
    if scores:
        told = (
            f"{name.replace('top', 'top-')} {share:.0%} (guesses {scores['chance'][name]:.0%})"
            for name, share in scores["per_instance"].items()
        )
        lines.append(f"Of clips in folders of their signs ({scores['clips']}): {', '.join(told)}")
    return "\n".join([*lines, ""])
