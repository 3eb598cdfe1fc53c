"""What a recogniser says of clips, on disk: all logits, from which sums of recognisers and scores are made."""

from pathlib import Path

import numpy as np
import pandas as pd

from signspot import __version__
from signspot.arrays import (
    Rows,
    attribute,
    new_arrays,
    open_arrays,
    text_array,
    texts_of,
    write_attributes,
    write_rows,
)
from signspot.errors import DamagedStore, NotFinite
from signspot.recognition.recognitions import CLIP, Recognitions

TEXTS, TIMES = ("video", "sign"), ("start_ms", "end_ms")


def write_logits(recognitions: Recognitions, path: Path, stream: str, weights_sha256: str = "") -> None:
    """Writes ``logits`` float32 (n, C); ``video``, ``sign``, ``start_ms`` and ``end_ms`` (n,) of the clips; ``signs``
    (C,), the vocabulary; and the attributes stream, weights_sha256 and signspot. Texts are UTF-8.

    Args:
        stream: name of the recogniser or of the sum.
        weights_sha256: of the recogniser.
    """
    with new_arrays(path) as file:
        write_rows(file, "logits", recognitions.logits.astype(np.float32))
        for column in TEXTS:
            write_rows(file, column, text_array(recognitions.clips[column]))
        for column in TIMES:
            write_rows(file, column, recognitions.clips[column].to_numpy(np.int64))
        write_rows(file, "signs", text_array(recognitions.signs))
        write_attributes(file, {"stream": stream, "weights_sha256": weights_sha256, "signspot": __version__})


def read_logits(path: Path) -> Recognitions:
    """What :func:`write_logits` wrote.

    Raises:
        InputError: the file is missing or has not all of it.
        DamagedStore: the file is damaged or contradicts itself.
    """
    with open_arrays(path) as file:
        attribute(file, "stream", str)
        arrays = {name: _whole(Rows(file, name)) for name in ("logits", *TEXTS, *TIMES, "signs")}
    try:
        clips = pd.DataFrame({name: texts_of(arrays[name]) for name in TEXTS} | {name: arrays[name] for name in TIMES})
        return Recognitions(clips[CLIP], tuple(texts_of(arrays["signs"])), arrays["logits"])
    except (ValueError, NotFinite) as error:
        raise DamagedStore(path, str(error)) from error


def read_weights_digest(path: Path) -> str:
    """The sha256 of the weights of the recogniser that :func:`write_logits` was told; "" of a sum.

    Raises:
        InputError: the file is missing or does not tell it.
        DamagedStore: the file is damaged.
    """
    with open_arrays(path) as file:
        return attribute(file, "weights_sha256", str)


def _whole(rows: Rows) -> np.ndarray:
    return rows.read(0, len(rows))
