"""Training the common space of texts and videos."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from signspot.errors import InputError
from signspot.retrieval.losses import MARGIN, max_margin_loss
from signspot.retrieval.metrics import geometric_mean, scores, text_to_video_ranks
from signspot.retrieval.network import CommonSpace
from signspot.retrieval.recipe import RECIPE, check_space_recipe
from signspot.retrieval.space import KIND, Pairs, cosines, padded
from signspot.training.batches import Batch, derived_seed, training_batches
from signspot.training.loop import Check, fingerprint, fit
from signspot.training.outcome import Outcome, Step
from signspot.training.recipe import Recipe
from signspot.training.store import save_network

NOTHING: Mapping[str, Any] = MappingProxyType({})


def train_space(
    train: Pairs,
    validation: Pairs | None,
    folder: Path,
    *,
    recipe: Recipe = RECIPE,
    seed: int = 1,
    margin: float = MARGIN,
    clusters: int = 20,
    dim: int = 512,
    about: Mapping[str, Any] = NOTHING,
) -> None:
    """Trains the network and writes ``weights.safetensors``, ``config.json`` and ``history.tsv``. It can be resumed.

    The best epoch has the highest geometric mean of R@1, R@5 and R@10 from text to video on validation, in %. Accuracy
    is the share of texts whose own video is the nearest one: of its batch in training, of all in validation.

    Args:
        train: at least two pairs.
        validation: None if the last epoch is selected.
        folder: of the common space.
        recipe: without mixup and parts: texts have no mixture, and a text is compared with all videos of its batch.
        seed: of the weights and the order of the pairs.
        margin: of the loss, see :func:`signspot.retrieval.losses.max_margin_loss`.
        clusters, dim: as for :class:`signspot.retrieval.network.CommonSpace`.
        about: further content of config.json, for example where the word vectors come from.

    Raises:
        InputError: too few pairs, vectors of another length in validation, or an option is wrong.
        SignspotError: the loss is no longer finite.
    """
    _check(train, validation, recipe)
    network = {"word_dim": train.word_dim, "sign_dim": train.sign_dim, "clusters": clusters, "dim": dim}
    options = {"recipe": asdict(recipe), "margin": margin, "seed": seed}
    settings = {**about, "kind": KIND, "network": network, **options}
    seed = derived_seed(seed, KIND)
    torch.manual_seed(seed)
    space = CommonSpace(**network)
    history = fit(
        space,
        _step(margin),
        training_batches(_PairDataset(train), recipe.batch_size, seed, recipe.workers, _collate),
        None if validation is None else _check_on(validation, margin),
        recipe,
        seed,
        folder,
        fingerprint({**settings, "pairs": [_digest(train), validation and _digest(validation)]}, ()),
    )
    save_network(folder, space, history, settings)


class _PairDataset:
    """Texts and videos of a training, as examples that are the same in every epoch."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def set_epoch(self, epoch: int) -> None:
        pass

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        return self._pairs.texts[index], self._pairs.videos[index]


def _collate(examples: list[tuple[np.ndarray, np.ndarray]]) -> Batch:
    """Words (B, N, word_dim), their numbers (B,) and sign embeddings (B, sign_dim) of a batch."""
    texts, videos = zip(*examples, strict=True)
    return *padded(texts), torch.tensor(np.stack(videos), dtype=torch.float32)


def _step(margin: float) -> Step:
    def step(network: nn.Module, batch: Batch) -> Outcome:
        similarity = network(*batch).float()
        return Outcome(max_margin_loss(similarity, margin), _found(similarity), len(similarity))

    return step


def _found(similarity: Tensor) -> Tensor:
    """How many texts have their own video as the nearest one."""
    return (similarity.argmax(1) == torch.arange(len(similarity), device=similarity.device)).sum()


def _check_on(validation: Pairs, margin: float) -> Check:
    """Measures the search from text to video among the pairs of the validation."""

    def check(network: nn.Module, _epoch: int) -> dict[str, float]:
        similarity = cosines(network.eval(), validation.texts, validation.videos)
        told = scores(text_to_video_ranks(similarity), len(validation))
        return {
            "validation_loss": max_margin_loss(torch.from_numpy(similarity), margin).item(),
            "validation_accuracy": told["R1"] / 100,
            "validation_geometric_mean": geometric_mean(told),
        }

    return check


def _check(train: Pairs, validation: Pairs | None, recipe: Recipe) -> None:
    for role, pairs in (("training", train), ("validation", validation)):
        if pairs is not None and len(pairs) < 2:
            raise InputError(f"the {role} of the common space has one pair of text and video, expected two or more.")
    if validation is not None and (validation.word_dim, validation.sign_dim) != (train.word_dim, train.sign_dim):
        raise InputError(
            f"the validation of the common space has word vectors of {validation.word_dim} and sign embeddings of "
            f"{validation.sign_dim} numbers, the training of {train.word_dim} and {train.sign_dim}. Take both from the "
            "same sources."
        )
    check_space_recipe(recipe)


def _digest(pairs: Pairs) -> str:
    """A digest of all numbers of the pairs and of their arrangement."""
    digest = hashlib.sha256()
    for array in (*pairs.texts, pairs.videos):
        digest.update(repr((array.shape, array.dtype.str)).encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
