"""Signs stand where they are put, and the hands never jump between them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.signer.body import Signer
from signspot.signer.lexicon import make_lexicon
from signspot.signer.realise import Instance, realise, to_world
from signspot.signer.timeline import Performance, improvise

LEXICON = make_lexicon(12, 1, 0.3)
SIGNER = Signer.random(np.random.default_rng(1))
DOMINANT = "L" if SIGNER.left_handed else "R"


def perform(*times: tuple[float, float]) -> Performance:
    rng = np.random.default_rng(0)
    instances = [realise(LEXICON[i % 12], SIGNER, start, end, rng) for i, (start, end) in enumerate(times)]
    return Performance(SIGNER, instances, times[-1][1] + 1, rng)


def wrist(performance: Performance, time: float) -> np.ndarray:
    return performance.pose(time).hands[DOMINANT].place


def performed(instance: Instance, time: float) -> np.ndarray:
    return to_world(instance.hand(SIGNER, "dominant", time), DOMINANT, SIGNER).place


def test_a_sign_is_performed_exactly_from_its_start_to_its_end() -> None:
    performance = perform((1.0, 1.4), (1.7, 2.3))
    for instance in performance.instances:
        for time in np.linspace(instance.start + 1e-9, instance.end - 1e-9, 9):
            np.testing.assert_allclose(wrist(performance, time), performed(instance, time))


@settings(max_examples=20, deadline=None)
@given(
    gaps=st.lists(st.sampled_from([0.0, 0.001, 0.05, 0.2, 0.8, 2.0]), min_size=1, max_size=4),
    lasts=st.floats(0.1, 0.8),
)
def test_transitions_fit_into_any_gap(gaps: list[float], lasts: float) -> None:
    starts = np.cumsum([0.0, *(lasts + gap for gap in gaps)])
    performance = perform(*((start, start + lasts) for start in starts))
    for instance in performance.instances:
        middle = (instance.start + instance.end) / 2
        np.testing.assert_allclose(wrist(performance, middle), performed(instance, middle))
        for edge in (instance.start, instance.end):
            path = np.array([wrist(performance, edge + shift) for shift in np.arange(-0.012, 0.013, 0.002)])
            assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() < 0.07  # 35 m/s


def test_hands_rest_in_long_gaps_and_not_in_short_ones() -> None:
    performance = perform((1.0, 1.5), (1.8, 2.3), (4.0, 4.5))
    resting = wrist(performance, 0.0)
    assert np.linalg.norm(wrist(performance, 3.0) - resting) < 0.01
    assert np.linalg.norm(wrist(performance, 5.4) - resting) < 0.01
    assert np.linalg.norm(wrist(performance, 1.65) - resting) > 0.05


@pytest.mark.parametrize("p_rest", [0.0, 1.0])
def test_improvised_signs_do_not_overlap_and_end_in_time(p_rest: float) -> None:
    rng = np.random.default_rng(3)
    signs = (LEXICON[rng.integers(12)] for _ in iter(int, 1))
    instances = improvise(SIGNER, signs, 20.0, p_rest, rng)
    gaps = np.array([after.start - before.end for before, after in pairwise(instances)])
    assert instances[0].start > 0.4
    assert instances[-1].end < 20.0 - 0.4
    assert gaps.min() > (0.99 if p_rest else 0.13)
    assert (gaps.max() > 0.99) == bool(p_rest)
