"""What a file of annotations says of each of its videos: the glosses of one signer, in whichever format they came."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signspot.corpus.cameras import SignerNames, belongs_to, owners
from signspot.corpus.elan import Media
from signspot.corpus.names import folded
from signspot.errors import InputError
from signspot.intake.conventions import meant_by
from signspot.intake.formats import USUAL, TierFile, TierRow
from signspot.intake.hands import leading_first
from signspot.intake.profiles import (
    GlossAnnotation,
    GlossTiers,
    Profile,
    gloss_tiers,
    listed,
    merge_hands,
    read_annotation,
    wanted_tiers,
)

TELL = "tell it by a table of --signers (video, signer, participant)"
"""What decides who is in which video."""
NOBODY = SignerNames("", "")


@dataclass(frozen=True)
class VideoAnnotations:
    """What one file says of one video.

    Args:
        source: the file.
        video: the name that the file gives the video, without suffix.
        tiers: the annotations of each gloss tier of one signer, in ms of the document; ``Media.video_ms`` turns these
            times into times of the video.
        media: the videos that the file links, the likeliest first.
        signer: who signs; "" if the file does not tell.
        overlap: least intersection over union at which the same gloss of both hands is one sign.
        of_one: whether the file has several signers and the videos show this one alone.
        besides: videos that the file links and that show other signers, who are not wanted, or all of them.
        remark: what to tell of the choice of the video; "" for nothing.
        standing: of the file, see :class:`signspot.intake.formats.TierFile`.
        sentences: what is said in a written language, in ms of the document.
    """

    source: Path
    video: str
    tiers: Mapping[str, Sequence[GlossAnnotation]]
    media: tuple[Media, ...] = ()
    signer: str = ""
    overlap: float = 0.5
    of_one: bool = False
    besides: tuple[Media, ...] = ()
    remark: str = ""
    standing: int = USUAL
    sentences: Sequence[TierRow] = ()

    def signs(self, handedness: str = "") -> list[GlossAnnotation]:
        """The annotations of both hands by start; a sign of both hands has the times of the leading hand.

        Args:
            handedness: the dominant hand of the signer, left or right; "" if unknown.
        """
        return merge_hands([self.tiers[tier] for tier in leading_first(self.tiers, handedness)], self.overlap)


@dataclass(frozen=True)
class Wanted:
    """Which signers of a file are wanted, and what else than the file tells who is in which video.

    Args:
        participant: the signer; "" for all.
        told: the signer whom a video shows, by the name of the video; "" if the user did not tell.
        videos: all video files, for documents that link none.
    """

    participant: str = ""
    told: Callable[[str], str] = lambda video: ""
    videos: Collection[Path] = ()


def from_tiers(file: TierFile, profile: Profile, wanted: Wanted | None = None) -> list[VideoAnnotations]:
    """The annotations of a file: of each signer whose video can be told, or of its only or its wanted signer.

    Args:
        file: the tiers of the file.
        profile: the convention of the tiers. If the file holds only glosses, its tiers count whatever their names.
        wanted: which signers; None for all.

    Raises:
        InputError: the file has no tier of the profile, the wanted signer has no glosses or no video, or nothing tells
            which of several signers is in which video.
    """
    wanted = wanted or Wanted()
    here = profile.of_all(file.annotations) if file.only_glosses else profile.within(file.annotations, file.types)
    if not here.tiers:
        there = ", ".join(file.annotations) or "none"
        raise InputError(f"has no tier {' or '.join(profile.tiers)}; there are: {there}")
    people = {tier: file.participants.get(tier, "") for tier in file.annotations}
    annotated = gloss_tiers(here, {tier: people[tier] for tier, rows in file.annotations.items() if rows})
    if not annotated:
        sentences = sentence_rows(file, profile)
        return [VideoAnnotations(file.path, file.video, {}, file.media, standing=file.standing, sentences=sentences)]
    known = {signer.names for signer in annotated}
    silent = [signer for signer in gloss_tiers(here, people) if signer.names not in known]
    cameras = _cameras(file, [*annotated, *silent], wanted)
    if not cameras.told:
        chosen = wanted_tiers(annotated, wanted.participant)
    elif not (chosen := [signer for signer in annotated if signer in cameras.shown]):
        raise InputError(f"has glosses of {listed(annotated)} alone, not of the participant in the table of --signers")
    document = _Document(file, profile, annotated, silent, cameras)
    paired = [signer for signer in chosen if cameras.of(signer)]
    if not paired or len(document.everyone) == 1:
        return [document.of_only(chosen)]
    return [document.of_paired(signer, [each for each in chosen if each not in paired]) for signer in paired]


def sentence_rows(file: TierFile, profile: Profile, names: SignerNames = NOBODY) -> list[TierRow]:
    """The sentences of a file that are about one signer, or about nobody in particular, by start.

    Args:
        file: the tiers of the file.
        profile: the convention, which names the tiers of sentences.
        names: of the signer.
    """
    for name in (*profile.sentences.get(names.label, ()), *profile.sentences.get("", ())):
        rows = [
            row
            for tier in meant_by(name, list(file.annotations), file.types)
            if not names.person or file.participants.get(tier, "") in ("", names.person)
            for row in file.annotations[tier]
        ]
        if rows:
            return sorted(rows)
    return []


@dataclass(frozen=True)
class _Cameras:
    """The videos of a document, the signer whom each shows alone, or None, and whether the user told that."""

    media: tuple[Media, ...]
    shown: Sequence[GlossTiers | None]
    told: bool = False

    def of(self, signer: GlossTiers | None) -> tuple[Media, ...]:
        """The videos that show this signer alone; for None, those of which nobody knows whom they show."""
        return tuple(medium for medium, shown in zip(self.media, self.shown, strict=True) if shown == signer)

    @property
    def names(self) -> str:
        """The names of the videos, for messages."""
        return ", ".join(dict.fromkeys(medium.stem for medium in self.media))


def _cameras(file: TierFile, everyone: Sequence[GlossTiers], wanted: Wanted) -> _Cameras:
    """Who is in which video: of those that the file links, else of those that have its name and more behind it."""
    linked = _shown(file.media, everyone, wanted)
    if len(everyone) == 1 or any(linked.shown) or any(medium.origin_ms for medium in file.media):
        return linked
    paths = sorted(path for path in wanted.videos if belongs_to(path.stem, file.video))
    seen = [os.path.relpath(path, file.path.parent) for path in paths]
    beside = _shown(tuple(Media("", path, 0, "") for path in seen), everyone, wanted)
    if not any(beside.shown):
        return linked
    return _Cameras(beside.media + file.media, [*beside.shown, *linked.shown], beside.told)


def _shown(media: tuple[Media, ...], everyone: Sequence[GlossTiers], wanted: Wanted) -> _Cameras:
    told = [wanted.told(medium.stem) for medium in media]
    if any(told):
        return _Cameras(media, [wanted_tiers(everyone, name)[0] if name else None for name in told], True)
    names = [signer.names for signer in everyone]
    found = owners(names, [medium.stem for medium in media], ["".join(medium.folders[:1]) for medium in media])
    return _Cameras(media, [None if number is None else everyone[number] for number in found])


@dataclass(frozen=True)
class _Document:
    """A file with glosses, its signers with glosses and without, and its videos."""

    file: TierFile
    profile: Profile
    annotated: Sequence[GlossTiers]
    silent: Sequence[GlossTiers]
    cameras: _Cameras

    @property
    def everyone(self) -> list[GlossTiers]:
        return [*self.annotated, *self.silent]

    def of_paired(self, signer: GlossTiers, lost: Sequence[GlossTiers]) -> VideoAnnotations:
        """The annotations of a signer who has a video; the glosses of signers who are lost have none."""
        own = self.cameras.of(signer)
        remark = f"the glosses of {listed(lost)} are left out: no video bears that name alone; {TELL}" if lost else ""
        return self._annotations(signer, own[0].stem, own, True, remark)

    def of_only(self, chosen: Sequence[GlossTiers]) -> VideoAnnotations:
        """The annotations of the only signer who is chosen; of several videos, the signer's or the file's leads.

        Raises:
            InputError: there is more than one, or all videos show others.
        """
        films = self.cameras.names
        if len(chosen) > 1:
            several = f"holds glosses of several signers ({listed(chosen)})"
            if len(self.file.media) < 2:
                raise InputError(f"{several}; pick one with --participant NAME")
            raise InputError(
                f"{several}, and the names of its videos ({films}) do not tell who is in which; pick one with "
                f"--participant NAME, or {TELL}"
            )
        (signer,) = chosen
        own = self.cameras.of(signer)
        free = (*own, *self.cameras.of(None))
        if self.cameras.media and not free:
            raise InputError(f"links videos of others ({films}), none of {signer.called}; link it in ELAN, or {TELL}")
        remark = (
            f"who of {listed(self.everyone)} is in which of the videos {films} is unclear; the first that is there is "
            f"taken for {signer.called}. If that is wrong, {TELL}"
        )
        unclear = len(self.everyone) > 1 and len(free) > 1
        named = sorted(free, key=lambda one: (one not in own, folded(one.stem) != folded(self.file.video)))
        return self._annotations(signer, self.file.video, tuple(named), False, remark if unclear else "")

    def _annotations(
        self, signer: GlossTiers, video: str, media: tuple[Media, ...], of_one: bool, remark: str
    ) -> VideoAnnotations:
        glosses = {
            tier: [
                read_annotation(self.profile, row.value, row.start_ms, row.end_ms)
                for row in self.file.annotations[tier]
            ]
            for tier in signer.tiers
        }
        # A video of a signer who has no glosses yet is one to spot, not a view of what is annotated.
        unannotated = {medium for silent in self.silent for medium in self.cameras.of(silent)}
        besides = tuple(medium for medium in self.cameras.media if medium not in {*media, *unannotated})
        overlap, person = self.profile.overlap, signer.names.person
        standing, sentences = self.file.standing, sentence_rows(self.file, self.profile, signer.names)
        return VideoAnnotations(
            self.file.path, video, glosses, media, person, overlap, of_one, besides, remark, standing, sentences
        )
