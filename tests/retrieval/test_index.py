"""The index on disk: only what changed is written, and what cannot be used is told."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from indexes import index, source

from signspot.errors import InputError
from signspot.retrieval.index import FILE, VERSION, Counts, SignPlace, opened, update
from signspot.retrieval.places import search
from signspot.retrieval.query import parse_query

HOUSE = ("house", 0, 400, 1.0)
TREE = ("tree", 400, 800, 1.0)


def found(folder: Path, text: str) -> list[tuple[str, int]]:
    return [(place.video, place.start_ms) for place in search(folder, parse_query(text)).places]


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    said = {"a": [(0, 900, "My house.")], "c": [(0, 900, "Her tree.")]}
    folder = index(tmp_path, source(tmp_path, {"a": [HOUSE], "b": [HOUSE], "c": [TREE]}, said))
    changed = source(tmp_path, {"a": [HOUSE], "b": [TREE], "d": [TREE]}, said)

    def never() -> Iterator[SignPlace]:
        raise AssertionError("a video that did not change is not read")

    changed = replace(changed, videos=[replace(changed.videos[0], signs=never), *changed.videos[1:]])
    done = update(folder, [changed])
    assert [counts for _, counts in done.counts] == [Counts(new=1, changed=1, same=1, gone=1)]
    assert (done.signs, done.sentences) == (3, 1)
    assert found(folder, "HOUSE") == [("a", 0)]
    assert found(folder, "TREE") == [("b", 400), ("d", 400)]
    assert not found(folder, "text:tree") and found(folder, "text:house") == [("a", 0)]


def test_sources_lie_beside_each_other(tmp_path: Path) -> None:
    folder = index(tmp_path, source(tmp_path / "one", {"a": [HOUSE]}))
    done = update(folder, [source(tmp_path / "two", {"a": [HOUSE, TREE]})])
    assert done.signs == 3 and len(found(folder, "HOUSE")) == 2
    assert done.lost == [str(tmp_path / "one"), str(tmp_path / "two")], "neither folder is there"


def test_signs_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    folder = index(tmp_path, source(tmp_path, {"a": [HOUSE, TREE]}))
    update(folder, [source(tmp_path, {"a": [HOUSE]})])
    with pytest.raises(InputError, match="no sign of the index is called 'tree'"):
        found(folder, "TREE")


def test_a_failed_update_changes_nothing(tmp_path: Path) -> None:
    folder = index(tmp_path, source(tmp_path, {"a": [HOUSE]}))

    def broken() -> Iterator[SignPlace]:
        yield SignPlace(*TREE)
        raise InputError("a table is wrong")

    wrong = source(tmp_path, {"a": [TREE]})
    with pytest.raises(InputError, match="a table is wrong"):
        update(folder, [replace(wrong, videos=[replace(wrong.videos[0], signs=broken)])])
    assert found(folder, "HOUSE") == [("a", 0)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("tree", 400, 399, 1.0), "ends at 399 ms, before it starts at 400 ms"),
        (("tree", 400, 800, -0.1), "has the score -0.1, expected 0 to 1"),
        (("tree", 400, 800, 1.5), "has the score 1.5, expected 0 to 1"),
        (("tree", 400, 800, float("nan")), "has the score nan, expected 0 to 1"),
    ],
)
def test_a_wrong_place_is_refused_and_changes_nothing(
    tmp_path: Path, wrong: tuple[str, int, int, float], message: str
) -> None:
    folder = index(tmp_path, source(tmp_path, {"a": [HOUSE], "b": [HOUSE]}))
    before = (folder / FILE).read_bytes()
    with pytest.raises(InputError, match=f"video b: the sign 'TREE' {message}. Correct the annotations"):
        update(folder, [source(tmp_path, {"a": [TREE], "b": [HOUSE, wrong]})])
    assert (folder / FILE).read_bytes() == before


def test_a_place_may_be_a_moment_and_certain_or_not(tmp_path: Path) -> None:
    folder = index(tmp_path, source(tmp_path, {"a": [("house", 5, 5, 0.0), ("house", 9, 9, 1.0)]}))
    assert sorted(found(folder, "HOUSE")) == [("a", 5), ("a", 9)]


def test_the_sentence_of_a_sign_holds_its_middle(tmp_path: Path) -> None:
    signs = [("s", start, start + 100, 1.0) for start in (0, 140, 160, 300, 500, 950)]
    said = [(0, 200, "one"), (200, 900, "two"), (250, 400, "three"), (1000, 1100, "four")]
    folder = index(tmp_path, source(tmp_path, {"a": signs}, {"a": said}))
    places = search(folder, parse_query("S")).places
    texts = [place.sentence.text if place.sentence else "" for place in places]
    assert texts == ["one", "one", "two", "three", "two", "four"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no index"),
        (b"no database", "cannot be used as an index .file is not a database"),
        (b"SQLite format 3\0" + bytes(200), "cannot be used as an index"),
    ],
)
def test_files_that_are_no_index(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(InputError, match=message), opened(tmp_path):
        pass


def test_a_folder_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no index. Was it moved"), opened(tmp_path / "gone"):
        pass


def test_other_databases_and_versions(tmp_path: Path) -> None:
    folder = index(tmp_path, source(tmp_path, {"a": [HOUSE]}))
    for pragma, message in (
        (f"user_version = {VERSION + 1}", f"is an index of version {VERSION + 1}, expected {VERSION}. Delete"),
        ("application_id = 7", "is no index of signspot"),
    ):
        with sqlite3.connect(folder / FILE) as database:
            database.execute(f"PRAGMA {pragma}")
        for use in (lambda: found(folder, "HOUSE"), lambda: update(folder, [source(tmp_path, {"a": [HOUSE]})])):
            with pytest.raises(InputError, match=message):
                use()


def test_a_damaged_index(tmp_path: Path) -> None:
    folder = index(tmp_path, source(tmp_path, {"a": [HOUSE] * 2000}))
    data = bytearray((folder / FILE).read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    (folder / FILE).write_bytes(data)
    with pytest.raises(InputError, match=r"is damaged .* Delete"):
        found(folder, "HOUSE")


def test_any_damage_is_told_or_does_no_harm(tmp_path: Path) -> None:
    signs = [("house", 100 * place, 100 * place + 50, 0.5) for place in range(300)]
    said = [(1000 * place, 1000 * place + 900, f"I bought {place} houses.") for place in range(20)]
    folder = index(tmp_path, source(tmp_path, {"a": [*signs, TREE]}, {"a": said}))
    whole, random = (folder / FILE).read_bytes(), Random(1)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(random.choice([1, 1, 2, 8])):
            data[random.randrange(len(data))] = random.choice([0, 255, random.randrange(256)])
        (folder / FILE).write_bytes(data)
        with suppress(InputError):
            found(folder, "HOUSE TREE")
            found(folder, "HOUSE text:bou*")


def test_names_of_folders_are_no_addresses(tmp_path: Path) -> None:
    folder = tmp_path / "a?mode=memory&x#y%20"
    update(folder, [source(tmp_path, {"a": [HOUSE]})])
    assert found(folder, "HOUSE") == [("a", 0)]
