"""Reads a folder of videos and annotations; notes all that is left out, changed or missing."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from signspot.corpus.names import shown, unwritable
from signspot.errors import InputError
from signspot.export.elan import SPOTTED
from signspot.intake.conventions import PLAIN, PROFILES, Profile
from signspot.intake.folder import Match, Matching, by_stem, identifiers, match_videos, walk
from signspot.intake.foreign import FOREIGN
from signspot.intake.formats import (
    SUFFIXES,
    WITHOUT_TIERS,
    OtherFormat,
    OwnProduct,
    Reading,
    TableOptions,
    TierFile,
    TierRow,
    read_tiers,
)
from signspot.intake.notes import (
    CUT,
    DROPPED,
    FILES,
    KINDS,
    LINKS,
    NO_MEDIA,
    OVERLAPS,
    OWN,
    PAIRED,
    PICTURES,
    READ,
    RENAMED,
    UNANNOTATED,
    UNREAD,
    VIDEOS,
    Note,
)
from signspot.intake.own import (
    copies_beside,
    names_spottings,
    notes_of_copies,
    of_originals,
    review_copies,
    spotted_tiers,
    told_by_folder,
    without_own_folders,
    without_spottings,
)
from signspot.intake.placing import REASONS, Placement, place
from signspot.intake.profiles import GlossAnnotation, find_profile
from signspot.intake.sentences import Subtitles, about_sentences, about_videos, kept_of
from signspot.intake.signers import Signers, usual_pattern
from signspot.intake.sources import VideoAnnotations, Wanted, from_tiers
from signspot.rows import nfc
from signspot.video.decode import VIDEO_SUFFIXES, VideoInfo, probe


@dataclass(frozen=True)
class Request:
    """What to gather, and how.

    Args:
        folder: a folder with annotations and videos, or a single file: a video, or annotations of videos beside it.
        media: another folder with videos; None if all videos are in ``folder``.
        profile: the convention of the tiers; None to find the convention by the tiers of the files.
        changes: fields of the profile to replace.
        accept: names and patterns of tiers of spottings that hold annotations, because a person says so.
        participant: the signer whose glosses to take from files with several signers; "" if none is named.
        tables: how tables are read.
        glosses: gloss by class id, for files of the challenge.
        signers: how to tell who signs in a video.
        fps: frame rate of the corpus.
        skip_missing: whether to leave out videos whose file is missing, and their annotations.
        call: the words of the call of the user, for messages that tell how to repeat it.
    """

    folder: Path
    media: Path | None = None
    profile: Profile | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    accept: Sequence[str] = ()
    participant: str = ""
    tables: TableOptions = field(default_factory=TableOptions)
    glosses: Sequence[str] = ()
    signers: Signers = field(default_factory=Signers)
    fps: float = 25.0
    skip_missing: bool = False
    call: Sequence[str] = ()


@dataclass(frozen=True)
class CorpusVideo:
    """A video of the corpus and its annotations.

    Args:
        name: its name in the tables.
        path: its file.
        info: what the file holds; None if the file is missing.
        source: the file of its annotations; None if no file annotates the video.
        signs: its annotations in ms of the video, by start. Annotations that are left out bear the reason.
        signer: who signs; "" if unknown.
        handedness: the dominant hand of the signer, left or right; "" if unknown.
        sentences: what is said in a written language, in ms of the video, by start.
    """

    name: str
    path: Path
    info: VideoInfo | None
    source: Path | None
    signs: list[GlossAnnotation]
    signer: str
    handedness: str
    sentences: list[TierRow]

    @property
    def used(self) -> list[GlossAnnotation]:
        """The annotations that are examples of signs."""
        return [sign for sign in self.signs if not sign.left_out]


@dataclass
class Findings:
    """What a folder holds.

    Args:
        profile: the convention by which the tiers were read.
        tiers: the tiers of glosses, in the files that have tiers.
        tier_counts: number of annotations by tier, of each file that has tiers.
        videos: the videos of the corpus.
        notes: what was left out, changed or missing.
        namesakes: videos that are left out because others have their name; no file annotates them.
        read: number of files by kind.
        pattern: the pattern that told the signers by the names of the files; "" if none did.
        controlled: the values of the controlled vocabularies of all files.
        spotted: the tiers of spottings of all files.
    """

    profile: Profile
    tiers: Sequence[str] = ()
    tier_counts: Sequence[Mapping[str, int]] = ()
    videos: list[CorpusVideo] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    namesakes: list[Path] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    pattern: str = ""
    controlled: frozenset[str] = frozenset()
    spotted: frozenset[str] = frozenset()


def gather(request: Request) -> Findings:
    """Reads all annotations of a folder, matches them with the videos, and moves them to the time of the videos.

    Broken, ambiguous and missing files are left out and noted, and so is what signspot wrote, see
    :mod:`signspot.intake.own`.

    Raises:
        InputError: the folder is missing, or the tiers of the files fit no profile.
    """
    if not request.folder.exists():
        raise InputError(f"{request.folder}: there is no such folder. Check the path.")
    notes: list[Note] = []
    files = list(_files(request.folder, notes))
    elsewhere = list(_files(request.media, notes)) if request.media else []
    videos = {path for path in [*files, *elsewhere] if path.suffix.lower() in VIDEO_SUFFIXES}
    beside = _beside(request.folder) - videos
    reading = Reading(request.tables, request.glosses, by_stem(videos | beside), request.call)
    everything = list(_read(files, reading, _wanted(request), notes))
    all_read, subtitles = ([file for file in everything if file.only_sentences is only] for only in (False, True))
    read = without_spottings(all_read, _accepted(request), notes)
    copies = review_copies(videos | beside)
    copies |= copies_beside(all_read, (videos | beside) - copies.keys())
    notes += notes_of_copies({copy: original for copy, original in copies.items() if copy in videos})
    videos, beside = videos - copies.keys(), beside - copies.keys()
    tier_counts = [file.counts for file in read if not file.only_glosses]
    profile = _profile(request, tier_counts)
    read = [of_originals(file, copies) for file in read]
    annotated = list(_annotated(request, profile, read, videos | beside, notes))
    matching = match_videos(annotated, sorted(videos | beside), request.media)
    matching.matches = [match for match in matching.matches if match.annotations or match.path not in beside]
    matching.namesakes = [(path, why) for path, why in matching.namesakes if path not in beside]
    notes += [
        Note(FILES, str(path), why if n == 1 else f"{why} ({n} videos)")
        for (path, why), n in Counter(matching.left_out + matching.namesakes).items()
    ]
    notes += [Note(LINKS, str(path), why) for path, why in matching.ignored_links]
    notes += told_by_folder(matching.copies)
    result = Findings(profile, notes=notes, read=_counts(annotated, videos), tier_counts=tier_counts)
    tiered = [file for file in read if not file.only_glosses]
    tiers = (tier for file in tiered for tier in profile.within(file.annotations, file.types).tiers)
    result.tiers = list(dict.fromkeys(tiers))
    result.spotted = spotted_tiers(all_read)
    result.controlled = frozenset().union(*(file.controlled for file in read))
    unread = _unread(notes)
    result.namesakes = [path for path, _ in matching.namesakes if nfc(path.stem).casefold() not in unread]
    signers = request.signers
    if not signers.rows and not signers.pattern and not any(each.of_one for each in annotated):
        signers = replace(signers, pattern=usual_pattern([match.stem for match in matching.matches]))
    result.pattern = signers.pattern
    spoken = Subtitles(subtitles)
    result.videos = list(_videos(replace(request, signers=signers), matching, unread, spoken, notes))
    notes += about_videos(result.videos, spoken)
    notes.sort(key=lambda note: KINDS.index(note.kind))
    return result


def _files(place: Path, notes: list[Note]) -> Iterator[Path]:
    """The files of a folder, without files whose names tables cannot hold, and without results and models."""
    for path in without_own_folders(place, walk(place), notes):
        if path.suffix.lower() in VIDEO_SUFFIXES | set(SUFFIXES) and (fault := unwritable(path)):
            notes.append(Note(FILES, shown(path), fault))
        else:
            yield path


def _beside(file: Path) -> set[Path]:
    """The videos in the folder of a file of annotations, which does not link them perhaps; none of a folder."""
    if not file.is_file() or file.suffix.lower() not in SUFFIXES:
        return set()
    return {path for path in file.parent.iterdir() if path.suffix.lower() in VIDEO_SUFFIXES and path.name[0] != "."}


def _counts(annotated: Sequence[VideoAnnotations], videos: set[Path]) -> dict[str, int]:
    sources = dict.fromkeys(each.source for each in annotated)
    counts = {suffix: sum(path.suffix.lower() == suffix for path in sources) for suffix in SUFFIXES}
    return {"videos": len(videos)} | {f"{suffix} files with annotations": n for suffix, n in counts.items() if n}


def _wanted(request: Request) -> list[Profile]:
    """The profiles whose tiers are needed, those of spottings and sentences included."""
    profiles = [request.profile] if request.profile else list(PROFILES.values())
    spoken = [replace(profile, **request.changes).sentences for profile in profiles]
    names = (name for sentences in spoken for of_signer in sentences.values() for name in of_signer)
    return [Profile("", {"": (f"{SPOTTED}*", *names)}), *profiles]


def _accepted(request: Request) -> list[str]:
    """Which spottings count as annotations: those that the user names, and a table or subtitles named themselves."""
    named = filter(names_spottings, request.profile.tiers if request.profile else ())
    return [*request.accept, *named, *(WITHOUT_TIERS if request.folder.is_file() else ())]


def _profile(request: Request, counts: Sequence[Mapping[str, int]]) -> Profile:
    """The convention of the files, of which these are the tiers, together with the spottings that are accepted.

    Raises:
        InputError: the tiers fit no profile.
    """
    own = [{tier: n for tier, n in file.items() if not names_spottings(tier)} for file in counts]
    own = list(filter(None, own))
    try:
        profile = request.profile or (find_profile(own, request.call) if own else PLAIN)
    except InputError:
        if not request.accept:
            raise
        profile = PLAIN
    spotted = [*request.accept, *(tier for tier in WITHOUT_TIERS if any(tier in file for file in counts))]
    if spotted:
        profile = replace(profile, signers={**profile.signers, "": (*spotted, *profile.signers.get("", ()))})
    return replace(profile, **request.changes)


def _read(
    paths: Sequence[Path], reading: Reading, profiles: Iterable[Profile], notes: list[Note]
) -> Iterator[TierFile]:
    """What the files of annotations hold; notes tell of all that may hold annotations and was not read."""
    for path in tqdm(paths, "reading annotations", unit="file", disable=None, leave=False):
        suffix = path.suffix.lower()
        if suffix in FOREIGN:
            notes.append(Note(UNREAD, str(path), FOREIGN[suffix]))
        if suffix not in SUFFIXES:
            continue
        try:
            found = read_tiers(path, reading)
        except OwnProduct as error:
            notes.append(Note(OWN, str(path), _about(path, error)))
            continue
        except OtherFormat as error:
            notes.append(Note(UNREAD, str(path), _about(path, error)))
            continue
        except (InputError, OSError) as error:
            notes.append(Note(FILES, str(path), _about(path, error)))
            continue
        notes += [Note(READ, str(path), remark) for remark in dict.fromkeys(r for each in found for r in each.remarks)]
        yield from (_without_others(file, profiles) for file in found)


def _without_others(file: TierFile, profiles: Iterable[Profile]) -> TierFile:
    """The file without the annotations of tiers that no profile means; a corpus of many tiers would fill the memory."""
    if file.only_glosses or file.only_sentences or len(file.annotations) == 1:
        return file
    return file.only({t for profile in profiles for t in profile.within(file.annotations, file.types).tiers})


def _about(path: Path, error: Exception) -> str:
    return str(error).removeprefix(f"{path}: ")


def _annotated(
    request: Request, profile: Profile, files: Sequence[TierFile], videos: Collection[Path], notes: list[Note]
) -> Iterator[VideoAnnotations]:
    """The glosses of each file: of its tiers by the profile that was found, of other files by that of the user."""
    told = request.signers.participant
    plain = replace(request.profile or PLAIN, **request.changes)
    for file in sorted(files, key=lambda file: file.only_glosses):
        if fault := unwritable(file.video):
            notes.append(Note(FILES, f"{file.path}, video {shown(file.video)}", fault))
            continue
        try:
            wanted = Wanted(told(file.video) or request.participant, told, videos)
            found = from_tiers(file, plain if file.only_glosses else profile, wanted)
        except InputError as error:
            notes.append(Note(FILES, str(file.path), _about(file.path, error)))
            continue
        notes += [
            Note(PAIRED, str(file.path), remark) for remark in dict.fromkeys(each.remark for each in found) if remark
        ]
        yield from found


def _unread(notes: Sequence[Note]) -> set[str]:
    """The folded names of the files of annotations that are left out."""
    files = [Path(note.where) for note in notes if note.kind == FILES]
    return {nfc(file.stem).casefold() for file in files if file.suffix.lower() in SUFFIXES}


def _videos(
    request: Request, matching: Matching, unread: set[str], subtitles: Subtitles, notes: list[Note]
) -> Iterator[CorpusVideo]:
    """The videos that can be used. Videos whose annotations could not be read are left out: they are annotated."""
    missing = [match for match in matching.matches if request.skip_missing and not match.found]
    notes += [
        Note(VIDEOS, str(match.path), f"is not there; {match.annotations.source} is not used") for match in missing
    ]
    wanted = [match for match in matching.matches if match.found or not request.skip_missing]
    probed = list(_probed(wanted, unread, notes))
    names = identifiers([match.path for match, _ in probed])
    for name, (match, info) in zip(names, probed, strict=True):
        annotations = match.annotations
        hand = request.signers.handedness(match.stem, *([annotations.video] if annotations else []))
        placements = place(annotations.signs(hand), match.medium, info, request.fps) if annotations else []
        sentences = subtitles.sentences(match, info, request.fps)
        notes += [*_about_video(name, match), *_about_signs(name, match, placements), *about_sentences(name, sentences)]
        notes += [Note(PICTURES, str(match.path), info.warning)] if info and info.warning else []
        yield CorpusVideo(
            name,
            match.path,
            info,
            annotations.source if annotations else None,
            [placement.sign for placement in placements],
            request.signers.signer(match.stem, annotations.signer if annotations else ""),
            hand,
            kept_of(sentences),
        )


def _probed(matches: Sequence[Match], unread: set[str], notes: list[Note]) -> Iterator[tuple[Match, VideoInfo | None]]:
    for match in tqdm(matches, "looking at videos", unit="video", disable=None, leave=False):
        if match.annotations is None and match.stem.casefold() in unread:
            notes.append(Note(VIDEOS, str(match.path), "its annotations could not be read"))
            continue
        try:
            yield match, probe(match.path) if match.found else None
        except InputError as error:
            notes.append(Note(VIDEOS, str(match.path), str(error).removeprefix(f"{match.path}: ")))


def _about_video(name: str, match: Match) -> Iterator[Note]:
    if name != match.stem:
        yield Note(RENAMED, str(match.path), name)
    if match.annotations is None:
        yield Note(UNANNOTATED, str(match.path))
    elif not any(match.annotations.tiers.values()):
        yield Note(UNANNOTATED, str(match.path), f"{match.annotations.source} has none in its tiers of glosses")
    elif not match.found:
        yield Note(NO_MEDIA, name, f"expected {match.path}")


def _about_signs(name: str, match: Match, placements: Sequence[Placement]) -> Iterator[Note]:
    """Notes about the times of the annotations of a video: left out, cut, overlapping."""
    for sign, cut in placements:
        where = f"{name}: {sign.gloss} from {sign.start_ms} to {sign.end_ms} ms"
        if sign.left_out in REASONS:
            yield Note(DROPPED, where, f"{sign.left_out} ({match.annotations.source.name})")
        elif cut:
            yield Note(CUT, where, cut)
    before = None
    for sign in (sign for sign, _ in placements if not sign.left_out):
        if before and sign.start_ms < before.end_ms:
            shared = min(before.end_ms, sign.end_ms) - sign.start_ms
            yield Note(OVERLAPS, name, f"{before.gloss} and {sign.gloss} for {shared} ms at {sign.start_ms} ms")
        before = max(before or sign, sign, key=lambda sign: sign.end_ms)
