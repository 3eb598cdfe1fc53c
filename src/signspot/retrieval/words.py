"""Search by recognised signs: the words of a text, the signs that windows of a video show, and what both share."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, groupby

import numpy as np
import pandas as pd

from signspot.corpus.names import folded
from signspot.corpus.tables import class_ids, signs_by_id
from signspot.predictions import Predictions

THRESHOLD = 0.5
"""The sign of a window counts if its probability is larger."""
IN_WORDS = "LMN"
"""Unicode categories of characters that words consist of: letters, marks that belong to letters, numbers."""
INVISIBLE = "Cf"
"""Unicode category of characters that nobody sees and that part no words, for example the soft hyphen."""


def split_words(text: str) -> list[str]:
    """The words of a text in their order, without case and punctuation.

    All characters but letters, their marks and digits part words: ``GOOD-MORNING*`` is ``good``, ``morning``. Case is
    folded as Unicode says: ``STRASSE`` and ``Straße`` are one word.
    """
    seen = (char for char in folded(text) if unicodedata.category(char) != INVISIBLE)
    return "".join(char if unicodedata.category(char)[0] in IN_WORDS else " " for char in seen).split()


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The words of :func:`split_words`, and where each begins and ends in the text as it is written (exclusive)."""
    spans, start = [], 0
    for inside, run in groupby(text, key=_goes_on):
        end = start + len(list(run))
        words = split_words(text[start:end]) if inside else []
        spans += [(word, start, end) for word in words]
        start = end
    return spans


def _goes_on(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in IN_WORDS or category == INVISIBLE


@dataclass(frozen=True)
class SignWords:
    """The words that stand for the signs of a vocabulary in queries and texts.

    The word of a sign is its gloss without case and punctuation; of a gloss of several words, these with spaces
    between them. Signs whose glosses differ in case and punctuation alone have one word.

    Args:
        words: the word of each sign, by class id.
        meant: the word that each gloss and each alias means, in words of a text -> the word of its sign.
    """

    words: tuple[str, ...]
    meant: Mapping[tuple[str, ...], str]

    @classmethod
    def of_vocabulary(cls, vocabulary: pd.DataFrame) -> "SignWords":
        """The words of a checked table of signs (class_id, sign, perhaps aliases)."""
        ids = class_ids(vocabulary)
        signs = signs_by_id(ids)
        # A gloss of punctuation alone keeps it, and no text names it.
        word = {number: " ".join(split_words(sign)) or folded(sign) for number, sign in sorted(signs.items())}
        named = [(tuple(split_words(gloss)), word[number]) for gloss, number in ids.items()]
        aliases = {phrase: own for phrase, own in reversed(named) if phrase}
        return cls(tuple(word.values()), aliases | {tuple(one.split()): one for one in word.values()})

    def of_text(self, text: str, *, only_signs: bool = False) -> list[str]:
        """The words of a text in their order: those of signs, and as they are all others.

        Where several glosses begin with the same words, the longest one is meant.

        Args:
            text: a query, or a sentence.
            only_signs: words that name no sign are left out.
        """
        parts, found, place = split_words(text), [], 0
        longest = max(map(len, self.meant), default=1)
        while place < len(parts):
            phrases = (tuple(parts[place : place + size]) for size in range(longest, 0, -1))
            phrase = next((phrase for phrase in phrases if phrase in self.meant), (parts[place],))
            if phrase in self.meant or not only_signs:
                found.append(self.meant.get(phrase, parts[place]))
            place += len(phrase)
        return found

    def of_video(self, predictions: Predictions, threshold: float = THRESHOLD) -> set[str]:
        """The words of the signs that are recognised in a video. The background is no sign, and competes with none.

        Args:
            predictions: of any spotter; rows are windows.
            threshold: the probability of a sign must be larger.
        """
        return {self.words[class_id] for class_id in recognised(predictions.score[:, 1:], threshold)}


def recognised(probability: np.ndarray, threshold: float = THRESHOLD) -> set[int]:
    """The class ids of the signs that windows show: of each window the most probable one, if it is probable enough.

    Args:
        probability: float (n, C), of each sign in each window, without the background. Of equal ones the lower class
            is taken.
        threshold: the probability must be larger.
    """
    if not probability.size:
        return set()
    return set(probability.argmax(1)[probability.max(1) > threshold].tolist())


def similarities(texts: Sequence[Collection[str]], videos: Sequence[Collection[str]]) -> np.ndarray:
    """Intersection over union of the words of each text and each video, float64 (texts, videos), 0 … 1.

    A text and a video that both have no words have the similarity 0.

    Args:
        texts: the words of each text; one that is there twice counts once.
        videos: the words that are recognised in each video.
    """
    text_sets, video_sets = [set(words) for words in texts], [set(words) for words in videos]
    columns = {word: column for column, word in enumerate(sorted(set(chain.from_iterable(video_sets))))}
    both = _incidence(text_sets, columns) @ _incidence(video_sets, columns).T
    either = _sizes(text_sets)[:, None] + _sizes(video_sets) - both
    return both / np.maximum(either, 1)


def _incidence(sets: Sequence[AbstractSet[str]], columns: Mapping[str, int]) -> np.ndarray:
    """Whether each set holds each word, as 0.0 and 1.0."""
    held = np.zeros((len(sets), len(columns)))
    for row, words in enumerate(sets):
        held[row, [columns[word] for word in words if word in columns]] = 1
    return held


def _sizes(sets: Sequence[AbstractSet[str]]) -> np.ndarray:
    return np.array([len(words) for words in sets], dtype=float)
