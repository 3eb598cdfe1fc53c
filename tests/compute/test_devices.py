"""Where networks compute."""

import torch
from torch import nn

from signspot.compute.devices import on_device


def test_a_network_gives_the_same_outputs_in_the_layout_of_the_device() -> None:
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv3d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv3d(16, 4, 1), nn.Flatten(), nn.Linear(256, 2)
    )
    clips = torch.randn(2, 3, 4, 4, 4)
    expected, weights = network(clips), {key: value.clone() for key, value in network.state_dict().items()}
    assert on_device(network) is network
    device = next(network.parameters()).device
    torch.testing.assert_close(network(clips.to(device)).cpu(), expected, rtol=1e-4, atol=1e-5)
    if device.type == "cpu":
        assert network[0].weight.is_contiguous(memory_format=torch.channels_last_3d)
    for key, value in network.state_dict().items():
        torch.testing.assert_close(value.cpu(), weights[key], rtol=0, atol=0)
