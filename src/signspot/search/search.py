"""``signspot search``: the places of an index that answer a query, as a table, as JSON for programs, or as a page."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from signspot.errors import InputError
from signspot.intake.summary import as_table
from signspot.report.search import Asked, write_search
from signspot.retrieval.index import FILE
from signspot.retrieval.places import Answer, Only, Place, moved, search
from signspot.retrieval.query import parse_query

log = logging.getLogger(__name__)

IN_TABLE, ON_PAGE = 20, 1000
"""Places that are shown if no number is told."""
SHOWN = 60
"""Characters of a sentence in the table."""


def run(arguments: argparse.Namespace) -> None:
    """Prints the places, the best first, or writes a page of them.

    Raises:
        InputError: the query or an option is wrong, or the index cannot be used.
    """
    if not 0 <= arguments.min_score <= 1:
        raise InputError(f"--min-score {arguments.min_score:g}: expected a number from 0 to 1.")
    query = parse_query(arguments.query, arguments.text, arguments.like)
    only = Only(arguments.signer, arguments.video, arguments.min_score)
    limit = arguments.limit or (ON_PAGE if arguments.out else IN_TABLE)
    answer = search(arguments.index, query, only, limit, _point(arguments.index, query.like))
    _tell_moved(arguments, answer.places)
    if arguments.out:
        write_search(arguments.out, Asked(arguments.query, arguments.text, only, arguments.like), answer)
        sys.stdout.write(f"{answer.found} place{'s' * (answer.found != 1)}. Page: {arguments.out / 'index.html'}\n")
    elif arguments.json:
        sys.stdout.write(json.dumps(_for_programs(arguments, answer), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(_for_people(answer))


def _point(index: Path, text: str) -> np.ndarray | None:
    """The point of a text in the common space of an index; None without a text."""
    if not text:
        return None
    from signspot.search.spaces import text_point

    return text_point(index, text)


def _tell_moved(arguments: argparse.Namespace, places: Sequence[Place]) -> None:
    gone = moved(arguments.index, places)
    if gone:
        log.warning(
            "%s: %d videos of these places are no longer where they were, for example %s. Were they moved, or the "
            "index without them? Call signspot index again.",
            arguments.index / FILE,
            len(gone),
            gone[0],
        )


def _for_programs(arguments: argparse.Namespace, answer: Answer) -> dict[str, Any]:
    """``query``, ``text``, ``like``, ``signs`` as they were understood, ``found`` (places in all), and ``places``."""
    places = [
        asdict(place)
        | {
            "signs": [sign._asdict() for sign in place.signs],
            "sentence": place.sentence._asdict() if place.sentence else None,
        }
        for place in answer.places
    ]
    return {
        "query": arguments.query,
        "text": arguments.text,
        "like": arguments.like,
        "signs": answer.signs,
        "found": answer.found,
        "places": places,
    }


def _for_people(answer: Answer) -> str:
    if not answer.places:
        return "No place answers this query.\n"
    rows = [
        (
            place.video,
            _clock(place.start_ms),
            _clock(place.end_ms),
            f"{place.score:.2f}",
            ", ".join(sign.sign for sign in place.signs),
            place.signer,
            _cut(place.sentence.text if place.sentence else ""),
        )
        for place in answer.places
    ]
    headers = ("video", "from", "to", "score", "signs", "signer", "sentence")
    columns = [place for place in range(len(headers)) if any(row[place] for row in rows)]
    table = as_table([headers[place] for place in columns], [[row[place] for place in columns] for row in rows])
    more = answer.found - len(rows)
    return f"{table}\n" + (f"… and {more} more places; --limit {answer.found} shows all.\n" if more else "")


def _clock(ms: int) -> str:
    minutes, ms = divmod(ms, 60_000)
    return f"{minutes}:{ms // 1000:02d}.{ms % 1000:03d}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
