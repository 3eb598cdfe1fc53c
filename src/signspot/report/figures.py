"""Figures drawn by matplotlib: as single files, and as SVG inside the page, where they take the page's text colour."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
import pandas as pd
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signspot.errors import InputError
from signspot.files import finished
from signspot.report.inputs import ReportInputs, corpus_tables, read_scores
from signspot.report.timeline import ShownSign, State, Timeline, read_timelines

INK = "#333333"
# Okabe and Ito's colours for every kind of colour vision, grey in place of black; each with its text colour.
PALETTE = {
    "#E69F00": "#000000",
    "#56B4E9": "#000000",
    "#009E73": "#000000",
    "#F0E442": "#000000",
    "#0072B2": "#FFFFFF",
    "#D55E00": "#000000",
    "#CC79A7": "#000000",
    "#999999": "#000000",
}
LINES = ["#0072B2", "#D55E00", "#009E73", "#AA4499", "#7A5C00"]
MARKERS = "osD^"
"""Four markers go round beside five colours, so that twenty lines differ."""
GRID = 0.15
LEGEND_ROW = 0.18
"""Height in inches of a row of a legend."""
ROW_MS = 30_000
SECONDS_PER_LETTER = 0.18
STYLE = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9.0,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.0,
    "savefig.dpi": 160,
    "svg.fonttype": "none",
    "svg.hashsalt": "signspot",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
}


@mpl.rc_context(STYLE)
def thresholds_figure(scores: Mapping[str, Path], out: Path) -> None:
    """F1 over the IoU thresholds as a file (.svg or .png): official scores as solid lines, strict scores dashed.

    Args:
        scores: scores files by spotter and decoder.
        out: the file.

    Raises:
        InputError: a scores file is missing or wrong.
    """
    save_figure(draw_thresholds({name: read_scores(path) for name, path in scores.items()}), out)


@mpl.rc_context(STYLE)
def timeline_figure(files: ReportInputs, video: str, out: Path) -> None:
    """Truth above spottings of one test video, in rows of 30 s, as a file (.svg or .png).

    Args:
        files: of the run.
        video: name of the video.
        out: the file.

    Raises:
        InputError: the video is no test video of the run, or a table is missing or wrong.
    """
    if video not in files.spans_ms:
        raise InputError(f"{video}: no test video of run {files.run}; there are {', '.join(files.spans_ms)}.")
    save_figure(_draw_timeline(read_timelines(files, corpus_tables(files), [video])[0]), out)


@mpl.rc_context(STYLE)
def draw_thresholds(scores: Mapping[str, Mapping[str, Any]]) -> Figure:
    """F1 over IoU from the content of scores files, by spotter and decoder."""
    figure = Figure(figsize=(4.8, 2.9 + LEGEND_ROW * len(scores)), layout="constrained")
    axes = figure.subplots()
    # A legend of two columns takes the first half of the lines into the first column.
    for kind, line in {"official": "-", "strict": "--"}.items():
        for i, (name, score) in enumerate(scores.items()):
            rows = pd.DataFrame(score[kind]["per_threshold"], columns=["iou", "f1"])
            axes.plot(rows.iou, rows.f1, line, **line_style(i), label=f"{name}, {kind}")
    axes.set(xlabel="IoU threshold", ylabel="F1", ylim=(0, 1))
    axes.grid(color=INK, alpha=GRID)
    figure.legend(fontsize=8, loc="outside lower center", ncols=2)
    return figure


@mpl.rc_context(STYLE)
def draw_history(history: pd.DataFrame) -> Figure:
    """Loss and accuracy over the epochs of one training; validation dashed, left out where there was none.

    Args:
        history: as the training wrote it, perhaps with ``validation_f1``, which is not measured in every epoch.
    """
    figure = Figure(figsize=(4.8, 2.2), layout="constrained")
    for axes, measure in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for i, (part, line) in enumerate({"train": "-", "validation": "--"}.items()):
            column = history[f"{part}_{measure}"]
            if column.notna().any():
                axes.plot(history.epoch, column, line, **line_style(i), markersize=2, label=part)
        if measure == "accuracy" and "validation_f1" in history:
            scored = history.dropna(subset="validation_f1")
            axes.plot(scored.epoch, scored.validation_f1, "--", **line_style(1), markersize=2, label="validation F1")
        axes.set(xlabel="epoch", title=measure)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_ylim(bottom=0, top=1 if measure == "accuracy" else None)
        axes.grid(color=INK, alpha=GRID)
        axes.legend(fontsize=8, loc="upper right" if measure == "loss" else "lower right")
    return figure


@mpl.rc_context(STYLE)
def draw_accuracies(histories: Mapping[str, pd.DataFrame]) -> Figure:
    """Accuracy over the epochs of several trainings in one figure: on validation clips; dashed on training clips, where
    there were no others.

    Args:
        histories: as the trainings wrote them, by the names of their lines.
    """
    figure = Figure(figsize=(6.4, 3.0 + LEGEND_ROW * -(-len(histories) // 2)), layout="constrained")
    axes = figure.subplots()
    for i, (name, history) in enumerate(histories.items()):
        validated = history["validation_accuracy"].notna()
        part, line = ("validation", "-") if validated.any() else ("train", "--")
        shown = history[validated] if validated.any() else history
        label = name if validated.any() else f"{name} (on training clips)"
        axes.plot(shown.epoch, shown[f"{part}_accuracy"], line, **line_style(i), markersize=2, label=label)
    axes.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(color=INK, alpha=GRID)
    figure.legend(fontsize=8, loc="outside lower center", ncols=2)
    return figure


@mpl.rc_context(STYLE)
def inline(figure: Figure, name: str, label: str) -> Markup:
    """The figure as an SVG element of a page: its ids begin with ``name``, a screen reader says ``label``.

    Args:
        figure: of matplotlib.
        name: begins every id of the element.
        label: what a screen reader says.
    """
    svg = io.StringIO()
    figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None})
    text = svg.getvalue()
    box = re.search(r'viewBox="([\d. ]+)"', text)[1]
    body = text[text.index('<g id="figure_1">') : text.rindex("</svg>")].replace(INK, "currentColor")
    body = re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{name}-", body)
    return Markup(f'<svg viewBox="{box}" role="img" aria-label="{escape(label)}">{body}</svg>')


def _draw_timeline(timeline: Timeline) -> Figure:
    windows = list(timeline.windows(ROW_MS))
    figure = Figure(figsize=(10, 0.9 + 1.15 * len(windows)), layout="constrained")
    figure.suptitle(f"{timeline.video}: truth above, spottings below", fontsize=10)
    told = [state for state in State if state != State.OUTSIDE or timeline.count(state)]
    states = ", ".join(f"{state.symbol} {state}" for state in told)
    signs = ", ".join(f"{number} {sign}" for number, sign in timeline.signs())
    figure.supxlabel(fill(f"{states}; {signs}", 150), fontsize=8)
    for axes, (start, end) in zip(figure.subplots(len(windows), squeeze=False)[:, 0], windows, strict=True):
        for base, bars in ((1.0, timeline.truth), (0.0, timeline.spottings)):
            for bar in bars:
                if bar.start_ms < end and bar.end_ms > start:
                    _draw_bar(axes, bar, base)
        axes.set(xlim=(start / 1000, (start + min(ROW_MS, timeline.length_ms)) / 1000), ylim=(-0.1, 2.1), xlabel="s")
        axes.set_yticks([1.4, 0.4], ["truth", "spotted"])
        axes.tick_params(axis="y", length=0)
    return figure


def _draw_bar(axes: Axes, bar: ShownSign, base: float) -> None:
    start, width = bar.start_ms / 1000, (bar.end_ms - bar.start_ms) / 1000
    colour = colour_of(bar)
    axes.broken_barh([(start, width)], (base, 0.8), edgecolor=INK, **_look(bar.state, colour))
    ink = PALETTE[colour] if bar.state == State.HIT else INK
    name = bar.sign if SECONDS_PER_LETTER * len(bar.sign) < width else "" if bar.number is None else str(bar.number)
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if bar.state == State.BOUNDARY else None
    text = {"size": 6.5, "ha": "center", "va": "center", "color": ink, "bbox": ground, "clip_on": True}
    axes.text(start + width / 2, base + 0.4, f"{bar.state.symbol}\n{name}", **text)


def _look(state: State, colour: str) -> dict[str, Any]:
    match state:
        case State.HIT:
            return {"facecolor": colour}
        case State.BOUNDARY:
            return {"facecolor": (colour, 0.4), "hatch": "////"}
        case State.WRONG:
            return {"facecolor": "none", "linestyle": ":"}
        case State.MISSED:
            return {"facecolor": "none", "linestyle": "--"}
        case State.OUTSIDE:
            return {"facecolor": "none", "linewidth": 0.3}


def colour_of(bar: ShownSign) -> str:
    """The colour of a bar's sign; signs share the eight colours in turn, their numbers tell them apart."""
    return list(PALETTE)[-1 if bar.number is None else bar.number % len(PALETTE)]


def line_style(i: int) -> dict[str, str]:
    """Colour and marker of the i-th line of a figure."""
    return {"color": LINES[i % len(LINES)], "marker": MARKERS[i % len(MARKERS)]}


def save_figure(figure: Figure, out: Path) -> None:
    """Writes a figure as a file (.svg or .png), whole or not at all."""
    metadata = {"Date": None} if Path(out).suffix == ".svg" else None
    with finished(out) as part:
        figure.savefig(part, facecolor="white", metadata=metadata)
