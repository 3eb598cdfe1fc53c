"""Search of sentences by text on the embedded corpus: rendered signers act out sentences, whose texts are their signs.

    python benchmarks/retrieval.py [--train 80] [--test 40] [--seeds 3] [--out benchmarks/results/retrieval.json]

Makes sentences of 3 to 5 of 20 signs, no set of signs twice: 8 signers sign those to learn from, 2 others a fifth as
many by which epochs are chosen, 3 others those to find. Runs the configuration that it writes beside them, and prints a
TSV of R@1, R@5, MedR and MeanR of recognised signs, the common space and both in both directions: means over the seeds.
Then every sentence gets the text of another one of its split, `shuffled`: all must come out at chance.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from measuring import ROOT, machine

from signspot.corpus.sentences import write_sentences
from signspot.rows import read_rows

SIGNS, LEAST, MOST = 20, 3, 5
SIGNERS = {"train": 8, "predict": 8, "val": 2, "test": 3}
SIGN_MS, GAP_MS, REST_MS = (480, 640), (120, 240), 900
"""Of a sign and of the gap between two, at least and at most; before a sentence."""
EXPERT = {
    "modality": {"name": "skeleton", "relative": True, "rotate_deg": 8, "scale": 0.1, "shift": 0.05, "noise": 0.005},
    "backbone": {"name": "stgcn", "width": 0.25},
    "clips": {"length": 16, "stride": 1},
}
TRAINING = {"clips": "instances", "optimiser": "adamw", "rate": 1e-3, "weight_decay": 0.01, "schedule": "cosine"}


def made_up(counts: Mapping[str, int], seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A timeline for :func:`signspot.signer.corpus.act_out`, and the table of its sentences.

    Args:
        counts: sentences of each split.
        seed: of the signs of each sentence, and of their times.
    """
    rng = np.random.default_rng(seed)
    used: set[frozenset[str]] = set()
    signs, sentences = [], []
    for split, count in counts.items():
        ends = dict.fromkeys((f"{split}_s{number:02d}" for number in range(min(SIGNERS[split], count))), 0)
        for number in range(count):
            video = list(ends)[number % len(ends)]
            glosses, end = _unused(rng, used), ends[video]
            begin = end + REST_MS
            for at, gloss in enumerate(glosses):
                start = end + (int(rng.integers(*GAP_MS)) if at else REST_MS)
                end = start + int(rng.integers(*SIGN_MS))
                signs.append((video, gloss, start, end, split, video))
            sentences.append((video, begin, end, " ".join(glosses)))
            ends[video] = end
    timeline = pd.DataFrame(signs, columns=["video", "sign", "start_ms", "end_ms", "split", "signer"])
    return timeline, pd.DataFrame(sentences, columns=["video", "start_ms", "end_ms", "text"])


def _unused(rng: np.random.Generator, used: set[frozenset[str]]) -> list[str]:
    """Glosses in the order of a new sentence, a set of which there is no sentence yet."""
    while True:
        signs = rng.choice(SIGNS, rng.integers(LEAST, MOST + 1), replace=False)
        glosses = [f"SIGN{sign:02d}" for sign in signs]
        if frozenset(glosses) not in used:
            used.add(frozenset(glosses))
            return glosses


def shuffled(sentences: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The sentences with the texts of each split permuted."""
    rng = np.random.default_rng(seed)
    split = sentences["video"].str.partition("_")[0]
    return sentences.assign(text=sentences.groupby(split)["text"].transform(lambda texts: rng.permutation(texts)))


def configuration(folder: Path, results: Path, epochs: int, seeds: int) -> dict[str, Any]:
    """A configuration for the tables of a folder."""
    training = [{**TRAINING, "epochs": epochs, "batch_size": 16}]
    signer = {"timeline": str(folder / "timeline.tsv"), "distractors": 0, "height": 270}
    return {
        "results": str(results),
        "seed": 1,
        "corpus": {"name": folder.name, "fps": 25, "source": "signer", "signer": signer},
        "pose": {"model_complexity": 1},
        "experts": {"skeleton": {**EXPERT, "training": training}},
        "spotters": {"skeleton": {"kind": "windows", "experts": ["skeleton"], "decoders": {"windows": {}}}},
        "retrieval": {
            "sentences": str(folder / "sentences.tsv"),
            "expert": "skeleton",
            "spotter": "skeleton",
            "seeds": seeds,
        },
        "runs": {"search": {"train": ["train"], "validation": ["val"], "test": ["test"], "select": "best"}},
    }


def rows(told: Mapping[str, Any]) -> pd.DataFrame:
    """R@1, MedR and MeanR of each search in each direction, from retrieval.json."""
    means = {name: told[name].get("mean", told[name]) for name in ("recognised_signs", "common_space", "both")}
    return pd.DataFrame(
        [
            {"search": name, "direction": direction, **{key: scores[key] for key in ("R1", "R5", "MedR", "MeanR")}}
            for name, of_both in means.items()
            for direction, scores in of_both.items()
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=int, default=80, help="sentences to learn from")
    parser.add_argument("--test", type=int, default=40, help="sentences to find")
    parser.add_argument("--epochs", type=int, default=40, help="of the recogniser")
    parser.add_argument("--seeds", type=int, default=3, help="trainings of the common space")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/retrieval.json")
    arguments = parser.parse_args()
    folder = (arguments.results / "source" / "embedded_sentences").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    counts = {"train": arguments.train, "val": max(arguments.train // 5, 2), "test": arguments.test}
    timeline, sentences = made_up(counts, seed=1)
    # An equal timeline stays: Snakemake goes by the times of files, and would render all videos again.
    if not (folder / "timeline.tsv").exists() or not timeline.astype(str).equals(read_rows(folder / "timeline.tsv")):
        timeline.to_csv(folder / "timeline.tsv", sep="\t", index=False)
    config = configuration(folder, arguments.results.resolve(), arguments.epochs, arguments.seeds)
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", "--cores", arguments.cores, "--configfile"]
    found = {}
    for texts, table in (("own", sentences), ("shuffled", shuffled(sentences, seed=1))):
        write_sentences(table, folder / "sentences.tsv")
        subprocess.run([*command, str(folder / "config.yaml"), "--", "retrieval"], check=True)
        told = arguments.results / folder.name / "runs/search/retrieval/retrieval.json"
        found[texts] = json.loads(told.read_text())
    table = pd.concat([rows(told).assign(texts=texts) for texts, told in found.items()], ignore_index=True)
    table.to_csv(sys.stdout, sep="\t", index=False, float_format="%.1f")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps({"machine": machine(), **found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
