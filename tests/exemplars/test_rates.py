"""Rates of false alarms, and scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.exemplars.rates import MATCHED, NAMED, PRIOR_RATE, Prior, RateCurve

STRENGTHS = st.integers(-400, 1500).map(lambda hundredths: hundredths / 100)
CURVES = st.builds(
    RateCurve, st.lists(STRENGTHS, max_size=50), st.floats(0, 60, allow_nan=False), st.sampled_from([MATCHED, NAMED])
)


@given(CURVES, st.lists(STRENGTHS, min_size=2, max_size=20, unique=True))
def test_the_rate_falls_strictly_with_the_strength(curve: RateCurve, strengths: list[float]) -> None:
    assert (np.diff(curve.rate(np.sort(strengths))) < 0).all()


@given(CURVES, st.lists(STRENGTHS, min_size=1, max_size=20))
def test_scores_rise_with_the_strength_from_0_to_1(curve: RateCurve, strengths: list[float]) -> None:
    score = curve.score(np.sort(strengths))
    assert score.dtype == np.float32
    assert (np.diff(score) >= 0).all()
    assert ((score >= 0) & (score <= 1)).all()


@given(CURVES, st.lists(STRENGTHS, min_size=1, max_size=20), STRENGTHS)
def test_more_false_alarms_make_what_is_no_stronger_less_likely(
    curve: RateCurve, more: list[float], strength: float
) -> None:
    worse = RateCurve([*curve.alarms, *more], curve.minutes, curve.prior)
    fell = worse.rate(np.array([strength])) > curve.rate(np.array([strength]))
    assert fell.all() == (max(more) >= strength)
    assert worse.score(np.array([strength])) <= curve.score(np.array([strength]))


@pytest.mark.parametrize("prior", [MATCHED, NAMED, Prior(2.0, 0.5)])
def test_without_measurements_the_prior_counts(prior: Prior) -> None:
    curve = RateCurve([], 0.0, prior)
    strengths = np.array([prior.strength, prior.strength + prior.step])
    np.testing.assert_allclose(curve.rate(strengths), [PRIOR_RATE, PRIOR_RATE / np.e])
    assert curve.score(strengths)[0] == 0.5
    assert curve.score(strengths)[1] > 0.7


def test_much_measured_material_outweighs_the_prior() -> None:
    curve = RateCurve([5.0] * 1200, 100.0, MATCHED)
    assert curve.rate(np.array([4.9])) == pytest.approx(12, rel=0.05)
    assert curve.rate(np.array([5.1])) < 0.05
