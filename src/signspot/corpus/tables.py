"""The three tables of a corpus: its videos, its annotations and its vocabulary.

- ``videos``: video, path, split, signer. Optional: handedness, left or right; start_ms and end_ms, the part of the
  video to use; side or crop, the part of the picture to use, see :mod:`signspot.corpus.regions`; annotation, the .eaf
  of the annotator, to which spottings are added.
- ``annotations``: video, sign (gloss), start_ms, end_ms (exclusive).
- ``vocabulary``: class_id (0-based), sign. Optional: aliases, other glosses of the sign, separated by ``|``.

Unknown columns are kept. Files are tab-separated UTF-8 text with a header. A relative path in a file is relative to the
folder of the table of videos; a relative path in memory is relative to the working directory.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.corpus.names import wrong_names
from signspot.corpus.regions import wrong_regions
from signspot.files import finished
from signspot.rows import LISTED, bad_cells, nfc, read_rows, refuse, require, whole_numbers

log = logging.getLogger(__name__)

SPLITS = ("train", "val", "test", "predict")
COLUMNS = {
    "videos": ("video", "path", "split", "signer"),
    "annotations": ("video", "sign", "start_ms", "end_ms"),
    "vocabulary": ("class_id", "sign"),
}
"""Required columns of each table."""
HANDS = {"": "", "l": "left", "left": "left", "r": "right", "right": "right"}
"""Spellings of handedness in lower case -> our spelling; "" is unknown."""
TO_END_MS = 10**9
"""The end, in ms, of an annotation that lasts as long as its video, whose length nobody knows yet."""
FILES = ("path", "annotation")
"""Columns of the table of videos that hold paths; the column annotation is optional, and its cells may be empty."""


@dataclass(frozen=True)
class Sources:
    """The files of the tables, as messages name them."""

    videos: str = "videos.tsv"
    annotations: str = "annotations.tsv"
    vocabulary: str = "vocabulary.tsv"


@dataclass(frozen=True)
class Tables:
    """A corpus. ``class_id`` and the times of annotations are int64; all other cells are strings."""

    videos: pd.DataFrame
    annotations: pd.DataFrame
    vocabulary: pd.DataFrame
    sources: Sources = Sources()

    def of(self, splits: Sequence[str]) -> list[str]:
        """The videos of these splits, in the order of the table."""
        return self.videos.loc[self.videos["split"].isin(splits), "video"].tolist()


def read_tables(videos: Path, annotations: Path, vocabulary: Path | None = None, strict: bool = False) -> Tables:
    """Reads and checks the tables of a corpus, and logs warnings. The vocabulary is sorted by class id.

    Args:
        videos: the file of the table of videos.
        annotations: the file of the table of annotations.
        vocabulary: the file of the vocabulary. Without this file, every annotated gloss is a sign, and class ids
            follow the alphabet.
        strict: whether a gloss outside the vocabulary is an error instead of a warning.

    Raises:
        InputError: a file is missing or wrong; the message names the file, the line, the column and what is expected.
    """
    video_rows = _read(videos, "videos")
    rows = whole_numbers(_read(annotations, "annotations"), ["start_ms", "end_ms"], annotations)
    if vocabulary is None:
        signs, source = vocabulary_of(rows), f"the glosses of {annotations}"
    else:
        signs, source = whole_numbers(_read(vocabulary, "vocabulary"), ["class_id"], vocabulary), str(vocabulary)
    found = with_found_paths(Path(videos).parent, video_rows)
    tables = Tables(found, rows, signs, Sources(str(videos), str(annotations), source))
    for warning in check(tables, strict):
        log.warning("%s", warning)
    tables = replace(tables, vocabulary=signs.sort_values("class_id", ignore_index=True))
    return replace(tables, annotations=_within_parts(tables))


def with_found_paths(folder: Path, videos: pd.DataFrame) -> pd.DataFrame:
    """The table of videos with paths relative to the working directory instead of to ``folder``."""
    return _with_paths(videos, lambda path: os.path.normpath(folder / path))


def _with_paths(videos: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    columns = [column for column in FILES if column in videos]
    return videos.assign(**{column: [path and change(path) for path in videos[column]] for column in columns})


def used_parts(videos: pd.DataFrame) -> dict[str, tuple[int, int | None]]:
    """Start and end in ms of the part of each video to use; 0 is the start of a video, None its end."""
    starts, ends = (videos.get(column, [""] * len(videos)) for column in ("start_ms", "end_ms"))
    rows = zip(videos["video"], starts, ends, strict=True)
    return {video: (int(start or 0), int(end) if end else None) for video, start, end in rows}


def _within_parts(tables: Tables) -> pd.DataFrame:
    """The annotations, cut to the parts of the videos that are used; annotations outside these parts are left out."""
    parts = pd.DataFrame(used_parts(tables.videos), index=["start", "end"], dtype=float).T
    mine = parts.loc[tables.annotations["video"]].reset_index(drop=True)
    start = np.fmax(tables.annotations["start_ms"], mine["start"]).astype(int)
    end = np.fmin(tables.annotations["end_ms"], mine["end"]).astype(int)
    inside = start < end
    if not inside.all():
        log.warning(
            "%s: %d annotations lie outside the parts that start_ms and end_ms of %s leave; they are not used.",
            tables.sources.annotations,
            (~inside).sum(),
            tables.sources.videos,
        )
    return tables.annotations.assign(start_ms=start, end_ms=end)[inside].reset_index(drop=True)


def _read(path: Path, kind: str) -> pd.DataFrame:
    table = read_rows(path)
    require(table, COLUMNS[kind], path)
    return table


def vocabulary_of(annotations: pd.DataFrame) -> pd.DataFrame:
    """The annotated glosses as signs; class ids follow the alphabetical order (of code points)."""
    signs = sorted(set(annotations["sign"]))
    return pd.DataFrame({"class_id": range(len(signs)), "sign": signs})


def class_ids(vocabulary: pd.DataFrame) -> dict[str, int]:
    """Class id by gloss; glosses are signs and their aliases, and of each class its sign comes first."""
    return {name: class_id for class_id, name, _ in _names(vocabulary)}


def signs_by_id(ids: Mapping[str, int]) -> dict[int, str]:
    """The sign of each class id.

    Args:
        ids: class id by gloss, as :func:`class_ids` gives it.
    """
    return {class_id: gloss for gloss, class_id in reversed(ids.items())}


def numbered(rows: pd.DataFrame, ids: Mapping[str, int]) -> pd.DataFrame:
    """The rows with the class id of their gloss as column ``class_id``, NaN for a gloss outside the vocabulary.

    A gloss is a text, also if it looks like a number: "1" has the class id of the sign "1", whatever that is. Unicode's
    forms of a gloss are one.

    Args:
        rows: has a column sign.
        ids: class id by gloss, as :func:`class_ids` gives it.
    """
    return rows.assign(class_id=rows["sign"].map(nfc).map({nfc(gloss): class_id for gloss, class_id in ids.items()}))


def _names(vocabulary: pd.DataFrame) -> Iterator[tuple[int, str, int]]:
    """Class id, gloss, and line in the file, of every sign and of every alias."""
    aliases = vocabulary["aliases"] if "aliases" in vocabulary else [""] * len(vocabulary)
    rows = zip(vocabulary["class_id"], vocabulary["sign"], aliases, strict=True)
    for line, (class_id, sign, others) in enumerate(rows, 2):
        for name in (sign, *filter(None, map(nfc, others.split("|")))):
            yield int(class_id), name, line


def check(tables: Tables, strict: bool = False, annotated: bool = True) -> list[str]:
    """Checks the tables against each other; returns warnings. :func:`check_media` checks the files of the videos.

    Args:
        tables: the tables.
        strict: whether a gloss outside the vocabulary is an error instead of a warning.
        annotated: whether at least one annotation must exist.

    Raises:
        InputError: a row is wrong; the message lists such rows.
    """
    for kind, columns in COLUMNS.items():
        if annotated or kind != "annotations":
            require(getattr(tables, kind), columns, getattr(tables.sources, kind))
    refuse([*_wrong_videos(tables), *_wrong_annotations(tables), *_wrong_vocabulary(tables)])
    known = tables.annotations["sign"].isin(class_ids(tables.vocabulary))
    if known.all():
        return []
    name, source = tables.sources.annotations, tables.sources.vocabulary
    if strict:
        refuse(bad_cells(tables.annotations, "sign", ~known, name, f"a gloss of {source}"))
    unknown = tables.annotations.loc[~known, "sign"].value_counts()
    listed = ", ".join(f"{gloss} ({count})" for gloss, count in unknown.head(LISTED).items())
    more = f" and {len(unknown) - LISTED} more" if len(unknown) > LISTED else ""
    return [
        f"{name}: {unknown.sum()} annotations are left out because their gloss is not in {source}: {listed}{more}. "
        "Add the glosses there as signs or aliases to use them."
    ]


def _wrong_videos(tables: Tables) -> list[str]:
    table, name = tables.videos, tables.sources.videos
    problems = wrong_names(table, name)
    problems += bad_cells(table, "video", table["video"].duplicated(), name, "each video once")
    problems += bad_cells(table, "split", ~table["split"].isin(SPLITS), name, f"one of {', '.join(SPLITS)}")
    if "handedness" in table:
        known = table["handedness"].str.lower().isin(HANDS)
        problems += bad_cells(table, "handedness", ~known, name, "left, right or nothing")
    limits = {
        column: pd.to_numeric(table[column].where(table[column].str.fullmatch("[0-9]{1,15}")))
        for column in ("start_ms", "end_ms")
        if column in table
    }
    for column, numbers in limits.items():
        unset = table[column] == ""
        problems += bad_cells(
            table, column, numbers.isna() & ~unset, name, "nothing or a whole number of ms, 0 or more"
        )
    if len(limits) == 2:
        problems += bad_cells(table, "end_ms", limits["end_ms"] <= limits["start_ms"], name, "more than start_ms")
    return [*problems, *wrong_regions(table, name)]


def _wrong_annotations(tables: Tables) -> list[str]:
    table, name = tables.annotations, tables.sources.annotations
    known = table["video"].isin(tables.videos["video"])
    return [
        *bad_cells(table, "video", ~known, name, f"a video of {tables.sources.videos}"),
        *bad_cells(table, "sign", table["sign"] == "", name, "a gloss"),
        *bad_cells(table, "start_ms", table["start_ms"] < 0, name, "0 or more"),
        *bad_cells(table, "end_ms", table["end_ms"] <= table["start_ms"], name, "more than start_ms"),
    ]


def _wrong_vocabulary(tables: Tables) -> list[str]:
    table, name = tables.vocabulary, tables.sources.vocabulary
    ids, last = table["class_id"], len(table) - 1
    problems = [
        *bad_cells(table, "class_id", ids.duplicated(), name, "each class id once"),
        *bad_cells(table, "class_id", ~ids.between(0, last), name, f"0 to {last} for {last + 1} signs"),
        *bad_cells(table, "sign", table["sign"] == "", name, "a gloss"),
    ]
    first: dict[str, int] = {}
    for _, gloss, line in _names(table):
        if gloss in first:
            problems.append(f"{name}, line {line}: {gloss!r} is in line {first[gloss]} too, expected each gloss once.")
        first.setdefault(gloss, line)
    return problems


def check_media(tables: Tables) -> None:
    """Checks that the file of every video exists, and every ELAN document that the table of videos names.

    Raises:
        InputError: a file is missing; the message lists the videos without one.
    """
    name, videos = tables.sources.videos, tables.videos
    refuse(
        f"{name}, line {row + 2}: video {video} has the path {path!r}, where there is no file."
        for row, (video, path) in enumerate(zip(videos["video"], videos["path"], strict=True))
        if not (path and Path(path).is_file())
    )
    annotations = videos.get("annotation", [""] * len(videos))
    refuse(
        f"{name}, line {row + 2}: video {video} has the annotation {path!r}, expected an .eaf file, or nothing."
        for row, (video, path) in enumerate(zip(videos["video"], annotations, strict=True))
        if path and not (Path(path).suffix.lower() == ".eaf" and Path(path).is_file())
    )


def write_tables(tables: Tables, folder: Path | str) -> None:
    """Writes ``videos.tsv``, ``annotations.tsv`` and ``vocabulary.tsv``; :func:`read_tables` gives equal tables."""
    folder = Path(folder)
    for kind, table in (
        ("videos", _with_paths(tables.videos, lambda path: seen_from(folder, path))),
        ("annotations", tables.annotations),
        ("vocabulary", tables.vocabulary),
    ):
        with finished(folder / f"{kind}.tsv") as part:
            table.to_csv(part, sep="\t", index=False, lineterminator="\n", encoding="utf-8")


def seen_from(folder: Path, path: str) -> str:
    """A path as a file of a folder names it: relative to the folder, unless it is absolute."""
    return path if Path(path).is_absolute() else os.path.relpath(path, folder)
