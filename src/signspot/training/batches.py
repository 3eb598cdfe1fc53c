"""Batches in an order that depends on the seed and the epoch only."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler, default_collate

from signspot.errors import SignspotError

Batch = Sequence[Tensor]
Collate = Callable[[list[Any]], Batch]


def split(batch: Batch, parts: int) -> list[Batch]:
    """A batch in so many parts of successive examples, or in fewer if it has fewer examples."""
    return list(zip(*(tensor.chunk(parts) for tensor in batch), strict=True))


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


class _Caught(Dataset[Any]):
    """The same examples, with an error in the place of an example that cannot be read."""

    def __init__(self, examples: Any) -> None:
        self._examples = examples

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, index: int) -> Any:
        try:
            return self._examples[index]
        except (SignspotError, OSError) as error:
            return error


class _Loader(DataLoader):
    """A loader whose processes hand over errors as they are: DataLoader itself would make a traceback of them."""

    def __init__(self, dataset: Any, collate: Collate, **options: Any) -> None:
        super().__init__(_Caught(dataset), collate_fn=partial(_error_or, collate), **options)

    def __iter__(self) -> Iterator[Batch]:
        for batch in super().__iter__():
            if isinstance(batch, Exception):
                raise batch
            yield batch


def _error_or(collate: Collate, examples: list[Any]) -> Batch | Exception:
    return next((example for example in examples if isinstance(example, Exception)), None) or collate(examples)


def training_batches(
    dataset: EpochDataset, batch_size: int, seed: int, workers: int = 0, collate: Collate = default_collate
) -> Callable[[int], DataLoader]:
    """A function from the epoch to its shuffled, augmented batches; loader processes live from epoch to epoch.

    Args:
        dataset: of examples.
        batch_size: examples of a batch.
        seed: of the order.
        workers: loader processes; 0 loads in this one.
        collate: from examples to a batch.
    """
    sampler = ShuffledBatches(len(dataset), batch_size, seed)
    loader = _Loader(
        dataset,
        collate,
        batch_sampler=sampler,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=torch.cuda.is_available(),
        # Of its own: starting loader processes must not take a number from the generator of the dropout.
        generator=torch.Generator(),
    )

    def of_epoch(epoch: int) -> DataLoader:
        dataset.set_epoch(epoch)
        sampler.epoch = epoch
        return loader

    return of_epoch


def plain_batches(
    dataset: EpochDataset, batch_size: int, workers: int = 0, collate: Collate = default_collate
) -> DataLoader:
    """All examples in order.

    Args:
        dataset: of examples.
        batch_size: examples of a batch.
        workers: loader processes; 0 loads in this one.
        collate: from examples to a batch.
    """
    pin_memory = torch.cuda.is_available()
    return _Loader(dataset, collate, batch_size=batch_size, num_workers=workers, pin_memory=pin_memory)
