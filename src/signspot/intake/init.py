"""``signspot corpus init``: writes tables, a configuration and a summary from a folder of videos and annotations."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.corpus.names import check_no_braces, pasted
from signspot.corpus.sentences import read_sentences, write_sentences
from signspot.corpus.tables import write_tables
from signspot.errors import InputError
from signspot.files import finished
from signspot.intake.assemble import NewCorpus, assemble
from signspot.intake.conventions import PROFILES
from signspot.intake.gather import Findings, Request, gather
from signspot.intake.options import accepted_tiers, table_options, tier_profile
from signspot.intake.own import check_accepted
from signspot.intake.profiles import which_tiers
from signspot.intake.sentences import check_tier, sentence_table, sentences_text
from signspot.intake.signers import read_signers
from signspot.intake.starter import FEW, corpus_name, median_examples, write_config
from signspot.intake.summary import (
    as_table,
    few_text,
    glosses_text,
    notes_text,
    rates_text,
    section,
    signers_text,
    signs_text,
    splits_text,
)
from signspot.intake.vocabulary import Choice, read_glosses
from signspot.rows import for_spreadsheet, nfc


def run(arguments: argparse.Namespace) -> None:
    """Writes the tables, ``config.yaml``, ``counts.tsv`` and ``summary.txt``; prints the summary.

    If there are sentences, ``sentences.tsv`` is written too.

    Raises:
        InputError: an option or a path is wrong, tables exist already, or the folder holds no example of a sign.
    """
    place, out = arguments.folder, _out(arguments)
    listed = read_glosses(arguments.vocabulary) if arguments.vocabulary else None
    found = gather(_request(arguments, [] if listed is None else listed["sign"].tolist()))
    check_accepted(arguments.accept_tier, found.spotted)
    check_no_braces((f"video {video.name}", os.path.abspath(video.path)) for video in found.videos)
    try:
        corpus = assemble(found.videos, place, Choice(listed, arguments.min_count, found.controlled), arguments.seed)
    except InputError as error:
        sys.stdout.write("\n".join([_found(place, found), *notes_text(found.notes)]))
        if found.tier_counts and not found.tiers:
            raise InputError(f"{error} {which_tiers(found.tier_counts, arguments.call)}") from error
        raise
    sentences = _sentences(arguments, found)
    write_tables(corpus.tables, out)
    with finished(out / "counts.tsv") as part:
        counts = corpus.counts.assign(sign=corpus.counts["sign"].map(for_spreadsheet))
        counts.to_csv(part, sep="\t", index=False, lineterminator="\n")
    _write_sentences(sentences, out)
    name = corpus_name(arguments.name or place.resolve().stem)
    config = write_config(corpus.tables, out, name, arguments.fps, arguments.seed)
    text = _summary(place, found, corpus, sentences, arguments.fps)
    with finished(out / "summary.txt") as part:
        part.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{text}\n{_next_steps(config, found, sentences)}")


def _out(arguments: argparse.Namespace) -> Path:
    place = arguments.folder
    out = arguments.out or (place if place.is_dir() else place.parent) / "signspot"
    check_no_braces([("--out", os.path.abspath(out))])
    if (out / "videos.tsv").exists() and not arguments.overwrite:
        raise InputError(f"{out / 'videos.tsv'}: is there already. Name another folder by --out, or --overwrite it.")
    return out


def _request(arguments: argparse.Namespace, glosses: list[str]) -> Request:
    if not 1 <= arguments.fps <= 240:
        raise InputError(f"--fps {arguments.fps:g}: expected a frame rate of 1 to 240.")
    if arguments.overlap is not None and not 0 < arguments.overlap <= 1:
        raise InputError(f"--overlap {arguments.overlap:g}: expected more than 0, up to 1.")
    profile = PROFILES.get(arguments.profile)
    if arguments.tier:
        profile = tier_profile(arguments.tier)
    tables = table_options(arguments)
    if arguments.sign_column:
        tables = replace(tables, columns={**tables.columns, "sign": nfc(arguments.sign_column)})
    return Request(
        folder=arguments.folder,
        media=arguments.media,
        profile=profile,
        changes=_changes(arguments),
        accept=accepted_tiers(arguments),
        participant=arguments.participant,
        tables=tables,
        glosses=glosses,
        signers=read_signers(arguments.signers, arguments.signer_pattern),
        fps=arguments.fps,
        skip_missing=arguments.skip_missing,
        call=arguments.call,
    )


def _changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """The fields of the profile that options replace."""
    prefixes = arguments.prefix_drop and tuple(arguments.prefix_drop)
    tier = arguments.sentences and not _is_table(arguments.sentences) and {"": (nfc(arguments.sentences),)}
    given = {"prefixes": prefixes, "stars": arguments.stars, "overlap": arguments.overlap, "sentences": tier or None}
    return {key: value for key, value in given.items() if value is not None}


def _is_table(sentences: str) -> bool:
    """Whether the option names a table of sentences, and no tier."""
    return sentences.endswith(".tsv")


def _sentences(arguments: argparse.Namespace, found: Findings) -> pd.DataFrame:
    """The table of sentences, perhaps without a row.

    Raises:
        InputError: the table or the tier that the user names is wrong, or has no sentence.
    """
    if _is_table(arguments.sentences):
        ends = {video.name: video.info.duration_ms for video in found.videos if video.info}
        return read_sentences(Path(arguments.sentences), [video.name for video in found.videos], ends)
    table = sentence_table(found.videos)
    check_tier(nfc(arguments.sentences), found.tier_counts, table)
    return table


def _write_sentences(table: pd.DataFrame, out: Path) -> None:
    path = out / "sentences.tsv"
    if len(table):
        write_sentences(table, path)
    else:
        path.unlink(missing_ok=True)


def _summary(place: Path, found: Findings, corpus: NewCorpus, sentences: pd.DataFrame, fps: float) -> str:
    infos = {video.name: video.info for video in found.videos}
    median = median_examples(corpus.tables)
    return "\n".join(
        [
            _found(place, found),
            rates_text(infos.values(), fps),
            glosses_text(corpus.counts),
            signs_text(corpus.tables, fps),
            signers_text(corpus.tables, infos),
            splits_text(corpus.tables, infos),
            *([sentences_text(sentences)] if len(sentences) else []),
            *([few_text(median)] if median <= FEW else []),
            *notes_text([*corpus.notes, *found.notes]),
        ]
    )


def _found(place: Path, found: Findings) -> str:
    used = found.videos
    rows = [
        *found.read.items(),
        ("videos of the corpus", len(used)),
        ("… with annotations", sum(bool(video.signs) for video in used)),
        ("… whose file is not there", sum(video.info is None for video in used)),
    ]
    lines = [as_table(["", "number"], rows)]
    if found.tiers:
        lines.append(f"Glosses: profile {found.profile.name}, tiers {', '.join(found.tiers)}")
    if found.pattern:
        lines.append(f"Signers: from the names of the files, by {found.pattern}")
    return section(f"Found in {place}", "\n".join(lines))


def _next_steps(config: Path, found: Findings, sentences: pd.DataFrame) -> str:
    missing = sum(video.info is None for video in found.videos)
    return (
        f"Written to {config.parent}: videos.tsv, annotations.tsv, vocabulary.tsv, "
        f"{'sentences.tsv, ' if len(sentences) else ''}counts.tsv (all glosses), "
        "config.yaml, and this text as summary.txt.\n"
        + (f"{missing} videos must be brought where they are expected first, or --skip-missing.\n" if missing else "")
        + f"Look through them, then: signspot run --cores N --configfile {pasted(config)}\n"
    )
