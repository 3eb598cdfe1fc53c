"""How well an expert alone names the clips of videos."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from signspot.clips.dataset import ClipDataset, network_input
from signspot.clips.samplers import SAMPLERS
from signspot.compute.devices import autocast, best_device
from signspot.experts.store import load_on_device
from signspot.labels.frames import FrameLabels
from signspot.predictions import require_finite
from signspot.stores import VideoFiles
from signspot.training.batches import plain_batches


@torch.inference_mode()
def accuracy(
    folder: Path, videos: Sequence[VideoFiles], labels: Mapping[str, FrameLabels], batch_size: int = 8
) -> dict[str, float | int | None]:
    """How well an expert alone names the clips of labelled videos, one every stride of its window.

    Args:
        folder: of one training of the expert.
        videos: must have the stores of its modality.
        labels: of the videos, by their names.
        batch_size: clips that go through the network at a time.

    Returns:
        ``sign_clips``: share of the clips with a sign whose sign is named rightly, the background being no choice, so
        that all trainings compare with ``chance`` = 1 / C; ``all_clips``: share of all clips named rightly, the
        background being one of C + 1 choices; ``clips``: number of clips with a sign. A share of no clips is None.

    Raises:
        InputError: as :func:`signspot.experts.store.load_expert`, or a store is missing or damaged.
        NotFinite: the expert gives logits that are not finite.
    """
    expert = load_on_device(folder)
    device = best_device()
    precision = autocast(device)
    named: list[Tensor] = [torch.empty(2, 0, dtype=torch.bool)]
    shown: list[Tensor] = [torch.empty(0, dtype=torch.bool)]
    dataset = ClipDataset(
        expert.modality, videos, SAMPLERS.build("all"), expert.window, seed=0, augment=False, labels=labels
    )
    for frames, present, label in plain_batches(dataset, batch_size):
        clips = network_input(expert.modality, frames.to(device), present.to(device))
        with precision:
            logits = expert.outputs(clips)[1].cpu()
        require_finite(logits.numpy(), f"the expert {expert.config['expert']}")
        named.append(torch.stack([logits[:, 1:].argmax(1) + 1 == label, logits.argmax(1) == label]))
        shown.append(label > 0)
    of_signs, of_all = torch.cat(named, 1)
    signs = torch.cat(shown)
    return {
        "sign_clips": _share(of_signs[signs]),
        "all_clips": _share(of_all),
        "chance": 1 / (expert.config["num_classes"] - 1),
        "clips": int(signs.sum()),
    }


def _share(right: Tensor) -> float | None:
    return right.double().mean().item() if len(right) else None
