"""The landmarks of a video as the page draws them: body and hands, in bytes, where they lie in the picture."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from signspot.arrays import Rows, open_arrays, timebase_of
from signspot.corpus.regions import Region
from signspot.pose.skeleton import HAND
from signspot.timebase import Timebase
from signspot.video.decode import Crop

BODY = {
    "nose": 0,
    **{"left_shoulder": 11, "right_shoulder": 12, "left_elbow": 13, "right_elbow": 14},
    **{"left_wrist": 15, "right_wrist": 16, "left_hip": 23, "right_hip": 24},
}
"""Joints of the body that are drawn -> their numbers in MediaPipe Pose."""
_LIMBS = (
    *(("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")),
    *(
        (f"{side}_{a}", f"{side}_{b}")
        for side in ("left", "right")
        for a, b in (("shoulder", "elbow"), ("elbow", "wrist"))
    ),
    *(("left_shoulder", "left_hip"), ("right_shoulder", "right_hip")),
)


def _bones() -> list[tuple[int, int]]:
    names = list(BODY)
    bones = [(names.index(a), names.index(b)) for a, b in _LIMBS]
    for wrist in (len(BODY), len(BODY) + len(HAND)):
        fingers = [wrist + joint for joint in range(1, len(HAND))]
        bones += [(wrist if i % 4 == 0 else joint - 1, joint) for i, joint in enumerate(fingers)]
    return bones


BONES = _bones()
"""Pairs of drawn joints that a line joins; body, left hand and right hand follow one another."""
JOINTS = len(BODY) + 2 * len(HAND)


@dataclass(frozen=True)
class SkeletonTrack:
    """Where the drawn joints of a video lie in each frame.

    Args:
        place: uint8 (T, JOINTS, 2), 1 … 255 from the one to the other end of ``box``; 0: not found.
        box: left, top, width and height of all joints, as parts of the picture that a player shows.
    """

    place: np.ndarray
    box: tuple[float, float, float, float]
    timebase: Timebase

    def told(self) -> dict[str, Any]:
        """For JSON; the places in base 64."""
        place = b64encode(np.ascontiguousarray(self.place)).decode()
        return {"fps": self.timebase.fps, "start": self.timebase.start_ms, "box": self.box, "place": place}


def skeleton_track(poses: Path, crop: Crop) -> SkeletonTrack:
    """The drawn joints of a video, as precise as a byte is: to a 255th of the part of the picture in which they lie.

    Args:
        poses: pose file of the video.
        crop: the window of its frame store, in which its landmarks count.

    Raises:
        InputError: the pose file is missing or damaged.
    """
    with open_arrays(poses) as file:
        rows = (Rows(file, name) for name in ("pose", "left_hand", "right_hand"))
        pose, left, right = (each.read(0, len(each))[:, :, :2] for each in rows)
        timebase = timebase_of(file)
    window = np.concatenate([pose[:, list(BODY.values())], left, right], axis=1)
    region = crop.region or Region(0, 0, crop.width, crop.height)
    corner = np.array([region.x + crop.left, region.y])
    picture = (corner + crop.side * window) / (crop.width, crop.height)
    found = np.isfinite(picture).all(-1)
    inside = picture[found] if found.any() else np.zeros((1, 2))
    least, size = inside.min(0), np.maximum(np.ptp(inside, axis=0), 1e-6)
    place = np.where(found[..., None], 1 + np.rint(254 * (picture - least) / size), 0).astype(np.uint8)
    left_top, extent = least.round(6).tolist(), size.round(6).tolist()
    return SkeletonTrack(place, (*left_top, *extent), timebase)
