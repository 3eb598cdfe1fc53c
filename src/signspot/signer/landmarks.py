"""Landmarks of a rendered signer without a picture: the joints, seen by a camera, with the errors of a detector.

A thousand times faster than rendering a video and detecting its poses: what only needs skeletons learns from these.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter
from scipy.spatial.transform import Rotation

from signspot.signer.body import SIDES, Body, solve
from signspot.signer.timeline import Performance

POSE_LANDMARKS, HAND_LANDMARKS = 33, 21
NOSE = np.array([0.0, -0.012, 0.105])
"""From the middle of the head, in metres and in its frame."""
SHOULDERS, ELBOWS, WRISTS = {"R": 12, "L": 11}, {"R": 14, "L": 13}, {"R": 16, "L": 15}
"""Numbers of the joints of each side in MediaPipe Pose."""


@dataclass(frozen=True)
class Camera:
    """Where the signer is filmed from.

    Args:
        yaw, pitch, roll: in degrees; a positive yaw turns the signer to the right of the image.
        distance: in metres, from which perspective follows.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    distance: float = 2.5

    @staticmethod
    def random(rng: np.random.Generator, widest: float = 50.0) -> "Camera":
        """In half of the cases nearly from the front, else from an angle of up to ``widest`` degrees."""
        yaw = rng.normal(0, 5) if rng.random() < 0.5 else rng.uniform(-widest, widest)
        return Camera(yaw, rng.normal(0, 6), rng.normal(0, 2.5), rng.uniform(1.6, 4.0))

    def project(self, points: np.ndarray) -> np.ndarray:
        """Points (…, 3) of the world in metres, seen: x to the right and y down, in metres at the signer (…, 2)."""
        turn = Rotation.from_euler("yxz", [self.yaw, self.pitch, self.roll], degrees=True).as_matrix()
        seen = points @ turn.T
        return seen[..., :2] * [1, -1] * (self.distance / (self.distance - seen[..., 2:]))


@dataclass(frozen=True)
class SeenLandmarks:
    """Landmarks of T frames in two dimensions, NaN where nothing was found; one unit for all, y down.

    Args:
        pose: float32 (T, 33, 2), of which the nose and the joints of the arms are there.
        left_hand, right_hand: float32 (T, 21, 2).
    """

    pose: np.ndarray
    left_hand: np.ndarray
    right_hand: np.ndarray


def seen_landmarks(
    performance: Performance, camera: Camera, fps: float, rng: np.random.Generator, noise: float = 1.0
) -> SeenLandmarks:
    """The landmarks of a performance as a detector of poses would find them.

    Args:
        performance: who signs what.
        camera: where from.
        fps: frames per second.
        rng: draws the errors.
        noise: size of the errors; 1 is what MediaPipe makes on people, about.
    """
    times = np.arange(round(performance.seconds * fps)) / fps
    bodies = [solve(performance.signer, performance.pose(time)) for time in times]
    pose = np.full((len(times), POSE_LANDMARKS, 2), np.nan)
    pose[:, 0] = camera.project(np.stack([body.head + body.head_rotation @ NOSE for body in bodies]))
    hands = {}
    for side in SIDES:
        for joint, part in ((SHOULDERS, "shoulder"), (ELBOWS, "elbow"), (WRISTS, "wrist")):
            pose[:, joint[side]] = camera.project(_joints(bodies, side, part))
        hands[side] = _detected(camera.project(_joints(bodies, side, "hand")), fps, noise, rng)
    pose += _drift(pose.shape, 0.85, 0.007 * noise, rng)
    left, right = (hands[side].astype(np.float32) for side in ("L", "R"))
    return SeenLandmarks(pose.astype(np.float32), left, right)


def _joints(bodies: list[Body], side: str, part: str) -> np.ndarray:
    return np.stack([getattr(body.arms[side], part) for body in bodies])


def _detected(joints: np.ndarray, fps: float, noise: float, rng: np.random.Generator) -> np.ndarray:
    """A hand with the errors of its detector: noise, a wrong scale, and gaps where the hand is fast or low."""
    count = len(joints)
    found = joints + _drift(joints.shape, 0.6, 0.006 * noise * rng.uniform(0.5, 1.6), rng)
    wrist = found[:, :1]
    found = wrist + (found - wrist) * (1 + _drift((count, 1, 1), 0.9, 0.06 * noise, rng))
    speed = np.linalg.norm(np.gradient(joints[:, 9], axis=0), axis=1) * fps
    lost = rng.random(count) < (0.01 + 0.03 * (speed > 1.2) + 0.08 * (joints[:, 0, 1] > 0.30)) * noise
    for frame in np.flatnonzero(lost):
        lost[frame : frame + rng.integers(1, 7)] = True
    found[lost] = np.nan
    return found


def _drift(shape: tuple[int, ...], memory: float, size: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of a deviation ``size`` whose value keeps ``memory`` of that of the frame before."""
    steps = rng.normal(0, size * np.sqrt(1 - memory**2), shape)
    steps[0] = rng.normal(0, size, shape[1:])
    return lfilter([1], [1, -memory], steps, axis=0)
