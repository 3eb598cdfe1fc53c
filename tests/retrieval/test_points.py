"""Points of sentences in an index: how near they are to a text, with and without signs."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from indexes import source

from signspot.errors import InputError
from signspot.retrieval.index import FILE, Source, opened, update
from signspot.retrieval.places import Answer, search
from signspot.retrieval.points import KeptSpace, joined, space_of
from signspot.retrieval.query import parse_query

SPACE = KeptSpace("abc", Path("runs/first"), 1, None, "")
SIGNS = {"a": [("house", 0, 400, 0.6), ("hour", 400, 800, 0.9), ("house", 1000, 1200, 0.8), ("tree", 1500, 1800, 0.9)]}
SAID = {"a": [(0, 900, "one"), (900, 1900, "two"), (1900, 2900, "three")]}
POINTS = {0: [1, 0], 900: [0, 1], 1900: [-1, 0]}
EAST = np.array([1, 0], np.float32)


def placed(folder: Path, points: Mapping[int, list[float] | None] = POINTS) -> Source:
    """A video of three sentences, which have these points by their start."""
    found = {start: None if point is None else np.array(point, np.float32) for start, point in points.items()}
    made = source(folder, SIGNS, SAID)
    videos = [replace(video, points=lambda said: [found[one.start_ms] for one in said]) for video in made.videos]
    return replace(made, videos=videos)


def index(folder: Path, points: Mapping[int, list[float] | None] = POINTS) -> Path:
    update(folder / "index", [placed(folder, points)], SPACE)
    return folder / "index"


def asked(folder: Path, signs: str = "", **only: object) -> Answer:
    return search(folder, parse_query(signs, like="east"), like=EAST, **only)


def test_a_joined_point_gives_the_mean_of_the_cosines() -> None:
    rng = np.random.default_rng(0)
    texts, videos = (rng.standard_normal((3, 5, 8)) for _ in range(2))
    texts, videos = (points / np.linalg.norm(points, axis=-1, keepdims=True) for points in (texts, videos))
    text, video = joined(list(texts)), joined(list(videos))
    assert text.shape == (5, 24) and text.dtype == np.float32
    assert np.linalg.norm(text, axis=1) == pytest.approx(np.ones(5))
    assert (text * video).sum(1) == pytest.approx((texts * videos).sum(2).mean(0), abs=1e-6)


def test_sentences_come_by_their_cosine(tmp_path: Path) -> None:
    answer = asked(index(tmp_path))
    assert [(place.start_ms, place.end_ms, place.score) for place in answer.places] == [
        (0, 900, 1),
        (900, 1900, 0),
        (1900, 2900, -1),
    ]
    assert answer.found == 3 and asked(tmp_path / "index", limit=1).found == 3


def test_signs_count_by_intersection_over_union(tmp_path: Path) -> None:
    folder = index(tmp_path)
    scores = {place.start_ms: place.score for place in asked(folder, "HOUSE TREE").places}
    assert scores == pytest.approx({0: (1 + 1 / 3) / 2, 900: (0 + 1) / 2, 1900: -1 / 2})
    scores = {place.start_ms: place.score for place in asked(folder, "HOU*").places}
    assert scores == pytest.approx({0: (1 + 1) / 2, 900: (0 + 1 / 2) / 2, 1900: -1 / 2})


def test_of_each_sign_the_best_is_shown(tmp_path: Path) -> None:
    best = {place.start_ms: [sign.sign for sign in place.signs] for place in asked(index(tmp_path), "HOU*").places}
    assert best == {0: ["HOUR"], 900: ["HOUSE"], 1900: []}


def test_sentences_without_a_point_are_not_ranked(tmp_path: Path) -> None:
    answer = asked(index(tmp_path, {**POINTS, 900: None}), "HOUSE")
    assert [place.start_ms for place in answer.places] == [0, 1900]


def test_the_space_is_forgotten_with_its_last_point(tmp_path: Path) -> None:
    folder = index(tmp_path)
    with opened(folder) as database:
        found = space_of(database, folder)
    assert replace(found, run=SPACE.run) == SPACE and found.run.absolute() == SPACE.run.absolute()
    update(folder, [source(tmp_path, {"a": SIGNS["a"][:1]}, SAID)])
    with pytest.raises(InputError, match="holds no common space"), opened(folder) as database:
        space_of(database, folder)


@pytest.mark.parametrize("numbers", ["x'0000c07f0000c07f'", "x'0000'"])
def test_points_that_are_no_numbers(tmp_path: Path, numbers: str) -> None:
    folder = index(tmp_path)
    with sqlite3.connect(folder / FILE) as database:
        database.execute(f"UPDATE point SET numbers = {numbers}")
    with pytest.raises(InputError, match="cannot be used as an index"):
        asked(folder)


def test_any_damage_is_told_or_does_no_harm(tmp_path: Path) -> None:
    folder = index(tmp_path)
    whole, random = (folder / FILE).read_bytes(), Random(1)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(random.choice([1, 1, 2, 8])):
            data[random.randrange(len(data))] = random.choice([0, 255, random.randrange(256)])
        (folder / FILE).write_bytes(data)
        with suppress(InputError):
            asked(folder, "HOUSE")
            with opened(folder) as database:
                space_of(database, folder)
