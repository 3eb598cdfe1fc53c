"""The scores of a search of sentences over several trainings, and the tables that show it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from signspot.arrays import Rows, open_arrays, texts_of
from signspot.errors import InputError
from signspot.retrieval.evaluation import (
    Search,
    retrieval_json,
    space_similarities,
    trained_similarities,
    write_rankings,
    write_ranks,
    write_similarities,
)
from signspot.retrieval.network import CommonSpace
from signspot.retrieval.recipe import RECIPE
from signspot.retrieval.space import Pairs
from signspot.retrieval.train import train_space
from signspot.rows import read_rows

COUNT = 4
TEXTS = ["HOUSE", "TREE", "he said „no“", "DOG\u00a0CAT"]
SENTENCES = pd.DataFrame(
    {"video": list("aabb"), "start_ms": range(COUNT), "end_ms": range(10, 10 + COUNT), "text": TEXTS}
)


def search(recognised: np.ndarray, *spaces: np.ndarray) -> Search:
    words = [{"house"}, set(), {"tree", "good morning"}, set()]
    return Search(SENTENCES, words, recognised, np.array(spaces, np.float32))


RIGHT, NOTHING = np.eye(COUNT), np.zeros((COUNT, COUNT))


def test_nothing_known_comes_out_at_chance() -> None:
    told = retrieval_json(search(NOTHING, NOTHING))
    assert told["gallery"] == COUNT and told["chance"] == 2.5
    assert told["recognised_signs"]["text_to_video"]["MeanR"] == told["both"]["mean"]["video_to_text"]["MedR"] == 2.5


def test_the_seeds_have_a_mean_and_a_deviation() -> None:
    told = retrieval_json(search(NOTHING, RIGHT, NOTHING))
    space = told["common_space"]
    assert [seed["text_to_video"]["R1"] for seed in space["seeds"]] == [100, 0]
    assert space["mean"]["text_to_video"]["R1"] == space["deviation"]["text_to_video"]["R1"] == 50
    assert told["both"]["mean"]["text_to_video"]["R1"] == 50


def test_a_text_without_known_words_finds_nothing_better_than_the_rest() -> None:
    network = CommonSpace(3, 5, clusters=2, dim=4).eval()
    texts = [np.ones((2, 3), np.float32), np.zeros((0, 3), np.float32)]
    similarity = space_similarities(network, texts, np.random.default_rng(0).random((3, 5), np.float32))
    assert similarity[0].all() and not similarity[1].any()
    assert not space_similarities(network, texts[1:], np.ones((2, 5), np.float32)).any()


def test_the_first_places_of_each_text_are_a_table(tmp_path: Path) -> None:
    recognised = np.array([[1, 0, 0.5, 0], [0, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0.5]])
    write_rankings(search(recognised, NOTHING, NOTHING), tmp_path / "rankings.tsv", best=3)
    table = read_rows(tmp_path / "rankings.tsv")
    assert list(table) == ["text", "rank", "video", "start_ms", "end_ms", "similarity"]
    assert table["text"].tolist() == [" ".join(text.split(" ")) for text in np.repeat(TEXTS, 3)]
    assert table["rank"].tolist()[:6] == ["1", "2", "3.5", "1", "3", "3"] and table["rank"].tolist()[6:9] == ["2.5"] * 3
    assert table[["video", "start_ms", "end_ms", "similarity"]].to_numpy().tolist()[1] == ["b", "2", "12", "0.25"]


def test_the_rank_of_each_sentence_by_each_search_is_a_table(tmp_path: Path) -> None:
    write_ranks(search(RIGHT, NOTHING, -RIGHT), tmp_path / "ranks.tsv")
    table = read_rows(tmp_path / "ranks.tsv")
    ranks = ["recognised_signs", "common_space", "both"]
    assert list(table) == ["video", "start_ms", "end_ms", "text", "words", *ranks]
    assert table["words"].tolist() == ["house", "", "good morning|tree", ""]
    assert table[ranks].to_numpy().tolist() == [["1", "4", "1"]] * COUNT
    write_ranks(search(NOTHING, NOTHING), tmp_path / "ranks.tsv")
    assert read_rows(tmp_path / "ranks.tsv")[ranks].to_numpy().tolist() == [["2.5"] * 3] * COUNT


def test_all_similarities_are_kept_with_the_words_of_each_sentence(tmp_path: Path) -> None:
    write_similarities(search(RIGHT, NOTHING, RIGHT), tmp_path / "similarities.h5")
    with open_arrays(tmp_path / "similarities.h5") as file:
        arrays = {name: Rows(file, name).read(0, len(Rows(file, name))) for name in file}
    assert arrays["common_space"].shape == (2, COUNT, COUNT) and (arrays["recognised_signs"] == RIGHT).all()
    assert texts_of(arrays["text"]) == TEXTS
    assert texts_of(arrays["words"]) == ["house", "", "good morning|tree", ""]


def test_vectors_and_embeddings_of_another_length_are_told_with_their_files(tmp_path: Path) -> None:
    texts, videos = [np.ones((2, 3), np.float32)] * 2, np.eye(2, 5, dtype=np.float32)
    train_space(Pairs(texts, videos), None, tmp_path / "seed1", recipe=replace(RECIPE, epochs=1, select="last"))
    assert trained_similarities(tmp_path / "seed1", texts, videos, None).shape == (2, 2)
    longer, file = [np.ones((2, 4), np.float32)], tmp_path / "words.txt"
    with pytest.raises(InputError, match=r"seed1, with .*words\.txt: text 0 .* have 4 numbers, expected 3\. Take"):
        trained_similarities(tmp_path / "seed1", longer, videos, file)
    with pytest.raises(InputError, match=r"seed1, with word vectors made .*: the sign embeddings have 6 numbers.* 5\."):
        trained_similarities(tmp_path / "seed1", texts, np.eye(2, 6, dtype=np.float32), None)
