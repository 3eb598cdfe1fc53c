"""Reads a lexicon: clips of single signs, and recordings whose annotations are examples."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from signspot.corpus.elan import Elan
from signspot.errors import InputError
from signspot.files import sha256
from signspot.intake.folder import identifiers, walk
from signspot.intake.gather import CorpusVideo, Request, gather
from signspot.intake.notes import RENAMED, UNANNOTATED, VIDEOS, Note
from signspot.intake.profiles import PROFILES, Profile, spaced
from signspot.rows import nfc
from signspot.video.decode import VIDEO_SUFFIXES, probe

LONGEST_CLIP_MS = 15_000
"""A longer video without annotations is no clip of a single sign."""
SPOTTED, SCORES = "signspot:", ":score"
"""How names of tiers begin that signspot wrote, and how those of their scores end."""
TWICE, BOTH, SPELLINGS = "Clips that are there twice", "Clips of two signs", "Signs in two spellings, joined"
CLIPS, TRIMMED = "Clips left out", "Clips cut to their signing part"


@dataclass(frozen=True)
class ExampleSign:
    """An annotated example, in ms of its video; the end is exclusive."""

    sign: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class ExampleVideo:
    """A video that holds examples.

    Args:
        name: unique among the example videos.
        path: its file.
        clip_of: the sign of a clip, whose signing part is one example; None: a recording.
        signs: the examples in a recording.
    """

    name: str
    path: Path
    clip_of: str | None
    signs: tuple[ExampleSign, ...] = ()

    @property
    def glosses(self) -> list[str]:
        """The sign of each example."""
        return [one.sign for one in self.signs] if self.clip_of is None else [self.clip_of]

    def renamed(self, spelling: dict[str, str]) -> "ExampleVideo":
        """The same video, its glosses in other spellings."""
        signs = tuple(replace(one, sign=spelling[one.sign]) for one in self.signs)
        return replace(self, clip_of=self.clip_of and spelling[self.clip_of], signs=signs)


@dataclass
class Lexicon:
    """Examples of signs.

    Args:
        videos: that hold them.
        notes: what was left out, joined or changed.
    """

    videos: list[ExampleVideo]
    notes: list[Note] = field(default_factory=list)

    @property
    def examples(self) -> dict[str, int]:
        """Number of examples by sign, in alphabetical order."""
        return dict(sorted(Counter(gloss for video in self.videos for gloss in video.glosses).items()))

    @property
    def signs(self) -> list[str]:
        """The vocabulary, in alphabetical order."""
        return list(self.examples)


def read_lexicon(paths: Sequence[Path], profile: Profile | None = None) -> Lexicon:
    """The examples of folders, clips and files of annotations, joined.

    A video with annotations is a recording. Another video is a clip: its sign is its sub-folder, or else its own name
    without a number at the end. Glosses that differ in case or in their Unicode form alone are one sign.

    Args:
        paths: folders, videos, or files of annotations.
        profile: which tiers of ELAN files hold glosses; None: those that signspot wrote and people corrected, or else
            those of a known convention.

    Raises:
        InputError: a path is not there, or no example is left; says what was left out.
    """
    notes: list[Note] = []
    found = list(chain.from_iterable(_found_in(path, profile, notes) for path in paths))
    names = identifiers([video.path for video in found])
    videos = [replace(video, name=name) for name, video in zip(names, found, strict=True)]
    videos = _joined_spellings(_without_copies(videos, notes), notes)
    if not any(video.glosses for video in videos):
        listed = "\n".join(f"  {note.where}: {note.what}" for note in notes)
        raise InputError(
            f"{', '.join(map(str, paths))}: holds no example of a sign. Expected clips such as HOUSE.mp4, a sub-folder "
            f"of clips for each sign, or annotated videos.{' Left out:' if listed else ''}\n{listed}".rstrip()
        )
    return Lexicon(videos, notes)


def query(clip: Path, span: tuple[int, int] | None) -> Lexicon:
    """A lexicon of one example: a clip, or a part of a recording, in ms.

    Raises:
        InputError: the video cannot be read, or ends before the part does.
    """
    info, gloss = probe(clip), nfc(clip.stem)
    if span is None:
        return Lexicon([ExampleVideo(identifiers([clip])[0], clip, gloss)])
    if not 0 <= span[0] < span[1] <= info.duration_ms:
        raise InputError(
            f"{clip}: expected a part between 0 and {info.duration_ms} ms, got {span[0]} to {span[1]} ms. Correct it."
        )
    return Lexicon([ExampleVideo(identifiers([clip])[0], clip, None, (ExampleSign(gloss, *span),))])


def gloss_of(stem: str) -> str:
    """The sign of a clip: the name of its file without a number of its own, as in HOUSE_2 or HOUSE (2)."""
    text = spaced(stem)
    bare = re.sub(r"(?:[ _-]\d+| ?\(\d+\))\Z", "", text).strip(" _-")
    return bare if re.search(r"[^\W\d_]", bare) else text


def _found_in(path: Path, profile: Profile | None, notes: list[Note]) -> Iterable[ExampleVideo]:
    """The example videos of a path, not yet named."""
    if path.is_file() and path.suffix.lower() in VIDEO_SUFFIXES:
        return [ExampleVideo("", path, gloss_of(path.stem))] if _is_readable(path, notes) else []
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder. Check the path.")
    gathered = gather(Request(path, profile=profile or _spotted_tiers(path), skip_missing=True))
    notes += [note for note in gathered.notes if note.kind not in (UNANNOTATED, RENAMED)]
    return [one for video in gathered.videos for one in _example_video(video, path, notes)]


def _is_readable(path: Path, notes: list[Note]) -> bool:
    try:
        probe(path)
    except InputError as error:
        notes.append(Note(VIDEOS, str(path), str(error).removeprefix(f"{path}: ")))
        return False
    return True


def _spotted_tiers(path: Path) -> Profile | None:
    """The tiers of spottings in the ELAN files of a path; None if there are none, or if a known convention fits."""
    names: set[str] = set()
    for file in walk(path):
        if file.suffix.lower() == ".eaf":
            try:
                names |= {nfc(tier.name) for tier in Elan.read(file).tiers}
            except InputError:
                continue  # gather notes it
    spotted = sorted(name for name in names if name.startswith(SPOTTED) and not name.endswith(SCORES))
    known = any(names & set(profile.tiers) for profile in PROFILES.values())
    return Profile("signspot", {"": tuple(spotted)}, stars="keep") if spotted and not known else None


def _example_video(video: CorpusVideo, root: Path, notes: list[Note]) -> Iterable[ExampleVideo]:
    if video.used:
        signs = (ExampleSign(sign.gloss, sign.start_ms, sign.end_ms) for sign in video.used)
        yield ExampleVideo("", video.path, None, tuple(signs))
    elif video.source is None and video.info is not None:
        if video.info.duration_ms > LONGEST_CLIP_MS:
            seconds = video.info.duration_ms / 1000
            notes.append(Note(CLIPS, str(video.path), f"lasts {seconds:.0f} s and has no annotations: no single sign"))
        else:
            yield ExampleVideo("", video.path, _gloss_at(video.path, root))


def _gloss_at(path: Path, root: Path) -> str:
    folders = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    return spaced(folders[0]) if folders else gloss_of(path.stem)


def _without_copies(videos: Sequence[ExampleVideo], notes: list[Note]) -> list[ExampleVideo]:
    """Without clips whose bytes are there twice; clips of equal bytes that bear two signs are all left out."""
    by_size: dict[int, list[ExampleVideo]] = {}
    for video in videos:
        if video.clip_of is not None:
            by_size.setdefault(video.path.stat().st_size, []).append(video)
    dropped: set[str] = set()
    for alike in by_size.values():
        by_digest: dict[str, list[ExampleVideo]] = {}
        for video in alike if len(alike) > 1 else ():
            by_digest.setdefault(sha256(video.path), []).append(video)
        for copies in by_digest.values():
            dropped |= _copies_to_drop(copies, notes)
    return [video for video in videos if video.name not in dropped]


def _copies_to_drop(copies: Sequence[ExampleVideo], notes: list[Note]) -> set[str]:
    signs = sorted({nfc(video.clip_of).casefold() for video in copies})
    if len(signs) > 1:
        named = " and ".join(f"{video.path} ({video.clip_of})" for video in copies)
        notes.append(Note(BOTH, named, "are the same file; all are left out, because nobody can tell which is right"))
        return {video.name for video in copies}
    notes += [Note(TWICE, str(video.path), f"is the same as {copies[0].path}") for video in copies[1:]]
    return {video.name for video in copies[1:]}


def _joined_spellings(videos: Sequence[ExampleVideo], notes: list[Note]) -> list[ExampleVideo]:
    """Glosses that differ in case or Unicode form alone, in the spelling of most examples."""
    spellings: dict[str, Counter[str]] = {}
    for gloss in chain.from_iterable(video.glosses for video in videos):
        spellings.setdefault(nfc(gloss).casefold(), Counter())[nfc(gloss)] += 1
    chosen = {key: max(sorted(counts), key=counts.__getitem__) for key, counts in spellings.items()}
    notes += [
        Note(SPELLINGS, chosen[key], f"is also written {', '.join(sorted(set(counts) - {chosen[key]}))}")
        for key, counts in spellings.items()
        if len(counts) > 1
    ]
    every = set(chain.from_iterable(video.glosses for video in videos))
    spelling = {gloss: chosen[nfc(gloss).casefold()] for gloss in every}
    return [video.renamed(spelling) for video in videos]
