"""What kept features and predictions say of sentences: which rows count, and which sentences are left out."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sign_embeddings import write_embeddings

from signspot.predictions import Predictions, write_predictions
from signspot.retrieval import SignWords
from signspot.retrieval.sentences import mean_embeddings, of_videos, pairs_of, rows_of, spotted_words
from signspot.timebase import Timebase

WORDS = SignWords.of_vocabulary(pd.DataFrame({"class_id": [0, 1], "sign": ["HOUSE", "GOOD-MORNING"]}))


def table(*rows: tuple[str, int, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["video", "start_ms", "end_ms", "text"])


def kept(first: int, last: int, stride: int, score: np.ndarray | None = None) -> Predictions:
    rows = (last - first) // stride + 1
    return Predictions(np.zeros((rows, 3), np.float32) if score is None else score, first, last, stride, Timebase(25))


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "rows"),
    [
        (0, 400, range(0, 3)),  # frames 0 to 9: rows at 4, 6 and 8 (numbers 0 to 2)
        (400, 480, range(3, 4)),  # frames 10 and 11: the row at 10
        (360, 400, range(3, 4)),  # frame 9 lies between two rows
        (0, 160, range(0)),  # frames 0 to 3 come before the first usable one
        (0, 200, range(0, 1)),
        (760, 800, range(8, 9)),
        (840, 900, range(0)),  # frame 21 comes after the last usable one
        (0, 9000, range(0, 9)),
    ],
)
def test_the_rows_of_a_sentence_are_those_whose_frames_lie_in_it(start_ms: int, end_ms: int, rows: range) -> None:
    of_video = kept(first=4, last=20, stride=2)
    assert rows_of(start_ms, end_ms, of_video, len(of_video.score)) == rows


def test_an_embedding_is_the_mean_over_the_sentence(tmp_path: Path) -> None:
    rows = np.arange(40, dtype=np.float32).reshape(20, 2)
    sentences = table(("b", 0, 80, "x"), ("a", 400, 480, "y"), ("a", 0, 40, "z"))
    left, means = mean_embeddings(sentences, write_embeddings(tmp_path, a=rows, b=rows + 1))
    assert left.equals(sentences)
    assert means.dtype == np.float32 and means.tolist() == [[2, 3], [21, 22], [0, 1]]


def test_sentences_without_a_usable_frame_are_told_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sentences = table(("a", 9000, 9500, "late"), ("a", 0, 80, "there"))
    with caplog.at_level(logging.WARNING):
        left, means = mean_embeddings(sentences, write_embeddings(tmp_path, a=np.ones((20, 2), np.float32)))
    assert left["text"].tolist() == ["there"] and left.index.tolist() == [0] and means.shape == (1, 2)
    assert "1 of 2 sentences lie outside the usable frames" in caplog.text


def test_the_words_of_a_sentence_are_those_of_its_own_rows(tmp_path: Path) -> None:
    score = np.tile(np.float32([0.9, 0.05, 0.05]), (20, 1))
    score[3], score[12], score[13] = [0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.6, 0.4, 0]
    write_predictions(kept(0, 19, 1, score), tmp_path / "a.h5", {"spotter": "s", "weights_sha256": "0"})
    sentences = table(("a", 0, 400, "x"), ("a", 400, 800, "y"), ("a", 600, 800, "z"))
    of = {"a": tmp_path / "a.h5"}
    assert spotted_words(sentences, of, WORDS) == [{"house"}, {"good morning"}, set()]
    assert spotted_words(sentences, of, WORDS, threshold=0.75) == [set(), {"good morning"}, set()]


def test_only_sentences_of_the_given_videos_are_learnt_from(tmp_path: Path) -> None:
    rows = np.ones((20, 2), np.float32)
    sentences = table(("b", 0, 80, "of others"), ("a", 0, 80, "HOUSE"), ("a", 80, 160, "GOOD HOUSE"))
    pairs = pairs_of(sentences, write_embeddings(tmp_path, a=rows))
    assert [text.shape for text in pairs.texts] == [(1, 300), (2, 300)]
    assert of_videos(sentences, {"b": Path()})["text"].tolist() == ["of others"]


def test_texts_whose_words_nobody_knows_are_told_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    vectors = tmp_path / "words.txt"
    vectors.write_text("1 3\nhouse 1 0 0\n")
    sentences = table(("a", 0, 80, "…"), ("a", 80, 160, "the house"))
    with caplog.at_level(logging.WARNING):
        pairs = pairs_of(sentences, write_embeddings(tmp_path, a=np.ones((20, 2), np.float32)), vectors)
    assert [text.tolist() for text in pairs.texts] == [[[1, 0, 0]]]
    assert "1 of 2 sentences have no word that has a vector" in caplog.text
