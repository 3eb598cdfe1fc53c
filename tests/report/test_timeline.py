"""States of the bars against hand-made cases and a brute-force reference."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.report.timeline import State, Timeline, compare

CLASSES = {"A": 0, "a (alias)": 0, "B": 1}


def table(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["sign", "start_ms", "end_ms"]).astype({"start_ms": float, "end_ms": float})


def states(truth: pd.DataFrame, spottings: pd.DataFrame) -> tuple[list[State], list[State]]:
    line = compare("v", (0, 9000), truth, spottings, CLASSES)
    return [bar.state for bar in line.truth], [bar.state for bar in line.spottings]


def test_states() -> None:
    truth = table(("A", 0, 1000), ("A", 2000, 3000), ("B", 4000, 5000), ("B", 7000, 8000))
    spottings = table(("A", 0, 500), ("A", 2600, 3000), ("A", 4000, 5000), ("A", 8500, 8900))
    assert states(truth, spottings) == (
        [State.HIT, State.BOUNDARY, State.MISSED, State.MISSED],
        [State.HIT, State.BOUNDARY, State.WRONG, State.WRONG],
    )


def test_alias_is_the_same_sign() -> None:
    assert states(table(("a (alias)", 0, 1000)), table(("A", 0, 1000))) == ([State.HIT], [State.HIT])


def test_an_alias_shows_as_its_sign_so_that_a_number_has_one_name() -> None:
    line = compare("v", (0, 9000), table(("a (alias)", 0, 1000)), table(("A", 0, 1000)), CLASSES)
    assert [bar.sign for bar in (*line.truth, *line.spottings)] == ["A", "A"]
    assert line.signs() == [(0, "A")]


def test_the_class_id_of_a_spotting_tells_its_sign_as_in_the_scores() -> None:
    spottings = table(("1", 0, 1000)).assign(class_id=0)
    line = compare("v", (0, 9000), table(("A", 0, 1000)), spottings, CLASSES)
    assert [(bar.sign, bar.number, bar.state) for bar in line.spottings] == [("A", 0, State.HIT)]


def test_a_column_of_numbers_of_the_annotator_is_no_class_id() -> None:
    truth = table(("B", 0, 1000), ("X", 2000, 3000)).assign(class_id=0)
    spottings = table(("A", 0, 1000), ("A", 2000, 3000)).assign(class_id=0)
    assert states(truth, spottings) == ([State.MISSED, State.OUTSIDE], [State.WRONG, State.WRONG])


def test_glosses_are_one_in_any_unicode_form_but_not_in_upper_and_lower_case() -> None:
    vocabulary = {"MÉDICO": 0, "B": 1}
    truth = table(("ME\u0301DICO", 0, 900), ("médico", 1000, 1900))
    line = compare("v", (0, 9000), truth, table(("MÉDICO", 0, 900), ("MÉDICO", 1000, 1900)), vocabulary)
    assert [bar.state for bar in line.truth] == [State.HIT, State.OUTSIDE]


def test_sign_outside_the_vocabulary_has_no_number_and_matches_nothing() -> None:
    line = compare("v", (0, 9000), table(("X", 0, 1000)), table(("B", 0, 1000)), CLASSES)
    assert line.truth[0].number is None
    assert line.truth[0].state == State.OUTSIDE


@pytest.mark.parametrize("gloss", ["1", "01", "0", "1.0", "b", "-1"])
def test_a_gloss_is_no_class_id(gloss: str) -> None:
    """B has the class id 1; a sign is compared by what its gloss means in the vocabulary, and by nothing else."""
    assert states(table((gloss, 0, 1000)), table(("B", 0, 1000))) == ([State.OUTSIDE], [State.WRONG])


def test_glosses_that_are_numbers_in_another_order() -> None:
    vocabulary = {"2": 0, "1": 1, "0": 2}
    line = compare(
        "v", (0, 9000), table(("0", 0, 900), ("1", 1000, 1900)), table(("2", 0, 900), ("1", 1000, 1900)), vocabulary
    )
    assert [bar.state for bar in line.truth] == [State.MISSED, State.HIT]
    assert [bar.state for bar in line.spottings] == [State.WRONG, State.HIT]


def test_signs_outside_the_vocabulary_are_not_missed() -> None:
    line = compare("v", (0, 9000), table(("X", 0, 900), ("Y", 0, 900), ("A", 0, 900)), table(), CLASSES)
    assert (line.count(State.MISSED), line.count(State.OUTSIDE)) == (1, 2)


def test_empty_rows() -> None:
    assert states(table(), table(("A", 0, 1000))) == ([], [State.WRONG])
    assert states(table(("A", 0, 1000)), table()) == ([State.MISSED], [])


def test_counts_do_not_depend_on_row_order() -> None:
    truth, spottings = table(("A", 5000, 6000), ("A", 0, 1000)), table(("A", 5000, 6000), ("B", 100, 900))
    line = compare("v", (0, 9000), truth, spottings, CLASSES)
    assert [line.count(state) for state in State] == [1, 0, 1, 1, 0]
    assert [bar.start_ms for bar in line.truth] == [0, 5000]


@given(st.integers(0, 90_000), st.integers(0, 200_000), st.integers(1, 30_000))
def test_windows_cover_the_video_once(begin: int, length: int, span: int) -> None:
    windows = list(Timeline("v", begin, begin + length, (), ()).windows(span))
    assert windows[0][0] == begin and windows[-1][1] == begin + length
    assert all(before[1] == after[0] for before, after in pairwise(windows))
    assert all(end - start <= span for start, end in windows)
