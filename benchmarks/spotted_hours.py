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
SPOTTER = "made_up"
FPS, STRIDE = 25, 4
SHOWN = 0.9
"""Probability of the sign of a window that shows one; the others share the rest."""


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


def write_predicted_hours(folder: Path, hours: int) -> Path:
    """Writes a run with the predictions from which such spottings come, without sentences; gives its folder.

    A window begins every 4 frames, and shows a sign if most of its 4 frames do.
    """
    import numpy as np

    from signspot.predictions import Predictions, write_predictions
    from signspot.timebase import Timebase

    draw, run, tables = random.Random(1), folder / "runs/first", folder / "tables"
    tables.mkdir(parents=True)
    rows = [f"v{number}\tv{number}.mp4\ttest\tp{number % 20}\n" for number in range(hours)]
    (tables / "videos.tsv").write_text("video\tpath\tsplit\tsigner\n" + "".join(rows), encoding="utf-8")
    rows = [f"{number}\t{sign}\n" for number, sign in enumerate(SIGNS)]
    (tables / "vocabulary.tsv").write_text("class_id\tsign\n" + "".join(rows), encoding="utf-8")
    middle = 1000 * (STRIDE * np.arange(SECONDS * FPS // STRIDE) + STRIDE / 2) / FPS
    shown = middle % A_SECOND < LASTS
    for number in range(hours):
        signs = np.array(draw.choices(range(len(SIGNS)), SHARES, k=SECONDS))
        score = np.full((len(middle), len(SIGNS) + 1), (1 - SHOWN) / len(SIGNS), np.float32)
        score[np.arange(len(middle)), np.where(shown, signs[(middle // A_SECOND).astype(int)] + 1, 0)] = SHOWN
        predictions = Predictions(score, 0, SECONDS * FPS - 1, STRIDE, Timebase(FPS))
        path = run / f"predictions/{SPOTTER}/0/v{number}.h5"
        write_predictions(predictions, path, {"spotter": SPOTTER, "weights_sha256": "0"})
    return run


def index(folder: Path, out: Path) -> Callable[[], int]:
    """Indexes the tables of a folder; gives the places of signs in the index."""
    from signspot.retrieval.index import update
    from signspot.search.sources import Options, read_source

    options = Options(videos=folder / "videos.tsv")
    return lambda: update(out, [read_source(folder, options)]).signs


def index_predictions(run: Path, out: Path) -> Callable[[], int]:
    """Indexes the signs that windows show; gives the places of signs in the index."""
    from signspot.retrieval.index import update
    from signspot.search.sources import Options, read_source

    return lambda: update(out, [read_source(run, Options(spotter=SPOTTER))]).signs


def query(out: Path, text: str) -> Callable[[], int]:
    """Asks for the best 20 places; gives how many there are."""
    from signspot.retrieval.places import search
    from signspot.retrieval.query import parse_query

    return lambda: search(out, parse_query(text)).found
