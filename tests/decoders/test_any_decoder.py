"""What holds for every decoder."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from timelines import CLASSES, as_predictions

from signspot.decoders import DECODERS, TUNE, check_decoder, decode
from signspot.errors import InputError
from signspot.predictions import Candidates, Predictions, score_of_rate

FINDING = ("candidates", "confirmed")
"""Decoders for spotters that find candidates."""
MAY_OVERLAP = ("confirmed", "windows")


@st.composite
def videos(draw: st.DrawFn) -> Predictions:
    n = draw(st.integers(0, 30))
    stride = draw(st.integers(1, 8))
    first = draw(st.integers(0, 50))
    logits = draw(hnp.arrays(np.float32, (n, CLASSES + 2), elements=st.floats(-30, 30, width=32)))
    offset = draw(hnp.arrays(np.float32, (n, 3), elements=st.floats(0, 9, width=32)))
    last = first + stride * (n - 1) + draw(st.integers(0, stride - 1)) if n else first - 1
    predictions = as_predictions(logits, offset, stride=stride, first=first, last=last)
    return replace(predictions, candidates=draw(candidates(first, last)))


@st.composite
def candidates(draw: st.DrawFn, first: int, last: int) -> Candidates:
    frames = st.integers(first, max(first, last))
    row = st.tuples(st.integers(0, CLASSES - 1), frames, frames, st.floats(0, 1, width=32))
    rows = draw(st.lists(row, max_size=12 if last >= first else 0))
    table = np.array([(c, min(a, b), max(a, b), score) for c, a, b, score in rows]).reshape(len(rows), 4)
    return Candidates(*table[:, :3].astype(np.int32).T, table[:, 3].astype(np.float32))


def decoders() -> st.SearchStrategy[tuple[str, dict]]:
    """A decoder and some of its options with values that are tried in tuning."""
    names = st.sampled_from(DECODERS.names())
    return names.flatmap(lambda name: st.tuples(st.just(name), _options(DECODERS.fact(name, "GRID", {}))))


def _options(grid: dict[str, list[float]]) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries({}, optional={option: st.sampled_from(values) for option, values in grid.items()})


@given(videos(), decoders())
def test_spottings_are_sound(predictions: Predictions, decoder: tuple[str, dict]) -> None:
    name, options = decoder
    spottings = decode(name, predictions, **options)
    for spotting in spottings:
        assert predictions.first <= spotting.first <= spotting.last <= predictions.last
        assert 0 <= spotting.class_id < CLASSES
        assert options.get("threshold", 0) <= spotting.score <= 1
        assert name != "candidates" or spotting.score >= score_of_rate(options.get("false_alarms_per_minute", 6))
        assert options.get("min_frames", 1) <= spotting.last - spotting.first + 1
    if name in MAY_OVERLAP and options.get("overlap") == 1:
        assert spottings == sorted(spottings, key=lambda one: one.first)
        return
    for previous, following in pairwise(spottings):
        assert previous.last < following.first
        assert previous.last + 1 < following.first or previous.class_id != following.class_id


@pytest.mark.parametrize("name", [name for name in DECODERS.names() if name not in FINDING])
def test_classes_beyond_the_vocabulary_are_background(name: str) -> None:
    predictions = as_predictions(np.eye(4)[[3, 3, 3]] * 9, np.zeros((3, 2)), stride=4, last=11, num_classes=2)
    assert decode(name, predictions) == []


def test_the_names_are_the_modules() -> None:
    assert DECODERS.names() == ["candidates", "cells", "confirmed", "frames", "published", "runs", "windows"]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "cell",
            {},
            r"spotters.s.decoders: 'cell' is unknown, expected one of candidates, cells, confirmed, frames, published,",
        ),
        ("frames", {"treshold": 0.5}, r"decoders.treshold: there is no such option .* threshold, min_frames, close"),
        ("frames", {"threshold": "high"}, r"decoders.threshold: is 'high', expected number"),
        ("cells", {"threshold": TUNE}, r"decoders.threshold: there is no such option"),
    ],
)
def test_mistakes_are_named(name: str, options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_decoder(name, options, "spotters.s.decoders")


def test_options_with_values_to_try_may_be_tuned() -> None:
    for name in DECODERS.names():
        check_decoder(name, dict.fromkeys(DECODERS.fact(name, "GRID", {}), TUNE))
    check_decoder("frames", {"threshold": 0, "min_frames": 1, "close": 0})
