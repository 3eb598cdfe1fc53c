"""Inception I3D against BSL-1K's network, and at other sizes."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from golden_rule import MISTAKE, TOLERANCE, Case
from torch import Tensor, nn

from signspot.backbones import i3d_inception as module
from signspot.backbones.i3d_inception import BSL1K, InceptionI3D, SamePool, i3d_inception, pad_same
from signspot.backbones.weights import matched

torch.set_num_threads(1)
CLASSES = 1064


@pytest.fixture(scope="module")
def case(golden: Path) -> Case:
    return Case(golden, "bsl1k_i3d")


@pytest.fixture(scope="module")
def weights(case: Case) -> dict[str, Tensor]:
    with torch.device("meta"):
        network = i3d_inception(CLASSES)
    return matched(case.weights(), network, BSL1K, "golden", other_classes=False)[0]


def loaded(weights: dict[str, Tensor]) -> InceptionI3D:
    with torch.device("meta"):
        network = i3d_inception(CLASSES)
    network.load_state_dict({key: value.clone() for key, value in weights.items()}, assign=True)
    return network.eval().requires_grad_(False)


def clips(case: Case, name: str) -> Tensor:
    """The published input; ours is twice that, because levels go from −1 to 1 here."""
    return 2 * case.input(name)


def test_keys_and_shapes_are_the_published_ones(case: Case) -> None:
    with torch.device("meta"):
        state = i3d_inception(CLASSES).state_dict()
    shapes = {BSL1K.published(key): tuple(value.shape) for key, value in state.items()}
    linear = {key: shape[:2] if BSL1K.is_pointwise(key) else shape for key, shape in case.shapes.items()}
    assert shapes == linear


def test_feature_and_logits_equal_the_published_ones(case: Case, weights: dict[str, Tensor]) -> None:
    feature, logits = loaded(weights)(clips(case, "a"))
    assert case.deviation("embds_a", feature) < TOLERANCE
    assert case.deviation("logits_a", logits) < TOLERANCE


@pytest.mark.parametrize("name", ["b", "c"])
def test_maps_of_small_and_odd_clips_equal_the_published_ones(
    case: Case, weights: dict[str, Tensor], name: str
) -> None:
    maps = loaded(weights).trunk(clips(case, name))
    for block, found in zip(("Mixed_3c", "Mixed_4f", "Mixed_5c"), maps, strict=True):
        assert found.shape == case.expected[f"{block}_{name}"].shape
        assert case.deviation(f"{block}_{name}", found) < TOLERANCE


def test_maps_of_long_clips_equal_the_published_ones(case: Case, weights: dict[str, Tensor]) -> None:
    maps = loaded(weights).trunk(clips(case, "d"))
    for block, found in zip(("Mixed_3c", "Mixed_4f", "Mixed_5c"), maps, strict=True):
        assert list(found.shape[1:]) == case.about["feature_maps_for_32x224x224"][block]
        assert case.deviation(f"{block}_d_spatial_mean", found.mean((3, 4))) < TOLERANCE


def wrong_epsilon(network: InceptionI3D, patch: pytest.MonkeyPatch) -> None:
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm3d):
            layer.eps = 1e-5


def wrong_range(network: InceptionI3D, patch: pytest.MonkeyPatch) -> None:
    network.trunk.Conv3d_1a_7x7.conv3d.weight *= 2


def rest_in_front(network: InceptionI3D, patch: pytest.MonkeyPatch) -> None:
    def padded(x: Tensor, kernel: tuple[int, int, int], stride: tuple[int, int, int]) -> Tensor:
        backwards = (2, 3, 4)
        return pad_same(x.flip(backwards), kernel, stride).flip(backwards)

    patch.setattr(module, "pad_same", padded)


def wrong_activation(network: InceptionI3D, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(nn.ReLU, "forward", lambda self, x: F.silu(x))


def wrong_branches(network: InceptionI3D, patch: pytest.MonkeyPatch) -> None:
    """The branch of the pooling comes before the narrow one, which has as many channels."""
    block, forward = network.trunk.Mixed_5b, network.trunk.Mixed_5b.forward
    first = block.b0.conv3d.out_channels + block.b1b.conv3d.out_channels
    last = block.b2b.conv3d.out_channels, block.b3b.conv3d.out_channels

    def swapped(x: Tensor) -> Tensor:
        head, narrow, pooled = forward(x).split((first, *last), 1)
        return torch.cat((head, pooled, narrow), 1)

    patch.setattr(block, "forward", swapped)


@pytest.mark.parametrize(
    "mistake", [wrong_epsilon, wrong_range, rest_in_front, wrong_activation, wrong_branches], ids=lambda m: m.__name__
)
def test_a_mistake_shows(
    case: Case,
    weights: dict[str, Tensor],
    mistake: Callable[[InceptionI3D, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = loaded(weights)
    mistake(network, monkeypatch)
    assert case.deviation("Mixed_5c_b", network.trunk(clips(case, "b")).mixed_5c) > MISTAKE


def test_zeros_around_the_maps_take_part_in_the_maximum() -> None:
    negative = torch.full((1, 1, 2, 4, 4), -1.0)
    pooled = SamePool((1, 3, 3), (1, 2, 2))(negative)[0, 0, 0]
    assert pooled.tolist() == [[-1, 0], [0, 0]]


@pytest.mark.parametrize(("size", "frames"), [((64, 64), 8), ((47, 80), 9), ((16, 16), 1), ((112, 96), 16)])
@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_small_network_takes_any_size(size: tuple[int, int], frames: int, activation: str) -> None:
    network = i3d_inception(7, in_channels=2, width=0.25, activation=activation)
    feature, logits = network(torch.randn(2, 2, frames, *size))
    assert feature.shape == (2, network.feature_dim) == (2, 256)
    assert logits.shape == (2, 7)


def test_a_clip_does_not_depend_on_its_batch() -> None:
    network = i3d_inception(5, width=0.125).eval()
    batch = torch.randn(3, 3, 8, 48, 48)
    torch.testing.assert_close(network(batch)[0][1:2], network(batch[1:2])[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_every_parameter_learns(activation: str) -> None:
    network = i3d_inception(5, width=0.125, dropout=0.0, activation=activation)
    network(torch.randn(2, 3, 8, 64, 64))[1].logsumexp(1).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())
