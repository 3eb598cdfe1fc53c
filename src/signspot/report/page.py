"""The page of a run: every number and figure of the report in one HTML file that needs no network and no JavaScript."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment

from signspot import __version__
from signspot.corpus.tables import Tables
from signspot.decoders.tuning import read_parameters
from signspot.files import finished, read_object
from signspot.report.figures import PALETTE, ROW_MS, colour_of, draw_history, draw_thresholds, inline
from signspot.report.inputs import ReportInputs, corpus_tables, read_cost, read_scores, read_table
from signspot.report.numbers import decimal, known, percent
from signspot.report.timeline import HIT_IOU, ShownSign, State, Timeline, read_timelines
from signspot.rows import read_rows
from signspot.templates import templates

MAX_TIMELINES = 12
MAX_ROWS = 20
MAX_VIDEOS = 40
MAX_DROPPED = 50
TICK_MS = 5_000
COMPARED_IOUS = (0.2, 0.5, 0.8)
MEASURES = ("body", "left_hand", "right_hand")
HISTORY_COLUMNS = (
    *("epoch", "rate", "train_loss", "train_accuracy"),
    *("validation_loss", "validation_accuracy", "seconds"),
)


def write_report(files: ReportInputs, out: Path) -> None:
    """Writes the page of a run. The same files give the same bytes.

    Raises:
        InputError: a file of the run is missing or wrong; the message names it.
    """
    tables = corpus_tables(files)
    parts = {
        "splits": _splits(tables),
        "signs": _groups(files, "per_sign"),
        "signers": _groups(files, "per_signer"),
        "detection": _detection(files),
        "dropped": _dropped(files),
        "times": _times(files),
        "accuracies": _accuracies(files),
        "parameters": _parameters(files),
        "timelines": _timelines(files, tables),
        "scores": _scores(files),
        "histories": _histories(files),
    }
    page = _environment().get_template("page.html.j2")
    seconds_used = sum(end - start for start, end in files.spans_ms.values()) / 1000
    html = page.render(files=files, seconds_used=seconds_used, version=__version__, palette=PALETTE, **parts)
    with finished(out) as part:
        part.write_text(html, encoding="utf-8")


def _environment() -> Environment:
    """Escapes everything that is put into the page: glosses and names are somebody else's text."""
    environment = templates(Path(__file__).parent)
    environment.filters.update(decimal=decimal, percent=percent, duration=_duration, seconds=_seconds)
    return environment


def _splits(tables: Tables) -> list[dict[str, Any]]:
    annotated = tables.annotations.groupby("video").size()
    return [
        {
            "name": split,
            "videos": len(rows),
            "signers": rows.signer.nunique(),
            "annotations": int(annotated.reindex(rows.video).sum()),
        }
        for split, rows in tables.videos.groupby("split", sort=False)
    ]


def _scores(files: ReportInputs) -> dict[str, Any]:
    """The scores of all decoders: at a glance, as lines of the table, and by IoU threshold."""
    decoders = {name: read_scores(path) for name, path in files.scores.items()}
    lines = [(f"{name}, {kind}", score[kind]) for name, score in decoders.items() for kind in ("official", "strict")]
    label = "Line chart of F1 over the IoU thresholds; the table beside it has the numbers."
    return {
        "leading": decoders[files.leading],
        "ious": COMPARED_IOUS,
        "compared": {name: _compared(score["official"]) for name, score in decoders.items()},
        "lines": lines,
        "thresholds": list(zip(*(line["per_threshold"] for _, line in lines), strict=True)),
        "figure": inline(draw_thresholds(decoders), "thresholds", label),
    }


def _compared(official: Mapping[str, Any]) -> list[float | None]:
    """The official F1 over all IoU thresholds, and then at each IoU to compare at; None where it was not scored."""
    # The thresholds are those of the organisers, which are not exactly 0.2, 0.25 …
    at = {round(row["iou"], 2): row["f1"] for row in official["per_threshold"]}
    return [official["f1"], *map(at.get, COMPARED_IOUS)]


def _groups(files: ReportInputs, key: str) -> list[dict[str, Any]]:
    """Rows of the scores per sign or per signer, best first."""
    rows = [{"name": name, **scores} for name, scores in read_scores(files.scores[files.leading])[key].items()]
    return sorted(rows, key=lambda row: (-(row["f1"] or 0), row["name"]))


def _timelines(files: ReportInputs, tables: Tables) -> dict[str, Any]:
    videos = list(files.spans_ms)[:MAX_TIMELINES]
    longest = max((end - start for start, end in files.spans_ms.values()), default=0)
    span_ms = min(ROW_MS, max(TICK_MS, -(-longest // TICK_MS) * TICK_MS))
    shown = read_timelines(files, tables, videos)
    return {
        "hit_iou": HIT_IOU,
        "states": list(State),
        "signs": sorted({sign for timeline in shown for sign in timeline.signs()}),
        "max_rows": MAX_ROWS,
        "span_ms": span_ms,
        "videos": [
            {"timeline": timeline, "rows": list(islice(_rows(timeline, span_ms), MAX_ROWS))} for timeline in shown
        ],
    }


def _rows(timeline: Timeline, span_ms: int) -> Iterator[dict[str, Any]]:
    for start, end in timeline.windows(span_ms):
        yield {
            "start_ms": start,
            "end_ms": end,
            "width": 100 * (end - start) / span_ms,
            "ticks": [(ms, 100 * (ms - start) / span_ms) for ms in range(start, end, TICK_MS)],
            "lanes": [
                ("Truth", list(_boxes(timeline.truth, start, end))),
                ("Spotted", list(_boxes(timeline.spottings, start, end))),
            ],
        }


def _boxes(bars: tuple[ShownSign, ...], start: int, end: int) -> Iterator[dict[str, Any]]:
    """Place (per cent of start..end, in ms) and classes of a row's bars; one over the end shows in the next row too."""
    for bar in bars:
        left, right = max(bar.start_ms, start), min(bar.end_ms, end)
        if left < right:
            yield {
                "bar": bar,
                "left": 100 * (left - start) / (end - start),
                "width": 100 * (right - left) / (end - start),
                "colour": list(PALETTE).index(colour_of(bar)),
                "state": bar.state.name.lower(),
            }


def _accuracies(files: ReportInputs) -> list[dict[str, Any]]:
    """One entry per expert: its accuracy after each training, in order, None after trainings that it does not have."""
    found = {name: list(read_object(path, ["training1"]).values()) for name, path in files.accuracies.items()}
    most = max(map(len, found.values()), default=0)
    return [{"expert": name, "trainings": [*of_one, *[None] * (most - len(of_one))]} for name, of_one in found.items()]


def _parameters(files: ReportInputs) -> list[dict[str, Any]]:
    """The options of each decoder, and how they were found."""
    rows = []
    for name, path in files.parameters.items():
        found = read_parameters(path)
        options = ", ".join(f"{option} {value}" for option, value in found.options.items()) or "none"
        best = max((entry["f1"] for entry in found.curve), default=None)
        rows.append({"name": name, "options": options, "tuned": found.tuned, "videos": found.videos, "best": best})
    return rows


def _histories(files: ReportInputs) -> list[dict[str, Any]]:
    """One entry per training with epochs: published networks have none, nor spotters that search their weights."""
    trained = {name: path for name, path in files.histories.items() if _has_epochs(read_rows(path))}
    histories = {name: _history(path) for name, path in trained.items()}
    return [
        {
            "name": name,
            "epochs": len(history),
            "last": history.iloc[-1].to_dict(),
            "best": history.validation_accuracy.max(),
            "f1": history.validation_f1.max() if "validation_f1" in history else None,
            "seconds": history.seconds.sum(),
            "figure": inline(
                draw_history(history), f"history{i}", f"Line charts of loss and accuracy over the epochs: {name}."
            ),
        }
        for i, (name, history) in enumerate(histories.items())
    ]


def _history(path: Path) -> pd.DataFrame:
    """The history of a training, with the official F1 on validation videos if that was measured."""
    measured = [column for column in ("validation_f1",) if column in read_rows(path)]
    return read_table(path, numbers=(*HISTORY_COLUMNS, *measured))


def _has_epochs(history: pd.DataFrame) -> bool:
    return "epoch" in history and len(history) > 0


def _detection(files: ReportInputs) -> dict[str, Any]:
    """Detection rates of the videos, all or those with the lowest rate, in the order of the file."""
    table = read_table(files.pose_summary, texts=["video"], numbers=["frames", *MEASURES])
    lowest = table[list(MEASURES)].min(axis=1).sort_values(kind="stable").index[:MAX_VIDEOS]
    frames = table.frames.sum()
    return {
        "videos": len(table),
        "rows": table.loc[lowest.sort_values()].to_dict("records"),
        "mean": {measure: (table[measure] * table.frames).sum() / frames if frames else np.nan for measure in MEASURES},
        "frames": frames,
    }


def _dropped(files: ReportInputs) -> dict[str, Any]:
    table = read_table(files.dropped, texts=["video", "sign", "reason"], numbers=["start_ms", "end_ms"])
    return {
        "count": len(table),
        "reasons": table.reason.value_counts(sort=False).to_dict(),
        "rows": table.head(MAX_DROPPED).to_dict("records"),
    }


def _times(files: ReportInputs) -> dict[str, Any]:
    """Sums over the jobs of a stage, as Snakemake measured them; memory (MiB) is the largest of the jobs."""
    rows = []
    for stage, paths in files.benchmarks.items():
        jobs = [read_cost(path) for path in paths]
        seconds = sum(job.seconds for job in jobs if known(job.seconds))
        memory = max((job.mib for job in jobs if known(job.mib)), default=None)
        rows.append({"stage": stage, "jobs": len(jobs), "memory": memory, "seconds": seconds})
    return {"rows": rows, "total": sum(row["seconds"] for row in rows)}


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.2f}".rstrip("0").rstrip(".")


def _duration(seconds: float | None) -> str:
    if not known(seconds):
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
