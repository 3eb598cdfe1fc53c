"""The encoders of the common space are those of the reference; padding takes no part."""

from pathlib import Path

import numpy as np
import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case
from torch import nn

from signspot.retrieval.network import CommonSpace, GatedUnit, NetVlad


@pytest.fixture(scope="module")
def case(golden: Path) -> Case:
    return Case(golden, "retrieval_networks")


@pytest.fixture(scope="module")
def network(case: Case) -> CommonSpace:
    network = CommonSpace()
    assert {key: tuple(value.shape) for key, value in network.state_dict().items()} == case.shapes
    network.load_state_dict(case.weights())
    return network.eval()


def outputs(network: CommonSpace, case: Case) -> dict[str, torch.Tensor]:
    words, signs = case.input("words"), case.input("signs").mean(1)
    counts = torch.full((len(words),), words.shape[1])
    pooled = network.text_pool(words, counts)
    return {
        "text_pooled_stat_first64": pooled[:, :64],
        "pooled_norm_over_cluster": pooled.unflatten(1, (768, 20)).norm(dim=1),
        "text_embedding": network.texts(words, counts),
        "video_embedding": network.videos(signs),
        "similarity": network(words, counts, signs),
    }


@torch.inference_mode()
def test_the_outputs_are_those_of_the_reference(case: Case, network: CommonSpace) -> None:
    found = outputs(network, case)
    assert set(found) == set(case.expected)
    norms = found.pop("pooled_norm_over_cluster")
    # All clusters have one length, so that there is no deviation to measure with.
    np.testing.assert_allclose(norms, case.expected["pooled_norm_over_cluster"], rtol=1e-5)
    for name, value in found.items():
        assert case.deviation(name, value) <= TOLERANCE, name


@torch.inference_mode()
@pytest.mark.parametrize("part", ["text_pool.batch_norm", "text_embed.cg", "video_embed.cg.batch_norm"])
def test_a_part_that_is_left_out_shows(case: Case, part: str) -> None:
    network = CommonSpace()
    network.load_state_dict(case.weights())
    parent, _, name = part.rpartition(".")
    setattr(network.eval().get_submodule(parent), name, nn.Identity())
    assert case.deviation("similarity", outputs(network, case)["similarity"]) > MISTAKE


@pytest.mark.parametrize("training", [True, False])
def test_padding_takes_no_part(training: bool) -> None:
    torch.manual_seed(0)
    pool, long = NetVlad(6, 4).train(training), torch.randn(3, 7, 6)
    counts = torch.tensor([2, 5, 1])
    padded, short = torch.full((3, 7, 6), 1e3), torch.zeros(3, 5, 6)
    for row, count in enumerate(counts):
        padded[row, :count] = short[row, :count] = long[row, :count]
    torch.testing.assert_close(pool(padded, counts), pool(short, counts))


@torch.inference_mode()
def test_the_order_of_words_does_not_count() -> None:
    torch.manual_seed(0)
    pool, words = NetVlad(6, 4).eval(), torch.randn(1, 5, 6)
    count = torch.tensor([5])
    torch.testing.assert_close(pool(words, count), pool(words.flip(1), count))


@torch.inference_mode()
def test_points_have_the_length_one() -> None:
    torch.manual_seed(0)
    torch.testing.assert_close(GatedUnit(7, 5)(torch.randn(4, 7)).norm(dim=1), torch.ones(4))
    network = CommonSpace(6, 7, clusters=3, dim=5).eval()
    cosines = network(torch.randn(4, 2, 6), torch.tensor([2, 1, 2, 2]), torch.randn(9, 7))
    assert cosines.shape == (4, 9) and cosines.abs().max() <= 1 + 1e-6
