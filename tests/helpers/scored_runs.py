"""Finished runs of a made-up corpus, as far as their scores need them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from signspot.export import write_submission
from signspot.spottings import COLUMNS, write_spottings

Signs = Mapping[str, Sequence[tuple[str, int, int]]]
"""Sign, start and end in ms, by video."""
VOCABULARY = ("HOUSE", "TREE")
TEST: Signs = {f"t{number}": [("HOUSE", 0, 1000), ("TREE", 2000, 3000)] for number in range(8)}
"""What is annotated in the test videos. There is one more video, ``train``, for training."""
HALF: Signs = {video: rows[:1] for video, rows in TEST.items()}


def write_scored_run(
    results: Path, name: str, spotted: Signs, test: Signs = TEST, vocabulary: Sequence[str] = VOCABULARY
) -> Path:
    """Writes the tables of a corpus, and a run with its spottings and its hand-in; returns the folder of the run."""
    annotated = {"train": [("HOUSE", 0, 500)], **TEST, **test}
    videos = [(v, f"{v}.mp4", "train" if v == "train" else "test", f"s{i % 2}") for i, v in enumerate(annotated)]
    rows = [(video, *row) for video, rows in annotated.items() for row in rows]
    tables = {
        "videos": pd.DataFrame(videos, columns=["video", "path", "split", "signer"]),
        "annotations": pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms"]),
        "vocabulary": pd.DataFrame(enumerate(vocabulary), columns=["class_id", "sign"]),
    }
    run = results / "runs" / name
    for folder in (run, results / "tables"):
        folder.mkdir(parents=True, exist_ok=True)
    for kind, table in tables.items():
        table.to_csv(results / f"tables/{kind}.tsv", sep="\t", index=False)
    found = [
        (video, sign, vocabulary.index(sign), *times, 0.5) for video, rows in spotted.items() for sign, *times in rows
    ]
    table = pd.DataFrame(found, columns=list(COLUMNS))
    write_spottings(table, run / "spottings.tsv")
    write_submission(table, list(test), run / "submission.zip")
    return run
