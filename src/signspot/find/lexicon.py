"""Reads a lexicon: clips of single signs, and recordings whose annotations are examples."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from signspot.corpus.elan import Elan
from signspot.corpus.names import check_writable
from signspot.errors import InputError
from signspot.export.elan import SPOTTED
from signspot.find.videos import ExampleSign, ExampleVideo, in_one_spelling, joined_recordings, without_copies
from signspot.intake.conventions import PROFILES, Profile
from signspot.intake.folder import identifiers, walk
from signspot.intake.formats import SUFFIXES, TableOptions
from signspot.intake.gather import CorpusVideo, Findings, Request, gather
from signspot.intake.notes import ABOUT_SENTENCES, CLIPS, FILES, KINDS, NAMED, RENAMED, UNANNOTATED, VIDEOS, Note
from signspot.intake.own import check_accepted
from signspot.intake.signs import sign_of
from signspot.intake.summary import notes_text
from signspot.rows import nfc
from signspot.video.decode import VIDEO_SUFFIXES, probe

LONGEST_CLIP_MS = 15_000
"""A longer video without annotations in a folder is no clip of a single sign."""


@dataclass
class Lexicon:
    """Examples of signs.

    Args:
        videos: that hold them.
        notes: what was left out, joined or renamed.
    """

    videos: list[ExampleVideo]
    notes: list[Note] = field(default_factory=list)

    @property
    def examples(self) -> dict[str, int]:
        """Number of examples by sign, in alphabetical order."""
        return dict(sorted(Counter(gloss for video in self.videos for gloss in video.glosses).items()))

    @property
    def signs(self) -> list[str]:
        """The glosses of the vocabulary, in alphabetical order."""
        return list(self.examples)


def read_lexicon(
    paths: Sequence[Path],
    profile: Profile | None = None,
    tables: TableOptions | None = None,
    call: Sequence[str] = (),
    accept: Sequence[str] = (),
) -> Lexicon:
    """The examples of folders, clips and files of annotations, joined.

    A video with annotations is a recording. Any other video is a clip. In a folder within a given folder, its sign is
    the name of the folder; else its sign is its own name without a number at the end. Glosses that differ in case or
    in their Unicode form alone are one sign.

    An ELAN document that signspot wrote and a person corrected has glosses in the tiers ``signspot:…``. These tiers are
    read together with gloss tiers of a known convention, unless it gives each signer tiers of their own.

    Args:
        paths: folders, videos, or files of annotations.
        profile: which tiers hold glosses; None to find that out for each path.
        tables: how tables of annotations are read.
        call: the words of the call of the user, for messages that tell how to repeat it.
        accept: the tiers ``signspot:…`` that are read; all if none is named.

    Raises:
        InputError: a path is missing or leads to no video, the ELAN documents of a path fit no convention, or no
            example is left. The message says what was left out.
    """
    notes: list[Note] = []
    request = Request(
        Path(), profile=profile, tables=tables or TableOptions(), accept=accept, skip_missing=True, call=call
    )
    spotted: set[str] = set()
    found = dict.fromkeys(chain.from_iterable(_found_at(path, request, notes, spotted) for path in paths))
    check_accepted(accept, spotted)
    videos = joined_recordings(in_one_spelling(without_copies(list(found), notes), notes), notes)
    names = identifiers([video.path for video in videos])
    videos = [replace(video, name=name) for name, video in zip(names, videos, strict=True)]
    notes += [Note(NAMED, str(video.path), video.name) for video in videos if video.name != nfc(video.path.stem)]
    notes.sort(key=lambda note: KINDS.index(note.kind))
    if not videos:
        raise InputError(
            f"{', '.join(map(str, paths))}: no example of a sign is left. Expected clips such as HOUSE.mp4, a folder "
            f"of clips for each sign, or annotated videos.{_listed(notes)}"
        )
    return Lexicon(videos, notes)


def query(clip: Path, span: tuple[int, int] | None) -> Lexicon:
    """A lexicon of one example: a clip, or a part of a recording, in ms.

    Raises:
        InputError: the video cannot be read, has a name that no table can hold, or ends before the part does.
    """
    check_writable(clip)
    info, gloss = probe(clip), nfc(clip.stem)
    if span is None:
        return Lexicon([ExampleVideo(identifiers([clip])[0], clip, gloss)])
    if not 0 <= span[0] < span[1] <= info.duration_ms:
        raise InputError(
            f"{clip}: expected a part between 0 and {info.duration_ms} ms, got {span[0]} to {span[1]} ms. Correct it."
        )
    return Lexicon([ExampleVideo(identifiers([clip])[0], clip, None, (ExampleSign(gloss, *span),))])


def _listed(notes: Sequence[Note]) -> str:
    return "\n\n" + "\n".join(notes_text(notes)).rstrip() if notes else ""


def _found_at(path: Path, request: Request, notes: list[Note], spotted: set[str]) -> Iterator[ExampleVideo]:
    """The example videos of a path, not yet named; its tiers of spottings are added to ``spotted``."""
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder. Check the path.")
    found = gather(
        replace(request, folder=path, profile=request.profile or (None if request.accept else _spotted_tiers(path)))
    )
    spotted |= found.spotted
    if not found.videos and not found.read["videos"]:
        raise InputError(
            f"{path}: has no video, and leads to none. Expected a folder of clips such as HOUSE.mp4, a clip, or "
            f"annotations ({' '.join(SUFFIXES)}) of videos that are linked or beside them. "
            f"Videos have these suffixes: {' '.join(sorted(VIDEO_SUFFIXES))}.{_listed(found.notes)}"
        )
    aside = {str(namesake) for namesake in found.namesakes}
    notes += [
        note
        for note in found.notes
        if note.kind not in (UNANNOTATED, RENAMED, *ABOUT_SENTENCES)
        and not (note.kind == FILES and note.where in aside)
    ]
    recordings = [video for video in found.videos if video.source is not None]
    yield from _recordings(recordings, notes)
    yield from _clips(_unannotated(found, notes), path, notes)


def _spotted_tiers(path: Path) -> Profile | None:
    """The tiers of spottings in the ELAN documents of a path, and those of a convention of one signer beside them.

    None without tiers of spottings, or if a convention tells signers apart by their tiers.
    """
    spotted: set[str] = set()
    known: dict[str, Profile] = {}
    for file in walk(path):
        if file.suffix.lower() != ".eaf":
            continue
        try:
            tiers = Elan.read(file).tiers
        except (InputError, OSError):
            continue  # gather reads the file again and notes what is wrong
        names = {nfc(tier.name) for tier in tiers}
        known |= {name: profile for name, profile in PROFILES.items() if names & set(profile.tiers)}
        spotted |= {nfc(each.name) for each in tiers if each.name.startswith(SPOTTED) and each.parent is None}
    convention = next(iter(known.values()), Profile("signspot", {"": ()}, stars="keep"))
    if not spotted or len(known) > 1 or set(convention.signers) != {""}:
        return None
    return replace(convention, signers={"": (*sorted(spotted), *convention.tiers)})


def _recordings(videos: Sequence[CorpusVideo], notes: list[Note]) -> Iterator[ExampleVideo]:
    for video in videos:
        if video.used:
            signs = tuple(ExampleSign(*sign[:3]) for sign in video.used)
            yield ExampleVideo("", video.path, None, signs, video.handedness == "left")
        else:
            notes.append(Note(VIDEOS, str(video.path), f"{video.source} has no example of a sign"))


def _unannotated(found: Findings, notes: list[Note]) -> dict[Path, int]:
    """The ms of each video without annotations, also of videos of one name, which folders of signs may hold."""
    durations = {video.path: video.info.duration_ms for video in found.videos if video.source is None}
    for path in found.namesakes:
        try:
            durations[path] = probe(path).duration_ms
        except InputError as error:
            notes.append(Note(VIDEOS, str(path), str(error).removeprefix(f"{path}: ")))
    return dict(sorted(durations.items()))


def _clips(durations: Mapping[Path, int], root: Path, notes: list[Note]) -> Iterator[ExampleVideo]:
    for file, duration in durations.items():
        gloss = sign_of(file, root)
        if not gloss:
            notes.append(Note(CLIPS, str(file), "its name is blank; name it after its sign"))
        elif duration > LONGEST_CLIP_MS and file != root:
            why = f"lasts {duration / 1000:.0f} s and has no annotations: that is no single sign"
            notes.append(Note(CLIPS, str(file), why))
        else:
            yield ExampleVideo("", file, gloss)
