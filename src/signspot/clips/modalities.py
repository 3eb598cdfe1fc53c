"""Modalities: what a clip is cut from, what is done to it in training, and its tensor."""

import inspect
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from torch import Tensor

from signspot.arrays import Rows, open_arrays
from signspot.clips import transforms
from signspot.errors import InputError
from signspot.flow.store import STEPS, ZERO, FlowStore
from signspot.pose import skeleton
from signspot.stores import VideoFiles
from signspot.video.store import FrameStore

FLIP_PROBABILITY = 0.5
HAND_BOX = 64
"""Side of the box kept about a hand, in px of the stored crop."""
_BODY, _HAND = len(skeleton.BODY), len(skeleton.HAND)
HANDS = (slice(_BODY, _BODY + _HAND), slice(_BODY + _HAND, _BODY + 2 * _HAND))
"""Joints of the left and of the right hand."""


class Reader(Protocol):
    """A modality's open stores of one video."""

    def read(self, start: int, stop: int) -> np.ndarray:
        """The raw frames ``start`` … ``stop - 1``, which must lie in the video; the first axis is time.

        Raises:
            InputError: a store is damaged or ends before ``stop``.
        """


class Modality(Protocol):
    """How to cut clips.

    Raw frames become what a loader gives through ``augment`` (in training) or ``centre``, then ``tensor``; on the
    network's device this becomes its input through ``normalised``. Images travel as bytes, a quarter of their floats.
    """

    stores: ClassVar[tuple[str, ...]]
    """The stores that are read, as :class:`VideoFiles` calls them."""

    @property
    def channels(self) -> int:
        """Channels of the tensor."""

    def open(self, files: VideoFiles) -> AbstractContextManager[Reader]:
        """Opens the stores of a video; raises InputError if one is missing or damaged."""

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A variant for training, the same for all frames of the clip; ``raw`` is left as it is."""

    def centre(self, raw: np.ndarray) -> np.ndarray:
        """The view of the frames outside training, each for itself."""

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        """Such frames as uint8 (channels, n, height, width), or as float32 (channels, n, joints, 1)."""

    def normalised(self, frames: Tensor) -> Tensor:
        """A new float32 of what ``tensor`` gives, on its device; leading dimensions, as of a batch, are kept."""


@dataclass(frozen=True)
class _Images:
    """Square images: a crop, random in training, resized to ``input_size`` px.

    Args:
        input_size: side of the tensor's images, in px.
        crop_fraction: side of the crop, as a part of the stored side; published: 224 of 256 px.
    """

    input_size: int = 224
    crop_fraction: float = 224 / 256

    def __post_init__(self) -> None:
        if self.input_size < 1 or not 0 < self.crop_fraction <= 1:
            raise ValueError("expected input_size of 1 or more and crop_fraction above 0, at most 1")

    def _crop_size(self, raw: np.ndarray) -> int:
        return round(min(raw.shape[1:3]) * self.crop_fraction)

    def _flipped(self, raw: np.ndarray) -> np.ndarray:
        return transforms.mirror(raw)

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        cropped = transforms.random_crop(raw, self._crop_size(raw), rng)
        return self._flipped(cropped) if rng.random() < FLIP_PROBABILITY else cropped

    def centre(self, raw: np.ndarray) -> np.ndarray:
        return transforms.centre_crop(raw, self._crop_size(raw))

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(transforms.resize(raw, self.input_size).transpose(3, 0, 1, 2))

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.float().div_(127.5).sub_(1)


@dataclass(frozen=True)
class Rgb(_Images):
    """The crop in colour.

    Args:
        colour_jitter: strength of changed light and colour in training, for signers and rooms never seen; published: 0.
    """

    colour_jitter: float = 0.0
    channels: ClassVar[int] = 3
    stores: ClassVar[tuple[str, ...]] = ("crops",)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.colour_jitter < 0:
            raise ValueError("expected colour_jitter of 0 or more")

    def open(self, files: VideoFiles) -> AbstractContextManager[Reader]:
        return FrameStore(files.crops)

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        frames = super().augment(raw, rng)
        return transforms.colour_jitter(frames, self.colour_jitter, rng) if self.colour_jitter else frames


@dataclass(frozen=True)
class Hands(Rgb):
    """The crop in colour, black but for a box about the mean of each hand's joints."""

    stores: ClassVar[tuple[str, ...]] = ("crops", "poses")

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with FrameStore(files.crops) as frames, open_arrays(files.poses) as pose:
            yield _HandFrames(frames, Rows(pose, "joints"))


@dataclass(frozen=True)
class _HandFrames:
    frames: FrameStore
    joints: Rows

    def read(self, start: int, stop: int) -> np.ndarray:
        joints = self.joints.read(start, stop)[..., :2].astype(np.float64)
        centres = np.stack([joints[:, hand].mean(1) for hand in HANDS], axis=1)
        return transforms.keep_boxes(self.frames.read(start, stop), centres, HAND_BOX)


@dataclass(frozen=True)
class Flow(_Images):
    """Optical flow (u, v) as 8-bit levels; the tensor is the part of the bound, as published: ±20 px are ±1."""

    channels: ClassVar[int] = 2
    stores: ClassVar[tuple[str, ...]] = ("flow",)

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with FlowStore(files.flow) as store:
            yield _FlowFrames(store)

    def _flipped(self, raw: np.ndarray) -> np.ndarray:
        return transforms.mirror_flow(raw)

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.float().sub_(ZERO).div_(STEPS)


@dataclass(frozen=True)
class _FlowFrames:
    """The last frame of a video has no flow: where it is asked for, one row less comes back."""

    store: FlowStore

    def read(self, start: int, stop: int) -> np.ndarray:
        frames = len(self.store) + 1
        return self.store.read(start, stop - 1 if stop == frames else stop).transpose(0, 2, 3, 1)


@dataclass(frozen=True)
class Skeleton:
    """57 joints, normalised (n, 57, 3); all options but ``relative`` jitter the whole clip in training; published: 0.

    Args:
        relative: three more channels, each joint relative to its own wrist or shoulder.
        rotate_deg: turned in the image plane by up to this angle, either way.
        scale: enlarged or shrunk by up to this part.
        shift: moved in x and in y by up to this, in units of two shoulder widths.
        noise: standard deviation added to each coordinate of each frame, in the same units.
    """

    relative: bool = False
    rotate_deg: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    noise: float = 0.0
    stores: ClassVar[tuple[str, ...]] = ("poses",)

    def __post_init__(self) -> None:
        if min(self.rotate_deg, self.shift, self.noise) < 0 or not 0 <= self.scale < 1:
            raise ValueError("expected rotate_deg, shift and noise of 0 or more, scale from 0 to less than 1")

    @property
    def channels(self) -> int:
        return 6 if self.relative else 3

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with open_arrays(files.poses) as pose:
            yield Rows(pose, "skeleton")

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        joints = skeleton.flip(raw) if rng.random() < FLIP_PROBABILITY else raw
        angle = np.radians(rng.uniform(-self.rotate_deg, self.rotate_deg))
        turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        moved = joints @ turn * (1 + rng.uniform(-self.scale, self.scale))
        moved[..., :2] += rng.uniform(-self.shift, self.shift, 2)
        moved += rng.normal(0, self.noise, moved.shape)
        return moved.astype(np.float32)

    def centre(self, raw: np.ndarray) -> np.ndarray:
        return raw

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        joints = np.concatenate([raw, skeleton.relative(raw)], axis=-1) if self.relative else raw
        return np.ascontiguousarray(joints.transpose(2, 0, 1)[..., None], np.float32)

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.clone()


MODALITIES: dict[str, type[Modality]] = {"rgb": Rgb, "hands": Hands, "flow": Flow, "skeleton": Skeleton}


def build_modality(name: str, **options: Any) -> Modality:
    """The modality of a config block.

    Args:
        name: a key of ``MODALITIES``.
        options: fields of the modality.

    Raises:
        InputError: the name, an option or an option's value is not known.
    """
    if name not in MODALITIES:
        raise InputError(f"modality: {name!r} is unknown, expected one of {', '.join(MODALITIES)}")
    known = list(inspect.signature(MODALITIES[name]).parameters)
    unknown = [option for option in options if option not in known]
    if unknown:
        raise InputError(f"modality {name}: no option {', '.join(unknown)}; its options are {', '.join(known)}")
    try:
        return MODALITIES[name](**options)
    except (TypeError, ValueError) as error:
        raise InputError(f"modality {name}: {error}") from error
