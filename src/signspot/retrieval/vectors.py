"""A vector for every word: from a file of word vectors, or made from the spelling of the word."""

import hashlib
import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from signspot.corpus.names import folded
from signspot.errors import InputError, shown
from signspot.files import open_regular
from signspot.retrieval.words import split_words

DIM = 300
"""Numbers of a vector that is made from a spelling."""
MOST_DIM = 10_000
"""Numbers of a vector of a file."""
MOST_CHARACTERS = 40
"""Of a number in a file. A word may have as many as MOST_WORD."""
MOST_WORD = 1000
FORMAT = "Take a file in the text format of word2vec, or save yours in it."


def spelled_vector(word: str, dim: int = DIM) -> np.ndarray:
    """A random vector of length 1 that depends on the spelling of a word only, float32 (dim,).

    It is the same on every machine and with every version of NumPy: SHAKE-256 of the UTF-8 text of the word gives two
    bytes for each number, low byte first. A number is twice their value less 65535, so that 0 is the middle. All are
    divided by the square root of the sum of their squares, as double-precision numbers. Vectors of different words are
    nearly at right angles.

    Args:
        word: one word; Unicode's forms and cases of it count as different spellings.
        dim: number of dimensions.
    """
    drawn = np.frombuffer(hashlib.shake_256(word.encode()).digest(2 * dim), "<u2").astype(np.int64)
    centred = 2 * drawn - 65535
    return (centred / math.sqrt(int(centred @ centred))).astype(np.float32)


def spelled_vectors(words: Sequence[str], dim: int = DIM) -> np.ndarray:
    """The vectors of the words of a text in their order, float32 (n, dim), see :func:`spelled_vector`."""
    return np.array([spelled_vector(word, dim) for word in words], np.float32).reshape(-1, dim)


def read_vectors(path: Path, words: Collection[str]) -> tuple[dict[str, np.ndarray], int]:
    """The vectors of some words, from a file in the text format of word2vec.

    Its first line tells the number of words and of the numbers of each; every further line is a word and its numbers,
    between spaces. The file is read line by line, so that memory holds the wanted words only. Of several lines that
    differ in case, the one that is spelt as wanted counts, else the first one. Numbers of other words are counted, but
    not looked at.

    Args:
        path: the file, UTF-8.
        words: the wanted ones, as :func:`signspot.retrieval.words.split_words` gives them.

    Returns:
        float32 (dim,) by word, without the words that the file lacks; and dim.

    Raises:
        InputError: the file cannot be read, or a line is malformed, has another number of numbers, or is there twice.
    """
    with _opened(path) as file:
        return _vectors(path, file, set(words))


def has_any(path: Path, words: Collection[str]) -> bool:
    """Whether a file of word vectors has one of some words; it is read no further than to the first one.

    Args:
        path, words: as for :func:`read_vectors`.

    Raises:
        InputError: the file cannot be read, or a line before the first such word is malformed.
    """
    wanted = set(words)
    with _opened(path) as file:
        return any(folded(spelling) in wanted for spelling, _ in _lines(path, file, _header(path, file)[1]))


def text_vectors(texts: Sequence[str], path: Path | None = None) -> list[np.ndarray]:
    """Of each text the vectors of its words in their order, float32 (words, dim).

    Args:
        texts: sentences or queries.
        path: of a file of word vectors; words that it lacks are left out. None: vectors are made from the spelling.

    Raises:
        InputError: as for :func:`read_vectors`.
    """
    split = [split_words(text) for text in texts]
    if path is None:
        return [spelled_vectors(words) for words in split]
    found, dim = read_vectors(path, {word for words in split for word in words})
    known = ([found[word] for word in words if word in found] for words in split)
    return [np.array(vectors, np.float32).reshape(-1, dim) for vectors in known]


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with open_regular(path) as file:
            yield file
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and the permissions.") from error


def _vectors(path: Path, file: BinaryIO, wanted: set[str]) -> tuple[dict[str, np.ndarray], int]:
    count, dim = _header(path, file)
    found: dict[str, np.ndarray] = {}
    lines: dict[str, int] = {}
    line = 1
    for line, (spelling, numbers) in enumerate(_lines(path, file, dim), 2):
        word = folded(spelling)
        if word not in wanted:
            continue
        if spelling in lines:
            raise InputError(f"{path}, line {line}: {shown(spelling)} is in line {lines[spelling]} too. Take out one.")
        lines[spelling] = line
        vector = _numbers(path, line, numbers)
        if word not in found or word == spelling:
            found[word] = vector
    if line - 1 != count:
        raise InputError(
            f"{path}: has {line - 1} words, but its first line tells {count}. Is the file cut off? Fetch it again."
        )
    return found, dim


def _header(path: Path, file: BinaryIO) -> tuple[int, int]:
    """The number of words, and of numbers of each."""
    parts = file.readline(MOST_CHARACTERS).split()
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= MOST_DIM:
        raise InputError(
            f"{path}, line 1: expected the number of words and the number of their numbers, 1 to {MOST_DIM}, and "
            f"nothing else. {FORMAT}"
        )
    return int(parts[0]), int(parts[1])


def _lines(path: Path, file: BinaryIO, dim: int) -> Iterator[tuple[str, list[str]]]:
    """The word of each line, and its numbers as they are written."""
    most = MOST_WORD + dim * MOST_CHARACTERS
    for line, data in enumerate(iter(lambda: file.readline(most), b""), 2):
        try:
            word, *numbers = data.decode().rstrip().split(" ")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}, line {line}: byte {error.start} is not UTF-8. {FORMAT}") from error
        if len(numbers) != dim or not word:
            raise InputError(
                f"{path}, line {line}: has {len(numbers)} numbers behind the word {shown(word)}, expected {dim} as its "
                f"first line tells. {FORMAT}"
            )
        yield word, numbers


def _numbers(path: Path, line: int, numbers: Sequence[str]) -> np.ndarray:
    try:
        vector = np.array(numbers, np.float64)
    except ValueError as error:
        raise InputError(f"{path}, line {line}: {error}. Expected numbers behind the word. {FORMAT}") from error
    if not (np.abs(vector) <= np.finfo(np.float32).max).all():
        raise InputError(f"{path}, line {line}: holds a number that is not finite, or too large. {FORMAT}")
    return vector.astype(np.float32)
