"""A trained common space: from its folder, and from texts and videos to their similarities."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from signspot.errors import InputError
from signspot.predictions import require_finite
from signspot.retrieval.network import CommonSpace
from signspot.training.store import load_network, read_config

KIND = "common_space"
NETWORK = {
    "type": "object",
    "additionalProperties": False,
    "required": ["word_dim", "sign_dim", "clusters", "dim"],
    "properties": {
        name: {"type": "integer", "minimum": 1, "maximum": most}
        for name, most in (("word_dim", 10_000), ("sign_dim", 100_000), ("clusters", 1000), ("dim", 10_000))
    },
}
"""The JSON schema of the arguments of the network."""
BLOCK = 512
"""Texts or videos that go through the network at a time."""


@dataclass(frozen=True)
class Pairs:
    """Texts and their videos: text i belongs to video i.

    Args:
        texts: of each text the vectors of its words, float32 (words, word_dim), at least one word.
        videos: of each video the mean of its sign embeddings over time, float32 (n, sign_dim).

    Raises:
        InputError: there is no pair, a text or a video has no partner, a text has no words, vectors differ in length,
            or a number is not finite.
    """

    texts: Sequence[np.ndarray]
    videos: np.ndarray

    def __post_init__(self) -> None:
        if not len(self.texts) or len(self.texts) != len(self.videos):
            raise InputError(
                f"there are {len(self.texts)} texts and {len(self.videos)} videos, expected as many of both, one at "
                "least. Give every sentence of a video a text."
            )
        check_texts(self.texts, self.word_dim)
        require_finite(self.videos, "the network of the sign embeddings")

    @property
    def word_dim(self) -> int:
        """The length of a word vector."""
        return self.texts[0].shape[1]

    @property
    def sign_dim(self) -> int:
        """The length of a sign embedding."""
        return self.videos.shape[1]

    def __len__(self) -> int:
        return len(self.texts)


def check_texts(texts: Sequence[np.ndarray], word_dim: int) -> None:
    """Checks the vectors of the words of texts.

    Args:
        texts: of each text, float32 (words, dim).
        word_dim: the length that vectors must have.

    Raises:
        InputError: a text has no words, its vectors have another length, or a number is not finite.
    """
    for number, text in enumerate(texts):
        if not len(text):
            raise InputError(f"text {number} (from 0) has no word that has a vector. Leave it out, or add its words.")
        if text.shape[1] != word_dim:
            raise InputError(
                f"text {number} (from 0): its word vectors have {text.shape[1]} numbers, expected {word_dim}. "
                "Take all word vectors from the source with which the common space was trained."
            )
        if not np.isfinite(text).all():
            raise InputError(f"text {number} (from 0): a word vector holds a number that is not finite. Replace it.")


def padded(texts: Sequence[np.ndarray]) -> tuple[Tensor, Tensor]:
    """The words of texts as one tensor, (B, N, word_dim), and how many each has, (B,)."""
    counts = torch.tensor([len(text) for text in texts])
    return pad_sequence([torch.as_tensor(text, dtype=torch.float32) for text in texts], batch_first=True), counts


def load_space(folder: Path) -> CommonSpace:
    """The trained common space of a folder, set to evaluation.

    Raises:
        InputError: a file is missing or wrong, or weights and config do not belong together.
        DamagedStore: a file no longer holds what the training wrote.
    """
    config = read_config(folder, (), {"kind": {"const": KIND}, "network": NETWORK})
    return load_network(folder, config, lambda: CommonSpace(**config["network"]))


@torch.inference_mode()
def text_points(network: CommonSpace, texts: Sequence[np.ndarray]) -> np.ndarray:
    """Texts in the common space, float32 (n, dim), of length 1.

    Args:
        network: set to evaluation.
        texts: of each text the vectors of its words, float32 (words, word_dim).

    Raises:
        InputError: as for :func:`check_texts`.
    """
    word_dim, device = network.text_pool.clusters.shape[0], network.text_pool.clusters.device
    check_texts(texts, word_dim)
    blocks = (texts[start : start + BLOCK] for start in range(0, len(texts), BLOCK))
    points = [network.texts(*(part.to(device) for part in padded(block))).cpu().numpy() for block in blocks]
    return np.concatenate([np.zeros((0, network.text_embed.fc.out_features), np.float32), *points])


@torch.inference_mode()
def video_points(network: CommonSpace, videos: np.ndarray) -> np.ndarray:
    """Videos in the common space, float32 (n, dim), of length 1.

    Args:
        network: set to evaluation.
        videos: of each video the mean of its sign embeddings over time, float32 (n, sign_dim).

    Raises:
        InputError: the embeddings have another length than those of the training.
    """
    layer = network.video_embed.fc
    if videos.shape[1] != layer.in_features:
        raise InputError(
            f"the sign embeddings have {videos.shape[1]} numbers, the common space was trained with "
            f"{layer.in_features}. Take the expert with which it was trained."
        )
    return network.videos(torch.as_tensor(videos, dtype=torch.float32, device=layer.weight.device)).cpu().numpy()


def cosines(network: CommonSpace, texts: Sequence[np.ndarray], videos: np.ndarray) -> np.ndarray:
    """The similarity of each text and each video, float32 (texts, videos), -1 … 1.

    Args:
        network, texts: as for :func:`text_points`.
        videos: as for :func:`video_points`.

    Raises:
        InputError: as for both.
    """
    return text_points(network, texts) @ video_points(network, videos).T
