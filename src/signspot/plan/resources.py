"""What jobs ask of a machine: memory in MB and time in minutes, from the sizes of networks and videos.

The figures behind it were measured on a CPU (benchmarks/memory.py, docs/scale.md), none on a GPU. What comes of them is
generous: a job that asks for too little is killed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signspot.corpus.tables import Tables, used_parts

MARGIN = 1.25
SNAKEMAKE_MB = 500
"""Snakemake is part of every job of a cluster, in two processes."""
PROCESS_MB, CUDA_PROCESS_MB = 1000, 3000
"""Python, torch and what torch sets up for its first step, on a CPU and, a guess, on a GPU."""
WORKER_MB = 500
"""A process that loads batches."""
QUEUE = 2
"""Batches that each of these processes holds ready."""
COPIES = 6
"""Of the weights: themselves, gradient, two moments of the optimiser, the best so far, those being written."""
EXTRACTED_CLIPS = 8
"""Clips that go through a network at a time outside training."""
PUBLISHED_SIZE = 224
"""Side of the images, in px, for which the figures of the networks hold."""
HEAD_WEIGHTS_MB, HEAD_TRAINING_MB, HEAD_EXTRACTION_MB, HEAD_INPUT_MB = 84, 0.21, 0.07, 0.08
"""The spotting head of the published size: its weights once; per clip of a batch in training, outside it, and what is
read and noised of its features before they go to the device."""

GPU_GFLOPS = 20_000
"""Sustained by training on a GPU of any kind; a guess on the safe side, not measured."""
CORE_GFLOPS = 30
"""Sustained by training on a core; measured: 59."""
LOADING_SECONDS = 0.01
"""To load a clip of 224 px in one process; measured: 0.003 (flow) to 0.007 (hands) on a quiet core."""
HEAD_SECONDS = 0.003
"""To train the spotting head on a clip; measured on two cores: 0.002."""
FRAME_SECONDS = {"crop": 0.007, "pose": 0.061, "flow": 0.07}
"""Measured on busy cores; flow at 256 px."""
TIME_MARGIN = 3
"""Of what goes through frames: some processors are slower, and films of more pixels take longer to decode."""
START_MINUTES = 10
LONGEST_MINUTES = 24 * 60
"""What no job exceeds. A training that is ended there goes on from its last epoch."""
UNKNOWN_SECONDS = 3600.0
BEYOND_LAST_SIGN = 1.2
"""A video may go on after its last annotation."""


@dataclass(frozen=True)
class Footprint:
    """A backbone at full width, on clips of 8 frames of 224 px.

    Args:
        weights_mb: all weights once, float32.
        training_mb, extraction_mb: beyond the weights, per clip.
        gflop: per clip, forward.
        clip_mb: the clip itself.
    """

    weights_mb: float
    training_mb: float
    extraction_mb: float
    gflop: float
    clip_mb: float

    def scaled(self, width: float, area: float) -> "Footprint":
        """The same backbone with ``width`` times the channels, on images of ``area`` times the pixels."""
        return Footprint(
            weights_mb=self.weights_mb * width**2,
            training_mb=self.training_mb * width * area,
            extraction_mb=self.extraction_mb * width * area,
            gflop=self.gflop * width**2 * area,
            clip_mb=self.clip_mb * area,
        )


FOOTPRINTS = {
    "i3d_r50": Footprint(weights_mb=110, training_mb=285, extraction_mb=60, gflop=28.1, clip_mb=4.8),
    "p3d199": Footprint(weights_mb=265, training_mb=900, extraction_mb=90, gflop=69.6, clip_mb=3.2),
    "stgcn": Footprint(weights_mb=13, training_mb=25, extraction_mb=5, gflop=1.1, clip_mb=0.02),
}


def footprint(expert: Mapping[str, Any]) -> Footprint:
    """The footprint of an expert, from its block in the configuration."""
    backbone, side = expert["backbone"], expert["modality"].get("input_size", PUBLISHED_SIZE)
    return FOOTPRINTS[backbone["name"]].scaled(backbone.get("width", 1.0), (side / PUBLISHED_SIZE) ** 2)


def training_mb(expert: Mapping[str, Any], recipe: Mapping[str, Any], device: str = "auto", held_mb: float = 0) -> int:
    """Memory of training an expert, its loader processes included.

    Args:
        recipe: of the round.
        device: ``cpu``, ``cuda``, or ``auto``: either.
        held_mb: what is kept of clips from epoch to epoch, see :func:`clips_mb`.
    """
    network, batch = footprint(expert), recipe["batch_size"]
    weights = COPIES * network.weights_mb
    loaders = recipe.get("workers", 0) * (WORKER_MB + QUEUE * batch * network.clip_mb)
    beside = weights + loaders + held_mb
    # A single clip that is left over joins the batch before it.
    return _mb(beside + (batch + 1) * network.training_mb, beside, device)


def clips_mb(modality: str, clips: float, flow_size: int = 256) -> float:
    """Memory of clips as they are stored: 8 frames of 256 px, of flow of ``flow_size`` px, or of joints."""
    values = {"rgb": 3 * 256**2, "hands": 3 * 256**2, "flow": 2 * flow_size**2, "skeleton": 4 * 57 * 3}
    return clips * 8 * values[modality] / 1e6


def sign_clips(tables: Tables, fps: float, stride: int) -> dict[str, float]:
    """About how many clips with a sign each annotated video has, at most one more per sign than lie within it."""
    annotations = tables.annotations
    clips = (annotations["end_ms"] - annotations["start_ms"]) / 1000 * fps / stride + 1
    return clips.groupby(annotations["video"]).sum().to_dict()


def extraction_mb(expert: Mapping[str, Any], device: str = "auto") -> int:
    """Memory of features and accuracies by an expert; for ``device`` see :func:`training_mb`."""
    network = footprint(expert)
    return _mb(network.weights_mb + EXTRACTED_CLIPS * network.extraction_mb, network.weights_mb, device)


def _mb(cpu: float, cuda: float, device: str) -> int:
    """What a job needs in all on a device if it needs so much beyond torch itself on the one and on the other."""
    needs = {"cpu": PROCESS_MB + cpu, "cuda": CUDA_PROCESS_MB + cuda}
    return round(MARGIN * (SNAKEMAKE_MB + needs.get(device, max(needs.values()))))


def spotter_mb(spotter: Mapping[str, Any], longest_clips: float, device: str = "auto") -> int:
    """Memory of training a spotter, of the published size or smaller; for ``device`` see :func:`training_mb`.

    Args:
        spotter: its block in the configuration.
        longest_clips: clips of the longest video.
    """
    crop = spotter.get("augmentation", {}).get("crop", 0)
    per_video = max(longest_clips * HEAD_EXTRACTION_MB, min(crop or longest_clips, longest_clips) * HEAD_TRAINING_MB)
    weights = COPIES * HEAD_WEIGHTS_MB
    batch = spotter["recipe"]["batch_size"]
    return _mb(weights + batch * per_video, weights + batch * longest_clips * HEAD_INPUT_MB, device)


def training_minutes(expert: Mapping[str, Any], recipe: Mapping[str, Any], clips: float, gpus: int, cores: int) -> int:
    """Time to train a round of an expert.

    Args:
        recipe: of the round.
        clips: of the training videos; the first round has fewer.
    """
    loading = LOADING_SECONDS / max(recipe.get("workers", 0), 1)
    computing = 3 * footprint(expert).gflop / (gpus * GPU_GFLOPS or cores * CORE_GFLOPS)
    return _minutes(recipe["epochs"] * clips * (loading + computing))


def extraction_minutes(expert: Mapping[str, Any], clips: float, gpus: int, cores: int) -> int:
    """Time to take clips through an expert once."""
    return _minutes(clips * (LOADING_SECONDS + footprint(expert).gflop / (gpus * GPU_GFLOPS or cores * CORE_GFLOPS)))


def spotter_minutes(spotter: Mapping[str, Any], clips: float) -> int:
    """Time to train a spotter, on any device."""
    return _minutes(spotter["recipe"]["epochs"] * clips * HEAD_SECONDS)


def stage_minutes(stage: str, frames: float, size: int = 256) -> int:
    """Time of a stage that goes through the frames of a video.

    Args:
        stage: a key of ``FRAME_SECONDS``.
        size: side of the images in px.
    """
    return _minutes(TIME_MARGIN * frames * FRAME_SECONDS[stage] * (size / 256) ** 2)


def video_seconds(tables: Tables) -> dict[str, float]:
    """How long (the used part of) each video lasts, as far as the tables tell: to the end of its part or, roughly, of
    its last annotation. Others are taken to be as long as the longest of these, or an hour long.
    """
    ends = tables.annotations.groupby("video")["end_ms"].max().to_dict()
    known = {}
    for video, (start, end) in used_parts(tables.videos).items():
        if end is not None:
            known[video] = (end - start) / 1000
        elif video in ends:
            known[video] = (ends[video] - start) / 1000 * BEYOND_LAST_SIGN
    longest = max(known.values(), default=UNKNOWN_SECONDS)
    return {video: known.get(video, longest) for video in tables.videos["video"]}


def _minutes(seconds: float) -> int:
    return round(min(START_MINUTES + seconds / 60, LONGEST_MINUTES))
