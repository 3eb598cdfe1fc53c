"""The figure of a comparison: the differences of runs with their intervals."""

from collections.abc import Mapping
from textwrap import fill

import matplotlib as mpl
from matplotlib.figure import Figure

from signspot.report.figures import GRID, INK, STYLE, line_style
from signspot.scoring.comparison import Difference


@mpl.rc_context(STYLE)
def draw_differences(differences: Mapping[str, Mapping[str, Difference]], reference: str) -> Figure:
    """How much the F1 of each run differs from that of the first one, with its interval.

    Args:
        differences: by run, then by score.
        reference: name of the first run.
    """
    figure = Figure(figsize=(6.4, 1.2 + 0.5 * len(differences)), layout="constrained")
    axes = figure.subplots()
    scores = list(next(iter(differences.values())))
    for i, score in enumerate(scores):
        for place, of_run in enumerate(differences.values()):
            shown, height = of_run[score], place + 0.3 * (i - (len(scores) - 1) / 2)
            axes.plot([shown.low, shown.high], [height, height], color=line_style(i)["color"])
            axes.plot([shown.f1], [height], **line_style(i), linestyle="", label=score if place == 0 else None)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(differences)), [fill(name, 36) for name in differences])
    axes.set(xlabel=fill(f"F1 above that of {reference}", 80), ylim=(len(differences) - 0.5, -0.5))
    axes.grid(axis="x", color=INK, alpha=GRID)
    figure.legend(fontsize=8, loc="outside lower center", ncols=len(scores))
    return figure
