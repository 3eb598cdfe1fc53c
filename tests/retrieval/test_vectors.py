"""Word vectors: from a file, which may be wrong in any line, or from the spelling, the same for ever."""

import hashlib
import math
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.retrieval.vectors import has_any, read_vectors, spelled_vector, spelled_vectors, text_vectors

GOOD = "3 2\nhouse 0.5 -1\nBuy 1e-3 2 \ncafé 0 0\n"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "vectors.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_wanted_words_are_read_in_any_case(tmp_path: Path) -> None:
    found, dim = read_vectors(written(tmp_path, GOOD), {"house", "buy", "zebra"})
    assert dim == 2
    assert {word: vector.tolist() for word, vector in found.items()} == {
        "house": [0.5, -1.0],
        "buy": [pytest.approx(1e-3), 2.0],
    }
    assert all(vector.dtype == np.float32 for vector in found.values())


def test_the_spelling_that_is_wanted_comes_first(tmp_path: Path) -> None:
    path = written(tmp_path, "4 1\nHOUSE 1\nhouse 2\nHouse 3\nBUY 4\n")
    found, _ = read_vectors(path, {"house", "buy"})
    assert (found["house"], found["buy"]) == ([2], [4])


def test_line_ends_of_windows_and_composed_letters(tmp_path: Path) -> None:
    found, _ = read_vectors(written(tmp_path, "2 1\r\ncafe\u0301 1\r\nhouse 2"), {"café", "house"})
    assert (found["café"], found["house"]) == ([1], [2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: expected the number of words"),
        ("house 0.5 -1\n", "line 1: expected the number of words"),
        ("1 0\nhouse\n", "line 1: expected the number of words"),
        ("1 99999\nhouse 1\n", "line 1: expected the number of words"),
        ("2 2\nhouse 1 2\nbuy 1\n", r"line 3: has 1 numbers behind the word 'buy', expected 2"),
        ("1 2\nhouse 1 2 3\n", r"line 2: has 3 numbers behind the word 'house', expected 2"),
        ("2 1\n\nhouse 1\n", "line 2: has 0 numbers behind the word ''"),
        ("1 1\n 1\n", "line 2: has 1 numbers behind the word ''"),
        ("1 2\nhouse 1 x\n", "line 2: could not convert string to float: 'x'"),
        ("1 2\nhouse 1 nan\n", "line 2: holds a number that is not finite"),
        ("1 2\nhouse 1 1e300\n", "line 2: holds a number that is not finite"),
        ("2 1\nhouse 1\nhouse 2\n", "line 3: 'house' is in line 2 too"),
        ("2 1\nHouse 1\nHouse 2\n", "line 3: 'House' is in line 2 too"),
        ("3 1\nhouse 1\nbuy 2\n", "has 2 words, but its first line tells 3. Is the file cut off"),
        ("1 1\nhouse 1\nbuy 2\n", "has 2 words, but its first line tells 1"),
        (b"1 1\nhou\xffse 1\n", "line 2: byte 3 is not UTF-8"),
        ("1 1\n" + "x" * 100_000 + " 1\n", r"line 2: has 0 numbers behind the word 'xxx.*\.\.\."),
    ],
)
@pytest.mark.filterwarnings("error")
def test_wrong_lines_are_named(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_vectors(written(tmp_path, text), {"house", "buy"})


@given(st.binary(max_size=60))
def test_any_bytes_give_vectors_or_a_message(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = written(tmp_path_factory.mktemp("any"), b"1 2\nhouse " + data)
    try:
        found, dim = read_vectors(path, {"house"})
    except InputError as error:
        assert str(path) in str(error)
    else:
        assert all(vector.shape == (dim,) and np.isfinite(vector).all() for vector in found.values())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.txt: cannot be read \(No such file"):
        read_vectors(tmp_path / "none.txt", {"house"})


def test_vectors_of_a_spelling_are_the_same_for_ever() -> None:
    vector = spelled_vector("house")
    assert vector.shape == (300,) and vector.dtype == np.float32
    assert zlib.crc32(vector.astype("<f4").tobytes()) == 3901003742
    assert [round(float(number), 6) for number in spelled_vector("días", 3)] == [0.860176, 0.48204, 0.166535]


@given(st.text(min_size=1, max_size=8).filter(lambda word: word.isprintable()), st.integers(1, 40))
def test_vectors_of_a_spelling_are_made_as_told(word: str, dim: int) -> None:
    drawn = hashlib.shake_256(word.encode()).digest(2 * dim)
    numbers = [2 * (low + 256 * high) - 65535 for low, high in zip(drawn[::2], drawn[1::2], strict=True)]
    length = math.sqrt(sum(number * number for number in numbers))
    assert spelled_vector(word, dim).tolist() == [float(np.float32(number / length)) for number in numbers]


def test_vectors_of_spellings_are_unit_vectors_at_nearly_right_angles() -> None:
    vectors = spelled_vectors([f"word{number}" for number in range(200)])
    cosines = vectors @ vectors.T
    np.testing.assert_allclose(cosines.diagonal(), 1, atol=1e-6)
    assert np.abs(cosines - np.eye(200)).max() < 0.35
    assert abs(vectors.mean()) < 1e-3
    assert spelled_vectors([]).shape == (0, 300)


def test_a_file_is_asked_whether_it_has_any_word(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("3 2\nHouse 1 0\ntree 0 1\nbroken 1\n")
    assert has_any(path, {"house"}) and has_any(path, {"other", "tree"})
    with pytest.raises(InputError, match="line 4"):
        has_any(path, {"other"})


def test_texts_get_the_vectors_of_their_known_words(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("2 2\nhouse 1 0\ntree 0 1\n")
    known, unknown = text_vectors(["Tree, house & tree!", "nothing"], path)
    assert known.tolist() == [[0, 1], [1, 0], [0, 1]] and unknown.shape == (0, 2)
    spelled, empty = text_vectors(["Tree, house", "…"])
    assert (spelled == spelled_vectors(["tree", "house"])).all() and empty.shape == (0, 300)
