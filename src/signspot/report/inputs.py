"""What the report reads: the files of a run, as tables and objects, with errors that name the file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.corpus.tables import Tables, read_tables
from signspot.errors import DamagedStore, InputError
from signspot.logs import Cost, cost_of
from signspot.rows import read_rows, read_text

AGAIN = "Make the file again by running its stage."
UNKNOWN = ["", "nan", "NA", "-"]


@dataclass(frozen=True)
class RunFiles:
    """The files of one run.

    ``scores`` belongs to ``decoder``, the configured one; ``decoder_scores`` holds the scores of every decoder by name.
    ``pose_summary`` gives, per video, the number of frames and the share (0..1) of frames in which ``body``,
    ``left_hand`` and ``right_hand`` were found. ``histories``, ``accuracies`` and ``logs`` are keyed by the names
    the reader shall see ("rgb, round 1"; "rgb"; "crop"). ``spans_ms``, start and end, lists the test videos in
    the order of the page. ``review`` is the address of the run's review page as seen from the report, if there is one.
    """

    corpus: str
    run: str
    decoder: str
    scores: Path
    decoder_scores: Mapping[str, Path]
    spottings: Path
    videos: Path
    annotations: Path
    vocabulary: Path
    pose_summary: Path
    dropped: Path
    histories: Mapping[str, Path]
    accuracies: Mapping[str, Path]
    logs: Mapping[str, Sequence[Path]]
    spans_ms: Mapping[str, tuple[int, int]]
    warnings: Sequence[str] = ()
    review: str = ""


def corpus_tables(files: RunFiles) -> Tables:
    """The corpus of the run, checked.

    Raises:
        InputError: one of the tables is missing or wrong.
    """
    return read_tables(files.videos, files.annotations, files.vocabulary)


def read_table(path: Path, texts: Sequence[str] = (), numbers: Sequence[str] = ()) -> pd.DataFrame:
    """The named columns of a TSV file, which may have no rows; ``numbers`` as float64, NaN for "", "nan", "NA" and "-".

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


def read_object(path: Path, keys: Sequence[str]) -> dict[str, Any]:
    """A JSON object that has at least the named keys.

    Raises:
        InputError: the file is missing or no JSON object, or lacks a key.
        DamagedStore: it is no JSON.
    """
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). {AGAIN}") from error
    except ValueError as error:
        raise DamagedStore(path, f"it cannot be read as JSON: {error}") from error
    missing = [key for key in keys if not isinstance(value, dict) or key not in value]
    if missing:
        raise InputError(f"{path}: key {missing[0]} is missing. {AGAIN}")
    return value


def read_cost(log_file: Path) -> Cost | None:
    """What the stage that wrote a log took; None if it did not come to its end.

    Raises:
        InputError: there is no such file, or it is not UTF-8.
    """
    return cost_of(read_text(log_file))


def read_scores(path: Path) -> dict[str, Any]:
    """The content of a scores file: official and strict score, and the tables per sign and per signer."""
    return read_object(path, ["official", "strict", "per_sign", "per_signer"])
