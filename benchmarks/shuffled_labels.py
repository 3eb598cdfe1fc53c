"""The score when the training signs are shuffled: near nothing, unless the test videos leak into the training.

    python benchmarks/shuffled_labels.py results/embedded

Takes the tables, crops, poses and flow of a finished run of the embedded corpus, gives every annotation of the training
videos the sign of another one, drawn at random, and runs all that learns, on its own results beside the others. Prints
the official F1 with the true and with the shuffled signs.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from signspot.corpus.tables import Tables, read_tables, write_tables

KEPT = ("crops", "poses", "flow")


def shuffled(tables: Tables, seed: int) -> Tables:
    """The tables with the signs of the training videos' annotations permuted."""
    train = tables.annotations["video"].isin(tables.of(["train"]))
    signs = tables.annotations["sign"].where(~train)
    signs[train] = np.random.default_rng(seed).permutation(tables.annotations.loc[train, "sign"])
    return replace(tables, annotations=tables.annotations.assign(sign=signs))


def shuffled_corpus(results: Path, config: dict[str, Any], seed: int) -> Path:
    """Makes tables with shuffled training signs, beside the results of a corpus whose stores are linked.

    Returns:
        A configuration that learns from them; its corpus is called like the other one and ``_shuffled``.
    """
    paths = [results / f"tables/{name}.tsv" for name in ("videos", "annotations", "vocabulary")]
    folder = results.with_name(f"{results.name}_shuffled")
    source = folder / "source"
    source.mkdir(parents=True, exist_ok=True)
    write_tables(shuffled(read_tables(*paths), seed), source)
    for kept in KEPT:
        link = folder / kept
        if (results / kept).is_dir() and not link.exists():
            link.symlink_to(os.path.relpath(results / kept, folder))
    tables = {path.stem: str(source / path.name) for path in paths}
    corpus = {"name": folder.name, "fps": config["corpus"]["fps"], "source": "tables", "tables": tables}
    configured = source / "config.yaml"
    changed = config | {"results": str(folder.parent), "corpus": corpus}
    configured.write_text(yaml.safe_dump(changed, sort_keys=False))
    return configured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="of the embedded corpus, finished")
    parser.add_argument("--config", type=Path, default=Path("config/config.yaml"), help="with which they were made")
    parser.add_argument("--run", default="demo", help="whose scores are compared")
    parser.add_argument("--seed", type=int, default=0, help="of the shuffling")
    arguments = parser.parse_args()
    configured = shuffled_corpus(arguments.results, yaml.safe_load(arguments.config.read_text()), arguments.seed)
    folder = configured.parents[1]
    snakemake = [sys.executable, "-m", "snakemake", "--cores", "all", "--rerun-triggers", "mtime"]
    subprocess.run([*snakemake, "--configfile", str(configured), "--", "scores"], check=True)
    both = {"true": arguments.results, "shuffled": folder}
    scores = {
        signs: json.loads((results / "runs" / arguments.run / "scores.json").read_text())
        for signs, results in both.items()
    }
    table = pd.DataFrame(
        [(signs, score["official"]["f1"], score["strict"]["f1"]) for signs, score in scores.items()],
        columns=["signs", "official_f1", "strict_f1"],
    )
    table.to_csv(sys.stdout, sep="\t", index=False, float_format="%.4f")


if __name__ == "__main__":
    main()
