"""Fits the spotter of a few examples: measures how far other material is from each example, and trains the networks."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from signspot.exemplars.candidates import Finder, false_alarms
from signspot.exemplars.matching import Background, Matcher
from signspot.exemplars.network import Committee
from signspot.exemplars.projection import project
from signspot.exemplars.rates import MATCHED, NAMED
from signspot.exemplars.rendered import rendered_streams
from signspot.exemplars.streams import StreamMaker, free_stretches
from signspot.spotters import FitTask, VideoInputs
from signspot.spotters.exemplars.material import Material, read_material
from signspot.spotters.exemplars.weights import ExemplarWeights, new_committee
from signspot.training.batches import Batch, derived_seed, training_batches
from signspot.training.loop import fingerprint, fit
from signspot.training.outcome import Outcome
from signspot.training.recipe import Recipe
from signspot.training.store import HISTORY_COLUMNS, save_network

log = logging.getLogger(__name__)

COMPARED, TAUGHT, RENDERED_SECONDS = 15, 45, 14.0
"""Streams of rendered signers with which examples are compared, streams that teach networks, and their length."""
BATCH, STEPS_PER_EPOCH = 16, 100
RATE, WEIGHT_DECAY = 2e-3, 0.02
BACKGROUND_WEIGHT, SMOOTHING = 0.5, 0.05
"""Of the background in the loss, and how much of each label is spread over all."""
FOLDS = 3
"""Of the background: a network does not learn from one of them, and false alarms are counted there."""
UNLABELLED = -100
"""The label of frames from which a network does not learn."""


@dataclass(frozen=True)
class Exemplars:
    """The spotter of a few examples as :func:`signspot.spotters.exemplars.exemplars` describes it."""

    networks: int
    steps: int

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Writes ``weights.safetensors``, ``config.json`` and ``history.tsv``. Training can be resumed.

        Args:
            train: stores of the videos with examples; all that is not labelled in them is background.
            validation: not read: decoders are tuned on these videos.
            folder: of the spotter.
            task: name, vocabulary, seed and labels.

        Raises:
            InputError: no video holds an example, or a file is missing or damaged.
        """
        seed = derived_seed(task.seed, "exemplars")
        material = read_material(train, task.labels, seed)
        compared = rendered_streams(range(COMPARED), RENDERED_SECONDS, seed)
        matcher = Matcher(material.examples).calibrated([*material.backgrounds, *map(Background, compared)])
        numbers = len(matcher.examples), len(set(matcher.class_ids.tolist())), len(material.backgrounds)
        log.info("%d examples of %d signs; %d parts of background", *numbers)
        networks, history = self._networks(material, folder, task, seed)
        alarms, minutes = _false_alarms(matcher, networks, material.backgrounds)
        log.info("%d candidates in %.1f minutes without known signs", len(alarms), minutes)
        prior = MATCHED if networks is None else NAMED
        weights = ExemplarWeights.of(matcher, networks, alarms)
        settings = {"spotter": task.name, "kind": "exemplars", "vocabulary": list(task.vocabulary), "seed": task.seed}
        settings |= {"minutes": minutes, "prior": [prior.strength, prior.step], **weights.shape}
        save_network(folder, weights, history, settings)

    def _networks(
        self, material: Material, folder: Path, task: FitTask, seed: int
    ) -> tuple[Committee | None, pd.DataFrame]:
        """The trained networks and the history of their training; None without networks."""
        if not self.networks:
            return None, pd.DataFrame(columns=HISTORY_COLUMNS)
        others = [
            (number % FOLDS, part)
            for number, background in enumerate(material.backgrounds)
            for part in free_stretches(background)
        ]
        taught = rendered_streams(range(COMPARED, COMPARED + TAUGHT), RENDERED_SECONDS, seed)
        maker = StreamMaker(material.examples, others, taught)
        streams = _Streams(maker, min(self.steps, STEPS_PER_EPOCH), self.networks, seed)
        torch.manual_seed(seed)
        committee = new_committee(self.networks, len(task.vocabulary) + 1)
        recipe = Recipe(
            "adamw",
            RATE,
            WEIGHT_DECAY,
            epochs=-(-self.steps // STEPS_PER_EPOCH),
            batch_size=BATCH,
            schedule="cosine",
            final_share=0.0,
            precision="fp32",
        )
        made_of = [self.networks, self.steps, seed, list(task.vocabulary), material.digest]
        history = fit(
            committee,
            _step,
            training_batches(streams, BATCH, seed),
            None,
            recipe,
            seed,
            folder,
            fingerprint({"made of": made_of}, ()),
        )
        return committee.eval(), history


def _false_alarms(
    matcher: Matcher, networks: Committee | None, backgrounds: Sequence[Background]
) -> tuple[list[float], float]:
    """False alarms, and the minutes in which they were counted, each by a network that has not learnt from them."""
    if networks is None:
        return false_alarms(Finder(matcher), backgrounds)
    alarms, minutes = [], 0.0
    for number, member in enumerate(networks.members[:FOLDS]):
        found, more = false_alarms(Finder(matcher, Committee([member])), backgrounds[number::FOLDS])
        alarms += found
        minutes += more
    return alarms, minutes


class _Streams:
    """Streams, another one for each index and epoch: features (T, F), and labels (networks, T).

    A network gets no label of the background of its fold.
    """

    def __init__(self, maker: StreamMaker, steps: int, networks: int, seed: int) -> None:
        self._maker, self._steps, self._seed, self._epoch = maker, steps, seed, 0
        self._folds = np.arange(networks)[:, None] % FOLDS

    def set_epoch(self, epoch: int) -> None:
        self._epoch = epoch

    def __len__(self) -> int:
        return BATCH * self._steps

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        stream = self._maker.stream(np.random.default_rng([self._seed, self._epoch, index]))
        labels = np.where(stream.fold == self._folds, UNLABELLED, stream.label)
        return project(stream.hands).reshape(len(labels[0]), -1), labels


def _step(networks: nn.Module, batch: Batch) -> Outcome:
    streams, labels = batch
    logits = networks(streams)
    weight = torch.ones(logits.shape[2], device=logits.device)
    weight[0] = BACKGROUND_WEIGHT
    losses = [
        functional.cross_entropy(one, wanted, weight=weight, label_smoothing=SMOOTHING, ignore_index=UNLABELLED)
        for one, wanted in zip(logits, labels.unbind(1), strict=True)
    ]
    known = labels != UNLABELLED
    correct = (logits.argmax(2) == labels.transpose(0, 1)) & known.transpose(0, 1)
    # The sum, so that each network learns as it would alone.
    return Outcome(torch.stack(losses).sum(), correct.sum(), int(known.sum()))
