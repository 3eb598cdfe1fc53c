"""The challenge's configuration at full size, once through: published networks, 224 px, one epoch, tiny videos.

    python benchmarks/challenge_once.py FOLDER

Renders three short videos into FOLDER/MSSL_dataset, in the challenge's own layout, and runs the workflow on them with
config/chalearn2022.yaml, changed only in epochs, batch size, workers and threads, up to the hand-ins of both runs: a
batch of 16 clips through P3D-199 takes 15 GB, one of 4 a quarter of it. Prints what each stage took; no score, because
one epoch on one video learns nothing.
"""

import argparse
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import yaml

from signspot.corpus.tables import class_ids
from signspot.signer import SyntheticCorpus, render_video, tables

ROOT = Path(__file__).parents[1]
PLACES = {"train": "TRAIN/MSSL_TRAIN_SET", "val": "VALIDATION/MSSL_VAL_SET", "test": "MSSL_TEST_SET"}


def write_dataset(folder: Path, corpus: SyntheticCorpus) -> None:
    """The videos of a corpus, one per split, in the layout of the challenge; the test video without ground truth."""
    made = tables(corpus)
    ids = class_ids(made.vocabulary)
    for number, (video, split) in enumerate(zip(made.videos["video"], made.videos["split"], strict=True), 1):
        name, place = f"p{number:02d}_n000", folder / PLACES[split]
        render_video(corpus, video, place.with_name(f"{place.name}_VIDEOS") / f"{name}.mp4")
        if split != "test":
            rows = made.annotations[made.annotations["video"] == video]
            truth = {name: [[ids[row.sign], row.start_ms, row.end_ms] for row in rows.itertuples()]}
            place.with_name(f"{place.name}_GT.pkl").write_bytes(pickle.dumps(truth, protocol=4))


def config_once(folder: Path) -> dict:
    """The challenge's configuration with one epoch of everything."""
    config = yaml.safe_load((ROOT / "config/chalearn2022.yaml").read_text())
    config["corpus"]["challenge"]["folder"] = str(folder)
    config["threads"] = 1
    experts = config["experts"].values()
    recipes = [training for expert in experts for training in expert["training"]]
    recipes += [spotter["training"] for spotter in config["spotters"].values()]
    for recipe in recipes:
        recipe |= {"epochs": 1, "steps": [], "batch_size": 4, "workers": 0}
    return config


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of each video")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    corpus = SyntheticCorpus(
        signs=2, distractors=0, seconds=arguments.seconds, height=360, splits=dict.fromkeys(PLACES, 1), seed=1
    )
    write_dataset(folder / "MSSL_dataset", corpus)
    (folder / "config.yaml").write_text(yaml.safe_dump(config_once(folder / "MSSL_dataset")))
    command = ["--cores", "all", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "snakemake", *command, "--configfile", "config.yaml"], cwd=folder, check=True)
    print(f"{time.perf_counter() - start:.0f} s in all")
    files = sorted((folder / "results/chalearn2022/benchmarks").glob("*/*.tsv"))
    costs = pd.concat([pd.read_csv(path, sep="\t", na_values="-").assign(stage=path.parent.name) for path in files])
    stages = costs.groupby("stage", sort=False).agg(jobs=("s", "size"), seconds=("s", "sum"), mib=("max_rss", "max"))
    stages.to_csv(sys.stdout, sep="\t", float_format="%.0f")
    for handed_in in sorted((folder / "results/chalearn2022").glob("runs/*/submission.zip")):
        print(f"{handed_in.relative_to(folder)}: {handed_in.stat().st_size} bytes")


if __name__ == "__main__":
    main()
