"""Candidates: stretches of a video that may be a sign, found by matching and, if there is one, by a network.

The score of a candidate is here its strength: how much speaks for the sign, in deviations from other material.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from signspot.exemplars.descriptors import FPS
from signspot.exemplars.matching import Background, Matcher, matches
from signspot.exemplars.network import Committee
from signspot.exemplars.projection import project
from signspot.exemplars.segments import evidence, refined, segments
from signspot.predictions import Candidates, require_finite

LEAST_LIKENESS = 1.0
"""Deviations below the mean distance from other material, from which on a match counts."""
EVIDENCE_WEIGHT = 0.5
"""Of a nat of the network's evidence, relative to a deviation of the distance."""
NEAR = 5
"""Frames about the end of a segment in which its likeness is looked up."""
SHORTEST = 4
"""Frames of the shortest candidate."""
MOST_PER_MINUTE = 300
"""Candidates that are kept, the strongest ones."""
WAY = 12
"""Frames that hands take to a sign or back, at most."""
SHARED = 0.3
"""Part of the shorter of two candidates that both may share."""
Row = tuple[int, int, int, float]
"""Class id, first and last frame (inclusive), strength."""


@dataclass(frozen=True)
class Finder:
    """Finds candidates in descriptors, by a calibrated matcher and perhaps by networks."""

    matcher: Matcher
    networks: Committee | None = None

    @property
    def overlap(self) -> int:
        """Frames beside a part of a video on which its candidates depend."""
        return self.matcher.longest + 2 * NEAR

    def candidates(self, hands: np.ndarray) -> Candidates:
        """The strongest candidates in a part of a video.

        Args:
            hands: descriptors, float32 (T, 2, 46).

        Raises:
            NotFinite: a network or the comparison with the examples gives numbers that are not finite.
        """
        distance, first = self.matcher.distances(hands)
        likeness = self.matcher.likeness(distance)
        require_finite(likeness, "the comparison with the examples")
        found = matches(distance, first, likeness, LEAST_LIKENESS)
        columns = (self.matcher.class_ids[found.example], found.first, found.last, found.likeness)
        rows = [
            row for row in zip(*(part.tolist() for part in columns), strict=True) if row[2] - row[1] + 1 >= SHORTEST
        ]
        if self.networks is not None:
            rows = list(self._judged(hands, rows, self._by_class(likeness)))
        rows.sort(key=lambda row: -row[3])
        return _as_candidates(rows[: round(MOST_PER_MINUTE * max(len(hands) / (60 * FPS), 1))])

    def _by_class(self, likeness: np.ndarray) -> dict[int, np.ndarray]:
        """The likeness of the best example of each class, (T,) each."""
        ids = self.matcher.class_ids
        return {class_id: likeness[ids == class_id].max(0) for class_id in np.unique(ids).tolist()}

    def _judged(self, hands: np.ndarray, matched: list[Row], likeness: dict[int, np.ndarray]) -> Iterator[Row]:
        """What was matched and what the networks name, each judged by both."""
        device = next(self.networks.parameters()).device
        frames = torch.from_numpy(project(hands).reshape(len(hands), -1)).to(device)
        log_probabilities = self.networks.log_probabilities(frames).T.cpu().numpy()
        require_finite(log_probabilities, "a network that has learnt from the examples")
        # A vocabulary may have signs without an example, which a network has never seen.
        named = [segment for segment in segments(log_probabilities) if segment[0] in likeness]
        stretches = [row[:3] for row in matched] + named
        for class_id, first, last in dict.fromkeys(stretches):
            near = likeness[class_id][max(last - NEAR, 0) : last + NEAR + 1].max()
            strength = near + EVIDENCE_WEIGHT * evidence(log_probabilities, class_id, first, last)
            yield class_id, *refined(log_probabilities, class_id, first, last), float(strength)


def _as_candidates(rows: list[Row]) -> Candidates:
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    kinds = (np.int32, np.int32, np.int32, np.float32)
    return Candidates(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))


def false_alarms(finder: Finder, backgrounds: Iterable[Background]) -> tuple[list[float], float]:
    """Strengths of what is found where nothing known is, and minutes of such material.

    Rest counts, but for twice as long as signing at most: where nobody signs, nothing can be mistaken for a sign. Nor
    does the way of the hands to known signs and back count.

    Args:
        finder: that has not learnt from this material.
        backgrounds: material with known signs or without.
    """
    strengths: list[float] = []
    frames = signing = 0
    for background in backgrounds:
        free = background.unlabelled(WAY)
        frames += int(free.sum())
        signing += int((free & background.signing).sum())
        found = finder.candidates(background.hands).without_overlaps(SHARED)
        strengths += found.score[free[(found.first + found.last) // 2]].tolist()
    return strengths, min(frames, 3 * signing) / (60 * FPS)
