"""How a clip is cut about a single sign, from signs of one frame on."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.clips.cuts import DRAWN, RULES, Cut, own, parts, repeated, successive
from signspot.clips.positions import middle_positions, part_bounds
from signspot.clips.window import Window
from signspot.errors import InputError


def seen(cut: Cut) -> list[int]:
    return cut.frames.tolist()


def drawn(rule: Callable[..., Cut], first: int, last: int, length: int) -> np.ndarray:
    return np.array([rule(first, last, length, np.random.default_rng(seed)).frames for seed in range(200)])


def test_the_names_are_those_of_a_window() -> None:
    for name in RULES:
        Window(sign=name)
    assert set(DRAWN) <= set(RULES)
    with pytest.raises(InputError, match=r"clips\.sign: is 'whole', expected one of around, own, repeated, parts"):
        Window(sign="whole")


@given(st.integers(0, 20), st.integers(1, 40), st.integers(1, 20), st.sampled_from(sorted(RULES)), st.booleans())
def test_every_rule_shows_frames_of_the_sign_in_order(
    first: int, frames: int, length: int, name: str, training: bool
) -> None:
    cut = RULES[name](first, first + frames - 1, length, np.random.default_rng(0) if training else None)
    assert cut.frames.min() >= first and cut.frames.max() < first + frames
    assert (np.diff(cut.frames) >= 0).all() and cut.before == 0
    assert len(cut.frames) == length if cut.whole else len(cut.frames) == min(length, frames)


def test_successive_frames_lie_in_the_usable_range() -> None:
    cuts = [successive(start, 4, 2, 7) for start in (0, 3, 6)]
    assert [seen(cut) for cut in cuts] == [[2, 3], [3, 4, 5, 6], [6, 7]]
    assert [cut.before for cut in cuts] == [2, 0, 0]


def test_of_a_longer_sign_the_middle_is_its_own() -> None:
    assert seen(own(10, 12, 8, None)) == [10, 11, 12]
    assert seen(own(10, 16, 4, None)) == [11, 12, 13, 14]
    assert seen(own(10, 17, 4, None)) == [12, 13, 14, 15]
    assert own(10, 17, 4, np.random.default_rng(0)).frames.tolist() == [12, 13, 14, 15], "nothing is drawn"


def test_a_long_sign_is_seen_in_its_middle_or_anywhere() -> None:
    assert seen(repeated(10, 19, 4, None)) == [13, 14, 15, 16]
    clips = drawn(repeated, 10, 19, 4)
    assert (np.diff(clips) == 1).all()
    assert set(clips[:, 0].tolist()) == set(range(10, 17))


def test_a_short_sign_holds_its_first_or_its_last_frame() -> None:
    assert seen(repeated(5, 7, 8, None)) == [5, 5, 5, 6, 7, 7, 7, 7]
    assert seen(repeated(5, 5, 3, None)) == [5, 5, 5]
    clips = {tuple(clip) for clip in drawn(repeated, 5, 7, 6).tolist()}
    assert clips == {(5, 5, 5, 5, 6, 7), (5, 6, 7, 7, 7, 7)}


def test_parts_are_those_of_stepnet() -> None:
    assert seen(parts(10, 49, 16, None)) == (10 + middle_positions(40)).tolist()
    clips = drawn(parts, 10, 49, 16)
    first, last = part_bounds(40)
    assert (clips.min(0) == 10 + first).all() and (clips.max(0) == 10 + last).all()
