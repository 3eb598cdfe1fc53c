"""Late fusion: sums of the outputs of several recognisers, with weights that may be tuned on validation clips.

Vázquez-Enríquez et al., "Isolated Sign Language Recognition with Multi-Scale Spatial-Temporal Graph Convolutional
Networks", CVPR workshops 2021. Shen, Zheng and Yang, "StepNet: Spatial-temporal Part-aware Network for Isolated Sign
Language Recognition", 2022, https://arxiv.org/abs/2212.12857.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, zip_longest
from typing import Any

import numpy as np

from signspot.errors import InputError
from signspot.recognition.accuracy import KS, per_class, per_instance, ranks
from signspot.recognition.recognitions import CLIP, Recognitions

Streams = Mapping[str, Recognitions]
"""What several recognisers say of the same clips, by their names."""
PLAIN, TUNE = "plain", "tune"
"""Weights that are all 1; weights that are searched on validation clips."""
STEPS = 50
"""Tuned weights are multiples of 1 / STEPS, and their sum is 1."""
MOST_COMBINATIONS = 400_000
"""Of weights that are tried: five streams have 316,251."""
BLOCK = 4_000_000
"""Sums that are held at a time."""
DECIMALS = 12
"""Sums are rounded to so many places: what is equal on paper shall be equal, in whatever order it is added up."""


@dataclass(frozen=True)
class Sum:
    """A weighted sum of streams.

    Args:
        streams: their names.
        weights: ``plain``, ``tune``, or the weight of each stream, 0 or more: (1, 0.4) for StepNet's colours and flow.
        name: of the sum, by which its row is found.
    """

    streams: tuple[str, ...]
    weights: str | tuple[float, ...] = PLAIN
    name: str = ""


def fused(streams: Streams, weights: Mapping[str, float]) -> Recognitions:
    """The weighted sum of the logits of streams, rounded to 12 places.

    Args:
        streams: by name; those without a weight are left out.
        weights: by name, 0 or more, not all 0.

    Raises:
        InputError: a stream is missing, the streams differ in vocabulary or clips, or the weights cannot be such.
    """
    chosen = _chosen(streams, tuple(weights))
    values = list(weights.values())
    if not all(math.isfinite(value) and value >= 0 for value in values) or not any(values):
        raise InputError(f"the weights of {_listed(weights)} are {_listed(values)}, expected 0 or more, and not all 0.")
    total = sum(weights[name] * one.logits.astype(np.float64) for name, one in chosen.items())
    return replace(next(iter(chosen.values())), logits=np.round(total, DECIMALS))


def tuned_weights(validation: Streams) -> dict[str, float]:
    """The weights, multiples of 0.02 with sum 1, whose sum names most validation clips rightly.

    Of weights that are equally good those with the higher top-5 accuracy win, then those nearer to equal ones, then
    those that weigh earlier streams more. All combinations are tried.

    Args:
        validation: of the clips on which weights are searched, which must not be those that are reported on.

    Raises:
        InputError: no clip shows a sign of the vocabulary, the streams differ in vocabulary or clips, or there are too
            many of them.
    """
    streams = {name: one.labelled() for name, one in _chosen(validation, tuple(validation)).items()}
    first = next(iter(streams.values()))
    if not len(first):
        raise InputError(
            f"the weights of {_listed(validation)} are to be tuned on validation clips, and none shows a sign of the "
            "vocabulary. Name a validation split, or give weights."
        )
    tried = _all_weights(tuple(streams))
    top1, top5 = _right(tried, np.stack([one.logits.astype(np.float64) for one in streams.values()]), first.label)
    best = np.lexsort((*-tried.T[::-1], (tried**2).sum(1), -top5, -top1))[0]
    return dict(zip(streams, (tried[best] / STEPS).tolist(), strict=True))


def fusion(
    test: Streams, sums: Sequence[Sum], validation: Streams | None = None, ks: Sequence[int] = KS
) -> dict[str, Any]:
    """The content of ``fusion.json``: every stream alone, and every sum, with its weights and accuracies.

    Clips whose sign is unknown or outside the vocabulary are ignored.

    Args:
        test: what the streams say of the test clips.
        sums: the sums to report, in this order.
        validation: what they say of the validation clips, on which weights are tuned.
        ks: a clip counts as right if its sign is among so many best signs.

    Returns:
        - ``clips``: number of test clips;
        - ``tuned_on``: number of ``clips`` and of ``videos`` on which weights were tuned; None: none were;
        - ``rows``: ``name`` of the stream or of the sum, ``streams``, ``weights`` of each, ``how`` these came about
          (alone, plain, given, tuned), ``per_instance`` and ``per_class`` accuracy, 0 … 1, by ``top<k>``.

    Raises:
        InputError: as :func:`fused` and :func:`tuned_weights`; weights are to be tuned and there are no validation
            clips; a clip is among both test and validation; or no test clip shows a sign of the vocabulary.
    """
    test = {name: one.labelled() for name, one in _chosen(test, tuple(test)).items()}
    clips = next(iter(test.values()))
    if not len(clips):
        raise InputError("no test clip shows a sign of the vocabulary; there is nothing to score.")
    if validation:
        validation = _chosen(validation, tuple(validation))
    rows = [_row(test, name, "alone", {name: 1.0}, ks) for name in test]
    rows += [_row(test, one.name, *_weights_of(one, test, validation), ks) for one in sums]
    tuned = any(row["how"] == "tuned" for row in rows)
    return {"clips": len(clips), "tuned_on": _extent(validation) if tuned else None, "rows": rows}


def weights_of(fusion: Mapping[str, Any], name: str) -> dict[str, float]:
    """The weight of each stream of a sum, of the content of ``fusion.json``; those that are plain only if it has no
    others.

    Args:
        name: of the sum.

    Raises:
        InputError: there is no such sum.
    """
    rows = [row for row in fusion["rows"] if row["name"] == name]
    if not rows:
        raise InputError(f"fusion.json: has no sum {name!r}. Delete it and run its stage again.")
    return dict(zip(rows[-1]["streams"], rows[-1]["weights"], strict=True))


def _weights_of(one: Sum, test: Streams, validation: Streams | None) -> tuple[str, dict[str, float]]:
    """How the weights of a sum come about, and the weights."""
    chosen = _chosen(test, one.streams)
    if one.weights == PLAIN:
        return "plain", dict.fromkeys(one.streams, 1.0)
    if one.weights == TUNE:
        without = [name for name in one.streams if name not in (validation or {})]
        if without:
            raise InputError(
                f"the weights of {_listed(one.streams)} are to be tuned on validation clips, and there are none of "
                f"{_listed(without)}. Name a validation split, or give weights."
            )
        mine = _chosen(validation, one.streams)
        _check_apart(next(iter(chosen.values())), next(iter(mine.values())))
        return "tuned", tuned_weights(mine)
    if isinstance(one.weights, str) or len(one.weights) != len(one.streams):
        raise InputError(
            f"the weights of {_listed(one.streams)} are {one.weights!r}, expected {PLAIN}, {TUNE}, or "
            f"{len(one.streams)} numbers."
        )
    return "given", dict(zip(one.streams, one.weights, strict=True))


def _row(test: Streams, name: str, how: str, weights: Mapping[str, float], ks: Sequence[int]) -> dict[str, Any]:
    total = fused(test, weights)
    label = total.label
    rank = ranks(total.logits, label)
    return {
        "name": name,
        "streams": list(weights),
        "weights": list(weights.values()),
        "how": how,
        "per_instance": per_instance(rank, ks),
        "per_class": per_class(rank, label, ks),
    }


def _extent(validation: Streams) -> dict[str, int]:
    clips = next(iter(validation.values())).labelled().clips
    return {"clips": len(clips), "videos": clips["video"].nunique()}


def _chosen(streams: Streams, names: Sequence[str]) -> dict[str, Recognitions]:
    """Some of the streams, after a check that they name the same signs and clips in the same order."""
    if not names or len(set(names)) < len(names):
        raise InputError(f"a sum has the streams {_listed(names) or 'none'}, expected one at least, and each once.")
    for name in names:
        if name not in streams:
            raise InputError(f"there is no stream {name!r}; there are {_listed(streams)}. Correct the name.")
    first = names[0]
    for other in names[1:]:
        one, two = streams[first], streams[other]
        if one.signs != two.signs or not one.clips[CLIP].equals(two.clips[CLIP]):
            _refuse_difference("class id", map(repr, one.signs), map(repr, two.signs), (first, other))
            _refuse_difference("clip", _told_clips(one), _told_clips(two), (first, other))
    return {name: streams[name] for name in names}


def _refuse_difference(what: str, ones: Iterable[str], others: Iterable[str], names: tuple[str, str]) -> None:
    for number, (one, other) in enumerate(zip_longest(ones, others, fillvalue="missing")):
        if one != other:
            raise InputError(
                f"{what} {number} is {one} for {names[0]}, but {other} for {names[1]}. Streams are summed up only if "
                "they have one vocabulary and recognise the same clips in the same order."
            )


def _told_clips(one: Recognitions) -> Iterator[str]:
    rows = one.clips[CLIP].itertuples(index=False, name=None)
    return (f"{video} from {start} to {end} ms ({sign or 'unknown sign'})" for video, start, end, sign in rows)


def _check_apart(test: Recognitions, validation: Recognitions) -> None:
    if test.signs != validation.signs:
        names = ("the test clips", "the validation clips")
        _refuse_difference("class id", map(repr, test.signs), map(repr, validation.signs), names)
    seen = set(_told_clips(test))
    both = next((clip for clip in _told_clips(validation) if clip in seen), None)
    if both:
        raise InputError(
            f"{both} is a test clip and a validation clip. Weights that are tuned on test clips flatter a sum: take "
            "other validation clips."
        )


def check_count(names: Sequence[str]) -> int:
    """The number of all ways to give STEPS steps to streams.

    Raises:
        InputError: there are too many of them to be tried.
    """
    bars = len(names) - 1
    count = math.comb(STEPS + bars, bars)
    if count > MOST_COMBINATIONS:
        raise InputError(
            f"{len(names)} streams ({_listed(names)}) have {count:,} combinations of weights, of which at most "
            f"{MOST_COMBINATIONS:,} are tried. Tune the weights of fewer streams, or give weights."
        )
    return count


def _all_weights(names: Sequence[str]) -> np.ndarray:
    """All ways to give STEPS steps to streams, int64 (m, S)."""
    bars, count = len(names) - 1, check_count(names)
    places = np.fromiter(chain.from_iterable(combinations(range(STEPS + bars), bars)), np.int64).reshape(count, bars)
    return np.diff(places, prepend=-1, append=STEPS + bars, axis=1) - 1


def _right(tried: np.ndarray, scores: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many clips have their class as the best, and among the five best, with each of some weights; int64 (m,) each.

    A class that is better than the true one in all streams is better in any sum, and likewise with worse ones. So only
    the other classes are summed up; good recognisers leave few.

    Args:
        tried: weights in steps, int (m, S).
        scores: float (S, n, C).
        label: int (n,).
    """
    ahead = (scores - np.take_along_axis(scores, label[None, :, None], axis=2)) / STEPS
    equal = 10.0**-DECIMALS
    certain = (ahead.min(0) > equal).sum(1)
    classes = np.arange(scores.shape[2])
    is_open = (ahead.min(0) <= equal) & (ahead.max(0) >= -equal) & (classes != label[:, None])
    is_open &= certain[:, None] < 5
    clip, other = np.nonzero(is_open)
    # Of equal sums the lower class is better.
    bound = np.where(other < label[clip], -equal, equal)
    ahead = ahead[:, clip, other]
    clips, starts = np.unique(clip, return_index=True)
    settled = np.delete(certain, clips)
    top1, top5 = (np.full(len(tried), (settled < k).sum()) for k in (1, 5))
    size = max(BLOCK // max(len(clip), 1), 1)
    for block in np.array_split(np.arange(len(tried)), math.ceil(len(tried) / size)) if len(clip) else ():
        better = tried[block].astype(float) @ ahead > bound
        rank = certain[clips] + np.add.reduceat(better, starts, axis=1, dtype=np.int64)
        top1[block] += (rank < 1).sum(1)
        top5[block] += (rank < 5).sum(1)
    return top1, top5


def _listed(values: Any) -> str:
    return ", ".join(map(str, values))
