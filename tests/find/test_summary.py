"""What is told of the signs of a lexicon."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from seen_signers import LEXICON, hands_of, seen

from signspot.exemplars.matching import Background, Example, Matcher
from signspot.exemplars.rendered import rendered_streams
from signspot.find.lexicon import ExampleVideo, Lexicon
from signspot.find.summary import places_text, sign_table, summary_text, write_sign_table
from signspot.intake.notes import VIDEOS, Note

MADE = [("HOUSE", 0, 0), ("HOUSE", 0, 1), ("HUT", 0, 2), ("TREE", 1, 0), ("TREE", 2, 0)]
"""Gloss, number of the sign that is made, and signer: HOUSE and HUT are one sign, TREE is two."""
SPOTTINGS = pd.DataFrame(
    [("a", "TREE", 3, 61_040, 61_480, 0.5), ("b", "TREE", 3, 0, 400, 0.7), ("b", "HOUSE", 0, 800, 1200, 0.9)],
    columns=["video", "sign", "class_id", "start_ms", "end_ms", "score"],
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    videos = [ExampleVideo(f"{number}", Path(f"{number}.mp4"), gloss) for number, (gloss, _, _) in enumerate(MADE)]
    return Lexicon(videos, [Note(VIDEOS, "SUN.mp4", "cannot be read")])


@pytest.fixture(scope="module")
def matcher(lexicon: Lexicon) -> Matcher:
    made = [hands_of(seen([(LEXICON[number], 0.8, 1.4)], 2.2, seed))[20:36] for _, number, seed in MADE]
    ids = [lexicon.signs.index(gloss) for gloss, _, _ in MADE]
    examples = [Example(class_id, hands) for class_id, hands in zip(ids, made, strict=True)]
    return Matcher(examples).calibrated(map(Background, rendered_streams(range(3), 8.0, 0)))


@pytest.fixture(scope="module")
def table(lexicon: Lexicon, matcher: Matcher) -> pd.DataFrame:
    return sign_table(lexicon, SPOTTINGS, matcher)


def test_every_sign_has_a_row(table: pd.DataFrame) -> None:
    assert table["sign"].tolist() == ["HOUSE", "HUT", "TREE"]
    assert table["examples"].tolist() == [2, 1, 2]
    assert table["found"].tolist() == [1, 0, 2]
    np.testing.assert_allclose(table["typical_score"], [0.9, np.nan, 0.6])


def test_signs_that_look_alike_name_each_other(table: pd.DataFrame) -> None:
    assert table["looks_like"].tolist() == ["HUT", "HOUSE", ""]


def test_examples_that_contradict_each_other_are_counted_and_told(table: pd.DataFrame, lexicon: Lexicon) -> None:
    assert table["odd_examples"].tolist() == [0, 0, 2]
    text = summary_text(table, lexicon)
    assert "TREE: 2 of 2 examples" in text
    assert "Give variants names of their own" in text


def test_the_signs_that_are_found_most_come_first_and_the_notes_last(table: pd.DataFrame, lexicon: Lexicon) -> None:
    text = summary_text(table, lexicon)
    assert text.index("TREE") < text.index("HOUSE") < text.index("Videos left out: 1") < text.index("SUN.mp4")


def test_many_signs_are_cut_short(lexicon: Lexicon) -> None:
    rows = [(f"S{number:03d}", 1, 0, None, "", 0) for number in range(40)]
    columns = ["sign", "examples", "found", "typical_score", "looks_like", "odd_examples"]
    text = summary_text(pd.DataFrame(rows, columns=columns), lexicon)
    assert "… and 10 more signs, in signs.tsv" in text
    assert "S029" in text
    assert "S030" not in text


def test_a_table_without_spottings_is_written(tmp_path: Path, lexicon: Lexicon, matcher: Matcher) -> None:
    write_sign_table(sign_table(lexicon, SPOTTINGS[:0], matcher), tmp_path / "signs.tsv")
    lines = (tmp_path / "signs.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == ["sign", "examples", "found", "typical_score", "looks_like", "odd_examples"]
    assert lines[2].split("\t") == ["HUT", "1", "0", "", "HOUSE", "0"]


def test_no_sign_is_a_formula_in_the_table_for_people(tmp_path: Path) -> None:
    signs = ["=1+1", "A;＝B", "HOUSE"]
    columns = {"examples": 1, "found": 0, "typical_score": None, "looks_like": ["-A, @B", "", ""], "odd_examples": 0}
    write_sign_table(pd.DataFrame({"sign": signs}).assign(**columns), tmp_path / "signs.tsv")
    rows = [line.split("\t") for line in (tmp_path / "signs.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert [(row[0], row[4]) for row in rows] == [("'=1+1", "'-A,' @B"), ("A;'＝B", ""), ("HOUSE", "")]


def test_places_come_best_first_with_their_clock() -> None:
    lines = places_text(SPOTTINGS).splitlines()
    assert [line.split() for line in lines[3:]] == [
        ["b", "0:00.800", "0:01.200", "0.90"],
        ["b", "0:00.000", "0:00.400", "0.70"],
        ["a", "1:01.040", "1:01.480", "0.50"],
    ]
