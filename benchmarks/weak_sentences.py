"""Sentences of real people ranked by each sign: mean average precision of signs that one or two examples tell.

    python benchmarks/weak_sentences.py FOLDER [--seeds 1 2 3] [--networks 0 3]

FOLDER is that of `few_examples.py recordings`, with videos `*sentences_*` and `sentences_weak.csv` beside it: of each
sentence, signs that it certainly has, and signs that it may have. The spotter learns the annotated signs of the front
takes, and of both takes. Sentences are ranked by the best candidate of a sign whose middle lies in them; those that may
have the sign are left out of its ranking. `mean_ap` is the mean over the signs that some sentence has; `chance` is that
of sentences in random order, and `shuffled` that of signs with each other's rankings.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from few_examples import RESULTS, Material, fitted, real_groups, rows_of, shown

from signspot.compute.threads import use_threads
from signspot.files import write_json
from signspot.spotters import VideoInputs, load_spotter

KINDS = ("train_front", "test_side", "sentences")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a video, with the class ids of the signs that it certainly has, and that it may have."""

    video: str
    start_ms: int
    end_ms: int
    certain: frozenset[int]
    maybe: frozenset[int]


def sentences_of(folder: Path, ids: Mapping[str, int]) -> list[Sentence]:
    """The sentences of the collection."""
    told = lambda row, key: frozenset(ids[label] for label in row[key].split("|") if label)  # noqa: E731
    return [
        Sentence(
            row["video"],
            int(row["start_ms"]),
            int(row["end_ms"]),
            told(row, "labels_certain"),
            told(row, "labels_maybe") - told(row, "labels_certain"),
        )
        for row in rows_of(folder / "sentences_weak.csv")
    ]


def best_scores(fit: Path, videos: Sequence[Material], sentences: Sequence[Sentence], classes: int) -> np.ndarray:
    """The score of the best candidate of each sign in each sentence, 0 without any, float (sentences, classes)."""
    spotter, scores = load_spotter(fit), np.zeros((len(sentences), classes))
    for one in videos:
        predictions = spotter.predict(VideoInputs(one.files.video, stores=one.files))
        found = predictions.candidates
        middles = np.array([predictions.timebase.ms_at(int(frame)) for frame in (found.first + found.last) // 2])
        for number, sentence in enumerate(sentences):
            if sentence.video == one.files.video:
                inside = (middles >= sentence.start_ms) & (middles < sentence.end_ms)
                np.maximum.at(scores[number], found.class_id[inside], found.score[inside])
    return scores


def average_precision(scores: np.ndarray, positive: np.ndarray) -> float:
    """Average precision, float; equal scores count as one place of the ranking.

    Args:
        scores: float (n,).
        positive: bool (n,), one at least.
    """
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(positive[order])
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    return float((np.diff(hits[ends], prepend=0) * hits[ends] / (ends + 1)).sum() / hits[-1])


def mean_ap(scores: np.ndarray, sentences: Sequence[Sentence]) -> float:
    """The mean over the signs that some sentence certainly has."""
    return float(np.mean([average_precision(scores[known, sign], has[known]) for sign, known, has in told(sentences)]))


def told(sentences: Sequence[Sentence]) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """Of each sign that some sentence has: which sentences are ranked, and which have it; bool (sentences,)."""
    signs = sorted(frozenset().union(*(sentence.certain for sentence in sentences)))
    return [
        (
            sign,
            np.array([sign not in sentence.maybe for sentence in sentences]),
            np.array([sign in sentence.certain for sentence in sentences]),
        )
        for sign in signs
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--poses", type=Path, default=Path("few_examples_poses"), help="folder that keeps poses")
    parser.add_argument("--networks", type=int, nargs="+", default=[0, 3])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--out", type=Path, default=RESULTS / "weak_sentences.json")
    arguments = parser.parse_args()
    use_threads(1)
    groups, ids = real_groups(arguments.folder, arguments.poses, KINDS)
    sentences, rng = sentences_of(arguments.folder, ids), np.random.default_rng(1)
    order = [mean_ap(rng.random((len(sentences), len(ids))), sentences) for _ in range(200)]
    rows = [shown({"sentences": len(sentences), "signs": len(told(sentences)), "chance": round(np.mean(order), 3)})]
    takes = {"front": groups["train_front"], "both takes": [*groups["train_front"], *groups["test_side"]]}
    with tempfile.TemporaryDirectory() as temporary:
        for name, train in takes.items():
            for networks in arguments.networks:
                for seed in arguments.seeds:
                    fit = Path(temporary) / f"{name}_{networks}_{seed}"
                    fitted(train, fit, len(ids), seed, networks)
                    scores = best_scores(fit, groups["sentences"], sentences, len(ids))
                    others = scores[:, np.random.default_rng(seed).permutation(len(ids))]
                    row = {"examples": name, "networks": networks, "seed": seed}
                    row |= {"mean_ap": round(mean_ap(scores, sentences), 3)}
                    rows.append(shown(row | {"shuffled": round(mean_ap(others, sentences), 3)}))
    write_json(arguments.out, rows)


if __name__ == "__main__":
    main()
