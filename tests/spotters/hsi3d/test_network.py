"""The network of HS-I3D against the published one, and at other sizes."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from golden_rule import MISTAKE, TOLERANCE, Case
from torch import Tensor

from signspot.backbones import i3d_inception
from signspot.backbones.checkpoints import Checkpoint
from signspot.spotters.hsi3d import published
from signspot.spotters.hsi3d.network import HierarchicalI3d, Levels, steps
from signspot.spotters.hsi3d.published import HSI3D, read_published

torch.set_num_threads(1)
CLASSES = 61


@pytest.fixture(scope="module")
def case(golden: Path) -> Case:
    return Case(golden, "hsi3d")


@pytest.fixture(scope="module")
def checkpoint(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """The golden weights in a file as the authors wrote theirs."""
    path = tmp_path_factory.mktemp("published") / "model.pth"
    torch.save({"model": case.weights(), "trainer": {"epoch": 200}, "optimizer": {}, "scheduler": {}}, path)
    return Checkpoint(path)


def loaded(checkpoint: Checkpoint) -> HierarchicalI3d:
    with torch.device("meta"):
        network = HierarchicalI3d(CLASSES)
    network.load_state_dict(read_published(checkpoint, network)[0], assign=True)
    return network.eval().requires_grad_(False)


def windows(case: Case, name: str) -> Tensor:
    """The published input (B, T, C, H, W) from −0.5 to 0.5, as ours."""
    return 2 * case.input(name).transpose(1, 2)


def worst(case: Case, name: str, logits: Levels) -> float:
    """The largest deviation of the logits; the background is the last class of the published ones."""
    found = {level: value.roll(-1, 2) for level, value in logits._asdict().items()}
    return max(case.deviation(f"{level}_time_out_{name}", value) for level, value in found.items())


def test_keys_and_shapes_are_the_published_ones(case: Case) -> None:
    with torch.device("meta"):
        network = HierarchicalI3d(CLASSES)
    shapes = {HSI3D.published(key): tuple(value.shape) for key, value in network.state_dict().items()}
    assert shapes == {key: shape for key, shape in case.shapes.items() if not HSI3D.is_unused(key)}
    unused = sum(torch.Size(shape).numel() for key, shape in case.shapes.items() if HSI3D.is_unused(key))
    assert sum(parameter.numel() for parameter in network.parameters()) + unused == case.about["n_parameters"]


@pytest.mark.parametrize("name", ["a", "b"])
def test_features_and_logits_of_every_level_equal_the_published_ones(
    case: Case, checkpoint: Checkpoint, name: str
) -> None:
    network, given = loaded(checkpoint), windows(case, name)
    features = network.features(given)
    for level, feature in features._asdict().items():
        assert feature.shape == case.expected[f"{level}_pool2d_{name}"].shape
        assert case.deviation(f"{level}_pool2d_{name}", feature) < TOLERANCE
    assert worst(case, name, network(given)) < TOLERANCE


def swapped_taps(network: HierarchicalI3d, patch: pytest.MonkeyPatch) -> None:
    network.up_8.weight.copy_(network.up_8.weight.flip(2))


def repeated_steps(network: HierarchicalI3d, patch: pytest.MonkeyPatch) -> None:
    network.up_32.weight.copy_(network.up_32.weight.mean(2, keepdim=True).expand_as(network.up_32.weight))


def reversed_levels(network: HierarchicalI3d, patch: pytest.MonkeyPatch) -> None:
    """The levels are concatenated from fine to coarse."""
    weight = network.heads["x"].weight
    channels = [head.in_features for level, head in network.heads.items() if level != "x"]
    weight.copy_(torch.cat(weight.split(channels, 1)[::-1], 1))


def upsampled_level(network: HierarchicalI3d, patch: pytest.MonkeyPatch) -> None:
    """What is upsampled is the level x8, not the merged map that it is made of."""
    features = network.up_16.forward
    patch.setattr(network.up_16, "forward", lambda merged: features(network.conv_8(merged)))


def background_last(network: HierarchicalI3d, patch: pytest.MonkeyPatch) -> None:
    for head in network.heads.values():
        head.weight.copy_(head.weight.roll(-1, 0))
        head.bias.copy_(head.bias.roll(-1, 0))


def nothing_around_the_pools(network: HierarchicalI3d, patch: pytest.MonkeyPatch) -> None:
    """What lies outside is less than everything, as PyTorch's own padding has it."""

    class Pool(i3d_inception.SamePool):
        def forward(self, x: Tensor) -> Tensor:
            marked = i3d_inception.pad_same(torch.ones_like(x), self.kernel, self.stride)
            padded = i3d_inception.pad_same(x, self.kernel, self.stride).masked_fill(marked == 0, -torch.inf)
            return F.max_pool3d(padded, self.kernel, self.stride)

    patch.setattr(i3d_inception.SamePool, "forward", Pool.forward)


def relu_in_the_blocks(network: HierarchicalI3d, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(F, "silu", lambda x, inplace=False: F.relu(x))


MISTAKES = (
    *(swapped_taps, repeated_steps, reversed_levels, upsampled_level),
    *(background_last, nothing_around_the_pools, relu_in_the_blocks),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_shows(
    case: Case,
    checkpoint: Checkpoint,
    mistake: Callable[[HierarchicalI3d, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = loaded(checkpoint)
    mistake(network, monkeypatch)
    assert worst(case, "a", network(windows(case, "a"))) > MISTAKE


def test_an_import_that_leaves_the_background_last_shows(
    case: Case, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "_background_first", lambda value: value)
    assert worst(case, "a", loaded(checkpoint)(windows(case, "a"))) > MISTAKE


@pytest.mark.parametrize(("frames", "size"), [(8, (64, 64)), (24, (50, 70)), (32, (16, 16))])
def test_small_network_takes_any_size(frames: int, size: tuple[int, int]) -> None:
    network = HierarchicalI3d(7, in_channels=2, width=0.125)
    logits = network(torch.randn(2, 2, frames, *size))
    assert {level: tuple(value.shape) for level, value in logits._asdict().items()} == {
        level: (2, count, 7) for level, count in steps(frames).items()
    }


def test_steps_of_a_published_window() -> None:
    assert steps(32) == {"x4": 4, "x8": 8, "x16": 16, "x32": 32, "x": 32}


@pytest.mark.parametrize("length", [0, 4, 30])
def test_a_window_is_a_multiple_of_eight_frames(length: int) -> None:
    with pytest.raises(ValueError, match=f"length: is {length}, expected a multiple of 8"):
        steps(length)


def test_frames_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match="length: is 12"):
        HierarchicalI3d(3, width=0.125)(torch.randn(1, 3, 12, 32, 32))


@pytest.mark.parametrize(
    ("options", "message"),
    [({"width": 0}, "width"), ({"dropout": 2}, "dropout"), ({"activation": "gelu"}, "relu, silu")],
)
def test_wrong_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HierarchicalI3d(3, **options)


def test_a_window_does_not_depend_on_its_batch() -> None:
    network = HierarchicalI3d(5, width=0.125).eval()
    batch = torch.randn(3, 3, 16, 48, 48)
    for together, alone in zip(network(batch), network(batch[1:2]), strict=True):
        torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-5)


def test_every_parameter_learns() -> None:
    network = HierarchicalI3d(5, width=0.125, dropout=0.0)
    sum(logits.logsumexp(2).sum() for logits in network(torch.randn(2, 3, 16, 64, 64))).backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())
