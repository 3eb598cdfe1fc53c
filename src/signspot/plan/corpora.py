"""From the configuration to the corpus and to the videos of each run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from signspot.corpus.challenge import read_challenge
from signspot.corpus.tables import Tables, check_media, check_split, read_tables
from signspot.errors import InputError
from signspot.rows import read_rows
from signspot.signer import SyntheticCorpus, act_out
from signspot.signer import tables as signer_tables
from signspot.vipl.videos import FeatureFolder, check_folders, read_published


def synthetic_corpus(corpus: Mapping[str, Any], seed: int) -> SyntheticCorpus:
    """The embedded corpus that the ``corpus`` block of a configuration asks for.

    Raises:
        InputError: a value is out of its range, or the table of a given timeline is missing or wrong.
    """
    spec = dict(corpus["signer"])
    timeline = spec.pop("timeline", None)
    made_up = SyntheticCorpus(**spec, fps=corpus["fps"], seed=seed)
    if timeline is None:
        return made_up
    if "splits" in spec:
        raise InputError("corpus.signer: has splits and a timeline, which names its own splits. Keep one of them.")
    return act_out(made_up, read_rows(timeline))


def read_corpus(corpus: Mapping[str, Any], seed: int, results: str) -> Tables:
    """The checked tables of a corpus, whatever its source.

    Args:
        corpus: the ``corpus`` block of a checked configuration.
        seed: of the embedded corpus; others do not use it.
        results: the corpus' folder of results, in which the embedded corpus is rendered.

    Raises:
        InputError: a table, a folder or a video is missing or wrong.
    """
    match corpus["source"]:
        case "published":
            return read_published(**{key: Path(path) for key, path in corpus["published"].items()})
        case "signer":
            tables = signer_tables(synthetic_corpus(corpus, seed))
            return replace(tables, videos=tables.videos.assign(path=f"{results}/" + tables.videos["path"]))
        case "challenge":
            spec = corpus["challenge"]
            tables = read_challenge(Path(spec["folder"]), Path(spec["vocabulary"]) if "vocabulary" in spec else None)
        case "tables":
            spec = {key: Path(path) for key, path in corpus["tables"].items()}
            tables = read_tables(
                spec["videos"], spec["annotations"], spec.get("vocabulary"), strict=corpus.get("strict", False)
            )
    check_media(tables)
    return tables


def run_splits(run: Mapping[str, Any], *roles: str) -> list[str]:
    """Splits of a run in the given roles (train, validation, test), each once."""
    return sorted({split for role in roles for split in run.get(role, [])})


def run_videos_of(tables: Tables, run: Mapping[str, Any], *roles: str) -> list[str]:
    """Videos of a run in the given roles, each once, in table order."""
    return tables.of(run_splits(run, *roles))


def shards_of(videos: Sequence[str], size: int) -> dict[str, list[str]]:
    """Neighbouring videos by shard, ``000``, ``001`` …, as even as can be and none of more than ``size``."""
    count = -(-len(videos) // size)
    bounds = [len(videos) * i // count for i in range(count + 1)] if count else []
    return {f"{i:03d}": list(videos[first:last]) for i, (first, last) in enumerate(pairwise(bounds))}


def check_run(tables: Tables, name: str, run: Mapping[str, Any]) -> list[str]:
    """Checks that a run can be trained, unless its spotter is, and tested; returns warnings for its log and report.

    Raises:
        InputError: a role has no video, or a sign of the vocabulary has no example to learn from.
    """
    for role in ("train", "validation", "test"):
        if role in run and not run_videos_of(tables, run, role):
            raise InputError(
                f"runs.{name}.{role}: no video has the split {' or '.join(run[role])}. "
                "Give such videos in the table of videos, or name another split."
            )
    if "train" not in run:
        return []
    return check_split(tables, run_videos_of(tables, run, "train"), run_videos_of(tables, run, "test"))


def provenance(tables: Tables, config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a run was made of, as far as its results do not tell: corpus, run, seed, decoder and, for each role, the
    splits and how many videos and known signers they have, and how many signers of the test are in the training too.
    Nobody is named.

    Args:
        config: a checked configuration.
    """
    run = config["runs"][name]
    made_of = {"corpus": config["corpus"]["name"], "run": name, "seed": config["seed"], "decoder": config["decoder"]}
    signers: dict[str, set[str]] = {}
    for role in ("train", "validation", "test"):
        videos = tables.videos[tables.videos["split"].isin(run.get(role, []))]
        signers[role] = set(videos["signer"]) - {""}
        made_of[role] = {"splits": run_splits(run, role), "videos": len(videos), "signers": len(signers[role])}
    return made_of | {"shared_signers": len(signers["train"] & signers["test"])}


def check_checkpoints(experts: Mapping[str, Mapping[str, Any]]) -> None:
    """Checks that the published weights which the ``experts`` block names are there, before anything runs.

    Raises:
        InputError: names the key of a missing file.
    """
    for name, expert in experts.items():
        for key in ("pretrained", "trained"):
            path = expert.get(key, {}).get("path")
            if path is not None and not Path(path).is_file():
                raise InputError(
                    f"experts.{name}.{key}.path: {path} is no file, expected published weights. "
                    "Nothing is downloaded: fetch the file, or correct the path."
                )


def published_files(config: Mapping[str, Any], videos: Sequence[str]) -> dict[str, FeatureFolder]:
    """The published features of each expert. That they and the published spotter are there is checked.

    Args:
        config: a checked configuration whose corpus is published as features.
        videos: that need features.

    Raises:
        InputError: the spotter, a folder or a video's features are missing.
    """
    folders = {
        expert: FeatureFolder(spec["modality"]["name"], Path(spec["features"]["folder"]))
        for expert, spec in config["experts"].items()
    }
    check_folders(folders, videos)
    spotter = Path(config["spotter"]["trained"]["path"])
    if not spotter.is_file():
        raise InputError(
            f"spotter.trained.path: {spotter} is not there. Expected the entry's final_model.pth; "
            "fetch the file, or correct its path."
        )
    return folders
