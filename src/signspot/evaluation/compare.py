"""``signspot compare``: whether runs differ, as tables, as JSON for programs, and as a page."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from signspot.corpus.intervals import check_known, with_class_ids
from signspot.errors import InputError
from signspot.evaluation.documents import Choice
from signspot.evaluation.files import (
    Read,
    Truth,
    annotated_intervals,
    is_run,
    named,
    spottings_of,
    spottings_of_run,
    tested_videos,
    truth_of,
    truths_of_runs,
)
from signspot.intake.summary import as_table
from signspot.report.comparison import write_comparison
from signspot.rows import LISTED, refuse
from signspot.scoring.comparison import Comparison, Part, compare
from signspot.scoring.counts import Intervals
from signspot.scoring.tables import intervals_by_video

log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> None:
    """Prints the comparison, and writes its page if a folder is named.

    Raises:
        InputError: a file cannot be read or understood, or the runs have no video in common.
    """
    if arguments.seed < 0:
        raise InputError(f"--seed {arguments.seed}: expected 0 or more.")
    comparison, notes = _compared(arguments)
    for note in notes:
        log.warning("%s", note)
    if arguments.out:
        write_comparison(arguments.out, comparison, notes)
    if arguments.json:
        sys.stdout.write(json.dumps(asdict(comparison) | {"notes": notes}, indent=1, ensure_ascii=False) + "\n")
    else:
        page = f"\nPage: {arguments.out / 'index.html'}\n" if arguments.out else ""
        sys.stdout.write(as_text(comparison) + "\n" + page)


def _compared(arguments: argparse.Namespace) -> tuple[Comparison, list[str]]:
    """The comparison, and notes about the videos that are left out."""
    names = _names(arguments.compared)
    truths, read = _read(arguments)
    annotated, spotted = named([truth.intervals for truth in truths], read)
    vocabulary, tables = with_class_ids([*annotated, *spotted], arguments.vocabulary)
    rows, found = tables[: len(annotated)], tables[len(annotated) :]
    for of_run, path in zip(found, arguments.compared, strict=True):
        check_known(of_run, path, arguments.vocabulary)
    meant = [annotated_intervals(file, of_file) for file, of_file in zip(annotated, rows, strict=True)]
    of_runs = meant * len(names) if arguments.truth else meant
    tested = [_within_test(path, truth) for path, truth in zip(arguments.compared, of_runs, strict=True)]
    truth, notes = shared_truth(dict(zip(names, tested, strict=True)))
    by_run = {name: intervals_by_video(of_run) for name, of_run in zip(names, found, strict=True)}
    signs = dict(zip(vocabulary["class_id"], vocabulary["sign"], strict=True))
    signers = {video: signer for one in truths for video, signer in one.signers.items()}
    return compare(truth, by_run, signs, signers, seed=arguments.seed), notes


def shared_truth(truths: Mapping[str, Intervals]) -> tuple[Intervals, list[str]]:
    """The videos that all runs have with the same truth, and notes about the others.

    Args:
        truths: the annotations of the test videos of each run, by its name.

    Raises:
        InputError: there is no such video.
    """
    first, *others = truths.values()
    every = dict.fromkeys(video for truth in truths.values() for video in truth)
    common = {video for video in every if all(video in truth for truth in truths.values())}
    same = {video for video in common if all(sorted(truth[video]) == sorted(first[video]) for truth in others)}
    left_out = {
        "Videos that are not test videos of every run": every.keys() - common,
        "Videos of which the runs have different annotations": common - same,
    }
    notes = [
        f"{why}: {len(videos)} ({_listed(videos)}). The runs are compared on the other {len(same)}."
        for why, videos in left_out.items()
        if videos
    ]
    if not same:
        there = "; ".join(f"{name} has {_listed(truth)}" for name, truth in truths.items())
        raise InputError(
            f"the runs have no test video in common with the same annotations: {there}. Compare runs of the same test "
            "videos, or name the annotations by --truth."
        )
    return {video: rows for video, rows in first.items() if video in same}, notes


def as_text(comparison: Comparison) -> str:
    """The comparison as text tables."""
    reference, *others = comparison.runs
    runs = [(run.name, f"{run.official['f1']:.3f}", f"{run.strict['f1']:.3f}") for run in comparison.runs]
    differences = [
        (run.name, score, f"{one.f1:+.3f}", f"{one.low:+.3f} to {one.high:+.3f}", one.verdict)
        for run in others
        for score, one in run.differences.items()
    ]
    parts = {"signer": comparison.signers, "sign": comparison.signs}
    return "\n\n".join(
        [
            f"Videos: {comparison.videos}",
            as_table(["run", "official F1", "strict F1"], runs),
            f"Differences from {reference.name}, with {comparison.level:.0%} intervals from {comparison.resamples} "
            "resamples of the videos, the same for both runs:",
            as_table(["run", "score", "difference", "interval", "verdict"], differences),
            "Official F1, the largest differences first:",
            *(_as_table(kind, rows) for kind, rows in parts.items() if rows),
        ]
    )


def _as_table(kind: str, parts: Sequence[Part]) -> str:
    rows = [(part.name, part.truth, *(f"{f1:.3f}" for f1 in part.f1.values())) for part in parts]
    return as_table([kind, "annotated", *parts[0].f1], rows)


def _names(paths: Sequence[Path]) -> list[str]:
    """What the runs are called: by the names of their folders or files; where these are equal, also by those above.

    Raises:
        InputError: there is one run only, or one is named twice.
    """
    if len(paths) < 2:
        raise InputError(f"{paths[0]} is the only run. Name two or more; the others are compared with the first.")
    resolved = [path.resolve() for path in paths]
    twice = next((path for place, path in enumerate(paths) if resolved[place] in resolved[:place]), None)
    if twice is not None:
        raise InputError(f"{twice} is named twice. Name different runs.")
    short = [path.stem if path.is_file() else path.name for path in resolved]
    if len(set(short)) == len(short):
        return short
    common = os.path.commonpath([path.parent for path in resolved])
    return [str(path.relative_to(common)) for path in resolved]


def _read(arguments: argparse.Namespace) -> tuple[list[Truth], list[Read]]:
    """The truth that is named, or that of each run; and the spottings of each run.

    Raises:
        InputError: no truth is named, and one of the runs is none of the workflow, or tiers are named.
    """
    paths, choice = arguments.compared, Choice.of(arguments)
    if arguments.truth:
        return [truth_of(arguments.truth, choice)], [spottings_of(path, choice) for path in paths]
    refuse(
        f"{path}: is no folder of a finished run (results/CORPUS/runs/RUN with spottings.tsv and submission.zip). "
        "Finish the run, or name the annotations by --truth."
        for path in paths
        if not is_run(path)
    )
    if choice.tiers or choice.spotted:
        raise InputError("--tier and --spotted-tier are of ELAN documents: name the annotations by --truth.")
    return truths_of_runs(paths), [*map(spottings_of_run, paths)]


def _within_test(path: Path, truth: Intervals) -> Intervals:
    """The truth of the test videos of a run; files of spottings do not tell which videos were tested."""
    if not is_run(path):
        return truth
    test = set(tested_videos(path))
    return {video: rows for video, rows in truth.items() if video in test}


def _listed(videos: Iterable[str]) -> str:
    names = sorted(videos)
    return ", ".join(names[:LISTED]) + (" …" if len(names) > LISTED else "")
