"""How long the demo takes, stage by stage, and what F1 it reaches: of one clone, or of several in turn.

    python benchmarks/demo.py [CLONE ...] [--seeds 1 2 3] [--cores all]

For each seed, each clone runs its own demo in its own environment (`make .venv/ready` there before), in a folder of
results that is new. Clones that take turns see the same mood of a machine. Prints the minutes and the F1 of every run,
and the seconds of each stage, summed over its jobs and averaged over the seeds; writes them as JSON with the machine.
Let nothing else run: two cores are busy all the time.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
from measuring import ROOT, machine

RESULTS = Path("results/benchmark_demo")


def run(clone: Path, seed: int, cores: str) -> dict[str, Any]:
    """Runs the demo of a clone from nothing: its seconds in all and of each stage, F1 by decoder, accuracies."""
    shutil.rmtree(clone / RESULTS, ignore_errors=True)
    snakemake = [clone / ".venv/bin/python", "-m", "snakemake", "--cores", cores, "--quiet", "all"]
    settings = ["--config", f"seed={seed}", f"results={RESULTS}"]
    started = time.monotonic()
    subprocess.run([*snakemake, *settings], cwd=clone, check=True, stdout=sys.stderr)
    seconds = time.monotonic() - started
    files = next((clone / RESULTS).glob("*/runs/demo"))
    scores = {path.stem: json.loads(path.read_text()) for path in files.glob("spottings/*/*.json")}
    accuracies = {path.parent.name: json.loads(path.read_text()) for path in files.glob("experts/*/accuracy.json")}
    return {
        "clone": clone.name,
        "seed": seed,
        "seconds": seconds,
        "stages": stages(clone / RESULTS),
        "f1": {decoder: score["official"]["f1"] for decoder, score in scores.items()},
        "accuracy": {expert: told["training1"]["sign_clips"] for expert, told in accuracies.items()},
    }


def stages(results: Path) -> dict[str, float]:
    """Seconds of the jobs of each stage, of what Snakemake wrote about every job."""
    seconds: dict[str, float] = {}
    for path in results.glob("*/benchmarks/**/*.tsv"):
        stage = path.relative_to(results).parts[2].removesuffix(".tsv")
        seconds[stage] = seconds.get(stage, 0) + float(pd.read_csv(path, sep="\t").s[0])
    return seconds


def printed(runs: list[dict[str, Any]]) -> str:
    """The runs, and the stages of each clone."""
    lines = ["clone\tseed\tminutes\t" + "\t".join(sorted(runs[0]["f1"]))]
    for one in runs:
        scores = (f"{one['f1'][decoder]:.3f}" for decoder in sorted(one["f1"]))
        lines.append(f"{one['clone']}\t{one['seed']}\t{one['seconds'] / 60:.1f}\t" + "\t".join(scores))
    of_clones = pd.DataFrame([{"clone": one["clone"], "minutes": one["seconds"] / 60} for one in runs]).groupby("clone")
    lines += [f"{clone}: median {minutes:.1f} minutes" for clone, minutes in of_clones.minutes.median().items()]
    of_stages = pd.DataFrame([{"clone": one["clone"], **one["stages"]} for one in runs])
    table = of_stages.groupby("clone", sort=False).mean().T
    by_cost = table.sort_values(table.columns[0], ascending=False)
    return "\n".join(lines) + "\n\n" + by_cost.to_csv(sep="\t", float_format="%.0f", index_label="stage")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clones", nargs="*", type=Path, default=[ROOT], help="of this repository, at any commits")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--cores", default="all")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/demo.json")
    arguments = parser.parse_args()
    runs = []
    for seed in arguments.seeds:
        for clone in arguments.clones:
            runs.append(run(clone.resolve(), seed, arguments.cores))
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
            arguments.out.write_text(json.dumps({"machine": machine(), "runs": runs}, indent=1) + "\n")
    print(printed(runs))


if __name__ == "__main__":
    main()
