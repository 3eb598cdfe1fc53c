"""Segments that a network names: the likeliest labels of all that there are, and ends that stay where they may be."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from signspot.exemplars import segments as module
from signspot.exemplars.segments import SWITCH_PENALTY, evidence, refined, segments

LOGARITHMS = st.floats(-12, 0, width=32)


def worth(log_probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The logarithm of the probability of labels (…, T), less the penalties of their changes."""
    known = log_probabilities.astype(np.float64)[np.arange(len(log_probabilities)), labels].sum(-1)
    return known - SWITCH_PENALTY * (np.diff(labels, axis=-1) != 0).sum(-1)


@settings(max_examples=60)
@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 7), st.just(3)), elements=LOGARITHMS))
def test_no_other_labels_are_likelier(log_probabilities: np.ndarray) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SHORTEST", 1)
        found = segments(log_probabilities)
    labels = np.zeros(len(log_probabilities), int)
    for class_id, first, last in found:
        labels[first : last + 1] = class_id + 1
    every = np.array(list(product(range(3), repeat=len(labels))))
    assert worth(log_probabilities, labels) == pytest.approx(worth(log_probabilities, every).max())


def sure(*labels: int, classes: int = 3, nats: float = 3.0) -> np.ndarray:
    """Log-probabilities of a network that is sure of these labels."""
    return np.where(np.eye(classes, dtype=bool)[list(labels)], 0.0, -nats).astype(np.float32)


def test_flickers_are_no_segments() -> None:
    labels = [0] * 10 + [1] * 8 + [2] + [1] * 8 + [0] * 10 + [2] * 4 + [0] * 10
    assert segments(sure(*labels)) == [(0, 10, 26)]


@given(st.data())
def test_a_refined_stretch_stays_in_the_video_and_about_its_middle(data: st.DataObject) -> None:
    frames = data.draw(st.integers(1, 40))
    log_probabilities = data.draw(hnp.arrays(np.float32, (frames, 3), elements=LOGARITHMS))
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, frames - 1)] * 2)))
    begin, end = refined(log_probabilities, data.draw(st.integers(0, 1)), first, last)
    assert 0 <= begin <= (first + last + 1) // 2 <= end < frames
    assert first - module.REFINED <= begin
    assert end <= last + module.REFINED


def test_a_stretch_grows_and_shrinks_half_way_to_what_speaks_for_it() -> None:
    log_probabilities = sure(*[0] * 20, *[1] * 12, *[0] * 20)
    assert refined(log_probabilities, 0, 16, 29) == (18, 30)
    assert refined(log_probabilities, 0, 20, 31) == (20, 31)
    assert refined(log_probabilities, 1, 16, 29) == (16, 29), "nothing speaks for it"


def test_evidence_is_the_mean_over_the_frames() -> None:
    log_probabilities = sure(1, 1, 1, 0)
    assert evidence(log_probabilities, 0, 0, 2) == pytest.approx(3)
    assert evidence(log_probabilities, 0, 0, 3) == pytest.approx(1.5)
    assert evidence(log_probabilities, 1, 0, 2) == pytest.approx(0)
    assert evidence(sure(0, 0, nats=100), 0, 0, 1) == pytest.approx(-2 * module.MOST_EVIDENCE)
