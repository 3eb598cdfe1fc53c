"""ST-GCN against the published network, and its graph."""

import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case
from torch import nn

from signspot.backbones.stgcn import ENTRY, JOINTS, spatial_partitions, stgcn
from signspot.pose import graphs

torch.set_num_threads(1)
EDGES = graphs.EDGES[57]


@pytest.fixture(scope="module")
def case(golden):
    return Case(golden, "stgcn_vipl")


@pytest.fixture
def network(case):
    network = stgcn(61)
    names, weights = ENTRY.names(network.state_dict()), case.weights()
    network.load_state_dict({key: weights[name] for name, key in names.items()})
    return network.eval().requires_grad_(False)


def test_adjacency_is_the_published_one(case):
    torch.testing.assert_close(spatial_partitions(), torch.from_numpy(case.expected["A"]).float())
    published = {tuple(edge) for edge in case.about["graph"]["directed_edges_child_parent"] if edge[0] != edge[1]}
    assert set(EDGES) == published


def test_partitions_follow_the_published_distances(case):
    """Beyond one hop they are infinite in the published code, so that nearly all edges count as equally near."""
    hops = torch.from_numpy(case.expected["hop_dis"]).float()
    hops[hops < 0] = torch.inf
    distance, linked = hops[0], hops == 1
    equal_or_nearer, further = linked & (distance[:, None] >= distance), linked & (distance[:, None] < distance)
    partitions = spatial_partitions() > 0
    assert torch.equal(partitions, torch.stack([hops == 0, equal_or_nearer, further]))
    assert partitions.sum((1, 2)).tolist() == case.about["graph"]["nonzero_per_partition"]
    assert {tuple(edge) for edge in case.expected["edge"].tolist()} == {*EDGES, *((i, i) for i in range(JOINTS))}


def test_columns_of_the_adjacency_sum_to_one():
    torch.testing.assert_close(spatial_partitions().sum((0, 1)), torch.ones(JOINTS))


def test_clips_equal_the_published_network(case, network):
    maps = []
    network.blocks[-1].register_forward_hook(lambda module, inputs, output: maps.append(output))
    feature, logits = network(case.input("clip"))
    assert case.deviation("extract_feature", maps[0].unsqueeze(4)) < TOLERANCE
    assert case.deviation("conv_feats", feature) < TOLERANCE
    assert case.deviation("conv_predictions", logits.unsqueeze(1)) < TOLERANCE


def test_video_equals_the_published_network(case, network):
    video = nn.functional.pad(case.input("video")[0], (0, 0, 0, 0, 0, 0, 4, 8))
    feature, logits = network(torch.stack([video[4 * i : 4 * i + 8] for i in range(4)]).transpose(1, 2))
    assert case.deviation("video_feats", feature) < TOLERANCE
    assert case.deviation("video_predictions", logits) < TOLERANCE


def transposed_adjacency(network):
    network.adjacency = network.adjacency.transpose(1, 2)


def true_distances(network):
    whole = network.adjacency.sum(0)
    parents = dict(EDGES)
    depth = torch.tensor([_depth(joint, parents) for joint in range(JOINTS)])
    itself = torch.eye(JOINTS, dtype=torch.bool)
    nearer = (depth[:, None] >= depth) & ~itself
    network.adjacency = whole * torch.stack([itself, nearer, ~nearer & ~itself])


def _depth(joint, parents):
    return 0 if joint == 0 else 1 + _depth(parents[joint], parents)


def equal_edges(network):
    network.edge_importance = nn.ParameterList(torch.ones_like(network.adjacency) for _ in network.blocks)


def wrong_epsilon(network):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eps = 1e-3


def channels_before_joints(network):
    order = torch.arange(3 * JOINTS).view(JOINTS, 3).T.flatten()
    for name in ("weight", "bias", "running_mean", "running_var"):
        value = getattr(network.data_bn, name)
        value.data = value.data[order]


@pytest.mark.parametrize(
    "mistake", [transposed_adjacency, true_distances, equal_edges, wrong_epsilon, channels_before_joints]
)
def test_a_mistake_shows(case, network, mistake):
    mistake(network)
    assert case.deviation("conv_feats", network(case.input("clip"))[0]) > MISTAKE


def test_narrow_network_with_six_channels():
    network = stgcn(11, in_channels=6, width=0.5)
    feature, logits = network(torch.randn(4, 6, 8, JOINTS, 1))
    assert feature.shape == (4, network.feature_dim) == (4, 128)
    assert logits.shape == (4, 11)


def test_even_temporal_kernel_is_refused():
    with pytest.raises(ValueError, match="odd"):
        stgcn(11, temporal_kernel=8)


def test_every_parameter_learns():
    network = stgcn(5, width=0.125, dropout=0.0)
    network(torch.randn(4, 3, 8, JOINTS, 1))[1].logsumexp(1).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in network.parameters())
