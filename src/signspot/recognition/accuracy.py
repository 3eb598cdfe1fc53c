"""How often a recogniser is right: among its k best signs, per clip and per sign, beside chance and the majority."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from signspot.corpus.tables import Tables, class_ids, signs_by_id
from signspot.errors import InputError
from signspot.recognition.recognitions import Recognitions
from signspot.scoring.bootstrap import bootstrap

KS = (1, 2, 5)
"""A clip counts as right if its sign is among so many best signs."""
Shares = dict[str, float | None]
"""Accuracy, 0 … 1, by ``top1``, ``top5`` …; None where there is no clip."""


def best_classes(scores: np.ndarray, k: int) -> np.ndarray:
    """The k best classes of each clip, the best first, int64 (n, min(k, C)). Of equal scores the lower class is better.

    Args:
        scores: float (n, C).
        k: number of classes.
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def ranks(scores: np.ndarray, label: np.ndarray) -> np.ndarray:
    """How many classes are better than the true one, int64 (n,). Of equal scores the lower class is better.

    Args:
        scores: float (n, C).
        label: int (n,), the true class of each clip.
    """
    own = np.take_along_axis(scores, label[:, None], axis=1)
    lower = np.arange(scores.shape[1]) < label[:, None]
    return ((scores > own) | (scores == own) & lower).sum(1)


def per_instance(rank: np.ndarray, ks: Sequence[int] = KS) -> Shares:
    """The share of clips whose true class is among the k best.

    Args:
        rank: int (n,), see :func:`ranks`.
        ks: numbers of best classes.

    Raises:
        InputError: a k is below 1.
    """
    _check(ks)
    return {f"top{k}": float((rank < k).mean()) if len(rank) else None for k in ks}


def per_class(rank: np.ndarray, label: np.ndarray, ks: Sequence[int] = KS) -> Shares:
    """The mean of the shares of all classes that have clips.

    Args:
        rank: int (n,), see :func:`ranks`.
        label: int (n,), the true class of each clip.
        ks: numbers of best classes.

    Raises:
        InputError: a k is below 1.
    """
    _check(ks)
    shares = pd.DataFrame({f"top{k}": rank < k for k in ks}).groupby(label).mean().mean()
    return {name: float(share) if len(rank) else None for name, share in shares.items()}


def confusions(best: np.ndarray, label: np.ndarray) -> list[tuple[int, int, int]]:
    """True class, recognised class, and number of clips of each mistake; the most frequent first, then by class.

    Args:
        best: int (n,), the best class of each clip.
        label: int (n,), its true class.
    """
    wrong = best != label
    pairs, counts = np.unique(np.stack([label[wrong], best[wrong]]), axis=1, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return list(zip(*pairs[:, order].tolist(), counts[order].tolist(), strict=True))


def signs_of(tables: Tables, videos: Sequence[str]) -> list[str]:
    """The sign of each annotation of videos, as the vocabulary spells it; signs outside of it are left out."""
    ids = class_ids(tables.vocabulary)
    names = signs_by_id(ids)
    shown = tables.annotations.loc[tables.annotations["video"].isin(set(videos)), "sign"]
    return [names[ids[sign]] for sign in shown if sign in ids]


def accuracy(
    recognitions: Recognitions,
    *,
    trained: Iterable[str],
    signers: Mapping[str, str],
    ks: Sequence[int] = KS,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """The content of ``recognition.json``: how well the signs of clips are recognised.

    Clips whose sign is unknown or outside the vocabulary are ignored. All shares are 0 … 1, by ``top<k>``.

    Args:
        recognitions: of the test clips.
        trained: the sign of each training clip, for the majority line; signs outside the vocabulary are ignored.
        signers: signer by video. Videos may be missing, or have the signer "".
        ks: a clip counts as right if its sign is among so many best signs.
        resamples: draws of videos for the confidence interval.
        seed: seed of these draws.

    Returns:
        - ``clips``: their number; ``signs``: how many signs the vocabulary has; ``signs_with_clips``;
        - ``per_instance`` and ``per_class``: see the functions of these names;
        - ``chance``: the share that guesses reach;
        - ``majority``: ``sign``, of which there are the most training clips, and ``per_instance`` and ``per_class`` of
          always naming the signs in the order of their training clips; None without training clips;
        - ``confidence_interval`` of the share of clips whose best sign is right;
        - ``per_sign`` and ``per_signer``: by name, the number of ``clips`` and their shares;
        - ``confusions``: ``sign``, ``recognised`` and number of ``clips``, the most frequent first.

    Raises:
        InputError: no clip shows a sign of the vocabulary, or a k is below 1.
    """
    shown = recognitions.labelled()
    if not len(shown):
        raise InputError("no clip shows a sign of the vocabulary; there is nothing to score. Name clips with signs.")
    label = shown.label
    rank, best = ranks(shown.logits, label), best_classes(shown.logits, 1)[:, 0]
    signers = shown.clips["video"].map({video: signer for video, signer in signers.items() if signer})
    return {
        "clips": len(shown),
        "signs": len(shown.signs),
        "signs_with_clips": len(np.unique(label)),
        "per_instance": per_instance(rank, ks),
        "per_class": per_class(rank, label, ks),
        "chance": {f"top{k}": min(k / len(shown.signs), 1.0) for k in ks},
        "majority": _majority(shown, label, trained, ks),
        "confidence_interval": _confidence_interval(shown.clips["video"], rank == 0, resamples, seed),
        "per_sign": {sign: _share_of(rank[label == class_id], ks) for sign, class_id in shown.class_ids.items()},
        "per_signer": {signer: _share_of(rank[signers == signer], ks) for signer in sorted(signers.dropna().unique())},
        "confusions": [
            {"sign": shown.signs[true], "recognised": shown.signs[named], "clips": count}
            for true, named, count in confusions(best, label)
        ],
    }


def _check(ks: Sequence[int]) -> None:
    if not ks or min(ks) < 1:
        raise InputError(f"the numbers of best signs are {list(ks)}, expected one at least, and each 1 or more.")


def _share_of(rank: np.ndarray, ks: Sequence[int]) -> dict[str, Any]:
    return {"clips": len(rank), **per_instance(rank, ks)}


def _majority(shown: Recognitions, label: np.ndarray, trained: Iterable[str], ks: Sequence[int]) -> dict | None:
    class_ids = shown.class_ids
    known = [class_ids[sign] for sign in trained if sign in class_ids]
    if not known:
        return None
    counts = np.bincount(known, minlength=len(shown.signs))
    rank = ranks(np.broadcast_to(counts, shown.logits.shape), label)
    return {
        "sign": shown.signs[counts.argmax()],
        "per_instance": per_instance(rank, ks),
        "per_class": per_class(rank, label, ks),
    }


def _confidence_interval(videos: pd.Series, right: np.ndarray, resamples: int, seed: int) -> dict[str, Any]:
    clips = pd.DataFrame({"right": right.astype(int), "clips": 1})
    counts = clips.groupby(videos.to_numpy(), sort=False).sum().to_numpy()
    return bootstrap(counts, lambda sums: sums[0] / sums[1], resamples, seed)
