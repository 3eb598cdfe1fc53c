"""Candidates of a finder: planted signs are the strongest, with and without networks."""

import numpy as np
import pytest
import torch
from seen_signers import LEXICON, hands_of, seen

from signspot.exemplars import candidates as module
from signspot.exemplars.candidates import SHORTEST, Finder, false_alarms
from signspot.exemplars.matching import Background, Example, Matcher
from signspot.exemplars.network import Committee, TemporalNetwork
from signspot.exemplars.rendered import rendered_streams

CLASSES = 3
PLANTED = [(0, 20, 35), (1, 70, 85), (2, 120, 135)]


@pytest.fixture(scope="module")
def material() -> list[np.ndarray]:
    return rendered_streams(range(4), 8.0, 5)


@pytest.fixture(scope="module")
def matcher(material: list[np.ndarray]) -> Matcher:
    examples = [Example(number, hands_of(seen([(LEXICON[number], 0.8, 1.4)], 2.2))[20:36]) for number in range(CLASSES)]
    return Matcher(examples).calibrated(map(Background, material[1:]))


@pytest.fixture(scope="module")
def planted(matcher: Matcher, material: list[np.ndarray]) -> np.ndarray:
    hands = material[0].copy()
    for class_id, first, last in PLANTED:
        hands[first : last + 1] = matcher.examples[class_id].hands
    return hands


def networks() -> Committee:
    """Two that have learnt nothing."""
    torch.manual_seed(0)
    return Committee(TemporalNetwork(48, CLASSES + 1, width=8) for _ in range(2)).eval()


def test_planted_signs_are_the_strongest_candidates(matcher: Matcher, planted: np.ndarray) -> None:
    found = Finder(matcher).candidates(planted)
    assert (np.diff(found.score) <= 0).all()
    best = found.those(range(CLASSES))
    rows = zip(best.class_id.tolist(), best.first.tolist(), best.last.tolist(), strict=True)
    assert sorted(rows) == PLANTED


def test_candidates_lie_in_the_video_and_last(matcher: Matcher, planted: np.ndarray) -> None:
    for finder in (Finder(matcher), Finder(matcher, networks())):
        found = finder.candidates(planted)
        assert len(found) > CLASSES
        assert (found.first >= 0).all()
        assert (found.last < len(planted)).all()
        assert (found.last - found.first + 1 >= SHORTEST).all()
        assert set(found.class_id.tolist()) <= set(range(CLASSES))
        assert (found.class_id.dtype, found.first.dtype, found.score.dtype) == (np.int32, np.int32, np.float32)


class Sure(Committee):
    """Names class 1 in frames 150 to 169, and class 0 where it was planted."""

    def __init__(self) -> None:
        super().__init__([TemporalNetwork(48, CLASSES + 1, width=8)])

    def log_probabilities(self, x: torch.Tensor) -> torch.Tensor:
        label = torch.zeros(len(x), dtype=torch.long)
        label[150:170], label[20:36] = 2, 1
        return torch.where(torch.nn.functional.one_hot(label, CLASSES + 1).T.bool(), 0.0, -4.0)


def test_networks_judge_what_was_matched_and_name_more(matcher: Matcher, planted: np.ndarray) -> None:
    alone, judged = Finder(matcher).candidates(planted), Finder(matcher, Sure()).candidates(planted)

    def strength(found, class_id: int, frame: int) -> float:
        mine = (found.class_id == class_id) & (found.first <= frame) & (found.last >= frame)
        return found.score[mine].max(initial=-np.inf)

    assert strength(judged, 0, 28) > strength(alone, 0, 28)
    assert strength(judged, 1, 78) < strength(alone, 1, 78)
    named = judged.those((judged.class_id == 1) & (judged.first == 150) & (judged.last == 169))
    assert len(named) == 1


def test_a_sign_without_an_example_is_no_candidate(
    matcher: Matcher, planted: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "segments", lambda log_probabilities: [(2, 10, 30)])
    known = matcher.class_ids < 2
    examples = [example for example in matcher.examples if example.class_id < 2]
    finder = Finder(Matcher(examples, matcher.mean[known], matcher.deviation[known]), networks())
    assert 2 not in finder.candidates(planted).class_id


def test_only_the_strongest_are_kept(matcher: Matcher, planted: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    every = Finder(matcher).candidates(planted)
    monkeypatch.setattr(module, "MOST_PER_MINUTE", 4)
    few = Finder(matcher).candidates(planted)
    np.testing.assert_array_equal(few.score, every.score[:4])


def test_a_video_shorter_than_any_example_has_none(matcher: Matcher) -> None:
    for finder in (Finder(matcher), Finder(matcher, networks())):
        assert len(finder.candidates(np.zeros((3, 2, 46), np.float32))) == 0


def test_false_alarms_are_counted_beside_known_signs_alone(matcher: Matcher, planted: np.ndarray) -> None:
    unknown, minutes = false_alarms(Finder(matcher), [Background(planted)])
    assert minutes == pytest.approx(len(planted) / 1500)
    known, fewer = false_alarms(Finder(matcher), [Background(planted, PLANTED)])
    free = Background(planted, PLANTED).unlabelled(12)
    assert fewer == pytest.approx(free.sum() / 1500)
    assert max(unknown) > 2 * max(known, default=0)
    twice, double = false_alarms(Finder(matcher), [Background(planted)] * 2)
    assert (sorted(twice), double) == (sorted(unknown * 2), pytest.approx(2 * minutes))


def test_rest_counts_for_twice_as_long_as_signing_at_most(matcher: Matcher, planted: np.ndarray) -> None:
    resting = np.zeros((3000, 2, 46), np.float32)
    resting[:, :, 1] = 1.1
    assert false_alarms(Finder(matcher), [Background(resting)]) == ([], 0)
    both = [Background(planted), Background(resting)]
    _, minutes = false_alarms(Finder(matcher), both)
    assert minutes == pytest.approx(3 * both[0].signing.sum() / 1500)


def test_a_finder_depends_on_no_more_than_its_overlap(matcher: Matcher, planted: np.ndarray) -> None:
    """A part of a video, with the overlap beside it, gives the candidates that the whole gives there."""
    finder = Finder(matcher)
    start = 60
    whole, part = finder.candidates(planted), finder.candidates(planted[start:])

    def inside(found, moved: int) -> set[tuple[int, int, int]]:
        rows = zip(found.class_id.tolist(), (found.first + moved).tolist(), (found.last + moved).tolist(), strict=True)
        return {row for row in rows if row[1] >= start + finder.overlap}

    assert inside(whole, 0) == inside(part, start) != set()
