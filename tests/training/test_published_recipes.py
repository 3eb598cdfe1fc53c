"""What config/chalearn2022.yaml asks for is what was published: the rate of every epoch, and all else it states."""

from pathlib import Path

import pytest
import torch
import yaml
from torch import nn
from torch.utils.data import TensorDataset

from signspot.training.batches import plain_batches
from signspot.training.loop import fit
from signspot.training.outcome import Outcome
from signspot.training.recipe import Recipe

CONFIG = yaml.safe_load((Path(__file__).parents[2] / "config/chalearn2022.yaml").read_text())
PUBLISHED = {
    "rgb": (1e-4, (40, 60), 80),
    "hands": (1e-4, (40, 60), 80),
    "flow": (1e-4, (20, 35), 40),
    "skeleton": (5e-4, (40, 60), 80),
    "spotter": (1e-4, (20, 40, 60), 80),
}
"""First rate, the epochs after which it is divided by 5, number of epochs."""
SAMPLER = ("clips", "start")
"""What the training of an expert says beside its recipe."""
RECIPES = [
    *(
        (name, {key: value for key, value in training.items() if key not in SAMPLER})
        for name, expert in CONFIG["experts"].items()
        for training in expert["training"]
    ),
    ("spotter", CONFIG["spotters"]["bilstm"]["training"]),
]


def step(network: nn.Module, batch: list[torch.Tensor]) -> Outcome:
    (x,) = batch
    return Outcome(network(x).square().mean(), torch.tensor(0), len(x))


@pytest.mark.parametrize(("name", "recipe"), RECIPES)
def test_every_epoch_has_the_published_rate(tmp_path: Path, name: str, recipe: dict) -> None:
    rate, steps, epochs = PUBLISHED[name]
    batches = plain_batches(TensorDataset(torch.ones(2, 1)), 2)
    network = nn.Linear(1, 1)
    history = fit(network, step, lambda epoch: batches, None, Recipe(**recipe, select="last"), 0, tmp_path, "schedule")
    expected = [rate / 5 ** sum(number > last for last in steps) for number in range(1, epochs + 1)]
    assert history["rate"].tolist() == pytest.approx(expected)


@pytest.mark.parametrize(("name", "recipe"), RECIPES)
def test_optimiser_weight_decay_and_batch_are_the_published_ones(name: str, recipe: dict) -> None:
    others = {"skeleton": ("adam", 1e-5, 16), "spotter": ("adamw", 0.005, 2)}
    expected = others.get(name, ("adamw", 0.05, 16))
    assert (recipe["optimiser"], recipe["weight_decay"], recipe["batch_size"]) == expected


def test_the_rest_is_published_too() -> None:
    spotter = CONFIG["spotters"]["bilstm"]
    assert (CONFIG["seed"], spotter["seed"]) == (1234, 6688)
    assert (CONFIG["corpus"]["fps"], CONFIG["clips"], CONFIG["flow"]["size"]) == (25, {"length": 8, "stride": 4}, 256)
    assert (next(iter(spotter["decoders"])), spotter["head"]) == ("published", {"offset_activation": "relu"})
    experts = {
        name: (expert["modality"]["name"], expert["backbone"], [training["clips"] for training in expert["training"]])
        for name, expert in CONFIG["experts"].items()
    }
    assert experts == {
        "rgb": ("rgb", {"name": "i3d_r50"}, ["signs", "all"]),
        "hands": ("hands", {"name": "i3d_r50"}, ["signs", "all"]),
        "flow": ("flow", {"name": "p3d199"}, ["signs", "all"]),
        "skeleton": ("skeleton", {"name": "stgcn"}, ["signs", "all"]),
    }
    assert CONFIG["runs"] == {
        "val": {"train": ["train"], "validation": ["val"], "test": ["val"], "select": "best"},
        "final": {"train": ["train", "val"], "test": ["test"], "select": "last"},
    }
