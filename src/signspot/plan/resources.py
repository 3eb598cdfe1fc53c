"""What jobs ask of a machine: memory in MB and time in minutes, from the sizes of networks and videos.

The figures behind it were measured on a CPU (benchmarks/memory.py, docs/scale.md), none on a GPU. What comes of them is
generous: a job that asks for too little is killed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from signspot.backbones import BACKBONES
from signspot.clips.modalities import MODALITIES
from signspot.corpus.tables import TO_END_MS, Tables, used_parts
from signspot.plan.settings import ExpertSettings
from signspot.spotters import SPOTTERS

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
PUBLISHED_LENGTH, STORED_SIZE = 8, 256
"""Frames of a clip for which the figures of the networks hold, and side of the stored frames in px."""

GPU_GFLOPS = 20_000
"""Sustained by training on a GPU of any kind; a guess on the safe side, not measured."""
CORE_GFLOPS = 30
"""Sustained by training on a core; measured: 59."""
LOADING_SECONDS = 0.01
"""To load a clip of 224 px in one process; measured: 0.003 (flow) to 0.007 (hands) on a quiet core."""
FRAME_SECONDS = {"crop": 0.007, "pose": 0.061, "flow": 0.07}
"""Measured on busy cores; flow at 256 px."""
TIME_MARGIN = 3
"""Of what goes through frames: some processors are slower, and videos of more pixels take longer to decode."""
START_MINUTES = 10
LONGEST_MINUTES = 24 * 60
"""What no job exceeds. A training that is ended there goes on from its last epoch."""
PAIR_BYTES, SEED_BYTES = 24, 24
"""Of a text and a sentence while a search is scored, and beside that for each common space. With three, the arrays
count 88; a whole job on 4,000 sentences took 107, word vectors included."""
PAIR_SECONDS = 1.3e-7
"""To rank a pair once."""
SENTENCE_MB, SENTENCE_SECONDS = 0.05, 0.1
"""Word vectors of 300 numbers and the sign embedding of a sentence, in a network too; measured: 0.03 MB for 12 words.
And a guess on the safe side, the time to read features, predictions and word vectors for a sentence."""
SPACE_MB, SPACE_SECONDS = 400, 6e-4
"""Of a training of the common space, and of a sentence in an epoch of it. Measured: 350."""
VALIDATION_BYTES = 45
"""Of a text and a sentence while a common space is checked."""
UNKNOWN_SECONDS = 3600.0
BEYOND_LAST_SIGN = 1.2
"""A video may go on after its last annotation."""
CLIP_SECONDS = 15.0
"""A video that an annotation fills to its end is a clip of a sign, and few are longer."""


@dataclass(frozen=True)
class Footprint:
    """What a network takes, on clips of 8 frames of 224 px.

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

    def scaled(self, width: float, volume: float) -> "Footprint":
        """The same network with ``width`` times the channels, on clips of ``volume`` times the pixels."""
        return Footprint(
            weights_mb=self.weights_mb * width**2,
            training_mb=self.training_mb * width * volume,
            extraction_mb=self.extraction_mb * width * volume,
            gflop=self.gflop * width**2 * volume,
            clip_mb=self.clip_mb * volume,
        )


@dataclass(frozen=True)
class Machine:
    """What networks compute on.

    Args:
        device: ``cpu``, ``cuda``, or ``auto``: either.
        cores: of a job.
    """

    device: str
    cores: int

    @property
    def gpus(self) -> int:
        """GPUs that a job with a network asks for."""
        return 0 if self.device == "cpu" else 1

    @property
    def gflops(self) -> float:
        """Sustained operations per second, in thousand millions."""
        return GPU_GFLOPS if self.gpus else self.cores * CORE_GFLOPS

    def mb(self, cpu: float, cuda: float) -> int:
        """Memory of a job, of which its network takes ``cpu`` MB on a CPU, or ``cuda`` MB beside a GPU's own memory."""
        needs = {"cpu": PROCESS_MB + cpu, "cuda": CUDA_PROCESS_MB + cuda}
        return round(MARGIN * (SNAKEMAKE_MB + needs.get(self.device, max(needs.values()))))


@dataclass(frozen=True)
class Cost:
    """What a job asks for: memory in MB, time in minutes."""

    mb: int
    minutes: int


def footprint(expert: ExpertSettings) -> Footprint:
    """The footprint of the network of an expert."""
    backbone, side = expert.backbone, expert.modality.get("input_size", PUBLISHED_SIZE)
    published = Footprint(**BACKBONES.fact(backbone["name"], "FOOTPRINT"))
    volume = (side / PUBLISHED_SIZE) ** 2 * expert.window.length / PUBLISHED_LENGTH
    scaled = published.scaled(backbone.get("width", 1.0), volume)
    return replace(scaled, clip_mb=scaled.clip_mb * expert.modality.get("stack", 1))


def window_footprint(kind: str, network: Mapping[str, Any], modality: Mapping[str, Any], length: int) -> Footprint:
    """The footprint of the network of a spotter that reads frames by itself.

    Args:
        kind: of the spotter.
        network, modality: their options.
        length: frames of a window.
    """
    side, frames = modality.get("input_size", PUBLISHED_SIZE), SPOTTERS.fact(kind, "WINDOW_FRAMES")
    volume = (side / PUBLISHED_SIZE) ** 2 * length / frames
    return Footprint(**SPOTTERS.fact(kind, "FOOTPRINT")).scaled(network.get("width", 1.0), volume)


def training_cost(
    network: Footprint, training: Mapping[str, Any], clips: float, held_mb: float, machine: Machine
) -> Cost:
    """What a training of a network on clips takes, its loader processes included.

    Args:
        network: its footprint.
        training: the block of the training.
        clips: of the training and validation videos.
        held_mb: what is kept of clips from epoch to epoch, see :func:`clips_mb`.
    """
    batch = training["batch_size"]
    workers = training.get("workers", 0)
    weights = COPIES * network.weights_mb
    beside = weights + held_mb + workers * (WORKER_MB + QUEUE * batch * network.clip_mb)
    # A single clip that is left over joins the batch before it.
    mb = machine.mb(beside + (batch + 1) * network.training_mb, beside)
    loading = LOADING_SECONDS / max(workers, 1)
    computing = 3 * network.gflop / machine.gflops
    return Cost(mb, _minutes(training["epochs"] * clips * (loading + computing)))


def extraction_cost(network: Footprint, clips: float, machine: Machine) -> Cost:
    """What it takes to go through clips once with a network.

    Args:
        network: its footprint.
        clips: number of the clips.
        machine: what the network computes on.
    """
    mb = machine.mb(network.weights_mb + EXTRACTED_CLIPS * network.extraction_mb, network.weights_mb)
    return Cost(mb, _minutes(clips * (LOADING_SECONDS + network.gflop / machine.gflops)))


def clips_mb(modality: str, length: int, clips: float, flow_size: int = STORED_SIZE) -> float:
    """Memory of clips as they are stored: frames of 256 px, of flow of ``flow_size`` px, or of joints.

    Args:
        modality: name of the modality.
        length: frames of a clip.
        clips: number of the clips.
        flow_size: side of the flow in px.
    """
    of_flow = "flow" in MODALITIES.fact(modality, "STORES")
    area = (flow_size / STORED_SIZE) ** 2 if of_flow else 1.0
    return clips * length * MODALITIES.fact(modality, "FRAME_BYTES") * area / 1e6


def spotter_cost(kind: str, options: Mapping[str, Any], clips: float, longest: float, machine: Machine) -> Cost:
    """What the fit of a spotter takes, of the published size or smaller.

    Args:
        options: of its block in the configuration.
        clips: of the training and validation videos.
        longest: clips of the longest video.
    """
    per_clip = SPOTTERS.fact(kind, "FOOTPRINT", {})
    training = options.get("training", {})
    crop = options.get("augmentation", {}).get("crop", 0) or longest
    batch, epochs = training.get("batch_size", 1), training.get("epochs", 1)
    weights = COPIES * per_clip.get("weights_mb", 0)
    computed = max(longest * per_clip.get("extraction_mb", 0.0), min(crop, longest) * per_clip.get("training_mb", 0.0))
    mb = machine.mb(weights + batch * computed, weights + batch * longest * per_clip.get("input_mb", 0.0))
    return Cost(mb, _minutes(epochs * clips * per_clip.get("seconds", 0.0)))


def search_cost(sentences: int, seeds: int) -> Cost:
    """What it takes to rank all sentences for each of their texts, and to score that.

    Args:
        sentences: n; there are several matrices of n x n numbers.
        seeds: trainings of the common space.
    """
    pairs, rankings = sentences**2, 2 * (1 + 2 * seeds) + 4  # both directions of all searches, and those written down
    mb = SENTENCE_MB * sentences + (PAIR_BYTES + SEED_BYTES * seeds) * pairs / 1e6
    seconds = SENTENCE_SECONDS * sentences + TIME_MARGIN * PAIR_SECONDS * rankings * pairs
    return Cost(Machine("cpu", 1).mb(mb, 0), _minutes(seconds))


def space_cost(sentences: int, validation: int, epochs: int, machine: Machine) -> Cost:
    """What a training of the common space takes.

    Args:
        sentences: with which it trains.
        validation: sentences by which its best epoch is chosen; 0 if the last one is taken.
        epochs: of the training.
        machine: what the network computes on.
    """
    pairs = validation**2
    mb = SPACE_MB + SENTENCE_MB * (sentences + validation) + VALIDATION_BYTES * pairs / 1e6
    epoch = SPACE_SECONDS * sentences + PAIR_SECONDS * pairs
    return Cost(
        machine.mb(mb, mb), _minutes(SENTENCE_SECONDS * (sentences + validation) + TIME_MARGIN * epochs * epoch)
    )


def sign_clips(tables: Tables, fps: float, stride: int) -> dict[str, float]:
    """About how many clips with a sign each annotated video has, at most one more per sign than lie within it.

    Args:
        tables: of the corpus.
        fps: frames per second.
        stride: of the clips, in frames.
    """
    annotations = tables.annotations
    lengths = annotations["end_ms"] - annotations["start_ms"]
    lengths = lengths.where(annotations["end_ms"] != TO_END_MS, 1000 * CLIP_SECONDS)
    clips = lengths / 1000 * fps / stride + 1
    return clips.groupby(annotations["video"]).sum().to_dict()


def stage_minutes(stage: str, frames: float, size: int = 256) -> int:
    """Time of a stage that goes through the frames of a video.

    Args:
        stage: a key of ``FRAME_SECONDS``.
        size: side of the images in px.
    """
    return _minutes(TIME_MARGIN * frames * FRAME_SECONDS[stage] * (size / 256) ** 2)


def video_seconds(tables: Tables) -> dict[str, float]:
    """How long (the used part of) each video lasts, as far as the tables tell: to the end of its part or, roughly, of
    its last annotation. Clips that an annotation fills are taken to last 15 s, others as long as the longest of these,
    or an hour.
    """
    ends = tables.annotations.groupby("video")["end_ms"].max().to_dict()
    known = {}
    for video, (start, end) in used_parts(tables.videos).items():
        if end is not None:
            known[video] = (end - start) / 1000
        elif ends.get(video) == TO_END_MS:
            known[video] = CLIP_SECONDS
        elif video in ends:
            known[video] = (ends[video] - start) / 1000 * BEYOND_LAST_SIGN
    longest = max(known.values(), default=UNKNOWN_SECONDS)
    return {video: known.get(video, longest) for video in tables.videos["video"]}


def _minutes(seconds: float) -> int:
    return round(min(START_MINUTES + seconds / 60, LONGEST_MINUTES))
