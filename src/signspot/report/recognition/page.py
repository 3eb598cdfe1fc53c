"""The page of recognition as a file, ``index.html``, which holds its data, style, figure and scripts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from signspot.errors import InputError
from signspot.files import finished
from signspot.report.figures import draw_accuracies, inline
from signspot.report.recognition.content import Stream, base_rows, best_of, columns, content, table_rows
from signspot.report.scripted import address, scripted_page

HERE = Path(__file__).parent
SCRIPTS = ("data", "../clip", "../table", "tables", "main")
MOST_TOLD = 5
"""Names that a message lists."""


def write_recognition(
    out: Path,
    *,
    title: str,
    streams: Mapping[str, Stream],
    fusion: Mapping[str, Any] | None,
    videos: Mapping[str, Path],
    histories: Mapping[str, pd.DataFrame],
    report: Path | None = None,
) -> None:
    """Writes ``index.html`` to the folder ``out``. The same input gives the same bytes.

    The page finds the videos by their place relative to its own; it copies none.

    Args:
        title: what the page is of, as "corpus, run name".
        streams: recognisers and sums by name, in the order of the page.
        fusion: content of ``fusion.json``, see :func:`signspot.recognition.fusion.fusion`; None: nothing is summed up.
        videos: the file of each video that is recognised, absolute or seen from the working directory.
        histories: ``epoch``, ``train_accuracy`` and ``validation_accuracy`` (NaN where it was not measured) of
            trainings by name, as "bones, training 1".
        report: another page of the run, to link to.

    Raises:
        InputError: there is no stream, or a video is recognised whose file is not given.
    """
    out = Path(out)
    if not streams:
        raise InputError(f"{title}: there is no recogniser to show. Name some.")
    _check_videos(title, streams, videos)
    rows = table_rows(streams, fusion)
    page = scripted_page(
        HERE,
        SCRIPTS,
        content(streams, videos, out),
        title=title,
        report=address(report, out) if report else None,
        accuracy=next(iter(streams.values())).accuracy,
        columns=columns(streams),
        rows=rows,
        best=best_of(rows),
        base=base_rows(streams),
        tuned_on=fusion["tuned_on"] if fusion else None,
        figure=_figure(histories),
    )
    with finished(out / "index.html") as part:
        part.write_text(page, encoding="utf-8")


def _check_videos(title: str, streams: Mapping[str, Stream], videos: Mapping[str, Path]) -> None:
    named = dict.fromkeys(video for stream in streams.values() for video in stream.table["video"])
    missing = [video for video in named if video not in videos]
    if missing:
        more = f" and {len(missing) - MOST_TOLD} more" if len(missing) > MOST_TOLD else ""
        raise InputError(
            f"{title}: no file is given of the videos {', '.join(missing[:MOST_TOLD])}{more}, of which there are "
            "recognitions. Add them to the table of videos, or recognise the clips again."
        )


def _figure(histories: Mapping[str, pd.DataFrame]) -> Markup | None:
    """The curves of all trainings that have epochs; None if there are none."""
    there = {name: history for name, history in histories.items() if len(history)}
    if not there:
        return None
    label = f"Line chart of the accuracy over the epochs of {', '.join(there)}."
    return inline(draw_accuracies(there), "accuracies", label)
