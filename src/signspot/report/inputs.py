"""What the report reads: the files of a run, as tables and objects, with errors that name the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from signspot.corpus.tables import Tables, read_tables
from signspot.errors import InputError
from signspot.files import AGAIN, read_object
from signspot.rows import read_rows

UNKNOWN = ["", "nan", "NA", "-"]


@dataclass(frozen=True)
class ReportInputs:
    """The files of one run that its report is made of.

    Args:
        corpus, run: names of the corpus and of the run.
        scores: scores files by spotter and decoder, as "bilstm, cells"; the leading pair first.
        parameters: options of the same decoders by the same names, see :mod:`signspot.decoders.tuning`.
        spottings: the table of spottings of the leading pair.
        videos, annotations, vocabulary: the tables of the corpus.
        pose_summary: gives, per video, the number of frames and the share (0..1) of frames in which ``body``,
            ``left_hand`` and ``right_hand`` were found.
        dropped: the table of annotations that could not be used.
        histories: ``history.tsv`` of trainings, by the titles that the page shows ("rgb, training 1"; "bilstm").
        accuracies: ``accuracy.json`` of experts by name, which has an entry for each training.
        benchmarks: by stage, a file for each of its jobs, as Snakemake's ``benchmark`` writes it.
        spans_ms: start and end of the test videos, in the order of the page.
        warnings: about the run.
        review: address of the review page, as seen from the report; empty if there is none.
    """

    corpus: str
    run: str
    scores: Mapping[str, Path]
    parameters: Mapping[str, Path]
    spottings: Path
    videos: Path
    annotations: Path
    vocabulary: Path
    pose_summary: Path
    dropped: Path
    histories: Mapping[str, Path]
    accuracies: Mapping[str, Path]
    benchmarks: Mapping[str, Sequence[Path]]
    spans_ms: Mapping[str, tuple[int, int]]
    warnings: Sequence[str] = ()
    review: str = ""

    @property
    def leading(self) -> str:
        """Spotter and decoder whose spottings are those of the run."""
        return next(iter(self.scores))


class Cost(NamedTuple):
    """The time (s) and the greatest memory (MiB) of a job; NaN where Snakemake measured nothing."""

    seconds: float
    mib: float


def corpus_tables(files: ReportInputs) -> Tables:
    """The corpus of the run, checked.

    Raises:
        InputError: one of the tables is missing or wrong.
    """
    return read_tables(files.videos, files.annotations, files.vocabulary)


def read_table(path: Path, texts: Sequence[str] = (), numbers: Sequence[str] = ()) -> pd.DataFrame:
    """Some columns of a TSV file, which may have no rows.

    Args:
        path: the file.
        texts: columns that stay text.
        numbers: columns that become float64, NaN where the cell is "", "nan", "NA" or "-".

    Raises:
        InputError: the file is missing or unreadable, lacks a column, or holds text where a number belongs.
    """
    table = read_rows(path)
    for column in (*texts, *numbers):
        if column not in table:
            raise InputError(f"{path}: column {column} is missing; there are {', '.join(table)}. {AGAIN}")
    for column in numbers:
        try:
            table[column] = pd.to_numeric(table[column].mask(table[column].isin(UNKNOWN))).astype(float)
        except ValueError as error:
            raise InputError(f"{path}: column {column}: {error}. Expected numbers only. {AGAIN}") from error
    return table[[*texts, *numbers]]


def read_cost(benchmark: Path) -> Cost:
    """Time and memory of a job, from the file that Snakemake's ``benchmark`` wrote.

    Raises:
        InputError: the file is missing, lacks a column, or holds text where a number belongs.
    """
    table = read_table(benchmark, numbers=["s", "max_rss"])
    return Cost(table["s"].sum(min_count=1), table["max_rss"].max())


def read_scores(path: Path) -> dict[str, Any]:
    """The content of a scores file: official and strict score, and the tables per sign and per signer."""
    return read_object(path, ["official", "strict", "per_sign", "per_signer"])
