"""Joining the spottings of several models: the reference's cases, and what must hold for any."""

import json
from itertools import accumulate
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.export.merge import merge, merge_tables
from signspot.spottings import Spotting
from signspot.timebase import Timebase

SIGNS = {0: "HOLA", 1: "NO", 2: "CASO"}


@st.composite
def model(draw: st.DrawFn) -> list[Spotting]:
    """Spottings in order of time that do not overlap, as a decoder gives them; scores whose means are exact."""
    steps = draw(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), max_size=8))
    ends = list(accumulate((pause + length for pause, length in steps), initial=-1))[1:]
    return [
        Spotting(draw(st.integers(0, 2)), end - length, end, draw(st.integers(0, 8)) / 8)
        for end, (_, length) in zip(ends, steps, strict=True)
    ]


MODELS = st.lists(model(), min_size=1, max_size=4)


def moved(spottings: list[Spotting], frames: int) -> list[Spotting]:
    return [Spotting(s.class_id, s.first + frames, s.last + frames, s.score) for s in spottings]


def of_prediction(labels: list[int], firsts: list[int], lasts: list[int]) -> list[Spotting]:
    """A model of the reference; its label -1 is the background."""
    return [Spotting(*row, 1.0) for row in zip(labels, firsts, lasts, strict=True) if row[0] != -1]


def test_merged_as_published(golden: Path) -> None:
    cases = json.loads((golden / "merge_cases.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 8
    for case in cases:
        merged = merge([of_prediction(*prediction) for prediction in case["predictions"]])
        assert [[s.class_id for s in merged], [s.first for s in merged], [s.last for s in merged]] == case["merged"]


def test_the_means_reach_and_grow() -> None:
    """Only the mean end of the first two, 31, reaches 30 … 39, and only that of all three, 33 2/3, reaches 32 … 34."""
    lead = [Spotting(0, 10, 20, 0.8)]
    others = [Spotting(0, 20, 42, 0.2), Spotting(0, 30, 39, 0.5)], [Spotting(1, 32, 34, 0.9)]
    assert merge([*others, lead]) == [Spotting(0, 20, 33, 0.5)]


def test_a_wider_candidate_does_not_reach_what_it_contains() -> None:
    inner, outer = Spotting(0, 12, 15, 1.0), Spotting(0, 10, 20, 1.0)
    assert merge([[inner], [outer]]) == [outer, inner]
    assert merge([[outer], [inner]]) == [Spotting(0, 11, 17, 1.0)]


def test_a_dropped_segment_may_be_of_another_class() -> None:
    assert merge([[Spotting(1, 15, 30, 0.9)], [Spotting(0, 10, 20, 0.1)]]) == [Spotting(0, 10, 20, 0.1)]


def test_a_candidate_of_another_model_counts_twice() -> None:
    others = [Spotting(0, 10, 20, 0.5)], [Spotting(0, 19, 29, 0.8)], [Spotting(1, 90, 99, 1.0)]
    assert merge(others) == [Spotting(1, 90, 99, 1.0), Spotting(0, 16, 26, pytest.approx(0.7))]


@given(model(), st.integers(1, 4))
def test_models_that_agree_change_nothing(spottings: list[Spotting], number: int) -> None:
    assert merge([spottings] * number) == spottings


@given(MODELS)
def test_models_that_never_meet_are_joined_unchanged(models: list[list[Spotting]]) -> None:
    apart = [moved(spottings, 1000 * i) for i, spottings in enumerate(models)]
    assert merge(apart) == [spotting for spottings in reversed(apart) for spotting in spottings]


@given(MODELS)
def test_merged_segments_are_sound(models: list[list[Spotting]]) -> None:
    everything = [spotting for spottings in models for spotting in spottings]
    merged = merge(models)
    assert len(merged) <= len(everything)
    assert bool(merged) == bool(everything)
    for found in merged:
        like = [spotting for spotting in everything if spotting.class_id == found.class_id]
        assert min(s.first for s in like) <= found.first <= found.last <= max(s.last for s in like)
        assert min(s.score for s in like) <= found.score <= max(s.score for s in like)
    if models[-1]:
        assert merged[0].class_id == models[-1][0].class_id


@given(MODELS, st.integers(0, 10_000))
def test_it_does_not_matter_where_in_the_video(models: list[list[Spotting]], frames: int) -> None:
    assert merge([moved(spottings, frames) for spottings in models]) == moved(merge(models), frames)


def table(*rows: tuple[str, int, int, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["video", "class_id", "start_ms", "end_ms", "score"])


def test_tables_are_merged_video_by_video_on_whole_frames() -> None:
    first = table(("v", 1, 2000, 2400, 0.25), ("v", 0, 400, 800, 0.75), ("w", 2, 400, 800, 1.0))
    last = table(("x", 2, 0, 400, 0.5), ("v", 0, 440, 880, 0.25))
    merged = merge_tables([first, last], SIGNS, Timebase(25))
    assert merged.to_numpy().tolist() == [
        ["v", "HOLA", 0, 400, 840, 0.5],
        ["v", "NO", 1, 2000, 2400, 0.25],
        ["w", "CASO", 2, 400, 800, 1.0],
        ["x", "CASO", 2, 0, 400, 0.5],
    ]


def test_scores_are_left_out_unless_every_table_has_them() -> None:
    first = table(("v", 0, 400, 800, 0.75))
    merged = merge_tables([first, first.drop(columns="score")], SIGNS, Timebase(25))
    assert merged.to_dict("list") == {
        "video": ["v"],
        "sign": ["HOLA"],
        "class_id": [0],
        "start_ms": [400],
        "end_ms": [800],
    }
