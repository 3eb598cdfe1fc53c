"""The made-up lexicon: signs with hand shape, place, movement and orientation, and minimal pairs of signs.

Places and directions are (out, up, front) of the hand that performs them: "out" points from the middle of the body to
the side of this hand. Lengths are in metres, for a signer whose half shoulder width is ``body.REFERENCE_SHOULDER``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from math import cos, pi, sin

import numpy as np

from signspot.signer.body import HANDSHAPES

Triple = tuple[float, float, float]

PLACES: dict[str, Triple] = {
    "forehead": (0.08, 0.27, 0.17),
    "cheek": (0.12, 0.18, 0.15),
    "mouth": (0.03, 0.14, 0.21),
    "chin": (0.03, 0.09, 0.20),
    "neck": (0.03, 0.00, 0.19),
    "chest": (0.04, -0.11, 0.20),
    "belly": (0.05, -0.24, 0.21),
    "neutral": (0.11, -0.10, 0.29),
    "high": (0.17, 0.06, 0.27),
    "sidehigh": (0.29, 0.12, 0.17),
    "side": (0.30, -0.08, 0.20),
    "low": (0.15, -0.24, 0.26),
    "contra": (-0.08, -0.04, 0.19),
}

ORIENTATIONS: dict[str, tuple[Triple, Triple]] = {
    "up_front": ((0.05, 1, 0.10), (0, 0, 1)),
    "up_in": ((0, 1, 0.20), (-1, 0, 0.25)),
    "up_back": ((-0.25, 1, 0.15), (0, -0.1, -1)),
    "in_back": ((-1, 0.45, 0.15), (0, 0, -1)),
    "in_down": ((-0.8, 0.15, 0.55), (0, -1, 0.15)),
    "fwd_in": ((-0.2, 0.75, 0.65), (-1, 0, 0)),
    "fwd_down": ((-0.15, 0.55, 0.80), (0, -1, 0.55)),
    "fwd_up": ((-0.45, 0.50, 0.70), (0, 1, -0.5)),
    "out_front": ((0.55, 0.85, 0.05), (0, 0, 1)),
}
"""Directions of the fingers and of the normal of the palm."""

MOVEMENTS: dict[str, Callable[[float], Triple]] = {
    "none": lambda u: (0, 0, 0),
    "up": lambda u: (0, u, 0),
    "down": lambda u: (0, -u, 0),
    "out": lambda u: (u, 0, 0),
    "in": lambda u: (-u, 0, 0),
    "fwd": lambda u: (0, 0.25 * u, u),
    "arc_out": lambda u: (u, 0.9 * sin(pi * u), 0),
    "arc_in": lambda u: (-u, 0.9 * sin(pi * u), 0),
    "circle": lambda u: (0.65 * sin(2 * pi * u), 0.65 * (1 - cos(2 * pi * u)), 0),
    "circle_h": lambda u: (0.65 * sin(2 * pi * u), 0.26 * (1 - cos(2 * pi * u)), 0.65 * (1 - cos(2 * pi * u))),
    "zigzag": lambda u: (u, 0.35 * sin(4 * pi * u), 0),
    "twist": lambda u: (0, 0, 0),
    "nodding": lambda u: (0, 0, 0),
}
"""Path of the centre of the palm over a phase in 0..1, for an amplitude of 1. The last two turn the hand instead."""

CYCLIC = ("circle", "circle_h")
"""Movements that end where they begin."""
KINDS = ("one", "symmetric", "alternating", "base")
BASE_SHAPES = ("flat", "fist", "index")
PARAMETERS = ("shapes", "place", "movement", "orientations")
"""The phonological parameters. The signs of a minimal pair differ in exactly one parameter."""


@dataclass(frozen=True)
class Sign:
    """A sign in its citation form.

    Attributes:
        gloss: its gloss.
        kind: one of ``KINDS``: one hand; two hands in mirror symmetry or alternating; one hand on a resting base hand.
        shapes: hand shape of the dominant hand at the start and at the end.
        place: where the movement begins, a name in ``PLACES``.
        movement: a name in ``MOVEMENTS``.
        amplitude: size of the movement in metres.
        orientations: orientation of the dominant hand at the start and at the end.
        repetitions: how often the movement is made.
        duration: in seconds.
        base_shape: hand shape of the base hand.
    """

    gloss: str
    kind: str
    shapes: tuple[str, str]
    place: str
    movement: str
    amplitude: float
    orientations: tuple[str, str]
    repetitions: int
    duration: float
    base_shape: str

    def vector(self) -> np.ndarray:
        """A simple phonological vector: the distance of two vectors tells how different two signs are."""
        directions = [np.array(v) / np.linalg.norm(v) for key in self.orientations for v in ORIENTATIONS[key]]
        return np.concatenate(
            [
                *(HANDSHAPES[shape] / 60.0 for shape in self.shapes),
                np.array(PLACES[self.place]) * 9,
                2.0 * np.concatenate(directions),
                [1.6 * (self.movement == movement) for movement in MOVEMENTS],
                [1.6 * (self.kind == kind) for kind in KINDS],
                [self.repetitions * 0.5, self.duration],
            ]
        )


def _places(kind: str) -> list[str]:
    match kind:
        case "base":
            return ["neutral"]
        case "symmetric" | "alternating":
            return [place for place in PLACES if place != "contra"]
        case _:
            return list(PLACES)


def random_sign(gloss: str, rng: np.random.Generator) -> Sign:
    """A sign with random parameters."""
    signed = [shape for shape in HANDSHAPES if shape != "relaxed"]
    kind = str(rng.choice(KINDS, p=[0.5, 0.25, 0.1, 0.15]))
    shape = str(rng.choice(signed))
    shapes = (shape, str(rng.choice(signed)) if rng.random() < 0.35 else shape)
    orientation = str(rng.choice(list(ORIENTATIONS)))
    orientations = (orientation, str(rng.choice(list(ORIENTATIONS))) if rng.random() < 0.25 else orientation)
    movement = str(rng.choice(list(MOVEMENTS)))
    if movement == "none" and shapes[0] == shapes[1] and orientations[0] == orientations[1]:
        movement = "arc_out"
    repetitions = int(rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15]))
    shortest = {1: 0.30, 2: 0.48, 3: 0.70}[repetitions]  # at most 4 movements a second
    return Sign(
        gloss=gloss,
        kind=kind,
        shapes=shapes,
        place=str(rng.choice(_places(kind))),
        movement=movement,
        amplitude=rng.uniform(0.07, 0.15) / (1 if repetitions == 1 else 1.4),
        orientations=orientations,
        repetitions=repetitions,
        duration=float(np.clip(rng.normal(0.45, 0.10) + 0.17 * (repetitions - 1), shortest, 1.0)),
        base_shape=str(rng.choice(BASE_SHAPES)),
    )


def minimal_pair(sign: Sign, gloss: str, rng: np.random.Generator) -> Sign:
    """A new sign that differs from another sign in exactly one of ``PARAMETERS``.

    Args:
        sign: the other sign.
        gloss: gloss of the new sign.
        rng: chooses the parameter and its value.
    """
    parameter = str(rng.choice(PARAMETERS))
    if parameter == "place" and sign.kind == "base":
        parameter = "shapes"
    match parameter:
        case "shapes":
            others = [shape for shape in HANDSHAPES if shape not in ("relaxed", *sign.shapes)]
            value = _new_start(sign.shapes, str(rng.choice(others)))
        case "orientations":
            others = [orientation for orientation in ORIENTATIONS if orientation not in sign.orientations]
            value = _new_start(sign.orientations, str(rng.choice(others)))
        case "movement":
            value = str(rng.choice([movement for movement in MOVEMENTS if movement not in ("none", sign.movement)]))
        case _:
            here = np.array(PLACES[sign.place])
            far = [place for place in _places(sign.kind) if np.linalg.norm(np.array(PLACES[place]) - here) > 0.13]
            value = str(rng.choice(far))
    return replace(sign, gloss=gloss, **{parameter: value})


def _new_start(old: tuple[str, str], start: str) -> tuple[str, str]:
    """The values of a minimal pair with a new start: a value that is constant in the old sign stays constant."""
    return (start, start) if old[0] == old[1] else (start, old[1])


@cache
def make_lexicon(n: int, seed: int, pairs: float) -> tuple[Sign, ...]:
    """Signs SIGN00, SIGN01, … that differ clearly, except for a share of minimal pairs.

    Args:
        n: number of signs.
        seed: seed of the lexicon.
        pairs: share of the signs, 0..1, that form a minimal pair with an earlier sign.

    Returns:
        The signs. A longer lexicon of the same seed begins with a shorter lexicon.
    """
    rng = np.random.default_rng(seed)
    signs: list[Sign] = []
    vectors: list[np.ndarray] = []
    apart, tries = 3.0, 0
    while len(signs) < n:
        gloss = f"SIGN{len(signs):02d}"
        paired = bool(signs) and rng.random() < pairs
        sign = minimal_pair(signs[rng.integers(len(signs))], gloss, rng) if paired else random_sign(gloss, rng)
        tries += 1
        # After many failures there is no room for another sign so far apart: be content with less.
        if tries > 400:
            apart, tries = apart * 0.9, 0
        vector = sign.vector()
        if all(np.linalg.norm(vector - other) >= (1.2 if paired else apart) for other in vectors):
            signs.append(sign)
            vectors.append(vector)
            tries = 0
    return tuple(signs)
