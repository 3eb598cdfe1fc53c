"""Assembles the tables of a corpus: chooses its vocabulary, and the split of each video."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from signspot.corpus.sharing import groups_of, share_out, with_splits
from signspot.corpus.splits import signs_without_example
from signspot.corpus.tables import COLUMNS, Tables, check, class_ids
from signspot.intake.gather import CorpusVideo
from signspot.intake.notes import Note
from signspot.intake.vocabulary import Choice

SHARES = {"train": 80, "test": 20}
ABSENT = "Signs that no training video shows, left out of the vocabulary"
UNCONTROLLED = "Glosses that no controlled vocabulary of the ELAN files has, left out of the vocabulary (misspelt?)"
SPLIT = "How the videos were shared out"


@dataclass(frozen=True)
class NewCorpus:
    """The corpus that was made from a folder.

    Args:
        tables: its tables.
        counts: a row for each gloss: sign, taken_for, count, starred, videos, signers. ``taken_for`` is sign, other, or
            the reason why annotations of the gloss are left out.
        notes: what to tell the user.
    """

    tables: Tables
    counts: pd.DataFrame
    notes: list[Note]


def assemble(videos: Sequence[CorpusVideo], folder: Path, choose: Choice, seed: int) -> NewCorpus:
    """Tables whose vocabulary can be learnt: every sign has an example in a training video.

    Args:
        videos: the videos and their annotations.
        folder: paths of files in this folder become relative, so that the folder can move together with the tables.
        choose: how the vocabulary is chosen.
        seed: seed of the random choice of test videos.

    Raises:
        InputError: there is no example of any sign.
    """
    rows = [(video.name, sign.gloss, sign.start_ms, sign.end_ms) for video in videos for sign in video.used]
    annotations = pd.DataFrame(rows, columns=list(COLUMNS["annotations"]))
    counts = Counter(annotations["sign"])
    signs = choose.vocabulary(counts)
    table = _video_table(videos, folder)
    tables, notes = _shared_out(Tables(table, annotations, signs), seed)
    tables, absent = _learnable(tables)
    check(tables)
    notes += [Note(ABSENT, sign) for sign in absent]
    notes += [Note(UNCONTROLLED, f"{gloss} ({count})") for gloss, count in choose.uncontrolled(counts).items()]
    return NewCorpus(tables, _gloss_table(videos, tables.vocabulary), notes)


def _video_table(videos: Sequence[CorpusVideo], folder: Path) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "video": video.name,
                "path": _portable(video.path, folder),
                "split": "train" if video.signs else "predict",
                "signer": video.signer,
                "handedness": video.handedness,
                "annotation": _portable(video.source, folder) if _is_elan(video.source) else "",
                "fps": f"{video.info.fps:.5g}" if video.info else "",
                "duration_ms": str(video.info.duration_ms) if video.info else "",
            }
            for video in videos
        ]
    )


def _is_elan(source: Path | None) -> bool:
    return source is not None and source.suffix.lower() == ".eaf"


def _portable(path: Path, folder: Path) -> str:
    """The path of a file, relative to the working directory if the file lies in the folder."""
    path = os.path.normpath(path)
    return os.path.relpath(path) if Path(path).is_relative_to(folder) else path


def _shared_out(tables: Tables, seed: int) -> tuple[Tables, list[Note]]:
    """Makes some training videos test videos: whole signers if there are two or more, else single videos."""
    groups = groups_of(tables)
    by = "signer"
    notes = []
    if len(groups) < len(SHARES):
        groups, by = groups_of(tables, by="video"), "video"
    if len(groups) < len(SHARES):
        return tables, [Note(SPLIT, "one video has annotations: it is for training, and nothing is tested")]
    parts = share_out(groups, list(SHARES.values()), seed)
    if by == "video":
        notes.append(Note(SPLIT, "there is one signer: test videos show the signer of the training videos"))
    elif (tables.videos["signer"] == "").any():
        notes.append(
            Note(
                SPLIT,
                "signers are not all known: a video without one counts as a signer of its own",
                "name them by --signers or --signer-pattern, or in videos.tsv, and run signspot corpus split",
            )
        )
    shared = with_splits(tables, groups, [list(SHARES)[part] for part in parts])
    if _shown(shared, "train") & _shown(shared, "test"):
        return shared, notes
    return tables, [Note(SPLIT, "no sign is shown in two parts: all is for training, and nothing is tested")]


def _shown(tables: Tables, split: str) -> set[int]:
    """Class ids of the signs that the videos of a split show."""
    ids = tables.annotations["sign"].map(class_ids(tables.vocabulary))
    return set(ids[tables.annotations["video"].isin(tables.of([split]))].dropna())


def _learnable(tables: Tables) -> tuple[Tables, list[str]]:
    absent = signs_without_example(tables, tables.of(["train"]))
    signs = tables.vocabulary[~tables.vocabulary["sign"].isin(absent)]
    signs = signs.assign(class_id=range(len(signs))).reset_index(drop=True)
    return Tables(tables.videos, tables.annotations, signs, tables.sources), absent


def _gloss_table(videos: Sequence[CorpusVideo], vocabulary: pd.DataFrame) -> pd.DataFrame:
    """``counts`` of :class:`NewCorpus`, the most frequent gloss first; starred counts annotations with a ``*``."""
    ids = class_ids(vocabulary)
    rows = [
        (sign.gloss, _taken_for(sign.gloss, sign.left_out, ids), sign.starred, video.name, video.signer or video.name)
        for video in videos
        for sign in video.signs
    ]
    table = pd.DataFrame(rows, columns=["sign", "taken_for", "starred", "videos", "signers"])
    of_gloss = table.groupby(["sign", "taken_for"], sort=True)
    counts = of_gloss.agg(
        count=("starred", "size"),
        starred=("starred", "sum"),
        videos=("videos", "nunique"),
        signers=("signers", "nunique"),
    )
    return counts.reset_index().sort_values(["count", "sign"], ascending=[False, True], ignore_index=True)


def _taken_for(gloss: str, left_out: str, ids: Mapping[str, int]) -> str:
    return left_out or ("sign" if gloss in ids else "other")
