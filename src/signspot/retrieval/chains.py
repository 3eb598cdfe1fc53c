"""Which signs of a video belong together in an answer: those of a query that are near, in any order or in its own."""

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Found(NamedTuple):
    """A sign that a query asks for.

    Args:
        start_ms: in the video.
        end_ms: exclusive.
        score: 0 … 1.
        sign: its number in the index.
        terms: the numbers of the signs of the query that it is, from 0 on.
        sentence: the number of the sentence that holds it; None if none does.
    """

    start_ms: int
    end_ms: int
    score: float
    sign: int
    terms: tuple[int, ...]
    sentence: int | None


def gathered(signs: Sequence[Found], terms: int, reach_ms: float) -> Iterator[list[Found]]:
    """Signs that belong together in any order, by start; each sign once, and in each group every term once at most.

    Groups with more terms come first, then those with better scores, then shorter ones.

    Args:
        signs: by start.
        terms: their number.
        reach_ms: the longest time from the latest end so far to the next start.
    """
    taken: set[int] = set()
    groups = [_from(signs, start, terms, reach_ms, taken) for start in range(len(signs))]
    waiting = [(_worth(signs, group), group) for group in groups]
    heapq.heapify(waiting)
    while waiting:
        _, group = heapq.heappop(waiting)
        if taken.isdisjoint(group):
            taken.update(group)
            yield [signs[number] for number in group]
        elif group[0] not in taken:
            rest = _from(signs, group[0], terms, reach_ms, taken)
            heapq.heappush(waiting, (_worth(signs, rest), rest))


def _from(signs: Sequence[Found], start: int, terms: int, reach_ms: float, taken: set[int]) -> list[int]:
    """The numbers of the signs that follow one: of each other term the next that is free."""
    group, held, end = [start], {signs[start].terms[0]}, signs[start].end_ms
    for number in range(start + 1, len(signs)):
        found = signs[number]
        if len(held) == terms or found.start_ms - end > reach_ms:
            break
        term = next((term for term in found.terms if term not in held), None)
        if term is not None and number not in taken:
            group.append(number)
            held.add(term)
            end = max(end, found.end_ms)
    return group


def _worth(signs: Sequence[Found], group: Sequence[int]) -> tuple[int, float, int, int]:
    """By what groups are compared; the smaller the better."""
    of_group = [signs[number] for number in group]
    score = sum(found.score for found in of_group) / len(group)
    length = max(found.end_ms for found in of_group) - of_group[0].start_ms
    return -len(group), -score, length, group[0]


def in_order(signs: Sequence[Found], terms: int, reach_ms: float) -> Iterator[list[Found]]:
    """Signs of all terms in the order of the terms, for each of the last term at most one group: the nearest ones.

    Args:
        signs: by start.
        terms: their number.
        reach_ms: the longest time from the end of a sign to the start of the next.
    """
    before: dict[tuple[int, int], int] = {}
    nearest: dict[int, int] = {}  # of the groups up to a term, the sign that ends last
    for number, found in enumerate(signs):
        for term in reversed(found.terms):
            earlier = nearest.get(term - 1)
            if term and (earlier is None or found.start_ms - signs[earlier].end_ms > reach_ms):
                continue
            if term:
                before[term, number] = earlier
            if term not in nearest or found.end_ms >= signs[nearest[term]].end_ms:
                nearest[term] = number
            if term == terms - 1:
                yield _back(signs, before, term, number)


def _back(signs: Sequence[Found], before: dict[tuple[int, int], int], term: int, number: int) -> list[Found]:
    chain = [signs[number]]
    while term:
        number = before[term, number]
        chain.append(signs[number])
        term -= 1
    return chain[::-1]
