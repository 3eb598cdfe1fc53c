"""Queries: what their parts mean, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.retrieval.query import LONGEST_S, Phrase, Query, fits, parse_query, pattern_pieces


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("HOUSE", Query(("HOUSE",))),
        (" HOUSE  BUY ", Query(("HOUSE BUY",))),
        ("HOUSE … BUY", Query(("HOUSE", "BUY"), ordered=True)),
        ("HOUSE...BUY", Query(("HOUSE", "BUY"), ordered=True)),
        ("NIVEL.BAJAR … A B", Query(("NIVEL.BAJAR", "A B"), ordered=True)),
        ("HOUSE … BUY within 3 s", Query(("HOUSE", "BUY"), ordered=True, within_ms=3000)),
        ("HOUSE BUY within 0,25s", Query(("HOUSE BUY",), within_ms=250)),
        ("within 300 ms HOUSE", Query(("HOUSE",), within_ms=300)),
        ("WITHIN HOUSE", Query(("WITHIN HOUSE",))),
        ("HOU* BUY GO", Query(("HOU*", "BUY GO"))),
        ('"GOOD MORNING" HOUSE', Query(("GOOD MORNING", "HOUSE"))),
        ('"within" HOUSE', Query(("within", "HOUSE"))),
        ("text:Bought", Query(phrases=(Phrase(("bought",)),))),
        ('HOUSE text:"a  House, the hou*"', Query(("HOUSE",), phrases=(Phrase(("a", "house", "the", "hou"), True),))),
    ],
)
def test_forms(text: str, query: Query) -> None:
    assert parse_query(text) == query


def test_words_of_sentences_may_come_apart_from_the_signs() -> None:
    assert parse_query("HOUSE", "I bought") == parse_query('HOUSE text:"I bought"')
    assert parse_query("", "I bought") == Query(phrases=(Phrase(("i", "bought")),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "asks for nothing"),
        ("   ", "asks for nothing"),
        ("…", "without a sign before or after it"),
        ("HOUSE …", "without a sign before or after it"),
        ("HOUSE … … BUY", "without a sign before or after it"),
        ("within 3 s", "but no sign"),
        ("HOUSE within", "has within without a time such as 3 s"),
        ("HOUSE within 3", "has within without a time such as 3 s"),
        ("HOUSE within 3 h", "has within without a time such as 3 s"),
        ("A … B within 1 s within 2 s", "tells a time by within 2 times"),
        (f"A … B within {LONGEST_S + 1} s", "expected 600 s at most"),
        ('HOUSE "BUY', "a quotation mark is left open"),
        ('text:"a house', "a quotation mark is left open"),
        ("HOUSE text:", "has text: without words"),
        ("*", "has no letter or digit"),
        ("HOUSE ;--", "has no letter or digit"),
        ('text:"*"', "expected words"),
        ('text:"a* house"', "with \\* at the end of the last one only"),
        ('text:"house *"', "with \\* at the end of the last one only"),
        ("A" * 1001, "more than 1000 characters"),
        ("HOUSE\x1b[2J", "one that controls a screen"),
        ("HOUSE\udcff", "one that controls a screen"),
        (" ".join(["A*"] * 33), "has 33 parts, expected 32 at most"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_query(text)


@pytest.mark.parametrize(
    ("pattern", "word", "fit"),
    [
        ("HOU*", "house", True),
        ("HOU*", "house boat", True),
        ("HOU*", "a house", False),
        ("*SE", "house", True),
        ("H*SE", "house", True),
        ("*OU*", "house", True),
        ("HOUSE*", "house", True),
        ("HOUS*USE", "house", False),
        ("GOOD-M*", "good morning", True),
        ("*a*a*b", "aab", True),
        ("*a*a*b", "ab", False),
        ("Straß*", "strasse", True),
    ],
)
def test_patterns(pattern: str, word: str, fit: bool) -> None:
    assert fits(pattern_pieces(pattern), word) is fit


@given(st.text(), st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_a_query_or_refused(text: str, said: str, like: str) -> None:
    try:
        query = parse_query(text, said, like)
    except InputError:
        return
    assert query.signs or query.phrases or query.like


def test_a_text_by_its_meaning_has_no_order() -> None:
    assert parse_query("", like=" falls ill ") == Query(like="falls ill")
    assert parse_query("HOUSE", like=" ") == Query(("HOUSE",))
    for text in ("HOUSE … BUY", "HOUSE within 3 s"):
        with pytest.raises(InputError, match="leave out … and within, or --like"):
            parse_query(text, like="falls ill")
