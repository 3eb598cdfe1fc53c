"""Continuous signing: signs in time, transitions between signs, rests, and the pose at any time."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from signspot.signer.body import HANDSHAPES, REFERENCE_SHOULDER, SIDES, Hand, Pose, Signer, between, hand_frame
from signspot.signer.lexicon import Sign
from signspot.signer.realise import Instance, realise, to_world

REST = np.array((0.140, -0.33, 0.17))
"""Palm of a resting hand, so far out that both hands do not overlap."""
TO_REST, FROM_REST = 0.42, 0.30
"""Seconds in which hands drop after a sign and rise before the next. They rest in gaps longer than both together."""
SHORTEST_TRANSITION = 0.12
"""Seconds. If a gap is shorter, the transition takes the missing time from the edges of both signs."""
LARGEST_EDGE = 0.25
"""Largest share of a sign that a transition may take at each end."""
MARGIN = 0.45
"""Seconds without a sign at the end of an improvised video."""


def improvise(
    signer: Signer, signs: Iterator[Sign], seconds: float, p_rest: float, rng: np.random.Generator
) -> list[Instance]:
    """Performs signs one after the other until the time is over.

    Args:
        signer: who performs.
        signs: the signs, endless.
        seconds: length of the video.
        p_rest: share of signs with a pause after the sign.
        rng: draws pauses, gaps and noise.
    """
    instances: list[Instance] = []
    start, paused = rng.uniform(0.5, 0.9), True
    for sign in signs:
        instance = realise(sign, signer, start, None, rng)
        if not paused:
            lag = _lag(instances[-1], instance, signer)
            instance = replace(instance, start=instance.start + lag, end=instance.end + lag)
        if instance.end > seconds - MARGIN:
            break
        instances.append(instance)
        paused = rng.random() < p_rest
        start = instance.end + (rng.uniform(1.0, 1.9) if paused else rng.uniform(0.16, 0.36) / signer.speed)
    return instances


def _lag(before: Instance, after: Instance, signer: Signer) -> float:
    """Seconds by which a gap is too short for the way of the dominant hand between two signs."""
    here, there = before.hand(signer, "dominant", before.end), after.hand(signer, "dominant", after.start)
    needed = np.linalg.norm(here.place - there.place) / (1.5 * signer.speed)
    return max(needed - (after.start - before.end), 0.0)


@dataclass(frozen=True)
class _Stretch:
    """A time, in seconds, in which the state of a hand is given. The hand moves from one stretch to the next."""

    start: float
    end: float
    hand: Callable[[float], Hand]


class Performance:
    """A signer who performs instances of signs.

    Args:
        signer: the signer.
        instances: the instances, in order of time and without overlap.
        seconds: length of the performance.
        rng: draws the movements of head, body and face.
    """

    def __init__(self, signer: Signer, instances: Sequence[Instance], seconds: float, rng: np.random.Generator) -> None:
        self.signer, self.instances, self.seconds = signer, instances, seconds
        self._phases = rng.uniform(0, 2 * np.pi, 24)
        self._blinks = np.cumsum(rng.uniform(2, 5, int(seconds / 2) + 2))
        self._starts = [instance.start for instance in instances]
        self._stretches = {role: self._prescribe(role) for role in ("dominant", "other")}

    def pose(self, time: float) -> Pose:
        """The pose at a time in seconds."""
        left, right = ("dominant", "other") if self.signer.left_handed else ("other", "dominant")
        hands = {side: self._hand(role, time) for side, role in zip(SIDES, (right, left), strict=True)}
        wave = self._wave
        return Pose(
            hands={side: to_world(hand, side, self.signer) for side, hand in hands.items()},
            head=np.array([0.07 * wave(3, time), 0.14 * wave(0, time), 0.05 * wave(6, time)]),
            mouth=float(np.clip(0.15 + (0.45 if self._busy(time) else 0.1) * wave(9, time, 1.6), 0, 1)),
            blink=float(np.clip(1 - np.abs(self._blinks - time).min() / 0.09, 0, 1)),
            sway=np.array([0.010 * wave(12, time, 0.2), 0.004 * wave(15, time, 0.3), 0.006 * wave(18, time, 0.2)]),
        )

    def _wave(self, first: int, time: float, rate: float = 0.35) -> float:
        """A slow movement within about ±1 that never repeats; ``rate`` is its base frequency in Hz."""
        tones = zip((1, 0.6, 0.3), (1, 2.3, 4.9), self._phases[first : first + 3], strict=True)
        return sum(size * np.sin(2 * np.pi * rate * tone * time + phase) for size, tone, phase in tones) / 1.9

    def _busy(self, time: float) -> bool:
        """Whether a sign is at most 0.1 s away; then the mouth speaks along."""
        i = bisect_right(self._starts, time + 0.1) - 1
        return i >= 0 and time - 0.1 < self.instances[i].end

    def _prescribe(self, role: str) -> list[_Stretch]:
        first = self.instances[0].start if self.instances else self.seconds
        stretches = [_Stretch(-2.0, min(0.05, first - FROM_REST), self._rest(role))]
        for i, instance in enumerate(self.instances):
            before = self.instances[i - 1].end if i else -1.0
            after = self.instances[i + 1].start if i + 1 < len(self.instances) else self.seconds + 1
            stretch = self._signing(role, instance, instance.start - before, after - instance.end)
            if stretch is None:
                one_handed_next = i + 1 == len(self.instances) or self.instances[i + 1].sign.kind == "one"
                if one_handed_next and instance.end - instance.start > 0.25:  # long enough to drop the idle hand
                    stretches.append(_Stretch(instance.start + 0.10, instance.end, self._rest(role)))
            else:
                stretches.append(stretch)
            if after - instance.end > TO_REST + FROM_REST:
                stretches.append(_Stretch(instance.end + TO_REST, after - FROM_REST, self._rest(role)))
        return stretches

    def _signing(self, role: str, instance: Instance, before: float, after: float) -> _Stretch | None:
        """The stretch of a sign, without the edges that transitions in short gaps take; None if the hand is idle.

        Args:
            role: "dominant" or "other".
            instance: the sign.
            before: length of the gap before the sign, in seconds.
            after: length of the gap after the sign, in seconds.
        """
        if instance.hand(self.signer, role, instance.start) is None:
            return None
        largest = LARGEST_EDGE * (instance.end - instance.start)
        head, tail = (float(np.clip((SHORTEST_TRANSITION - gap) / 2, 0, largest)) for gap in (before, after))
        return _Stretch(instance.start + head, instance.end - tail, lambda time: instance.hand(self.signer, role, time))

    def _rest(self, role: str) -> Callable[[float], Hand]:
        palm = REST * self.signer.shoulder / REFERENCE_SHOULDER
        if role == "other":
            palm += np.array((0, -0.015, -0.02))
        hand = Hand(palm, hand_frame((-0.75, 0.10, 0.35), (-0.1, -0.3, -1)), HANDSHAPES["relaxed"])
        return lambda time: hand

    def _hand(self, role: str, time: float) -> Hand:
        stretches = self._stretches[role]
        i = bisect_right(stretches, time, key=lambda stretch: stretch.start) - 1
        here = stretches[i]
        if time <= here.end or i + 1 == len(stretches):
            return here.hand(min(time, here.end))
        return _transition(here, stretches[i + 1], time)


def _transition(before: _Stretch, after: _Stretch, time: float) -> Hand:
    """A hand on its way between two stretches: minimum jerk, slightly up and forwards; its shape changes early."""
    start, end = before.hand(before.end), after.hand(after.start)
    phase = (time - before.end) / (after.start - before.end)
    share, early = _minimum_jerk(phase), _minimum_jerk(min(phase * 1.25, 1))
    bulge = np.array((0, 0.012, 0.03)) * np.sin(np.pi * share)
    return Hand(
        start.place * (1 - share) + end.place * share + bulge,
        between(start.rotation, end.rotation, share),
        start.angles * (1 - early) + end.angles * early,
    )


def _minimum_jerk(u: float) -> float:
    """A smooth way from 0 to 1 whose speed and acceleration are 0 at both ends.

    Flash and Hogan, "The Coordination of Arm Movements: An Experimentally Confirmed Mathematical Model", 1985,
    https://doi.org/10.1523/JNEUROSCI.05-07-01688.1985
    """
    return u**3 * (10 - 15 * u + 6 * u * u)
