"""I3D-ResNet50 against the published network, and at other sizes."""

import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case
from torch import nn

from signspot.backbones.i3d_r50 import i3d_r50
from signspot.backbones.parts import stem_pool

torch.set_num_threads(1)


def loaded(state, **options):
    with torch.device("meta"):
        network = i3d_r50(**options)
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def entry(golden):
    return Case(golden, "i3d_r50_vipl")


@pytest.fixture(scope="module")
def weights(entry):
    return entry.weights()


@pytest.mark.parametrize(("name", "classes", "variant"), [("vipl", 61, "entry"), ("original", 400, "kinetics")])
def test_keys_and_shapes_are_the_published_ones(golden, name, classes, variant):
    with torch.device("meta"):
        state = i3d_r50(classes, variant=variant).state_dict()
    assert {key: tuple(value.shape) for key, value in state.items()} == Case(golden, f"i3d_r50_{name}").shapes


@pytest.mark.parametrize("size", ["a", "b"])
def test_entry_equals_the_published_network(entry, weights, size):
    feature, logits = loaded(weights, num_classes=61)(entry.input(size))
    assert entry.deviation(f"feature_{size}", feature) < TOLERANCE
    assert entry.deviation(f"logits_{size}", logits) < TOLERANCE


@pytest.mark.parametrize("size", ["a", "b"])
def test_kinetics_variant_equals_the_published_network(golden, weights, size):
    original = Case(golden, "i3d_r50_original")
    network = loaded(weights | original.weights(r"fc\."), num_classes=400, variant="kinetics")
    assert original.deviation(f"logits_{size}", network(original.input(size))[1]) < TOLERANCE


def windows_of(video):
    """Clips (n, C, 8, H, W) of a video (T, C, H, W): frames 4 i - 4 … 4 i + 3, zeros outside."""
    padded = nn.functional.pad(video, (0, 0, 0, 0, 0, 0, 4, 8))
    return torch.stack([padded[start : start + 8] for start in range(0, len(video), 4)]).transpose(1, 2)


def test_expert_checkpoint_of_the_entry(golden):
    """As a clip and as a video; the reference itself fails on the short one, whose numbers were made as it is meant."""
    case = Case(golden, "tmodel_i3d_vipl")
    weights = case.weights(r"feature_extractor\.")
    network = loaded({key.removeprefix("feature_extractor."): value for key, value in weights.items()}, num_classes=61)
    windows = case.input("clip").unflatten(2, (2, 8)).transpose(1, 2)
    features, logits = zip(*(network(window) for window in windows.unbind(1)), strict=True)
    assert case.deviation("conv_feats", torch.stack(features, 2)) < TOLERANCE
    assert case.deviation("conv_predictions", torch.stack(logits, 1)) < TOLERANCE
    for name in ("short_video", "video"):
        features, logits = network(windows_of(case.input(name)[0]))
        assert case.deviation(f"{name}_feats", features) < TOLERANCE
        assert case.deviation(f"{name}_predictions", logits.unsqueeze(1)) < TOLERANCE


def wrong_epsilon(network):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            module.eps = 1e-3


def wrong_padding(network):
    network.maxpool1.padding = (0, 1, 1)


def wrong_variant(network):
    network.maxpool1 = stem_pool("kinetics", padding=0)


def wrong_stride(network):
    block = network.layer2[0]
    block.conv1.stride, block.conv2.stride = block.conv2.stride, block.conv1.stride


@pytest.mark.parametrize("mistake", [wrong_epsilon, wrong_padding, wrong_variant, wrong_stride])
def test_a_mistake_shows(entry, weights, mistake):
    network = loaded(weights, num_classes=61)
    mistake(network)
    assert entry.deviation("feature_b", network(entry.input("b"))[0]) > MISTAKE


@pytest.mark.parametrize(("size", "frames"), [((64, 64), 8), ((47, 80), 8), ((112, 96), 16)])
def test_small_network_takes_any_size(size, frames):
    network = i3d_r50(7, in_channels=2, width=0.25)
    feature, logits = network(torch.randn(2, 2, frames, *size))
    assert feature.shape == (2, network.feature_dim) == (2, 512)
    assert logits.shape == (2, 7)


def test_no_layer_is_narrower_than_8_channels():
    network = i3d_r50(3, width=0.01)
    assert min(module.out_channels for module in network.modules() if isinstance(module, nn.Conv3d)) == 8
    assert network(torch.randn(1, 3, 8, 40, 40))[0].shape == (1, 32)


def test_a_clip_does_not_depend_on_its_batch():
    network = i3d_r50(5, width=0.125).eval()
    clips = torch.randn(3, 3, 8, 48, 48)
    torch.testing.assert_close(network(clips)[0][1:2], network(clips[1:2])[0], rtol=1e-4, atol=1e-5)


def test_every_parameter_learns():
    network = i3d_r50(5, width=0.125, dropout=0.0)
    network(torch.randn(2, 3, 8, 64, 64))[1].logsumexp(1).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())
