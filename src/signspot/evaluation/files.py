"""Annotations and spottings in any format that a person has, under common names of videos and class ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from signspot.corpus.challenge import read_ground_truth
from signspot.corpus.intervals import IntervalFile, read_intervals
from signspot.corpus.tables import COLUMNS, Tables, class_ids, numbered, read_tables, signs_by_id
from signspot.errors import InputError
from signspot.evaluation.documents import Choice, Documents, holds_documents, read_annotated, read_spotted
from signspot.scoring.counts import Intervals
from signspot.scoring.tables import intervals_by_video
from signspot.spottings import read_spottings
from signspot.stores import CorpusFiles, RunFiles

Read = IntervalFile | Documents
"""What a file or folder holds; the videos of documents are named when all files are read."""


@dataclass(frozen=True)
class Truth:
    """What videos show.

    Args:
        intervals: their annotations.
        signers: the signers of these videos, as far as they are known.
    """

    intervals: Read
    signers: Mapping[str, str] = field(default_factory=dict)


def truth_of(path: Path, choice: Choice) -> Truth:
    """The annotations of a table, of a file of the challenge, of ELAN documents, or of test videos.

    These are the test videos of a run, or those of the split test in a folder of the tables of a corpus. Where tiers
    are named, documents are meant.

    Raises:
        InputError: the file is missing, damaged or incomplete, or has no tiers although some are named.
    """
    if choice.tiers:
        _check_documents(path, "--tier")
    elif is_run(path):
        return truths_of_runs([path])[0]
    elif (path / "annotations.tsv").is_file():
        return _truth_of_split(path)
    return Truth(read_annotated(path, choice) if holds_documents(path) else read_intervals(path))


def spottings_of(path: Path, choice: Choice) -> Read:
    """The spottings of a table, of a file of the challenge, of ELAN documents, of a run, or of ``signspot spot``.

    Where tiers are named, documents are meant.

    Raises:
        InputError: the file is missing, damaged or incomplete, or has no tiers although some are named.
    """
    table = RunFiles(path).spottings
    if choice.spotted:
        _check_documents(path, "--spotted-tier")
    elif table.is_file():
        return read_intervals(table)
    return read_spotted(path, choice) if holds_documents(path) else read_intervals(path)


def is_run(path: Path) -> bool:
    """Whether a path is the folder of a finished run that spots signs."""
    return RunFiles(path).spottings.is_file() and RunFiles(path).submission.is_file()


def tested_videos(run: Path) -> list[str]:
    """The test videos of a finished run, also those without a spotting.

    Raises:
        InputError: the hand-in of the run is damaged.
    """
    return list(read_ground_truth(RunFiles(run).submission))


def truths_of_runs(runs: Sequence[Path]) -> list[Truth]:
    """The truth by which the workflow scores finished runs: see :meth:`signspot.plan.plan.Plan.scored`.

    Args:
        runs: their folders, ``results/<corpus>/runs/<run>``.

    Raises:
        InputError: the tables of a corpus are missing or wrong, or do not know a test video of the run.
    """
    folders = [CorpusFiles(run.resolve().parents[1]).table("videos").parent for run in runs]
    tables = {folder: _tables(folder) for folder in dict.fromkeys(folders)}
    return [_truth_of_run(run, tables[folder], folder) for run, folder in zip(runs, folders, strict=True)]


def spottings_of_run(run: Path) -> IntervalFile:
    """The spottings of a run by their signs alone, so that runs of several vocabularies can be compared.

    Raises:
        InputError: the table of spottings is damaged.
    """
    path = RunFiles(run).spottings
    rows = read_spottings(path).drop(columns="class_id")
    return IntervalFile(path, list(dict.fromkeys(rows["video"])), rows)


def _check_documents(path: Path, option: str) -> None:
    if path.exists() and not holds_documents(path):
        raise InputError(f"{path}: {option} is given, but no ELAN document (.eaf) is there. Leave out {option}.")


def _tables(folder: Path) -> Tables:
    files = {kind: folder / f"{kind}.tsv" for kind in COLUMNS}
    return read_tables(files["videos"], files["annotations"], files["vocabulary"])


def _truth_of_run(run: Path, tables: Tables, folder: Path) -> Truth:
    splits = dict(zip(tables.videos["video"], tables.videos["split"], strict=True))
    test = tested_videos(run)
    unknown = [video for video in test if video not in splits]
    if unknown:
        raise InputError(
            f"{folder / 'videos.tsv'}: has no video {unknown[0]}, which is a test video of {run}. Run the workflow "
            "again, or name the annotations by --truth."
        )
    annotated = set(tables.annotations["video"])
    return _truth(tables, folder, [video for video in test if splits[video] != "predict" or video in annotated])


def _truth_of_split(folder: Path) -> Truth:
    tables = _tables(folder)
    test = tables.videos.loc[tables.videos["split"] == "test", "video"].tolist()
    if not test:
        raise InputError(
            f"{folder / 'videos.tsv'}: has no video of the split test. Name the folder of a run, whose test videos "
            "count, or a table of the annotations of these videos alone."
        )
    return _truth(tables, folder, test)


def _truth(tables: Tables, folder: Path, videos: Sequence[str]) -> Truth:
    """The annotations of some videos, by the signs of the vocabulary; other glosses do not count."""
    ids = class_ids(tables.vocabulary)
    rows = numbered(tables.annotations, ids).dropna(subset="class_id")
    rows = rows.assign(sign=rows["class_id"].astype(int).map(signs_by_id(ids))).drop(columns="class_id")
    signers = dict(zip(tables.videos["video"], tables.videos["signer"], strict=True))
    intervals = IntervalFile(folder / "annotations.tsv", list(videos), rows[rows["video"].isin(videos)])
    return Truth(intervals, {video: signers[video] for video in videos if signers[video]})


def named(truths: Sequence[Read], spotted: Sequence[Read]) -> tuple[list[IntervalFile], list[IntervalFile]]:
    """Annotations and spottings under the names of videos that they share.

    Raises:
        InputError: documents are about none of the videos of the other side, or two are about the same one.
    """
    known = set().union(*map(_names, spotted))
    annotated = [_named(file, known) for file in truths]
    known = set().union(*map(_names, annotated))
    return annotated, [_named(file, known) for file in spotted]


def annotated_intervals(file: IntervalFile, rows: pd.DataFrame) -> Intervals:
    """The annotations of all videos of a file, also of those without any.

    Args:
        file: the file.
        rows: its rows with class ids; rows without one do not count.
    """
    return {video: [] for video in file.videos} | intervals_by_video(rows.dropna(subset="class_id"))


def _names(file: Read) -> set[str]:
    return file.names if isinstance(file, Documents) else set(file.videos)


def _named(file: Read, known: set[str]) -> IntervalFile:
    return file.named(known) if isinstance(file, Documents) else file
