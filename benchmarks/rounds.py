"""Labels from spottings on the embedded corpus: what rounds of them add to the clips of a lexicon.

    python benchmarks/rounds.py [--lexicon 4] [--weak 80] [--test 40] [--rounds 2] [--seeds 3]

Rendered signers act out the 20 signs of a lexicon, one after the other with rests between them, once each. Others act
out sentences of 3 to 5 of these signs, as in benchmarks/retrieval.py: 8 signers whose times nothing may see, 2 who are
annotated and choose thresholds and epochs, 3 to spot signs in. Runs the configuration that it writes beside the tables,
and prints a TSV of all rounds: pseudo labels, how many of them are right, signs that are named rightly, and F1.
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
from retrieval import EXPERT, REST_MS, SIGN_MS, SIGNS, TRAINING, made_up

from signspot.corpus.sentences import write_sentences
from signspot.rows import read_rows


def lexicon(signers: int, seed: int) -> pd.DataFrame:
    """A timeline in which every signer signs all signs once, in another order, with rests between them."""
    rng, rows = np.random.default_rng(seed), []
    for number in range(signers):
        name, end = f"train_s{number:02d}", 0
        for sign in rng.permutation(SIGNS):
            start = end + REST_MS
            end = start + int(rng.integers(*SIGN_MS))
            rows.append((name, f"SIGN{sign:02d}", start, end, "train", name))
    return pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms", "split", "signer"])


def configuration(folder: Path, results: Path, epochs: int, rounds: int, seed: int) -> dict[str, Any]:
    """A configuration for the tables of a folder."""
    training = [{**TRAINING, "clips": "inner", "epochs": epochs, "batch_size": 16}]
    signer = {"timeline": str(folder / "timeline.tsv"), "distractors": 0, "height": 270}
    tuned = dict.fromkeys(("threshold", "min_windows"), "tune")
    weak = {"videos": ["predict"], "sentences": str(folder / "sentences.tsv"), "expert": "skeleton"}
    return {
        "results": str(results),
        "seed": seed,
        "corpus": {"name": folder.name, "fps": 25, "source": "signer", "signer": signer},
        "pose": {"model_complexity": 1},
        "experts": {"skeleton": {**EXPERT, "training": training}},
        "spotters": {"skeleton": {"kind": "windows", "experts": ["skeleton"], "decoders": {"windows": tuned}}},
        "runs": {
            f"seed{seed}_round": {
                **{"train": ["train"], "validation": ["val"], "test": ["test"], "select": "best"},
                "rounds": {"count": rounds, **weak},
            }
        },
    }


def rows(rounds: list[Mapping[str, Any]]) -> pd.DataFrame:
    """A row for each round, from rounds.json."""
    return pd.DataFrame(
        [
            {
                "round": one["round"],
                **{
                    key: (one["pseudo_labels"] or {}).get(key)
                    for key in ("threshold", "windows", "spotted", "precision")
                },
                "top1": one["top1"],
                "f1": one["f1"],
            }
            for one in rounds
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lexicon", type=int, default=4, help="signers of the lexicon, each of whom signs a sign once")
    parser.add_argument("--weak", type=int, default=80, help="sentences whose times nothing may see")
    parser.add_argument("--test", type=int, default=40, help="sentences to spot signs in")
    parser.add_argument("--rounds", type=int, default=2, help="rounds after the lexicon's own")
    parser.add_argument("--epochs", type=int, default=80, help="of the expert")
    parser.add_argument("--seeds", type=int, default=3, help="repetitions with other seeds of the trainings")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/rounds.json")
    arguments = parser.parse_args()
    folder = (arguments.results / "source" / "embedded_lexicon").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    counts = {"predict": arguments.weak, "val": max(arguments.weak // 5, 2), "test": arguments.test}
    acted, sentences = made_up(counts, seed=1)
    timeline = pd.concat([lexicon(arguments.lexicon, seed=2), acted], ignore_index=True)
    # An equal timeline stays: Snakemake goes by the times of files, and would render all videos again.
    if not (folder / "timeline.tsv").exists() or not timeline.astype(str).equals(read_rows(folder / "timeline.tsv")):
        timeline.to_csv(folder / "timeline.tsv", sep="\t", index=False)
    write_sentences(sentences, folder / "sentences.tsv")
    found = {}
    for seed in range(1, arguments.seeds + 1):
        config = configuration(folder, arguments.results.resolve(), arguments.epochs, arguments.rounds, seed)
        path = folder / f"seed{seed}.yaml"
        path.write_text(yaml.safe_dump(config, sort_keys=False))
        command = [sys.executable, "-m", "snakemake", "--cores", arguments.cores, "--rerun-triggers", "mtime"]
        subprocess.run([*command, "--configfile", str(path), "--", "all_rounds"], check=True)
        told = arguments.results / folder.name / f"rounds/seed{seed}_round/rounds.json"
        found[seed] = json.loads(told.read_text())["rounds"]
    table = pd.concat([rows(one).assign(seed=seed) for seed, one in found.items()], ignore_index=True)
    table.to_csv(sys.stdout, sep="\t", index=False, float_format="%.3f")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps({"machine": machine(), "seeds": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
