"""Rounds of labels from spottings in numbers and as curves: how many signs were spotted, and what came of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from signspot.recognition import read_accuracy
from signspot.report.figures import GRID, INK, STYLE, line_style, save_figure
from signspot.report.inputs import read_object, read_scores
from signspot.retrieval.pseudo_labels import read_pseudo_labels

CURVES = {"precision": "right pseudo labels", "top1": "signs named rightly", "f1": "F1 of the spottings"}
"""What the curves show, by the key of a round."""


def rounds_table(
    runs: Sequence[str], spotted: Sequence[Path], scores: Sequence[Path], recognitions: Sequence[Path]
) -> list[dict[str, Any]]:
    """What each round learnt and what came of it, in the order of the rounds.

    Args:
        runs: their names.
        spotted: the summary of the pseudo labels that each but the first one learnt from.
        scores: of each round; none if the run spots no sign in a video with a truth.
        recognitions: accuracy of each round; none if it names no single signs.

    Returns:
        Of each round ``round``, ``run``, ``pseudo_labels`` (the content of its summary, None for the first one),
        ``top1`` (the share of test signs that are named rightly) and ``f1`` (the official score), None if unknown.

    Raises:
        InputError: a file is missing or damaged.
    """
    learnt = [None, *(read_object(path, ["spotted", "precision"]) for path in spotted)]
    return [
        {
            "round": number,
            "run": run,
            "pseudo_labels": learnt[number],
            "top1": read_accuracy(recognitions[number])["per_instance"]["top1"] if recognitions else None,
            "f1": read_scores(scores[number])["official"]["f1"] if scores else None,
        }
        for number, run in enumerate(runs)
    ]


def all_pseudo_labels(paths: Sequence[Path]) -> pd.DataFrame:
    """The pseudo labels of all rounds, one table below the other.

    Raises:
        InputError: a table is missing or damaged.
    """
    return pd.concat([read_pseudo_labels(path) for path in paths], ignore_index=True)


@mpl.rc_context(STYLE)
def rounds_figure(rounds: Sequence[Mapping[str, Any]], out: Path) -> None:
    """The curves over the rounds as a file (.svg or .png).

    Args:
        rounds: of :func:`rounds_table`.
        out: the file.
    """
    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    for number, (key, label) in enumerate(CURVES.items()):
        told = [(one["round"], value) for one in rounds if (value := _value(one, key)) is not None]
        if told:
            axes.plot(*zip(*told, strict=True), **line_style(number), label=label)
    axes.set(xlabel="round", ylim=(0, 1), xlim=(-0.1, len(rounds) - 0.9))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(color=INK, alpha=GRID)
    if axes.lines:
        figure.legend(fontsize=8, loc="outside lower center", ncols=2)
    save_figure(figure, out)


def _value(one: Mapping[str, Any], key: str) -> float | None:
    labels = one["pseudo_labels"]
    return (labels and labels["precision"]) if key == "precision" else one[key]
