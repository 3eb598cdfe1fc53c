"""Time and memory that Snakemake needs to plan a big corpus, and to start one job of it on a cluster node.

    python benchmarks/dag.py FOLDER [--videos 500 1000 5000]

Writes corpora of made-up videos into FOLDER (empty files with 20 annotations each; 90 % train, 5 % validation, 5 %
test) and plans them with config/chalearn2022.yaml: four experts, the runs `val` and `final`, nothing made yet. Prints a
TSV with a row per corpus and call: seconds until the graph of jobs is built and in all (a dry run also walks through
it), processor seconds, and peak MiB. The calls are `snakemake -n`; the same with the videos in groups of 20, as for a
cluster; and what each submitted job does once more before it works: a job of `crop`, and one of `train_expert`, whose
inputs are the stores of all training videos. Nothing is run.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

ROOT = Path(__file__).parents[1]
RESULTS = "results/made_up"
SIGNS = 60
ANNOTATIONS = 20
"""Per video."""
SHARES = {"val": 0.05, "test": 0.05}
"""Of the videos; the others are for training."""
GROUPS = ("--group-components", "preprocess=20")
JOBS = {
    "crop": "crop:video=v00000",
    "train_expert": "train_expert:run=final,expert=rgb,training=1",
}
"""One job of a kind, in the words in which Snakemake tells a cluster node what to do."""


def write_corpus(folder: Path, videos: int) -> None:
    """Tables, empty videos and ``config.yaml``; results of an earlier call go."""
    shutil.rmtree(folder / RESULTS, ignore_errors=True)
    (folder / "videos").mkdir(parents=True, exist_ok=True)
    names = [f"v{i:05d}" for i in range(videos)]
    for name in names:
        (folder / "videos" / f"{name}.mp4").touch()
    counts = {split: round(share * videos) for split, share in SHARES.items()}
    splits = np.repeat(["train", *counts], [videos - sum(counts.values()), *counts.values()])
    table = {"video": names, "path": [f"videos/{name}.mp4" for name in names], "split": splits, "signer": names}
    pd.DataFrame(table).to_csv(folder / "videos.tsv", sep="\t", index=False)
    rng = np.random.default_rng(0)
    starts = np.tile(np.arange(ANNOTATIONS) * 5000, videos)
    signs = [f"SIGN_{sign:02d}" for sign in rng.permutation(np.arange(len(starts)) % SIGNS)]
    annotations = {"video": np.repeat(names, ANNOTATIONS), "sign": signs, "start_ms": starts, "end_ms": starts + 600}
    pd.DataFrame(annotations).to_csv(folder / "annotations.tsv", sep="\t", index=False)
    config = yaml.safe_load((ROOT / "config/chalearn2022.yaml").read_text())
    tables = {"videos": "videos.tsv", "annotations": "annotations.tsv"}
    config["corpus"] = {"name": "made_up", "fps": 25, "source": "tables", "tables": tables}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))


def write_stores(folder: Path) -> None:
    """Empty stores of an expert on the crops and its labels, without which its job has no inputs."""
    files = [f"crops/{video.stem}.h5" for video in (folder / "videos").iterdir()]
    for path in [folder / RESULTS / name for name in (*files, "labels/gathered/train.h5", "labels/gathered/val.h5")]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def measured(folder: Path, *arguments: str) -> dict[str, float]:
    """Of a dry run: seconds until its graph of jobs is built, and in all, processor seconds, and peak MiB."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    command += ["--configfile", "config.yaml", "--cores", "1", "--dry-run", *arguments]
    start, built = time.perf_counter(), None
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with (folder / "output.txt").open("w") as output:
        for line in process.stdout:
            output.write(line)
            if built is None and line.startswith("Job stats:"):
                built = time.perf_counter() - start
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"snakemake failed: see {folder / 'output.txt'}")
    seconds = time.perf_counter() - start
    return {"built_s": built, "s": seconds, "cpu_s": usage.ru_utime + usage.ru_stime, "MiB": usage.ru_maxrss / 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--videos", type=int, nargs="+", default=[500, 1000, 5000], help="sizes of the corpora")
    arguments = parser.parse_args()
    rows = []
    for videos in arguments.videos:
        folder = arguments.folder.resolve() / str(videos)
        write_corpus(folder, videos)
        calls = {"plan": measured(folder), "groups": measured(folder, *GROUPS)}
        write_stores(folder)
        for name, job in JOBS.items():
            calls[name] = measured(folder, "--target-jobs", job, "--allowed-rules", name)
        rows += [{"videos": videos, "call": call, **figures} for call, figures in calls.items()]
    pd.DataFrame(rows).to_csv(sys.stdout, sep="\t", index=False, float_format="%.1f")


if __name__ == "__main__":
    main()
