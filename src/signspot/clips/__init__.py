"""From the stores of a video to clip tensors: one way of cutting per modality."""

from signspot.clips.dataset import ClipDataset, clip_start, network_input, usable_range, video_clips
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
from signspot.labels.clips import CLIP_LENGTH, clip_count

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
