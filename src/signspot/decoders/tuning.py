"""Options of a decoder that are searched on validation videos, by the official F1."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from inspect import signature
from itertools import product
from pathlib import Path
from typing import Any

from signspot.corpus.tables import TO_END_MS
from signspot.decoders import DECODERS, TUNE, decode
from signspot.errors import DamagedStore, InputError
from signspot.files import write_json
from signspot.predictions import Predictions
from signspot.scoring.official import official

Truth = Sequence[tuple[int, int, int]]
"""Class id, start and end in ms of the annotated signs of a video."""


@dataclass(frozen=True)
class Parameters:
    """The options by which a decoder decodes, and how they were found.

    Args:
        tuned: names of the options that were searched; empty if there were none, or no validation videos.
        videos: number of validation videos.
        curve: values of the searched options and ``f1``, one entry for each combination that was tried.
    """

    decoder: str
    options: Mapping[str, Any]
    tuned: Sequence[str] = ()
    videos: int = 0
    curve: Sequence[Mapping[str, float]] = ()


def tune(
    decoder: str, options: Mapping[str, Any], predictions: Mapping[str, Predictions], truth: Mapping[str, Truth]
) -> Parameters:
    """The options of a decoder, those marked ``tune`` with the values that give the best official F1.

    Of equally good values those win that are nearest to the defaults. Without validation videos the defaults are taken.

    Args:
        options: values by option, some of them ``tune``.
        predictions: of the validation videos.
        truth: of the same videos.

    Raises:
        InputError: as :func:`signspot.decoders.check_decoder`.
    """
    searched = [option for option, value in options.items() if value == TUNE]
    given = {option: value for option, value in options.items() if value != TUNE}
    if not searched or not predictions:
        return Parameters(decoder, given)
    grid = {option: DECODERS.fact(decoder, "GRID")[option] for option in searched}
    start = [signature(DECODERS.builder(decoder)).parameters[option].default for option in searched]
    scores = {
        values: official_f1(decoder, given | dict(zip(searched, values, strict=True)), predictions, truth)
        for values in dict.fromkeys([tuple(start), *product(*grid.values())])
    }
    best = min(scores, key=lambda values: (-scores[values], _distance(values, start, grid)))
    curve = [dict(zip(searched, values, strict=True)) | {"f1": f1} for values, f1 in scores.items()]
    return Parameters(decoder, given | dict(zip(searched, best, strict=True)), searched, len(predictions), curve)


def _distance(values: Sequence[float], start: Sequence[float], grid: Mapping[str, Sequence[float]]) -> float:
    """How far values lie from the defaults, each option in parts of its range."""
    parts = zip(values, start, grid.values(), strict=True)
    return sum(abs(value - default) / (max(tried) - min(tried) or 1) for value, default, tried in parts)


def official_f1(
    decoder: str, options: Mapping[str, Any], predictions: Mapping[str, Predictions], truth: Mapping[str, Truth]
) -> float:
    """The official F1 of the spottings of videos.

    Args:
        options: of the decoder.
        predictions: by video.
        truth: of the same videos.
    """
    found = {
        video: [
            (spotting.class_id, *one.timebase.ms_of(spotting.first, spotting.last))
            for spotting in decode(decoder, one, **options)
        ]
        for video, one in predictions.items()
    }
    return official({video: _ended(truth.get(video, ()), one) for video, one in predictions.items()}, found)["f1"]


def _ended(truth: Truth, predictions: Predictions) -> Truth:
    """The truth of a video, in which an annotation to the end ends with the usable range."""
    last_ms = predictions.timebase.ms_at(predictions.last)
    return [(class_id, start, last_ms if end == TO_END_MS else end) for class_id, start, end in truth]


def write_parameters(parameters: Parameters, path: Path) -> None:
    """Writes the options of a decoder and how they were found as JSON."""
    write_json(path, asdict(parameters))


def read_parameters(path: Path) -> Parameters:
    """What :func:`write_parameters` wrote.

    Raises:
        InputError: the file is missing.
        DamagedStore: it is no JSON, or holds something else.
    """
    try:
        return Parameters(**json.loads(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}). Call snakemake again, which makes it anew."
        ) from error
    except ValueError as error:
        raise DamagedStore(path, f"it cannot be read as JSON: {error}") from error
    except TypeError as error:
        raise DamagedStore(path, f"it holds no options of a decoder: {error}") from error
