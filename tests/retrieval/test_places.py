"""Places that answer queries: which ones, in which order, and what is told."""

import logging
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexes import index, source

from signspot.errors import InputError
from signspot.retrieval.places import Only, Place, moved, search
from signspot.retrieval.query import parse_query

SIGNS = {
    "a": [
        ("house", 1000, 1400, 0.9),
        ("buy", 2000, 2400, 0.7),
        ("good morning", 9000, 9400, 0.8),
        ("house", 20_000, 20_400, 0.4),
    ],
    "b": [("buy", 500, 900, 0.95), ("house", 8000, 8400, 0.6), ("hotel", 30_000, 30_400, 0.5)],
}
SAID = {"b": [(0, 10_000, "I bought a house, a Straße."), (11_000, 12_000, "We buy houses.")]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two videos, of which the second has sentences."""
    place = tmp_path_factory.mktemp("indexed")
    return index(place, source(place, SIGNS, SAID, {"home": "house", "hello": "good morning"}))


def found(folder: Path, text: str, **only) -> list[tuple[str, int, int]]:
    answer = search(folder, parse_query(text), Only(**only), limit=100)
    assert answer.found == len(answer.places)
    return [(place.video, place.start_ms, place.end_ms) for place in answer.places]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("HOUSE", [("a", 1000, 1400), ("b", 8000, 8400), ("a", 20_000, 20_400)]),
        ("house", [("a", 1000, 1400), ("b", 8000, 8400), ("a", 20_000, 20_400)]),
        ("HOME", [("a", 1000, 1400), ("b", 8000, 8400), ("a", 20_000, 20_400)]),
        ("GOOD-MORNING", [("a", 9000, 9400)]),
        ('"Good morning"', [("a", 9000, 9400)]),
        ("HELLO", [("a", 9000, 9400)]),
        ("HOT*", [("b", 30_000, 30_400)]),
        ("*morn*", [("a", 9000, 9400)]),
        ("HOUSE BUY", [("a", 1000, 2400), ("b", 500, 8400), ("a", 20_000, 20_400)]),
        ("BUY HOME HOUSE", [("a", 1000, 2400), ("b", 500, 8400), ("a", 20_000, 20_400)]),
        ("HOUSE BUY within 1 s", [("a", 1000, 2400), ("b", 500, 900), ("b", 8000, 8400), ("a", 20_000, 20_400)]),
        ("HOUSE … BUY", [("a", 1000, 2400)]),
        ("BUY … HOUSE", [("b", 500, 8400)]),
        ("BUY … HOUSE within 7.1 s", [("b", 500, 8400)]),
        ("BUY … HOUSE within 7 s", []),
        ("BUY … HOUSE within 18 s", [("b", 500, 8400), ("a", 2000, 20_400)]),
        ("HO* … BUY … GOOD MORNING within 8 s", [("a", 1000, 9400)]),
        ("text:bought", [("b", 0, 10_000)]),
        ("text:strasse", [("b", 0, 10_000)]),
        ("text:hous*", [("b", 0, 10_000), ("b", 11_000, 12_000)]),
        ('text:"a house a"', [("b", 0, 10_000)]),
        ('text:"house bought"', []),
        ("text:house text:bought", [("b", 0, 10_000)]),
        ("HOUSE text:bought", [("b", 8000, 8400)]),
        ("HOUSE text:buy", []),
    ],
)
def test_which_places_answer(folder: Path, text: str, places: list[tuple[str, int, int]]) -> None:
    assert found(folder, text) == places


def test_only_some_places(folder: Path) -> None:
    assert found(folder, "HOUSE", video="b") == [("b", 8000, 8400)]
    assert found(folder, "HOUSE", signer="signer of a") == [("a", 1000, 1400), ("a", 20_000, 20_400)]
    assert found(folder, "HOUSE", min_score=0.6) == [("a", 1000, 1400), ("b", 8000, 8400)]
    assert not found(folder, "text:house", video="a")
    with pytest.raises(InputError, match="--signer 'signer of q': the index has none of this name; similar: signer of"):
        found(folder, "HOUSE", signer="signer of q")
    with pytest.raises(InputError, match="--video 'x'"):
        found(folder, "HOUSE", video="x")


def test_all_about_a_place(folder: Path) -> None:
    best, second, _ = search(folder, parse_query("HOUSE BUY"), limit=3).places
    assert isinstance(best, Place)
    assert (best.source, best.signer, best.share, best.score) == ("annotations", "signer of a", 1.0, pytest.approx(0.8))
    assert [sign.sign for sign in best.signs] == ["HOUSE", "BUY"] and best.sentence is None
    assert best.media == str(folder.parent / "a.mp4")
    assert second.sentence.text == "I bought a house, a Straße." and [s.start_ms for s in second.signs] == [500, 8000]


def test_the_best_are_kept_and_all_are_counted(folder: Path) -> None:
    answer = search(folder, parse_query("HO*"), limit=2)
    assert (answer.found, [place.score for place in answer.places]) == (4, [0.9, 0.6])


def test_unknown_signs(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InputError, match="no sign of the index is called 'huose'; similar: HOUSE"):
        found(folder, "HUOSE")
    with pytest.raises(InputError, match=r"'huose'.*\n.*'bying'"):
        found(folder, "HUOSE BYING")
    with pytest.raises(InputError, match="no sign of the index is called 'Q\\*'"):
        found(folder, "Q*")
    with pytest.raises(InputError, match="'huose'"):
        found(folder, "HUOSE … BUY")
    with caplog.at_level(logging.WARNING):
        assert found(folder, "HUOSE BUY") == found(folder, "BUY")
    assert "'huose'; similar: HOUSE, HOTEL. It is left out." in caplog.text


def test_text_needs_sentences(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the index has no sentences.*--sentences FILE"):
        found(index(tmp_path, source(tmp_path, SIGNS)), "text:house")


def test_index_and_videos_move_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    old = Path("old")
    old.mkdir()
    (old / "a.mp4").touch()
    folder = index(old, source(old, SIGNS))
    os.rename(old, "new")
    query = parse_query("HOUSE")
    places = search(Path("new/index"), query).places
    assert {place.media for place in places} == {"new/a.mp4", "new/b.mp4"}
    assert not moved(Path("new/index"), places), "b.mp4 was not there before"
    shutil.move("new/index", "index")
    assert moved(Path("index"), search(Path("index"), query).places) == ["a.mp4"]
    with pytest.raises(InputError, match="Was it moved"):
        search(folder, query)


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            ["HOUSE", "BUY", "HO*", "…", "within 3 s", 'text:"', '"', "*", "text:a", "NEAR(", "'; DROP TABLE place;--"]
        ),
        max_size=8,
    ).map(" ".join),
    st.text(max_size=20),
)
def test_any_text_gives_places_or_a_message(folder: Path, text: str, said: str) -> None:
    try:
        answer = search(folder, parse_query(text, said))
    except InputError:
        return
    assert answer.found >= len(answer.places) >= 0
    assert len(found(folder, "HOUSE")) == 3
