"""``signspot export-model``: what a finished run needs to spot, or to name single signs, in one folder."""

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from signspot import __version__
from signspot.corpus.names import wrong_names
from signspot.errors import InputError
from signspot.files import read_object, replaced_folder, sha256, write_json
from signspot.model.card import write_card
from signspot.model.folder import (
    CARD,
    EXPERTS_FOLDER,
    FORMAT,
    MODEL,
    PARTS,
    SPOTTERS_FOLDER,
    VOCABULARY,
    checked_files,
    read_model,
)
from signspot.model.prepare import needs_flow, settings_of
from signspot.model.recogniser_contents import take_recogniser
from signspot.model.spotter_contents import take_spotter
from signspot.rows import read_rows, refuse, require
from signspot.stores import CorpusFiles, RunFiles
from signspot.training.store import CONFIG, WEIGHTS, read_config

PROVENANCE = ("corpus", "run", "seed", "train", "validation", "test", "shared_signers")
"""What is kept of what a run tells about itself."""
AGAIN = "Call snakemake again, which makes it anew."


def run(arguments: argparse.Namespace) -> None:
    """Writes the model and tells where it lies.

    Raises:
        InputError: as :func:`export_model`.
    """
    export_model(arguments.run, arguments.out, arguments.spotter, arguments.recogniser)
    size = sum(path.stat().st_size for path in arguments.out.rglob("*") if path.is_file())
    sys.stdout.write(f"{arguments.out}: {size / 1e6:.0f} MB. {CARD} tells which signs it knows and how well.\n")


def export_model(run: Path, out: Path, spotter: str | None = None, recogniser: str | None = None) -> None:
    """Writes the model of a spotter, or of a recogniser, and of all that it needs. The same run gives the same bytes.

    It holds no name of a video or of a person.

    Args:
        run: folder of the run, in the results of its corpus, whose stores tell how videos are prepared.
        out: a new folder, or one that holds a model, which is replaced.
        spotter: of the run.
        recogniser: of the run, or one of its sums of recognisers. Without either, it is the spotter whose spottings are
            those of the run, or else its first sum, or else its first recogniser.

    Raises:
        InputError: the run is not finished, its files do not belong together, or ``out`` holds something else.
    """
    check_model_folder(out)
    if not any(path.exists() for path in (RunFiles(run).provenance, run / "spotters")):
        raise InputError(
            f"{run}: is no run with a spotter or a recogniser. Expected a folder results/<corpus>/runs/<run>."
        )
    told = read_object(RunFiles(run).provenance, [*PROVENANCE, "spotter", "spotters", "experts"])
    recognises = recogniser or (spotter is None and told["spotter"] is None)
    taken = take_recogniser(run, recogniser) if recognises else take_spotter(run, spotter)
    contents, config = taken.contents, read_config(taken.network, ("vocabulary", "versions"))
    with replaced_folder(out) as part:
        for key, folder in contents.spotter_folders.items():
            copy_network(folder, part / SPOTTERS_FOLDER / key)
        for key, folder in contents.expert_folders.items():
            copy_network(folder, part / EXPERTS_FOLDER / key)
        corpus = CorpusFiles(run.parents[1])
        _write_vocabulary(corpus.table("vocabulary"), config["vocabulary"], part / VOCABULARY)
        origin = {key: told[key] for key in PROVENANCE} | taken.stream
        content = {
            "format": FORMAT,
            "signspot": __version__,
            "stores": _store_settings(corpus, told, needs_flow(contents.all_modalities)),
            **taken.task,
            "experts": contents.modalities,
            "provenance": origin | {"versions": config["versions"]},
            "scores": taken.scores,
        }
        seal(part, content, config["vocabulary"])


def seal(folder: Path, content: Mapping[str, Any], signs: Sequence[str]) -> None:
    """Writes model.json, which holds the digests of all files of a model, and the card; reads the model once.

    Args:
        folder: in which vocabulary, spotters and experts lie.
        content: of model.json, but for the digests.
        signs: of the vocabulary.

    Raises:
        InputError: the parts are no model.
    """
    names = checked_files(list(content.get("spotters", ())), list(content["experts"]))
    write_json(folder / MODEL, {**content, "files": {name: sha256(folder / name) for name in names}})
    write_card(content, signs, folder / CARD)
    read_model(folder)


def check_model_folder(out: Path) -> None:
    """Checks that a folder is not there, is empty, or holds a model and nothing else.

    Raises:
        InputError: it holds something else.
    """
    there = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if (out.exists() and not out.is_dir()) or (there and (MODEL not in there or not there <= PARTS)):
        raise InputError(f"{out}: is there already and is no model. Nothing was written; name another folder.")


def copy_network(source: Path, folder: Path) -> None:
    """Copies a fitted network, whose weights are compared with their digest.

    Raises:
        InputError: a file is missing or damaged.
    """
    folder.mkdir(parents=True)
    for name in (CONFIG, WEIGHTS):
        try:
            shutil.copyfile(source / name, folder / name)
        except FileNotFoundError as error:
            raise InputError(f"{source / name}: is missing. {AGAIN}") from error
    digest = read_config(folder, ())["weights_sha256"]
    if sha256(folder / WEIGHTS) != digest:
        raise InputError(
            f"{source / WEIGHTS}: is damaged, its sha256 is not the {digest} of {CONFIG} beside it. Delete it and call "
            "snakemake again, which makes it anew."
        )


def _write_vocabulary(source: Path, signs: Sequence[str], out: Path) -> None:
    """The corpus' own table, without notes, if it is still the one that the run was trained with."""
    table = _table(source, ["class_id", "sign"])
    if table["sign"].tolist() != list(signs):
        raise InputError(
            f"{source}: its signs are not those that the spotter was trained with. Delete it and call snakemake again, "
            "which makes it anew and trains with it."
        )
    columns = [name for name in ("class_id", "sign", "aliases") if name in table]
    table.to_csv(out, columns=columns, sep="\t", index=False, lineterminator="\n", encoding="utf-8")


def _store_settings(corpus: CorpusFiles, provenance: Mapping[str, Any], flow: bool) -> dict[str, float | int | None]:
    """How the stores of the run's videos were made."""
    splits = {split for role in ("train", "validation", "test") for split in provenance[role]["splits"]}
    path = corpus.table("videos")
    table = _table(path, ["video", "split"])
    refuse(wrong_names(table, path))
    videos = table.loc[table["split"].isin(splits), "video"]
    if videos.empty:
        raise InputError(
            f"{path}: has no video of the splits {', '.join(sorted(splits))}. Delete it and call snakemake again, "
            "which makes it anew."
        )
    return settings_of([corpus.stores_of(video) for video in videos], flow).portable


def _table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """A table of the corpus that has at least these columns."""
    if not path.is_file():
        raise InputError(f"{path}: is missing. {AGAIN}")
    table = read_rows(path)
    require(table, columns, path)
    return table
