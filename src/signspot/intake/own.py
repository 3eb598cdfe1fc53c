"""What signspot wrote itself: left out and told, so that no spotting becomes the truth that the next model learns.

Everything by which files of annotations tell their origin is a tier: ``signspot:…`` in documents of ELAN; tables and
subtitles, which have no tiers, are read as if they had one. Such a tier holds annotations only if the user says so.
"""

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from signspot.corpus.elan import Media
from signspot.corpus.names import folded, unwritable
from signspot.corpus.tables import COLUMNS
from signspot.errors import InputError
from signspot.export.elan import SPOTTED
from signspot.files import sha256
from signspot.intake.conventions import TYPE, Profile
from signspot.intake.folder import by_stem, linked
from signspot.intake.formats import ACCEPTED, COPY, SUBTITLES, USUAL, WITHOUT_TIERS, TierFile
from signspot.intake.notes import OWN, Note
from signspot.rows import nfc, refuse
from signspot.video.decode import probe

REVIEW_COPY = ".review.mp4"
"""How the names of the copies end that the review page proposes."""
LENGTH_MS, LENGTH_SHARE = 1000, 0.05
"""How far the length of such a copy may be off."""


def names_spottings(pattern: str) -> bool:
    """Whether the user means tiers of spottings by the name or pattern of a tier."""
    return pattern.removeprefix(TYPE).startswith(SPOTTED)


def spotted_tiers(files: Iterable[TierFile]) -> frozenset[str]:
    """The tiers of spottings of all files, without those of scores."""
    return frozenset(
        tier
        for file in files
        for tier in file.annotations.keys() - _scores(file.annotations)
        if tier.startswith(SPOTTED)
    )


def check_accepted(accepted: Sequence[str], tiers: Collection[str]) -> None:
    """Checks that each name or pattern that the user accepts means a tier of spottings.

    Raises:
        InputError: one means none of these tiers; the message lists them.
    """
    there = ", ".join(sorted(tiers)) or "none"
    refuse(
        f"--accept-tier {name}: no file has such a tier of spottings; there are: {there}."
        for name in accepted
        if name not in tiers and not any(fnmatchcase(tier, name) for tier in tiers)
    )


def _meant(file: TierFile, patterns: Sequence[str]) -> set[str]:
    """The tiers of spottings that patterns mean, without those of scores."""
    tiers = Profile("", {"": tuple(patterns)}).within(file.annotations, file.types).tiers
    return {tier for tier in tiers if tier.startswith(SPOTTED)} - _scores(file.annotations)


def _scores(tiers: Collection[str]) -> set[str]:
    return {f"{tier}:score" for tier in tiers if tier.startswith(SPOTTED)} & set(tiers)


def without_spottings(files: Sequence[TierFile], accepted: Sequence[str], notes: list[Note]) -> list[TierFile]:
    """The files without the tiers of spottings that the user does not accept, and without scores.

    Files in which nothing is left are left out. Notes tell of all that is not accepted.
    """
    kept, told = [], []
    for file in _with_tiers_of_copies(files):
        spotted = {tier for tier in file.annotations if tier.startswith(SPOTTED)}
        meant = _meant(file, accepted)
        dropped = spotted - meant
        if refused := dropped - _scores(spotted):
            told.append((file.path, _why(file, refused)))
        if not spotted or dropped < file.annotations.keys():
            standing = ACCEPTED if meant - set(WITHOUT_TIERS) else COPY if spotted else USUAL
            kept.append(replace(file.without(dropped), standing=standing))
    notes += told_by_folder(told)
    return kept


def _why(file: TierFile, tiers: Collection[str]) -> str:
    what = file.origin or f"{'tier' if len(tiers) == 1 else 'tiers'} {', '.join(sorted(tiers))}"
    options = shlex.join(word for tier in sorted(tiers) for word in ("--accept-tier", tier))
    return f"holds spottings of signspot ({what}), no annotations; to take them as annotations: {options}"


def _with_tiers_of_copies(files: Sequence[TierFile]) -> Iterator[TierFile]:
    """The files; subtitles that hold what a product of the same name and folder holds have the tier of a product."""
    spotted = {
        (file.path.parent, folded(file.video), tuple(sorted(rows))): file.path
        for file in files
        for tier, rows in file.annotations.items()
        if tier.startswith(SPOTTED) and rows
    }
    for file in files:
        rows = [row for of_tier in file.annotations.values() for row in of_tier]
        same = spotted.get((file.path.parent, folded(file.video), tuple(sorted(rows))))
        if same is None or file.origin or file.path.suffix.lower() not in (".srt", ".vtt"):
            yield file
        else:
            tiers = {SUBTITLES: rows}
            yield replace(file, annotations=tiers, counts={}, only_glosses=False, origin=f"the same as {same.name}")


def told_by_folder(told: Iterable[tuple[Path, str]]) -> list[Note]:
    """A note for all files of a folder of which the same is to be told."""
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path, why in told:
        groups.setdefault((path.parent, why), []).append(path)
    return [
        Note(OWN, f"{paths[0]}{f' and {len(paths) - 1} more there' * (len(paths) > 1)}", why)
        for (_, why), paths in groups.items()
    ]


def without_own_folders(place: Path, files: Sequence[Path], notes: list[Note]) -> list[Path]:
    """The files without those of results and models in folders below ``place``, but for documents of ELAN.

    Somebody may have corrected these. Notes tell of the folders.
    """
    folders = {folder for path in files for folder in path.parents if place in folder.parents}
    kinds = {folder: kind for folder in sorted(folders) if (kind := _kind(folder))}
    notes += [
        Note(OWN, str(folder), f"{kind}; of it, only .eaf files were looked at") for folder, kind in kinds.items()
    ]
    return [path for path in files if path.suffix.lower() == ".eaf" or not kinds.keys() & set(path.parents)]


def _kind(folder: Path) -> str:
    """What a folder is, if signspot filled it."""
    if (folder / "logs").is_dir() and all((folder / "tables" / f"{kind}.tsv").is_file() for kind in COLUMNS):
        return "results of the workflow"
    return "a model" if (folder / "model.json").is_file() and (folder / "vocabulary.tsv").is_file() else ""


def review_copies(videos: Collection[Path]) -> dict[Path, Path]:
    """The copies that were made for the review page, each with its video: their names and lengths tell."""
    index = by_stem(videos)
    copies = {}
    for path in videos:
        if path.name.casefold().endswith(REVIEW_COPY) and not unwritable(path):
            named = index.get(folded(path.name[: -len(REVIEW_COPY)]), [])
            named = sorted(named, key=lambda video: (video.parent != path.parent, video))
            if original := next((video for video in named if _as_long(path, video)), None):
                copies[path] = original
    return copies


def _as_long(copy: Path, original: Path) -> bool:
    try:
        lengths = [probe(path).duration_ms for path in (copy, original)]
    except InputError:
        return False
    return max(lengths) - min(lengths) <= max(LENGTH_MS, LENGTH_SHARE * max(lengths))


def copies_beside(files: Sequence[TierFile], videos: Collection[Path]) -> dict[Path, Path]:
    """The videos that somebody copied beside a file with spottings, each with the video that it is a copy of."""
    beside = {(file.path.parent, folded(file.path.stem)) for file in files if spotted_tiers([file])}
    copies = {}
    for stem, named in by_stem(videos).items():
        is_copy = {path: (path.parent, stem) in beside for path in named}
        first, *others = sorted(named, key=lambda path: (is_copy[path], len(path.parts), path))
        copies |= {path: first for path in others if is_copy[path] and _same_bytes(path, first)}
    return copies


def _same_bytes(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and sha256(one) == sha256(other)


def notes_of_copies(copies: Mapping[Path, Path]) -> list[Note]:
    """Notes of the videos that are left out because they are copies of others."""
    return [
        Note(OWN, str(copy), f"is a copy of {original}; if it is a recording, give it another name")
        for copy, original in sorted(copies.items())
    ]


def of_originals(file: TierFile, copies: Mapping[Path, Path]) -> TierFile:
    """The file as if it annotated the video itself where it annotates a copy."""
    by_name = {folded(copy.stem): original for copy, original in copies.items() if copy.stem != original.stem}
    original = by_name.get(folded(file.video))
    media = tuple(_of_original(medium, file.path.parent, copies, by_name) for medium in file.media)
    return replace(file, video=nfc(original.stem) if original else file.video, media=media)


def _of_original(medium: Media, folder: Path, copies: Mapping[Path, Path], by_name: Mapping[str, Path]) -> Media:
    path = linked(medium, folder)
    if path is None:
        original = by_name.get(folded(medium.stem))
    else:
        original = next((copies[copy] for copy in copies if copy.samefile(path)), None)
    return replace(medium, url=str(original.absolute()), relative_url="") if original else medium
