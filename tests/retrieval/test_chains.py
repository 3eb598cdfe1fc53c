"""Signs that belong together, in any order and in a given one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.retrieval.chains import Found, gathered, in_order


def signs(text: str, scores: str = "") -> list[Found]:
    """A sign of 100 ms for each letter, at its place in units of 100 ms; A is term 0, B is term 1, and so on."""
    score = scores or "9" * len(text)
    return [
        Found(100 * place, 100 * place + 100, int(score[place]) / 9, 0, (ord(letter) - ord("A"),), None)
        for place, letter in enumerate(text)
        if letter != "."
    ]


def places(chains) -> list[tuple[int, ...]]:
    return [tuple(found.start_ms // 100 for found in chain) for chain in chains]


@pytest.mark.parametrize(
    ("text", "terms", "reach", "groups"),
    [
        ("AAA", 1, 0, [(0,), (1,), (2,)]),
        ("AB", 2, 0, [(0, 1)]),
        ("BA", 2, 0, [(0, 1)]),
        ("A..B", 2, 200, [(0, 3)]),
        ("A..B", 2, 199, [(0,), (3,)]),
        ("ABAC", 3, 1000, [(1, 2, 3), (0,)]),
        ("AAB", 2, 1000, [(1, 2), (0,)]),
        ("ABBA", 2, 1000, [(0, 1), (2, 3)]),
    ],
)
def test_in_any_order(text: str, terms: int, reach: float, groups: list) -> None:
    assert places(gathered(signs(text), terms, reach)) == groups


def test_better_scores_come_first() -> None:
    assert places(gathered(signs("ABA", "199"), 2, 1000)) == [(1, 2), (0,)]
    assert places(gathered(signs("ABA", "991"), 2, 1000)) == [(0, 1), (2,)]


@pytest.mark.parametrize(
    ("text", "terms", "reach", "groups"),
    [
        ("AB", 2, 0, [(0, 1)]),
        ("BA", 2, 1000, []),
        ("A..B", 2, 200, [(0, 3)]),
        ("A..B", 2, 199, []),
        ("AAB", 2, 1000, [(1, 2)]),
        ("ABB", 2, 1000, [(0, 1), (0, 2)]),
        ("A.B.BC", 3, 100, []),
        ("AB.BC", 3, 200, [(0, 3, 4)]),
        ("ACB", 3, 1000, []),
    ],
)
def test_in_their_order(text: str, terms: int, reach: float, groups: list) -> None:
    assert places(in_order(signs(text), terms, reach)) == groups


def test_a_sign_asked_for_twice_is_there_twice() -> None:
    twice = [found._replace(terms=(0, 1)) for found in signs("A.A")]
    assert places(in_order(twice, 2, 1000)) == [(0, 2)]
    assert not places(in_order(twice[:1], 2, 1000))


@given(st.text("ABC.", max_size=14), st.integers(0, 500))
def test_no_sign_counts_twice_and_none_is_lost(text: str, reach: int) -> None:
    every = signs(text)
    groups = places(gathered(every, 3, reach))
    assert sorted(place for group in groups for place in group) == [found.start_ms // 100 for found in every]
    assert all(len({text[place] for place in group}) == len(group) for group in groups)


@given(st.text("ABC.", max_size=10), st.integers(0, 400))
def test_an_order_is_found_wherever_it_is(text: str, reach: int) -> None:
    where = {letter: [place for place, other in enumerate(text) if other == letter] for letter in "ABC"}
    last = {c for a, b, c in product(*where.values()) if a < b < c and 100 * max(b - a - 1, c - b - 1) <= reach}
    assert {chain[-1] for chain in places(in_order(signs(text), 3, reach))} == last
