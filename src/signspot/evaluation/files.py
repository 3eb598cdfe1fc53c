"""Annotations and spottings in any format that a person has, under common names of videos and class ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signspot.corpus.challenge import read_ground_truth
from signspot.corpus.intervals import IntervalFile, read_intervals
from signspot.corpus.tables import class_ids, numbered, read_tables, signs_by_id
from signspot.errors import InputError
from signspot.evaluation.documents import Choice, Documents, holds_documents, read_annotated, read_spotted
from signspot.spottings import read_spottings
from signspot.stores import CorpusFiles, RunFiles

Read = IntervalFile | Documents
"""What a file or folder holds; the videos of documents are named when all files are read."""


@dataclass(frozen=True)
class RunTruth:
    """What the corpus of a run says of the test videos of the run.

    Args:
        intervals: their annotations, by the signs of the vocabulary.
        signers: the signers of these videos, as far as they are known.
    """

    intervals: IntervalFile
    signers: Mapping[str, str]


def truth_of(path: Path, choice: Choice) -> Read:
    """The annotations of a table, of a file of the challenge, of ELAN documents, or of the test videos of a run.

    Raises:
        InputError: the file is missing, damaged or incomplete.
    """
    if is_run(path):
        return read_run_truth(path).intervals
    return read_annotated(path, choice) if holds_documents(path) else read_intervals(path)


def spottings_of(path: Path, choice: Choice) -> Read:
    """The spottings of a table, of a file of the challenge, of ELAN documents, of a run, or of ``signspot spot``.

    Raises:
        InputError: the file is missing, damaged or incomplete.
    """
    table = RunFiles(path).spottings
    if path.is_dir() and table.is_file():
        return read_intervals(table)
    return read_spotted(path, choice) if holds_documents(path) else read_intervals(path)


def is_run(path: Path) -> bool:
    """Whether a path is the folder of a finished run that spots signs."""
    return all(file.is_file() for file in (RunFiles(path).spottings, RunFiles(path).submission))


def read_run_truth(folder: Path) -> RunTruth:
    """The truth by which the workflow scores a run: see :meth:`signspot.plan.plan.Plan.scored`.

    Raises:
        InputError: the tables of the corpus are missing or wrong, or do not know a test video of the run.
    """
    files = CorpusFiles(folder.resolve().parents[1])
    tables = read_tables(*(files.table(name) for name in ("videos", "annotations", "vocabulary")))
    ids = class_ids(tables.vocabulary)
    rows = numbered(tables.annotations, ids).dropna(subset="class_id")
    rows = rows.assign(sign=rows["class_id"].astype(int).map(signs_by_id(ids))).drop(columns="class_id")
    splits = dict(zip(tables.videos["video"], tables.videos["split"], strict=True))
    test = list(read_ground_truth(RunFiles(folder).submission))
    unknown = [video for video in test if video not in splits]
    if unknown:
        raise InputError(
            f"{files.table('videos')}: has no video {unknown[0]}, which is a test video of {folder}. Run the workflow "
            "again, or name the annotations by --truth."
        )
    annotated = set(tables.annotations["video"])
    scored = [video for video in test if splits[video] != "predict" or video in annotated]
    signers = dict(zip(tables.videos["video"], tables.videos["signer"], strict=True))
    return RunTruth(
        IntervalFile(files.table("annotations"), scored, rows[rows["video"].isin(scored)]),
        {video: signers[video] for video in scored if signers[video]},
    )


def read_run_spottings(folder: Path) -> IntervalFile:
    """The spottings of a run by their signs alone, so that runs of several vocabularies can be compared.

    Raises:
        InputError: the table of spottings is damaged.
    """
    path = RunFiles(folder).spottings
    rows = read_spottings(path).drop(columns="class_id")
    return IntervalFile(path, list(dict.fromkeys(rows["video"])), rows)


def named(truths: Sequence[Read], spotted: Sequence[Read]) -> tuple[list[IntervalFile], list[IntervalFile]]:
    """Annotations and spottings under the names of videos that they share.

    Raises:
        InputError: documents are about none of the videos of the other side, or two are about the same one.
    """
    known = set().union(*map(_names, spotted))
    annotated = [_named(file, known) for file in truths]
    known = set().union(*map(_names, annotated))
    return annotated, [_named(file, known) for file in spotted]


def _names(file: Read) -> set[str]:
    return file.names if isinstance(file, Documents) else set(file.videos)


def _named(file: Read, known: set[str]) -> IntervalFile:
    return file.named(known) if isinstance(file, Documents) else file
