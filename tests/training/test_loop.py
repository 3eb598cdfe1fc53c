"""The training loop: what it learns, keeps, and how it goes on after a kill."""

import logging
import math
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.data import Dataset

from signspot.compute import devices
from signspot.errors import InputError, SignspotError
from signspot.training.batches import Batch, ShuffledBatches, derived_seed, plain_batches, training_batches
from signspot.training.loop import CHECKPOINT, PREVIOUS, check_on, fingerprint, fit
from signspot.training.mixup import Mixture, mixing_step
from signspot.training.outcome import Outcome
from signspot.training.recipe import Recipe
from signspot.training.store import HISTORY, WEIGHTS, save_network

RECIPE = Recipe("adamw", rate=0.05, weight_decay=0.005, epochs=4, steps=(2, 3), batch_size=8)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


class Points(Dataset):
    """Points of two classes, moved a little in every epoch."""

    def __init__(self, size: int = 41, seed: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.labels = torch.arange(size) % 2
        self.points = torch.randn(size, 3, generator=generator) + 2 * self.labels[:, None]
        self.epoch = torch.zeros(()).share_memory_()

    def set_epoch(self, epoch: int) -> None:
        self.epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.points[index] + 0.01 * self.epoch, self.labels[index]


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 2))


def outcome(logits: Tensor, batch: Batch) -> Outcome:
    labels = batch[1]
    loss = nn.functional.cross_entropy(logits.float(), labels)
    return Outcome(loss, (logits.argmax(1) == labels).sum(), len(labels))


step = mixing_step(lambda batch: (batch[0],), outcome)


def train(folder: Path, recipe: Recipe = RECIPE, seed: int = 0, digest: str = "same", step: Callable = step) -> bytes:
    """Trains, saves, and returns the bytes of the weights."""
    net = network(seed)
    batches = training_batches(Points(), recipe.batch_size, seed, recipe.workers)
    check = check_on(step, plain_batches(Points(30, 1), 16), recipe)
    history = fit(net, step, batches, check, recipe, seed, folder, digest)
    save_network(folder, net, history, {})
    return (folder / WEIGHTS).read_bytes()


def kill_in_training(folder: Path, after: int, recipe: Recipe = RECIPE) -> None:
    """Trains in a process that kills itself, beyond any clean-up, after so many training batches."""
    seen = 0

    def deadly(net: nn.Module, *batch: Batch | Mixture) -> Outcome:
        nonlocal seen
        seen += net.training
        if seen > after * recipe.parts:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(net, *batch)

    process = multiprocessing.get_context("fork").Process(target=train, args=(folder, recipe), kwargs={"step": deadly})
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert not (folder / WEIGHTS).exists()


def epochs_trained(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage().split(":")[0] for record in caplog.records if record.getMessage().startswith("epoch")]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"select": "best"},
        {"workers": 1},
        {"optimiser": "sgd", "nesterov": True, "warmup": 3},
        {"optimiser": "radam", "steps": (), "schedule": "cosine", "warmup": 1},
        {"optimiser": "adam", "steps": (), "schedule": "plateau", "patience": 0},
        {"mixup": 0.5, "parts": 3},
    ],
    ids=lambda changes: ",".join(f"{key}={value}" for key, value in changes.items()) or "steps",
)
def test_a_killed_training_ends_like_an_undisturbed_one(
    tmp_path: Path, changes: dict, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    recipe = replace(RECIPE, **changes)
    undisturbed = train(tmp_path / "undisturbed", recipe)
    kill_in_training(tmp_path / "killed", after=12, recipe=recipe)
    assert (tmp_path / "killed" / CHECKPOINT).exists()
    caplog.clear()
    assert train(tmp_path / "killed", recipe) == undisturbed
    assert epochs_trained(caplog) == ["epoch 3 of 4", "epoch 4 of 4"]
    histories = [pd.read_csv(tmp_path / name / HISTORY, sep="\t") for name in ("undisturbed", "killed")]
    pd.testing.assert_frame_equal(*(history.drop(columns="seconds") for history in histories))
    assert not list((tmp_path / "killed").glob("*checkpoint*"))


def test_a_checkpoint_of_other_settings_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    kill_in_training(tmp_path / "killed", after=12)
    caplog.clear()
    assert train(tmp_path / "killed", digest="other") == train(tmp_path / "fresh")
    assert "other settings" in caplog.text
    assert len(epochs_trained(caplog)) == 2 * RECIPE.epochs


def test_a_finished_training_that_was_not_saved_is_not_repeated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    net = network()
    batches = training_batches(Points(), RECIPE.batch_size, 0)
    check = check_on(step, plain_batches(Points(30, 1), 16), RECIPE)
    fit(net, step, batches, check, RECIPE, 0, tmp_path / "unsaved", "same")
    caplog.clear()
    assert train(tmp_path / "unsaved") == train(tmp_path / "fresh")
    assert len(epochs_trained(caplog)) == RECIPE.epochs


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-50])


def wipe(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def flip(path: Path) -> None:
    """Changes one bit of a weight, which torch.load does not notice."""
    content = bytearray(path.read_bytes())
    weight = torch.load(path, weights_only=True)["network"]["0.weight"]
    content[content.index(weight.numpy().tobytes())] ^= 1
    path.write_bytes(content)
    assert not torch.equal(torch.load(path, weights_only=True)["network"]["0.weight"], weight)


@pytest.mark.parametrize("damage", [cut, wipe, flip])
@pytest.mark.parametrize(
    ("damaged", "going_on"),
    [([CHECKPOINT], "going on after epoch 1, from"), ([CHECKPOINT, PREVIOUS], "training from the start")],
    ids=["the last", "both"],
)
def test_a_damaged_checkpoint_costs_an_epoch_and_no_more_than_that(
    tmp_path: Path,
    damage: Callable[[Path], None],
    damaged: list[str],
    going_on: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    kill_in_training(tmp_path / "killed", after=12)
    for name in damaged:
        damage(tmp_path / "killed" / name)
    caplog.clear()
    weights = train(tmp_path / "killed")
    for name in damaged:
        assert f"{tmp_path / 'killed' / name}: is damaged" in caplog.text
        assert f"it is now {tmp_path / 'killed' / name}.damaged" in caplog.text
    assert going_on in caplog.text
    assert weights == train(tmp_path / "undisturbed")
    assert not list((tmp_path / "killed").glob("*checkpoint*"))


def test_a_kill_between_two_checkpoints_costs_no_more_than_an_epoch(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The last one has become the previous one, and the new one is not yet there."""
    caplog.set_level(logging.INFO)
    kill_in_training(tmp_path / "killed", after=12)
    (tmp_path / "killed" / CHECKPOINT).replace(tmp_path / "killed" / PREVIOUS)
    caplog.clear()
    assert train(tmp_path / "killed") == train(tmp_path / "undisturbed")
    assert "going on after epoch 2, from" in caplog.text


def test_a_checkpoint_never_runs_code(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Harmful:
        def __reduce__(self) -> tuple:
            return (tmp_path / "harm").touch, ()

    torch.save({"fingerprint": "same", "network": Harmful()}, tmp_path / CHECKPOINT)
    (tmp_path / PREVIOUS).write_bytes(pickle.dumps(Harmful()))
    train(tmp_path)
    assert caplog.text.count("is damaged") == 2
    assert not (tmp_path / "harm").exists()


def test_same_seed_same_bytes_whatever_the_workers(tmp_path: Path) -> None:
    first = train(tmp_path / "a")
    assert train(tmp_path / "b") == first
    assert train(tmp_path / "workers", replace(RECIPE, workers=1)) == first
    assert train(tmp_path / "c", seed=1) != first


def test_it_learns_and_records_each_epoch(tmp_path: Path) -> None:
    train(tmp_path, replace(RECIPE, epochs=6, steps=(4,)))
    history = pd.read_csv(tmp_path / HISTORY, sep="\t")
    assert list(history) == [
        *("epoch", "rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "seconds"),
    ]
    assert list(history.epoch) == [1, 2, 3, 4, 5, 6]
    assert history.rate.tolist() == pytest.approx([0.05] * 4 + [0.01] * 2)
    assert history.train_loss.iloc[-1] < history.train_loss.iloc[0] / 2
    assert history.validation_accuracy.iloc[-1] > 0.9


def test_without_validation_its_columns_are_empty(tmp_path: Path) -> None:
    history = fit(network(), step, training_batches(Points(), 8, 0), None, RECIPE, 0, tmp_path, "")
    assert history[["validation_loss", "validation_accuracy"]].isna().all(axis=None)
    assert history.train_loss.notna().all()


def test_the_optimiser_takes_the_lowered_rate(tmp_path: Path) -> None:
    states = []
    recipe = replace(RECIPE, optimiser="adam", weight_decay=0, factor=1e-12, steps=(2,))

    def watched(net: nn.Module, batch: Batch) -> Outcome:
        if not net.training:
            states.append(net[0].weight.detach().clone())
        return step(net, batch)

    check = check_on(watched, plain_batches(Points(9, 1), 16), recipe)
    fit(network(), watched, training_batches(Points(), 8, 0), check, recipe, 0, tmp_path, "")
    moved = [(after - before).abs().max().item() for before, after in pairwise(states)]
    assert moved[0] > 1e-3
    assert max(moved[1:]) < 1e-6


@pytest.mark.parametrize(
    ("select", "accuracies", "kept"),
    [("best", [1, 6, 3, 6], 2), ("best", [5, 4, 3, 2], 1), ("last", [1, 6, 3, 5], 4)],
)
def test_the_selected_epoch_is_kept(tmp_path: Path, select: str, accuracies: list[int], kept: int) -> None:
    states = []

    def scripted(net: nn.Module, batch: Batch) -> Outcome:
        if net.training:
            return step(net, batch)
        states.append({key: value.clone() for key, value in net.state_dict().items()})
        correct = accuracies[len(states) - 1]
        return Outcome(torch.tensor(1.0), torch.tensor(correct), 10)

    net = network()
    recipe = replace(RECIPE, select=select)
    check = check_on(scripted, plain_batches(Points(10, 1), 10), recipe)
    fit(net, scripted, training_batches(Points(), 8, 0), check, recipe, 0, tmp_path, "")
    for key, value in net.state_dict().items():
        assert torch.equal(value, states[kept - 1][key])
    assert not torch.equal(states[0]["0.weight"], states[1]["0.weight"])


def test_of_equally_accurate_epochs_the_lowest_loss_wins(tmp_path: Path) -> None:
    losses = iter([3.0, 1.0, 2.0, 1.0])
    weights = []

    def scripted(net: nn.Module, batch: Batch) -> Outcome:
        if net.training:
            return step(net, batch)
        weights.append(net[0].weight.clone())
        return Outcome(torch.tensor(next(losses)), torch.tensor(5), 10)

    net = network()
    recipe = replace(RECIPE, select="best")
    check = check_on(scripted, plain_batches(Points(10, 1), 10), recipe)
    fit(net, scripted, training_batches(Points(), 8, 0), check, recipe, 0, tmp_path, "")
    assert torch.equal(net[0].weight, weights[1])


@pytest.mark.parametrize("column", ["validation_f1", "validation_geometric_mean"])
def test_what_a_check_measures_besides_comes_before_the_accuracy(tmp_path: Path, column: str) -> None:
    weights = []

    def check(net: nn.Module, epoch: int) -> dict[str, float]:
        weights.append(net[0].weight.clone())
        return {column: (0.1, 0.4, 0.3, 0.4)[epoch - 1], "validation_accuracy": (0.9, 0.5, 0.7, 0.5)[epoch - 1]}

    net = network()
    recipe = replace(RECIPE, select="best")
    fit(net, step, training_batches(Points(), 8, 0), check, recipe, 0, tmp_path, "")
    assert torch.equal(net[0].weight, weights[1])


def test_best_needs_validation(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs validation"):
        recipe = replace(RECIPE, select="best")
        fit(network(), step, training_batches(Points(), 8, 0), None, recipe, 0, tmp_path, "")


def test_plateau_needs_validation(tmp_path: Path) -> None:
    recipe = replace(RECIPE, steps=(), schedule="plateau")
    with pytest.raises(InputError, match=r"training\.schedule: plateau needs validation"):
        fit(network(), step, training_batches(Points(), 8, 0), None, recipe, 0, tmp_path, "")


def test_parts_of_a_batch_add_up_to_the_whole(tmp_path: Path) -> None:
    """Without batch normalisation; the parts of 41 points in batches of 8, three to a batch, are not of equal size."""
    weights = []
    for parts in (1, 3, 100):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2))
        recipe = replace(RECIPE, optimiser="sgd", parts=parts)
        history = fit(net, step, training_batches(Points(), 8, 0), None, recipe, 0, tmp_path / str(parts), "")
        weights.append([*net.parameters(), torch.tensor(history["train_loss"])])
    for split in weights[1:]:
        for value, whole in zip(split, weights[0], strict=True):
            torch.testing.assert_close(value, whole)


def test_a_loss_that_is_not_finite_stops_the_training(tmp_path: Path) -> None:
    batches = iter(range(100))

    def exploding(net: nn.Module, batch: Batch) -> Outcome:
        outcome = step(net, batch)
        return outcome._replace(loss=outcome.loss * math.nan) if next(batches) == 2 else outcome

    with pytest.raises(SignspotError, match=r"batch 3 is nan.*Lower"):
        train(tmp_path, step=exploding)
    assert not list(tmp_path.glob("*"))


def test_bf16_only_where_the_hardware_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(RECIPE, precision="bf16")
    kinds = set()

    def watched(net: nn.Module, batch: Batch) -> Outcome:
        kinds.add(net(batch[0]).dtype)
        return step(net, batch)

    monkeypatch.setattr(devices, "_has_bf16", lambda device: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    train(tmp_path / "half", recipe, step=watched)
    assert kinds == {torch.bfloat16}
    kinds.clear()
    train(tmp_path / "auto", step=watched)
    assert kinds == {torch.float32}
    monkeypatch.setattr(devices, "_has_bf16", lambda device: False)
    with pytest.raises(InputError, match="precision"):
        train(tmp_path / "none", recipe)


@given(st.integers(1, 200), st.integers(2, 20), st.integers(0, 2**32 - 1))
def test_every_example_once_and_never_one_alone(size: int, batch_size: int, seed: int) -> None:
    batches = ShuffledBatches(size, batch_size, seed)
    first = list(batches)
    assert sorted(index for batch in first for index in batch) == list(range(size))
    assert len(first) == len(batches)
    assert all(2 <= len(batch) <= batch_size + 1 for batch in first) or size == 1
    assert list(batches) == first
    batches.epoch = 1
    assert list(batches) != first or size < 12


def test_derived_seeds_differ_and_fit_every_generator() -> None:
    seeds = [derived_seed(seed, name) for seed in range(10) for name in ("rgb", "flow", 1, 2)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derived_seed(3, "rgb") == derived_seed(3, "rgb")


def test_the_fingerprint_follows_settings_and_files(tmp_path: Path) -> None:
    path = tmp_path / "labels.h5"
    path.write_bytes(b"1")
    first = fingerprint({"a": 1, "b": [2]}, [path])
    assert fingerprint({"b": [2], "a": 1}, [path]) == first
    assert fingerprint({"a": 1, "b": [3]}, [path]) != first
    assert fingerprint({"a": 1, "b": [2]}, []) != first
    path.write_bytes(b"12")
    assert fingerprint({"a": 1, "b": [2]}, [path]) != first
