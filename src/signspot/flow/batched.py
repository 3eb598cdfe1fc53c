"""TV-L1 of many pairs at a time, in PyTorch: for GPUs, which a single pair would not keep busy.

The steps are the same as in :mod:`signspot.flow.fused`. A pair that has converged stays frozen until the end of its
round, and leaves the batch there. The host waits for the device only at the end of a round.
"""

from collections.abc import Callable
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from signspot.flow.tvl1 import (
    EPSILON,
    INNER_STEPS,
    LAMBDA,
    LEAST_GRADIENT,
    MEDIAN_ROUNDS,
    SCALE_STEP,
    SUBPIXELS,
    TAU,
    THETA,
    WARPS,
    cubic_weights,
    sides,
)

BOUND, RATE, WEIGHT = float(LAMBDA * THETA), float(TAU / THETA), float(THETA)
"""Largest step along the gradient, rate of the dual step, weight of the divergence."""


@torch.inference_mode()
def flow_of_pairs(previous: Tensor, following: Tensor) -> Tensor:
    """The motion in n independent pairs of frames.

    Args:
        previous: the first frame of each pair, grey uint8 (n, H, W), on the device that computes.
        following: the second frame of each pair, grey uint8 (n, H, W).

    Returns:
        float32 (n, 2, H, W), in px, as :func:`signspot.flow.fused.flow_of_pair`.
    """
    pyramid = _pyramid(previous.float(), following.float())
    flow = previous.new_zeros((2, *pyramid[-1][0].shape), dtype=torch.float32)
    for before, after in reversed(pyramid):
        height, width = before.shape[1:]
        if flow.shape[2:] != (height, width):
            steps = flow.shape[2] / height, flow.shape[3] / width
            flow = _resized(flow, height, width, *steps) / SCALE_STEP
        flow = _refined(before, after, flow)
    return flow.transpose(0, 1)


def _pyramid(previous: Tensor, following: Tensor) -> list[tuple[Tensor, Tensor]]:
    levels = [(previous, following)]
    for height, width in sides(*previous.shape[1:])[1:]:
        step = 1 / SCALE_STEP
        levels.append(tuple(_resized(images, height, width, step, step) for images in levels[-1]))
    return levels


def _resized(images: Tensor, height: int, width: int, step_y: float, step_x: float) -> Tensor:
    """Scales images (…, H, W) as OpenCV's ``INTER_LINEAR``; ``step_y`` and ``step_x`` are distances between samples.

    ``interpolate`` of PyTorch takes these distances from the rounded sizes, but the pyramid needs 1 / SCALE_STEP.
    """
    left, right, part = _neighbours(width, images.shape[-1], step_x, images.device)
    images = images[..., left] * (1 - part) + images[..., right] * part
    above, below, part = _neighbours(height, images.shape[-2], step_y, images.device)
    part = part[:, None]
    return images[..., above, :] * (1 - part) + images[..., below, :] * part


def _neighbours(count: int, size: int, step: float, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """The two neighbours of each sample along an axis of ``size`` pixels, and the weight of the second neighbour."""
    places = ((torch.arange(count, dtype=torch.float64, device=device) + 0.5) * step - 0.5).clamp(0, size - 1)
    first = places.floor().long()
    return first, (first + 1).clamp(max=size - 1), (places - first).float()


def _refined(before: Tensor, after: Tensor, flow: Tensor) -> Tensor:
    """The flow (2, n, H, W) of one scale; ``flow`` comes from the next smaller scale."""
    count, height, width = before.shape
    limit = EPSILON**2 * height * width
    images = torch.stack([after, *_slopes(after)])
    flow, dual = flow.clone(), flow.new_zeros((2, 2, count, height, width))
    for _ in range(WARPS):
        linear = _linear(images, before, flow)
        going = torch.arange(count, device=flow.device)
        for _ in range(MEDIAN_ROUNDS):
            whole = len(going) == count
            chosen = [tensor if whole else tensor.index_select(-3, going) for tensor in (flow, dual, linear)]
            flow_now, dual_now, active = _round(*chosen, limit)
            if whole:
                flow, dual = flow_now, dual_now
            else:
                flow[:, going], dual[:, :, going] = flow_now, dual_now
            going = going[active]
            if not len(going):
                break
    return flow


def _round(flow: Tensor, dual: Tensor, linear: Tensor, limit: float) -> tuple[Tensor, Tensor, Tensor]:
    """A median and up to INNER_STEPS steps of each pair: flow, dual, and which pairs (n,) have not converged."""
    step, median = _functions(flow.device.type)
    flow = median(flow)
    active = torch.ones(flow.shape[1], dtype=torch.bool, device=flow.device)
    for _ in range(INNER_STEPS):
        flow, dual, change = step(flow, dual, linear, active)
        active = active & (change > limit)
    return flow, dual, active


@cache
def _functions(device_type: str) -> tuple[Callable[..., tuple[Tensor, ...]], Callable[[Tensor], Tensor]]:
    """The functions step and median. For CUDA they are compiled into few kernels, once for all sizes."""
    if device_type != "cuda":
        return _step, _median
    return torch.compile(_step, dynamic=True), torch.compile(_median, dynamic=True)


def _step(flow: Tensor, dual: Tensor, linear: Tensor, active: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One primal-dual step of the active pairs.

    Args:
        flow: (2, n, H, W).
        dual: (2, 2, n, H, W): u and v, in x and y.
        linear: (4, n, H, W), see :func:`_linear`.
        active: bool (n,); other pairs stay as they are.

    Returns:
        Flow, dual, and the squared change (n,) of the flow of each pair.
    """
    slopes, constant, inverse = linear[:2], linear[2], linear[3]
    data = (-(constant + (slopes * flow).sum(0)) * inverse).clamp(-BOUND, BOUND)
    along, down = dual[:, 0], dual[:, 1]
    divergence = along - F.pad(along[..., :-1], (1, 0)) + down - F.pad(down[..., :-1, :], (0, 0, 1, 0))
    moves = active[:, None, None]
    change = torch.where(moves, data * slopes + WEIGHT * divergence, 0.0)
    flow = flow + change
    rise = torch.stack(
        [
            F.pad(flow[..., 1:] - flow[..., :-1], (0, 1)),
            F.pad(flow[..., 1:, :] - flow[..., :-1, :], (0, 0, 0, 1)),
        ],
        1,
    )
    stepped = (dual + RATE * rise) / (1 + RATE * rise.square().sum(1, keepdim=True).sqrt())
    return flow, torch.where(moves, stepped, dual), change.square().sum((0, 2, 3))


def _slopes(images: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes in x and y: centred differences, and half the one-sided difference at the borders."""
    padded = F.pad(images[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    return 0.5 * (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]), 0.5 * (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1])


def _linear(images: Tensor, before: Tensor, flow: Tensor) -> Tensor:
    """The change of brightness, linearised about the flow: slopes in x and y, constant part, one over squared slope.

    Args:
        images: (3, n, H, W), the following frames and their slopes.
        flow: (2, n, H, W).

    Returns:
        (4, n, H, W).
    """
    level, along, down = _warped(images, flow)
    constant = level - along * flow[0] - down * flow[1] - before
    return torch.stack([along, down, constant, 1 / (along**2 + down**2).clamp(min=float(LEAST_GRADIENT))])


def _warped(images: Tensor, flow: Tensor) -> Tensor:
    """``images`` (3, n, H, W) at the places to which the flow leads: bicubic, and 0 outside the images."""
    _, count, height, width = images.shape
    flat = images.reshape(3, count, -1)
    weights = torch.from_numpy(cubic_weights()).to(flow.device)
    columns = torch.arange(width, device=flow.device, dtype=torch.float32)
    rows = torch.arange(height, device=flow.device, dtype=torch.float32)[:, None]
    place_x, place_y = (torch.round(place * SUBPIXELS).long() for place in (columns + flow[0], rows + flow[1]))
    left, top = place_x // SUBPIXELS - 1, place_y // SUBPIXELS - 1
    weights_x, weights_y = weights[place_x % SUBPIXELS], weights[place_y % SUBPIXELS]
    result = torch.zeros_like(images)
    for i in range(4):
        for j in range(4):
            y, x = top + i, left + j
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            index = (y.clamp(0, height - 1) * width + x.clamp(0, width - 1)).reshape(1, count, -1).expand(3, -1, -1)
            weight = torch.where(inside, weights_y[..., i] * weights_x[..., j], 0.0)
            result += weight * flat.gather(2, index).reshape(images.shape)
    return result


def _median(flow: Tensor) -> Tensor:
    """The 5x5 median of (2, n, H, W). Pixels of the border are repeated beyond the border.

    Columns, then rows of each 5x5 window are sorted. Twelve of the 25 numbers cannot be the median then, because too
    many others are smaller or larger; the median of the other 13 is that of all.
    """
    height, width = flow.shape[2:]
    padded = F.pad(flow, (2, 2, 2, 2), mode="replicate")
    columns = _sorted([padded[:, :, i : i + height] for i in range(5)])
    rows = [_sorted([column[..., j : j + width] for j in range(5)]) for column in columns]
    return _median_of([*rows[0][3:], *rows[1][2:], *rows[2][1:4], *rows[3][:3], *rows[4][:2]])


_NETWORK = ((0, 1), (3, 4), (2, 4), (2, 3), (0, 3), (0, 2), (1, 4), (1, 3), (1, 2))
"""Comparisons that sort five numbers."""


def _sorted(five: list[Tensor]) -> list[Tensor]:
    five = list(five)
    for i, j in _NETWORK:
        five[i], five[j] = torch.minimum(five[i], five[j]), torch.maximum(five[i], five[j])
    return five


def _median_of(thirteen: list[Tensor]) -> Tensor:
    """The median of 13 numbers.

    The least and the greatest of any eight cannot be the median: seven others lie on one side of each, but the median
    of 13 has six numbers on each side. They leave, the next number joins, and so on.
    """
    held, waiting = thirteen[:8], thirteen[8:]
    while len(held) > 1:
        for i in range(1, len(held)):
            held[0], held[i] = torch.minimum(held[0], held[i]), torch.maximum(held[0], held[i])
        for i in range(1, len(held) - 1):
            held[i], held[-1] = torch.minimum(held[i], held[-1]), torch.maximum(held[i], held[-1])
        held = held[1:-1] + waiting[:1]
        waiting = waiting[1:]
    return held[0]
