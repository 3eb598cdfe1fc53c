"""The spotting head against the published ones; padding never matters."""

import numpy as np
import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from signspot.errors import InputError
from signspot.spotters.bilstm.head import SpottingHead
from signspot.vipl.head import SPOTTER, SPOTTER_OF_TRAINING, rename

torch.set_num_threads(1)
LENGTHS = torch.tensor([60, 43])
PUBLISHED = {"detector_test_vipl": (SPOTTER, 3), "detector_fix_vipl": (SPOTTER_OF_TRAINING, 2)}
MODALITIES = {"0": [0], "3": [3], "02": [0, 2], "31": [3, 1]}


def published(case, rules, outputs, input_dim=6400):
    weights = case.weights(r"(?!.*transformer)", {"dim_decrease.0.weight": (2048, input_dim)})
    with torch.device("meta"):
        head = SpottingHead(input_dim, 62, outputs=outputs)
    head.load_state_dict(rename(weights, rules), assign=True)
    return head.eval().requires_grad_(False)


@pytest.fixture(scope="module", params=PUBLISHED)
def form(request, golden):
    """A published form of the head: its case, and the same head here."""
    case = Case(golden, request.param)
    return case, published(case, *PUBLISHED[request.param])


@pytest.fixture(scope="module")
def batch(golden):
    x = Case(golden, "detector_fix_vipl").input("vid")
    x[1, 43:] = 0
    return x


def small(**options):
    torch.manual_seed(0)
    return SpottingHead(12, 5, reduced=16, hidden=8, head_channels=8, **options)


def test_all_published_weights_have_a_place(golden):
    for name, (rules, outputs) in PUBLISHED.items():
        with torch.device("meta"):
            state = SpottingHead(6400, 62, outputs=outputs).state_dict()
        shapes = {key: torch.empty(shape, device="meta") for key, shape in Case(golden, name).shapes.items()}
        assert {k: v.shape for k, v in rename(shapes, rules).items()} == {k: v.shape for k, v in state.items()}


def test_single_sequence_equals_the_published_head(form, batch):
    case, head = form
    logits, offsets = head(batch[1:, :43], LENGTHS[1:])
    assert case.deviation("single_logits_1", logits[0]) < TOLERANCE
    assert case.deviation("single_reg_1", offsets[0]) < TOLERANCE


def test_padded_batch_equals_the_single_sequences(form, batch):
    """In the reference's batch the last six steps of the shorter sequence see its padding; here they do not."""
    case, head = form
    logits, offsets = head(batch, LENGTHS)
    assert case.deviation("single_logits_1", logits[1, :43]) < TOLERANCE
    assert case.deviation("single_reg_1", offsets[1, :43]) < TOLERANCE
    differences = []
    for name, values in (("logits", logits), ("reg", offsets)):
        ours, expected = torch.cat([values[0], values[1, :43]]).numpy(), case.expected[name]
        differences.append(np.abs(ours - expected).max(1) / expected.std())
    assert np.max(differences, 0)[: 103 - 6].max() < TOLERANCE
    assert np.max(differences, 0)[103 - 6 :].min() > TOLERANCE


def test_offsets_before_the_activation(form, batch, monkeypatch):
    case, head = form
    monkeypatch.setattr(head, "offset_activation", torch.Tensor.clone)
    expected = case.expected["reg_pre_relu"][:60]
    linear = head(batch[:1], LENGTHS[:1])[1][0].numpy()
    assert np.abs(linear - expected).max() < TOLERANCE * expected.std()


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("modalities", MODALITIES)
def test_fewer_modalities_equal_the_published_head(golden, batch, name, modalities):
    blocks = batch[:1, :9].split([2048, 2048, 2048, 256], 2)
    x = torch.cat([blocks[i] for i in MODALITIES[modalities]], 2)
    case = Case(golden, name)
    head = published(case, *PUBLISHED[name], input_dim=x.shape[2])
    logits, offsets = head(x, torch.tensor([9]))
    assert case.deviation(f"mod_{modalities}_logits", logits[0]) < TOLERANCE
    assert case.deviation(f"mod_{modalities}_reg", offsets[0]) < TOLERANCE


def swapped_directions(head):
    for name, value in list(head.lstm.named_parameters()):
        if not name.endswith("_reverse"):
            other = getattr(head.lstm, f"{name}_reverse")
            value.data, other.data = other.data, value.data


def wrong_epsilon(head):
    for module in head.modules():
        if isinstance(module, nn.LayerNorm | nn.BatchNorm1d):
            module.eps = 1e-3


def convolutions_first(head):
    head.fuse[0].weight.data = head.fuse[0].weight.data.roll(512, 1)


@pytest.mark.parametrize("mistake", [swapped_directions, wrong_epsilon, convolutions_first])
def test_a_mistake_shows(golden, batch, mistake):
    case = Case(golden, "detector_fix_vipl")
    head = published(case, *PUBLISHED["detector_fix_vipl"])
    mistake(head)
    assert case.deviation("single_logits_1", head(batch[1:, :43], LENGTHS[1:])[0][0]) > MISTAKE


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 11), min_size=1, max_size=4), st.integers(0, 3))
def test_padding_never_matters(lengths, excess):
    head = small().eval()
    x = torch.randn(len(lengths), max(lengths) + excess, 12)
    for row, length in enumerate(lengths):
        x[row, length:] = torch.nan
    logits, offsets = head(x, torch.tensor(lengths))
    for row, length in enumerate(lengths):
        alone = head(x[row : row + 1, :length], torch.tensor([length]))
        torch.testing.assert_close(logits[row, :length], alone[0][0], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(offsets[row, :length], alone[1][0], rtol=1e-4, atol=1e-5)
        assert not logits[row, length:].any()
        assert not offsets[row, length:].any()


def test_batch_statistics_are_those_of_the_valid_steps():
    head = small().train()
    x = torch.randn(3, 20, 12)
    lengths = torch.tensor([7, 20, 13])
    head(x, lengths)
    steps = torch.cat([x[row, :length] for row, length in enumerate(lengths)])
    expected = 0.1 * head.reduce[0](steps).mean(0)
    torch.testing.assert_close(head.reduce[1].running_mean, expected, rtol=1e-4, atol=1e-6)


def test_padding_gets_no_gradient_and_every_parameter_learns():
    head = small(dropout=0.0, lstm_dropout=0.0, offset_activation="softplus")
    x = torch.randn(2, 9, 12, requires_grad=True)
    logits, offsets = head(x, torch.tensor([5, 9]))
    (logits.logsumexp(2).sum() + offsets.square().sum()).backward()
    assert not x.grad[0, 5:].any()
    assert x.grad[0, :5].abs().sum(1).min() > 0
    assert all(parameter.grad.abs().sum() > 0 for parameter in head.parameters())


def test_softplus_offsets_cannot_die():
    x, lengths = torch.randn(1, 6, 12), torch.tensor([6])
    for activation, alive in (("relu", False), ("softplus", True)):
        head = small(offset_activation=activation).eval()
        head.offsets.output.bias.data.fill_(-20.0)
        assert bool(head(x, lengths)[1].gt(0).all()) is alive


def test_half_precision():
    head = small()
    with torch.autocast("cpu", torch.bfloat16):
        logits, offsets = head(torch.randn(2, 7, 12), torch.tensor([7, 4]))
    (logits.float().sum() + offsets.float().sum()).backward()
    assert logits.isfinite().all()


@pytest.mark.parametrize("options", [{"hidden": 7}, {"offset_activation": "exp"}])
def test_wrong_options_are_input_errors(options):
    with pytest.raises(InputError, match=next(iter(options))):
        SpottingHead(12, 5, **options)
