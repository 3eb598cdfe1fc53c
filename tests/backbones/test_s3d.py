"""S3D against torchvision's and kylemin's network, and at other sizes."""

from pathlib import Path

import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case, weight
from torch import Tensor, nn

from signspot.backbones import BACKBONES
from signspot.backbones.formats import Format
from signspot.backbones.parts import KINETICS, InputValues
from signspot.backbones.s3d import KYLEMIN, S3D, TORCHVISION, s3d
from signspot.errors import InputError

torch.set_num_threads(1)


def filled(form: Format, classes: int = 400, **options: str) -> S3D:
    """The network with the weights that the rule gives the names of a published file."""
    with torch.device("meta"):
        shapes = {key: value.shape for key, value in s3d(classes).state_dict().items()}
    network = s3d(classes, **options)
    counters = {key: torch.zeros((), dtype=torch.int64) for key in shapes if key.endswith("num_batches_tracked")}
    state = {key: torch.from_numpy(weight(form.published(key), shapes[key])) for key in shapes.keys() - counters.keys()}
    network.load_state_dict(state | counters)
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def torchvision(golden: Path) -> Case:
    return Case(golden, "s3d_torchvision")


@pytest.fixture(scope="module")
def kylemin(golden: Path) -> Case:
    return Case(golden, "s3d_kylemin")


@pytest.fixture(scope="module")
def network() -> S3D:
    return filled(TORCHVISION)


@pytest.fixture(scope="module")
def network_of_kylemin() -> S3D:
    return filled(KYLEMIN)


def test_names_are_the_verified_ones(kylemin: Case) -> None:
    with torch.device("meta"):
        state = s3d(400).state_dict()
    names = {KYLEMIN.published(key): TORCHVISION.published(key) for key in state}
    verified = kylemin.about["torchvision"]["key_map"]
    assert {name: key for name, key in names.items() if not key.endswith("num_batches_tracked")} == {
        name: key for name, key in verified.items() if not key.endswith("num_batches_tracked")
    }
    assert {KYLEMIN.published(key): tuple(value.shape) for key, value in state.items()} == kylemin.shapes


def test_sizes_are_the_published_ones(torchvision: Case) -> None:
    with torch.device("meta"):
        networks = s3d(400), s3d(226)
    numbers = [sum(parameter.numel() for parameter in network.parameters()) for network in networks]
    assert numbers == [torchvision.about["n_parameters"], torchvision.about["n_parameters_226_classes"]]


@pytest.mark.parametrize(("clip", "steps"), [("a", 1), ("c", 3), ("b", 7)])
def test_it_equals_the_network_of_torchvision(torchvision: Case, network: S3D, clip: str, steps: int) -> None:
    clips = torchvision.input(clip)
    feature, logits = network(clips)
    assert torchvision.deviation(f"feature_{clip}", feature) < TOLERANCE
    assert torchvision.deviation(f"logits_{clip}", logits) < TOLERANCE
    of_steps = network.step_logits(clips)
    assert of_steps.shape == (1, 400, steps)
    assert torchvision.deviation(f"step_logits_{clip}", of_steps) < TOLERANCE


def test_another_vocabulary_equals_the_network_of_torchvision(torchvision: Case) -> None:
    logits = filled(TORCHVISION, classes=226)(torchvision.input("a"))[1]
    assert torchvision.deviation("logits_226_a", logits) < TOLERANCE


def test_values_of_kinetics_are_made_of_our_own(torchvision: Case) -> None:
    """The clip of the reference is normalised: here it comes as -1 … 1, and more."""
    mean, deviation = (torch.tensor(numbers).view(-1, 1, 1, 1) for numbers in KINETICS)
    clips = 2 * (torchvision.input("a") * deviation + mean) - 1
    feature, logits = filled(TORCHVISION, values="kinetics")(clips)
    assert torchvision.deviation("feature_a", feature) < TOLERANCE
    assert torchvision.deviation("logits_a", logits) < TOLERANCE


def test_black_and_white_of_kinetics_are_the_published_values() -> None:
    levels = torch.tensor([-1.0, 1.0]).view(1, 1, 2, 1, 1).expand(1, 3, 2, 1, 1)
    converted = InputValues(3, KINETICS)(levels)[0, :, :, 0, 0]
    expected = [[(level - m) / s for level in (0, 1)] for m, s in zip(*KINETICS, strict=True)]
    torch.testing.assert_close(converted, torch.tensor(expected))


@pytest.mark.parametrize("clip", ["a", "b", "c"])
def test_it_equals_the_network_of_kylemin(kylemin: Case, network_of_kylemin: S3D, clip: str) -> None:
    """Images of 96 and 64 px too, which torchvision's network refuses."""
    feature, logits = network_of_kylemin(kylemin.input(clip))
    assert kylemin.deviation(f"feature_{clip}", feature) < TOLERANCE
    assert kylemin.deviation(f"logits_{clip}", logits) < TOLERANCE


def wrong_epsilon(network: S3D) -> None:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            module.eps = 1e-5


def wrong_values(network: S3D) -> None:
    network.values = InputValues(3, KINETICS)


def wrong_pooling(network: S3D) -> None:
    network._steps = lambda clips: network.features(clips).mean((2, 3, 4), keepdim=True)


@pytest.mark.parametrize("mistake", [wrong_epsilon, wrong_values, wrong_pooling])
def test_a_mistake_shows(kylemin: Case, mistake) -> None:
    network = filled(KYLEMIN)
    mistake(network)
    assert kylemin.deviation("feature_b", network(kylemin.input("b"))[0]) > MISTAKE


@pytest.mark.parametrize(("channels", "frames", "size"), [(3, 5, 17), (2, 8, 48), (10, 24, 70)])
def test_small_network_takes_any_size(channels: int, frames: int, size: int) -> None:
    network = s3d(7, channels, width=0.125)
    feature, logits = network(torch.randn(2, channels, frames, size, size + 6))
    assert feature.shape == (2, network.feature_dim) == (2, 128)
    assert logits.shape == (2, 7)


@pytest.mark.parametrize("shape", [(4, 32, 32), (8, 16, 32), (8, 32, 16)])
def test_clips_that_are_too_small_are_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(
        InputError, match=rf"s3d: a clip has {shape[0]} frames of {shape[1]} x {shape[2]} px, expected 5"
    ):
        s3d(7, width=0.125)(torch.randn(1, 3, *shape))


def test_logits_are_those_of_the_feature() -> None:
    network = s3d(7, width=0.125).eval()
    feature, logits = network(torch.randn(2, 3, 32, 48, 48))
    torch.testing.assert_close(network.fc(feature[:, :, None, None, None]).flatten(1), logits)


def test_clips_keep_to_themselves() -> None:
    network, clips = s3d(5, width=0.125).eval(), torch.randn(3, 3, 16, 32, 32)
    torch.testing.assert_close(network(clips)[0][1:2], network(clips[1:2])[0], rtol=1e-3, atol=1e-4)


def test_colours_of_kinetics_need_three_channels() -> None:
    with pytest.raises(ValueError, match="values: are those of 3 channels, the clips have 2"):
        s3d(5, 2, values="kinetics")


def test_every_parameter_learns() -> None:
    network = s3d(5, width=0.125, dropout=0.0)
    logits: Tensor = network(torch.randn(4, 3, 16, 32, 32))[1]
    logits.logsumexp(1).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())


def test_the_logits_of_a_clip_are_the_mean_of_those_of_its_steps() -> None:
    network = s3d(3, width=0.0625).eval()
    clips = torch.randn(2, 3, 33, 32, 32)
    steps = network.step_logits(clips)
    assert steps.shape[:2] == (2, 3) and steps.shape[2] > 1
    torch.testing.assert_close(network(clips)[1], steps.mean(2))
    assert [name for name in BACKBONES.names() if BACKBONES.fact(name, "STEP_LOGITS")] == ["s3d"]
