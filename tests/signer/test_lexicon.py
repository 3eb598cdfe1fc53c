"""Signs: apart from each other, but for minimal pairs that differ in exactly one parameter."""

from dataclasses import asdict
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.signer.lexicon import PARAMETERS, Sign, make_lexicon, minimal_pair, random_sign


def differences(a: Sign, b: Sign) -> set[str]:
    return {key for key, value in asdict(a).items() if value != asdict(b)[key]} - {"gloss"}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_minimal_pair_differs_in_exactly_one_parameter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sign = random_sign("A", rng)
    changed = differences(sign, minimal_pair(sign, "B", rng))
    assert len(changed) == 1
    assert changed <= set(PARAMETERS)


def pairs_of(lexicon: tuple[Sign, ...]) -> int:
    """Signs that form a minimal pair with an earlier one."""
    return sum(
        any(len(d := differences(a, b)) == 1 and d <= set(PARAMETERS) for a in lexicon[:i])
        for i, b in enumerate(lexicon)
    )


def test_pairs_is_the_share_of_minimal_pairs() -> None:
    assert pairs_of(make_lexicon(40, 1, 0.0)) == 0
    assert pairs_of(make_lexicon(10, 1, 1.0)) == 9
    assert 0.1 <= pairs_of(make_lexicon(40, 1, 0.3)) / 40 <= 0.5


def test_signs_are_apart_and_have_their_own_gloss() -> None:
    lexicon = make_lexicon(20, 2, 0.5)
    assert len({sign.gloss for sign in lexicon}) == 20
    assert min(np.linalg.norm(a.vector() - b.vector()) for a, b in combinations(lexicon, 2)) >= 1.2


def test_a_longer_lexicon_begins_with_the_shorter_one() -> None:
    assert make_lexicon(12, 3, 0.3)[:7] == make_lexicon(7, 3, 0.3)
    assert make_lexicon(7, 3, 0.3) != make_lexicon(7, 4, 0.3)
