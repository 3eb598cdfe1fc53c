"""Annotated or spotted intervals from files of any format, and one numbering of the signs of several such files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from signspot.corpus.challenge import read_ground_truth, read_vocabulary
from signspot.corpus.tables import class_ids, vocabulary_of
from signspot.errors import InputError
from signspot.rows import bad_cells, read_rows, refuse, whole_numbers

FORMATS = (
    "a .tsv table (video, start_ms, end_ms, and sign or class_id), or the challenge's pickle, zip or folder of texts"
)


@dataclass(frozen=True)
class IntervalFile:
    """``rows``: video, start_ms, end_ms, and class_id or sign or both; ``videos`` may have no row."""

    path: Path
    videos: list[str]
    rows: pd.DataFrame


def read_intervals(path: Path) -> IntervalFile:
    """Annotated or predicted intervals from a TSV table, or from any of the challenge's formats.

    Raises:
        InputError: the file is missing, damaged, or not in its format.
    """
    if path.suffix == ".tsv":
        rows = read_rows(path)
        missing = [name for name in ("video", "start_ms", "end_ms") if name not in rows]
        if not {"class_id", "sign"} & set(rows):
            missing.append("sign (or class_id)")
        if missing:
            raise InputError(f"{path}: column {missing[0]} is missing; there are: {', '.join(rows)}. Add it.")
        rows = whole_numbers(rows, [name for name in ("class_id", "start_ms", "end_ms") if name in rows], path)
        return IntervalFile(path, list(dict.fromkeys(rows["video"])), rows)
    truth = read_ground_truth(path)
    rows = [(video, *interval) for video, intervals in truth.items() for interval in intervals]
    return IntervalFile(path, list(truth), pd.DataFrame(rows, columns=["video", "class_id", "start_ms", "end_ms"]))


def read_scored_intervals(path: Path) -> IntervalFile:
    """The spottings of a model, in any of these formats; their scores, if there are any, as numbers.

    Raises:
        InputError: as ``read_intervals``; or an end lies before its start, or a score is none.
    """
    file = read_intervals(path)
    rows = file.rows
    refuse(
        f"{path}: {row.video} from {row.start_ms} to {row.end_ms} ms: expected 0 or more, and no end before the start."
        for row in rows.itertuples()
        if not 0 <= row.start_ms <= row.end_ms
    )
    if "score" not in rows:
        return file
    scores = pd.to_numeric(rows["score"], errors="coerce")
    refuse(bad_cells(rows, "score", ~scores.between(0, 1), path, "a number from 0 to 1"))
    return replace(file, rows=rows.assign(score=scores))


def with_class_ids(files: Sequence[IntervalFile], vocabulary: Path | None) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """One vocabulary (class_id, sign) for all files, and the rows of each with its class ids.

    Args:
        vocabulary: its file; without one, the vocabulary is what occurs in the files. Glosses without class ids are
            then numbered in the order of the alphabet, and a class id without a gloss is its own name.

    Returns:
        The vocabulary, and rows whose class_id is missing where a gloss is not in the vocabulary.

    Raises:
        InputError: the vocabulary cannot be read, or there is none and the files do not name signs in the same way.
    """
    if vocabulary:
        signs = read_vocabulary(vocabulary)
        keys = ["class_id" if "class_id" in file.rows else "sign" for file in files]
    else:
        key = _common_key(files)
        signs, keys = _shared_vocabulary(files, key), [key] * len(files)
    return signs, [_with_class_ids(file.rows, key, signs) for file, key in zip(files, keys, strict=True)]


def check_known(rows: pd.DataFrame, path: Path, vocabulary: Path | None) -> None:
    """Checks that every row of the file ``path`` got a class id by :func:`with_class_ids`.

    Raises:
        InputError: names a gloss that is not in the vocabulary.
    """
    unknown = rows[rows["class_id"].isna()]
    if len(unknown):
        raise InputError(f"{path}: sign {unknown['sign'].iloc[0]!r} is not in {vocabulary}.")


def _common_key(files: Sequence[IntervalFile]) -> str:
    """The column that names the signs in all files."""
    for key in ("class_id", "sign"):
        if all(key in file.rows for file in files):
            return key
    glosses = next(file for file in files if "class_id" not in file.rows)
    numbers = next(file for file in files if "sign" not in file.rows)
    raise InputError(f"{glosses.path} holds glosses, {numbers.path} class ids: link them by --vocabulary.")


def _shared_vocabulary(files: Sequence[IntervalFile], key: str) -> pd.DataFrame:
    """The signs that occur in the files; a class id without a gloss is its own name."""
    rows = pd.concat([file.rows.reindex(columns=["class_id", "sign"]) for file in files])
    if key == "sign":
        return vocabulary_of(rows)
    named = rows.sort_values("sign", kind="stable").drop_duplicates("class_id").sort_values("class_id")
    return named.assign(sign=named["sign"].fillna(named["class_id"].astype(str)))


def _with_class_ids(rows: pd.DataFrame, key: str, vocabulary: pd.DataFrame) -> pd.DataFrame:
    """Rows with their class ids; missing where a gloss is not in the vocabulary."""
    if key == "class_id":
        return rows
    return rows.assign(class_id=rows["sign"].map(class_ids(vocabulary)))
