"""Sentences that are found by free text: the common space of a run in an index, as it is made and as it is asked."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_up_spaces import FRAMES, SIGN_DIM, features_of, network_of, write_features, write_run, write_space

from signspot.retrieval.evaluation import space_similarities
from signspot.retrieval.index import FILE
from signspot.retrieval.vectors import text_vectors

Call = Callable[..., tuple[int, str, str]]
RUN = "results/mine/runs/first"
SAID = {
    ("a", 0, 1000): "I bought a house.",
    ("a", 1000, 2000): "She is ill.",
    ("b", 0, 2000): "A tree falls.",
    ("b", 2000, 4000): "Nobody said anything.",
}
SENTENCES = ("--sentences", "tables/sentences.tsv")
WITH_SPACE = (*SENTENCES, "--space", RUN)


def write(path: Path, *rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Tables of two signers with signs and sentences, and a run with a common space of two trainings."""
    folder = tmp_path / "tables"
    write(folder / "videos.tsv", "video\tpath\tsplit\tsigner", "a\ta.mp4\ttest\tanna", "b\tb.mp4\ttest\tbert")
    rows = ("a\tHOUSE\t100\t400", "a\tBUY\t500\t900", "a\tILL\t1200\t1800", "b\tTREE\t200\t800", "b\tHOUSE\t900\t1500")
    write(folder / "annotations.tsv", "video\tsign\tstart_ms\tend_ms", *rows)
    said = ("\t".join(map(str, (*times, text))) for times, text in SAID.items())
    write(folder / "sentences.tsv", "video\tstart_ms\tend_ms\ttext", *said)
    write_run(tmp_path / RUN, "a", "b")
    return folder


def cosines(text: str, vectors: Path | None = None, word_dim: int = 300) -> dict[tuple, float]:
    """What the networks of both trainings say of each sentence, in the mean."""
    features, texts = features_of("a", "b"), text_vectors([text], vectors)
    means = np.array([features[video][start // 40 : end // 40].mean(0) for video, start, end in SAID], np.float32)
    of_seeds = [space_similarities(network_of(seed, word_dim), texts, means)[0] for seed in (1, 2)]
    return dict(zip(SAID, np.mean(of_seeds, axis=0).tolist(), strict=True))


def places(call: Call, *arguments: object) -> list[dict]:
    status, out, error = call("search", *arguments, "--index", "index", "--json")
    assert status == 0, error
    return json.loads(out)["places"]


def key(place: dict) -> tuple:
    return place["video"], place["start_ms"], place["end_ms"]


def test_sentences_are_ranked_as_the_run_ranks_them(call: Call, corpus: Path) -> None:
    status, out, error = call("index", "tables", *WITH_SPACE, "--out", "index")
    assert status == 0, error
    assert "4 sentences are in the common space: signspot search --like 'TEXT' --index index" in out
    shutil.rmtree("results")  # the index needs no run to be searched
    expected = cosines("someone falls ill")
    found = places(call, "--like", "someone falls ill")
    assert [key(place) for place in found] == sorted(expected, key=expected.get, reverse=True)
    assert [place["score"] for place in found] == pytest.approx(sorted(expected.values(), reverse=True), abs=1e-6)
    assert {place["sentence"]["text"] for place in found} == set(SAID.values())


def test_signs_and_text_together_are_the_mean_of_both_similarities(call: Call, corpus: Path) -> None:
    call("index", "tables", *WITH_SPACE, "--out", "index")
    cosine = cosines("a house was sold")
    overlap = dict(zip(SAID, [2 / 2, 0, 1 / 3, 0], strict=True))
    found = {key(place): place for place in places(call, "HOUSE BUY", "--like", "a house was sold")}
    assert {one: place["score"] for one, place in found.items()} == pytest.approx(
        {one: (cosine[one] + overlap[one]) / 2 for one in SAID}, abs=1e-6
    )
    assert [sign["sign"] for sign in found["a", 0, 1000]["signs"]] == ["HOUSE", "BUY"]
    assert (found["b", 0, 2000]["share"], found["a", 1000, 2000]["signs"]) == (0.5, [])


def test_filters_count_as_for_signs(call: Call, corpus: Path) -> None:
    call("index", "tables", *WITH_SPACE, "--out", "index")
    assert {place["video"] for place in places(call, "--like", "ill", "--signer", "bert")} == {"b"}
    assert [key(place) for place in places(call, "--like", "ill", "--text", "a house")] == [("a", 0, 1000)]
    assert len(places(call, "--like", "ill", "--video", "a", "--limit", 1)) == 1
    assert places(call, "HOUSE", "--like", "ill", "--min-score", 1)


def test_a_page_and_a_table_of_sentences(call: Call, corpus: Path) -> None:
    call("index", "tables", *WITH_SPACE, "--out", "index")
    status, out, _ = call("search", "--like", "someone falls ill", "--index", "index", "--out", "page")
    assert (status, out) == (0, "4 places. Page: page/index.html\n")
    page = Path("page/index.html").read_text(encoding="utf-8")
    assert "Search for </span>someone falls ill</h1>" in page and ">similarity</th>" in page
    _, out, _ = call("search", "--like", "someone falls ill", "--index", "index", "--limit", 2)
    assert out.splitlines()[0].split() == ["video", "from", "to", "score", "signer", "sentence"]
    assert len(out.splitlines()) == 4


def test_only_what_changed_gets_new_points(call: Call, corpus: Path) -> None:
    index = ("index", "tables", *WITH_SPACE, "--out", "index")
    call(*index)
    assert "tables  annotations           0        0          2     0" in call(*index)[1]
    write_features(Path(RUN, "features/joints/000"), {"a": np.ones((FRAMES, SIGN_DIM), np.float32)})
    assert "tables  annotations           0        1          1     0" in call(*index)[1]
    before = {key(place): place["score"] for place in places(call, "--like", "ill")}
    write_space(Path(RUN, "retrieval/seed2"), 7)
    assert "tables  annotations           0        2          0     0" in call(*index)[1]
    assert {key(place): place["score"] for place in places(call, "--like", "ill")} != before
    assert len(list(Path("index/space").iterdir())) == 1
    assert "common space" not in call("index", "tables", *SENTENCES, "--out", "index")[1]
    assert "the index holds no common space" in call("search", "--like", "ill", "--index", "index")[2]


def test_points_of_two_common_spaces_are_refused(call: Call, corpus: Path) -> None:
    call("index", "tables", *WITH_SPACE, "--out", "index")
    other = write_run(Path("results/mine/runs/other"), "a", "b", seeds=1)
    shutil.copytree("tables", "more")
    arguments = ("index", "more", "--sentences", "more/sentences.tsv", "--space", other, "--out", "index")
    status, _, error = call(*arguments)
    assert status == 2 and "points of two common spaces, of results/mine/runs/first and of results/mine/runs" in error
    assert len(places(call, "--like", "ill")) == 4 and len(list(Path("index/space").iterdir())) == 1
    assert call(arguments[0], "tables", *arguments[1:])[0] == 0
    assert len(places(call, "--like", "ill")) == 8


def test_sentences_outside_of_the_features_are_found_by_words_alone(call: Call, corpus: Path) -> None:
    write(Path("late.tsv"), "video\tstart_ms\tend_ms\ttext", "a\t0\t400\tearly", "a\t90000\t91000\tlate")
    _, out, _ = call("index", "tables", "--sentences", "late.tsv", "--space", RUN, "--out", "index")
    assert "1 sentences are in the common space" in out
    assert len(places(call, "--like", "late")) == len(places(call, "--text", "late")) == 1


def test_the_features_of_another_run(call: Call, corpus: Path) -> None:
    shutil.move(f"{RUN}/features", "results/mine/runs/owner/features")
    write(Path(RUN, "provenance.json"), '{"experts": {"joints": {"run": "owner"}}}')
    assert "4 sentences are in the common space" in call("index", "tables", *WITH_SPACE, "--out", "index")[1]


def test_word_vectors_of_a_file(call: Call, corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    vectors = write(Path("words.txt"), "3 2", "ill 1 0", "house 0 1", "tree 1 1")
    shutil.rmtree(f"{RUN}/retrieval")
    write_run(Path(RUN), "a", "b", word_dim=2, vectors=vectors)
    index = ("index", "tables", *WITH_SPACE, "--out", "index")
    assert "Name it: --vectors 'words.txt'" in call(*index)[2]
    assert call(*index, "--vectors", vectors)[0] == 0
    expected = cosines("ill", vectors, 2)
    found = {key(place): place["score"] for place in places(call, "--like", "very ill")}
    assert found == pytest.approx(expected, abs=1e-6)
    assert "words.txt has no vector of 'very': left out." in caplog.text
    assert "no word of it is in words.txt" in call("search", "--like", "very sad", "--index", "index")[2]
    write(vectors, "1 2", "ill 0 1")
    assert (
        "the word vectors were changed since the index was made"
        in call("search", "--like", "ill", "--index", "index")[2]
    )
    assert "is not the file with which the common space of" in call(*index, "--vectors", vectors)[2]
    vectors.unlink()
    assert "words.txt: cannot be read" in call("search", "--like", "ill", "--index", "index")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--space", "tables"], "--space tables: holds no common space"),
        (["--vectors", "words.txt"], "--vectors words.txt: belongs to a common space. Name its run too, by --space."),
        (["--space", RUN, "--vectors", "words.txt"], "made from the spelling. Leave --vectors out."),
    ],
)
def test_wrong_options_of_an_index(call: Call, corpus: Path, arguments: list[str], message: str) -> None:
    status, _, error = call("index", "tables", *SENTENCES, *arguments, "--out", "index")
    assert status == 2 and message in error
    assert not Path("index").exists()


def test_what_is_missing_or_damaged_is_told(call: Call, corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    shutil.move(f"{RUN}/features", "elsewhere")
    assert "holds no features of joints" in call("index", "tables", *WITH_SPACE, "--out", "index")[2]
    write_features(Path(RUN, "features/joints/000"), features_of("other"))
    assert call("index", "tables", *WITH_SPACE, "--out", "index")[0] == 0
    assert "has features of no sentence of these sources" in caplog.text
    shutil.move("elsewhere/joints/000/a.h5", f"{RUN}/features/joints/000/a.h5")
    call("index", "tables", *WITH_SPACE, "--out", "index")
    with sqlite3.connect(f"index/{FILE}") as database:
        database.execute("UPDATE point SET numbers = x'00'")
    assert "points of sentences have another length" in call("search", "--like", "ill", "--index", "index")[2]
    shutil.rmtree("index/space")
    assert "the common space of the index is not there" in call("search", "--like", "ill", "--index", "index")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--like", "?!"], "--like '?!': has no letter or digit"),
        (["--like", "x" * 1001], "more than 1000 characters"),
        (["HOUSE … BUY", "--like", "ill"], "--like ranks whole sentences, whose signs have no order"),
        (["HOUSE BUY within 3 s", "--like", "ill"], "leave out … and within, or --like"),
        (["HUOSE", "--like", "ill"], "no sign of the index is called 'huose'; similar: HOUSE"),
        (["--like", " "], "the query asks for nothing"),
    ],
)
def test_wrong_texts(call: Call, corpus: Path, arguments: list[str], message: str) -> None:
    call("index", "tables", *WITH_SPACE, "--out", "index")
    status, out, error = call("search", "--index", "index", *arguments)
    assert (status, out) == (2, "") and message in error


def test_an_index_without_a_common_space(call: Call, corpus: Path) -> None:
    call("index", "tables", *SENTENCES, "--out", "index")
    status, _, error = call("search", "--like", "'); DROP TABLE sentence; --", "--index", "index")
    assert status == 2 and "signspot index SOURCE --sentences FILE --space RUN --out index" in error
