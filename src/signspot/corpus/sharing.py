"""Signers to splits or folds: nobody is in two, and these come close to the sizes that are wanted."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from signspot.corpus.tables import Tables, class_ids
from signspot.errors import InputError

EXACT = 20_000
"""So many ways to share out are all tried; of more, a good one is searched."""
SINGLE = 0.1
"""Losing all signs weighs as much as this distance from the shares, where each sign is of one group alone."""


class Group(NamedTuple):
    """Videos that stay together, as those of a signer: how much they count, and the class ids that they show."""

    name: str
    videos: list[str]
    weight: float
    signs: frozenset[int]


def groups_of(tables: Tables, by: str = "signer", balance: str = "annotations") -> list[Group]:
    """The videos of all splits but predict, by signer; one whose signer is not known is a group of its own.

    Args:
        by: ``signer``, or ``video`` to make each video a group.
        balance: what counts: ``annotations``, or ``minutes`` as the column duration_ms tells them.

    Raises:
        InputError: minutes are to count, and a video has no duration.
    """
    videos = tables.videos[tables.videos["split"] != "predict"]
    weights = _weights(tables, videos, balance)
    ids = tables.annotations["sign"].map(class_ids(tables.vocabulary))
    shown = {
        video: frozenset(of_video.astype(int)) for video, of_video in ids.dropna().groupby(tables.annotations["video"])
    }
    members: dict[tuple[str, str], list[str]] = {}
    for video, signer in zip(videos["video"], videos["signer"], strict=True):
        known = by == "signer" and signer
        members.setdefault(("signer", signer) if known else ("video", video), []).append(video)
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


def with_splits(tables: Tables, groups: Sequence[Group], splits: Sequence[str]) -> Tables:
    """The tables with a split for each group."""
    chosen = {video: split for group, split in zip(groups, splits, strict=True) for video in group.videos}
    old = tables.videos["split"]
    split = tables.videos["video"].map(chosen).fillna(old)
    return Tables(tables.videos.assign(split=split), tables.annotations, tables.vocabulary, tables.sources)


def unlearnt(tables: Tables) -> list[str]:
    """The signs that no video of the split train shows."""
    ids = tables.annotations["sign"].map(class_ids(tables.vocabulary))
    learnt = set(ids[tables.annotations["video"].isin(tables.of(["train"]))])
    return tables.vocabulary.loc[~tables.vocabulary["class_id"].isin(learnt), "sign"].tolist()


def share_out(groups: Sequence[Group], shares: Sequence[float], seed: int) -> list[int]:
    """The part of each group, 0 (training) to len(shares) - 1.

    No part is empty. Of such ways, those are best that leave the fewest signs without an example in part 0; of these,
    those whose parts weigh nearly what the shares say. A sign of one group alone counts little: it is lost in training
    or in testing, and where every video has such signs, all would have to be for training.

    Raises:
        InputError: there are fewer groups than parts.
    """
    return _best(_Training(groups, np.array(shares) / sum(shares)), seed)


def fold(groups: Sequence[Group], folds: int, seed: int) -> list[int]:
    """The fold of each group, 0 to folds - 1: of even weight, and as few signs as can be are shown in one fold only.

    Raises:
        InputError: there are fewer groups than folds.
    """
    return _best(_Folds(groups, np.full(folds, 1 / folds)), seed)


class _Parts(NamedTuple):
    """A way to share out: by part, the number of groups, their weight, and how many show each sign (parts, signs)."""

    groups: np.ndarray
    weights: np.ndarray
    shown: np.ndarray


class _Task:
    """What is shared out, and how good a way of doing so is.

    Args:
        shares: of the parts, 1 in all.
    """

    def __init__(self, groups: Sequence[Group], shares: np.ndarray) -> None:
        signs = sorted(frozenset().union(*(group.signs for group in groups)))
        weights = np.array([group.weight for group in groups], float)
        self.shares = shares
        self.weights = weights / (weights.sum() or 1)
        self.shows = np.array([[sign in group.signs for sign in signs] for group in groups], float)

    def parts(self, part_of: np.ndarray) -> _Parts:
        """From the part of each group."""
        members = (part_of == np.arange(len(self.shares))[:, None]).astype(float)
        return _Parts(members.sum(1), members @ self.weights, members @ self.shows)

    def moved(self, parts: _Parts, group: int, old: int, new: int) -> _Parts:
        """With a group in another part."""
        step = (np.arange(len(self.shares)) == new) * 1.0 - (np.arange(len(self.shares)) == old)
        return _Parts(
            parts.groups + step,
            parts.weights + step * self.weights[group],
            parts.shown + step[:, None] * self.shows[group],
        )

    def cost(self, parts: _Parts) -> tuple[int, int, float]:
        """Empty parts, signs that cannot be learnt, distance from the shares; less is better."""
        lost, penalty = self.lost(parts.shown)
        distance = ((parts.weights - self.shares) ** 2).sum()
        return int((parts.groups == 0).sum()), lost, round(float(distance + penalty), 9)

    def lost(self, shown: np.ndarray) -> tuple[int, float]:
        """The number of signs that cannot be learnt, and what others add to the distance."""
        raise NotImplementedError


class _Training(_Task):
    def lost(self, shown: np.ndarray) -> tuple[int, float]:
        absent, single = shown[0] == 0, shown.sum(0) == 1
        return int((absent & ~single).sum()), SINGLE * float((absent & single).sum()) / max(len(single), 1)


class _Folds(_Task):
    def lost(self, shown: np.ndarray) -> tuple[int, float]:
        return int(((shown > 0).sum(0) == 1).sum()), 0.0


def _best(task: _Task, seed: int) -> list[int]:
    """The part of each group; the seed decides between ways that are equally good."""
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
    """From the heaviest group on, each goes where most is lacking; then single groups move while that helps."""
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
