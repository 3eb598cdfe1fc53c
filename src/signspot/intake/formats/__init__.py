"""Files of annotations: one module per format, whose builder reads a file into its tiers.

Facts of a module: ``SUFFIXES``, the suffixes of its files in lower case; ``ORDER``, a number. Formats that share a
suffix are tried in this order, and if two files annotate a video, the file of the earlier suffix counts. A builder
takes the path and a :class:`Reading`, and returns a :class:`TierFile` for each video that the file annotates. It raises
:class:`OtherFormat` for a file that is of another format, :class:`OwnProduct` for one of ours without annotations, and
:class:`~signspot.errors.InputError` for a broken one.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from signspot.corpus.cameras import belongs_to
from signspot.corpus.elan import Media
from signspot.corpus.names import folded, video_name
from signspot.errors import InputError
from signspot.export.elan import SPOTTED
from signspot.intake.calls import again
from signspot.registry import Registry
from signspot.rows import nfc
from signspot.video.decode import VIDEO_SUFFIXES, probe

FORMATS = Registry("signspot.intake.formats", "format of annotations")
SUFFIXES_OF = {
    name: FORMATS.fact(name, "SUFFIXES")
    for name in sorted(FORMATS.names(), key=lambda name: FORMATS.fact(name, "ORDER"))
}
"""The suffixes of each format, in the order in which formats are tried."""
SUFFIXES = tuple(dict.fromkeys(suffix for suffixes in SUFFIXES_OF.values() for suffix in suffixes))
"""Suffixes of files that are read. If two files annotate a video, the earlier suffix wins."""


TABLE, SUBTITLES = f"{SPOTTED}table", f"{SPOTTED}subtitles"
"""The tiers as which spottings are read from files that have no tiers."""
WITHOUT_TIERS = (TABLE, SUBTITLES)
ACCEPTED, USUAL, COPY = range(3)
"""What a file is: a person accepted spottings in it; it has none; or it has some, and beside them perhaps copies."""
LANGUAGE = re.compile(r"\.(?:[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?|gloss(?:es)?)\Z")
"""What tools add to the name of a video for its subtitles: a language, as in ``film.en.srt``."""


class OtherFormat(InputError):
    """A file is not of the format that a reader reads, and perhaps holds no annotations at all."""


class OwnProduct(InputError):
    """A file is one that signspot wrote, and holds no annotations."""


class TierRow(NamedTuple):
    """An annotation of a tier: its times in ms of the document, end exclusive, and its text."""

    start_ms: int
    end_ms: int
    value: str


@dataclass(frozen=True)
class TierFile:
    """What one file says of one video, by tier. Names of tiers are in NFC.

    Args:
        path: the file.
        video: the name that the file gives the video, without suffix.
        annotations: the annotations of each tier.
        media: the videos that the file links.
        participants: the participant of each tier ("" for none).
        types: the linguistic type of each tier ("" for none).
        controlled: the values of its controlled vocabularies.
        only_glosses: whether every tier holds glosses, as in subtitles and in tables without tiers.
        only_sentences: whether every tier holds sentences in a written language, as in most subtitles.
        remarks: what to tell of the file although it was read.
        counts: the number of annotations of each tier in the file; counted if it is not given.
        origin: what tells that signspot wrote a file without tiers; "" if nothing does.
        standing: ACCEPTED, USUAL or COPY. If several files annotate a video, the first of these counts.
    """

    path: Path
    video: str
    annotations: Mapping[str, Sequence[TierRow]]
    media: tuple[Media, ...] = ()
    participants: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    controlled: frozenset[str] = frozenset()
    only_glosses: bool = False
    only_sentences: bool = False
    remarks: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    origin: str = ""
    standing: int = USUAL

    def __post_init__(self) -> None:
        if not self.counts:
            object.__setattr__(self, "counts", {tier: len(rows) for tier, rows in self.annotations.items()})

    def only(self, tiers: Collection[str]) -> "TierFile":
        """The file without the annotations of other tiers, which are still counted."""
        kept = {tier: rows if tier in tiers else () for tier, rows in self.annotations.items()}
        return replace(self, annotations=kept)

    def without(self, tiers: Collection[str]) -> "TierFile":
        """The file as if these tiers were not in it."""
        kept = {tier: rows for tier, rows in self.annotations.items() if tier not in tiers}
        return replace(self, annotations=kept, counts={tier: self.counts[tier] for tier in kept})


@dataclass(frozen=True)
class TableOptions:
    """How tables are read that do not tell it themselves.

    Args:
        unit: of numbers in columns whose names tell none: ms, s or frames; "" if unknown.
        separator: between cells; "" to find it.
        columns: our name of a column -> the name in the tables.
    """

    unit: str = ""
    separator: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a reader is told besides the path of a file.

    Args:
        tables: how tables are read.
        glosses: gloss by class id, for files of the challenge.
        videos: the video files, by the folded name without suffix.
        call: the words of the call of the user, for messages that tell how to repeat it.
    """

    tables: TableOptions = field(default_factory=TableOptions)
    glosses: Sequence[str] = ()
    videos: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    call: Sequence[str] = ()

    def again(self, *options: str) -> str:
        """The call with these options, ready to paste."""
        return again(self.call, *options)

    def video_of(self, name: str) -> str:
        """The video that a name means, perhaps with folders, a suffix such as ``.mp4``, or a language, ``.en``.

        Our own tables have other names for videos with spaces; they mean the video as well. A video that is not there
        has the name itself.
        """
        name = nfc(without_suffix(name))
        for tried in (name, LANGUAGE.sub("", name)):
            if folded(tried) in self.videos or tried in self._table_names:
                return self._table_names.get(tried, tried)
        return name

    def has_cameras(self, name: str) -> bool:
        """Whether videos have this name and more behind it, as those of the signers of a conversation have."""
        return any(belongs_to(paths[0].stem, name) for paths in self.videos.values())

    @cached_property
    def _table_names(self) -> dict[str, str]:
        """The name of the file of a video by its name in our tables, where these differ."""
        stems = [nfc(paths[0].stem) for paths in self.videos.values()]
        return {video_name(stem): stem for stem in stems if video_name(stem) != stem}

    def rate(self, video: str) -> float:
        """The frame rate of a video, in frames per second.

        Raises:
            InputError: the video is missing or not alone of its name, or has no constant rate.
        """
        paths = self.videos.get(folded(video), ())
        if len(paths) != 1:
            raise InputError(f"times are frames, and {len(paths)} videos are called {video}; expected one for its rate")
        info = probe(paths[0])
        if info.variable:
            raise InputError(f"times are frames, and {paths[0]} has no constant frame rate. Give times in ms or s")
        return info.fps


def without_suffix(name: str) -> str:
    """The name of a video without its folders, and without the suffix of a video file, if it has one."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    return Path(name).stem if Path(name).suffix.lower() in VIDEO_SUFFIXES else name


def read_tiers(path: Path, reading: Reading) -> list[TierFile]:
    """What a file of annotations says of each of its videos.

    Raises:
        OtherFormat: no reader knows the file; the message is of the last reader that was asked.
        OwnProduct: signspot wrote the file, which holds no annotations.
        InputError: the file is broken, or does not tell all that is needed.
        OSError: the file cannot be read.
    """
    other = OtherFormat(f"{path}: no reader knows its suffix.")
    for name, suffixes in SUFFIXES_OF.items():
        if path.suffix.lower() not in suffixes:
            continue
        reader: Callable[[Path, Reading], list[TierFile]] = FORMATS.builder(name)
        try:
            return reader(path, reading)
        except OtherFormat as error:
            other = error
    raise other
