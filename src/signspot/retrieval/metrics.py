"""How well texts find their videos, and videos their texts: ranks averaged over ties, and what is told of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from signspot.errors import InputError
from signspot.predictions import require_finite

KS = (1, 5, 10)
"""A search counts as successful if its right item is among so many first ones."""


def text_to_video_ranks(similarity: np.ndarray, video_of_text: Sequence[int] | None = None) -> np.ndarray:
    """The rank of the right video among all videos for each text, float64 (texts,), from 1 on.

    A rank is averaged over ties: 1 + the better ones + half of the equal others. Without any information it is
    (n + 1) / 2 for n items.

    Args:
        similarity: float (texts, videos).
        video_of_text: int (texts,), the column of the right video of each text; None: text i belongs to video i.

    Raises:
        InputError: a similarity is not finite, or texts and videos do not belong together.
    """
    video = _video_of_text(similarity, video_of_text)
    return all_ranks(similarity)[np.arange(len(video)), video]


def video_to_text_ranks(similarity: np.ndarray, video_of_text: Sequence[int] | None = None) -> np.ndarray:
    """The rank of the best of the right texts among all texts for each video, float64 (videos,), from 1 on.

    Args:
        similarity, video_of_text: as for :func:`text_to_video_ranks`.

    Raises:
        InputError: as for :func:`text_to_video_ranks`; or a video has no text.
    """
    video = _video_of_text(similarity, video_of_text)
    ranks = np.full(similarity.shape[1], np.inf)
    np.minimum.at(ranks, video, all_ranks(similarity.T)[video, np.arange(len(video))])
    if np.isinf(ranks).any():
        raise InputError(f"video {np.isinf(ranks).argmax()} has no text. Give every video a text, or leave it out.")
    return ranks


def scores(ranks: np.ndarray, gallery: int, ks: Sequence[int] = KS) -> dict[str, float]:
    """What is told of ranks.

    Args:
        ranks: float (n,), from 1 on, n >= 1.
        gallery: number of items that were ranked.
        ks: a search is successful if its right item is among so many first ones.

    Returns:
        ``R<k>``: the share of successful searches in %; ``MedR`` and ``MeanR``: median and mean rank; ``gallery``.
        As published, a rank r is a hit at k if r - 1 < k; at 1 only a first place that no other item shares.
    """
    recall = {f"R{k}": 100 * float(((ranks - 1 < k) if k > 1 else (ranks == 1)).mean()) for k in ks}
    return {**recall, "MedR": float(np.median(ranks)), "MeanR": float(ranks.mean()), "gallery": gallery}


def geometric_mean(of: Mapping[str, float], ks: Sequence[int] = KS) -> float:
    """The geometric mean of R@1, R@5 and R@10 in %, by which an epoch is selected; 0 if one of them is 0.

    Args:
        of: as :func:`scores` gives them.
        ks: those that count.
    """
    return float(np.prod([of[f"R{k}"] for k in ks]) ** (1 / len(ks)))


def retrieval_scores(
    similarity: np.ndarray, video_of_text: Sequence[int] | None = None, ks: Sequence[int] = KS
) -> dict[str, Any]:
    """The scores of both directions: ``text_to_video`` and ``video_to_text``, see :func:`scores`.

    Args:
        similarity, video_of_text: as for :func:`text_to_video_ranks`.
        ks: as for :func:`scores`.

    Raises:
        InputError: as for :func:`video_to_text_ranks`.
    """
    texts, videos = similarity.shape
    return {
        "text_to_video": scores(text_to_video_ranks(similarity, video_of_text), videos, ks),
        "video_to_text": scores(video_to_text_ranks(similarity, video_of_text), texts, ks),
    }


def all_ranks(similarity: np.ndarray) -> np.ndarray:
    """The rank of every item of a row in its row, averaged over ties, from 1 on, float64 of the same shape."""
    ranks = np.empty(similarity.shape)
    for row, values in zip(ranks, similarity, strict=True):
        ordered = np.sort(-values)
        better, not_worse = (np.searchsorted(ordered, -values, side) for side in ("left", "right"))
        row[:] = (better + not_worse + 1) / 2
    return ranks


def _video_of_text(similarity: np.ndarray, video_of_text: Sequence[int] | None) -> np.ndarray:
    """The column of the right video of each text."""
    require_finite(similarity, "the search")
    texts, videos = similarity.shape
    video = np.arange(texts) if video_of_text is None else np.asarray(video_of_text, dtype=int)
    if not texts or len(video) != texts or not ((video >= 0) & (video < videos)).all():
        raise InputError(
            f"the similarities of {texts} texts and {videos} videos: expected one text at least, and for each text the "
            "number of its video. Check that texts and videos are those of one corpus."
        )
    return video
