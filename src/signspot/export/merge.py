"""``signspot merge``: the spottings of several models as one list, joined as the challenge entry's code joins them."""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import pandas as pd

from signspot.corpus.intervals import IntervalFile, check_known, read_scored_intervals, with_class_ids
from signspot.errors import InputError
from signspot.rows import refuse
from signspot.spottings import Spotting, spottings_table, write_spottings
from signspot.timebase import Timebase


def merge(models: Sequence[Sequence[Spotting]]) -> list[Spotting]:
    """The spottings that several models spotted in one video, as one list.

    The rule is ``merge_results`` of the challenge entry's ``generate_predictions.py``, which its own hand-in, of one
    model, did not need. All spottings are candidates, those of the last model first. A candidate collects the spottings
    of its class that it reaches; first frame, last frame and score become their means (frames rounded down), and every
    later candidate that it reaches then, of whatever class, is dropped. A spotting reaches another one if its first or
    its last frame, as a mean of what it has collected so far, lies in the other, whose ends count as inside.

    Three oddities of that rule are kept:

    - Reaching is not mutual. A candidate that begins before and ends after another one does not reach it, so that both
      stay, even in one class.
    - Only the models before the last are collected from: no mean ever contains another spotting of the last model.
    - A candidate of those models meets itself there and counts twice in its mean.

    Args:
        models: spottings of each model, in order of time; the last model leads. One model is returned as it is if its
            spottings do not overlap.

    Returns:
        Spottings in the order of the candidates, the last model's first. They may overlap.
    """
    collected_from = [spotting for model in models[:-1] for spotting in model]
    candidates = [spotting for model in reversed(models) for spotting in model]
    merged = []
    while candidates:
        members = [candidates.pop(0)]
        for spotting in collected_from:
            if spotting.class_id == members[0].class_id and _reach(members, spotting):
                members.append(spotting)
        candidates = [spotting for spotting in candidates if not _reach(members, spotting)]
        merged.append(_mean(members))
    return merged


def _reach(members: Sequence[Spotting], other: Spotting) -> bool:
    means = fmean(member.first for member in members), fmean(member.last for member in members)
    return any(other.first <= mean <= other.last for mean in means)


def _mean(members: Sequence[Spotting]) -> Spotting:
    return Spotting(
        members[0].class_id,
        sum(member.first for member in members) // len(members),
        sum(member.last for member in members) // len(members),
        fmean(member.score for member in members),
    )


def merge_tables(tables: Sequence[pd.DataFrame], signs: Mapping[int, str], timebase: Timebase) -> pd.DataFrame:
    """Spottings of several models as one table: video, sign, class_id, start_ms, end_ms, score (0..1).

    Args:
        tables: video, class_id, start_ms, end_ms of each model, and score if it has one; the last leads, see
            :func:`merge`. A video may be in some tables only.
        signs: gloss by class id.
        timebase: of all videos. Times become whole frames; one frame alone, which tables give the length of a frame,
            comes back as two.

    Returns:
        Rows in order of time within a video, the videos in the order in which the tables name them. Without ``score``
        if any table has none.
    """
    models = [_by_video(table, timebase) for table in tables]
    videos = list(dict.fromkeys(video for model in models for video in model))
    merged = {
        video: sorted(merge([model.get(video, []) for model in models]), key=lambda found: (found.first, found.last))
        for video in videos
    }
    table = spottings_table(merged, signs, dict.fromkeys(videos, timebase))
    return table if all("score" in scored for scored in tables) else table.drop(columns="score")


def _by_video(table: pd.DataFrame, timebase: Timebase) -> dict[str, list[Spotting]]:
    """Spottings of each video, in order of time; the videos in the order of the table."""
    spottings: dict[str, list[Spotting]] = {video: [] for video in table["video"]}
    scores = table["score"] if "score" in table else [math.nan] * len(table)
    for row, score in zip(table.itertuples(), scores, strict=True):
        frames = timebase.frames_of(row.start_ms, row.end_ms)
        spottings[row.video].append(Spotting(int(row.class_id), *frames, float(score)))
    return {video: sorted(found, key=lambda spotting: spotting.first) for video, found in spottings.items()}


def run(arguments: argparse.Namespace) -> None:
    """Merges spottings and writes one table.

    Raises:
        InputError: there is one file only, a file cannot be read or understood, or the files do not name signs in the
            same way.
    """
    if len(arguments.spottings) < 2:
        raise InputError(f"{arguments.spottings[0]}: is the only file. Name the spottings of two or more models.")
    if not 0 < arguments.fps < math.inf:
        raise InputError(f"--fps {arguments.fps}: expected a frame rate above 0.")
    files = [read_scored_intervals(path) for path in arguments.spottings]
    _check_class_ids(files, arguments.vocabulary)
    vocabulary, tables = with_class_ids(files, arguments.vocabulary)
    signs = dict(zip(vocabulary["class_id"], vocabulary["sign"], strict=True))
    for path, table in zip(arguments.spottings, tables, strict=True):
        check_known(table, path, arguments.vocabulary)
        unknown = sorted(set(table["class_id"]) - signs.keys())
        refuse(f"{path}: class id {class_id} is not in {arguments.vocabulary}." for class_id in unknown)
    write_spottings(merge_tables(tables, signs, Timebase(arguments.fps)), arguments.out)


def _check_class_ids(files: Sequence[IntervalFile], vocabulary: Path | None) -> None:
    """Checks that every spotting has a class id or can get one, and that it means the same sign in all files."""
    if not vocabulary:
        refuse(
            f"{file.path}: column class_id is missing. Add it, or name the vocabulary of the models by --vocabulary."
            for file in files
            if "class_id" not in file.rows
        )
    refuse(_contradictions(files))


def _contradictions(files: Sequence[IntervalFile]) -> Iterator[str]:
    meant: dict[int, tuple[str, Path]] = {}
    for file in files:
        rows = file.rows.reindex(columns=["class_id", "sign"]).dropna().drop_duplicates()
        for class_id, sign in rows.itertuples(index=False, name=None):
            known, path = meant.setdefault(class_id, (sign, file.path))
            if known != sign:
                yield (
                    f"{file.path}: class id {class_id} is {sign!r}, but {known!r} in {path}. Expected spottings of one "
                    "vocabulary; those of several need their glosses only, and a --vocabulary of all."
                )
