"""The scores of a run from its tables: official and strict, per sign, per signer, with a confidence interval."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from signspot.corpus.tables import class_ids, numbered
from signspot.errors import InputError
from signspot.scoring.bootstrap import bootstrap
from signspot.scoring.counts import Interval, Intervals, f1_of, found_in, measures
from signspot.scoring.official import THRESHOLDS, official, official_rule
from signspot.scoring.strict import strict


def scores(
    annotations: pd.DataFrame,
    spottings: pd.DataFrame,
    vocabulary: pd.DataFrame,
    videos: pd.DataFrame,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """Scores of spottings against the annotations of ``videos``.

    Args:
        annotations: video, sign, start_ms, end_ms. Rows of other videos and glosses outside the vocabulary are ignored.
        spottings: video, class_id, start_ms, end_ms, as :func:`signspot.spottings.read_spottings` gives them.
        vocabulary: class_id, sign and perhaps aliases.
        videos: the videos to score, with or without annotations: video and, for scores per signer, signer.
        resamples: draws of videos for the confidence interval.
        seed: seed of these draws.

    Returns:
        - ``official`` and ``strict``: see :func:`signspot.scoring.official.official`;
        - ``per_sign`` and ``per_signer``: by name, the contribution to the official score, and the numbers of
          annotations, ``truth``, and of spottings, ``spotted``;
        - ``confidence_interval`` of the official F1;
        - ``videos``: their number.

    Raises:
        InputError: there is no video, or the class id of a spotting is not in the vocabulary.
    """
    signs = dict(zip(vocabulary["class_id"].astype(int), vocabulary["sign"], strict=True))
    named = videos[videos["signer"] != ""] if "signer" in videos else videos[:0].assign(signer="")
    signers = dict(zip(named["video"], named["signer"], strict=True))
    labelled = numbered(annotations, class_ids(vocabulary)).dropna(subset="class_id")
    truth = {video: [] for video in videos["video"]}
    truth |= intervals_by_video(labelled[labelled["video"].isin(truth)])
    return score_intervals(truth, intervals_by_video(spottings), signs, signers, resamples, seed)


def intervals_by_video(table: pd.DataFrame) -> dict[str, list[Interval]]:
    """The intervals (class_id, start_ms, end_ms) of a table by video, in the order of its rows."""
    numbers = table[["class_id", "start_ms", "end_ms"]].astype(int)
    by_video = numbers.groupby(table["video"], sort=False)
    return {video: list(rows.itertuples(index=False, name=None)) for video, rows in by_video}


def score_intervals(
    truth: Intervals,
    predictions: Intervals,
    signs: Mapping[int, str],
    signers: Mapping[str, str],
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """The scores that :func:`scores` returns, from intervals by video.

    Args:
        truth: annotated intervals of every video to score; a video may have none.
        predictions: predicted intervals by video.
        signs: gloss by class id.
        signers: signer by video.
        resamples: draws of videos for the confidence interval.
        seed: seed of these draws.

    Raises:
        InputError: the truth has no video, or a predicted class is not in ``signs``.
    """
    if not truth:
        raise InputError("the truth holds no video; there is nothing to score.")
    unknown = [(video, row[0]) for video, rows in predictions.items() for row in rows if row[0] not in signs]
    if unknown:
        video, class_id = unknown[0]
        raise InputError(f"{video}: predicted class id {class_id} is not in the vocabulary of {len(signs)} signs.")
    truth = {video: [row for row in intervals if row[0] in signs] for video, intervals in truth.items()}
    hits = found_in(official_rule, truth, predictions, truth, THRESHOLDS).sum(1).tolist()
    annotated = [(video, class_id) for video, rows in truth.items() for class_id, *_ in rows]
    spotted = [(video, class_id) for video in truth for class_id, *_ in predictions.get(video, ())]
    by_video = [video for video, _ in annotated], hits, [video for video, _ in spotted]
    by_class = [class_id for _, class_id in annotated], hits, [class_id for _, class_id in spotted]
    return {
        "official": official(truth, predictions),
        "strict": strict(truth, predictions),
        "per_sign": _shares(signs, *by_class),
        "per_signer": _shares(signers, *by_video),
        "confidence_interval": _confidence_interval(_shares({v: v for v in truth}, *by_video), resamples, seed),
        "videos": len(truth),
    }


def _shares(
    name_of: Mapping[Hashable, str], annotated: Sequence[Hashable], hits: Sequence[int], spotted: Sequence[Hashable]
) -> dict[str, dict[str, Any]]:
    """What each name contributes to the official score. The counts of all names add up to the counts of the score.

    Args:
        name_of: name by key, which is a class id or a video.
        annotated: key of each annotated interval.
        hits: at how many thresholds each annotated interval is found.
        spotted: key of each prediction.
    """
    tp: Counter[str | None] = Counter()
    for key, count in zip(annotated, hits, strict=True):
        tp[name_of.get(key)] += count
    truth, predicted = Counter(map(name_of.get, annotated)), Counter(map(name_of.get, spotted))
    k = len(THRESHOLDS)
    return {
        name: {
            **measures(tp[name], k * predicted[name] - tp[name], k * truth[name] - tp[name]),
            "truth": truth[name],
            "spotted": predicted[name],
        }
        for name in dict.fromkeys(name_of.values())
    }


def _confidence_interval(by_video: Mapping[str, Mapping[str, int]], resamples: int, seed: int) -> dict[str, Any]:
    """The confidence interval of the official F1."""
    counts = np.array([[video["tp"], video["fp"], video["fn"]] for video in by_video.values()])
    return bootstrap(counts, f1_of, resamples, seed)
