"""Reads files of annotations of any format: ELAN documents, texts and pickles of the challenge, tables."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signspot.corpus.challenge import Interval, read_ground_truth
from signspot.corpus.elan import Elan, ElanAnnotation, Media
from signspot.errors import InputError
from signspot.intake.profiles import PLAIN, GlossAnnotation, Profile, gloss_tiers, merge_hands, read_annotation, spaced
from signspot.rows import nfc, read_rows, separator_of, whole_numbers
from signspot.video.decode import VIDEO_SUFFIXES

SUFFIXES = (".eaf", ".txt", ".csv", ".tsv", ".pkl")
"""Suffixes of files that may hold annotations. If two files annotate a video, the earlier suffix wins."""
SIGN_COLUMNS = ("sign", "gloss", "label")
"""Names that the column of glosses may have; the first that a table has is taken."""


@dataclass(frozen=True)
class VideoAnnotations:
    """What one file says of one video.

    Args:
        source: the file.
        video: the name that the file gives the video, without suffix.
        signs: the annotations, in ms of the document; ``Media.video_ms`` turns these times into times of the video.
        media: the videos that the file links.
        signer: who signs; "" if the file does not tell.
    """

    source: Path
    video: str
    signs: list[GlossAnnotation]
    media: tuple[Media, ...] = ()
    signer: str = ""


@dataclass(frozen=True)
class ElanTiers:
    """The tiers of an ELAN file, and the annotations of the tiers that may hold glosses. Names are in NFC.

    Args:
        path: the file.
        media: the videos that the file links.
        counts: number of annotations by tier.
        participants: participant by tier, for tiers that have annotations.
        annotations: annotations by tier, for tiers that may hold glosses.
        controlled: the values of its controlled vocabularies.
    """

    path: Path
    media: tuple[Media, ...]
    counts: Mapping[str, int]
    participants: Mapping[str, str]
    annotations: Mapping[str, Sequence[ElanAnnotation]]
    controlled: frozenset[str]


def read_elan(path: Path, tiers: set[str]) -> ElanTiers:
    """Reads an .eaf and keeps the annotations of these tiers.

    Raises:
        InputError: the file is broken, no ELAN document or unsafe.
    """
    elan = Elan.read(path)
    rows = {nfc(tier.name): elan.annotations(tier.name) for tier in elan.tiers}
    people = {nfc(tier.name): nfc(tier.participant) for tier in elan.tiers}
    return ElanTiers(
        path,
        tuple(medium for medium in elan.media if _is_video(medium)),
        {tier: len(annotations) for tier, annotations in rows.items()},
        {tier: people[tier] for tier, annotations in rows.items() if annotations},
        {tier: annotations for tier, annotations in rows.items() if tier in tiers},
        frozenset(spaced(value) for each in elan.vocabularies for values in each.values.values() for value in values),
    )


def _is_video(medium: Media) -> bool:
    return medium.mime_type.startswith("video") or Path(medium.name).suffix.lower() in VIDEO_SUFFIXES


def from_elan(file: ElanTiers, profile: Profile, participant: str = "") -> VideoAnnotations:
    """The annotations of one signer in an ELAN file; none if the tiers of the profile are empty.

    Args:
        file: the tiers of the file.
        profile: the convention of the tiers.
        participant: the signer; needed if the file holds several signers.

    Raises:
        InputError: the file has no tier of the profile, or holds several signers and ``participant`` names none.
    """
    if not set(profile.tiers) & set(file.counts):
        there = ", ".join(file.counts) or "none"
        raise InputError(f"has no tier {' or '.join(profile.tiers)}; there are: {there}")
    found = gloss_tiers(profile, file.participants, participant)
    hands = [
        [read_annotation(profile, row.value, row.start_ms, row.end_ms) for row in file.annotations[t]]
        for t in found.tiers
    ]
    signs = merge_hands(hands, profile.overlap)
    return VideoAnnotations(file.path, nfc(file.path.stem), signs, file.media, found.signer)


def read_others(
    path: Path, glosses: Sequence[str], profile: Profile = PLAIN, sign_column: str = ""
) -> list[VideoAnnotations]:
    """Annotations from a text or pickle of the challenge, or from a table; none if the file is of another kind.

    Args:
        path: the file.
        glosses: gloss by class id; a class id without a gloss is called ``class_00`` and so on.
        profile: the convention of the glosses in a table.
        sign_column: the column of glosses in a table; "" for sign, gloss or label.

    Raises:
        InputError: the file is damaged, refused or malformed.
    """
    match path.suffix.lower():
        case ".txt":
            truth = read_ground_truth(path) if _holds_intervals(path) else {}
        case ".pkl":
            truth = read_ground_truth(path)
        case _:
            return _from_table(path, profile, sign_column)
    return [VideoAnnotations(path, video, [_named(row, glosses) for row in rows]) for video, rows in truth.items()]


def _holds_intervals(path: Path) -> bool:
    """Whether the first line that is not empty looks like a line of the challenge, ``class,start_ms,end_ms``."""
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        first = next((line.rstrip("\n") for line in lines if line.strip()), "")
    return bool(re.fullmatch(r"\s*-?\d+\s*,\s*-?\d+\s*,.*", first))


def _named(interval: Interval, glosses: Sequence[str]) -> GlossAnnotation:
    class_id, start_ms, end_ms = interval
    known = 0 <= class_id < len(glosses)
    return GlossAnnotation(glosses[class_id] if known else f"class_{class_id:02d}", start_ms, end_ms)


def _from_table(path: Path, profile: Profile, sign_column: str) -> list[VideoAnnotations]:
    rows = read_rows(path, separator_of(path))
    names = [sign_column] if sign_column else SIGN_COLUMNS
    column = next((name for name in names if name in rows), None)
    if column is None or not {"video", "start_ms", "end_ms"} <= set(rows):
        return []
    rows = whole_numbers(rows, ["start_ms", "end_ms"], path)
    signs: dict[str, list[GlossAnnotation]] = {}
    for video, value, start, end in rows[["video", column, "start_ms", "end_ms"]].itertuples(index=False, name=None):
        signs.setdefault(without_suffix(video), []).append(read_annotation(profile, value, start, end))
    return [VideoAnnotations(path, video, of_video) for video, of_video in signs.items()]


def without_suffix(name: str) -> str:
    """The name of a video without the suffix of a video file, if it has one."""
    return Path(name).stem if Path(name).suffix.lower() in VIDEO_SUFFIXES else name
