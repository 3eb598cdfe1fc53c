"""The sign of a clip, as its folder or its name tells it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.intake.signs import gloss_of, sign_of

NUMBERS = st.one_of(
    st.tuples(st.sampled_from("_- "), st.integers(0, 999)).map(lambda pair: f"{pair[0]}{pair[1]}"),
    st.integers(0, 999).map(lambda number: f" ({number})"),
)
WORDS = st.lists(st.from_regex(r"[^\W\d_]+", fullmatch=True), min_size=1, max_size=3)


@given(WORDS, st.sampled_from("_- "), NUMBERS)
def test_the_number_of_a_clip_is_no_part_of_its_sign(words: list[str], separator: str, number: str) -> None:
    sign = separator.join(words)
    assert gloss_of(sign) == sign
    assert gloss_of(sign + number) == sign


@given(st.text(min_size=1))
def test_every_name_of_a_file_has_a_sign_without_surplus_space(stem: str) -> None:
    gloss = gloss_of(stem)
    assert gloss or not stem.strip()
    assert " ".join(stem.split()).startswith(gloss)
    assert gloss == " ".join(gloss.split())


@pytest.mark.parametrize("stem", ["2", "(2)", "_2", "HOUSE2", "CLASS-B", "2.5"])
def test_what_is_no_number_of_a_clip_stays(stem: str) -> None:
    assert gloss_of(stem) == stem


@pytest.mark.parametrize(("stem", "gloss"), [("10_2", "10"), ("HOUSE_2_3", "HOUSE_2"), ("HOUSE(2)", "HOUSE")])
def test_one_number_is_taken_off(stem: str, gloss: str) -> None:
    assert gloss_of(stem) == gloss


@pytest.mark.parametrize(
    ("clip", "sign"), [("HOUSE/anna/1.mp4", "HOUSE"), ("a  b/1.mp4", "a b"), ("TREE_2.mp4", "TREE")]
)
def test_the_folder_comes_before_the_name(clip: str, sign: str) -> None:
    assert sign_of(Path("root", clip), Path("root")) == sign
