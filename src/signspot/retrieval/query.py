"""What a person asks for: signs in any order, signs in a given order, words of sentences. Parsed here and nowhere else.

``HOUSE BUY``: signs in any order. ``HOUSE … BUY`` (or ``...``): all of them, in this order. ``HOU*``: ``*`` stands for
any letters. ``"GOOD MORNING"``: a gloss of several words. ``within 3 s``: from the end of a sign to the start of the
next. ``text:house``, ``text:"bought a hou*"``: words of a sentence, next to each other. Apart from all these, a text
may be asked for by its meaning.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from signspot.corpus.names import UNWRITABLE
from signspot.errors import InputError, shown
from signspot.retrieval.words import split_words, word_spans

MOST_CHARACTERS, MOST_PARTS = 1000, 32
LONGEST_S = 600
"""The longest time between two signs that belong together."""
ELLIPSIS = "…"
TOKEN = re.compile(
    r"\s*(?:"
    rf"(?P<ellipsis>{ELLIPSIS})"
    r'|text:(?:"(?P<phrase>[^"]*)"|(?P<said>[^\s"…]+))'
    r"|within\s+(?P<number>[0-9]{1,6}(?:[.,][0-9]{1,3})?)\s*(?P<unit>ms|s)(?=[\s…]|\Z)"
    r'|"(?P<quoted>[^"]*)"'
    r'|(?P<plain>[^\s"…]+)'
    r")"
)
FORM = 'Expected glosses, perhaps with * or with … between them, text:"words", and within 3 s.'


@dataclass(frozen=True)
class Phrase:
    """Words of a sentence that stand next to each other, and whether the last one may go on."""

    words: tuple[str, ...]
    goes_on: bool = False

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where a text has these words: start and end of each time, in characters as they are written (exclusive)."""
        words, size = word_spans(text), len(self.words)
        runs = (words[place : place + size] for place in range(len(words) - size + 1))
        return [(run[0][1], run[-1][2]) for run in runs if self._are([word for word, _, _ in run])]

    def _are(self, words: list[str]) -> bool:
        *before, last = self.words
        end = words[-1]
        return words[:-1] == before and (end.startswith(last) if self.goes_on else end == last)


@dataclass(frozen=True)
class Query:
    """What is searched.

    Args:
        signs: texts that name one sign or several, or patterns with ``*``; all in their order.
        ordered: whether all signs must be there, in their order.
        within_ms: the longest time from the end of a sign to the start of the next; None if it is not told.
        phrases: what a sentence must hold.
        like: a text that sentences are to be similar to in meaning; "" for none.
    """

    signs: tuple[str, ...] = ()
    ordered: bool = False
    within_ms: int | None = None
    phrases: tuple[Phrase, ...] = ()
    like: str = ""


def parse_query(text: str, said: str = "", like: str = "") -> Query:
    """The query of a text.

    Args:
        text: what is asked for, see the top of this module.
        said: further words of a sentence, next to each other; "" for none.
        like: a text that sentences are to be similar to in meaning; "" for none.

    Raises:
        InputError: the text is too long, asks for nothing, or has another form; or an order is asked for beside a text
            by its meaning.
    """
    if max(map(len, (text, said, like))) > MOST_CHARACTERS or UNWRITABLE.search(text + said + like):
        raise InputError(f"the query has more than {MOST_CHARACTERS} characters, or one that controls a screen. {FORM}")
    signs: list[list[_Named]] = [[]]
    phrases = [parse_phrase(said)] if said.strip() else []
    within: list[int] = []
    for token in _tokens(text):
        kind, value = token.lastgroup or "", token[token.lastgroup or 0]
        if kind == "ellipsis":
            signs.append([])
        elif kind == "unit":
            within.append(_ms(token["number"], value))
        elif kind in ("phrase", "said"):
            phrases.append(parse_phrase(value))
        else:
            _add_sign(signs[-1], value, quoted=kind == "quoted")
    if len(within) > 1:
        raise InputError(f"the query tells a time by within {len(within)} times, expected once.")
    if len(signs) > 1 and not all(signs):
        raise InputError(f"the query has {ELLIPSIS} without a sign before or after it. Name the signs on both sides.")
    flat = tuple(named.text for run in signs for named in run)
    if within and not flat:
        raise InputError("the query tells a time by within, but no sign. Name the signs.")
    if like.strip():
        _check_like(like, ordered=len(signs) > 1 or bool(within))
    elif not flat and not phrases:
        raise InputError(f"the query asks for nothing. {FORM}")
    if len(flat) + len(phrases) > MOST_PARTS:
        raise InputError(f"the query has {len(flat) + len(phrases)} parts, expected {MOST_PARTS} at most.")
    return Query(flat, len(signs) > 1, within[0] if within else None, tuple(phrases), like.strip())


def _check_like(like: str, *, ordered: bool) -> None:
    if not split_words(like):
        raise InputError(f"--like {shown(like)}: has no letter or digit. Expected words of the language of sentences.")
    if ordered:
        raise InputError(
            f"--like ranks whole sentences, whose signs have no order: leave out {ELLIPSIS} and within, or --like."
        )


def parse_phrase(text: str) -> Phrase:
    """Words of a sentence; ``*`` at the end stands for any letters.

    Raises:
        InputError: there is no word, or ``*`` stands elsewhere.
    """
    body, star, rest = text.strip().partition("*")
    words = tuple(split_words(body))
    if not words or rest or (star and not split_words(body[-1:])):
        raise InputError(f"the text {shown(text)}: expected words, with * at the end of the last one only.")
    return Phrase(words, bool(star))


def pattern_pieces(pattern: str) -> list[str]:
    """What stands between the ``*`` of a pattern, as words of signs are spelt."""
    return [" ".join(split_words(piece)) for piece in pattern.split("*")]


def fits(pieces: list[str], word: str) -> bool:
    """Whether a word is of a pattern.

    Args:
        pieces: see :func:`pattern_pieces`; two at least.
        word: of a sign.
    """
    first, *middle, last = pieces
    if not word.startswith(first) or not word.endswith(last):
        return False
    place = len(first)
    for piece in middle:
        place = word.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return place + len(last) <= len(word)


def _tokens(text: str) -> list[re.Match[str]]:
    text = re.sub(r"\.{3,}", ELLIPSIS, text).rstrip()
    found, place = [], 0
    while place < len(text):
        token = TOKEN.match(text, place)
        if token is None:
            raise InputError(f"the query {shown(text)}: a quotation mark is left open. {FORM}")
        found.append(token)
        place = token.end()
    return found


class _Named(NamedTuple):
    """A text that names signs, and whether it stands for itself: further words do not belong to it."""

    text: str
    apart: bool


def _add_sign(run: list[_Named], text: str, *, quoted: bool) -> None:
    """Adds the name of a sign; plain ones next to each other become one text, for a gloss may have several words."""
    if not quoted and text in ("within", "text:"):
        raise InputError(
            f"the query has {text} without {'a time such as 3 s' if text == 'within' else 'words'}. {FORM}"
        )
    if not split_words(text):
        raise InputError(f"the query: {shown(text)} has no letter or digit. {FORM}")
    named = _Named(text, quoted or "*" in text)
    if run and not named.apart and not run[-1].apart:
        run[-1] = _Named(f"{run[-1].text} {text}", False)
    else:
        run.append(named)


def _ms(number: str, unit: str) -> int:
    ms = round(float(number.replace(",", ".")) * (1000 if unit == "s" else 1))
    if ms > 1000 * LONGEST_S:
        raise InputError(f"the query: within {number} {unit}, expected {LONGEST_S} s at most.")
    return ms
