"""``signspot export-model``: what spotting with a finished run needs, in one folder."""

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from signspot import __version__
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.files import finished_folder, sha256, write_json
from signspot.model.card import write_card
from signspot.model.folder import (
    CARD,
    EXPERTS,
    FORMAT,
    MODEL,
    PARTS,
    SPOTTER,
    VOCABULARY,
    checked_files,
    read_model,
)
from signspot.model.prepare import needs_flow, settings_of
from signspot.report.inputs import read_object
from signspot.rows import read_rows, require
from signspot.stores import stores_of
from signspot.training.store import CONFIG, WEIGHTS, read_config

PROVENANCE = ("corpus", "run", "seed", "decoder", "train", "validation", "test", "shared_signers")
"""What a run tells about itself."""
SCORES = ("official", "strict", "per_sign", "confidence_interval", "videos")
"""What is kept of its scores as it is."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot export-model``."""
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a finished run: results/<corpus>/<run>")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the model; an older one is replaced")


def run(arguments: argparse.Namespace) -> None:
    """Writes the model and tells where it lies.

    Raises:
        InputError: as :func:`export_model`.
    """
    export_model(arguments.run, arguments.out)
    size = sum(path.stat().st_size for path in arguments.out.rglob("*") if path.is_file())
    sys.stdout.write(f"{arguments.out}: {size / 1e6:.0f} MB. {CARD} tells what it spots and how well.\n")


def export_model(run: Path, out: Path) -> None:
    """Writes the model of a run: networks, vocabulary, model.json and a card. The same run gives the same bytes.

    It holds no name of a video or of a person.

    Args:
        run: its folder, in the results of its corpus, whose stores tell how videos are prepared.
        out: a new folder, or one that holds a model, which is replaced.

    Raises:
        InputError: the run is not finished, its files do not belong together, or ``out`` holds something else.
    """
    _check_out(out)
    if not (run / SPOTTER).is_dir():
        raise InputError(f"{run}: is no run with a trained spotter. Expected a folder results/<corpus>/<run>.")
    provenance = read_object(run / "provenance.json", PROVENANCE)
    spotter = read_config(run / SPOTTER, ("experts", "vocabulary", "clip", "versions"))
    rounds = {expert["name"]: run / EXPERTS / expert["name"] / "round2" for expert in spotter["experts"]}
    configs = {name: _config_of_expert(run, folder) for name, folder in rounds.items()}
    _check_origin(run, spotter, configs)
    modalities = [config["modality"]["name"] for config in configs.values()]
    scores = run / "scores.json"
    with finished_folder(out) as part:
        _copy_network(run / SPOTTER, part / SPOTTER)
        for name, folder in rounds.items():
            _copy_network(folder, part / EXPERTS / name)
        _write_vocabulary(run.parent / "tables" / VOCABULARY, spotter["vocabulary"], part / VOCABULARY)
        content = {
            "format": FORMAT,
            "signspot": __version__,
            "stores": _store_settings(run, provenance, needs_flow(modalities)),
            "clip": spotter["clip"],
            "decoder": provenance["decoder"],
            "experts": [{"name": n, "modality": m} for n, m in zip(rounds, modalities, strict=True)],
            "provenance": provenance | {"versions": spotter["versions"]},
            "scores": _without_names(read_object(scores, [*SCORES, "per_signer"])) if scores.is_file() else None,
            "files": {name: sha256(part / name) for name in checked_files(list(rounds))},
        }
        write_json(part / MODEL, content)
        write_card(content, spotter["vocabulary"], part / CARD)
        read_model(part)
        if out.exists():
            shutil.rmtree(out)


def _check_out(out: Path) -> None:
    """A folder that is not there, is empty, or holds a model and nothing else."""
    there = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if (out.exists() and not out.is_dir()) or (there and (MODEL not in there or not there <= PARTS)):
        raise InputError(f"{out}: is there already and is no model. Nothing was written; name another folder.")


def _config_of_expert(run: Path, folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise InputError(
            f"{folder}: is not there. A run whose features were published has no networks of its experts, and cannot "
            f"be exported; otherwise call snakemake again, which finishes {run}."
        )
    return read_config(folder, ("expert", "modality", "clip", "vocabulary"))


def _check_origin(run: Path, spotter: Mapping[str, Any], experts: Mapping[str, Mapping[str, Any]]) -> None:
    """The spotter was trained on the features of the experts as they are now."""
    if spotter["clip"]["length"] != Window().length:
        raise InputError(
            f"{run / SPOTTER}: its clips have {spotter['clip']['length']} frames, expected {Window().length}."
        )
    for expert in spotter["experts"]:
        name = expert["name"]
        if expert["weights_sha256"] != experts[name]["weights_sha256"]:
            raise InputError(
                f"{run}: expert {name} has changed since the spotter was trained. Call snakemake again, which trains "
                "the spotter anew."
            )


def _copy_network(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in (CONFIG, WEIGHTS):
        try:
            shutil.copyfile(source / name, folder / name)
        except FileNotFoundError as error:
            raise InputError(f"{source / name}: is missing. Call snakemake again, which makes it anew.") from error
    digest = read_config(folder, ())["weights_sha256"]
    if sha256(folder / WEIGHTS) != digest:
        raise InputError(
            f"{source / WEIGHTS}: is damaged, its sha256 is not the {digest} of {CONFIG} beside it. Delete it and call "
            "snakemake again, which makes it anew."
        )


def _write_vocabulary(source: Path, signs: Sequence[str], out: Path) -> None:
    """The corpus' own table, without notes, if it is still the one that the run was trained with."""
    table = read_rows(source)
    if "sign" not in table or table["sign"].tolist() != list(signs):
        raise InputError(
            f"{source}: its signs are not those that the spotter was trained with. Call snakemake again, which trains "
            "with the table as it is."
        )
    columns = [name for name in ("class_id", "sign", "aliases") if name in table]
    table.to_csv(out, columns=columns, sep="\t", index=False, lineterminator="\n", encoding="utf-8")


def _store_settings(run: Path, provenance: Mapping[str, Any], flow: bool) -> dict[str, float | int | None]:
    """How the stores of the run's videos were made."""
    splits = {split for role in ("train", "validation", "test") for split in provenance[role]["splits"]}
    path = run.parent / "tables/videos.tsv"
    table = read_rows(path)
    require(table, ["video", "split"], path)
    videos = table.loc[table["split"].isin(splits), "video"]
    if videos.empty:
        raise InputError(f"{path}: has no video of the splits {', '.join(sorted(splits))}. Call snakemake again.")
    return asdict(settings_of([stores_of(run.parent, video) for video in videos], flow))


def _without_names(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Scores as a model tells them: of the signers, only how far their F1 spread."""
    kept = {key: scores[key] for key in SCORES}
    f1 = [signer["f1"] for signer in scores["per_signer"].values() if signer["truth"]]
    spread = {"least": min(f1), "median": median(f1), "largest": max(f1)} if f1 else None
    return kept | {"signers": {"count": len(f1), "f1": spread}}
