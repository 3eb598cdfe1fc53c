"""``signspot convert-clips``: the lists of WLASL, MS-ASL and AUTSL as a table of clips for ``source: isolated``."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from signspot.corpus.names import folded
from signspot.corpus.tables import SPLITS, seen_from
from signspot.errors import InputError
from signspot.files import finished
from signspot.intake.clip_lists import ListedClip, checked_split, read_classes, read_list
from signspot.intake.folder import by_stem, identifiers, walk
from signspot.intake.notes import Note
from signspot.intake.summary import notes_text
from signspot.rows import refuse
from signspot.video.decode import VIDEO_SUFFIXES

MISSING = "Clips left out, for their video is not there"
UNLEARNT = "Signs left out, for no training clip of them is there"
COLOUR = "_color"
"""What AUTSL adds to the name of a video of colours; another video of the same name shows depths."""


class _Found(NamedTuple):
    """A clip whose video is there; ``part`` tells whether the clip is only a part of it."""

    clip: ListedClip
    path: Path
    part: bool

    def row(self) -> tuple[str, ...]:
        """Path, sign, signer, split, start_ms, end_ms."""
        clip = self.clip
        start, end = (clip.start_ms, "" if clip.end_ms is None else clip.end_ms) if self.part else ("", "")
        return str(self.path), clip.sign, clip.signer, clip.split, str(start), str(end)


def clip_table(clips: Sequence[ListedClip], videos: Path) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """The table of the clips whose videos are there, the vocabulary in the order of the classes, and notes.

    A sign without a training clip is left out, if splits are told.

    Args:
        clips: of the lists.
        videos: folder of the videos.

    Raises:
        InputError: no video is there, videos have one name, a class has two glosses, or a part of the clips has splits.
    """
    index = by_stem(path for path in walk(videos) if path.suffix.lower() in VIDEO_SUFFIXES)
    found, notes = [], []
    for clip in clips:
        there = next(_videos(clip, index), None)
        if there is None:
            notes.append(Note(MISSING, clip.name))
        else:
            found.append(there)
    if not found:
        named = f"none of the {len(clips)} clips is there, of which the first is {clips[0].name}"
        raise InputError(f"{videos}: {named}. Check the folder and the names of the videos.")
    signs = _signs([each.clip for each in found])
    told = [each.clip.where for each in found if each.clip.split]
    if told and len(told) < len(found):
        untold = next(each.clip.where for each in found if not each.clip.split)
        raise InputError(f"{untold}: has no split, but others have. Put the split before the file: train=FILE.")
    if told:
        learnt = {each.clip.sign for each in found if each.clip.split == "train"}
        notes += [Note(UNLEARNT, sign) for sign in signs if sign not in learnt]
        signs, found = [sign for sign in signs if sign in learnt], [one for one in found if one.clip.sign in learnt]
    table = pd.DataFrame(
        [each.row() for each in found], columns=["path", "sign", "signer", "split", "start_ms", "end_ms"]
    )
    table.insert(0, "video", identifiers([each.path for each in found]))
    vocabulary = pd.DataFrame({"class_id": range(len(signs)), "sign": signs})
    return (table if told else table.drop(columns="split")), vocabulary, notes


def _videos(clip: ListedClip, index: Mapping[str, list[Path]]) -> Iterator[_Found]:
    """The video of a clip by each of the names that it may have, the best first."""
    for name, part in ((clip.clip, False), (clip.clip and clip.clip + COLOUR, False), (clip.longer, True)):
        paths = index.get(folded(name), []) if name else []
        if len(paths) > 1:
            listed = ", ".join(map(str, paths))
            raise InputError(f"{clip.where}: several videos are called {name}: {listed}. Rename or remove some.")
        yield from (_Found(clip, path, part) for path in paths)


def _signs(clips: Sequence[ListedClip]) -> list[str]:
    """The signs in the order of their classes."""
    glosses: dict[int, str] = {}
    for clip in clips:
        glosses.setdefault(clip.number, clip.sign)
    refuse(
        f"{clip.where}: class {clip.number} is {clip.sign}, but {glosses[clip.number]} elsewhere."
        for clip in clips
        if glosses[clip.number] != clip.sign
    )
    return list(dict.fromkeys(sign for _, sign in sorted(glosses.items())))


def run(arguments: argparse.Namespace) -> None:
    """Writes clips.tsv and vocabulary.tsv, and prints what they hold and what was left out.

    Raises:
        InputError: a list, the class list or a split is wrong, or no video is there.
    """
    classes = read_classes(arguments.classes, arguments.sign_column) if arguments.classes else None
    clips: list[ListedClip] = []
    for text in arguments.lists:
        split, equals, file = text.partition("=")
        told = bool(equals) and not Path(text).exists()
        clips += read_list(Path(file if told else text), checked_split(split if told else "", text), classes)
    numbers = sorted({clip.number for clip in clips})[: arguments.signs]
    clips = [clip for clip in clips if clip.number in set(numbers)]
    if not clips:
        raise InputError(f"{', '.join(arguments.lists)}: no clip is listed. Check the files.")
    table, vocabulary, notes = clip_table(clips, arguments.videos)
    paths = [seen_from(arguments.out, path) for path in table["path"]]
    for name, rows in (("clips", table.assign(path=paths)), ("vocabulary", vocabulary)):
        with finished(arguments.out / f"{name}.tsv") as part:
            rows.to_csv(part, sep="\t", index=False, lineterminator="\n", encoding="utf-8")
    sys.stdout.write(f"{arguments.out / 'clips.tsv'}: {_summary(table, vocabulary)}\n")
    if numbers != list(range(len(numbers))):
        sys.stdout.write("The class ids of the lists have gaps; vocabulary.tsv numbers the signs from 0 on.\n")
    sys.stdout.write("\n".join(["", *notes_text(notes)]) if notes else "")


def _summary(table: pd.DataFrame, vocabulary: pd.DataFrame) -> str:
    splits = Counter(table["split"]) if "split" in table else {}
    told = ", ".join(f"{split} {splits[split]}" for split in SPLITS if split in splits) or "no splits told"
    signers = len(set(table["signer"]) - {""})
    return f"{len(table)} clips of {len(vocabulary)} signs by {signers} known signers; {told}"
