"""StepNet against numbers derived from the paper's equations, and at other sizes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case, clip
from torch import Tensor, nn

from signspot.backbones import stepnet as module
from signspot.backbones import tsm_r50
from signspot.backbones.formats import Format
from signspot.backbones.parts import IMAGENET
from signspot.backbones.stepnet import Attention, Gate, StepNet, halves, segments, stepnet
from signspot.errors import InputError

torch.set_num_threads(1)
DERIVED = Format(
    "names of the derived numbers",
    (
        (r"\.own\.", ".value."),
        (r"\.(key|value)\.(lr|tb|\d)\.", r".\1_\2."),
        (r"^gru\.", "gru_global."),
        (r"^gru_segments\.", "gru_short."),
        (r"^fc\.", "classify."),
    ),
)
PARTS = ("left", "right", "top", "bottom", "lr", "tb", "sg", "spatial", "temporal")
SHOWN = slice(None, None, 5)
"""Frames whose numbers are kept."""
SMALL = {"width": 0.125, "depths": (1, 1, 1, 1)}


class Derived(Case):
    """The derived numbers: several networks in one file, without the names of their backbone."""

    def weight_of(self, key: str, shape: torch.Size) -> Tensor:
        """The value of a weight of ours."""
        return self._weight(DERIVED.published(key), shape)

    def clips(self, network: str) -> Tensor:
        """The input of a network, as our clips of -1 … 1 and more."""
        about = self.about["networks"][network]["input"]
        mean, deviation = (torch.tensor(numbers).view(-1, 1, 1, 1) for numbers in IMAGENET)
        return 2 * (clip(about["shape"], about["seed"]).transpose(1, 2) * deviation + mean) - 1

    def farthest(self, network: str, outputs: tuple[Tensor, ...]) -> dict[str, float]:
        """The deviation of the logits of every part."""
        _, fused, *parts = outputs
        found = dict(zip(PARTS, parts, strict=True)) | {"fused": fused}
        return {part: self.deviation(f"{network}_logits_{part}", logits) for part, logits in found.items()}


@pytest.fixture(scope="module")
def case(golden: Path) -> Derived:
    return Derived(golden, "stepnet_derived")


@pytest.fixture(scope="module")
def small(case: Derived) -> StepNet:
    with torch.device("meta"):
        network = stepnet(10)
    network.backbone.values = tsm_r50.InputValues(3, IMAGENET)
    state = {key: case.weight_of(key, value.shape) for key, value in network.state_dict().items()}
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def pieces(golden: Path) -> dict:
    return json.loads((golden / "stepnet_pieces.json").read_text(encoding="utf-8"))


def test_names_and_sizes_are_the_derived_ones(case: Derived) -> None:
    with torch.device("meta"):
        networks = {"small": stepnet(10), "published": stepnet(2000)}
    for name, network in networks.items():
        parameters = sum(parameter.numel() for parameter in network.parameters())
        assert parameters == case.about["networks"][name]["n_parameters"]
    state = {key: value for key, value in networks["published"].state_dict().items() if not key.startswith("backbone.")}
    names = {DERIVED.published(key): list(value.shape) for key, value in state.items()}
    assert names == dict(case.about["state_dict_without_backbone"])


def test_logits_of_all_parts_equal_the_derived_ones(case: Derived, small: StepNet) -> None:
    deviations = case.farthest("small", small(case.clips("small")))
    assert max(deviations.values()) < TOLERANCE, deviations


def test_numbers_of_frames_and_attention_equal_the_derived_ones(case: Derived, small: StepNet) -> None:
    attention: dict[str, Tensor] = {}
    hooks = [
        getattr(small, name).softmax.register_forward_hook(lambda _, __, out, name=name: attention.update({name: out}))
        for name in ("spatial", "temporal")
    ]
    parts = small.parts(case.clips("small"))
    for hook in hooks:
        hook.remove()
    names = {"lr": "g_lr", "tb": "g_tb", "spatial": "f_s", "temporal": "f_t", "fused": "f_st"}
    for part, name in names.items():
        assert case.deviation(f"small_{name}", parts[part][:, SHOWN].contiguous()) < TOLERANCE, part
    assert case.deviation("small_attention_s", attention["spatial"]) < TOLERANCE
    assert case.deviation("small_attention_t", attention["temporal"]) < TOLERANCE


def test_the_feature_is_the_mean_over_the_frames(case: Derived, small: StepNet) -> None:
    clips = case.clips("small")
    feature, logits = small(clips)[:2]
    torch.testing.assert_close(feature, small.parts(clips)["fused"].mean(1))
    torch.testing.assert_close(small.fc["fused"](feature), logits)


def test_a_published_vocabulary_equals_the_derived_numbers(case: Derived, small: StepNet) -> None:
    classifiers = small.fc
    try:
        small.fc = nn.ModuleDict({part: nn.Linear(layer.in_features, 2000) for part, layer in classifiers.items()})
        for key, value in small.fc.state_dict(prefix="fc.").items():
            value.copy_(case.weight_of(key, value.shape))
        deviations = case.farthest("published", small(case.clips("published")))
    finally:
        small.fc = classifiers
    assert max(deviations.values()) < TOLERANCE, deviations


def reversed_shift(x: Tensor, frames: int) -> Tensor:
    clips = x.unflatten(0, (-1, frames)).flip(1)
    return shifted(clips.flatten(0, 1), frames).unflatten(0, (-1, frames)).flip(1).flatten(0, 1)


shifted = tsm_r50.shifted


def ungated(self: Gate, x: Tensor) -> Tensor:
    return nn.Sequential.forward(self, x).sigmoid()


def later_segments(frames: int) -> list[slice]:
    return [slice(start, start + frames // 2) for start in (0, frames // 4 + 1, frames // 2)]


def scaled_attention(self: nn.Softmax, x: Tensor) -> Tensor:
    return torch.softmax(x / 32, -1)


MISTAKES: dict[str, tuple[object, str, Callable, tuple[str, ...]]] = {
    "shift": (tsm_r50, "shifted", reversed_shift, (*PARTS, "fused")),
    "gate": (Gate, "forward", ungated, ("lr", "tb", "spatial", "fused")),
    "segments": (module, "segments", later_segments, ("temporal", "fused")),
    "attention": (nn.Softmax, "forward", scaled_attention, ("spatial", "temporal", "fused")),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_shows(case: Derived, small: StepNet, monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    place, name, wrong, touched = MISTAKES[mistake]
    monkeypatch.setattr(place, name, wrong)
    deviations = case.farthest("small", small(case.clips("small")))
    assert {part for part, deviation in deviations.items() if deviation > MISTAKE} == set(touched)


@pytest.fixture
def exchanged(small: StepNet) -> Iterator[StepNet]:
    """The network with the gates of left and right exchanged."""
    gate = small.gate
    small.gate = nn.ModuleDict({**gate, "left": gate["right"], "right": gate["left"]})
    yield small
    small.gate = gate


def test_exchanged_gates_show(case: Derived, exchanged: StepNet) -> None:
    deviations = case.farthest("small", exchanged(case.clips("small")))
    assert {part for part, deviation in deviations.items() if deviation > MISTAKE} == {"lr", "spatial", "fused"}


def test_the_gate_is_that_of_the_paper(pieces: dict) -> None:
    numbers = {key: torch.tensor(value) for key, value in pieces["gate"].items()}
    gate = Gate(3)
    names = {"0.weight": "W1", "0.bias": "b1", "2.weight": "W2", "2.bias": "b2"}
    gate.load_state_dict({key: numbers[name] for key, name in names.items()})
    torch.testing.assert_close(gate(numbers["h"]), numbers["G"])


def test_the_attention_is_that_of_the_paper(pieces: dict) -> None:
    """Layers that hand on one half of their input each, as query and own value, as key and value."""
    numbers = {key: torch.tensor(value) for key, value in pieces["attention"].items()}
    attention = Attention(8, ["part"], 8, 4)
    first, second = torch.eye(8).split(4)
    layers = (attention.query, attention.key["part"]), (attention.own, attention.value["part"])
    for pair, half in zip(layers, (first, second), strict=True):
        for layer in pair:
            layer.load_state_dict({"weight": half, "bias": torch.zeros(4)})
    whole = torch.cat((numbers["Q"], numbers["V_global"]), 1)[None]
    part = torch.cat((numbers["K"], numbers["V"]), 1)[None]
    torch.testing.assert_close(attention(whole, {"part": part})[0], numbers["out"])


def test_parts_of_the_picture_are_those_of_the_paper(pieces: dict) -> None:
    expected = pieces["parts"]
    found = halves(torch.tensor(expected["map"]))
    assert {side: numbers.tolist() for side, numbers in found.items()} == {
        side: expected[side] for side in ("left", "right", "top", "bottom")
    }


def test_segments_are_those_of_the_paper(pieces: dict) -> None:
    assert [[part.start, part.stop - 1] for part in segments(16)] == pieces["segments"]["16"]


@pytest.mark.parametrize("frames", range(1, 40))
def test_segments_of_any_length_see_every_frame(frames: int) -> None:
    seen = [list(range(frames))[part] for part in segments(frames)]
    assert len({len(part) for part in seen}) == 1 and all(seen)
    assert set().union(*seen) == set(range(frames))


@pytest.mark.parametrize(("channels", "frames", "size"), [(3, 1, 32), (2, 3, 48), (10, 16, 70)])
def test_small_network_takes_any_size(channels: int, frames: int, size: int) -> None:
    network = stepnet(7, channels, **SMALL)
    feature, logits, *parts = network(torch.randn(2, channels, frames, size, size + 6))
    assert feature.shape == (2, network.feature_dim) == (2, 128)
    assert [each.shape for each in (logits, *parts)] == [(2, 7)] * 10


def test_images_too_small_for_halves_are_refused() -> None:
    with pytest.raises(InputError, match=r"stepnet: its maps have 1 x 1 px.*input_size"):
        stepnet(7, last_stride=2, **SMALL)(torch.randn(1, 3, 2, 32, 32))


def test_clips_keep_to_themselves() -> None:
    network, clips = stepnet(5, **SMALL).eval(), clip((3, 3, 4, 32, 32))
    torch.testing.assert_close(network(clips)[0][1:2], network(clips[1:2])[0], rtol=1e-4, atol=1e-5)


def test_every_parameter_learns() -> None:
    network = stepnet(5, dropout=0.0, **SMALL)
    sum(logits.logsumexp(1).sum() for logits in network(torch.randn(4, 3, 4, 48, 48))[1:]).backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())
