"""``signspot corpus split``: shares videos out for training and testing, so that no signer is in both."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from signspot.corpus.names import pasted
from signspot.corpus.sharing import Group, checked_shares, fold, groups_of, share_out, with_splits
from signspot.corpus.splits import signs_without_example
from signspot.corpus.tables import Tables, read_tables
from signspot.errors import InputError
from signspot.files import finished
from signspot.intake.notes import Note
from signspot.intake.starter import write_folds
from signspot.intake.summary import notes_text, splits_text
from signspot.plan.config_files import read_config
from signspot.rows import read_rows

log = logging.getLogger(__name__)

UNLEARNT = "Signs that no training video shows; annotate one, or take them out of the vocabulary"


def run(arguments: argparse.Namespace) -> None:
    """Rewrites the column split of the table of videos, or writes runs of folds as a configuration file.

    Videos of the split predict keep their split.

    Raises:
        InputError: a table or an option is wrong, or the corpus has fewer signers than splits.
    """
    videos = arguments.videos
    vocabulary = videos.with_name("vocabulary.tsv")
    tables = read_tables(videos, videos.with_name("annotations.tsv"), vocabulary if vocabulary.is_file() else None)
    groups = groups_of(tables, arguments.by, arguments.balance)
    if arguments.by == "signer" and (tables.videos["signer"] == "").any():
        log.warning("%s: not all signers are known; a video without one counts as a signer of its own.", videos)
    if arguments.folds is not None:
        _write_folds(tables, groups, arguments)
        return
    shares = _shares(arguments.shares)
    parts = share_out(groups, list(shares.values()), arguments.seed)
    _write(with_splits(tables, groups, [list(shares)[part] for part in parts]), videos, videos)


def _shares(text: str) -> dict[str, float]:
    """Share by split, the split train first."""
    try:
        shares = {split.strip(): float(share) for split, share in (part.split("=") for part in text.split(","))}
    except ValueError as error:
        raise InputError(f"--shares {text}: expected names and numbers, as train=70,val=15,test=15.") from error
    return checked_shares(shares, f"--shares {text}")


def _write_folds(tables: Tables, groups: Sequence[Group], arguments: argparse.Namespace) -> None:
    """Writes ``folds.yaml`` beside the tables, and prints what each fold tests."""
    videos, count = arguments.videos, arguments.folds
    if count < 2:
        raise InputError(f"--folds {count}: expected 2 or more.")
    config = videos.with_name("config.yaml")
    seed = read_config(config).get("seed", arguments.seed) if config.is_file() else arguments.seed
    parts = fold(groups, count, seed)
    for number in range(count):
        tested = [group.name for group, part in zip(groups, parts, strict=True) if part == number]
        sys.stdout.write(f"fold{number + 1} tests {', '.join(tested)}\n")
        trained = [video for group, part in zip(groups, parts, strict=True) if part != number for video in group.videos]
        notes = [Note(UNLEARNT, sign) for sign in signs_without_example(tables, trained)]
        sys.stdout.write("\n".join([*notes_text(notes), ""]))
    change = write_folds(videos.with_name("folds.yaml"), count, arguments.by)
    sys.stdout.write(f"Run them: signspot run --cores N --configfile {pasted(config)} {pasted(change)}\n")


def _write(tables: Tables, old: Path, new: Path) -> None:
    """Writes the table ``old`` with the splits of ``tables`` as ``new``, and prints what the splits hold."""
    rows = read_rows(old).assign(split=tables.videos["split"])
    with finished(new) as part:
        rows.to_csv(part, sep="\t", index=False, lineterminator="\n")
    notes = [Note(UNLEARNT, sign) for sign in signs_without_example(tables, tables.of(["train"]))]
    sys.stdout.write("\n".join([f"{new}\n", splits_text(tables, {}), *notes_text(notes)]))
