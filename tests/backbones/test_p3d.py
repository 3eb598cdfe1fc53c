"""P3D-199 against the published network, and at other sizes and depths."""

import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case
from torch import nn

from signspot.backbones.p3d199 import p3d199

torch.set_num_threads(1)


def loaded(state, **options):
    with torch.device("meta"):
        network = p3d199(**options)
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def entry(golden):
    return Case(golden, "p3d199_flow_vipl")


@pytest.fixture(scope="module")
def original(golden):
    return Case(golden, "p3d199_flow_original")


@pytest.fixture(scope="module")
def weights(entry):
    return entry.weights()


@pytest.fixture(scope="module")
def original_weights(weights, original):
    return weights | original.weights(r"fc\.")


@pytest.mark.parametrize(("name", "classes"), [("entry", 61), ("original", 400)])
def test_keys_and_shapes_are_the_published_ones(request, name, classes):
    with torch.device("meta"):
        state = p3d199(classes).state_dict()
    assert {key: tuple(value.shape) for key, value in state.items()} == request.getfixturevalue(name).shapes


@pytest.mark.parametrize("size", ["a", "b"])
def test_entry_equals_the_published_network(entry, weights, size):
    feature, logits = loaded(weights, num_classes=61)(entry.input(size))
    assert entry.deviation(f"feature_{size}", feature) < TOLERANCE
    assert entry.deviation(f"logits_{size}", logits) < TOLERANCE


def test_kinetics_variant_equals_the_published_network(original, original_weights):
    feature, logits = loaded(original_weights, num_classes=400, variant="kinetics")(original.input("a"))
    assert original.deviation("feature_a", feature) < TOLERANCE
    assert original.deviation("logits_a", logits) < TOLERANCE


def wrong_kind(network):
    network.layer3[0].kind = "B"


def wrong_epsilon(network):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm3d):
            module.eps = 1e-3


def wrong_stride(network):
    block = network.layer2[0]
    block.conv1.stride, block.conv2.stride = (1, 1, 1), (1, 2, 2)


@pytest.mark.parametrize("mistake", [wrong_kind, wrong_epsilon, wrong_stride])
def test_a_mistake_shows(original, original_weights, mistake):
    network = loaded(original_weights, num_classes=400, variant="kinetics")
    mistake(network)
    assert original.deviation("feature_a", network(original.input("a"))[0]) > MISTAKE


@pytest.mark.parametrize(("variant", "frames", "size"), [("entry", 8, 64), ("entry", 20, 70), ("kinetics", 8, 80)])
def test_small_network_takes_any_size(variant, frames, size):
    network = p3d199(7, width=0.125, depths=[1, 2, 2, 1], variant=variant)
    feature, logits = network(torch.randn(2, 2, frames, size, size + 6))
    assert feature.shape == (2, network.feature_dim) == (2, 256)
    assert logits.shape == (2, 7)


def test_long_clips_are_averaged_and_never_mixed():
    network = p3d199(5, width=0.125, depths=(1, 1, 1, 1)).eval()
    clips = torch.randn(3, 2, 32, 64, 64)
    together = network(clips)[0]
    torch.testing.assert_close(together[1:2], network(clips[1:2])[0], rtol=1e-4, atol=1e-5)
    still = torch.randn(1, 2, 1, 64, 64).expand(-1, -1, 48, -1, -1)
    maps = []
    network.layer4.register_forward_hook(lambda module, inputs, output: maps.append(output))
    feature = network(still)[0]
    assert len(maps[0]) == 6, "48 frames, halved three times"
    torch.testing.assert_close(feature, maps[0].mean((0, 2, 3))[None])


@pytest.mark.parametrize("size", [160, 224, 225, 256])
def test_other_sizes_than_the_published_one(size):
    """The published network pools 7x7 pixels and reshapes to rows: it fails at 160 px, and from 225 px on returns four
    rows per clip in which channels and places are mixed. Here the maps are averaged, whatever their size.
    """
    network = p3d199(5, width=0.125, depths=(1, 1, 1, 1)).eval().requires_grad_(False)
    maps = []
    network.layer4.register_forward_hook(lambda module, inputs, output: maps.append(output))
    clips = torch.randn(2, 2, 8, size, size)
    feature = network(clips)[0]
    torch.testing.assert_close(feature, maps[0].mean((2, 3)))
    torch.testing.assert_close(feature[1:], network(clips[1:])[0], rtol=1e-4, atol=1e-5)
    if size == 160:
        assert maps[0].shape[2:] == (5, 5)
        return
    published = nn.functional.avg_pool2d(maps[0], 7, 1).reshape(-1, network.feature_dim)
    if size == 224:
        torch.testing.assert_close(feature, published)
    else:
        assert len(published) == 4 * len(clips)
        places = nn.functional.avg_pool2d(maps[0], 7, 1).flatten(2).transpose(1, 2).flatten(0, 1)
        assert not torch.isclose(published, places).all(1).any(), "no row is the feature of any place"


def test_kinds_alternate_through_all_stages():
    network = p3d199(5, width=0.125, depths=(2, 2, 3, 1))
    assert "".join(b.kind for s in (network.layer1, network.layer2, network.layer3) for b in s) == "ABCABCA"


@pytest.mark.parametrize("depths", [(3, 4, 6), (3, 0, 6, 3)])
def test_wrong_depths_are_refused(depths):
    with pytest.raises(ValueError, match="four positive integers"):
        p3d199(5, width=0.125, depths=depths)


def test_every_parameter_learns():
    network = p3d199(5, width=0.125, depths=(1, 1, 1, 2), dropout=0.0)
    network(torch.randn(4, 2, 8, 64, 64))[1].logsumexp(1).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())
