"""The review page as files: ``index.html``, which holds its data, style and scripts; pictures; and tracks."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from signspot.errors import InputError
from signspot.files import finished, replaced_folder
from signspot.report.review.content import Comparison, ReviewVideo, content, review
from signspot.report.review.curve import ScoreCurve
from signspot.report.review.thumbnails import write_sheets
from signspot.report.review.tracks import write_tracks
from signspot.report.scripted import address, scripted_page
from signspot.video.store import FrameStore

HERE = Path(__file__).parent
SCRIPTS = (
    *("data", "corrections", "tracks", "player", "skeleton", "scores", "timeline", "list", "signs", "glosses"),
    *("desk", "main"),
)
STEP_MS = 40.0
"""How far a key steps in a video without a frame store, which would tell its rate."""


def write_review(
    out: Path,
    *,
    title: str,
    run: str,
    videos: Sequence[ReviewVideo],
    spottings: pd.DataFrame,
    vocabulary: pd.DataFrame,
    annotations: pd.DataFrame | None = None,
    scores: Mapping[str, ScoreCurve] | None = None,
    report: Path | None = None,
) -> None:
    """Writes ``index.html`` and the folders ``thumbnails`` and ``tracks`` to the folder ``out``.

    The same input gives the same bytes. The page finds the videos by their place relative to its own; it copies none.

    Args:
        title: what the page is of, as "corpus, run name".
        run: the name of the run or of the model, which files of corrections bear.
        videos: in the order of the page.
        spottings: video, sign, start_ms, end_ms, score; rows of other videos are ignored.
        vocabulary: class_id, sign and, if there are any, aliases.
        annotations: video, sign, start_ms, end_ms; None: nothing is annotated, and the page compares nothing.
        scores: how likely the best sign is over time, by video; a video that is not in it has no such strip.
        report: another page of the run, to link to.

    Raises:
        InputError: there is no video, or a store is missing.
        DamagedStore: a store is damaged.
    """
    out = Path(out)
    if not videos:
        raise InputError(f"{title}: there is no video to review. Name some.")
    reviewed = review(videos, spottings, annotations, vocabulary, scores)
    steps, sheets = [], []
    with replaced_folder(out / "thumbnails") as folder:
        count = 0
        for each in reviewed:
            step, written = _write_thumbnails(each, folder, count)
            steps.append(step)
            sheets.append(count if written else None)
            count += written
    glosses = vocabulary["sign"].tolist()
    data = content(title, run, reviewed, steps, sheets, glosses, out)
    # What names the scripts that the page may load: nobody whose text is on the page can know it.
    data["nonce"] = hashlib.sha256(json.dumps(data).encode()).hexdigest()
    html = scripted_page(HERE, SCRIPTS, data, title=title, report=address(report, out) if report else None)
    number = {sign: i for i, sign in enumerate(data["signs"])}
    on_page = {
        class_id: number[sign] for class_id, sign in zip(vocabulary["class_id"], vocabulary["sign"], strict=True)
    }
    with replaced_folder(out / "tracks") as folder:
        for index, each in enumerate(reviewed):
            write_tracks(each, index, on_page, folder)
    with finished(out / "index.html") as part:
        part.write_text(html, encoding="utf-8")


def _write_thumbnails(each: Comparison, folder: Path, first: int) -> tuple[float, int]:
    """Writes the sheets of a video; returns how long a frame lasts (ms), and how many sheets there are."""
    if each.video.frames is None:
        return STEP_MS, 0
    with FrameStore(each.video.frames) as store:
        return 1000 / store.fps, write_sheets(store, each.listed(), folder, first)
