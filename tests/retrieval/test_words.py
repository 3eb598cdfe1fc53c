"""Search by recognised signs: similarities are those of the reference, and glosses are found in any spelling."""

import json

import numpy as np
import pandas as pd
import pytest
from golden_copies import COPIES
from hypothesis import given
from hypothesis import strategies as st

from signspot.predictions import Predictions
from signspot.retrieval import SignWords, recognised, similarities, split_words
from signspot.retrieval.words import word_spans
from signspot.timebase import Timebase

REFERENCE = json.loads((COPIES / "sr_similarity_cases.json").read_text(encoding="utf-8"))
WORD_SETS = st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=5)


def words_of(*glosses: str, aliases: tuple[str, ...] | None = None) -> SignWords:
    table = pd.DataFrame({"class_id": range(len(glosses)), "sign": glosses})
    return SignWords.of_vocabulary(table if aliases is None else table.assign(aliases=list(aliases)))


def predictions(signs: np.ndarray, background: float = 0.0) -> Predictions:
    score = np.insert(np.asarray(signs, np.float32), 0, background, axis=1)
    return Predictions(score, 0, len(score) - 1, 1, Timebase(25.0))


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=range(len(REFERENCE["cases"])))
def test_similarities_are_those_of_the_reference(case: dict) -> None:
    signs = words_of(*REFERENCE["vocabulary"])
    spotted = signs.of_video(predictions(case["probability"]))
    assert spotted == set(case["spotted"])
    text = " ".join(case["query"])
    for expected, only_signs in (("similarity", False), ("similarity_if_only_vocabulary_words_count", True)):
        words = signs.of_text(text, only_signs=only_signs)
        assert similarities([words], [spotted]).item() == pytest.approx(case[expected])


def test_words_that_name_no_sign_count_unless_told_otherwise() -> None:
    signs = words_of("HOUSE", "BUY")
    all_words, known = (signs.of_text("The zebra, a HOUSE", only_signs=only) for only in (False, True))
    assert (all_words, known) == (["the", "zebra", "a", "house"], ["house"])
    assert similarities([all_words, known], [{"house"}]).tolist() == [[0.25], [1.0]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Where is the HOUSE?", ["where", "is", "the", "house"]),
        ("¿Dónde está la CASA-2*?", ["dónde", "está", "la", "casa", "2"]),
        ("Cafe\u0301 … CAFÉ", ["café", "café"]),
        ("STRASSE, Straße", ["strasse", "strasse"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("soft\u00adhyphen 家/房子", ["softhyphen", "家", "房子"]),
        ("HOUSE_1", ["house", "1"]),
        ("“?!” — 🙂", []),
        ("", []),
    ],
)
def test_words_have_no_case_and_no_punctuation(text: str, words: list[str]) -> None:
    assert split_words(text) == words
    assert [word for word, _, _ in word_spans(text)] == words
    assert [split_words(text[start:end]) for _, start, end in word_spans(text)] == [[word] for word in words]


@given(st.text())
def test_words_are_words_again(text: str) -> None:
    words = split_words(text)
    assert split_words(" ".join(words)) == words


def test_aliases_and_glosses_of_several_words_are_the_sign() -> None:
    signs = words_of("GOOD-MORNING", "GOOD", "ILL", aliases=("", "", "SICK|NOT WELL"))
    assert signs.words == ("good morning", "good", "ill")
    assert signs.of_text("good morning! Good evening") == ["good morning", "good", "evening"]
    assert signs.of_text("sick, not well, not") == ["ill", "ill", "not"]


def test_glosses_that_differ_in_punctuation_alone_have_one_word() -> None:
    signs = words_of("HOUSE", "house*", "???", aliases=("", "buy", ""))
    assert signs.words == ("house", "house", "???")
    assert signs.of_text("House? ??? Buy") == ["house", "house"]
    assert words_of("BUY", "HOUSE", aliases=("house.", "")).of_text("house") == ["house"]
    assert words_of("ILL", "BAD", aliases=("sick", "Sick!")).of_text("sick") == ["ill"]


def test_the_background_is_never_a_word() -> None:
    signs = words_of("A", "B")
    assert signs.of_video(predictions([[0.1, 0.2]], background=0.7)) == set()
    assert signs.of_video(predictions([[0.1, 0.3]], background=0.6), threshold=0.2) == {"b"}
    assert signs.of_video(predictions(np.zeros((0, 2)))) == set()


def test_a_sign_must_be_likelier_than_the_threshold() -> None:
    probability = np.array([[0.5, 0.2], [0.3, 0.51], [0.4, 0.4]])
    assert recognised(probability) == {1}
    assert recognised(probability, 0.39) == {0, 1}
    assert recognised(probability, 0.51) == set()
    assert recognised(np.zeros((3, 0))) == set()


@given(WORD_SETS, WORD_SETS)
def test_similarity_is_intersection_over_union(texts: list[set[str]], videos: list[set[str]]) -> None:
    found = similarities(texts, videos)
    expected = [[len(a & b) / max(len(a | b), 1) for b in videos] for a in texts]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(similarities(videos, texts).T, found)
