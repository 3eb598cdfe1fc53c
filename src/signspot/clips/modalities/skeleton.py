"""The joints of body and hands, their bones, or the motion of either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import h5py
import numpy as np

from signspot.arrays import Rows, open_arrays
from signspot.clips.modality import Reader
from signspot.pose import baseline
from signspot.pose.graphs import PARENTS
from signspot.pose.skeleton import SWAP, flip
from signspot.pose.skeleton import relative as relative_joints
from signspot.pose.streams import bones, motion
from signspot.stores import VideoFiles

if TYPE_CHECKING:
    from torch import Tensor

GIVES = "skeleton"
JOINTS = 57
STORES = ("poses",)
RANGES = {"rotate_deg": (0, 360), "scale": (0, 1), "shift": (0, 100), "noise": (0, 100), "drop": (0, 1)}
FRAME_BYTES = 684

FLIP_PROBABILITY = 0.5


@dataclass(frozen=True)
class _Stream:
    """Reads bones or motion of a video. The motion of a frame leads to the next one, also beyond the clip.

    Args:
        source: gives the joints (n, joints, 3) of frames.
        frames: of the video.
        joints: how many.
        name: of the stream, as in :func:`skeleton`.
    """

    source: Reader
    frames: int
    joints: int
    name: str

    def read(self, start: int, stop: int) -> np.ndarray:
        moves = self.name.endswith("motion")
        frames = self.source.read(start, min(stop + 1, self.frames) if moves else stop)
        if "published_bone" in self.name:
            frames = baseline.published_bones(frames)
        elif "bone" in self.name:
            frames = bones(frames, PARENTS[self.joints])
        return motion(frames)[: stop - start] if moves else frames


class _BaselineJoints:
    """Reads the 53 joints of an open pose file, in the mirror: the baseline detects them in mirrored pictures."""

    def __init__(self, pose: h5py.File) -> None:
        self._parts = [Rows(pose, name) for name in ("pose", "left_hand", "right_hand")]

    def read(self, start: int, stop: int) -> np.ndarray:
        return baseline.flip(baseline.joints(*(part.read(start, stop) for part in self._parts)))


@dataclass(frozen=True)
class Skeleton:
    """57 joints, normalised, or 53 of the baseline, (n, joints, 3); the fields are the options of :func:`skeleton`."""

    relative: bool
    rotate_deg: float
    scale: float
    shift: float
    noise: float
    stream: str = "joints"
    joints: int = JOINTS
    drop: float = 0.0
    exchange: bool = True
    stores: ClassVar[tuple[str, ...]] = STORES

    def __post_init__(self) -> None:
        if min(self.rotate_deg, self.shift, self.noise) < 0 or not 0 <= self.scale < 1:
            raise ValueError("expected rotate_deg, shift and noise of 0 or more, scale from 0 to less than 1")
        if not 0 <= self.drop <= 1:
            raise ValueError("expected drop from 0 to 1")
        if self.relative and self.drop:
            raise ValueError(
                f"drop: is {self.drop}, expected 0 with relative, whose channels would still show the joint"
            )
        if self.relative and (self.stream, self.joints) != ("joints", 57):
            raise ValueError("relative: is true, expected false unless stream is joints and there are 57 joints")
        if self.stream != "joints" and self.shift:
            raise ValueError(f"shift: is {self.shift}, expected 0 for the stream {self.stream}, which has no place")
        if "published" in self.stream and self.joints != 53:
            raise ValueError(f"stream: is {self.stream}, which only 53 joints have; expected it without published_")

    @property
    def channels(self) -> int:
        return 6 if self.relative else 3

    @property
    def partners(self) -> np.ndarray | None:
        """For each joint the number of its partner on the other side, with which its mirror image exchanges it; None:
        joints keep their places."""
        if not self.exchange:
            return None
        return SWAP if self.joints == JOINTS else baseline.SWAP

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with open_arrays(files.poses) as pose:
            skeleton = Rows(pose, "skeleton")
            source = skeleton if self.joints == JOINTS else _BaselineJoints(pose)
            yield source if self.stream == "joints" else _Stream(source, len(skeleton), self.joints, self.stream)

    def mirrored(self, raw: np.ndarray) -> np.ndarray:
        """The mirror image of frames (n, joints, 3), of any stream."""
        if not self.exchange:
            return raw * np.array([-1, 1, 1], raw.dtype)
        return flip(raw) if self.joints == JOINTS else baseline.flip(raw)

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        joints = self.mirrored(raw) if rng.random() < FLIP_PROBABILITY else raw
        angle = np.radians(rng.uniform(-self.rotate_deg, self.rotate_deg))
        turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        moved = joints @ turn * (1 + rng.uniform(-self.scale, self.scale))
        moved[..., :2] += rng.uniform(-self.shift, self.shift, 2)
        moved += rng.normal(0, self.noise, moved.shape)
        if self.drop:
            moved[:, rng.random(moved.shape[1]) < self.drop] = 0
        return moved.astype(np.float32)

    def centre(self, raw: np.ndarray) -> np.ndarray:
        return raw

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        joints = np.concatenate([raw, relative_joints(raw)], axis=-1) if self.relative else raw
        return np.ascontiguousarray(joints.transpose(2, 0, 1)[..., None], np.float32)

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.clone()


def skeleton(
    *,
    relative: bool = False,
    rotate_deg: float = 0.0,
    scale: float = 0.0,
    shift: float = 0.0,
    noise: float = 0.0,
    drop: float = 0.0,
    exchange: bool = True,
    stream: Literal[
        "joints", "bones", "joint_motion", "bone_motion", "published_bones", "published_bone_motion"
    ] = "joints",
    joints: Literal[57, 53] = 57,
) -> Skeleton:
    """57 joints; the options from ``rotate_deg`` to ``drop`` change the whole clip in training (published: 0).

    Args:
        relative: three more channels, each joint relative to its own wrist or shoulder.
        rotate_deg: turned in the image plane by up to this angle, either way.
        scale: enlarged or shrunk by up to this part.
        shift: moved in x and in y by up to this, in units of two shoulder widths (53 joints: of the picture's side).
        noise: standard deviation added to each coordinate of each frame of the stream, in the same units.
        drop: each joint is 0 in the whole clip with this probability; published for MS-G3D: 0.1.
        exchange: whether left and right joints are exchanged in the mirror image; published for MS-G3D: false.
        stream: ``joints``; ``bones``, each joint from the one on which it hangs; or the motion of either from frame to
            frame. ``published_`` are the bones of the baseline's code, see
            :func:`signspot.pose.baseline.published_bones`.
        joints: 57, or the 53 of the challenge's baseline, see :mod:`signspot.pose.baseline`.

    Raises:
        ValueError: a value is out of its range, or two options do not go together.
    """
    return Skeleton(relative, rotate_deg, scale, shift, noise, stream, joints, drop, exchange)
