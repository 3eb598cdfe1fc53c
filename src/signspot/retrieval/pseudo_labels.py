"""Labels from spottings: where in a sentence are the signs that its text tells, going by clips of a lexicon?

As in "Sign Language Video Retrieval with Free-Form Textual Queries" (2022, https://arxiv.org/abs/2201.02495), which
spots the words of sentences with videos of dictionaries. Every word of a sentence has one best window; it is a spotting
if its cosine with the mean embedding of the clips of the sign exceeds a threshold.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signspot.errors import InputError
from signspot.labels.frames import FrameLabels
from signspot.retrieval.sentences import rows_of
from signspot.retrieval.spotting_clips import about_centre
from signspot.retrieval.words import SignWords
from signspot.rows import whole_numbers
from signspot.spotters.bilstm.sequences import ClipFeatures
from signspot.spottings import COLUMNS, read_spottings, write_spottings

Truth = Mapping[str, Sequence[tuple[int, int, int]]]
"""Class id, start and end in ms of the annotated signs of each video."""


def read_features(features: Mapping[str, Path]) -> dict[str, ClipFeatures]:
    """The clip features of each video by one expert; the files are open only while they are read.

    Raises:
        InputError: a file is missing, damaged or contradicts itself.
    """
    return {video: ClipFeatures([path]) for video, path in features.items()}


def lexicon_embeddings(lexicon: Mapping[str, ClipFeatures], truth: Truth, signs: int) -> np.ndarray:
    """The mean embedding of the clips of each sign, of length 1, float64 (signs, dim); zeros for a sign without clips.

    The clip of an annotated sign is the window that is nearest to its middle.

    Args:
        lexicon: features of the videos of the lexicon.
        truth: of these videos.
        signs: number of signs of the vocabulary.

    Raises:
        InputError: a file is damaged.
    """
    sums = np.zeros((signs, sum(next(iter(lexicon.values())).dims)))
    for video, clips in lexicon.items():
        for class_id, start_ms, end_ms in truth.get(video, ()):
            middle = (start_ms + end_ms) // 2
            for row in rows_of(middle, middle + 1, clips, len(clips)):
                sums[class_id] += clips.read(row, row + 1)[0]
    return _of_length_one(sums)


def best_windows(
    sentences: pd.DataFrame, videos: Mapping[str, ClipFeatures], lexicon: np.ndarray, words: SignWords
) -> pd.DataFrame:
    """The window of each sign of each sentence that is most like the clips of the sign, in the order of the sentences.

    Memory holds the features of one sentence at a time.

    Args:
        sentences: video, start_ms, end_ms, text. Sentences of other videos are not looked at.
        videos: features of each video.
        lexicon: float64 (signs, dim) of :func:`lexicon_embeddings`.
        words: of the vocabulary.

    Returns:
        video, class_id; start_ms and end_ms of the window; frame, its middle; score, the cosine, -1 … 1.

    Raises:
        InputError: a file is damaged.
    """
    known, found = np.flatnonzero(lexicon.any(1)), []
    number = {words.words[class_id]: int(class_id) for class_id in reversed(known)}
    for row in sentences[sentences["video"].isin(list(videos))].itertuples():
        clips = videos[row.video]
        signs = sorted({number[word] for word in words.of_text(row.text, only_signs=True) if word in number})
        span = rows_of(row.start_ms, row.end_ms, clips, len(clips))
        if not signs or not span:
            continue
        cosines = _of_length_one(clips.read(span.start, span.stop)) @ lexicon[signs].T
        for class_id, best, score in zip(signs, cosines.argmax(0), cosines.max(0), strict=True):
            frame = clips.first + clips.stride * (span.start + int(best))
            first = max(frame - clips.length // 2, clips.first)
            times = clips.timebase.ms_of(first, min(frame + clips.length - clips.length // 2 - 1, clips.last))
            found.append((row.video, class_id, *times, frame, float(score)))
    return pd.DataFrame(found, columns=["video", "class_id", "start_ms", "end_ms", "frame", "score"])


def _of_length_one(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def are_right(windows: pd.DataFrame, truth: Truth, videos: Mapping[str, ClipFeatures]) -> np.ndarray:
    """Whether the middle frame of each window lies in an annotation of its sign, bool (n,).

    Args:
        windows: video, class_id, frame.
        truth: of the videos.
        videos: features of each video, which tell its rate.
    """
    shown = {
        (video, class_id, frame)
        for video in set(windows["video"])
        for class_id, start_ms, end_ms in truth.get(video, ())
        for frame in _inclusive(*videos[video].timebase.frames_of(start_ms, end_ms))
    }
    keys = windows[["video", "class_id", "frame"]].itertuples(index=False, name=None)
    return np.array([key in shown for key in keys], bool)


def _inclusive(first: int, last: int) -> range:
    return range(first, last + 1)


def threshold_for(scores: np.ndarray, right: np.ndarray, precision: float) -> float:
    """The lowest threshold such that a large enough share of the windows above it is right.

    Args:
        scores: of windows, float (n,).
        right: whether each is right, bool (n,).
        precision: the share that is wanted, 0 … 1.

    Returns:
        A number just below the lowest of the scores that count.

    Raises:
        InputError: no threshold is good enough.
    """
    order = np.argsort(-scores, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    whole = np.append(np.diff(scores[order]) < 0, True)[: len(order)]
    enough = np.flatnonzero((shares >= precision) & whole)
    if not len(enough):
        best = f"{shares[whole].max():.2f}" if len(order) else "nothing, there is no window"
        raise InputError(
            f"no threshold makes {precision:g} of the spottings in validation sentences right; the best share is "
            f"{best}. Train the expert longer, ask for less (precision), or give a threshold."
        )
    return float(np.nextafter(scores[order][enough[-1]], -np.inf))


def measured(
    windows: pd.DataFrame, threshold: float, truth: Truth, videos: Mapping[str, ClipFeatures]
) -> dict[str, Any]:
    """How many windows count as spottings, and how many of those are right.

    Args:
        windows: of :func:`best_windows`.
        threshold: the score must be larger.
        truth: of the videos that are annotated.
        videos: features of each video.

    Returns:
        ``windows`` and ``spotted``, their numbers; ``signs``, how many different ones are spotted; ``precision``, the
        share of right ones among the spottings in annotated videos, None if there are none.
    """
    kept = windows[windows["score"] > threshold]
    annotated = kept[kept["video"].isin([video for video, rows in truth.items() if rows])]
    right = are_right(annotated, truth, videos)
    return {
        "windows": len(windows),
        "spotted": len(kept),
        "signs": int(kept["class_id"].nunique()),
        "precision": float(right.mean()) if len(right) else None,
    }


def write_pseudo_labels(windows: pd.DataFrame, signs: Sequence[str], number: int, out: Path) -> None:
    """Writes ``pseudo_labels.tsv``: a table of spottings, with the round, and the frame in the middle of each.

    Args:
        windows: those of :func:`best_windows` that count.
        signs: gloss by class id.
        number: of the round that learns from them.
        out: the file to write.
    """
    table = windows.assign(sign=[signs[class_id] for class_id in windows["class_id"]], round=number)
    write_spottings(table[[*COLUMNS, "frame", "round"]], out)


def read_pseudo_labels(path: Path) -> pd.DataFrame:
    """The table that :func:`write_pseudo_labels` wrote.

    Raises:
        InputError: the file is missing or damaged.
    """
    return whole_numbers(read_spottings(path), ["frame", "round"], path)


def pseudo_frame_labels(windows: pd.DataFrame, clips: ClipFeatures) -> FrameLabels:
    """The labels of a video: a sign has the frames that may be the middle of a clip about its window.

    What two signs claim is left to the window with the larger score. All other frames are unknown, not background:
    only what takes single signs may learn from such labels.

    Args:
        windows: of this video, see :func:`best_windows`.
        clips: its features.
    """
    label, reach = np.zeros(clips.last + 1 - clips.first, np.int32), about_centre(clips.length)
    for row in windows.sort_values("score", kind="stable").itertuples():
        starts = reach.starts(row.frame - clips.first, len(label), clips.length)
        middles = np.arange(starts[0], starts[-1] + 1) + clips.length // 2
        label[np.minimum(middles, len(label) - 1)] = row.class_id + 1
    return FrameLabels(clips.first, clips.last, clips.timebase, label)
