"""Batches in an order that depends on the seed and the epoch only."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

Batch = Sequence[Tensor]
Collate = Callable[[list[Any]], Batch]


class EpochDataset(Protocol):
    """Examples whose augmentation changes from epoch to epoch, also in loader processes that were started before."""

    def set_epoch(self, epoch: int) -> None: ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Any: ...


def derived_seed(*words: int | str) -> int:
    """A seed, 0 … 2^63 - 1, for one purpose out of many: other words give an unrelated one."""
    return int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:8]) >> 1


class ShuffledBatches(Sampler[list[int]]):
    """Indices 0 … ``size - 1`` in batches of a new order in each epoch.

    A single example that would be left over joins the batch before it, because batch normalisation may need two.
    """

    def __init__(self, size: int, batch_size: int, seed: int) -> None:
        self.size, self.batch_size, self.seed = size, batch_size, seed
        self.epoch = 0

    def __len__(self) -> int:
        return max(1, -(-self.size // self.batch_size) - (self.size % self.batch_size == 1))

    def __iter__(self) -> Iterator[list[int]]:
        order = torch.randperm(self.size, generator=torch.Generator().manual_seed(derived_seed(self.seed, self.epoch)))
        starts = range(0, len(self) * self.batch_size, self.batch_size)
        for start in starts:
            stop = self.size if start == starts[-1] else start + self.batch_size
            yield order[start:stop].tolist()


def training_batches(
    dataset: EpochDataset, batch_size: int, seed: int, workers: int = 0, collate: Collate | None = None
) -> Callable[[int], DataLoader]:
    """A function from the epoch to its shuffled, augmented batches; loader processes live from epoch to epoch."""
    sampler = ShuffledBatches(len(dataset), batch_size, seed)
    loader = DataLoader(
        dataset,
        batch_sampler=sampler,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=torch.cuda.is_available(),
        collate_fn=collate,
        # Of its own: starting loader processes must not take a number from the generator of the dropout.
        generator=torch.Generator(),
    )

    def of_epoch(epoch: int) -> DataLoader:
        dataset.set_epoch(epoch)
        sampler.epoch = epoch
        return loader

    return of_epoch


def plain_batches(
    dataset: EpochDataset, batch_size: int, workers: int = 0, collate: Collate | None = None
) -> DataLoader:
    """All examples in order."""
    return DataLoader(
        dataset, batch_size, num_workers=workers, pin_memory=torch.cuda.is_available(), collate_fn=collate
    )
