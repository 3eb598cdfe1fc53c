"""Random changes of a file's bytes."""

import random
import re
from collections.abc import Sequence

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")


def mutated(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    """The data after one to four random changes."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice((_flipped, _cut, _repeated, _joined, _replaced, _renumbered, _ended, _begun))(
            data, tokens, rng
        )
    return data


def _flipped(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20)) if data else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    start, stop = _part(data, rng)
    return data[:start] + data[stop:]


def _repeated(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    start, stop = _part(data, rng)
    return data[:stop] + data[start:stop] * rng.choice((1, 2, 50)) + data[stop:]


def _joined(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + rng.choice(tokens) + data[at:]


def _replaced(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    start, stop = _part(data, rng)
    return data[:start] + rng.choice(tokens) + data[stop:]


def _renumbered(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    """Another token in the place of a number that is written as text."""
    found = list(NUMBER.finditer(data[:1_000_000]))
    if not found:
        return data
    start, stop = rng.choice(found).span()
    return data[:start] + rng.choice((*tokens, b"-1", b"0", b"1000000", b"1e30", b"nan")) + data[stop:]


def _ended(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def _begun(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    """A token alone, or before the data."""
    return rng.choice(tokens) + rng.choice((b"", data))


def _part(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.choice((1, 4, 30, 300)))
