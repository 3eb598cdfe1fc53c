"""Whether runs differ: both F1 of several runs on the same videos, and paired intervals of their differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from signspot.scoring.bootstrap import bootstrap
from signspot.scoring.counts import Intervals, Rule, as_array, f1_of
from signspot.scoring.official import THRESHOLDS, official_rule
from signspot.scoring.strict import strict_rule
from signspot.scoring.tables import score_intervals

RULES: Mapping[str, Rule] = {"official": official_rule, "strict": strict_rule}
"""The rule of each score for one video."""
FEWEST = 6
"""By luck, the same run is better in each of five equal videos once in 16 times: too often for a level of 95 %."""


@dataclass(frozen=True)
class Difference:
    """How much higher the F1 of a run is than that of the first run.

    Args:
        f1: the difference over all videos.
        low: lower end of its confidence interval.
        high: upper end.
        differs: whether the interval excludes 0; None if there are too few videos to tell.
    """

    f1: float
    low: float
    high: float
    differs: bool | None

    @property
    def verdict(self) -> str:
        """In words, what the interval says."""
        if self.differs is None:
            return f"fewer than {FEWEST} videos: nothing can be said"
        return "differs" if self.differs else "no difference is shown"


@dataclass(frozen=True)
class ComparedRun:
    """The scores of a run.

    Args:
        name: of the run.
        official: see :func:`signspot.scoring.official.official`.
        strict: see :func:`signspot.scoring.strict.strict`.
        confidence_interval: of the official F1, see :func:`signspot.scoring.bootstrap.bootstrap`.
        differences: from the first run, by score, official and strict; the first run has none.
    """

    name: str
    official: Mapping[str, Any]
    strict: Mapping[str, Any]
    confidence_interval: Mapping[str, Any]
    differences: Mapping[str, Difference]


@dataclass(frozen=True)
class Part:
    """The F1 of every run on a part of the truth: a sign or a signer.

    Args:
        name: of the part.
        truth: number of annotations.
        f1: official F1 by run.
    """

    name: str
    truth: int
    f1: Mapping[str, float]

    @property
    def spread(self) -> float:
        """The largest difference between two runs."""
        return max(self.f1.values()) - min(self.f1.values())


@dataclass(frozen=True)
class Comparison:
    """Runs compared on the same videos and the same truth.

    Args:
        runs: the first is the one from which the others differ.
        videos: number of videos.
        resamples: draws of videos for the intervals.
        seed: seed of these draws, which are the same for every run.
        level: of the intervals.
        signs: those that were annotated or spotted, the largest spread first.
        signers: of several signers, the largest spread first; a single signer is not told.
    """

    runs: Sequence[ComparedRun]
    videos: int
    resamples: int
    seed: int
    level: float
    signs: Sequence[Part]
    signers: Sequence[Part]


def compare(
    truth: Intervals,
    spotted: Mapping[str, Intervals],
    signs: Mapping[int, str],
    signers: Mapping[str, str],
    resamples: int = 2000,
    seed: int = 0,
) -> Comparison:
    """Compares the spottings of runs: the first one with each of the others.

    A difference is resampled as a whole: a draw takes the same videos for both runs, so that a video that is hard for
    both does not widen the interval.

    Args:
        truth: annotated intervals of the videos to compare on; a video may have none. Signs outside ``signs`` do not
            count.
        spotted: the spottings of each run, by its name; those of other videos do not count.
        signs: gloss by class id.
        signers: signer by video.
        resamples: draws of videos for the intervals.
        seed: seed of these draws.

    Raises:
        InputError: the truth has no video, or a spotted class is not in ``signs``.
    """
    truth = {video: [row for row in rows if row[0] in signs] for video, rows in truth.items()}
    within = {run: {video: rows for video, rows in of.items() if video in truth} for run, of in spotted.items()}
    scored = {run: score_intervals(truth, of, signs, signers, resamples, seed) for run, of in within.items()}
    first, *others = within
    counts = {score: {run: _counts(rule, truth, of) for run, of in within.items()} for score, rule in RULES.items()}
    differences = {
        run: {score: _difference(of[first], of[run], resamples, seed) for score, of in counts.items()} for run in others
    }
    runs = [
        ComparedRun(run, of["official"], of["strict"], of["confidence_interval"], differences.get(run, {}))
        for run, of in scored.items()
    ]
    level = scored[first]["confidence_interval"]["level"]
    by_signer = _parts(scored, "per_signer")
    return Comparison(
        *(runs, len(truth), resamples, seed, level),
        signs=_parts(scored, "per_sign"),
        signers=by_signer if len(by_signer) > 1 else [],
    )


def _counts(rule: Rule, truth: Intervals, spotted: Intervals) -> np.ndarray:
    """True positives, false positives and false negatives of each video over all thresholds, (videos, 3)."""
    found = [rule(as_array(rows), as_array(spotted.get(video, ())), THRESHOLDS).sum() for video, rows in truth.items()]
    numbers = np.array([(len(spotted.get(video, ())), len(rows)) for video, rows in truth.items()])
    hits = np.array(found)[:, None]
    return np.hstack([hits, len(THRESHOLDS) * numbers - hits])


def _difference(reference: np.ndarray, other: np.ndarray, resamples: int, seed: int) -> Difference:
    """The difference of F1 between two runs, from the counts of their videos, (videos, 3) each."""
    pair = np.hstack([reference, other])
    interval = bootstrap(pair, _gain, resamples, seed)
    low, high = interval["low"], interval["high"]
    differs = None if len(pair) < FEWEST else low > 0 or high < 0
    return Difference(float(_gain(pair.sum(0))), low, high, differs)


def _gain(sums: np.ndarray) -> np.ndarray:
    """By how much the F1 of the last three sums is above that of the first three, (6, …) -> (…)."""
    return f1_of(sums[3:]) - f1_of(sums[:3])


def _parts(scored: Mapping[str, Mapping[str, Any]], key: str) -> list[Part]:
    """The parts that have annotations or spottings of any run, the largest spread first, then by name."""
    tables = {run: of[key] for run, of in scored.items()}
    first = next(iter(tables.values()))
    parts = [
        Part(name, first[name]["truth"], {run: table[name]["f1"] for run, table in tables.items()})
        for name in first
        if any(table[name]["truth"] or table[name]["spotted"] for table in tables.values())
    ]
    return sorted(parts, key=lambda part: (-part.spread, part.name))
