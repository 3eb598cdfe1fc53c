"""The registry of backbones and the names of published checkpoints."""

import subprocess
import sys

import pytest
import torch

from signspot.backbones import BACKBONES, build
from signspot.backbones.p3d199 import P3D
from signspot.backbones.parts import classifier_of
from signspot.errors import InputError
from signspot.vipl.head import SPOTTER, rename

torch.set_num_threads(1)
CLIPS = {
    "i3d_inception": (3, 8, 48, 48),
    "i3d_r50": (3, 8, 48, 48),
    "p3d199": (2, 8, 48, 48),
    "s3d": (3, 8, 48, 48),
    "stepnet": (10, 8, 48, 48),
    "stgcn": (6, 8, 57, 1),
    "tsm_r50": (10, 8, 48, 48),
    "msg3d": (6, 8, 57, 1),
}
SMALL = {
    "i3d_inception": {},
    "i3d_r50": {},
    "p3d199": {"depths": [1, 1, 1, 1]},
    "s3d": {},
    "stepnet": {"depths": [1, 1, 1, 1]},
    "stgcn": {"temporal_kernel": 5},
    "tsm_r50": {"last_stride": 1},
    "msg3d": {"gcn_scales": 4},
}


@pytest.mark.parametrize("name", BACKBONES.names())
def test_every_backbone_keeps_the_interface(name):
    network = build(name, num_classes=4, in_channels=CLIPS[name][0], width=0.125, **SMALL[name])
    with torch.autocast("cpu", torch.bfloat16):
        feature, logits, *parts = network(torch.randn(2, *CLIPS[name]))
    assert feature.shape == (2, network.feature_dim)
    assert all(each.shape == (2, 4) for each in (logits, *parts))
    assert {key.partition(".")[0] for key in network.state_dict() if key.startswith("fc")} == {"fc"}


@pytest.mark.parametrize("name", BACKBONES.names())
def test_logits_are_what_the_classifier_says_of_the_feature(name):
    """Spotters apply it to features that are kept."""
    network = build(name, num_classes=4, in_channels=CLIPS[name][0], width=0.125, **SMALL[name]).eval()
    with torch.inference_mode():
        feature, logits, *_ = network(torch.randn(2, *CLIPS[name]))
        torch.testing.assert_close(classifier_of(network)(feature), logits)


def test_options_reach_the_backbone():
    network = build("p3d199", 4, 3, width=0.125, depths=[2, 1, 1, 1])
    assert isinstance(network, P3D)
    assert len(network.layer1) == 2
    assert network.conv1_custom.in_channels == 3


def test_unknown_backbone_names_the_known():
    known = "i3d_inception, i3d_r50, msg3d, p3d199, s3d, stepnet, stgcn, tsm_r50"
    with pytest.raises(InputError, match=f"'resnet' is unknown, expected one of {known}"):
        build("resnet", 4, 3)


def test_unknown_option_names_the_known():
    with pytest.raises(
        InputError, match=r"i3d_r50\.depths: there is no such option.* the options are width, dropout, variant"
    ):
        build("i3d_r50", 4, 3, depths=[1, 1, 1, 1])


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("i3d_r50", {"variant": "imagenet"}, r"i3d_r50\.variant: is 'imagenet', expected one of entry, kinetics"),
        ("i3d_inception", {"activation": "gelu"}, r"i3d_inception\.activation: is 'gelu', expected one of relu, silu"),
        ("i3d_r50", {"width": 0}, "i3d_r50: width: is 0, expected a number above 0"),
        ("p3d199", {"width": float("inf")}, "p3d199.width: is inf, expected 0 to 8"),
        ("stgcn", {"width": float("nan")}, "stgcn.width: is nan, expected 0 to 8"),
        ("p3d199", {"depths": [1, 2]}, r"p3d199: depths: is \[1, 2\], expected four"),
        ("p3d199", {"dropout": -0.1}, "p3d199.dropout: is -0.1, expected 0 to 1"),
        ("s3d", {"values": "imagenet"}, "s3d.values: is 'imagenet', expected one of unit, kinetics"),
        ("tsm_r50", {"last_stride": 3}, "tsm_r50.last_stride: is 3, expected one of 1, 2"),
        ("tsm_r50", {"depths": [1, 2]}, r"tsm_r50: depths: is \[1, 2\], expected four"),
        ("stgcn", {"dropout": 1.5}, "stgcn.dropout: is 1.5, expected 0 to 1"),
        ("stgcn", {"temporal_kernel": 4}, "stgcn: temporal_kernel: is 4, expected an odd number"),
        ("msg3d", {"joints": 25}, r"msg3d\.joints: is 25, expected one of 57, 53, 55"),
        ("msg3d", {"g3d_scales": 0}, r"msg3d\.g3d_scales: is 0, expected 1 to 32"),
        ("msg3d", {"windows": [3, 4]}, r"msg3d: windows: is \[3, 4\], expected odd numbers"),
        ("msg3d", {"windows": []}, r"msg3d: windows: is \[\], expected odd numbers"),
    ],
)
def test_wrong_value_is_an_input_error(name, options, message):
    with pytest.raises(InputError, match=message):
        build(name, 4, 3, **({"width": 0.125} | options))


def test_rename_drops_what_the_published_network_does_not_use():
    state = {"cls_head.classifer.bias": torch.ones(62), "temporal_module.transformer.a": torch.ones(3)}
    assert list(rename(state, SPOTTER)) == ["classes.output.bias"]


def test_rename_refuses_the_checkpoint_of_another_network():
    with pytest.raises(InputError, match=r"unexpected weight 'encoder\.weight'"):
        rename({"encoder.weight": torch.ones(1)}, SPOTTER)


def test_what_a_configuration_needs_is_read_without_torch():
    code = (
        "import sys; from signspot.backbones import BACKBONES as known;"
        "[known.check(name, {'width': 0.25}) for name in known.names()];"
        "facts = {known.fact(name, 'TAKES') for name in known.names()};"
        "sys.exit('torch' in sys.modules or facts != {'images', 'skeleton'})"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", BACKBONES.names())
def test_the_footprint_is_that_of_the_published_size(name):
    footprint = BACKBONES.fact(name, "FOOTPRINT")
    assert sorted(footprint) == ["clip_mb", "extraction_mb", "gflop", "training_mb", "weights_mb"]
    with torch.device("meta"):
        network = BACKBONES.builder(name)(61)
    weights_mb = sum(parameter.numel() for parameter in network.parameters()) * 4 / 1e6
    assert footprint["weights_mb"] == pytest.approx(weights_mb, rel=0.05)
