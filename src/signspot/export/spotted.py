"""Writes all files that tell a person what was spotted in a video."""

import logging
from itertools import count
from pathlib import Path

import pandas as pd

from signspot.corpus.names import check_names
from signspot.export.elan import SpottingSource, write_elan
from signspot.export.subtitles import write_csv, write_srt, write_vtt
from signspot.files import finished, sha256

log = logging.getLogger(__name__)

WRITTEN = ".written"
"""Folder of checksums of written documents. A document with another checksum was corrected since."""


def write_spotted(
    video: str,
    spottings: pd.DataFrame,
    folder: Path,
    *,
    media: Path,
    source: SpottingSource,
    original: Path | None = None,
) -> None:
    """Writes ``<video>.eaf``, ``.vtt``, ``.srt`` and ``.csv``, each whole or not at all.

    An older ``<video>.eaf`` that somebody has corrected is not overwritten, but renamed to ``<video>.corrected1.eaf``
    and so on.

    Args:
        video: name of the video.
        spottings: spottings of this video, in any order: sign, start_ms, end_ms, score. The table may be empty.
        folder: the folder to write to.
        media: the file of the video, which need not exist.
        source: where the spottings come from: the name of the tiers, and the glosses from which a corrector can pick.
        original: the annotator's .eaf of this video, to which the tiers are added; None for a new document.

    Raises:
        InputError: as :func:`signspot.export.elan.write_elan`, or the name cannot be that of a file.
    """
    check_names([video], "the video")
    spottings = spottings.assign(video=video)
    document, checksum = folder / f"{video}.eaf", folder / WRITTEN / f"{video}.sha256"
    if original is None or original.resolve() != document.resolve():
        _keep_corrected(document, checksum)
    write_elan(spottings, document, media, source, original)
    with finished(checksum) as part:
        part.write_text(sha256(document))
    write_vtt(spottings, folder / f"{video}.vtt")
    write_srt(spottings, folder / f"{video}.srt")
    write_csv(spottings, folder / f"{video}.csv")


def _keep_corrected(document: Path, checksum: Path) -> None:
    if not document.exists() or (checksum.exists() and checksum.read_text() == sha256(document)):
        return
    names = (document.with_name(f"{document.stem}.corrected{number}.eaf") for number in count(1))
    kept = next(name for name in names if not name.exists())
    document.rename(kept)
    log.warning("%s: was changed since it was written; it is now %s.", document, kept.name)
