"""The videos of a lexicon, each once: copies, spellings of one sign, and recordings that several paths annotate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from signspot.files import sha256
from signspot.intake.conventions import Profile
from signspot.intake.notes import CLIPS, COPIES, DISPUTED, JOINED, SPELLINGS, Note
from signspot.intake.profiles import GlossAnnotation, merge_hands
from signspot.rows import nfc


class ExampleSign(NamedTuple):
    """An annotated example: its sign in NFC, and its times in ms of the video, end exclusive."""

    sign: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class ExampleVideo:
    """A video that holds examples.

    Args:
        name: unique among all example videos: letters, digits, _ and -.
        path: its file.
        clip_of: the sign, in NFC, of a clip whose signing part is one example; None for a recording.
        signs: the examples in a recording, by start.
        left_handed: whether the signer is known to be left-handed.
    """

    name: str
    path: Path
    clip_of: str | None
    signs: tuple[ExampleSign, ...] = ()
    left_handed: bool = False

    @property
    def glosses(self) -> list[str]:
        """The sign of each example."""
        return [one.sign for one in self.signs] if self.clip_of is None else [self.clip_of]


def _key(gloss: str) -> str:
    """What the spellings of one sign have in common."""
    return nfc(gloss).casefold()


def without_copies(videos: Sequence[ExampleVideo], notes: list[Note]) -> list[ExampleVideo]:
    """The videos without the clips that have the bytes of an earlier clip.

    If equal clips have several signs, none of them stays. What is left out is added to ``notes``.
    """
    clips = [video for video in videos if video.clip_of is not None]
    sizes = Counter(video.path.stat().st_size for video in clips)
    equal: dict[str, list[ExampleVideo]] = {}
    for clip in clips:
        if sizes[clip.path.stat().st_size] > 1:
            equal.setdefault(sha256(clip.path), []).append(clip)
    dropped = set(chain.from_iterable(_dropped(copies, notes) for copies in equal.values()))
    return [video for video in videos if video not in dropped]


def _dropped(copies: Sequence[ExampleVideo], notes: list[Note]) -> Sequence[ExampleVideo]:
    """Which of several equal clips to leave out."""
    if len({_key(clip.clip_of) for clip in copies}) > 1:
        named = ", ".join(f"{clip.path} ({nfc(clip.clip_of)})" for clip in copies)
        notes.append(Note(DISPUTED, named))
        return copies
    first, *others = copies
    notes += [Note(COPIES, str(clip.path), f"is the same as {first.path}") for clip in others]
    return others


def in_one_spelling(videos: Sequence[ExampleVideo], notes: list[Note]) -> list[ExampleVideo]:
    """The videos, with one spelling for all glosses that differ in case or Unicode form alone.

    This is the spelling, in NFC, of most examples, or else the first in alphabetical order; ``notes`` tell the others.
    """
    spellings: dict[str, Counter[str]] = {}
    for gloss in chain.from_iterable(video.glosses for video in videos):
        spellings.setdefault(_key(gloss), Counter())[gloss] += 1
    chosen = {key: _chosen(counts, notes) for key, counts in spellings.items()}
    return [_respelt(video, chosen) for video in videos]


def _chosen(counts: Mapping[str, int], notes: list[Note]) -> str:
    """The spelling of a sign, of those that occur."""
    composed: Counter[str] = Counter()
    for gloss, count in counts.items():
        composed[nfc(gloss)] += count
    chosen = max(sorted(composed), key=composed.__getitem__)
    others = sorted(composed.keys() - {chosen})
    if others:
        notes.append(Note(SPELLINGS, chosen, f"is also written {', '.join(others)}"))
    elif len(counts) > 1:
        notes.append(Note(SPELLINGS, chosen, "is written in two Unicode forms, which look the same"))
    return chosen


def _respelt(video: ExampleVideo, chosen: Mapping[str, str]) -> ExampleVideo:
    signs = tuple(one._replace(sign=chosen[_key(one.sign)]) for one in video.signs)
    return replace(video, clip_of=None if video.clip_of is None else chosen[_key(video.clip_of)], signs=signs)


def joined_recordings(videos: Sequence[ExampleVideo], notes: list[Note]) -> list[ExampleVideo]:
    """The videos, each recording once, with the annotations of all paths; ``notes`` tell which were joined.

    A clip that another path annotates is no clip, and is left out.
    """
    by_file: dict[Path, list[ExampleVideo]] = {}
    for video in videos:
        by_file.setdefault(video.path.resolve(), []).append(video)
    return list(chain.from_iterable(_joined(same, notes) for same in by_file.values()))


def _joined(same: Sequence[ExampleVideo], notes: list[Note]) -> Sequence[ExampleVideo]:
    recordings = [video for video in same if video.clip_of is None]
    if not recordings:
        return same
    notes += [Note(CLIPS, str(video.path), "is annotated, so it is no clip") for video in same if video.clip_of]
    if len(recordings) > 1:
        notes.append(Note(JOINED, str(recordings[0].path)))
    # As on the tiers of both hands, one gloss at nearly one time is one example.
    merged = merge_hands([[GlossAnnotation(*one) for one in video.signs] for video in recordings], Profile.overlap)
    return [replace(recordings[0], signs=tuple(ExampleSign(*one[:3]) for one in merged))]
