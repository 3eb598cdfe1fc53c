"""Clips are cut to the sign that they show."""

import numpy as np
import pytest
from seen_signers import LEXICON, hands_of, seen

from signspot.exemplars.trimming import signing_part

START, END, SECONDS = 1.0, 1.7, 2.9
BEFORE = 1.5
"""Seconds before the clip, in which another sign is made: the hands have rested since."""
SIGNS = [sign for sign in LEXICON if sign.place not in ("low", "belly")]
"""Not those that are made where hands rest."""


def clip(number: int) -> np.ndarray:
    """Rest, the way of the hands to a sign, the sign, the way back, rest."""
    timeline = [(SIGNS[0], 0.3, 0.9), (SIGNS[number], BEFORE + START, BEFORE + END)]
    return hands_of(seen(timeline, BEFORE + SECONDS, seed=number))[round(25 * BEFORE) :]


@pytest.mark.parametrize("number", range(len(SIGNS)))
def test_the_sign_is_left(number: int) -> None:
    first, last = signing_part(clip(number))
    assert first == pytest.approx(25 * START, abs=4)
    assert last == pytest.approx(25 * END, abs=4)


def test_a_clip_in_which_hands_only_rest_shows_no_sign() -> None:
    assert signing_part(hands_of(seen([], 2.0))) is None


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_clip_without_rest_stays_whole(number: int) -> None:
    hands = clip(number)[25:43]
    assert signing_part(hands) == (0, len(hands) - 1)


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_clip_that_was_cut_at_one_end_is_cut_at_the_other(number: int) -> None:
    hands = clip(number)
    first, last = signing_part(hands)
    assert signing_part(hands[25:])[0] == 0
    assert signing_part(hands[:43])[1] == 42
    assert signing_part(hands[:43])[0] == pytest.approx(first, abs=2)
    assert signing_part(hands[25:])[1] + 25 == pytest.approx(last, abs=2)


def test_a_hand_that_is_raised_for_a_moment_makes_no_sign() -> None:
    hands = np.zeros((40, 2, 46), np.float32)
    hands[:, :, 1] = 1.2
    hands[20:24, 0, 1] = 0.2
    assert signing_part(hands) is None
