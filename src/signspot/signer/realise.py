"""Performs a sign once: the citation form, the accent of the signer, and new noise."""

import zlib
from dataclasses import dataclass

import numpy as np

from signspot.signer.body import HANDSHAPES, OUTWARD, REFERENCE_SHOULDER, Hand, Signer, between, hand_frame, rotation
from signspot.signer.lexicon import CYCLIC, MOVEMENTS, ORIENTATIONS, PLACES, Sign

SPACIOUS = ("neutral", "high", "side", "sidehigh", "low")
"""Places in the air, which grow with the space of the signer. Other places are on the body."""


@dataclass(frozen=True)
class Instance:
    """One performance of a sign.

    Attributes:
        sign: the sign.
        start: start in seconds.
        end: end in seconds.
        amplitude: size of the movement in metres.
        shift: error of the place (3,), in metres.
        turn: error of the orientation (3,), a rotation vector in radians.
        bend: errors of the 20 joint angles, in degrees.
    """

    sign: Sign
    start: float
    end: float
    amplitude: float
    shift: np.ndarray
    turn: np.ndarray
    bend: np.ndarray

    def hand(self, signer: Signer, role: str, time: float) -> Hand | None:
        """A hand at a time; its place is the centre of the palm, in coordinates (out, up, front).

        Args:
            signer: who performs.
            role: "dominant" or "other".
            time: in seconds.

        Returns:
            The hand; None if this hand takes no part in the sign.
        """
        kind = self.sign.kind
        phase = (time - self.start) / (self.end - self.start)
        if role == "other" and kind == "one":
            return None
        if role == "other" and kind == "base":
            return self._base_hand(signer)
        travel = self._travel(phase)
        if role == "other" and kind == "alternating":
            travel = travel + 0.5 if self.sign.movement in CYCLIC else 1 - travel
        change = phase if self.sign.movement in CYCLIC else float(np.clip(travel, 0, 1))
        return Hand(self._palm(signer, travel), self._rotation(change), self._angles(signer, change))

    def _travel(self, phase: float) -> float:
        """How far along its movement the hand is. Repetitions go back and forth in 0..1, or round, beyond 1."""
        repetitions = self.sign.repetitions
        if repetitions == 1:
            return 0.5 - 0.5 * np.cos(np.pi * phase)
        if self.sign.movement in CYCLIC:
            return phase * repetitions
        return 0.5 - 0.5 * np.cos(2 * np.pi * phase * (repetitions - 0.5))

    def _palm(self, signer: Signer, travel: float) -> np.ndarray:
        sign = self.sign
        place = np.array((0, -0.04, 0.30) if sign.kind == "base" else PLACES[sign.place])
        path = np.array(MOVEMENTS[sign.movement](travel)) * self.amplitude
        if sign.kind in ("symmetric", "alternating"):
            inwards = min(ORIENTATIONS[orientation][0][0] for orientation in sign.orientations) < -0.5
            place[0] += 0.11 if inwards else 0.06  # the detectors mistake hands that meet for each other
            path[0] = max(path[0], 0.08 - place[0])
        place = place + path * signer.space + self.shift
        if sign.place in SPACIOUS and sign.kind != "base":
            place = place * (signer.space, 1, signer.space)
        return place * signer.shoulder / REFERENCE_SHOULDER

    def _rotation(self, change: float) -> np.ndarray:
        start, end = (hand_frame(*ORIENTATIONS[orientation]) for orientation in self.sign.orientations)
        turned = between(start, end, change)
        swing = 2 * (change - 0.5)
        match self.sign.movement:
            case "twist":
                turned = turned @ rotation(np.array([0, np.radians(55) * swing, 0]))
            case "nodding":
                turned = turned @ rotation(np.array([np.radians(30) * swing, 0, 0]))
        return turned @ rotation(self.turn)

    def _angles(self, signer: Signer, change: float) -> np.ndarray:
        start, end = (HANDSHAPES[shape] for shape in self.sign.shapes)
        target = start * (1 - change) + end * change
        return target * (1 - signer.sloppy) + HANDSHAPES["relaxed"] * signer.sloppy + self.bend

    def _base_hand(self, signer: Signer) -> Hand:
        palm = (np.array((0.05, -0.19, 0.23)) + self.shift * 0.5) * signer.shoulder / REFERENCE_SHOULDER
        flat = self.sign.base_shape == "flat"
        directions = ((-0.85, 0.35, 0.35), (0, 0.6, -0.6)) if flat else ((-0.7, 0.6, 0.3), (0, 0, -1))
        return Hand(palm, hand_frame(*directions), HANDSHAPES[self.sign.base_shape] + self.bend * 0.5)


def realise(sign: Sign, signer: Signer, start: float, end: float | None, rng: np.random.Generator) -> Instance:
    """Performs a sign: the signer's constant way with this sign, and new noise.

    Args:
        sign: the sign.
        signer: who performs.
        start: start in seconds.
        end: end in seconds; None for the duration that this signer gives the sign.
        rng: draws the noise.
    """
    own = np.random.default_rng([signer.accent, zlib.crc32(sign.gloss.encode())])
    amplitude, duration = 1 + 0.15 * own.standard_normal(), 1 + 0.08 * own.standard_normal()
    shift, turn, bend = own.normal(0, 0.020, 3), own.normal(0, np.radians(9), 3), own.normal(0, 5, 20)
    duration = sign.duration / signer.speed * float(np.clip(duration * rng.normal(1, 0.10), 0.75, 1.3))
    return Instance(
        sign=sign,
        start=start,
        end=start + duration if end is None else end,
        amplitude=sign.amplitude * float(np.clip(amplitude * rng.normal(1, 0.12), 0.65, 1.4)),
        shift=shift + rng.normal(0, 0.011, 3) + signer.habit,
        turn=turn + rng.normal(0, np.radians(6), 3),
        bend=bend + rng.normal(0, 3.5, 20),
    )


def to_world(hand: Hand, side: str, signer: Signer) -> Hand:
    """Converts a hand to the world frame, and keeps the hand out of body and face.

    Args:
        hand: its place is the centre of the palm, in coordinates (out, up, front).
        side: ``R`` or ``L``.
        signer: who performs.

    Returns:
        The hand; its place is the wrist, in the world frame.
    """
    mirror = np.diag([OUTWARD[side], 1.0, 1.0])
    palm = mirror @ hand.place
    x, y = palm[:2]
    surface = 0.175 * np.exp(-((x / 0.19) ** 4)) if y < 0.06 else 0.185 * np.exp(-((x / 0.12) ** 4))
    palm[2] = max(palm[2], surface)
    turned = hand_frame(mirror @ hand.rotation[:, 1], mirror @ hand.rotation[:, 2])
    return Hand(palm - turned[:, 1] * 0.065 * signer.hand, turned, hand.angles)
