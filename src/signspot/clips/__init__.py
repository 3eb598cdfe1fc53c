"""From the stores of a video to clip tensors: one way of cutting per modality."""

from signspot.clips.dataset import (
    CLIP_LENGTH,
    ClipDataset,
    clip_count,
    clip_start,
    network_input,
    usable_range,
    video_clips,
)
from signspot.clips.modalities import (
    MODALITIES,
    Flow,
    Hands,
    Modality,
    Reader,
    Rgb,
    Skeleton,
    build_modality,
)

__all__ = [
    "CLIP_LENGTH",
    "MODALITIES",
    "ClipDataset",
    "Flow",
    "Hands",
    "Modality",
    "Reader",
    "Rgb",
    "Skeleton",
    "build_modality",
    "clip_count",
    "clip_start",
    "network_input",
    "usable_range",
    "video_clips",
]
