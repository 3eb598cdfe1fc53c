"""MS-G3D against the published network, on the graphs of 57 and of 53 joints."""

import json

import numpy as np
import pytest
import torch
from golden_rule import MISTAKE, TOLERANCE, Case, clip
from torch import nn

from signspot.backbones.msg3d import PUBLISHED, GraphScales, MultiScaleTCN, disentangled, msg3d
from signspot.clips.variants import mean_over_variants, variants
from signspot.errors import InputError
from signspot.pose.graphs import EDGES, linked

torch.set_num_threads(1)


def of_size(case):
    sizes = case.about["constructor"]
    return msg3d(sizes["num_class"], joints=sizes["num_point"])


def filled(case, scale=1.0):
    """The network with the weights of a case; ``scale`` multiplies those of the classifier."""
    network = of_size(case)
    weights = case.weights()
    weights |= {key: weights[key] * np.float32(scale) for key in ("fc.weight", "fc.bias")}
    names = PUBLISHED.names(network.state_dict())
    network.load_state_dict({key: weights[name] for name, key in names.items()})
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module", params=["msg3d_57", "msg3d_53_baseline"])
def case(request, golden):
    return Case(golden, request.param)


@pytest.fixture
def network(case):
    return filled(case)


def test_names_are_the_published_ones(case):
    with torch.device("meta"):
        network = of_size(case)
    shapes = {PUBLISHED.published(key): tuple(value.shape) for key, value in network.state_dict().items()}
    assert shapes == case.shapes
    assert sum(parameter.numel() for parameter in network.parameters()) == case.about["n_parameters"]


def test_autsl_has_as_many_weights_as_published():
    with torch.device("meta"):
        network = msg3d(226, joints=55)
    assert sum(parameter.numel() for parameter in network.parameters()) == 5_346_292


@pytest.mark.parametrize(("joints", "name"), [(55, "autsl_55_openpose"), (53, "mediapipe_53"), (57, "project_57")])
def test_graphs_are_the_published_ones(golden, joints, name):
    edges = json.loads((golden / "msg3d_graphs.json").read_text())[name]["edges"]
    assert {frozenset(edge) for edge in EDGES[joints]} == {frozenset(edge) for edge in edges}
    assert len(EDGES[joints]) == len(edges)


def test_adjacencies_are_the_published_ones(case, network):
    ties = linked(EDGES[network.joints], network.joints)
    np.testing.assert_array_equal(ties, case.expected["A_binary"])
    block = network.blocks[1]
    found = [block.sgcn[0], *(window.graph for window in block.gcn3d)]
    for graph, name in zip(found, ("A_powers", "A_scales_w3", "A_scales_w5"), strict=True):
        np.testing.assert_allclose(graph.adjacency.flatten(0, 1), case.expected[name], rtol=1e-6)


def test_clips_equal_the_published_network(case, network):
    feature, logits = network(case.input("a"))
    assert case.deviation("feature", feature) < TOLERANCE
    assert case.deviation("logits", logits) < TOLERANCE


def test_windows_and_their_mirror_images_equal_the_published_network(golden):
    """The first recogniser of the challenge's baseline: joints and bones, 10 and 25 frames."""
    spot = Case(golden, "msg3d_53_spot")
    scale = dict(spot.about["weights_scale"])[r"^fc\."]
    network = filled(Case(golden, "msg3d_53_baseline"), scale)
    found = {}
    for name, given in spot.about["inputs"].items():
        plain, mirrored = variants(clip(given["shape"], given["seed"]), "mirror")
        assert spot.deviation(f"{name}_logits", network(plain)[1]) < TOLERANCE
        assert spot.deviation(f"{name}_logits_flipped", network(mirrored)[1]) < TOLERANCE
        feature, logits = mean_over_variants(network, [plain, mirrored])
        found[name] = logits.softmax(1)
        assert spot.deviation(f"{name}_feature", feature) < TOLERANCE
        assert spot.deviation(f"{name}_probability", found[name]) < TOLERANCE
    assert spot.deviation("w10_probability", (found["w10_joints"] + found["w10_bones"]) / 2) < TOLERANCE


def paths_of(network):
    return [module for module in network.modules() if isinstance(module, GraphScales)]


def unnormalised_adjacency(network):
    for graph in paths_of(network):
        graph.adjacency = (graph.adjacency > 0).float()


def powers_in_the_place_of_distances(network):
    """Scale k reaches all joints up to distance k."""
    for graph in paths_of(network):
        graph.adjacency = (graph.adjacency > 0).float().cumsum(0).clamp(max=1)
        degree = graph.adjacency.sum(2) ** -0.5
        graph.adjacency = degree[:, :, None] * graph.adjacency * degree[:, None, :]


def exchanged_scales(network):
    graph = network.blocks[0].sgcn[0]
    graph.adjacency = graph.adjacency[[0, 2, 1, *range(3, 8)]]


def no_learnt_addition(network):
    for graph in paths_of(network):
        graph.A_res.zero_()


def _temporal(network):
    return [module for module in network.modules() if isinstance(module, MultiScaleTCN)]


def one_branch_dilated_wrongly(network):
    branch = network.blocks[2].tcn.branches[3][3].conv
    branch.dilation, branch.padding = (3, 1), (3, 0)


def one_branch_left_out(network):
    network.blocks[2].tcn.branches[5][1].weight.zero_()


def mean_in_the_place_of_the_greatest(network):
    for path in _temporal(network):
        stride = path.branches[4][3].stride
        path.branches[4][3] = nn.AvgPool2d((3, 1), stride, (1, 0))


def activation_before_the_sum(network):
    network.blocks[2].sgcn[2].act = nn.ReLU()


def one_window(network):
    network.blocks[2].gcn3d = network.blocks[2].gcn3d[1:]


def channels_before_joints(network):
    order = torch.arange(3 * network.joints).view(network.joints, 3).T.flatten()
    for name in ("weight", "bias", "running_mean", "running_var"):
        value = getattr(network.data_bn, name)
        value.data = value.data[order]


@pytest.mark.parametrize(
    "mistake",
    [
        unnormalised_adjacency,
        powers_in_the_place_of_distances,
        exchanged_scales,
        no_learnt_addition,
        one_branch_dilated_wrongly,
        one_branch_left_out,
        mean_in_the_place_of_the_greatest,
        activation_before_the_sum,
        one_window,
        channels_before_joints,
    ],
)
def test_a_mistake_shows(golden, mistake):
    case = Case(golden, "msg3d_53_baseline")
    network = filled(case)
    mistake(network)
    assert case.deviation("feature", network(case.input("a"))[0]) > MISTAKE


@pytest.mark.parametrize("frames", [1, 2, 3, 10, 25, 64])
def test_clips_of_any_length(frames):
    network = msg3d(5, width=0.0625, gcn_scales=2, g3d_scales=2).eval()
    feature, logits = network(torch.randn(2, 3, frames, 57, 1))
    assert feature.shape == (2, network.feature_dim) == (2, 24)
    assert logits.shape == (2, 5) and logits.isfinite().all()


@pytest.mark.parametrize(("width", "feature"), [(0.25, 96), (0.3, 120), (0.001, 24), (2, 768)])
def test_widths_are_multiples_of_the_branches(width, feature):
    with torch.device("meta"):
        assert msg3d(5, width=width).feature_dim == feature


def test_only_three_channels_are_widened_by_the_first_window():
    """As published."""
    with torch.device("meta"):
        inner = [msg3d(5, channels).blocks[0].gcn3d[0].out_conv.in_channels for channels in (3, 4, 6)]
    assert inner == [96, 4, 6]


def test_fewer_scales_and_other_windows():
    network = msg3d(5, 6, width=0.0625, joints=53, gcn_scales=4, g3d_scales=3, windows=(7,))
    assert [len(graph.adjacency) for graph in paths_of(network)] == [4, 3] * 3
    assert network(torch.randn(2, 6, 8, 53, 1))[1].shape == (2, 5)


def test_a_scale_beyond_the_graph_holds_the_joints_alone():
    chain = linked([(1, 0), (2, 1)], 3)
    assert torch.equal(disentangled(chain, 5)[3:], torch.eye(3).expand(2, 3, 3))


def test_clips_of_another_graph_are_refused():
    with pytest.raises(InputError, match=r"a clip has 57 joints, the graph has 53\. Set backbone\.joints"):
        msg3d(5, width=0.0625, joints=53, gcn_scales=1, g3d_scales=1)(torch.randn(2, 3, 8, 57, 1))


def test_every_weight_learns():
    """A bias before a normalisation does not, which the published network has all the same."""
    torch.manual_seed(0)
    network = msg3d(5, width=0.0625, gcn_scales=2, g3d_scales=2)
    network(torch.randn(4, 3, 8, 57, 1))[1].logsumexp(1).sum().backward()
    still = [name for name, parameter in network.named_parameters() if not parameter.grad.abs().sum() > 0]
    assert all(name.endswith("bias") for name in still)
