"""Single signs of the embedded corpus: every recogniser, every sum and the nearest clips, over seeds; shuffled signs.

    python benchmarks/isolated.py [--seeds 1 2 3] [--shuffled] [--out benchmarks/results/isolated.json]

Runs config/embedded_isolated.yaml once for each seed, from the same stores. With --shuffled, the training signs are
permuted first: what still names the test signs more often than guesses do has seen them. Prints a TSV of the share of
test signs that are named rightly, by seed and on average, and writes it as JSON.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from shuffled_labels import shuffled_corpus

ROOT = Path(__file__).parents[1]


def configuration(seeds: Sequence[int]) -> dict[str, Any]:
    """The configuration with a run for each seed."""
    config = yaml.safe_load((ROOT / "config/embedded_isolated.yaml").read_text())
    (run,) = config["runs"].values()
    config["runs"] = {f"seed{seed}": {**run, "seed": seed} for seed in seeds}
    return config


def snakemake(config: Path, cores: str, *wanted: str) -> None:
    command = [sys.executable, "-m", "snakemake", "--cores", cores, "--rerun-triggers", "mtime"]
    subprocess.run([*command, "--configfile", str(config), "--", *wanted], check=True)


def rows(results: Path, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The rows of fusion.json of each seed: stream or sum, its weights and its accuracies."""
    for seed in seeds:
        for row in json.loads((results / f"runs/seed{seed}/fusion.json").read_text())["rows"]:
            name = row["name"] if row["how"] == "alone" else f"{row['name']}, {row['how']}"
            weights = " ".join(f"{weight:g}" for weight in row["weights"])
            top = {key: row["per_instance"][key] for key in ("top1", "top5")}
            yield {"seed": seed, "name": name, "weights": weights, **top}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--shuffled", action="store_true", help="permute the training signs")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/isolated.json")
    arguments = parser.parse_args()
    config = configuration(arguments.seeds) | {"results": str(arguments.results)}
    results = arguments.results / config["corpus"]["name"]
    results.mkdir(parents=True, exist_ok=True)
    configured = results / "isolated.yaml"
    configured.write_text(yaml.safe_dump(config, sort_keys=False))
    if arguments.shuffled:
        snakemake(configured, arguments.cores, "preprocess")
        configured = shuffled_corpus(results, config, seed=0)
        results = configured.parents[1]
    snakemake(configured, arguments.cores, "recognition")
    table = pd.DataFrame(rows(results, arguments.seeds))
    shown = table.pivot(index="name", columns="seed", values="top1").reindex(table["name"].unique())
    shown.assign(mean=shown.mean(axis=1)).to_csv(sys.stdout, sep="\t", float_format="%.3f")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(table.to_dict("records"), indent=1) + "\n")


if __name__ == "__main__":
    main()
