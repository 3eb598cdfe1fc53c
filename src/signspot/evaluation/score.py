"""``signspot score``: scores predictions against annotations, each in any format."""

import argparse
import json
import sys
from typing import Any

import pandas as pd

from signspot.corpus.intervals import check_known, with_class_ids
from signspot.evaluation.documents import Choice
from signspot.evaluation.files import annotated_intervals, named, spottings_of, truth_of
from signspot.scoring.tables import intervals_by_video, score_intervals


def run(arguments: argparse.Namespace) -> None:
    """Prints the scores on standard output.

    Raises:
        InputError: a file cannot be read or understood, documents have no such tiers or are about other videos, or one
            file names signs by glosses, the other by class ids.
    """
    choice = Choice.of(arguments)
    truth = truth_of(arguments.truth, choice)
    (annotated,), spotted = named([truth.intervals], [spottings_of(arguments.predictions, choice)])
    vocabulary, (rows, predictions) = with_class_ids([annotated, *spotted], arguments.vocabulary)
    check_known(predictions, arguments.predictions, arguments.vocabulary)
    signs = dict(zip(vocabulary["class_id"], vocabulary["sign"], strict=True))
    result = score_intervals(
        annotated_intervals(annotated, rows), intervals_by_video(predictions), signs, truth.signers
    )
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
