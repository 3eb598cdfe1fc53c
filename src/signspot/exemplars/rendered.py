"""Material of rendered signers: signing that every corpus can be told apart from."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from signspot.exemplars.descriptors import FPS, descriptors
from signspot.signer.body import Signer
from signspot.signer.landmarks import Camera, seen_landmarks
from signspot.signer.lexicon import Sign, make_lexicon
from signspot.signer.realise import Instance
from signspot.signer.timeline import Performance, improvise

SIGNS, PAIRS, RESTS = 30, 0.2, 0.12
"""Signs of the lexicon of a stream, share of minimal pairs, share of signs with a pause after them."""


def varied_signer(rng: np.random.Generator) -> Signer:
    """A right-handed signer whose body and style vary more than those of :meth:`Signer.random`."""
    signer = Signer.random(rng)
    return replace(
        signer,
        left_handed=False,
        shoulder=signer.shoulder * rng.uniform(0.94, 1.06),
        upper_arm=signer.upper_arm * rng.uniform(0.96, 1.04),
        forearm=signer.forearm * rng.uniform(0.96, 1.04),
        head_height=signer.head_height * rng.uniform(0.97, 1.03),
        neck=signer.neck * rng.uniform(0.85, 1.15),
        speed=rng.uniform(0.65, 1.5),
        space=rng.uniform(0.75, 1.2),
        sloppy=rng.uniform(0, 0.22),
    )


def performance(
    lexicon: tuple[Sign, ...], seconds: float, rng: np.random.Generator
) -> tuple[np.ndarray, list[Instance]]:
    """A new signer who makes signs in random order, seen by a new camera.

    Returns:
        Descriptors, float32 (T, 2, 46), and the signs.
    """
    signer = varied_signer(rng)
    signs = improvise(signer, _shuffled(lexicon, rng), seconds, RESTS, rng)
    seen = seen_landmarks(Performance(signer, signs, seconds, rng), Camera.random(rng), FPS, rng)
    return descriptors(seen.pose, seen.left_hand, seen.right_hand, FPS), signs


def _shuffled(lexicon: tuple[Sign, ...], rng: np.random.Generator) -> Iterator[Sign]:
    while True:
        yield from (lexicon[number] for number in rng.permutation(len(lexicon)))


def rendered_streams(numbers: Iterable[int], seconds: float, seed: int) -> list[np.ndarray]:
    """Descriptors, float32 (T, 2, 46) each, of signers with signs of their own.

    Args:
        numbers: of the streams; a stream depends on its number and the seed alone.
        seconds: length of each.
        seed: of all that is random in them.
    """
    streams = []
    for number in numbers:
        rng = np.random.default_rng([seed, number])
        streams.append(performance(make_lexicon(SIGNS, int(rng.integers(2**31)), PAIRS), seconds, rng)[0])
    return streams
