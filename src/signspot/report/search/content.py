"""What the page of a search knows: the ranked places, their videos, and the words of sentences that were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signspot.report.scripted import address
from signspot.retrieval.places import Answer, Only
from signspot.retrieval.query import Phrase, parse_query

DIGITS = 4
"""Of scores."""


@dataclass(frozen=True)
class Asked:
    """What was searched.

    Args:
        query: as it was given, see :mod:`signspot.retrieval.query`.
        text: further words of a sentence, as they were given; "" for none.
        only: which places count.
        like: a text that sentences are to be similar to in meaning, as it was given; "" for none.
    """

    query: str
    text: str
    only: Only
    like: str = ""

    def title(self) -> str:
        """The query in one line."""
        text = self.text.strip() and f'text:"{self.text.strip()}"'
        return self.query.strip() or self.like.strip() or text

    def told(self) -> list[tuple[str, str]]:
        """What was asked beside the title, by name; what was left open is left out."""
        text = self.text.strip() if self.query.strip() or self.like.strip() else ""
        like = self.like.strip() if self.query.strip() else ""
        least = f"{self.only.min_score:g}" if self.only.min_score else ""
        named = (
            ("similar to", like),
            ("text of the sentence", text),
            ("signer", self.only.signer),
            ("video", self.only.video),
            ("score at least", least),
        )
        return [(name, value) for name, value in named if value]


def content(asked: Asked, answer: Answer, folder: Path) -> dict[str, Any]:
    """The content of the page for its scripts. Videos are numbered; times are in ms of the video.

    Args:
        asked: what was searched.
        answer: the places, the best first.
        folder: of the page, from which the videos are found.
    """
    phrases = parse_query(asked.query, asked.text, asked.like).phrases
    keys = {(place.video, place.media, place.signer): None for place in answer.places}
    number = {key: count for count, key in enumerate(keys)}
    return {
        "signs": len(answer.signs),
        "scored": bool(answer.signs or asked.like.strip()),
        "videos": [
            {"name": name, "src": address(Path(media), folder) if media else None, "signer": signer}
            for name, media, signer in keys
        ],
        "places": [
            (
                number[place.video, place.media, place.signer],
                place.start_ms,
                place.end_ms,
                round(place.score, DIGITS),
                [(sign.sign, sign.start_ms, round(sign.score, DIGITS)) for sign in place.signs],
                pieces(place.sentence.text, phrases) if place.sentence else [],
            )
            for place in answer.places
        ],
    }


def pieces(text: str, phrases: Sequence[Phrase]) -> list[str]:
    """A text cut where the words of phrases begin and end: every second piece, from the second on, is of a phrase."""
    found, done = [], 0
    for start, end in sorted(span for phrase in phrases for span in phrase.spans(text)):
        if start >= done:
            found += [text[done:start], text[start:end]]
        elif end > done:
            found[-1] += text[done:end]
        done = max(done, end)
    return [*found, text[done:]]
