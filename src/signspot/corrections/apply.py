"""``signspot corrections apply``: files of corrections become ELAN documents, and truth for the next training."""

import argparse
import logging
import sys
from pathlib import Path

from signspot.corpus.tables import Tables, check, write_tables
from signspot.corrections.file import STATES, Corrections, read_corrections
from signspot.corrections.truth import (
    check_videos,
    corrected_tables,
    corrections_table,
    read_corpus,
    write_documents,
)
from signspot.errors import InputError
from signspot.files import finished, finished_folder
from signspot.intake.summary import as_table, section

log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> None:
    """Writes ``elan``, ``corrections.tsv`` and, if any video is annotated, the three tables of the corpus.

    Raises:
        InputError: a file of corrections or a table is wrong, a corrected video is unknown, nothing is corrected, or
            the folder to write has content.
    """
    out = arguments.out
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise InputError(f"--out {out}: is there, and may hold what was corrected in ELAN. Name a new folder.")
    corrections = read_corrections(arguments.files)
    if not corrections:
        raise InputError(f"{arguments.files[0]}: corrects no video. Decide about a spotting on the review page first.")
    tables = read_corpus(arguments.videos)
    check_videos(corrections, tables)
    truth = corrected_tables(corrections, tables)
    if len(truth.annotations):
        for warning in check(truth):
            log.warning("%s", warning)
    with finished_folder(out) as folder:
        write_documents(corrections, tables, folder / "elan")
        with finished(folder / "corrections.tsv") as part:
            corrections_table(corrections).to_csv(part, sep="\t", index=False, lineterminator="\n", encoding="utf-8")
        if len(truth.annotations):
            write_tables(truth, folder)
    sys.stdout.write(summary(corrections, truth, out))


def summary(corrections: Corrections, truth: Tables, out: Path) -> str:
    """What was corrected, what is left, and what the tables are good for."""
    rows = [(video, *map(each.count, STATES), each.left) for video, each in corrections.items()]
    texts = [section("Corrections", as_table(["video", *STATES, "left"], rows))]
    left = [video for video, each in corrections.items() if each.left]
    if left:
        told = "something is left to decide, so their corrections are not learnt yet; go on on the review page"
        texts.append(section(f"Videos that are not finished: {len(left)}", f"{', '.join(left)}: {told}"))
    written = [f"{out / 'elan'}: the tiers signspot:…:corrected", f"{out / 'corrections.tsv'}: every decision"]
    if len(truth.annotations):
        written.append(f"{out}: videos.tsv, annotations.tsv and vocabulary.tsv, the truth for the next training")
    return "\n".join([*texts, *written, ""])
