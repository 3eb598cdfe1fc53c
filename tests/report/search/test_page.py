"""The page of a search as a file: what was asked, its places, and text that cannot break out."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from review_runs import CLOSING, EVIL
from search_answers import answer

from signspot.report.search import Asked, write_search
from signspot.report.search.content import pieces
from signspot.retrieval.places import Answer, Only
from signspot.retrieval.query import parse_query

Write = Callable[..., Path]


def data_of(page: Path) -> dict:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S
    )
    return json.loads(found[1])


def words_of(page: Path) -> str:
    """The text that stands in the page without scripts, on one line."""
    body = page.read_text(encoding="utf-8").split("<body>")[1]
    return " ".join(unescape(re.sub(r"<script.*?</script>|<[^>]*>", " ", body, flags=re.S)).split())


def test_it_tells_query_filters_and_numbers(write: Write) -> None:
    words = words_of(write(answer("a.mp4"), only=Only("anna", "one", 0.25)))
    assert words.startswith("Search for HOUSE BUY signs house, buy signer anna video one score at least 0.25 5 places,")
    assert "--limit" not in words


def test_it_tells_how_to_see_more(write: Write) -> None:
    some = answer("a.mp4")
    words = words_of(write(Answer(some.places, 738, some.signs), text="a house"))
    assert "text of the sentence a house 738 places" in words
    assert "The best 5 are shown; --limit 738 shows all." in words


def test_a_query_of_text_alone_has_no_signs(write: Write) -> None:
    words = words_of(write(Answer(answer("a.mp4").places[:1], 1, []), query="", text="a house"))
    assert words.startswith('Search for text:"a house" 1 place, by')
    assert "score" not in words


def test_sentences_near_a_text_have_a_similarity(tmp_path: Path) -> None:
    near = Answer(answer("a.mp4").places[:1], 1, [])
    write_search(tmp_path, Asked("", "", Only(), "someone falls ill"), near)
    words, data = words_of(tmp_path / "index.html"), data_of(tmp_path / "index.html")
    assert words.startswith("Search for someone falls ill 1 place, by") and "video time similarity sentence" in words
    assert data["scored"] and not data["signs"]
    write_search(tmp_path, Asked("HOUSE", "a house", Only(), "someone falls ill"), near)
    assert "similar to someone falls ill text of the sentence a house" in words_of(tmp_path / "index.html")


def test_an_answer_without_places(write: Write) -> None:
    page = write(Answer([], 0, ["house"]))
    assert "No place answers this query." in words_of(page)
    assert data_of(page)["places"] == []


def test_places_know_videos_times_and_signs(write: Write, tmp_path: Path) -> None:
    data = data_of(write(answer(str(tmp_path / "a.mp4"))))
    assert data["videos"][0] == {"name": "one", "src": "../a.mp4", "signer": "anna"}
    assert data["videos"][1]["src"].endswith("gone/two%20%26%2050%25%23%3F%27.avi")
    assert data["videos"][2]["src"] is None
    video, start, end, score, signs, said = data["places"][0]
    assert (video, start, end, score) == (0, 3000, 4400, 0.75)
    assert signs == [["HOUSE", 3000, 1.0], ["BUY", 4000, 0.5]]
    assert len(said) == 1


def test_foreign_text_stays_in_its_place(write: Write) -> None:
    text = write(answer("a.mp4"), query=f'"{EVIL.replace(chr(34), "")}"').read_text(encoding="utf-8")
    assert "<img" not in text and CLOSING not in text
    assert text.count("<script") == 2
    assert "://" not in text


def test_the_same_answer_gives_the_same_bytes(write: Write) -> None:
    assert write(answer("a.mp4")).read_bytes() == write(answer("a.mp4")).read_bytes()


@pytest.mark.parametrize(
    ("query", "text", "cut"),
    [
        ("text:house", "A House, and a house!", ["A ", "House", ", and a ", "house", "!"]),
        ('text:"a hou*"', "A House, and a houseboat", ["", "A House", ", and ", "a houseboat", ""]),
        ('text:"a b" text:"b a"', "a b a", ["", "a b a", ""]),
        ("text:strasse", "Die STRAS\u00adSE, die Straße", ["Die ", "STRAS\u00adSE", ", die ", "Straße", ""]),
        ("text:house", "houses", ["houses"]),
        ("HOUSE", "a house", ["a house"]),
        ("text:a", "", [""]),
    ],
)
def test_words_that_were_asked_for_are_cut_out(query: str, text: str, cut: list[str]) -> None:
    assert pieces(text, parse_query(query).phrases) == cut
    assert "".join(cut) == text
