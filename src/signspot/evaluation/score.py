"""Scores of spottings against annotations, each in any format: for Python, and as ``signspot score``."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.corpus.intervals import check_known, intervals_of_table, with_class_ids
from signspot.evaluation.documents import Choice
from signspot.evaluation.files import Read, Truth, annotated_intervals, named, spottings_of, truth_of
from signspot.scoring.tables import intervals_by_video, score_intervals

Source = Path | str | pd.DataFrame
"""A file or folder of any format, or a table: video, start_ms, end_ms, and sign or class_id."""


def score(
    truth: Source, spottings: Source, vocabulary: Path | str | None = None, choice: Choice | None = None
) -> dict[str, Any]:
    """How well spottings agree with annotations, for instance ``score("truth.tsv", spottings)["official"]["f1"]``.

    The videos that count are those of the truth. A table names only videos that have an annotation.

    Args:
        truth: annotations: a table, or a file or folder as ``signspot score --truth`` takes it.
        spottings: a table, or a file or folder as ``signspot score --predictions`` takes it.
        vocabulary: a table (class_id, sign) as a file, which links glosses with class ids; None: one side has both,
            or the two sides have the same.
        choice: the tiers that count, where ELAN documents are given; None to find them.

    Returns:
        ``official`` and ``strict`` (each ``f1``, ``precision``, ``recall``, ``tp``, ``fp``, ``fn``, ``per_threshold``),
        ``per_sign``, ``per_signer``, ``confidence_interval``, ``videos``: see :func:`signspot.scoring.tables.scores`.

    Raises:
        InputError: a file or table cannot be read or understood, documents have no such tiers or are about other
            videos, or one side names signs by glosses, the other by class ids.
    """
    known, choice = Path(vocabulary) if vocabulary is not None else None, choice or Choice()
    annotations, found = _truth(truth, choice), _spottings(spottings, choice)
    (annotated,), (spotted,) = named([annotations.intervals], [found])
    signs, (rows, predictions) = with_class_ids([annotated, spotted], known)
    check_known(predictions, spotted.path, known)
    glosses = dict(zip(signs["class_id"], signs["sign"], strict=True))
    by_video = annotated_intervals(annotated, rows)
    return score_intervals(by_video, intervals_by_video(predictions), glosses, annotations.signers)


def _truth(source: Source, choice: Choice) -> Truth:
    if isinstance(source, pd.DataFrame):
        return Truth(intervals_of_table(source, Path("truth")))
    return truth_of(Path(source), choice)


def _spottings(source: Source, choice: Choice) -> Read:
    if isinstance(source, pd.DataFrame):
        return intervals_of_table(source, Path("spottings"))
    return spottings_of(Path(source), choice)


def run(arguments: argparse.Namespace) -> None:
    """Prints the scores on standard output.

    Raises:
        InputError: a file cannot be read or understood, documents have no such tiers or are about other videos, or one
            file names signs by glosses, the other by class ids.
    """
    result = score(arguments.truth, arguments.predictions, arguments.vocabulary, Choice.of(arguments))
    text = json.dumps(result, indent=1, ensure_ascii=False) if arguments.json else as_text(result)
    sys.stdout.write(text + "\n")


def as_text(scores: dict[str, Any]) -> str:
    """The scores as text tables."""
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
