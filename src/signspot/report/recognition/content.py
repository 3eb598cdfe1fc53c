"""What the page of recognition knows: the table of streams and sums, and the clips of each stream."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.recognition.tables import BEST
from signspot.report.scripted import address

CLIP = ["video", "start_ms", "end_ms", "sign"]
KINDS = ("per_instance", "per_class")
HOW = {
    "alone": "alone",
    "plain": "plain sum",
    "given": "given weights",
    "tuned": "tuned weights",
}
"""How the weights of a row of ``fusion.json`` came about, in words."""
DIGITS = 6
"""Of probabilities, as in the table of recognitions."""


@dataclass(frozen=True)
class Stream:
    """What one recogniser, or a sum of several, says of the test clips.

    Args:
        accuracy: content of its ``recognition.json``, see :func:`signspot.recognition.accuracy.accuracy`.
        table: its recognitions, see :func:`signspot.recognition.tables.read_recognitions`.
    """

    accuracy: Mapping[str, Any]
    table: pd.DataFrame


@dataclass(frozen=True)
class Row:
    """A row of the table of streams and sums.

    Args:
        name: of the stream or sum.
        weights: by stream; empty if nothing is summed up.
        how: the weights came about, in words.
        shares: accuracies, 0 … 1, in the order of the columns.
        interval: ``level``, ``low`` and ``high`` of the first share; None: unknown.
    """

    name: str
    weights: Mapping[str, float]
    how: str
    shares: tuple[float | None, ...]
    interval: Mapping[str, Any] | None


def columns(streams: Mapping[str, Stream]) -> list[tuple[str, str]]:
    """Kind and name (``top1`` …) of the accuracies that the page shows."""
    first = next(iter(streams.values())).accuracy
    return [(kind, name) for kind in KINDS for name in first[kind]]


def table_rows(streams: Mapping[str, Stream], fusion: Mapping[str, Any] | None) -> list[Row]:
    """The rows of the table: those of the fusion with the intervals of their streams, then other streams.

    Of rows of one name the last is the stream; a plain sum may stand before it, to be compared with.

    Args:
        streams: by name.
        fusion: content of ``fusion.json``; None: nothing was summed up.
    """
    shown, of_fusion = columns(streams), fusion["rows"] if fusion else []
    last = {row["name"]: place for place, row in enumerate(of_fusion)}
    rows = []
    for place, row in enumerate(of_fusion):
        name, weights = row["name"], dict(zip(row["streams"], row["weights"], strict=True))
        is_stream = name in streams and last[name] == place
        interval = streams[name].accuracy["confidence_interval"] if is_stream else None
        rows.append(Row(name, weights, HOW[row["how"]], _shares(row, shown), interval))
    others = ((name, stream.accuracy) for name, stream in streams.items() if name not in last)
    rows += [Row(name, {}, HOW["alone"], _shares(one, shown), one["confidence_interval"]) for name, one in others]
    return rows


def _shares(accuracy: Mapping[str, Any], shown: Sequence[tuple[str, str]]) -> tuple[float | None, ...]:
    return tuple(accuracy[kind].get(name) for kind, name in shown)


def base_rows(streams: Mapping[str, Stream]) -> list[tuple[str, tuple[float | None, ...]]]:
    """Name and accuracies of what needs no recogniser: always the most frequent sign, and guessing."""
    first, shown = next(iter(streams.values())).accuracy, columns(streams)
    chance = tuple(first["chance"].get(name) for _, name in shown)
    majority = first["majority"]
    named = [(f"always the most frequent training signs, first {majority['sign']}", _shares(majority, shown))]
    return [*(named if majority else ()), ("chance", chance)]


def best_of(rows: Iterable[Row]) -> list[float | None]:
    """The highest share of each column; None where there is none."""
    shares = zip(*(row.shares for row in rows), strict=True)
    return [max((share for share in column if share is not None), default=None) for column in shares]


def content(streams: Mapping[str, Stream], videos: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """The content of the page for its scripts. Signs, videos and clips are numbered; times are in ms.

    Clips that are not scored, because their sign is not in the vocabulary, are left out.

    Args:
        streams: by name.
        videos: the file of each video.
        folder: of the page, from which the videos are found.
    """
    scored = {name: _scored(stream) for name, stream in streams.items()}
    clips = pd.concat([table[CLIP] for table in scored.values()]).drop_duplicates(ignore_index=True)
    signs = _numbered(sign for stream in streams.values() for sign in stream.accuracy["per_sign"])
    names = _numbered(clips["video"])
    clip_of = {clip: number for number, clip in enumerate(clips.itertuples(index=False, name=None))}
    return {
        "signs": list(signs),
        "videos": [{"name": name, "src": address(videos[name], folder)} for name in names],
        "clips": [(names[video], int(start), int(end), signs[sign]) for video, start, end, sign in clip_of],
        "streams": [
            {
                "name": name,
                **_groups(stream.accuracy, signs),
                "clips": list(_recognised(scored[name], clip_of, signs)),
            }
            for name, stream in streams.items()
        ],
    }


def _scored(stream: Stream) -> pd.DataFrame:
    return stream.table[stream.table["sign"].isin(set(stream.accuracy["per_sign"]))]


def _numbered(values: Iterable[str]) -> dict[str, int]:
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


def _groups(accuracy: Mapping[str, Any], signs: Mapping[str, int]) -> dict[str, Any]:
    """Of each sign and signer the number of clips and the shares; of each confusion both signs and the clips."""
    tops = list(accuracy["per_instance"])
    by_sign, by_signer = accuracy["per_sign"], accuracy["per_signer"]
    return {
        "tops": tops,
        "perSign": [(signs[name], row["clips"], [row[top] for top in tops]) for name, row in by_sign.items()],
        "perSigner": [(name, row["clips"], [row[top] for top in tops]) for name, row in by_signer.items()],
        "confusions": [(signs[row["sign"]], signs[row["recognised"]], row["clips"]) for row in accuracy["confusions"]],
    }


def _recognised(
    table: pd.DataFrame, clip_of: Mapping[tuple, int], signs: Mapping[str, int]
) -> Iterator[tuple[int, list[int], list[float]]]:
    """Number of each clip, its best signs and their probabilities."""
    best, shares = (table[[pair[place] for pair in BEST]].itertuples(index=False, name=None) for place in (0, 1))
    for clip, named, likely in zip(table[CLIP].itertuples(index=False, name=None), best, shares, strict=True):
        found = [(signs[sign], round(share, DIGITS)) for sign, share in zip(named, likely, strict=True) if sign]
        yield clip_of[clip], *map(list, zip(*found, strict=True))
