"""HS-I3D on the embedded corpus: seeds, shares of random windows, its levels, and its ensemble with the BiLSTM head.

    python benchmarks/hsi3d.py [--seeds 1 2 3] [--rsp 0.5] [--ensemble] [--out benchmarks/results/hsi3d.json]

Runs config/embedded_hsi3d.yaml once for each seed and share, in the results of the demo, whose crops, poses and flow
it uses. With --ensemble, a fold of the training signers also trains the experts and the head of config/config.yaml on
six signers, and the weights of the ensemble are tuned on the two others. Prints a TSV of official F1, precision and
recall of the test signers, and writes it as JSON.
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

ROOT = Path(__file__).parents[1]
FOLDS = {"folds": {"count": 4}, "train": ["train"], "test": ["test"]}
TOGETHER = {"kind": "ensemble", "of": ["bilstm", "hsi3d"], "weights": "tune", "decoders": {"runs": {}}}


def configuration(seeds: Sequence[int], shares: Sequence[float], ensemble: bool) -> dict[str, Any]:
    """The configuration of HS-I3D with a run for each seed and share, and perhaps a run of folds with the ensemble."""
    config = yaml.safe_load((ROOT / "config/embedded_hsi3d.yaml").read_text())
    run, spotters = config["runs"]["hsi3d"], list(config["spotters"])
    config["runs"] = {
        f"rsp{share:g}_seed{seed}".replace(".", "_"): {
            **run,
            "seed": seed,
            "spotters": spotters,
            "override": {"spotters": {"hsi3d": {"rsp": share}}},
        }
        for seed in seeds
        for share in shares
    }
    if ensemble:
        demo = yaml.safe_load((ROOT / "config/config.yaml").read_text())
        config |= {key: demo[key] for key in ("flow", "clips", "experts")}
        config["spotters"] |= {"bilstm": demo["spotters"]["bilstm"], "together": TOGETHER}
        config["runs"]["both"] = {**FOLDS, "spotters": ["together"], "spotter": "together"}
    return config


def scores(results: Path, runs: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Official scores of every spotter of the runs, by its leading decoder."""
    for run in runs:
        told = json.loads((results / "runs" / run / "provenance.json").read_text())
        for spotter, about in told["spotters"].items():
            path = results / "runs" / run / "spottings" / spotter / f"{next(iter(about['decoders']))}.json"
            official = json.loads(path.read_text())["official"]
            yield {"run": run, "spotter": spotter} | {key: official[key] for key in ("f1", "precision", "recall")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--rsp", type=float, nargs="+", default=[0.5])
    parser.add_argument("--ensemble", action="store_true")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--threads", type=int, default=1, help="of each training")
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/hsi3d.json")
    arguments = parser.parse_args()
    config = configuration(arguments.seeds, arguments.rsp, arguments.ensemble)
    config |= {"results": str(arguments.results), "threads": arguments.threads}
    results = arguments.results / config["corpus"]["name"]
    results.mkdir(parents=True, exist_ok=True)
    configured = results / "hsi3d.yaml"
    configured.write_text(yaml.safe_dump(config, sort_keys=False))
    runs = ["both1" if name == "both" else name for name in config["runs"]]
    wanted = [str(results / "runs" / run / name) for run in runs for name in ("report/index.html", "provenance.json")]
    snakemake = [sys.executable, "-m", "snakemake", "--cores", arguments.cores, "--rerun-triggers", "mtime"]
    subprocess.run([*snakemake, "--configfile", str(configured), "--", *wanted], check=True)
    table = pd.DataFrame(scores(results, runs))
    table.to_csv(sys.stdout, sep="\t", index=False, float_format="%.3f")
    arguments.out.write_text(json.dumps(table.to_dict("records"), indent=1) + "\n")


if __name__ == "__main__":
    main()
