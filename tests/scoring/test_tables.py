"""Scores of a run from its tables."""

from pathlib import Path

import pandas as pd
import pytest

from signspot.errors import InputError
from signspot.scoring import official, scores, strict
from signspot.spottings import read_spottings, write_spottings

VOCABULARY = pd.DataFrame({"class_id": [0, 1, 2], "sign": ["HOLA", "NO", "SÍ"], "aliases": ["", "NO2|NO3", ""]})
VIDEOS = pd.DataFrame({"video": ["a", "b", "c"], "signer": ["p1", "p2", "p1"]})
ANNOTATIONS = pd.DataFrame(
    [
        ("a", "HOLA", 0, 1000),
        ("a", "NO3", 2000, 3000),
        ("b", "NO", 0, 500),
        ("b", "QUÉ", 600, 900),
        ("z", "NO", 0, 500),
    ],
    columns=["video", "sign", "start_ms", "end_ms"],
)
SPOTTINGS = pd.DataFrame(
    [
        ("a", "HOLA", 0, 0, 800, 0.9),
        ("a", "NO", 1, 2000, 3000, 0.8),
        ("b", "HOLA", 0, 0, 500, 0.7),
        ("c", "NO", 1, 0, 500, 0.6),
    ],
    columns=["video", "sign", "class_id", "start_ms", "end_ms", "score"],
)


@pytest.fixture(scope="module")
def result() -> dict:
    return scores(ANNOTATIONS, SPOTTINGS, VOCABULARY, VIDEOS, resamples=200, seed=3)


def test_both_scores_are_those_of_the_intervals(result: dict) -> None:
    truth = {"a": [(0, 0, 1000), (1, 2000, 3000)], "b": [(1, 0, 500)], "c": []}
    predictions = {"a": [(0, 0, 800), (1, 2000, 3000)], "b": [(0, 0, 500)], "c": [(1, 0, 500)]}
    assert result["official"] == official(truth, predictions)
    assert result["strict"] == strict(truth, predictions)
    assert (result["official"]["tp"], result["videos"]) == (26, 3)


def test_signs_and_signers_add_up_to_the_whole(result: dict) -> None:
    for shares in (result["per_sign"], result["per_signer"]):
        for key in ("tp", "fp", "fn"):
            assert sum(share[key] for share in shares.values()) == result["official"][key]
    assert result["per_sign"]["NO"] == {
        "f1": 0.5, "precision": 0.5, "recall": 0.5, "tp": 13, "fp": 13, "fn": 13, "truth": 2, "spotted": 2
    }  # fmt: skip
    assert {name: (share["truth"], share["spotted"]) for name, share in result["per_sign"].items()} == {
        "HOLA": (1, 2),
        "NO": (2, 2),
        "SÍ": (0, 0),
    }
    assert {name: (share["truth"], share["spotted"]) for name, share in result["per_signer"].items()} == {
        "p1": (2, 3),
        "p2": (1, 1),
    }


def test_interval_holds_the_score_and_repeats(result: dict) -> None:
    interval = result["confidence_interval"]
    assert 0 <= interval["low"] <= result["official"]["f1"] <= interval["high"] <= 1
    assert interval["low"] < interval["high"]
    assert (interval["level"], interval["resamples"], interval["seed"]) == (0.95, 200, 3)
    assert scores(ANNOTATIONS, SPOTTINGS, VOCABULARY, VIDEOS, resamples=200, seed=3) == result


def test_interval_of_one_video_is_its_score() -> None:
    result = scores(ANNOTATIONS, SPOTTINGS[SPOTTINGS["video"] == "a"], VOCABULARY, VIDEOS[:1])
    assert result["confidence_interval"]["low"] == pytest.approx(result["official"]["f1"])
    assert result["confidence_interval"]["high"] == pytest.approx(result["official"]["f1"])


def test_no_spottings_at_all() -> None:
    result = scores(ANNOTATIONS, SPOTTINGS[:0], VOCABULARY, VIDEOS)
    assert (result["official"]["f1"], result["official"]["fn"], result["confidence_interval"]["high"]) == (0.0, 39, 0.0)


def test_signers_are_optional() -> None:
    assert scores(ANNOTATIONS, SPOTTINGS, VOCABULARY, VIDEOS[["video"]])["per_signer"] == {}


def test_unknown_class_is_refused() -> None:
    with pytest.raises(InputError, match="a: predicted class id 7 is not in the vocabulary of 3 signs"):
        scores(ANNOTATIONS, SPOTTINGS.assign(class_id=7), VOCABULARY, VIDEOS)


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(InputError, match="no video"):
        scores(ANNOTATIONS, SPOTTINGS[:0], VOCABULARY, VIDEOS[:0])


@pytest.mark.parametrize("name", ["NA", "null", "nan", "None", "-1", "1e5"])
def test_a_video_may_have_any_name(name: str, tmp_path: Path) -> None:
    def named(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(video=table["video"].replace("a", name))

    write_spottings(named(SPOTTINGS), tmp_path / "spottings.tsv")
    found = read_spottings(tmp_path / "spottings.tsv")
    result = scores(named(ANNOTATIONS), found, VOCABULARY, named(VIDEOS), resamples=200, seed=3)
    assert result == scores(ANNOTATIONS, SPOTTINGS, VOCABULARY, VIDEOS, resamples=200, seed=3)


def test_signs_and_signers_may_have_any_name(tmp_path: Path) -> None:
    write_spottings(SPOTTINGS.replace({"sign": {"NO": "NA"}}), tmp_path / "spottings.tsv")
    found = read_spottings(tmp_path / "spottings.tsv")
    annotations = ANNOTATIONS.replace({"sign": {"NO": "null", "NO3": "NA"}})
    vocabulary = VOCABULARY.assign(sign=["HOLA", "NA", "SÍ"], aliases=["", "null", ""])
    videos = VIDEOS.assign(signer=VIDEOS["signer"].replace("p1", "nan"))
    result = scores(annotations, found, vocabulary, videos)
    assert result["official"] == scores(ANNOTATIONS, SPOTTINGS, VOCABULARY, VIDEOS)["official"]
    assert (result["per_sign"]["NA"]["truth"], result["per_signer"]["nan"]["truth"]) == (2, 2)
