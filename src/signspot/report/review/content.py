"""What the review page knows: videos, truth and spottings with their states, small enough for many thousand signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signspot.corpus.tables import class_ids, signs_by_id
from signspot.report.review.curve import ScoreCurve
from signspot.report.review.skeleton import BONES
from signspot.report.scripted import address
from signspot.report.timeline import ShownSign, State, Timeline, compare

UNCOMPARED = "uncompared"
STATES = [
    *(
        {"key": state.name.lower(), "symbol": state.symbol, "text": text}
        for state, text in zip(State, ("hit", "wrong boundary", "false", "missed", State.OUTSIDE), strict=True)
    ),
    {"key": UNCOMPARED, "symbol": "•", "text": "spotted"},
]
"""As the page shows them. A spotting in a video without truth is neither right nor wrong."""
NUMBER_OF = {state["key"]: number for number, state in enumerate(STATES)}


@dataclass(frozen=True)
class ReviewVideo:
    """A video of the page.

    Args:
        video: its name.
        path: of the file, absolute or seen from the working directory.
        span_ms: start and end of the part that is used, from the start of the file.
        frames: its frame store, from which the thumbnails come; None: it has none.
        poses: its pose file, from which the skeleton comes, which lies in the window of the frame store; None: none.
        signer: its name, empty if unknown.
        annotated: whether its signs are annotated, so that spottings can be right or wrong.
    """

    video: str
    path: Path
    span_ms: tuple[int, int]
    frames: Path | None = None
    signer: str = ""
    annotated: bool = True
    poses: Path | None = None


@dataclass(frozen=True)
class Comparison:
    """A video with its truth and spottings, in order of start.

    Args:
        states: keys of ``STATES``, one for each bar of the truth and then one for each spotting.
        beneath: for each of these bars, the sign of the other row that it overlaps longest, if none there is its own.
        scores: of the spottings; NaN where unknown.
        curve: how likely the best sign is over time; None: unknown.
        likeliest: the best sign of each step of the curve.
    """

    video: ReviewVideo
    timeline: Timeline
    states: tuple[str, ...]
    beneath: tuple[str | None, ...]
    scores: tuple[float, ...]
    curve: ScoreCurve | None = None
    likeliest: tuple[str, ...] = ()

    @property
    def tracked(self) -> bool:
        """Whether the page has something to load when the video is opened."""
        return self.curve is not None or self.video.poses is not None

    def listed(self) -> list[ShownSign]:
        """Spottings, then missed signs: what the page lists, in the order of the thumbnails."""
        truth = zip(self.timeline.truth, self.states, strict=False)
        return [*self.timeline.spottings, *(bar for bar, state in truth if state == State.MISSED.name.lower())]


def review(
    videos: Sequence[ReviewVideo],
    spottings: pd.DataFrame,
    annotations: pd.DataFrame | None,
    vocabulary: pd.DataFrame,
    scores: Mapping[str, ScoreCurve] | None = None,
) -> list[Comparison]:
    """Compares the spottings of each video with its truth, as the report's timelines do.

    Args:
        videos: of the page, in order.
        spottings: video, sign, start_ms, end_ms, score, and perhaps class_id, which then tells the sign.
        annotations: video, sign, start_ms, end_ms; None: there are none.
        vocabulary: class_id, sign and perhaps aliases.
        scores: how likely the best sign is over time, by video.
    """
    ids = class_ids(vocabulary)
    truth = spottings[:0] if annotations is None else annotations
    if annotations is None:
        videos = [replace(video, annotated=False) for video in videos]
    spotted, annotated = (dict(tuple(table.groupby("video", sort=False))) for table in (spottings, truth))
    none = {"spotted": spottings[:0], "truth": truth[:0]}
    return [
        _compared(
            video,
            annotated.get(video.video, none["truth"]) if video.annotated else none["truth"],
            spotted.get(video.video, none["spotted"]),
            (scores or {}).get(video.video),
            ids,
        )
        for video in videos
    ]


def _compared(
    video: ReviewVideo,
    truth: pd.DataFrame,
    spottings: pd.DataFrame,
    curve: ScoreCurve | None,
    ids: Mapping[str, int],
) -> Comparison:
    spottings = spottings.sort_values("start_ms", kind="stable")
    timeline = compare(video.video, video.span_ms, truth, spottings, ids)
    states = (
        *(bar.state.name.lower() for bar in timeline.truth),
        *(bar.state.name.lower() if video.annotated else UNCOMPARED for bar in timeline.spottings),
    )
    wrong = [bar for bar in timeline.spottings if bar.state == State.WRONG]
    beneath = (
        *_beneath(timeline.truth, wrong, (State.MISSED, State.OUTSIDE)),
        *_beneath(timeline.spottings, timeline.truth, (State.WRONG,)),
    )
    names = signs_by_id(ids)
    likeliest = tuple(names[class_id] for class_id in curve.class_ids) if curve else ()
    return Comparison(video, timeline, states, beneath, tuple(spottings["score"].astype(float)), curve, likeliest)


def _beneath(bars: Sequence[ShownSign], others: Sequence[ShownSign], states: Sequence[State]) -> list[str | None]:
    """For each bar in one of ``states`` the sign of another bar, that which it overlaps longest, if it overlaps any."""
    starts, ends = (np.array([getattr(bar, name) for bar in others], int) for name in ("start_ms", "end_ms"))
    found: list[str | None] = []
    for bar in bars:
        common = np.minimum(ends, bar.end_ms) - np.maximum(starts, bar.start_ms)
        some = bar.state in states and common.max(initial=0) > 0
        found.append(others[int(common.argmax())].sign if some else None)
    return found


def content(
    title: str,
    run: str,
    reviewed: Sequence[Comparison],
    steps_ms: Sequence[float],
    sheets: Sequence[int | None],
    glosses: Sequence[str],
    folder: Path,
) -> dict[str, Any]:
    """The page's content, for JSON; signs are numbered, times in ms from the start of the file.

    Args:
        title: of the page.
        run: whose spottings these are, as files of corrections name it.
        steps_ms: how long a frame of each video lasts.
        sheets: number of the first sheet of thumbnails of each video, None without any.
        glosses: signs of the vocabulary, which a corrector may choose.
        folder: of the page, from which the videos are found.
    """
    barred = {bar.sign for each in reviewed for bar in (*each.timeline.truth, *each.timeline.spottings)}
    signs = sorted(barred.union(glosses, *(each.likeliest for each in reviewed)))
    number = {sign: i for i, sign in enumerate(signs)}
    return {
        "title": title,
        "run": run,
        "bones": BONES if any(each.video.poses is not None for each in reviewed) else None,
        "states": STATES,
        "signs": signs,
        "vocabulary": [number[sign] for sign in sorted(glosses)],
        "videos": [
            {
                "name": each.video.video,
                "signer": each.video.signer,
                "src": address(each.video.path, folder),
                "span": each.video.span_ms,
                "step": step,
                "sheet": sheet,
                "annotated": each.video.annotated,
                "tracked": each.tracked,
                "truth": rows[: len(each.timeline.truth)],
                "spotted": rows[len(each.timeline.truth) :],
                "scores": [None if np.isnan(score) else round(score, 3) for score in each.scores],
                **_curve(each, number),
            }
            for each, step, sheet in zip(reviewed, steps_ms, sheets, strict=True)
            for rows in [_rows(each, number)]
        ],
    }


def _rows(each: Comparison, number: Mapping[str, int]) -> list[tuple[int | None, ...]]:
    """Sign, start, end, state, and the sign beneath, of the bars of the truth and then of the spottings."""
    bars = (*each.timeline.truth, *each.timeline.spottings)
    return [
        (number[bar.sign], bar.start_ms, bar.end_ms, NUMBER_OF[state], number.get(other))
        for bar, state, other in zip(bars, each.states, each.beneath, strict=True)
    ]


def _curve(each: Comparison, number: Mapping[str, int]) -> dict[str, Any]:
    if each.curve is None:
        return {}
    start, step, scores = each.curve.start_ms, each.curve.step_ms, each.curve.scores
    signs = [number[sign] for sign in each.likeliest]
    return {"curve": {"start": start, "step": step, "scores": scores, "signs": signs}}
