"""``signspot find``: from one to five examples of each sign to tables and files for people, without a workflow."""

import argparse
import logging
import re
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.compute.gpus import claim_device
from signspot.compute.threads import use_threads
from signspot.errors import InputError
from signspot.files import finished_folder, replaced_folder
from signspot.find.build import SETTINGS, SPOTTER, fit_examples, write_example_model
from signspot.find.examples import example_videos, prepare_examples
from signspot.find.lexicon import Lexicon, query, read_lexicon
from signspot.find.summary import SIGNS, places_text, sign_table, summary_text, write_sign_table
from signspot.intake.conventions import PROFILES
from signspot.intake.options import accepted_tiers, table_options, tier_profile
from signspot.model.command import (
    LOG,
    Videos,
    check_folders,
    left_out_error,
    logging_to,
    spot_into,
    summary,
    tell,
    tell_left_out,
    work_folder,
)
from signspot.model.export import check_model_folder
from signspot.model.folder import read_spotting_model
from signspot.model.forecast import Work
from signspot.model.videos import named_videos
from signspot.spotters import load_spotter

log = logging.getLogger("signspot")

SUMMARY, FITTED, MODEL = "summary.txt", "fitted", "model"
PLACES_PER_MINUTE = 20.0
"""False alarms per minute that a query by example admits, whose answers are looked through from the best on."""
TRAINING_SECONDS = 200.0
"""CPU seconds to train the networks; measured: 130 on a quiet core, up to twice that on a busy one."""
SPAN = re.compile(r"(?P<path>.+)@(?P<start>[\d:.]+)-(?P<end>[\d:.]+)")


def run(arguments: argparse.Namespace) -> None:
    """Writes the folder of what is found, and tells what is in it on standard output.

    Raises:
        InputError: a path or an option is wrong, or no example can be used; nothing is written then.
        SignspotError: videos were left out; the message says why. What was found in the others is written.
    """
    asked = _asked(arguments)
    paths = named_videos(arguments.videos)
    check_folders(arguments.out, arguments.work, arguments.annotations, paths)
    if arguments.save is not None:
        check_model_folder(arguments.save)
    claim_device("cpu")
    use_threads(arguments.jobs)
    start = time.monotonic()
    with finished_folder(arguments.out) as part, logging_to(part / LOG), work_folder(arguments.work, part) as work:
        tell_left_out(arguments.videos, paths)
        videos = Videos(paths, work, arguments.annotations, arguments.work is not None)
        tell(
            f"This takes {_work(asked, arguments.jobs).forecast([*example_videos(asked.lexicon, work), *videos.all])}."
        )
        prepared = prepare_examples(asked.lexicon, work, SETTINGS, arguments.jobs, part / LOG)
        fitted = work / FITTED
        fit_examples(prepared, fitted, asked.options, arguments.seed)
        built = work / MODEL
        shutil.rmtree(built, ignore_errors=True)
        built.mkdir()
        write_example_model(fitted, asked.name, len(prepared.inputs), asked.decoder, built)
        model = read_spotting_model(built)
        results, left_out = spot_into(part, model, videos, model.decoder, arguments.jobs)
        spottings = pd.concat([one.spottings for one in results.found.values()])
        table = sign_table(prepared.lexicon, spottings, load_spotter(built / "spotters" / SPOTTER).finder.matcher)
        write_sign_table(table, part / SIGNS)
        text = places_text(spottings) if asked.is_query else summary_text(table, prepared.lexicon)
        (part / SUMMARY).write_text(text, encoding="utf-8")
        if arguments.save is not None:
            _save(built, arguments.save)
    sys.stdout.write(f"{text}\n{summary(results, arguments.out, time.monotonic() - start)}")
    if left_out:
        raise left_out_error(left_out, len(paths))


@dataclass(frozen=True)
class _Asked:
    """What is looked for, and how.

    Args:
        lexicon: the examples.
        name: of the model.
        options: of the spotter.
        decoder: options of the decoder.
        is_query: whether one example is to be found, so that places matter and not signs.
    """

    lexicon: Lexicon
    name: str
    options: Mapping[str, Any]
    decoder: Mapping[str, Any]
    is_query: bool = False


def _asked(arguments: argparse.Namespace) -> _Asked:
    given = {} if arguments.false_alarms is None else {"false_alarms_per_minute": arguments.false_alarms}
    if arguments.example is not None:
        clip, span = _clip_and_span(arguments.example)
        decoder = {"false_alarms_per_minute": PLACES_PER_MINUTE, **given}
        return _Asked(query(clip, span), clip.stem, {"networks": 0}, decoder, is_query=True)
    profile = PROFILES.get(arguments.profile)
    if arguments.tier:
        profile = tier_profile(arguments.tier)
    lexicon = read_lexicon(
        arguments.examples, profile, table_options(arguments), arguments.call, accepted_tiers(arguments)
    )
    options = {"networks": 0} if arguments.no_training else {}
    return _Asked(lexicon, arguments.examples[0].resolve().stem, options, given)


def _work(asked: _Asked, jobs: int) -> Work:
    return Work(SETTINGS, jobs, training_seconds=0.0 if asked.options.get("networks") == 0 else TRAINING_SECONDS)


def _clip_and_span(text: str) -> tuple[Path, tuple[int, int] | None]:
    """A clip, or a recording and a part of it in ms."""
    found = SPAN.fullmatch(text)
    if found is None or Path(text).exists():
        return Path(text), None
    return Path(found["path"]), (_milliseconds(found["start"], text), _milliseconds(found["end"], text))


def _milliseconds(clock: str, text: str) -> int:
    """Milliseconds of a time such as 62.3, 1:02.3 or 0:01:02.3."""
    if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", clock):
        raise InputError(f"--example {text}: {clock!r} is no time. Expected VIDEO@1:02.3-1:03.1, minutes and seconds.")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = 60 * seconds + float(part)
    return round(1000 * seconds)


def _save(built: Path, out: Path) -> None:
    with replaced_folder(out) as part:
        shutil.copytree(built, part, dirs_exist_ok=True)
