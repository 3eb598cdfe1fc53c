"""The files of a folder, and the video to which each file of annotations belongs."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from signspot.corpus.elan import Media
from signspot.corpus.names import folded, video_name
from signspot.corpus.tables import COLUMNS
from signspot.intake.formats import COPY, SUFFIXES
from signspot.intake.sources import VideoAnnotations
from signspot.rows import nfc
from signspot.video.decode import VIDEO_SUFFIXES

TABLES = {f"{kind}.tsv" for kind in COLUMNS}
BESIDE_TABLES = {"sentences.tsv", "counts.tsv", "summary.txt", "config.yaml"}
"""Files in a folder of tables that signspot wrote; they are no sources of annotations."""
CORRECTED = re.compile(r"\.corrected(\d+)\Z")
BESIDE_SPOTTINGS = {"signs.tsv", "spottings.tsv"}
"""Files beside which signspot writes a summary."""


def walk(place: Path) -> list[Path]:
    """All files of a folder and its subfolders, in the order of their names; a file gives itself.

    Hidden files and folders, linked folders (which can lead in circles) and the tables of a corpus are left out.
    """
    if place.is_file():
        return [place]
    files = []
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        written = TABLES | BESIDE_TABLES if set(names) >= TABLES else set()
        written |= {"summary.txt"} if set(names) >= BESIDE_SPOTTINGS else set()
        paths = (Path(folder, name) for name in sorted(names) if name[0] != "." and name not in written)
        files += [path for path in paths if path.is_file()]
    return files


class Match(NamedTuple):
    """A video file and the annotations that belong to it.

    Args:
        path: the video file, or the place where it is expected.
        found: whether the video file exists.
        annotations: what a file of annotations says of the video; None if no file annotates it.
        medium: the media link that led to the video; None if no link did.
    """

    path: Path
    found: bool
    annotations: VideoAnnotations | None = None
    medium: Media | None = None

    @property
    def stem(self) -> str:
        """The file name of the video without its suffix, in NFC."""
        return nfc(self.path.stem)


@dataclass
class Matching:
    """Which videos and annotations of a folder belong together; filled step by step.

    Args:
        matches: a match for each usable video.
        left_out: files without a match, and the reason.
        copies: documents with spottings that are without a match because another file annotates the video.
        namesakes: videos that no file can mean, left out because other videos have their name, and the reason.
        ignored_links: files whose media link was not followed, and the reason.
        contested: videos that several files annotate equally well, or that show what another video shows.
        meant: videos of one name, of which a file annotates nobody knows which.
    """

    matches: list[Match] = field(default_factory=list)
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    copies: list[tuple[Path, str]] = field(default_factory=list)
    namesakes: list[tuple[Path, str]] = field(default_factory=list)
    ignored_links: list[tuple[Path, str]] = field(default_factory=list)
    contested: set[Path] = field(default_factory=set)
    meant: set[Path] = field(default_factory=set)


def match_videos(
    annotations: Sequence[VideoAnnotations], videos: Iterable[Path], media_folder: Path | None = None
) -> Matching:
    """Matches annotations with videos, by media links if a file has links, else by name.

    A link leads to the file that it names. If that file is missing, the link leads to the only video of this name in
    the folders. If several files annotate a video, the first standing wins, see :class:`VideoAnnotations`; then the one
    that was corrected most often, a file with the name of the video, and the first suffix in ``SUFFIXES``.

    Args:
        annotations: what each file of annotations says of each video.
        videos: the video files.
        media_folder: the folder in which a missing video is expected; None for the folder of its annotations.
    """
    result, index = Matching(), by_stem(videos)
    claims: dict[Path, list[Match]] = {}
    for annotated in annotations:
        claim = _claim(annotated, index, media_folder)
        if isinstance(claim, Match):
            claims.setdefault(_key(claim.path), []).append(claim)
        else:
            result.left_out.append((annotated.source, _ambiguous(annotated.video, claim)))
            result.meant |= set(claim)
    losers = [loser for rivals in claims.values() for loser in _settle(rivals, result)]
    for claim, winner in losers:
        _second_choice(claim, winner, index, result)
    _leave_out_views(index, result)
    _add_without_annotations(index, result)
    result.matches.sort(key=lambda match: str(match.path))
    return result


def by_stem(videos: Iterable[Path]) -> dict[str, list[Path]]:
    """Video files by their name without suffix, folded so that spellings of one name are equal."""
    index: dict[str, list[Path]] = {}
    for path in videos:
        index.setdefault(folded(path.stem), []).append(path)
    return index


def _key(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _claim(
    annotated: VideoAnnotations, index: Mapping[str, list[Path]], media_folder: Path | None
) -> Match | list[Path]:
    """The video that a file annotates, or the several videos that the file may mean."""
    for medium in annotated.media:
        path = linked(medium, annotated.source.parent)
        if path is not None:
            return Match(path, True, annotated, medium)
    names = [(medium.stem, medium) for medium in annotated.media]
    own = _last_part(annotated.video)
    for name, medium in [*names, (own, annotated.media[0] if len(annotated.media) == 1 else None)]:
        found = _beside(index.get(folded(name), []), annotated.source.parent)
        if len(found) == 1:
            return Match(found[0], True, annotated, medium)
        if found:
            return found
    return _missing(annotated, names[0] if names else (own, None), media_folder)


def _missing(annotated: VideoAnnotations, link: tuple[str, Media | None], media_folder: Path | None) -> Match:
    """A match with a video that is missing, at the place where it is expected."""
    name, medium = link
    suffix = Path(_name_of(medium.relative_url or medium.url)).suffix if medium else ""
    return Match((media_folder or annotated.source.parent) / f"{name}{suffix or '.mp4'}", False, annotated, medium)


def _beside(found: list[Path], folder: Path) -> list[Path]:
    """Of videos with one name, the videos in the folder of the annotations; all of them if the folder has none."""
    return [path for path in found if path.parent == folder] or found


def linked(medium: Media, folder: Path) -> Path | None:
    """The video to which a link leads, with ``%20`` read to the letter or as a space; None if it is missing."""
    links = [link for link in (medium.relative_url, medium.url) if link]
    for text in dict.fromkeys(text for link in links for text in (link, unquote(link))):
        path = folder / re.sub(r"^file:/*(?=/)", "", text).replace("\\", "/")
        if os.path.isfile(path) and path.suffix.lower() in VIDEO_SUFFIXES:
            return path
    return None


def _name_of(link: str) -> str:
    return _last_part(unquote(link))


def _last_part(path: str) -> str:
    """The name at the end of a path, so that no table of annotations leads to another folder."""
    return re.split(r"[\\/]", path)[-1]


def _settle(rivals: Sequence[Match], result: Matching) -> list[tuple[Match, Path]]:
    """Lets the best of the claims on one video stand; returns the others, each with the file that was better."""
    first, *rest = sorted(rivals, key=_rank)
    if rest and _rank(first) == _rank(rest[0]):
        files = ", ".join(str(claim.annotations.source) for claim in (first, *rest))
        why = f"several files annotate {first.stem}: {files}; keep one"
        result.left_out += [(claim.annotations.source, why) for claim in (first, *rest)]
        result.left_out += [(first.path, why)] if first.found else []
        result.contested.add(_key(first.path))
        return []
    result.matches.append(first)
    return [(claim, first.annotations.source) for claim in rest]


def _second_choice(claim: Match, winner: Path, index: Mapping[str, list[Path]], result: Matching) -> None:
    """Gives a file that lost its video to another file the video of its own name, if that video is free."""
    source, own = claim.annotations.source, _own_video(claim, index)
    if own is None or _key(own.path) in {_key(match.path) for match in result.matches} | result.contested:
        listed = result.copies if claim.annotations.standing == COPY else result.left_out
        listed.append((source, f"annotates what is annotated in {winner}"))
    else:
        why = f"links {claim.path.name}, but {claim.stem} is annotated in {winner}; taken for {own.path.name}"
        result.ignored_links.append((source, why))
        result.matches.append(own)


def _rank(claim: Match) -> tuple[int, int, bool, int]:
    source, annotated = claim.annotations.source, claim.annotations
    named = source.stem if annotated.of_one else annotated.video
    other_name = folded(named) != folded(claim.stem)
    return annotated.standing, -_corrections(source), other_name, SUFFIXES.index(source.suffix.lower())


def _corrections(path: Path) -> int:
    """How often a document was corrected where signspot wrote it, which its name tells: ``film.corrected2.eaf``."""
    found = CORRECTED.search(path.stem)
    return int(found[1]) if found else 0


def _own_video(claim: Match, index: Mapping[str, list[Path]]) -> Match | None:
    """The match of a file with the video of its own name; None if its link led there, or the name is ambiguous."""
    own = _last_part(claim.annotations.video)
    if folded(own) == folded(claim.stem):
        return None
    found = index.get(folded(own), [])
    if len(found) == 1:
        return Match(found[0], True, claim.annotations, claim.medium)
    return None if claim.found or found else Match(claim.path.with_stem(own), False, claim.annotations, claim.medium)


def _leave_out_views(index: Mapping[str, list[Path]], result: Matching) -> None:
    """Leaves out videos that a file links besides the video that it annotates, for example from another side."""
    taken = {_key(match.path) for match in result.matches}
    for claim in result.matches:
        source = claim.annotations.source
        for medium in claim.annotations.media + claim.annotations.besides:
            found = linked(medium, source.parent)
            views = [found] if found else _beside(index.get(folded(medium.stem), []), source.parent)
            if len(views) == 1 and _key(views[0]) not in taken | result.contested:
                result.contested.add(_key(views[0]))
                result.left_out.append((views[0], f"is linked in {source} besides {claim.path}, which is used"))


def _add_without_annotations(index: Mapping[str, list[Path]], result: Matching) -> None:
    """Adds the videos that no file annotates; leaves out such videos if another video has the same name."""
    taken = {_key(match.path) for match in result.matches} | result.contested
    for paths in index.values():
        free = [path for path in paths if _key(path) not in taken]
        if len(paths) == 1:
            result.matches += [Match(path, True) for path in free]
        else:
            for path in free:
                without = result.left_out if path in result.meant else result.namesakes
                without.append((path, _ambiguous(nfc(path.stem), paths)))


def _ambiguous(name: str, paths: Sequence[Path]) -> str:
    listed = ", ".join(map(str, paths))
    return f"several videos are called {name}: {listed}; rename them, or link the right one in ELAN"


def identifiers(paths: Sequence[Path]) -> list[str]:
    """A unique name for each video: letters, digits, _ and - of its file name.

    Names that differ in case alone are equal. Videos with equal names get the name of their folder in front; if names
    are still equal, a number behind.
    """
    unique: dict[str, str] = {}
    for name in _with_folder([video_name(path.stem) for path in paths], paths):
        numbered = (f"{name}_{number}" for number in count(2))
        free = next(free for free in chain([name], numbered) if folded(free) not in unique)
        unique[folded(free)] = free
    return list(unique.values())


def _with_folder(names: Sequence[str], paths: Sequence[Path]) -> list[str]:
    times = Counter(map(folded, names))
    return [
        name if times[folded(name)] == 1 else video_name(f"{path.absolute().parent.name}_{name}")
        for name, path in zip(names, paths, strict=True)
    ]
