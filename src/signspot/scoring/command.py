"""``signspot score``: predictions against annotations, in whatever format each of them is."""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.corpus.challenge import read_ground_truth, read_vocabulary
from signspot.corpus.rows import read_rows, whole_numbers
from signspot.corpus.tables import class_ids, vocabulary_of
from signspot.errors import InputError
from signspot.scoring.tables import intervals_by_video, score_intervals

FORMATS = (
    "a .tsv table (video, start_ms, end_ms, and sign or class_id), or the challenge's pickle, zip or folder of texts"
)


@dataclass(frozen=True)
class IntervalFile:
    """``rows``: video, start_ms, end_ms, and class_id or sign or both; ``videos`` may have no row."""

    path: Path
    videos: list[str]
    rows: pd.DataFrame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot score``."""
    parser.add_argument("--truth", type=Path, required=True, help=f"annotations: {FORMATS}")
    parser.add_argument("--predictions", type=Path, required=True, help="in any of these formats")
    parser.add_argument("--vocabulary", type=Path, help="links glosses with class ids: a .tsv table (class_id, sign)")
    parser.add_argument("--json", action="store_true", help="print one JSON object, the content of scores.json")


def run(arguments: argparse.Namespace) -> None:
    """Prints the scores on standard output.

    Raises:
        InputError: a file cannot be read or understood, or the files do not name signs in the same way.
    """
    files = [read_intervals(arguments.truth), read_intervals(arguments.predictions)]
    if arguments.vocabulary:
        vocabulary = read_vocabulary(arguments.vocabulary)
        keys = ["class_id" if "class_id" in file.rows else "sign" for file in files]
    else:
        key = _common_key(files)
        vocabulary, keys = _shared_vocabulary(files, key), [key, key]
    truth, predictions = (_numbered(file.rows, key, vocabulary) for file, key in zip(files, keys, strict=True))
    unknown = predictions[predictions["class_id"].isna()]
    if len(unknown):
        raise InputError(f"{arguments.predictions}: sign {unknown['sign'].iloc[0]!r} is not in {arguments.vocabulary}.")
    annotated = {video: [] for video in files[0].videos} | intervals_by_video(truth.dropna(subset="class_id"))
    signs = dict(zip(vocabulary["class_id"], vocabulary["sign"], strict=True))
    result = score_intervals(annotated, intervals_by_video(predictions), signs, {})
    text = json.dumps(result, indent=1, ensure_ascii=False) if arguments.json else as_text(result)
    sys.stdout.write(text + "\n")


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


def as_text(scores: dict[str, Any]) -> str:
    """The scores as tables for reading."""
    kinds = ("official", "strict")
    columns = ["f1", "precision", "recall", "tp", "fp", "fn"]
    overall = pd.DataFrame([scores[kind] for kind in kinds], index=kinds)[columns]
    thresholds = pd.DataFrame({f"{k} f1": {row["iou"]: row["f1"] for row in scores[k]["per_threshold"]} for k in kinds})
    signs = pd.DataFrame.from_dict(scores["per_sign"], orient="index")
    signs = signs.reindex(columns=[*columns[:3], "truth", "spotted"])
    signs = signs[signs[["truth", "spotted"]].any(axis=1)]
    interval = scores["confidence_interval"]
    return "\n\n".join(
        [
            _lines(overall),
            f"{interval['level']:.0%} interval of the official F1: {interval['low']:.3f} to {interval['high']:.3f} "
            f"({interval['resamples']} resamples of {scores['videos']} videos)",
            _lines(thresholds.rename_axis("iou").reset_index(), index=False),
            _lines(signs.sort_values("f1", ascending=False, kind="stable")),
        ]
    )


def _lines(table: pd.DataFrame, index: bool = True) -> str:
    return table.to_string(float_format="{:.3f}".format, index=index)


def _common_key(files: list[IntervalFile]) -> str:
    """The column that names the signs in all files."""
    for key in ("class_id", "sign"):
        if all(key in file.rows for file in files):
            return key
    glosses, numbers = sorted(files, key=lambda file: "class_id" in file.rows)
    raise InputError(f"{glosses.path} holds glosses, {numbers.path} class ids: link them by --vocabulary.")


def _shared_vocabulary(files: list[IntervalFile], key: str) -> pd.DataFrame:
    """The signs that occur in the files; a class id without a gloss is its own name."""
    rows = pd.concat([file.rows.reindex(columns=["class_id", "sign"]) for file in files])
    if key == "sign":
        return vocabulary_of(rows)
    named = rows.sort_values("sign", kind="stable").drop_duplicates("class_id").sort_values("class_id")
    return named.assign(sign=named["sign"].fillna(named["class_id"].astype(str)))


def _numbered(rows: pd.DataFrame, key: str, vocabulary: pd.DataFrame) -> pd.DataFrame:
    """Rows with their class ids; missing where a gloss is not in the vocabulary."""
    if key == "class_id":
        return rows
    return rows.assign(class_id=rows["sign"].map(class_ids(vocabulary)))
