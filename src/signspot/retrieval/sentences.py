"""Sentences of videos: what the kept features and predictions of their videos say about each of them."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.predictions import Predictions, read_predictions
from signspot.retrieval.space import Pairs
from signspot.retrieval.vectors import text_vectors
from signspot.retrieval.words import THRESHOLD, SignWords
from signspot.spotters.bilstm.sequences import ClipFeatures

log = logging.getLogger(__name__)


def of_videos(sentences: pd.DataFrame, videos: Mapping[str, Path]) -> pd.DataFrame:
    """The sentences of some videos, numbered from 0."""
    return sentences[sentences["video"].isin(list(videos))].reset_index(drop=True)


def rows_of(start_ms: int, end_ms: int, kept: ClipFeatures | Predictions, count: int) -> range:
    """The rows of features or predictions whose frames lie in a sentence.

    A sentence between two rows has the one that is nearest to its middle.

    Args:
        start_ms, end_ms: of the sentence, the end exclusive.
        kept: tells frame and time of the rows.
        count: number of the rows.

    Returns:
        At least one row; none if the whole sentence lies outside the usable frames of its video.
    """
    begin, end = kept.timebase.frames_of(start_ms, max(end_ms - 1, start_ms))
    if end < kept.first or begin > kept.last:
        return range(0)
    start = max(-((kept.first - begin) // kept.stride), 0)
    stop = min((end - kept.first) // kept.stride + 1, count)
    if start < stop:
        return range(start, stop)
    nearest = ((begin + end) // 2 - kept.first + kept.stride // 2) // kept.stride
    nearest = min(max(nearest, 0), count - 1)
    return range(nearest, nearest + 1)


def means_of(times: Iterable[tuple[int, int]], clips: ClipFeatures) -> Iterator[np.ndarray | None]:
    """The mean over time of the sign embeddings of sentences of a video, float64 (dim,) each, see :func:`rows_of`.

    Args:
        times: start and end of each sentence in ms, the end exclusive.
        clips: the features of the video.

    Returns:
        None for a sentence outside the usable frames of the video.

    Raises:
        InputError: the file of the features is missing, or damaged.
    """
    for start_ms, end_ms in times:
        span = rows_of(start_ms, end_ms, clips, len(clips))
        yield clips.read(span.start, span.stop).mean(0, dtype=np.float64) if span else None


def mean_embeddings(sentences: pd.DataFrame, features: Mapping[str, Path]) -> tuple[pd.DataFrame, np.ndarray]:
    """The mean over time of the sign embeddings of each sentence. Memory holds the features of one sentence at a time.

    Args:
        sentences: video, start_ms, end_ms, text, numbered from 0.
        features: the file of clip features of each video, all by one expert.

    Returns:
        The sentences without those that lie outside the usable frames of their videos, which are told, numbered from 0;
        and float32 (n, dim).

    Raises:
        InputError: a file is missing, damaged or contradicts itself.
    """
    means: dict[int, np.ndarray] = {}
    dim = 0
    for video, rows in sentences.groupby("video", sort=False):
        clips = ClipFeatures([features[video]])
        dim = sum(clips.dims)
        times = zip(rows["start_ms"], rows["end_ms"], strict=True)
        found = zip(rows.index, means_of(times, clips), strict=True)
        means |= {number: mean for number, mean in found if mean is not None}
    kept = sorted(means)
    if gone := len(sentences) - len(kept):
        log.warning("%d of %d sentences lie outside the usable frames of their videos; left out", gone, len(sentences))
    embeddings = np.array([means[number] for number in kept], np.float32).reshape(-1, dim)
    return sentences.loc[kept].reset_index(drop=True), embeddings


def spotted_words(
    sentences: pd.DataFrame, predictions: Mapping[str, Path], words: SignWords, threshold: float = THRESHOLD
) -> list[set[str]]:
    """The words of the signs that are recognised in each sentence, see :meth:`SignWords.of_video`.

    Args:
        sentences: video, start_ms, end_ms, numbered from 0.
        predictions: the file of predictions of each video.
        words: of the vocabulary.
        threshold: the probability of a sign must be larger.

    Raises:
        InputError: a file is missing, damaged or contradicts itself.
    """
    found: dict[int, set[str]] = {}
    for video, rows in sentences.groupby("video", sort=False):
        of_video = read_predictions(predictions[video])
        for row in rows.itertuples():
            span = rows_of(row.start_ms, row.end_ms, of_video, len(of_video.score))
            part = replace(of_video, score=of_video.score[span.start : span.stop])
            found[row.Index] = words.of_video(part, threshold)
    return [found[number] for number in range(len(sentences))]


def pairs_of(sentences: pd.DataFrame, features: Mapping[str, Path], vectors: Path | None = None) -> Pairs:
    """What the common space learns from: of each sentence its words and its mean sign embedding.

    Sentences of which no word has a vector are told and left out, and so are those without a usable frame.

    Args:
        sentences: video, start_ms, end_ms, text.
        features: the file of clip features of each video. Sentences of other videos are not looked at.
        vectors: a file of word vectors; None: they are made from the spelling.

    Raises:
        InputError: a file is missing or wrong, or no sentence is left.
    """
    kept, embeddings = mean_embeddings(of_videos(sentences, features), features)
    texts = text_vectors(list(kept["text"]), vectors)
    told = [number for number, text in enumerate(texts) if len(text)]
    if len(told) < len(texts):
        log.warning("%d of %d sentences have no word that has a vector; left out", len(texts) - len(told), len(texts))
    return Pairs([texts[number] for number in told], embeddings[told])
