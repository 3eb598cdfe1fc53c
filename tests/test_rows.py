"""Texts of tables that people open."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.rows import for_spreadsheet, from_spreadsheet, read_rows

BEGINS = re.compile(r"(?:^|[;,\t\r\n])\s*[=+@＝＋－＠﹢﹣﹦﹫-]")


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-HOUSE", "'-HOUSE"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠A1", "'＠A1"),
        ("﹦1", "'﹦1"),
        ("HOUSE;=cmd|'/C calc'!A0", "HOUSE;'=cmd|'/C calc'!A0"),
        ("HOUSE; =1", "HOUSE;' =1"),
        ("HOUSE\t=1", "HOUSE\t'=1"),
        ("HOUSE;＝1", "HOUSE;'＝1"),
        ("A,-B", "A,'-B"),
        (" =1", "' =1"),
        ("\tx", "'\tx"),
    ],
)
def test_formulas_are_made_harmless(text: str, harmless: str) -> None:
    assert for_spreadsheet(text) == harmless


@pytest.mark.parametrize("text", ["HOUSE", "A-B", "1+1", "TREE (1)", "a@b", "DT:ANA;x", "", "*BIEN", "días, más"])
def test_other_texts_stay(text: str) -> None:
    assert for_spreadsheet(text) == text


@given(st.text(st.sampled_from("=+-@＝＋－＠;,\t\r\n aA'"), max_size=12))
def test_nothing_that_begins_a_formula_is_left(text: str) -> None:
    assert not BEGINS.search(for_spreadsheet(text))


@given(st.text("=+-@'; \tab＝", max_size=8))
def test_what_was_made_harmless_is_read_back(text: str) -> None:
    """But for texts that have such an apostrophe themselves."""
    harmless = for_spreadsheet(text)
    assert for_spreadsheet(from_spreadsheet(harmless)) == harmless
    assert "'" in text or from_spreadsheet(harmless) == text


def test_a_table_with_a_nul_character_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "videos.tsv"
    path.write_text("video\tpath\none\tone.mp4\ntwo\t\0two.mp4\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"videos\.tsv, line 3: holds a NUL character"):
        read_rows(path)
