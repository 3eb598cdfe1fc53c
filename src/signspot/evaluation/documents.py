"""Annotated and spotted intervals from ELAN documents, whose videos may have other names in tables."""

import argparse
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from signspot.corpus.elan import Media
from signspot.corpus.intervals import IntervalFile
from signspot.corpus.names import video_name
from signspot.errors import InputError
from signspot.export.elan import OVERLAPPING, SPOTTED
from signspot.intake.conventions import PROFILES, Profile
from signspot.intake.folder import walk
from signspot.intake.formats import Reading, TierFile
from signspot.intake.formats.eaf import SUFFIXES, eaf
from signspot.intake.options import tier_profile
from signspot.intake.own import names_spottings, spotted_tiers
from signspot.intake.placing import place
from signspot.intake.profiles import GlossAnnotation, find_profile, list_tiers
from signspot.intake.sources import VideoAnnotations, Wanted, from_tiers
from signspot.rows import LISTED, nfc, refuse

FPS = 25.0
"""A frame rate for :func:`place`, which needs one only where the length of a video is known."""


@dataclass(frozen=True)
class Choice:
    """Which tiers count.

    Args:
        tiers: names and patterns of the tiers of annotations; none to find them by the profile.
        spotted: names and patterns of the tiers of spottings; none for the only ones that signspot wrote.
        profile: the name of a convention of annotations; "" to find it.
        participant: whose annotations count, where documents have several signers; "" for all.
        call: the words of the call of the user, for messages that tell how to repeat it.
    """

    tiers: Sequence[str] = ()
    spotted: Sequence[str] = ()
    profile: str = ""
    participant: str = ""
    call: Sequence[str] = ()

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> "Choice":
        """What the options say that :func:`signspot.cli.parts.add_elan_options` adds."""
        return cls(
            arguments.tier, arguments.spotted_tier, arguments.profile or "", arguments.participant, arguments.call
        )


@dataclass(frozen=True)
class Document:
    """What a document says of one video.

    Args:
        source: the file.
        names: those that the video may have elsewhere, the likeliest first.
        signs: in ms of the video.
    """

    source: Path
    names: Sequence[str]
    signs: Sequence[GlossAnnotation]


@dataclass(frozen=True)
class Documents:
    """The documents of a path, a folder or a single file."""

    path: Path
    documents: Sequence[Document]

    @property
    def names(self) -> set[str]:
        """All names that the videos may have."""
        return {name for document in self.documents for name in document.names}

    def named(self, known: Collection[str]) -> IntervalFile:
        """The intervals by the names of videos that others use.

        Args:
            known: names of videos in the other files; none if nothing is known.

        Raises:
            InputError: no document is about a known video, or two are about the same one.
        """
        videos: dict[str, Document] = {}
        faults = []
        for document in self.documents:
            name = next((name for name in document.names if name in known), document.names[0])
            if videos.setdefault(name, document) is not document:
                both = f"{videos[name].source} and {document.source}"
                faults.append(f"{self.path}: {both} are both about the video {name}. Keep one of them.")
        refuse(faults)
        if known and not known & videos.keys():
            mine, others = (", ".join(sorted(names)[:LISTED]) for names in (videos, known))
            raise InputError(
                f"{self.path}: its videos are {mine}; the other files have {others}. Expected documents that bear the "
                "names of these videos, or link them."
            )
        rows = [
            (video, sign.gloss, sign.start_ms, sign.end_ms)
            for video, document in videos.items()
            for sign in document.signs
        ]
        return IntervalFile(
            self.path, list(videos), pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms"])
        )


def holds_documents(path: Path) -> bool:
    """Whether a path is an ELAN document, or a folder with one."""
    return bool(_paths(path))


def read_annotated(path: Path, choice: Choice) -> Documents:
    """The annotations of documents, as ``signspot corpus init`` reads them: signs of two hands count once.

    Spottings count only if ``choice.tiers`` names them.

    Args:
        path: a document, or a folder of documents.
        choice: which tiers count.

    Raises:
        InputError: a document is broken or lacks the tiers, or nothing tells which tiers hold the glosses.
    """
    files = [_without_own(file, choice.tiers) for file in _read(path)]
    if choice.tiers:
        profile = tier_profile(choice.tiers)
    elif choice.profile:
        profile = PROFILES[choice.profile]
    else:
        profile = _found_profile(path, files, choice.call)
    return _documents(path, files, profile, choice.participant, VideoAnnotations.signs)


def read_spotted(path: Path, choice: Choice) -> Documents:
    """The spottings of documents, also those that overlap and stand in a further tier.

    Args:
        path: a document, or a folder of documents.
        choice: which tiers count.

    Raises:
        InputError: a document is broken or lacks the tiers, or it has spottings of several sources.
    """
    files = [file.without(_scores(file)) for file in _read(path)]
    tiers = choice.spotted or [_only_spotted(path, files)]
    has_further = any(OVERLAPPING in tier for tier in spotted_tiers(files))
    further = [f"{tier}:{OVERLAPPING}*" for tier in tiers] if has_further else []
    return _documents(path, files, tier_profile([*tiers, *further]), "", _all_signs)


def _paths(path: Path) -> list[Path]:
    return [file for file in walk(path) if file.suffix.lower() in SUFFIXES]


def _read(path: Path) -> list[TierFile]:
    return [file for document in _paths(path) for file in eaf(document, Reading())]


def _scores(file: TierFile) -> set[str]:
    return {tier for tier in file.annotations if tier.startswith(SPOTTED)} - spotted_tiers([file])


def _without_own(file: TierFile, tiers: Sequence[str]) -> TierFile:
    own = set() if any(map(names_spottings, tiers)) else spotted_tiers([file])
    return file.without(own | _scores(file))


def _found_profile(path: Path, files: Sequence[TierFile], call: Sequence[str]) -> Profile:
    try:
        return find_profile([file.counts for file in files], call)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _only_spotted(path: Path, files: Sequence[TierFile]) -> str:
    """The tier of spottings, if all documents have those of one source only."""
    found = {tier.split(f":{OVERLAPPING}")[0] for tier in spotted_tiers(files)}
    if len(found) == 1:
        return found.pop()
    several = f"tiers of several spotters ({', '.join(sorted(found))})" if found else "no tier of spottings"
    raise InputError(
        f"{path}: has {several}. Say which hold the spottings: --spotted-tier NAME, once for each tier. There are:\n"
        f"{list_tiers([file.counts for file in files])}"
    )


def _all_signs(annotated: VideoAnnotations) -> list[GlossAnnotation]:
    return [sign for rows in annotated.tiers.values() for sign in rows]


def _documents(
    path: Path,
    files: Sequence[TierFile],
    profile: Profile,
    participant: str,
    signs_of: Callable[[VideoAnnotations], Sequence[GlossAnnotation]],
) -> Documents:
    """The signs of the tiers of a profile in all files; the messages about all files come together."""
    documents, faults = [], []
    for file in files:
        try:
            found = from_tiers(file, profile, Wanted(nfc(participant)))
        except InputError as error:
            faults.append(f"{file.path}: {error}.")
            continue
        documents += [Document(file.path, list(_names(one)), _in_video(signs_of(one), one.media)) for one in found]
    refuse(faults)
    return Documents(path, documents)


def _names(annotated: VideoAnnotations) -> Iterator[str]:
    """What the video may be called: as the document or a video that it links, also as tables spell that."""
    for name in dict.fromkeys([annotated.video, *(medium.stem for medium in annotated.media)]):
        yield from dict.fromkeys([name, video_name(name)])


def _in_video(signs: Sequence[GlossAnnotation], media: Sequence[Media]) -> list[GlossAnnotation]:
    """The signs in ms of the video, without those that are no examples of a sign."""
    placed = place(signs, media[0] if media else None, None, FPS)
    return [each.sign for each in placed if not each.sign.left_out]
