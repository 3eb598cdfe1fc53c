"""The files of recognition: the table of recognitions, ``recognition.json`` and ``fusion.json``."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signspot.files import finished, read_object
from signspot.recognition.accuracy import best_classes
from signspot.recognition.recognitions import Recognitions
from signspot.rows import bad_cells, read_rows, refuse, whole_numbers

MOST = 5
"""Best signs of a clip that the table tells."""
BEST = [(f"best_{place}", f"probability_{place}") for place in range(1, MOST + 1)]
"""The columns of the best signs and of their probabilities."""
COLUMNS = ("video", "start_ms", "end_ms", "sign", *(column for pair in BEST for column in pair))
ACCURACY = ("clips", "signs", "per_instance", "per_class", "chance", "majority", "confidence_interval")
"""Keys of the numbers of ``recognition.json``."""
ACCURACY_TABLES = ("per_sign", "per_signer", "confusions")
FUSION = ("clips", "tuned_on", "rows")


def recognitions_table(recognitions: Recognitions) -> pd.DataFrame:
    """The table of recognitions: of each clip its video, start_ms, end_ms, sign ("": unknown) and the five best signs.

    Returns:
        Columns as in ``COLUMNS``, the best sign first. A vocabulary of fewer than five signs leaves the last columns
        empty: "" for the signs and NaN for the probabilities.
    """
    table = recognitions.clips[["video", "start_ms", "end_ms", "sign"]].reset_index(drop=True)
    best = best_classes(recognitions.logits, MOST)
    probability = np.take_along_axis(recognitions.probability, best, axis=1)
    signs = np.array(recognitions.signs, dtype=object)
    for place, (sign, share) in enumerate(BEST):
        there = place < best.shape[1]
        table[sign] = signs[best[:, place]] if there else ""
        table[share] = probability[:, place] if there else np.nan
    return table


def write_recognitions(recognitions: Recognitions, path: Path | str) -> None:
    """Writes the table of recognitions as tab-separated UTF-8 text, probabilities to six places; whole or none."""
    with finished(path) as part:
        recognitions_table(recognitions).to_csv(
            part, sep="\t", index=False, float_format="%.6f", lineterminator="\n", encoding="utf-8"
        )


def read_recognitions(path: Path | str) -> pd.DataFrame:
    """The table that :func:`write_recognitions` wrote: names are strings (a video may be called NA).

    Raises:
        InputError: the file is missing or unreadable, lacks a column, or a row is wrong: a clip that ends before it
            starts, a best sign without a probability from 0 to 1, or a better one behind it.
    """
    table = read_rows(path)
    refuse(
        f"{path}: column {column} is missing; there are {', '.join(table)}. Run its stage again."
        for column in COLUMNS
        if column not in table
    )
    table = whole_numbers(table, ["start_ms", "end_ms"], path)[list(COLUMNS)]
    refuse(
        [
            *bad_cells(table, "video", table["video"] == "", path, "the name of a video"),
            *bad_cells(table, "end_ms", table["end_ms"] <= table["start_ms"], path, "a time after start_ms"),
            *bad_cells(table, "best_1", table["best_1"] == "", path, "the best sign"),
        ]
    )
    return table.assign(**_probabilities(table, path))


def _probabilities(table: pd.DataFrame, path: Path | str) -> dict[str, pd.Series]:
    """The columns of probabilities as float64, NaN where there is no sign."""
    numbers: dict[str, pd.Series] = {}
    problems: list[str] = []
    better, named_before = pd.Series(1.0, table.index), pd.Series(True, table.index)
    for sign, share in BEST:
        named = table[sign] != ""
        number = pd.to_numeric(table[share], errors="coerce").astype(float)
        right = number.between(0, 1)
        problems += bad_cells(table, sign, named & ~named_before, path, "nothing, as the sign before it is empty")
        problems += bad_cells(table, share, named & ~right, path, "a number from 0 to 1")
        problems += bad_cells(table, share, ~named & (table[share] != ""), path, f"nothing, as {sign} is empty")
        problems += bad_cells(table, share, right & (number > better), path, "no more than the probability before it")
        numbers[share], better, named_before = number, number, named
    refuse(problems)
    return numbers


def read_accuracy(path: Path) -> dict[str, Any]:
    """The content of ``recognition.json``; see :func:`signspot.recognition.accuracy.accuracy`.

    Raises:
        InputError: the file is missing or no JSON object, or lacks a key.
        DamagedStore: the file is no JSON.
    """
    return read_object(path, [*ACCURACY, *ACCURACY_TABLES])


def read_fusion(path: Path) -> dict[str, Any]:
    """The content of ``fusion.json``; see :func:`signspot.recognition.fusion.fusion`.

    Raises:
        InputError: the file is missing or no JSON object, or lacks a key.
        DamagedStore: the file is no JSON.
    """
    return read_object(path, FUSION)
