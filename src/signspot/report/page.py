"""The page of a run: every number and figure of the report in one HTML file that needs no network and no JavaScript."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment

from signspot import __version__
from signspot.corpus.tables import Tables
from signspot.files import finished
from signspot.report.figures import PALETTE, ROW_MS, colour_of, draw_history, draw_thresholds, inline
from signspot.report.inputs import RunFiles, corpus_tables, read_cost, read_object, read_scores, read_table
from signspot.report.timeline import HIT_IOU, Bar, State, Timeline, read_timelines
from signspot.templates import templates

MAX_TIMELINES = 12
MAX_ROWS = 20
MAX_VIDEOS = 40
MAX_DROPPED = 50
TICK_MS = 5_000
MEASURES = ("body", "left_hand", "right_hand")
HISTORY_COLUMNS = (
    *("epoch", "rate", "train_loss", "train_accuracy"),
    *("validation_loss", "validation_accuracy", "seconds"),
)


def write_report(files: RunFiles, out: Path) -> None:
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
    environment.filters.update(decimal=_decimal, percent=_percent, duration=_duration, seconds=_seconds)
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


def _scores(files: RunFiles) -> dict[str, Any]:
    decoders = {name: read_scores(path) for name, path in files.decoder_scores.items()}
    lines = [(f"{name}, {kind}", score[kind]) for name, score in decoders.items() for kind in ("official", "strict")]
    label = "Line chart of F1 over the IoU thresholds; the table beside it has the numbers."
    return {
        "configured": read_scores(files.scores),
        "lines": lines,
        "thresholds": list(zip(*(line["per_threshold"] for _, line in lines), strict=True)),
        "figure": inline(draw_thresholds(decoders), "thresholds", label),
    }


def _groups(files: RunFiles, key: str) -> list[dict[str, Any]]:
    """Rows of the scores per sign or per signer, best first."""
    rows = [{"name": name, **scores} for name, scores in read_scores(files.scores)[key].items()]
    return sorted(rows, key=lambda row: (-(row["f1"] or 0), row["name"]))


def _timelines(files: RunFiles, tables: Tables) -> dict[str, Any]:
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


def _boxes(bars: tuple[Bar, ...], start: int, end: int) -> Iterator[dict[str, Any]]:
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


def _accuracies(files: RunFiles) -> list[dict[str, Any]]:
    rounds = {name: read_object(path, ["round1", "round2"]) for name, path in files.accuracies.items()}
    return [{"expert": name, **value} for name, value in rounds.items()]


def _histories(files: RunFiles) -> list[dict[str, Any]]:
    histories = {name: read_table(path, numbers=HISTORY_COLUMNS) for name, path in files.histories.items()}
    return [
        {
            "name": name,
            "epochs": len(history),
            "last": history.iloc[-1].to_dict() if len(history) else dict.fromkeys(HISTORY_COLUMNS),
            "best": history.validation_accuracy.max(),
            "seconds": history.seconds.sum(),
            "figure": inline(
                draw_history(history), f"history{i}", f"Line charts of loss and accuracy over the epochs: {name}."
            ),
        }
        for i, (name, history) in enumerate(histories.items())
    ]


def _detection(files: RunFiles) -> dict[str, Any]:
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


def _dropped(files: RunFiles) -> dict[str, Any]:
    table = read_table(files.dropped, texts=["video", "sign", "reason"], numbers=["start_ms", "end_ms"])
    return {
        "count": len(table),
        "reasons": table.reason.value_counts(sort=False).to_dict(),
        "rows": table.head(MAX_DROPPED).to_dict("records"),
    }


def _times(files: RunFiles) -> dict[str, Any]:
    """Sums over the finished jobs of a stage, from their logs; memory (MiB) is the largest of the jobs."""
    rows = []
    for stage, paths in files.logs.items():
        jobs = [cost for path in paths if (cost := read_cost(path))]
        if jobs:
            about = {"memory": max(job.mib for job in jobs), "seconds": sum(job.seconds for job in jobs)}
            rows.append({"stage": stage, "jobs": len(jobs), **about})
    return {"rows": rows, "total": sum(row["seconds"] for row in rows)}


def _known(value: float | None) -> bool:
    return value is not None and not np.isnan(value)


def _decimal(value: float | None, digits: int = 3) -> str:
    return f"{value:.{digits}f}" if _known(value) else "–"


def _percent(value: float | None) -> str:
    return f"{100 * value:.1f} %" if _known(value) else "–"


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.2f}".rstrip("0").rstrip(".")


def _duration(seconds: float | None) -> str:
    if not _known(seconds):
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
