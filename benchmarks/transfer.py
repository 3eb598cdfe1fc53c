"""Transfer between lexicons: MS-G3D from the seed, and from a training on other signs, with few videos of the target.

    python benchmarks/transfer.py [--out benchmarks/results/transfer.json]

Trains joints and bones on a second lexicon of the embedded signer (30 signs, 8 signers of 40 s). Then learns the ten
signs of config/embedded_isolated.yaml, whose results must be there, from two or three videos of it: once from the
seed, once from the second lexicon, with the same recipe and as many epochs. Prints a TSV of the share of the signs of
the unseen test signers that are named rightly, at the end and on average over all epochs (the curves).
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from signspot.corpus.tables import Tables, read_tables, vocabulary_of, write_tables

ROOT = Path(__file__).parents[1]
STREAMS = ("joints", "bones")
EPOCHS = 25
SUBSETS = (("train_s00", "train_s01"), ("train_s02", "train_s03"), ("train_s04", "train_s05", "train_s06"))
SECOND = {"signs": 30, "distractors": 10, "lexicon_seed": 2, "seconds": 40, "splits": {"train": 8, "test": 2}}


def second_lexicon(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration of the training from which others start."""
    corpus = config["corpus"] | {"name": "second_lexicon", "signer": config["corpus"]["signer"] | SECOND}
    experts = {name: deepcopy(config["experts"][name]) for name in STREAMS}
    for expert in experts.values():
        expert["training"][0]["epochs"] = 15
    runs = {"second": {"train": ["train"], "test": ["test"]}}
    return {key: config[key] for key in ("seed", "pose", "threads", "results")} | {
        "corpus": corpus,
        "experts": experts,
        "runs": runs,
    }


def few_videos(config: dict[str, Any], tables: Tables, subset: tuple[str, ...], starts: Path) -> dict[str, Any]:
    """The configuration of a subset: each stream from the seed, and from the second lexicon."""
    results = Path(config["results"])
    folder = results / f"few_{'_'.join(subset)}"
    (folder / "source").mkdir(parents=True, exist_ok=True)
    write_tables(_subset(tables, subset), folder / "source")
    for stores in ("crops", "poses"):
        if not (folder / stores).exists():
            (folder / stores).symlink_to(os.path.relpath(results / config["corpus"]["name"] / stores, folder))
    files = {name: str(folder / f"source/{name}.tsv") for name in ("videos", "annotations", "vocabulary")}
    experts = {}
    for name in STREAMS:
        expert = deepcopy(config["experts"][name])
        expert["training"][0]["epochs"] = EPOCHS
        experts[name] = expert
        experts[f"{name}_started"] = deepcopy(expert)
        path = starts / f"experts/{name}/training1/weights.safetensors"
        experts[f"{name}_started"]["training"][0]["start"] = {"path": str(path)}
    # The test signers are those whose accuracy is measured after each epoch, and chooses nothing.
    runs = {"few": {"train": ["train"], "validation": ["test"], "test": ["test"], "select": "last"}}
    return {key: config[key] for key in ("seed", "pose", "threads", "results")} | {
        "corpus": {"name": folder.name, "fps": config["corpus"]["fps"], "source": "tables", "tables": files},
        "experts": experts,
        "recognition": config["recognition"],
        "runs": runs,
    }


def _subset(tables: Tables, subset: tuple[str, ...]) -> Tables:
    videos = tables.videos[tables.videos["video"].isin(subset) | (tables.videos["split"] == "test")]
    annotations = tables.annotations[tables.annotations["video"].isin(videos["video"])]
    vocabulary = vocabulary_of(annotations[annotations["video"].isin(subset)])
    return replace(tables, videos=videos, annotations=annotations, vocabulary=vocabulary)


def run(config: dict[str, Any], cores: str, target: str) -> Path:
    """Runs the workflow; returns the folder of its only run."""
    results = Path(config["results"]) / config["corpus"]["name"]
    results.mkdir(parents=True, exist_ok=True)
    configured = results / "config.yaml"
    configured.write_text(yaml.safe_dump(config, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", "--cores", cores, "--rerun-triggers", "mtime"]
    subprocess.run([*command, "--configfile", str(configured), "--", target], check=True)
    (name,) = config["runs"]
    return results / "runs" / name


def rows(folder: Path, subset: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Accuracy of each stream at the end, and its mean over all epochs."""
    of = {row["name"]: row["per_instance"]["top1"] for row in json.loads((folder / "fusion.json").read_text())["rows"]}
    for name, top1 in of.items():
        history = folder / f"experts/{name}/training1/history.tsv"
        curve = pd.read_csv(history, sep="\t")["validation_accuracy"].mean() if history.exists() else None
        yield {"videos": " ".join(subset), "name": name, "top1": top1, "curve": curve}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cores", default="all")
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/transfer.json")
    arguments = parser.parse_args()
    config = yaml.safe_load((ROOT / "config/embedded_isolated.yaml").read_text())
    config["results"] = str(arguments.results)
    paths = [arguments.results / f"embedded_isolated/tables/{name}.tsv" for name in ("videos", "annotations")]
    tables = read_tables(*paths)
    starts = run(second_lexicon(config), arguments.cores, "experts")
    table = pd.DataFrame(
        row
        for subset in SUBSETS
        for row in rows(run(few_videos(config, tables, subset, starts), arguments.cores, "recognition"), subset)
    )
    table.to_csv(sys.stdout, sep="\t", index=False, float_format="%.3f")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(table.to_dict("records"), indent=1) + "\n")


if __name__ == "__main__":
    main()
