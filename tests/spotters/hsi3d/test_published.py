"""Published weights of HS-I3D and of the network that it starts from; and what is refused."""

import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from published_files import BSL1K_I3D, RESNET3D, published_state, write_published
from safetensors.torch import save_file
from torch import Tensor, nn

from signspot.backbones import build
from signspot.backbones.checkpoints import Checkpoint
from signspot.errors import InputError
from signspot.files import sha256
from signspot.spotters.hsi3d.network import HierarchicalI3d
from signspot.spotters.hsi3d.published import HSI3D, load_trunk, read_published

torch.set_num_threads(1)
LOGITS = {
    "backbone_model.logits.conv3d.weight": torch.ones(4, 1024, 1, 1, 1),
    "backbone_model.logits.conv3d.bias": torch.ones(4),
}


def network(seed: int = 0, classes: int = 5) -> HierarchicalI3d:
    torch.manual_seed(seed)
    return HierarchicalI3d(classes, width=0.125)


def written(path: Path, classes: int = 5, **changes: Tensor | None) -> Checkpoint:
    """A file as the authors wrote theirs, of a narrow network; None takes a weight out."""
    state = published_state(network(1, classes).state_dict(), HSI3D) | LOGITS | changes
    content: dict[str, Any] = {"model": {key: value for key, value in state.items() if value is not None}}
    torch.save(content | {"trainer": {"epoch": 200}, "optimizer": {"state": {}}, "scheduler": {}}, path)
    return Checkpoint(path)


def test_weights_are_read_with_the_background_first(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    checkpoint, theirs = written(tmp_path / "model.pth"), network(1).state_dict()
    weights, origin = read_published(checkpoint, network())
    assert weights.keys() == theirs.keys()
    for key, value in theirs.items():
        expected = torch.cat((value[-1:], value[:-1])) if key.startswith("heads.") else value
        assert torch.equal(weights[key], expected), key
    digest = sha256(checkpoint.path)
    assert origin == {"file": "model.pth", "sha256": digest, "format": HSI3D.name, "dropped": list(LOGITS)}
    assert ", ".join(LOGITS) in caplog.text


def test_missing_and_unexpected_weights_are_listed(tmp_path: Path) -> None:
    changes = {"head_4.time_lin.bias": None, "head_64.time_lin.bias": torch.ones(5)}
    with pytest.raises(InputError, match=r"missing: head_4\.time_lin\.bias\n  unexpected: head_64\.time_lin\.bias\n"):
        read_published(written(tmp_path / "model.pth", **changes), network())


def test_another_vocabulary_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"head_all\.time_lin\.bias \(7,\) \(expected \(5,\)\)[^$]*as many signs"):
        read_published(written(tmp_path / "model.pth", classes=7), network())


def test_weights_of_another_network_are_told(tmp_path: Path) -> None:
    torch.save({"state_dict": {"encoder.weight": torch.ones(2)}}, tmp_path / "other.pth")
    with pytest.raises(InputError, match=r"other\.pth: read as HS-I3D[^$]*unexpected: encoder\.weight"):
        read_published(Checkpoint(tmp_path / "other.pth"), network())


def backbone(name: str = "i3d_inception") -> nn.Module:
    torch.manual_seed(2)
    return build(name, 9, 3, width=0.125)


def assert_only_the_trunk_is_loaded(ours: HierarchicalI3d, theirs: nn.Module) -> None:
    before, expected = network().state_dict(), theirs.state_dict()
    for key, value in ours.state_dict().items():
        assert torch.equal(value, expected[key] if key.startswith("trunk.") else before[key]), key


@pytest.mark.parametrize("prefix", ["", "module."])
def test_the_trunk_starts_from_weights_of_bsl1k(tmp_path: Path, prefix: str) -> None:
    state = published_state(backbone().state_dict(), BSL1K_I3D)
    path = tmp_path / "model.pth.tar"
    torch.save({"epoch": 3, "state_dict": {prefix + key: value for key, value in state.items()}}, path)
    ours = network()
    origin = load_trunk(ours, Checkpoint(path))
    assert_only_the_trunk_is_loaded(ours, backbone())
    assert (origin["format"], origin["sha256"]) == (BSL1K_I3D.name, sha256(path))
    assert origin["dropped"] == ["logits.conv3d.weight", "logits.conv3d.bias"]


def test_the_trunk_starts_from_an_expert_of_ours(tmp_path: Path) -> None:
    save_file(backbone().state_dict(), tmp_path / "weights.safetensors")
    ours = network()
    origin = load_trunk(ours, Checkpoint(tmp_path / "weights.safetensors"))
    assert_only_the_trunk_is_loaded(ours, backbone())
    assert origin["dropped"] == ["fc.weight", "fc.bias"]


def test_weights_of_another_backbone_are_refused(tmp_path: Path) -> None:
    path = write_published(published_state(backbone("i3d_r50").state_dict(), RESNET3D), RESNET3D, tmp_path / "i3d.pth")
    with pytest.raises(InputError, match=r"i3d\.pth: is I3D-ResNet50.*take one of: Inception I3D of BSL-1K"):
        load_trunk(network(), Checkpoint(path))


def test_a_trunk_of_other_channels_is_refused_whole(tmp_path: Path) -> None:
    save_file(build("i3d_inception", 9, 2, width=0.125).state_dict(), tmp_path / "weights.safetensors")
    ours = network()
    with pytest.raises(InputError, match=r"of another shape: trunk\.Conv3d_1a_7x7\.conv3d\.weight"):
        load_trunk(ours, Checkpoint(tmp_path / "weights.safetensors"))
    assert all(torch.equal(value, ours.state_dict()[key]) for key, value in network().state_dict().items())
