"""From the stores of a video to clip tensors: one way of cutting per modality."""

from signspot.clips.dataset import ClipDataset, clip_start, usable_range, video_clips
from signspot.clips.labels import (
    CLIP_LENGTH,
    ClipLabels,
    clip_count,
    gather_labels,
    labels_digest,
    read_gathered,
    read_labels,
)
from signspot.clips.modalities import (
    MODALITIES,
    Flow,
    Hands,
    Modality,
    Reader,
    Rgb,
    Skeleton,
    VideoFiles,
    build_modality,
)

__all__ = [
    "CLIP_LENGTH",
    "MODALITIES",
    "ClipDataset",
    "ClipLabels",
    "Flow",
    "Hands",
    "Modality",
    "Reader",
    "Rgb",
    "Skeleton",
    "VideoFiles",
    "build_modality",
    "clip_count",
    "clip_start",
    "gather_labels",
    "labels_digest",
    "read_gathered",
    "read_labels",
    "usable_range",
    "video_clips",
]
