"""The challenge's configuration at full size, once through: published networks, 224 px, one epoch, tiny videos.

    python benchmarks/challenge_once.py FOLDER [--system hsi3d]

Renders short videos into FOLDER/MSSL_dataset, in the challenge's own layout, and runs the workflow on them with
config/chalearn2022.yaml, changed only in epochs, batch size, workers and threads, up to the hand-ins of both runs: a
batch of 16 clips through P3D-199 takes 15 GB, one of 4 a quarter of it. With --system hsi3d, the same with
config/hsi3d.yaml, of which two folds and their ensemble are left, windows every 16 frames, and no weights to start
from. Prints what each stage took; no score, because one epoch on one video learns nothing.
"""

import argparse
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from signspot.corpus.tables import class_ids
from signspot.signer import SyntheticCorpus, tables
from signspot.signer.film import render_video

ROOT = Path(__file__).parents[1]
PLACES = {"train": "TRAIN/MSSL_TRAIN_SET", "val": "VALIDATION/MSSL_VAL_SET", "test": "MSSL_TEST_SET"}


def write_dataset(folder: Path, corpus: SyntheticCorpus) -> None:
    """The videos of a corpus in the layout of the challenge; the test video without ground truth."""
    made = tables(corpus)
    ids = class_ids(made.vocabulary)
    truth: dict[str, dict[str, list[list[int]]]] = {}
    for number, (video, split) in enumerate(zip(made.videos["video"], made.videos["split"], strict=True), 1):
        name, place = f"p{number:02d}_n000", folder / PLACES[split]
        render_video(corpus, video, place.with_name(f"{place.name}_VIDEOS") / f"{name}.mp4")
        rows = made.annotations[made.annotations["video"] == video]
        truth.setdefault(split, {})[name] = [[ids[row.sign], row.start_ms, row.end_ms] for row in rows.itertuples()]
    for split in truth.keys() - {"test"}:
        place = folder / PLACES[split]
        place.with_name(f"{place.name}_GT.pkl").write_bytes(pickle.dumps(truth[split], protocol=4))


def chalearn2022() -> dict[str, Any]:
    """The third-placed entry with one epoch of everything."""
    config = yaml.safe_load((ROOT / "config/chalearn2022.yaml").read_text())
    recipes = [training for expert in config["experts"].values() for training in expert["training"]]
    recipes += [spotter["training"] for spotter in config["spotters"].values()]
    for recipe in recipes:
        recipe |= {"epochs": 1, "steps": [], "batch_size": 4, "workers": 0}
    return config


def hsi3d() -> dict[str, Any]:
    """Two folds of the winning entry with one epoch, and their ensemble."""
    config = yaml.safe_load((ROOT / "config/hsi3d.yaml").read_text())
    spotter, name = config["spotters"]["hsi3d"], "train_rsp05_"
    del spotter["start"]
    spotter["training"] |= {"epochs": 1, "batch_size": 2, "workers": 0}
    spotter["window"]["stride"] = 16
    config["spotters"]["all"]["of"] = [f"{name}1/hsi3d", f"{name}2/hsi3d"]
    folds = config["runs"][name] | {"folds": {"count": 2, "by": "signer"}}
    config["runs"] = {name: folds, "ensemble": config["runs"]["ensemble"]}
    return config


SYSTEMS = {"chalearn2022": (chalearn2022, 1), "hsi3d": (hsi3d, 2)}
"""The configuration of each, and its training videos."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--system", choices=SYSTEMS, default="chalearn2022")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of each video")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    configuration, videos = SYSTEMS[arguments.system]
    splits = dict.fromkeys(PLACES, 1) | {"train": videos}
    corpus = SyntheticCorpus(signs=2, distractors=0, seconds=arguments.seconds, height=360, splits=splits, seed=1)
    write_dataset(folder / "MSSL_dataset", corpus)
    config = configuration() | {"threads": 1}
    config["corpus"]["challenge"]["folder"] = str(folder / "MSSL_dataset")
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
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
