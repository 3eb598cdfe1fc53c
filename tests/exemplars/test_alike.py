"""Which signs look alike, and which examples of a sign do not."""

import numpy as np
import pytest
from seen_signers import LEXICON, hands_of, seen

from signspot.exemplars import alike
from signspot.exemplars.alike import LookAlike, likeness_of_examples, look_alikes, odd_examples
from signspot.exemplars.matching import Background, Example, Matcher
from signspot.exemplars.rendered import rendered_streams

ID_OF_EXAMPLE = np.array([0, 0, 1, 2, 2])


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """Two examples of a sign, its double under another name, and two examples of one name that are two signs."""
    made = [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0)]
    hands = [hands_of(seen([(LEXICON[number], 0.8, 1.4)], 2.2, seed))[20:36] for number, seed in made]
    examples = [Example(class_id, one) for class_id, one in zip(ID_OF_EXAMPLE.tolist(), hands, strict=True)]
    return Matcher(examples).calibrated(map(Background, rendered_streams(range(3), 8.0, 0)))


def test_the_double_of_a_sign_looks_like_it(matcher: Matcher) -> None:
    likeness = likeness_of_examples(matcher)
    assert likeness.shape == (5, 5)
    assert np.isneginf(np.diag(likeness)).all()
    [best, *_] = look_alikes(likeness, matcher.class_ids, 0.5)
    assert (best.first, best.second) == (0, 1)
    assert likeness[:2, 2].min() > likeness[:3, 3:].max()


def test_examples_that_are_two_signs_are_odd(matcher: Matcher) -> None:
    assert odd_examples(likeness_of_examples(matcher), matcher.class_ids) == [3, 4]


def test_the_examples_beside_it_change_no_likeness(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples lie one behind the other, and a match that begins in the one before it would be better."""
    whole = likeness_of_examples(matcher)
    monkeypatch.setattr(alike, "PART", 20)
    np.testing.assert_allclose(likeness_of_examples(matcher), whole, atol=1e-4)


def test_an_example_that_is_too_long_to_match_is_like_nothing(matcher: Matcher) -> None:
    longer = Example(7, np.tile(matcher.examples[0].hands, (4, 1, 1)))
    likeness = likeness_of_examples(Matcher([*matcher.examples, longer]))
    assert np.isneginf(likeness[5]).all()
    assert np.isfinite(likeness[:5, 5]).all()


def test_pairs_come_once_and_the_most_alike_first() -> None:
    likeness = np.array([[-np.inf, 9, 5, 1], [9, -np.inf, 2, 1], [4, 2, -np.inf, 7], [1, 1, 6, -np.inf]])
    found = look_alikes(likeness, np.array([4, 4, 2, 0]), 2.0)
    assert found == [LookAlike(0, 2, 7.0), LookAlike(2, 4, 5.0)]


def test_a_single_example_is_never_odd() -> None:
    likeness = np.full((3, 3), -np.inf)
    likeness[0, 1] = 0.5
    assert odd_examples(likeness, np.array([0, 0, 1])) == []
    likeness[0, 1] = -0.5
    assert odd_examples(likeness, np.array([0, 0, 1])) == [0, 1]
