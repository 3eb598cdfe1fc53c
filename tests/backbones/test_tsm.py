"""TSM-ResNet50 against the published network and its temporal shift, and at other sizes."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case, clip
from torch import Tensor
from torchvision.models import resnet50

from signspot.backbones import tsm_r50 as module
from signspot.backbones.parts import IMAGENET, InputValues
from signspot.backbones.tsm_r50 import ShiftedResNet, shifted, tsm_r50

torch.set_num_threads(1)
DEPTHS = (3, 4, 6, 3)
SMALL = {"width": 0.125, "depths": (1, 1, 1, 1)}
SHOWN = slice(None, None, 5)
"""Frames whose maps the reference keeps."""


@pytest.fixture(scope="module")
def case(golden: Path) -> Case:
    return Case(golden, "tsm_r50_backbone")


@pytest.fixture(scope="module")
def network(case: Case) -> ShiftedResNet:
    return loaded(case, 1)


def loaded(case: Case, last_stride: int) -> ShiftedResNet:
    network = ShiftedResNet(3, DEPTHS, 1.0, last_stride)
    network.load_state_dict(case.weights())
    return network.eval().requires_grad_(False)


def as_ours(frames: Tensor) -> Tensor:
    """Normalised frames (B, T, 3, H, W) of the reference as our clips (B, 3, T, H, W), which hold -1 … 1 and more."""
    mean, deviation = (torch.tensor(numbers).view(-1, 1, 1, 1) for numbers in IMAGENET)
    return 2 * (frames.transpose(1, 2) * deviation + mean) - 1


def shift_cases(golden: Path) -> list[tuple[dict, Tensor, np.ndarray]]:
    cases = json.loads((golden / "tsm_shift_cases.json").read_text(encoding="utf-8"))["cases"]
    arrays = np.load(golden / "tsm_shift_cases.npz")
    return [(each, torch.from_numpy(arrays[f"case{i}_x"]), arrays[f"case{i}_y"]) for i, each in enumerate(cases)]


def test_the_shift_is_the_published_one(golden: Path) -> None:
    for about, frames, expected in shift_cases(golden):
        assert np.array_equal(shifted(frames, about["frames"], about["divisions"]), expected)


def test_few_channels_stay_where_they_are() -> None:
    frames = torch.randn(6, 7, 2, 2)
    assert torch.equal(shifted(frames, 3), frames)


def reversed_shift(x: Tensor, frames: int, divisions: int = 8) -> Tensor:
    """The first channels from the frame before, the next ones from the frame after."""

    def turned(frames_of_clips: Tensor) -> Tensor:
        return frames_of_clips.unflatten(0, (-1, frames)).flip(1).flatten(0, 1)

    return turned(shifted(turned(x), frames, divisions))


def test_a_shift_in_the_other_direction_shows(golden: Path) -> None:
    wrong = [
        not np.array_equal(reversed_shift(frames, about["frames"], about["divisions"]), expected)
        for about, frames, expected in shift_cases(golden)
    ]
    assert wrong == [about["frames"] > 1 for about, _, _ in shift_cases(golden)]


def test_keys_and_shapes_are_the_published_ones(case: Case) -> None:
    with torch.device("meta"):
        state = ShiftedResNet(3, DEPTHS, 1.0, 1).state_dict()
        whole, torchvisions = tsm_r50(1000).state_dict(), resnet50().state_dict()
    assert {key: tuple(value.shape) for key, value in state.items()} == case.shapes
    assert {key: value.shape for key, value in whole.items()} == {k: v.shape for k, v in torchvisions.items()}


def test_maps_equal_the_published_network(case: Case, network: ShiftedResNet) -> None:
    maps = network.maps(as_ours(case.input("a")))
    assert case.deviation("map_a", maps[:, SHOWN].contiguous()) < TOLERANCE
    assert case.deviation("mean_a", maps.mean((3, 4))) < TOLERANCE


def test_maps_of_256_px_equal_the_published_network(case: Case, network: ShiftedResNet) -> None:
    maps = network.maps(as_ours(case.input("b")))
    assert maps.shape == (1, 16, 2048, 16, 16)
    assert case.deviation("mean_b", maps.mean((3, 4))) < TOLERANCE


def test_the_ordinary_stride_equals_the_published_network(case: Case) -> None:
    maps = loaded(case, 2).maps(as_ours(case.input("a")))
    assert maps.shape == (1, 16, 2048, 2, 2)
    assert case.deviation("mean_a_stride2", maps.mean((3, 4))) < TOLERANCE


@pytest.mark.parametrize("mistake", [reversed_shift, lambda x, frames: x], ids=["reversed", "none"])
def test_a_mistake_of_the_shift_shows(
    case: Case, network: ShiftedResNet, monkeypatch: pytest.MonkeyPatch, mistake
) -> None:
    monkeypatch.setattr(module, "shifted", mistake)
    assert case.deviation("mean_a", network.maps(as_ours(case.input("a"))).mean((3, 4))) > MISTAKE


def test_a_mistake_of_the_stride_shows(case: Case) -> None:
    maps = loaded(case, 2).maps(as_ours(case.input("a")))
    assert case.deviation("mean_a", maps.mean((3, 4))) > MISTAKE


def test_values_of_colours_and_of_flow() -> None:
    levels = torch.tensor([-1.0, 0.0, 1.0])[:, None, None]
    colours = InputValues(3, IMAGENET)(levels.expand(1, 3, 3, 1, 1))[0, :, :, 0, 0]
    mean, deviation = (torch.tensor(numbers) for numbers in IMAGENET)
    torch.testing.assert_close(colours, (torch.tensor([0, 0.5, 1]) - mean[:, None]) / deviation[:, None])
    for channels in (2, 10):
        values = tsm_r50(5, channels, **SMALL).values(levels.expand(1, channels, 3, 1, 1))[0, :, :, 0, 0]
        expected = (torch.tensor([0, 0.5, 1]) - 0.5) / 0.226
        torch.testing.assert_close(values, expected.expand(channels, 3))


@pytest.mark.parametrize(("channels", "frames", "size"), [(3, 1, 32), (2, 3, 48), (10, 16, 70)])
def test_small_network_takes_any_size(channels: int, frames: int, size: int) -> None:
    network = tsm_r50(7, channels, **SMALL)
    feature, logits = network(torch.randn(2, channels, frames, size, size + 6))
    assert feature.shape == (2, network.feature_dim) == (2, 256)
    assert logits.shape == (2, 7)


def test_clips_keep_to_themselves() -> None:
    """The frames of a batch lie behind one another, and none is shifted into the next clip."""
    network, clips = tsm_r50(5, **SMALL).eval(), clip((3, 3, 4, 32, 32))
    torch.testing.assert_close(network(clips)[0][1:2], network(clips[1:2])[0], rtol=1e-4, atol=1e-5)


def test_every_parameter_learns() -> None:
    network = tsm_r50(5, dropout=0.0, **SMALL)
    network(torch.randn(4, 3, 4, 32, 32))[1].logsumexp(1).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())
