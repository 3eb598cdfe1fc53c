"""The folders and files of the ChaLearn ECCV 2022 sign spotting challenge (MSSL track).

Vázquez Enríquez et al., "ECCV 2022 Sign Spotting Challenge: Dataset, Design and Results", 2022,
https://doi.org/10.1007/978-3-031-25085-9_13
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd

from signspot.corpus.tables import COLUMNS, Sources, Tables, check
from signspot.errors import InputError
from signspot.files import open_regular
from signspot.pickles import LIMIT, load_pickle, read_pickle, shown
from signspot.rows import nfc, read_rows, read_text, refuse, require, whole_numbers

Interval = tuple[int, int, int]
"""Class id (0-based), start and end in ms."""

FOLDERS = {"train": ("TRAIN", "TRAIN"), "val": ("VALIDATION", "VAL"), "test": (".", "TEST")}
"""Split -> its folder, and the word for the split in the names of its files."""

MEMBER = "res/predictions.pkl"
"""The place of the pickle in a hand-in."""
MOST_SIGNS = 1_000_000
"""Most signs that are read from one file."""
MOST_CLASSES = 100_000
"""Class ids of the challenge's corpus are smaller."""
LARGEST = 10**15
"""Class ids and times are smaller, as in tables."""
EXPECTED = "a dict from names of videos to lists of [class_id, start_ms, end_ms]"


def read_challenge(folder: Path, vocabulary: Path | None = None) -> Tables:
    """The tables of the challenge's corpus: the split train, and the splits val and test if their folders exist.

    The signer of a video is its name up to the first ``_``.

    Args:
        folder: ``MSSL_dataset``.
        vocabulary: the glosses, one per line in the order of class ids (``MSSL_SET_LABELS.txt``), or a table
            (``.tsv``) with class_id and sign. Without this file, the signs are called ``class_00``, ``class_01`` …

    Raises:
        InputError: a folder or file is missing or malformed, a video has no ground truth, or a ground truth no video.
    """
    folder = Path(folder)
    splits = {split: _read_split(folder, split) for split in FOLDERS if split == "train" or _videos_of(folder, split)}
    videos = [row for rows, _ in splits.values() for row in rows]
    truth = {video: intervals for _, truth in splits.values() for video, intervals in truth.items()}
    if vocabulary is None:
        classes = 1 + max((class_id for intervals in truth.values() for class_id, *_ in intervals), default=-1)
        signs = pd.DataFrame({"class_id": range(classes), "sign": [f"class_{i:02d}" for i in range(classes)]})
    else:
        signs = read_vocabulary(vocabulary)
    names = dict(zip(signs["class_id"], signs["sign"], strict=True))
    refuse(
        f"{folder}: {video}, sign {row}: class id is {class_id}, expected 0 to {len(names) - 1} as in {vocabulary}."
        for video, intervals in truth.items()
        for row, (class_id, *_) in enumerate(intervals, 1)
        if class_id not in names
    )
    rows = [(video, names[class_id], *times) for video, intervals in truth.items() for class_id, *times in intervals]
    tables = Tables(
        pd.DataFrame(videos, columns=list(COLUMNS["videos"])),
        pd.DataFrame(rows, columns=list(COLUMNS["annotations"])),
        signs,
        Sources(f"videos of {folder}", f"ground truth of {folder}", str(vocabulary or f"class ids of {folder}")),
    )
    check(tables)
    return replace(tables, vocabulary=signs.sort_values("class_id", ignore_index=True))


def _videos_of(folder: Path, split: str) -> list[Path]:
    """The videos of a split, sorted by name; none if the folder of the split is missing."""
    place, word = FOLDERS[split]
    for name in (f"MSSL_{word}_SET_VIDEOS_ELAN", f"MSSL_{word}_SET_VIDEOS"):
        if (folder / place / name).is_dir():
            return sorted(path for path in (folder / place / name).iterdir() if path.suffix.lower() == ".mp4")
    return []


def _read_split(folder: Path, split: str) -> tuple[list[tuple[str, str, str, str]], dict[str, list[Interval]]]:
    """Rows of the table of videos, and the ground truth by video. Test videos may have no ground truth."""
    place, word = FOLDERS[split]
    base = folder / place
    videos = _videos_of(folder, split)
    if not videos:
        raise InputError(
            f"{base / f'MSSL_{word}_SET_VIDEOS'}[_ELAN]: there is no .mp4. "
            f"Expected the challenge's folder MSSL_dataset with TRAIN, VALIDATION and MSSL_TEST_SET_VIDEOS in it."
        )
    rows = [(nfc(path.stem), str(path), split, nfc(path.stem).split("_")[0]) for path in videos]
    sources = [base / f"MSSL_{word}_SET_GT.pkl", base / f"MSSL_{word}_SET_GT_TXT"]
    source = next((path for path in sources if path.exists()), None)
    if source is None and split == "test":
        return rows, {}
    if source is None:
        raise InputError(f"{sources[0]}: there is no such file, nor the folder {sources[1].name}. Check the download.")
    truth = read_ground_truth(source)
    refuse(_wrong_truth(source, truth, [video for video, *_ in rows]))
    return rows, truth


def _wrong_truth(source: Path, truth: Mapping[str, Sequence[Interval]], videos: Sequence[str]) -> Iterator[str]:
    for video in sorted(truth.keys() - set(videos)):
        yield f"{source}: {video} has no video {video}.mp4 beside it. Complete the download."
    for video in sorted(set(videos) - truth.keys()):
        yield f"{source}: there is no ground truth of the video {video}. Complete it, with no rows if there is no sign."
    for video, intervals in truth.items():
        for row, (class_id, start, end) in enumerate(intervals, 1):
            if not 0 <= class_id < MOST_CLASSES or not 0 <= start < end:
                found = f"{video}, sign {row} is {class_id},{start},{end}"
                yield (
                    f"{source}: {found}, expected class,start_ms,end_ms of 0 or more with start < end and a class "
                    f"below {MOST_CLASSES}."
                )


def read_vocabulary(path: Path) -> pd.DataFrame:
    """The table of class_id and sign in a file: a ``.tsv`` table, or a list with a gloss per line, from class 0 on.

    Raises:
        InputError: the file is missing, lacks a column, or has an empty line.
    """
    if Path(path).suffix == ".tsv":
        table = read_rows(path)
        require(table, COLUMNS["vocabulary"], path)
        return whole_numbers(table, ["class_id"], path)
    glosses = [nfc(line) for line in read_text(path).rstrip().split("\n")]
    refuse(f"{path}, line {n}: is empty, expected a gloss." for n, gloss in enumerate(glosses, 1) if not gloss)
    return pd.DataFrame({"class_id": range(len(glosses)), "sign": glosses})


def read_ground_truth(path: Path) -> dict[str, list[Interval]]:
    """Intervals by video, from any file format that the challenge or its users have.

    Args:
        path: one of

            - a pickle ``{video: [[class_id, start_ms, end_ms], …]}``;
            - a zip with such a pickle: ``res/predictions.pkl``, or the only ``.pkl`` of the zip;
            - a folder of texts ``<video>.txt``, or one such text: ``class,start_ms,end_ms`` per line;
            - a table (``.tsv``) with video, class_id, start_ms, end_ms.

    Raises:
        InputError: the file is missing, the pickle is refused, or a row is malformed.
    """
    path = Path(path)
    match path.suffix.lower():
        case ".tsv":
            return _from_table(path)
        case ".zip":
            return _from_zip(path)
        case ".txt":
            return {nfc(path.stem): _from_text(path)}
    if path.is_dir():
        texts = {text.stem: text for text in sorted(path.glob("*.txt"))}
        if not texts:
            raise InputError(f"{path}: there is no .txt in this folder. Expected one per video.")
        return {video: _from_text(texts[name]) for video, name in _composed(texts, str(path)).items()}
    return _intervals(load_pickle(path, EXPECTED), str(path))


def _from_table(path: Path) -> dict[str, list[Interval]]:
    columns = ["class_id", "start_ms", "end_ms"]
    table = read_rows(path)
    require(table, ["video", *columns], path)
    table = whole_numbers(table, columns, path)
    intervals: dict[str, list[Interval]] = {video: [] for video in table["video"]}
    for video, *interval in table[["video", *columns]].itertuples(index=False, name=None):
        intervals[video].append(tuple(interval))
    return intervals


def _from_text(path: Path) -> list[Interval]:
    intervals = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            intervals.append(_interval([int(cell) for cell in line.split(",")]))
        except ValueError as error:
            raise InputError(
                f"{path}, line {number}: {shown(line)} is not class,start_ms,end_ms in whole numbers. Correct the line."
            ) from error
    return intervals


def _from_zip(path: Path) -> dict[str, list[Interval]]:
    """The intervals of a pickle in a zip. The archive cannot choose a path to write to, nor exceed ``LIMIT``."""
    try:
        with open_regular(path) as file, ZipFile(file) as archive:
            name = _member(path, archive.namelist())
            with archive.open(name) as member:
                content = member.read(LIMIT + 1)
    except InputError:
        raise
    except Exception as error:  # a damaged archive can raise nearly any exception
        raise InputError(f"{path}: cannot be read as a zip ({error}). Check the path, or zip again.") from error
    name = f"{path}: {shown(name)[1:-1]}"
    return _intervals(read_pickle(content, name, EXPECTED, LIMIT), name)


def _member(path: Path, names: Sequence[str]) -> str:
    pickles = [name for name in names if name.endswith(".pkl")]
    if MEMBER in pickles:
        return MEMBER
    if len(pickles) != 1:
        raise InputError(f"{path}: holds {len(pickles)} .pkl, expected {MEMBER} or just one.")
    return pickles[0]


def _intervals(content: Any, name: str) -> dict[str, list[Interval]]:
    """Checks the content of a pickle, ``{video: [[class_id, start_ms, end_ms], …]}``, and returns it with tuples."""
    if not isinstance(content, dict):
        raise InputError(f"{name}: is {shown(content)}, expected {EXPECTED}.")
    lists = {video: _rows(rows, f"{name}: {shown(video)}") for video, rows in content.items()}
    if sum(map(len, lists.values())) > MOST_SIGNS:
        raise InputError(f"{name}: holds more than {MOST_SIGNS} signs. Split the file by videos.")
    intervals = {}
    for video, written in _composed(lists, name).items():
        intervals[video] = []
        for number, row in enumerate(lists[written], 1):
            try:
                intervals[video].append(_interval(row))
            except ValueError as error:
                raise InputError(
                    f"{name}: {video}, sign {number} is {error}, expected three whole numbers "
                    "[class_id, start_ms, end_ms]."
                ) from error
    return intervals


def _rows(rows: Any, name: str) -> Sequence[Any]:
    """The rows of a video, not yet checked."""
    if isinstance(rows, list | tuple) or (isinstance(rows, np.ndarray) and rows.ndim == 2):
        return rows
    raise InputError(f"{name} is {shown(rows)}, expected a list of [class_id, start_ms, end_ms].")


def _composed(names: Iterable[str], source: str) -> dict[str, str]:
    """The names as they stand in a file, by their composed form.

    Raises:
        InputError: two names, or their composed forms, are one.
    """
    by_form: dict[str, str] = {}
    for name in names:
        other = by_form.setdefault(nfc(name), name)
        if other != name:
            raise InputError(
                f"{source}: {other!a} and {name!a} are one name of a video in two Unicode forms or with outer spaces. "
                "Join their signs under one of them."
            )
    return by_form


def _interval(row: Any) -> Interval:
    """Three builtin whole numbers.

    Raises:
        ValueError: the row is something else; its text shows the row.
    """
    if isinstance(row, np.ndarray) and row.shape == (3,):
        row = row.tolist()
    if not isinstance(row, list | tuple):
        raise ValueError(shown(row))
    if len(row) != 3 or not all(isinstance(value, int | float) and abs(value) < LARGEST for value in row):
        raise ValueError(f"[{', '.join(map(shown, row[:4]))}{', …' if len(row) > 4 else ''}]")
    if any(value != int(value) for value in row):
        raise ValueError(f"[{', '.join(map(shown, row))}]")
    class_id, start, end = map(int, row)
    return class_id, start, end
