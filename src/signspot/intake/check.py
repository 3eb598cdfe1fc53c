"""``signspot corpus check``: tells whether the workflow can run on the tables and videos of a corpus."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from signspot.corpus.regions import chosen_regions, region_of
from signspot.corpus.sentences import read_sentences
from signspot.corpus.splits import signs_without_example
from signspot.corpus.tables import SPLITS, Tables, read_tables
from signspot.errors import InputError
from signspot.intake.notes import PICTURES, Note
from signspot.intake.sentences import sentences_text
from signspot.intake.summary import notes_text, rates_text, signers_text, signs_text, splits_text
from signspot.plan.check import check_media_paths
from signspot.plan.config_files import read_config
from signspot.timebase import Timebase
from signspot.video.decode import VideoInfo, probe
from signspot.video.limits import Limits

MEDIA = "Videos that cannot be used"
BEYOND = "Annotations beyond the end of the video"
UNLEARNT = "Signs of the vocabulary that no training video shows; annotate one, move a video, or take them out"
SHARED = "Signers in several splits: the score does not tell how well unknown signers are understood"
ERRORS = (MEDIA, BEYOND, UNLEARNT)


@dataclass(frozen=True)
class TableFiles:
    """The files of the tables of a corpus, ``vocabulary`` None if missing, its frame rate and limits of its videos."""

    videos: Path
    annotations: Path
    vocabulary: Path | None
    fps: float = 25.0
    limits: Limits | None = None


def run(arguments: argparse.Namespace) -> None:
    """Prints what a corpus holds and what is wrong with it.

    Raises:
        InputError: a table is wrong, a video is missing or unreadable, an annotation lies beyond the end of its video,
            or a sign cannot be learnt.
    """
    files = find_tables(arguments.corpus)
    tables = read_tables(files.videos, files.annotations, files.vocabulary)
    check_media_paths(tables)
    infos, notes = _look(tables, files.limits)
    sentences = _sentences(files.videos.with_name("sentences.tsv"), infos)
    notes += [*_beyond(tables, infos, files.fps), *_unlearnt(tables), *_shared(tables)]
    sections = [
        rates_text(infos.values(), files.fps),
        signs_text(tables, files.fps),
        signers_text(tables, infos),
        splits_text(tables, infos),
        *sentences,
        *notes_text(notes),
    ]
    sys.stdout.write("\n".join(sections))
    wrong = [note for note in notes if note.kind in ERRORS]
    if wrong:
        raise InputError(
            f"{files.videos.parent}: {len(wrong)} things are wrong, listed above. Correct them and check again."
        )


def find_tables(corpus: Path) -> TableFiles:
    """The files of the tables that a configuration names, or that lie in a folder.

    Raises:
        InputError: the file or folder is missing, or its corpus does not come from tables.
    """
    config = corpus / "config.yaml" if corpus.is_dir() else corpus
    if corpus.is_dir():
        told = (_rate(config), Limits.of(read_config(config))) if config.is_file() else ()
        vocabulary = corpus / "vocabulary.tsv"
        files = corpus / "videos.tsv", corpus / "annotations.tsv", vocabulary if vocabulary.is_file() else None
        return TableFiles(*files, *told)
    read = read_config(config)
    tables = read.get("corpus", {}).get("tables")
    if not isinstance(tables, dict) or not {"videos", "annotations"} <= set(tables):
        raise InputError(f"{config}: names no corpus.tables with videos and annotations. Name a folder of tables.")
    paths = {key: Path(str(path)) for key, path in tables.items()}
    return TableFiles(paths["videos"], paths["annotations"], paths.get("vocabulary"), _rate(config), Limits.of(read))


def _sentences(path: Path, infos: Mapping[str, VideoInfo | None]) -> list[str]:
    """What the table of sentences holds; nothing without such a table."""
    ends = {video: info.duration_ms for video, info in infos.items() if info}
    return [sentences_text(read_sentences(path, infos, ends))] if path.exists() else []


def _rate(config: Path) -> float:
    fps = read_config(config).get("corpus", {}).get("fps", 25.0)
    if not isinstance(fps, int | float) or not 1 <= fps <= 240:
        raise InputError(f"{config}: corpus.fps is {fps!r}, expected a number from 1 to 240.")
    return float(fps)


def _look(tables: Tables, limits: Limits | None) -> tuple[dict[str, VideoInfo | None], list[Note]]:
    """What the file of each video holds, by video; None for a file that cannot be used."""
    infos: dict[str, VideoInfo | None] = {}
    notes, regions = [], chosen_regions(tables.videos)
    videos = list(zip(tables.videos["video"], tables.videos["path"], strict=True))
    for video, path in tqdm(videos, "looking at videos", unit="video", disable=None, leave=False):
        try:
            infos[video] = info = probe(path, limits)
            region_of(regions[video], info.width, info.height)
            notes += [Note(PICTURES, video, info.warning)] if info.warning else []
        except InputError as error:
            infos[video] = None
            notes.append(Note(MEDIA, video, str(error)))
    return infos, notes


def _beyond(tables: Tables, infos: Mapping[str, VideoInfo | None], fps: float) -> Iterator[Note]:
    """A note for each annotation beyond the end of its video, at which the workflow would stop."""
    timebase = Timebase(fps)
    rows = tables.annotations[["video", "sign", "start_ms", "end_ms"]]
    for video, sign, start, end in rows.itertuples(index=False, name=None):
        info = infos[video]
        if info is None:
            continue
        frames = timebase.frame_at(info.duration_ms)
        if start >= timebase.ms_at(frames) or end >= timebase.ms_at(frames + 1):
            yield Note(BEYOND, video, f"{sign} from {start} to {end} ms, but the video has {info.duration_ms} ms")


def _unlearnt(tables: Tables) -> list[Note]:
    train = tables.of(["train"])
    return [Note(UNLEARNT, sign) for sign in signs_without_example(tables, train)] if train else []


def _shared(tables: Tables) -> Iterator[Note]:
    known = tables.videos[(tables.videos["signer"] != "") & (tables.videos["split"] != "predict")]
    for signer, splits in known.groupby("signer")["split"]:
        if splits.nunique() > 1:
            yield Note(SHARED, signer, ", ".join(split for split in SPLITS if split in set(splits)))
