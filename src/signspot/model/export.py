"""``signspot export-model``: what spotting with a finished run needs, in one folder."""

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from signspot import __version__
from signspot.corpus.names import check_names, wrong_names
from signspot.decoders.tuning import read_parameters
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
from signspot.rows import read_rows, refuse, require
from signspot.stores import CorpusFiles, RunFiles
from signspot.training.store import CONFIG, WEIGHTS, read_config

PROVENANCE = ("corpus", "run", "seed", "spotter", "train", "validation", "test", "shared_signers")
"""What is kept of what a run tells about itself."""
SCORES = ("official", "strict", "per_sign", "confidence_interval", "videos")
"""What is kept of its scores as it is."""
AGAIN = "Call snakemake again, which makes it anew."


def run(arguments: argparse.Namespace) -> None:
    """Writes the model and tells where it lies.

    Raises:
        InputError: as :func:`export_model`.
    """
    export_model(arguments.run, arguments.out, arguments.spotter)
    size = sum(path.stat().st_size for path in arguments.out.rglob("*") if path.is_file())
    sys.stdout.write(f"{arguments.out}: {size / 1e6:.0f} MB. {CARD} tells what it spots and how well.\n")


@dataclass
class Contents:
    """What a model takes from the runs of a corpus, by key (``<run>.<name>``).

    Args:
        spotters: kind, experts, of and modality by key; each comes after those that it reads.
        folders: of the spotters and of the experts, in the results.
        modalities: of the experts.
    """

    spotters: dict[str, dict[str, Any]] = field(default_factory=dict)
    spotter_folders: dict[str, Path] = field(default_factory=dict)
    expert_folders: dict[str, Path] = field(default_factory=dict)
    modalities: dict[str, str] = field(default_factory=dict)

    @property
    def all_modalities(self) -> list[str]:
        """Names of the modalities of experts and of spotters that read stores themselves."""
        own = [part["modality"] for part in self.spotters.values() if part["modality"] is not None]
        return [*self.modalities.values(), *own]


def export_model(run: Path, out: Path, spotter: str | None = None) -> None:
    """Writes the model of a spotter and of all that it needs. The same run gives the same bytes.

    It holds no name of a video or of a person.

    Args:
        run: folder of the run, in the results of its corpus, whose stores tell how videos are prepared.
        out: a new folder, or one that holds a model, which is replaced.
        spotter: of the run; None: the one whose spottings are those of the run.

    Raises:
        InputError: the run is not finished, its files do not belong together, or ``out`` holds something else.
    """
    check_model_folder(out)
    if not any(path.exists() for path in (RunFiles(run).provenance, run / "spotters")):
        raise InputError(f"{run}: is no run with a fitted spotter. Expected a folder results/<corpus>/runs/<run>.")
    told = read_object(RunFiles(run).provenance, [*PROVENANCE, "spotters", "experts"])
    name = spotter or told["spotter"]
    if name not in told["spotters"]:
        raise InputError(f"--spotter {name}: is no spotter of {run}. Expected one of {', '.join(told['spotters'])}.")
    contents = Contents()
    leading = _collect(run.parent, run.name, name, contents)
    config = read_config(contents.spotter_folders[leading], ("vocabulary", "versions"))
    decoders = _decoders(RunFiles(run), name, told["spotters"][name]["decoders"])
    decoder = next(iter(decoders))
    scores = RunFiles(run).decoded_scores(name, decoder)
    with replaced_folder(out) as part:
        for key, folder in contents.spotter_folders.items():
            copy_network(folder, part / SPOTTERS_FOLDER / key)
        for key, folder in contents.expert_folders.items():
            copy_network(folder, part / EXPERTS_FOLDER / key)
        corpus = CorpusFiles(run.parents[1])
        _write_vocabulary(corpus.table("vocabulary"), config["vocabulary"], part / VOCABULARY)
        content = {
            "format": FORMAT,
            "signspot": __version__,
            "stores": _store_settings(corpus, told, needs_flow(contents.all_modalities)),
            "spotter": leading,
            "spotters": contents.spotters,
            "experts": contents.modalities,
            "decoder": decoder,
            "decoders": decoders,
            "provenance": {key: told[key] for key in PROVENANCE} | {"versions": config["versions"]},
            "scores": _without_names(read_object(scores, [*SCORES, "per_signer"])) if scores.is_file() else None,
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
    names = checked_files(list(content["spotters"]), list(content["experts"]))
    write_json(folder / MODEL, {**content, "files": {name: sha256(folder / name) for name in names}})
    write_card(content, signs, folder / CARD)
    read_model(folder)


def _collect(runs: Path, run: str, spotter: str, contents: Contents) -> str:
    """Adds a spotter, and before it all that it reads; returns its key."""
    key = f"{run}.{spotter}"
    if key in contents.spotters:
        return key
    check_names([run, spotter], RunFiles(runs / run).provenance)
    about, folder = _told(runs / run, "spotters", spotter), RunFiles(runs / run).spotter(spotter)
    members = (member.partition("/") for member in about["of"])
    of = [_collect(runs, of_run, name, contents) for of_run, _, name in members]
    fitted = read_config(folder, ("spotter", "kind", "vocabulary"))
    digests = {one["name"]: one["weights_sha256"] for one in fitted.get("experts", [])}
    _check_members(folder, fitted, [contents.spotter_folders[member] for member in of])
    experts = [
        _collect_expert(runs, expert, _told(runs / run, "experts", expert), folder, digests, contents)
        for expert in about["experts"]
    ]
    contents.spotter_folders[key] = folder
    modality = about["modality"] and about["modality"]["name"]
    contents.spotters[key] = {"kind": about["kind"], "experts": experts, "of": of, "modality": modality}
    return key


def _told(run: Path, kind: str, name: str) -> dict[str, Any]:
    """What a run tells about one of its spotters or experts; members may be of a run that was planned anew since."""
    path = RunFiles(run).provenance
    about = read_object(path, [kind])[kind]
    if name not in about:
        raise InputError(
            f"{path}: {kind}.{name} is missing, which the spotter needs. Delete the file and call snakemake again, "
            f"which finishes {run}."
        )
    return about[name]


def _check_members(folder: Path, fitted: Mapping[str, Any], members: Sequence[Path]) -> None:
    """The members of an ensemble are those that it was fitted to."""
    digests = [read_config(member, ("spotter",))["weights_sha256"] for member in members]
    if [one["weights_sha256"] for one in fitted.get("members", [])] != digests:
        raise InputError(
            f"{folder}: its members have changed since the ensemble was fitted. Delete the folder and call snakemake "
            "again, which fits the ensemble anew."
        )


def _collect_expert(
    runs: Path, expert: str, about: Mapping[str, Any], spotter: Path, digests: Mapping[str, str], contents: Contents
) -> str:
    """Adds an expert after its last training, if the spotter of a folder was fitted to it; returns its key."""
    check_names([about["run"], expert, str(about["trainings"])], "provenance.json")
    key = f"{about['run']}.{expert}"
    folder = RunFiles(runs / about["run"]).expert(expert, str(about["trainings"]))
    if not folder.is_dir():
        raise InputError(
            f"{folder}: is not there. A run whose features were published has no networks of its experts, and cannot "
            f"be exported; otherwise call snakemake again, which finishes {runs / about['run']}."
        )
    config = read_config(folder, ("expert", "modality", "clip", "vocabulary"))
    if config["weights_sha256"] != digests.get(expert):
        raise InputError(
            f"{folder}: expert {expert} has changed since the spotter was fitted. Delete {spotter} and call snakemake "
            "again, which fits the spotter anew."
        )
    contents.expert_folders[key], contents.modalities[key] = folder, config["modality"]["name"]
    return key


def _decoders(run: RunFiles, spotter: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The options of the decoders of a spotter, as they were tuned, the leading decoder first."""
    check_names(names, run.provenance)
    return {name: dict(read_parameters(run.decoder(spotter, name)).options) for name in names}


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
    return asdict(settings_of([corpus.stores_of(video) for video in videos], flow))


def _table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """A table of the corpus that has at least these columns."""
    if not path.is_file():
        raise InputError(f"{path}: is missing. {AGAIN}")
    table = read_rows(path)
    require(table, columns, path)
    return table


def _without_names(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Scores as a model tells them: of the signers, only how far their F1 spread."""
    kept = {key: scores[key] for key in SCORES}
    f1 = [signer["f1"] for signer in scores["per_signer"].values() if signer["truth"]]
    spread = {"least": min(f1), "median": median(f1), "largest": max(f1)} if f1 else None
    return kept | {"signers": {"count": len(f1), "f1": spread}}
