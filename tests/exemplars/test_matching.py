"""Matching: planted examples are found, what is no background does not count, idle hands weigh less."""

import numpy as np
import pytest
from seen_signers import LEXICON, hands_of, in_mirror, seen

from signspot.exemplars.descriptors import SIZE, mirrored
from signspot.exemplars.matching import Background, Example, Matcher, matches
from signspot.exemplars.projection import project
from signspot.exemplars.rendered import rendered_streams

ONE_HANDED = [sign for sign in LEXICON if sign.kind == "one"]


def example_of(number: int, class_id: int, seed: int = 0) -> Example:
    """A sign of the lexicon, made once, without the way to it and back."""
    hands = hands_of(seen([(LEXICON[number], 0.8, 1.4)], 2.2, seed))
    return Example(class_id, hands[20:36])


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [example_of(number, class_id) for class_id, number in enumerate((0, 1, 2))]


@pytest.fixture(scope="module")
def material() -> list[np.ndarray]:
    """Signing with other signs."""
    return rendered_streams(range(4), 8.0, 5)


def planted(material: np.ndarray, *examples: Example) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """Material in which examples stand at equal distances; class id, first and last frame of each."""
    hands, signs = material.copy(), []
    for number, example in enumerate(examples):
        first = 20 + 40 * number
        last = first + len(example.hands) - 1
        hands[first : last + 1] = example.hands
        signs.append((example.class_id, first, last))
    return hands, signs


def test_planted_examples_are_the_best_matches(examples: list[Example], material: list[np.ndarray]) -> None:
    matcher = Matcher(examples).calibrated(map(Background, material[1:]))
    hands, signs = planted(material[0], *examples)
    distance, first = matcher.distances(hands)
    found = matches(distance, first, matcher.likeness(distance), 1.0)
    for class_id, start, stop in signs:
        mine = np.flatnonzero(found.example == class_id)
        best = mine[found.likeness[mine].argmax()]
        assert (found.first[best], found.last[best]) == (start, stop)
        assert found.likeness[best] > np.delete(found.likeness[mine], np.flatnonzero(mine == best)).max(initial=1) + 1


def test_a_match_is_the_best_of_its_neighbourhood_and_good_enough(
    examples: list[Example], material: list[np.ndarray]
) -> None:
    matcher = Matcher(examples).calibrated(map(Background, material[1:]))
    distance, first = matcher.distances(material[0])
    likeness = matcher.likeness(distance)
    every, good = (matches(distance, first, likeness, least) for least in (-np.inf, 0.5))
    assert 0 < len(good.last) < len(every.last)
    assert good.likeness.min() >= 0.5
    assert (every.first < every.last).all()
    for number in range(len(examples)):
        assert np.diff(np.sort(every.last[every.example == number])).min() > 5


def test_examples_of_its_own_sign_are_no_background(examples: list[Example], material: list[np.ndarray]) -> None:
    hands, signs = planted(material[0], *[examples[0]] * 2)
    plain, known, unknown = (
        Matcher(examples).calibrated([Background(background, told)])
        for background, told in ((material[0], ()), (hands, signs), (hands, ()))
    )
    assert unknown.mean[0] < known.mean[0] - 0.1
    assert known.mean[0] == pytest.approx(plain.mean[0], rel=0.2)
    np.testing.assert_array_equal(known.mean[1:], unknown.mean[1:])


def test_likeness_counts_deviations_below_the_mean(examples: list[Example], material: list[np.ndarray]) -> None:
    matcher = Matcher(examples, np.array([2.0, 3.0, 4.0]), np.array([0.5, 1.0, 2.0]))
    np.testing.assert_allclose(matcher.likeness(np.ones((3, 2), np.float32)), [[2, 2], [2, 2], [1.5, 1.5]])


def test_without_any_background_distances_stay_as_they_are(examples: list[Example]) -> None:
    everywhere = [(0, 0, len(examples[0].hands) - 1)]
    matcher = Matcher(examples[:1]).calibrated([Background(examples[0].hands, everywhere)])
    np.testing.assert_array_equal(matcher.likeness(np.full((1, 1), 2.0)), [[-2.0]])


def still(height_of_left: float) -> np.ndarray:
    """Two hands that do not move, the right one raised; descriptors of 20 frames."""
    hands = np.zeros((20, 2, SIZE), np.float32)
    hands[:, :, 1] = 0.2, height_of_left
    return hands


@pytest.mark.parametrize(("height_of_left", "weight"), [(1.2, 0.5), (0.3, 1.0)])
def test_a_hand_that_rests_weighs_half(height_of_left: float, weight: float) -> None:
    """The same error of either hand, in its own projection."""
    matcher = Matcher([Example(0, still(height_of_left))])
    found = []
    for hand in range(2):
        changed = still(height_of_left)
        changed[:, hand, 0] += 0.4
        size = np.linalg.norm((project(changed) - project(still(height_of_left)))[0])
        found.append(matcher.distances(changed)[0][0, -1] / size)
    assert found[1] / found[0] == pytest.approx(weight, rel=1e-3)


def test_a_sign_of_the_left_hand_alone_is_turned_into_one_of_the_right() -> None:
    landmarks = seen([(ONE_HANDED[0], 0.8, 1.4)], 2.2)
    right = Example(0, hands_of(landmarks)[20:36])
    left = Example(0, hands_of(in_mirror(landmarks))[20:36])
    np.testing.assert_array_equal(right.resting, [False, True])
    assert right.right_handed is right
    np.testing.assert_array_equal(left.resting, [True, False])
    np.testing.assert_array_equal(left.right_handed.hands, mirrored(left.hands))
    np.testing.assert_allclose(left.right_handed.hands, right.hands, atol=1e-5)


def test_frames_beside_known_signs_are_not_free() -> None:
    background = Background(np.zeros((20, 2, SIZE), np.float32), [(0, 1, 3), (1, 17, 18)])
    np.testing.assert_array_equal(np.flatnonzero(background.unlabelled(2)), np.arange(6, 15))
    np.testing.assert_array_equal(np.flatnonzero(~background.unlabelled(0)), [1, 2, 3, 17, 18])
