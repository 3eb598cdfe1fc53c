"""From corrections to ELAN documents, and to the truth of the next training.

A video of which nothing is left to decide counts as annotated from its start to its end: its signs are those that were
accepted, changed or added, and all else is background, above all what was rejected. Of a video of which something is
left, nobody knows what the rest is; it teaches nothing, and its annotations stay.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from signspot.corpus.tables import COLUMNS, Tables, read_tables, vocabulary_of, with_found_paths
from signspot.corrections.file import Corrections, Sign, VideoCorrections
from signspot.errors import InputError
from signspot.export import SpottingSource
from signspot.export.elan import write_elan
from signspot.model.videos import named_videos
from signspot.rows import read_rows, require

CERTAIN = 1.0
"""The score of a sign that nobody spotted, but a person saw."""
CORRECTIONS = ["video", "decision", *(COLUMNS["annotations"][1:]), "spotted_sign", "spotted_start_ms", "spotted_end_ms"]
"""Columns of the table of corrections, beside the score; the review page writes the same."""


def read_corpus(paths: Sequence[Path]) -> Tables:
    """The corpus to which corrections belong.

    Args:
        paths: the table of videos, with annotations.tsv and perhaps vocabulary.tsv beside it; a table of video and path
            alone; or videos, and folders of videos. Without annotations, all videos have the split predict.

    Raises:
        InputError: a table is missing or wrong, or there is no video.
    """
    if len(paths) == 1 and paths[0].suffix.lower() == ".tsv":
        path = paths[0]
        annotations, vocabulary = (path.with_name(f"{name}.tsv") for name in ("annotations", "vocabulary"))
        if annotations.is_file():
            return read_tables(path, annotations, vocabulary if vocabulary.is_file() else None)
        videos = read_rows(path)
        require(videos, ["video", "path"], path)
        videos = with_found_paths(path.parent, videos)
    else:
        videos = pd.DataFrame(
            [(name, str(path)) for name, path in named_videos(paths).items()], columns=["video", "path"]
        )
    none = (pd.DataFrame(columns=list(COLUMNS[kind])) for kind in ("annotations", "vocabulary"))
    return Tables(videos.assign(split="predict", signer=videos.get("signer", "")), *none)


def check_videos(corrections: Corrections, tables: Tables) -> None:
    """Checks that all corrected videos are in the tables.

    Raises:
        InputError: some are not; the message names one and counts them.
    """
    missing = [video for video in corrections if video not in set(tables.videos["video"])]
    if missing:
        raise InputError(
            f"--videos: lacks the video {missing[0]} ({len(missing)} of {len(corrections)} corrected). Name the "
            "table or the folder that has it."
        )


def write_documents(corrections: Corrections, tables: Tables, folder: Path) -> None:
    """Writes ``<video>.eaf`` of each corrected video, with a tier ``signspot:RUN:corrected``.

    The tier holds the signs that were accepted, changed or added. An annotator's document that the table of videos
    names in its column annotation keeps its content.

    Raises:
        InputError: as :func:`signspot.export.elan.write_elan`.
    """
    rows = tables.videos.set_index("video")
    for video, corrected in corrections.items():
        original = rows.at[video, "annotation"] if "annotation" in rows else ""
        source = SpottingSource(f"{corrected.run}:corrected", tables.vocabulary["sign"].tolist())
        write_elan(
            _scored(corrected),
            folder / f"{video}.eaf",
            Path(rows.at[video, "path"]),
            source,
            Path(original) if original else None,
        )


def _scored(corrected: VideoCorrections) -> pd.DataFrame:
    """The signs of a video as a table: sign, start_ms, end_ms, score."""
    signs = [
        (*_cells(edit.final), CERTAIN if edit.score is None else edit.score)
        for edit in corrected.edits
        if edit.final is not None
    ]
    return pd.DataFrame(signs, columns=["sign", "start_ms", "end_ms", "score"])


def corrected_tables(corrections: Corrections, tables: Tables) -> Tables:
    """The tables of the corpus with what was corrected as truth.

    The signs of a finished video replace its annotations. A finished video that was to be predicted is for training
    from now on; a test video stays one. Glosses outside the vocabulary stay in the annotations and are not learnt; a
    corpus without a vocabulary gets that of its annotations.
    """
    finished = {video: corrected for video, corrected in corrections.items() if corrected.left == 0}
    signs = [(video, *_cells(sign)) for video, corrected in finished.items() for sign in corrected.signs]
    added = pd.DataFrame(signs, columns=list(COLUMNS["annotations"]))
    kept = tables.annotations[~tables.annotations["video"].isin(finished)]
    annotations = pd.concat([table for table in (kept, added) if len(table)] or [added], ignore_index=True)
    learnt = tables.videos["video"].isin(finished) & (tables.videos["split"] == "predict")
    videos = tables.videos.assign(split=tables.videos["split"].mask(learnt, "train"))
    vocabulary = tables.vocabulary if len(tables.vocabulary) else vocabulary_of(annotations)
    return Tables(videos, annotations, vocabulary)


def corrections_table(corrections: Corrections) -> pd.DataFrame:
    """A row for each edit: video, decision, the sign as it is to be, and the sign and the score as it was spotted."""
    rows = [
        (video, edit.state, *_cells(edit.final), *_cells(edit.original), "" if edit.score is None else edit.score)
        for video, corrected in corrections.items()
        for edit in corrected.edits
    ]
    return pd.DataFrame(rows, columns=[*CORRECTIONS, "score"])


def _cells(sign: Sign | None) -> tuple[str | int, str | int, str | int]:
    return ("", "", "") if sign is None else (sign.sign, sign.start_ms, sign.end_ms)
