"""Spottings and sentences of made-up hours, and what their index and its queries do, for :mod:`measuring`.

A video is an hour long and has a sign a second, of 1,000 signs of which the n-th is n times rarer than the first, as
words are. Every second video has a sentence of eight such words every four seconds.
"""

import random
from collections.abc import Callable
from pathlib import Path

SIGNS = [f"W{number}" for number in range(1000)]
SHARES = [1 / (number + 1) for number in range(1000)]
A_SECOND, SENTENCE = 1000, 4000
"""From one sign, or sentence, to the next (ms)."""
LASTS = 400
SECONDS, SENTENCES, WORDS = 3600, 900, 8


def write_hours(folder: Path, hours: int) -> None:
    """Writes the tables of spottings, videos and sentences of so many hours; the same ones each time."""
    draw = random.Random(1)
    folder.mkdir(parents=True)
    with (
        (folder / "spottings.tsv").open("w", encoding="utf-8") as spottings,
        (folder / "videos.tsv").open("w", encoding="utf-8") as videos,
        (folder / "sentences.tsv").open("w", encoding="utf-8") as sentences,
    ):
        spottings.write("video\tsign\tclass_id\tstart_ms\tend_ms\tscore\n")
        videos.write("video\tpath\tsplit\tsigner\n")
        sentences.write("video\tstart_ms\tend_ms\ttext\n")
        for number in range(hours):
            videos.write(f"v{number}\tv{number}.mp4\ttest\tp{number % 20}\n")
            for second, sign in enumerate(draw.choices(range(len(SIGNS)), SHARES, k=SECONDS)):
                start, score = A_SECOND * second, draw.random()
                spottings.write(f"v{number}\t{SIGNS[sign]}\t{sign}\t{start}\t{start + LASTS}\t{score:.4f}\n")
            for place in range(SENTENCES if number % 2 == 0 else 0):
                said = " ".join(draw.choices(SIGNS, SHARES, k=WORDS)).lower()
                sentences.write(f"v{number}\t{SENTENCE * place}\t{SENTENCE * (place + 1)}\t{said}\n")


def index(folder: Path, out: Path) -> Callable[[], int]:
    """Indexes the tables of a folder; gives the places of signs in the index."""
    from signspot.retrieval.index import update
    from signspot.search.sources import Options, read_source

    options = Options(videos=folder / "videos.tsv")
    return lambda: update(out, [read_source(folder, options)]).signs


def query(out: Path, text: str) -> Callable[[], int]:
    """Asks for the best 20 places; gives how many there are."""
    from signspot.retrieval.places import search
    from signspot.retrieval.query import parse_query

    return lambda: search(out, parse_query(text)).found
