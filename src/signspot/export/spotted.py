"""All files that tell a person what was spotted in a video."""

from pathlib import Path

import pandas as pd

from signspot.export.elan import Run, write_elan
from signspot.export.subtitles import write_csv, write_srt, write_vtt


def write_spotted(
    video: str, spottings: pd.DataFrame, folder: Path, *, media: Path, run: Run, original: Path | None = None
) -> None:
    """Writes ``<video>.eaf``, ``.vtt``, ``.srt`` and ``.csv``, each whole or not at all.

    Args:
        video: its name.
        spottings: of this video, in any order: sign, start_ms, end_ms, score; there may be none.
        media: its file, which need not be there.
        run: what the tiers are called, and the glosses that a corrector can pick from.
        original: the annotator's .eaf of this video, to whose tiers those of the run are added.

    Raises:
        InputError: as ``write_elan``.
    """
    spottings = spottings.assign(video=video)
    write_elan(spottings, folder / f"{video}.eaf", media, run, original)
    write_vtt(spottings, folder / f"{video}.vtt")
    write_srt(spottings, folder / f"{video}.srt")
    write_csv(spottings, folder / f"{video}.csv")
