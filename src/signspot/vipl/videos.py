"""The corpus of a challenge entry that published its clip features: videos by name only, none is needed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from signspot.corpus.challenge import read_ground_truth, read_vocabulary
from signspot.corpus.tables import COLUMNS, Sources, Tables, check
from signspot.errors import InputError
from signspot.rows import nfc, read_text, refuse

SIGNS = 60
"""Signs of the challenge, ``class_00`` … ``class_59`` where no vocabulary names them."""
SPLIT = "test"
"""The split of all videos: there is nothing to learn from features alone."""
RANGE = ("first", "last")
"""Further columns of the table of videos: the usable range in frames, inclusive; empty where it is not known."""
LINE = re.compile(r"(?P<frames>[^|]+) \| [^|]* \| (?P<first>[0-9]+) \| (?P<last>[0-9]+)")

WIDTHS = {"rgb": 2048, "hands": 2048, "flow": 2048, "skeleton": 256}
"""Features per clip of each modality, in the order in which the published spotter reads them."""
SHORT = "flow"
"""The modality that may have one clip less: the entry reads two flow frames less than there are frames."""


@dataclass(frozen=True)
class FeatureFolder:
    """Where the features of an expert are published: ``<folder>/<video>.npy``, float (clips, WIDTHS[modality])."""

    modality: str
    folder: Path

    def path(self, video: str) -> Path:
        return self.folder / f"{video}.npy"


def check_folders(folders: Mapping[str, FeatureFolder], videos: Iterable[str]) -> None:
    """Checks that every video has a file in every folder.

    Args:
        folders: by expert.
        videos: names.

    Raises:
        InputError: nothing is published of the modality of an expert, or a file is missing.
    """
    refuse(
        f"experts.{expert}.features: nothing is published of the modality {folder.modality}, only of "
        f"{', '.join(WIDTHS)}."
        for expert, folder in folders.items()
        if folder.modality not in WIDTHS
    )
    refuse(
        f"experts.{expert}.features.folder: there is no {folder.path(video)}. Expected a .npy for every video."
        for expert, folder in folders.items()
        for video in videos
        if not folder.path(video).is_file()
    )


def check_modalities(modalities: Sequence[str]) -> None:
    """Checks that the experts of a spotter are those of the published head, in its order.

    Raises:
        InputError: experts are missing, or in another order.
    """
    if list(modalities) != list(WIDTHS):
        raise InputError(
            f"experts: their modalities are {', '.join(modalities)}; the published spotter reads "
            f"{', '.join(WIDTHS)}, in this order. Name four experts in this order."
        )


def read_published(videos: Path, truth: Path | None = None, vocabulary: Path | None = None) -> Tables:
    """Tables of the videos whose features are published. The signer is the name up to ``_``; there are no paths.

    Args:
        videos: the entry's list (``test_input.txt``), a line ``frames folder | pose file | first | last`` per video, or
            a folder of ``<video>.npy``, which tells names but no usable ranges.
        truth: ground truth of exactly these videos, in any form that :func:`read_ground_truth` knows; without it there
            are no annotations.
        vocabulary: as for :func:`signspot.corpus.challenge.read_challenge`; without it, 60 numbered signs.

    Raises:
        InputError: a file is missing or malformed, or names other videos or signs.
    """
    rows = _from_folder(videos) if Path(videos).is_dir() else _from_list(videos)
    if vocabulary is None:
        signs = pd.DataFrame({"class_id": range(SIGNS), "sign": [f"class_{i:02d}" for i in range(SIGNS)]})
    else:
        signs = read_vocabulary(vocabulary).sort_values("class_id", ignore_index=True)
    tables = Tables(
        pd.DataFrame(rows, columns=[*COLUMNS["videos"], *RANGE]),
        _annotations(truth, [video for video, *_ in rows], signs),
        signs,
        Sources(str(videos), str(truth), str(vocabulary or "the challenge's vocabulary")),
    )
    check(tables, annotated=truth is not None)
    return tables


def usable_ranges(videos: pd.DataFrame) -> dict[str, tuple[int, int] | None]:
    """First and last usable frame (inclusive) of each video; None where they are not known."""
    rows = zip(videos["video"], videos["first"], videos["last"], strict=True)
    return {video: (int(first), int(last)) if first else None for video, first, last in rows}


def _row(video: str, first: str = "", last: str = "") -> tuple[str, ...]:
    return video, "", SPLIT, video.split("_")[0], first, last


def _from_folder(folder: Path) -> list[tuple[str, ...]]:
    names = sorted(nfc(path.stem) for path in Path(folder).glob("*.npy"))
    if not names:
        raise InputError(f"{folder}: there is no .npy in this folder. Expected one per video; complete the download.")
    return [_row(video) for video in names]


def _from_list(path: Path) -> list[tuple[str, ...]]:
    lines = read_text(Path(path)).rstrip().split("\n")
    matches = [LINE.fullmatch(line.strip()) for line in lines]
    refuse(
        f"{path}, line {number}: {line!r}, expected: frames folder | pose file | first frame | last frame."
        for number, (line, match) in enumerate(zip(lines, matches, strict=True), 1)
        if match is None or int(match["first"]) > int(match["last"])
    )
    return [_row(nfc(match["frames"].rsplit("/", 1)[-1]), match["first"], match["last"]) for match in matches]


def _annotations(truth: Path | None, videos: list[str], signs: pd.DataFrame) -> pd.DataFrame:
    intervals = {} if truth is None else read_ground_truth(truth)
    names = dict(zip(signs["class_id"], signs["sign"], strict=True))
    if truth is not None:
        refuse(f"{truth}: {video} is not among the videos." for video in sorted(intervals.keys() - set(videos)))
        refuse(f"{truth}: there is no ground truth of the video {video}." for video in videos if video not in intervals)
    refuse(
        f"{truth}: {video}, sign {row}: class id is {class_id}, expected 0 to {len(names) - 1}."
        for video, of_video in intervals.items()
        for row, (class_id, *_) in enumerate(of_video, 1)
        if class_id not in names
    )
    rows = [(video, names[class_id], *times) for video, of_video in intervals.items() for class_id, *times in of_video]
    return pd.DataFrame(rows, columns=list(COLUMNS["annotations"]))
