"""The common space of texts and videos: two encoders whose outputs are compared by their cosine.

The space of "Sign Language Video Retrieval with Free-Form Textual Queries", 2022, https://arxiv.org/abs/2201.02495.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class NetVlad(nn.Module):
    """Words (B, N, word_dim) -> (B, word_dim · clusters): how the words of a text differ from learnt centres.

    "NetVLAD: CNN architecture for weakly supervised place recognition", 2016, https://arxiv.org/abs/1511.07247.
    What is assigned to each centre has the length 1, and so has the whole. Padding takes no part, neither in the sums
    nor in the batch normalisation.

    Args:
        word_dim: length of a word vector.
        clusters: number of centres.
    """

    def __init__(self, word_dim: int, clusters: int) -> None:
        super().__init__()
        scale = 1 / math.sqrt(word_dim)
        self.clusters = nn.Parameter(scale * torch.randn(word_dim, clusters))
        self.clusters2 = nn.Parameter(scale * torch.randn(1, word_dim, clusters))
        self.batch_norm = nn.BatchNorm1d(clusters)

    def forward(self, words: Tensor, counts: Tensor) -> Tensor:
        """Texts, padded to one length, as vectors of length 1.

        Args:
            words: (B, N, word_dim).
            counts: (B,), the words of each text, 1 … N; what lies behind them is padding.
        """
        there = torch.arange(words.shape[1], device=words.device) < counts[:, None]
        share = self.batch_norm(words[there] @ self.clusters).softmax(1)
        shares = share.new_zeros(*there.shape, share.shape[1])
        shares[there] = share
        residuals = words.transpose(1, 2) @ shares - shares.sum(1, keepdim=True) * self.clusters2
        return F.normalize(F.normalize(residuals, dim=1).flatten(1), dim=1)


class ContextGate(nn.Module):
    """Features (B, dim) -> (B, dim), each multiplied by a share that all of them tell.

    "Learnable pooling with Context Gating for video classification", 2017, https://arxiv.org/abs/1706.06905.

    Args:
        dim: length of a feature.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.batch_norm = nn.BatchNorm1d(dim)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.batch_norm(self.fc(x)).sigmoid()


class GatedUnit(nn.Module):
    """Features (B, input_dim) -> (B, dim) of length 1: a linear layer and a gate.

    "Learning a Text-Video Embedding from Incomplete and Heterogeneous Data", 2018, https://arxiv.org/abs/1804.02516.

    Args:
        input_dim: length of a feature.
        dim: length of the result.
    """

    def __init__(self, input_dim: int, dim: int) -> None:
        super().__init__()
        self.fc = nn.Linear(input_dim, dim)
        self.cg = ContextGate(dim)

    def forward(self, x: Tensor) -> Tensor:
        return F.normalize(self.cg(self.fc(x)), dim=1)


class CommonSpace(nn.Module):
    """The encoders of texts and of videos, which learn together. Published: 20 clusters, 512 dimensions.

    Args:
        word_dim: length of a word vector; published: 768.
        sign_dim: length of a sign embedding; published: 1024.
        clusters: centres of the words.
        dim: of the space.
    """

    def __init__(self, word_dim: int = 768, sign_dim: int = 1024, *, clusters: int = 20, dim: int = 512) -> None:
        super().__init__()
        self.text_pool = NetVlad(word_dim, clusters)
        self.text_embed = GatedUnit(word_dim * clusters, dim)
        self.video_embed = GatedUnit(sign_dim, dim)

    def texts(self, words: Tensor, counts: Tensor) -> Tensor:
        """Texts in the space, (B, dim), of length 1.

        Args:
            words: (B, N, word_dim), the vectors of their words, padded to one number of words.
            counts: (B,), the words of each text, 1 … N.
        """
        return self.text_embed(self.text_pool(words, counts))

    def videos(self, signs: Tensor) -> Tensor:
        """Videos in the space, (B, dim), of length 1.

        Args:
            signs: (B, sign_dim), of each video the mean of its sign embeddings over time.
        """
        return self.video_embed(signs)

    def forward(self, words: Tensor, counts: Tensor, signs: Tensor) -> Tensor:
        """The cosine of each text (row) and each video (column), (B, B'), of B texts and B' videos."""
        return self.texts(words, counts) @ self.videos(signs).T
