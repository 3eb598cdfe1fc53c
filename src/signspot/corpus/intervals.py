"""Annotated or spotted intervals from files of any format, and class ids that several files share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from signspot.corpus.challenge import read_ground_truth, read_vocabulary
from signspot.corpus.tables import class_ids, numbered, vocabulary_of
from signspot.errors import InputError
from signspot.rows import read_rows, refuse, scores_of, whole_numbers

FORMATS = (
    "a .tsv table (video, start_ms, end_ms, and sign or class_id), or the challenge's pickle, zip or folder of texts"
)


@dataclass(frozen=True)
class IntervalFile:
    """The intervals of a file.

    Args:
        path: the file.
        videos: the videos that the file names; a video may have no row.
        rows: video, start_ms, end_ms, and class_id or sign or both.
    """

    path: Path
    videos: list[str]
    rows: pd.DataFrame


def read_intervals(path: Path) -> IntervalFile:
    """Annotated or predicted intervals from a TSV table, or from a file in any format of the challenge.

    Raises:
        InputError: the file is missing or damaged, or its content does not fit its format.
    """
    if path.suffix == ".tsv":
        return intervals_of_table(read_rows(path), path)
    truth = read_ground_truth(path)
    rows = [(video, *interval) for video, intervals in truth.items() for interval in intervals]
    return IntervalFile(path, list(truth), pd.DataFrame(rows, columns=["video", "class_id", "start_ms", "end_ms"]))


def intervals_of_table(table: pd.DataFrame, path: Path) -> IntervalFile:
    """The intervals of a table: video, start_ms, end_ms, and class_id or sign or both.

    Args:
        table: of strings, or of values whose strings are meant.
        path: its file, or what messages call it.

    Raises:
        InputError: a column is missing, or a cell holds no whole number where one belongs.
    """
    rows = table.astype({name: str for name in ("video", "sign", "class_id", "start_ms", "end_ms") if name in table})
    missing = [name for name in ("video", "start_ms", "end_ms") if name not in rows]
    if not {"class_id", "sign"} & set(rows):
        missing.append("sign (or class_id)")
    if missing:
        raise InputError(f"{path}: column {missing[0]} is missing; there are: {', '.join(map(str, rows))}. Add it.")
    rows = whole_numbers(rows, [name for name in ("class_id", "start_ms", "end_ms") if name in rows], path)
    return IntervalFile(path, list(dict.fromkeys(rows["video"])), rows)


def read_scored_intervals(path: Path) -> IntervalFile:
    """The spottings of a model, in any format of :func:`read_intervals`; a column score becomes float64.

    Raises:
        InputError: as :func:`read_intervals`; or an end lies before its start, or a score is no number from 0 to 1.
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
    return replace(file, rows=rows.assign(score=scores_of(rows, path)))


def with_class_ids(files: Sequence[IntervalFile], vocabulary: Path | None) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """One vocabulary (class_id, sign) for all files, and the rows of each file with class ids of this vocabulary.

    Args:
        files: the files.
        vocabulary: the file of the vocabulary. Without this file, the signs that occur in ``files`` are the vocabulary.
            Glosses then get class ids in alphabetical order. A class id without a gloss is its own gloss, or
            ``class_01`` if another class has the gloss "1".

    Returns:
        The vocabulary, and the rows of each file. A row has no class_id if its gloss is not in the vocabulary.

    Raises:
        InputError: the vocabulary cannot be read; or no vocabulary is given, and one file has only glosses, another
            only class ids; or a gloss has one class id in a file, another one in the vocabulary or another file.
    """
    if vocabulary:
        signs = read_vocabulary(vocabulary)
        keys = ["class_id" if "class_id" in file.rows else "sign" for file in files]
        known = {gloss: ({class_id}, vocabulary) for gloss, class_id in class_ids(signs).items()}
    else:
        known = {}
        key = _common_key(files)
        signs, keys = _shared_vocabulary(files, key), [key] * len(files)
    refuse(_contradictions(files, known))
    return signs, [_with_class_ids(file.rows, key, signs) for file, key in zip(files, keys, strict=True)]


def check_known(rows: pd.DataFrame, path: Path, vocabulary: Path | None) -> None:
    """Checks that every row of a file got a class id from :func:`with_class_ids`.

    Args:
        rows: the rows of the file.
        path: the file, for the message.
        vocabulary: the file of the vocabulary, for the message.

    Raises:
        InputError: a gloss is not in the vocabulary; the message names the gloss.
    """
    unknown = rows[rows["class_id"].isna()]
    if len(unknown):
        raise InputError(f"{path}: sign {unknown['sign'].iloc[0]!r} is not in {vocabulary}.")


def _contradictions(files: Sequence[IntervalFile], known: Mapping[str, tuple[set[int], Path]]) -> Iterator[str]:
    """Glosses that have no class id in common with those before; several glosses may share one, as aliases do.

    Args:
        files: the files.
        known: class ids by gloss, and the file that tells them.
    """
    meant = dict(known)
    for file in files:
        rows = file.rows.reindex(columns=["class_id", "sign"]).dropna()
        for sign, ids in rows[rows["sign"] != ""].groupby("sign")["class_id"].agg(set).items():
            before, path = meant.setdefault(sign, (ids, file.path))
            if not ids & before:
                yield (
                    f"{file.path}: the gloss {sign!r} has the class id {min(ids)}, but {min(before)} in {path}. "
                    "Expected class ids of one vocabulary; take out the column class_id to compare by glosses."
                )


def _common_key(files: Sequence[IntervalFile]) -> str:
    """The column that names the signs in every file."""
    for key in ("class_id", "sign"):
        if all(key in file.rows for file in files):
            return key
    glosses = next(file for file in files if "class_id" not in file.rows)
    numbers = next(file for file in files if "sign" not in file.rows)
    raise InputError(f"{glosses.path} holds glosses, {numbers.path} class ids: link them by --vocabulary.")


def _shared_vocabulary(files: Sequence[IntervalFile], key: str) -> pd.DataFrame:
    """The signs that occur in the files; a class id without a gloss is its own gloss, or ``class_01`` if one is "1"."""
    rows = pd.concat([file.rows.reindex(columns=["class_id", "sign"]) for file in files])
    if key == "sign":
        return vocabulary_of(rows)
    rows = rows.assign(sign=rows["sign"].mask(rows["sign"] == ""))
    named = rows.sort_values("sign", kind="stable").drop_duplicates("class_id").sort_values("class_id")
    own = named["class_id"].astype(str)
    own = own.where(~own.isin(named["sign"]), "class_" + own.str.zfill(2))
    return named.assign(sign=named["sign"].fillna(own))


def _with_class_ids(rows: pd.DataFrame, key: str, vocabulary: pd.DataFrame) -> pd.DataFrame:
    """Rows with class ids; the class id is missing where the gloss is not in the vocabulary."""
    if key == "class_id":
        return rows
    return numbered(rows, class_ids(vocabulary))
