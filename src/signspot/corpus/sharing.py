"""Shares the signers of a corpus out to splits or folds. No signer is in two parts.

Part sizes come close to the wanted sizes, and signs keep an example in training where that is possible.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import inf
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signspot.corpus.tables import SPLITS, Tables, class_ids
from signspot.errors import InputError

EXACT = 20_000
"""Up to this number of ways to share out, every way is tried; beyond this number, a search finds a good way."""
SINGLE = 0.1
"""Cost of losing all signs that only one group shows, as a distance from the shares."""


class Group(NamedTuple):
    """Videos that stay together, for example all videos of a signer.

    Args:
        name: the signer, or the video.
        videos: names of the videos.
        weight: how much the group counts, in annotations or milliseconds.
        signs: class ids of the signs that the videos show.
    """

    name: str
    videos: list[str]
    weight: float
    signs: frozenset[int]


def groups_of(tables: Tables, by: str = "signer", balance: str = "annotations") -> list[Group]:
    """The videos of all splits but predict, grouped by signer. A video of unknown signer is a group of its own.

    Args:
        tables: the corpus.
        by: ``signer``, or ``video`` to make each video a group.
        balance: the weight of a group: ``annotations``, or ``minutes`` as the column duration_ms gives them.

    Raises:
        InputError: minutes are to be balanced, and a video has no duration_ms.
    """
    videos = tables.videos[tables.videos["split"] != "predict"]
    weights = _weights(tables, videos, balance)
    ids = tables.annotations["sign"].map(class_ids(tables.vocabulary))
    shown = {
        video: frozenset(of_video.astype(int)) for video, of_video in ids.dropna().groupby(tables.annotations["video"])
    }
    members: dict[tuple[str, str], list[str]] = {}
    for video, signer in zip(videos["video"], videos["signer"], strict=True):
        # The kind is part of the key, because a video may have the name of a signer.
        key = ("signer", signer) if by == "signer" and signer else ("video", video)
        members.setdefault(key, []).append(video)
    return [
        Group(name, names, sum(weights[v] for v in names), frozenset().union(*(shown.get(v, ()) for v in names)))
        for (_, name), names in members.items()
    ]


def _weights(tables: Tables, videos: pd.DataFrame, balance: str) -> dict[str, float]:
    if balance == "annotations":
        counts = tables.annotations["video"].value_counts()
        return counts.reindex(videos["video"], fill_value=0).to_dict()
    if "duration_ms" not in videos or (videos["duration_ms"] == "").any():
        raise InputError(
            f"{tables.sources.videos}: minutes are to be balanced, but not every video has a duration_ms. "
            "Balance annotations, or make the table by signspot corpus init with all videos there."
        )
    return dict(zip(videos["video"], videos["duration_ms"].astype(float), strict=True))


def checked_shares(shares: Mapping[str, Any], key: str) -> dict[str, float]:
    """Share by split, the split train first.

    Args:
        shares: in any unit.
        key: where they are written, for the message.

    Raises:
        InputError: a split is unknown or train is missing, or a share is no number above 0.
    """
    known = "train" in shares and set(shares) <= set(SPLITS) - {"predict"}
    if not known or not all(isinstance(share, int | float) and 0 < share < inf for share in shares.values()):
        raise InputError(f"{key}: expected shares above 0 of train and others of val and test.")
    return {split: shares[split] for split in SPLITS if split in shares}


def with_splits(tables: Tables, groups: Sequence[Group], splits: Sequence[str]) -> Tables:
    """The tables with a new split for the videos of each group; other videos keep their split.

    Args:
        tables: the corpus.
        groups: groups of its videos.
        splits: the split of each group.
    """
    chosen = {video: split for group, split in zip(groups, splits, strict=True) for video in group.videos}
    split = tables.videos["video"].map(chosen).fillna(tables.videos["split"])
    return Tables(tables.videos.assign(split=split), tables.annotations, tables.vocabulary, tables.sources)


def share_out(groups: Sequence[Group], shares: Sequence[float], seed: int) -> list[int]:
    """The part of each group, 0 (training) to ``len(shares) - 1``.

    No part is empty. The fewest signs are left without an example in part 0; among such ways, the weights of the parts
    come closest to the shares. A sign that only one group shows counts little: every way loses it in training or in
    testing. Else all videos would have to be in training where every video has such signs.

    Args:
        groups: what to share out.
        shares: wanted weight of each part, in any unit.
        seed: chooses among equally good ways.

    Raises:
        InputError: there are fewer groups than parts.
    """
    return _best(_Task(groups, np.array(shares) / sum(shares), _lost_in_training), seed)


def fold(groups: Sequence[Group], folds: int, seed: int) -> list[int]:
    """The fold of each group, 0 to ``folds - 1``.

    No fold is empty. The fewest signs are shown in one fold only, because no training would see them when this fold is
    tested; among such ways, the folds have the most even weights.

    Args:
        groups: what to share out.
        folds: number of folds.
        seed: chooses among equally good ways.

    Raises:
        InputError: there are fewer groups than folds.
    """
    return _best(_Task(groups, np.full(folds, 1 / folds), _lost_in_folds), seed)


def _lost_in_training(shown: np.ndarray) -> tuple[int, float]:
    """Signs that other groups could teach but part 0 does not show; the cost of lost signs of a single group."""
    absent, single = shown[0] == 0, shown.sum(0) == 1
    return int((absent & ~single).sum()), SINGLE * float((absent & single).sum()) / max(len(single), 1)


def _lost_in_folds(shown: np.ndarray) -> tuple[int, float]:
    """Signs that only one fold shows; nothing else costs."""
    return int(((shown > 0).sum(0) == 1).sum()), 0.0


class _Parts(NamedTuple):
    """A way to share out. By part: number of groups, weight, and how many groups show each sign (parts, signs)."""

    groups: np.ndarray
    weights: np.ndarray
    shown: np.ndarray


class _Task:
    """Groups to share out, and the cost of a way to do so.

    Args:
        groups: the n groups.
        shares: float (parts,), the wanted weight of each part; their sum is 1.
        lost: from how many groups show each sign (parts, signs) to the number of lost signs and an additional cost.
    """

    def __init__(
        self, groups: Sequence[Group], shares: np.ndarray, lost: Callable[[np.ndarray], tuple[int, float]]
    ) -> None:
        signs = sorted(frozenset().union(*(group.signs for group in groups)))
        weights = np.array([group.weight for group in groups], float)
        self.shares, self.lost = shares, lost
        self.weights = weights / (weights.sum() or 1)
        self.shows = np.array([[sign in group.signs for sign in signs] for group in groups], float)

    def parts(self, part_of: np.ndarray) -> _Parts:
        """The way that puts group i into part ``part_of[i]``."""
        members = (part_of == np.arange(len(self.shares))[:, None]).astype(float)
        return _Parts(members.sum(1), members @ self.weights, members @ self.shows)

    def moved(self, parts: _Parts, group: int, old: int, new: int) -> _Parts:
        """The way ``parts`` after a group has moved from part ``old`` to part ``new``.

        A search tries thousands of moves, and this difference costs less than :meth:`parts`.

        Args:
            parts: before the move.
            group: number of the group.
            old, new: numbers of its parts.
        """
        step = (np.arange(len(self.shares)) == new) * 1.0 - (np.arange(len(self.shares)) == old)
        return _Parts(
            parts.groups + step,
            parts.weights + step * self.weights[group],
            parts.shown + step[:, None] * self.shows[group],
        )

    def cost(self, parts: _Parts) -> tuple[int, int, float]:
        """Empty parts, lost signs, and distance from the shares; the first difference decides, and less is better."""
        lost, additional = self.lost(parts.shown)
        distance = ((parts.weights - self.shares) ** 2).sum()
        # Rounded, so that errors of the last bits do not decide between equally good ways.
        return int((parts.groups == 0).sum()), lost, round(float(distance + additional), 9)


def _best(task: _Task, seed: int) -> list[int]:
    """The part of each group in the way of least cost; the seed chooses among equally good ways."""
    groups, parts = len(task.weights), len(task.shares)
    if groups < parts:
        raise InputError(
            f"{groups} signers or videos cannot be shared out to {parts} parts. Take fewer parts or, if the "
            "same people may be in several, --by video."
        )
    order = np.random.default_rng(seed).permutation(groups)
    if parts**groups <= EXACT:
        ways = (np.array(way)[order] for way in product(range(parts), repeat=groups))
        return min(ways, key=lambda way: task.cost(task.parts(way))).tolist()
    return _searched(task, order).tolist()


def _searched(task: _Task, order: np.ndarray) -> np.ndarray:
    """A good way: groups go, heaviest first, where most weight is lacking; then single groups move while that helps."""
    part_of, room = np.zeros(len(order), int), task.shares.copy()
    for group in order[np.argsort(-task.weights[order], kind="stable")]:
        part_of[group] = room.argmax()
        room[part_of[group]] -= task.weights[group]
    parts = task.parts(part_of)
    best, before = task.cost(parts), None
    while best != before:
        before = best
        for group, part in product(order, range(len(task.shares))):
            moved = task.moved(parts, group, part_of[group], part)
            if (cost := task.cost(moved)) < best:
                parts, best, part_of[group] = moved, cost, part
    return part_of
