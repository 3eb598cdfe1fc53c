"""The body of a signer: proportions and style, inverse kinematics of arms, forward kinematics of hands.

The world frame is in metres: x to the right of the image, y up, z towards the camera. Its origin is the middle between
the shoulder joints. The signer faces the camera, so the right side of the signer has negative x.

The place of its wrist, a rotation and 20 joint angles in degrees pose a hand. The columns of the rotation are the
directions (side, distal, palm normal). A right hand with its fingers up and its palm to the camera has the identity as
rotation; a left hand is the mirror image of a right hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]

SIDES = ("R", "L")
"""The right and the left side of the signer."""
OUTWARD = {"R": -1.0, "L": 1.0}
"""The sign of x on each side of the signer."""

REFERENCE_SHOULDER = 0.175
"""Half the width of the shoulders, in metres, for which places and movements are given."""

SKINS = ((0.93, 0.75, 0.65), (0.88, 0.67, 0.55), (0.80, 0.58, 0.45), (0.68, 0.46, 0.34), (0.50, 0.33, 0.24))
SHIRTS = (
    *((0.12, 0.12, 0.14), (0.10, 0.14, 0.28), (0.42, 0.10, 0.13)),
    *((0.16, 0.30, 0.20), (0.45, 0.45, 0.48), (0.33, 0.20, 0.38)),
)
HAIRS = ((0.10, 0.07, 0.05), (0.22, 0.13, 0.08), (0.45, 0.30, 0.16), (0.30, 0.29, 0.28))
IRISES = ((0.30, 0.20, 0.12), (0.25, 0.35, 0.45), (0.28, 0.34, 0.20))
BACKGROUND = (0.16, 0.33, 0.62)


@dataclass(frozen=True)
class Signer:
    """Proportions (metres), looks (RGB in 0..1), style and camera of one signer.

    Attributes:
        hand: scale of the hand; 1 is 0.19 m from the wrist to the tip.
        speed: pace of signing; above 1 is faster.
        space: size of the movements.
        habit: constant shift of every place, in metres.
        sloppy: how far hand shapes fall short of their targets, 0..1.
        accent: seed of this signer's own way with each sign.
        zoom: heights of the frame per metre.
        offset: shift of the body from the middle, in widths and heights of the frame.
    """

    shoulder: float
    upper_arm: float
    forearm: float
    hand: float
    head_height: float
    head_width: float
    neck: float
    girth: float
    skin: Colour
    shirt: Colour
    hair: Colour
    iris: Colour
    long_sleeves: bool
    long_hair: bool
    left_handed: bool
    speed: float
    space: float
    habit: Colour
    sloppy: float
    zoom: float
    offset: tuple[float, float]
    background: Colour
    accent: int

    @staticmethod
    def random(rng: np.random.Generator) -> "Signer":
        """A signer with random proportions, looks, style and camera."""
        size = 1 + 0.05 * rng.standard_normal()
        return Signer(
            shoulder=REFERENCE_SHOULDER * size * rng.uniform(0.94, 1.06),
            upper_arm=0.285 * size * rng.uniform(0.96, 1.04),
            forearm=0.25 * size * rng.uniform(0.96, 1.04),
            hand=size * rng.uniform(0.95, 1.08),
            head_height=0.235 * rng.uniform(0.96, 1.04),
            head_width=0.158 * rng.uniform(0.95, 1.05),
            neck=0.085 * rng.uniform(0.9, 1.15),
            girth=rng.uniform(0.9, 1.15),
            skin=tuple(np.clip(rng.choice(SKINS) + rng.normal(0, 0.012, 3), 0, 1)),
            shirt=tuple(rng.choice(SHIRTS)),
            hair=tuple(rng.choice(HAIRS)),
            iris=tuple(rng.choice(IRISES)),
            long_sleeves=bool(rng.random() < 0.5),
            long_hair=bool(rng.random() < 0.5),
            left_handed=bool(rng.random() < 0.15),
            speed=rng.uniform(0.88, 1.15),
            space=rng.uniform(0.88, 1.12),
            habit=tuple(rng.normal(0, (0.012, 0.015, 0.012))),
            sloppy=rng.uniform(0.03, 0.15),
            zoom=rng.uniform(0.82, 0.92),
            offset=(rng.uniform(-0.10, 0.10), rng.uniform(-0.03, 0.03)),
            background=tuple(BACKGROUND + rng.normal(0, 0.03, 3)),
            accent=int(rng.integers(2**32)),
        )


# Bones of the right hand in metres: x to the side of the thumb, y distal, z out of the palm; index to little finger.
KNUCKLES = np.array([[0.026, 0.088, 0], [0.004, 0.092, 0], [-0.018, 0.086, 0], [-0.037, 0.076, 0.002]])
PHALANGES = np.array([[0.046, 0.027, 0.022], [0.051, 0.031, 0.023], [0.047, 0.029, 0.023], [0.036, 0.022, 0.020]])
THUMB_ROOT = np.array([0.022, 0.022, 0.008])
THUMB_BONES = (0.043, 0.033, 0.027)
THUMB_TARGET = np.array([-0.85, 0.15, 0.45])
"""The direction into which the thumb flexes."""

# Angles in degrees. Finger: three flexions. Thumb: spread in the plane of the palm, lift out of it, two flexions.
FINGER = {
    "straight": (0, 0, 0),
    "relaxed": (16, 22, 14),
    "fist": (82, 98, 62),
    "claw": (18, 62, 42),
    "curve": (42, 42, 26),
    "round": (58, 50, 30),
    "bent": (80, 6, 4),
}
THUMB = {
    "side": (22, 8, 5, 0),
    "out": (62, 10, 0, -8),
    "up": (48, 2, -6, -12),
    "across": (34, 48, 42, 38),
    "opposed": (32, 62, 14, 16),
    "curve": (40, 48, 4, 8),
}


def _shape(thumb: str, fingers: str, spread: float) -> np.ndarray:
    """The 20 angles: thumb (4), then abduction and three flexions of each finger, index to little finger."""
    names = fingers.split() if " " in fingers else [fingers] * 4
    abduction = np.array([9.0, 0.0, -8.0, -17.0]) * spread + np.array([1.5, 0, -1.5, -3])
    return np.array(
        [*THUMB[thumb], *(a for side, name in zip(abduction, names, strict=True) for a in (side, *FINGER[name]))]
    )


HANDSHAPES = {
    "fist": _shape("across", "fist", 0),
    "flat": _shape("side", "straight", 0.15),
    "five": _shape("out", "straight", 1.25),
    "index": _shape("across", "straight fist fist fist", 0),
    "V": _shape("across", "straight straight fist fist", 1.3),
    "W": _shape("across", "straight straight straight fist", 1.0),
    "L": _shape("out", "straight fist fist fist", 0.3),
    "thumb": _shape("up", "fist", 0),
    "Y": _shape("out", "fist fist fist straight", 0.8),
    "pinky": _shape("across", "fist fist fist straight", 0.5),
    "claw": _shape("out", "claw", 1.0),
    "C": _shape("curve", "curve", 0.1),
    "O": _shape("opposed", "round", -0.1),
    "OK": _shape("opposed", "round straight straight straight", 0.9),
    "bent": _shape("side", "bent", 0.1),
    "relaxed": _shape("curve", "relaxed", 0.25),
}


def hand_joints(angles: np.ndarray, side: str, scale: float) -> np.ndarray:
    """The joints of a hand in MediaPipe's order, (21, 3), in metres and in the frame of the hand.

    Args:
        angles: the 20 joint angles in degrees.
        side: ``R`` or ``L``.
        scale: scale of the hand.
    """
    joints = np.zeros((21, 3))
    spread, lift, *flexions = np.radians(angles[:4])
    along = np.array([np.sin(spread) * np.cos(lift), np.cos(spread) * np.cos(lift), np.sin(lift)])
    joints[1] = THUMB_ROOT
    joints[2:5] = _chain(THUMB_ROOT, along, _unit(_across(THUMB_TARGET, along)), THUMB_BONES, (0, *flexions))
    for finger, (abduction, *flexions) in enumerate(np.radians(angles[4:]).reshape(4, 4)):
        first = 5 + 4 * finger
        along = np.array([np.sin(abduction), np.cos(abduction), 0.0])
        joints[first] = KNUCKLES[finger]
        joints[first + 1 : first + 4] = _chain(
            KNUCKLES[finger], along, np.array([0, 0, 1.0]), PHALANGES[finger], flexions
        )
    if side == "L":
        joints[:, 0] *= -1
    return joints * scale


def _chain(
    root: np.ndarray, along: np.ndarray, into: np.ndarray, lengths: Sequence[float], flexions: Sequence[float]
) -> np.ndarray:
    """Ends of the bones of a finger that flexes from ``along`` towards ``into``."""
    angle = np.cumsum(flexions)[:, None]
    return root + np.cumsum(np.array(lengths)[:, None] * (np.cos(angle) * along + np.sin(angle) * into), axis=0)


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v)


def _across(v: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The part of ``v`` perpendicular to a unit axis."""
    return v - axis * (v @ axis)


def hand_frame(distal: np.ndarray, palm: np.ndarray) -> np.ndarray:
    """The rotation with the columns (side, distal, palm); ``palm`` is made perpendicular to ``distal``."""
    distal = _unit(np.asarray(distal, float))
    palm = _unit(_across(np.asarray(palm, float), distal))
    return np.stack([np.cross(distal, palm), distal, palm], axis=1)


def rotation(vector: np.ndarray) -> np.ndarray:
    """The rotation matrix (3, 3) of a rotation vector (3,) in radians, by the formula of Rodrigues.

    https://en.wikipedia.org/wiki/Rodrigues%27_rotation_formula
    """
    angle = np.linalg.norm(vector)
    if angle < 1e-9:
        return np.eye(3)
    x, y, z = vector / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def between(start: np.ndarray, end: np.ndarray, share: float) -> np.ndarray:
    """A rotation on the shortest way from one rotation to another.

    Args:
        start: rotation matrix (3, 3) at ``share`` 0.
        end: rotation matrix (3, 3) at ``share`` 1.
        share: share of the way, 0..1.
    """
    turn = start.T @ end
    angle = _angle(turn)
    if angle < 1e-6:
        return start
    if np.pi - angle < 1e-3:  # the formula below has no axis for a half turn: turn a little away from it
        turn = turn @ rotation(np.array([0.01, 0.007, 0.003]))
        angle = _angle(turn)
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]]) / (2 * np.sin(angle))
    return start @ rotation(axis * angle * share)


def _angle(turn: np.ndarray) -> float:
    return float(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)))


@dataclass(frozen=True)
class Hand:
    """A posed hand: place of the wrist (or of the palm, where said so), rotation (3, 3), 20 joint angles in degrees."""

    place: np.ndarray
    rotation: np.ndarray
    angles: np.ndarray


@dataclass(frozen=True)
class Pose:
    """A pose of the whole body.

    Attributes:
        hands: hand by side.
        head: pitch, yaw and roll of the head in radians.
        mouth: how far the mouth is open, 0..1.
        blink: how far the lids are closed, 0..1.
        sway: shift of the body in metres (3,).
    """

    hands: dict[str, Hand]
    head: np.ndarray
    mouth: float
    blink: float
    sway: np.ndarray


@dataclass(frozen=True)
class Arm:
    """Joints of an arm in the world frame; ``hand`` is (21, 3)."""

    shoulder: np.ndarray
    elbow: np.ndarray
    wrist: np.ndarray
    rotation: np.ndarray
    hand: np.ndarray


@dataclass(frozen=True)
class Body:
    """Joints of the whole body in the world frame, at one instant."""

    arms: dict[str, Arm]
    neck: np.ndarray
    head: np.ndarray
    head_rotation: np.ndarray


def solve(signer: Signer, pose: Pose) -> Body:
    """The joints of a signer in a pose."""
    x, y, z = np.diag(pose.head)
    head_rotation = rotation(y) @ rotation(x) @ rotation(z)
    neck = np.array([0, 0.035, -0.01]) + pose.sway
    head = neck + np.array([0, signer.neck, 0.012]) + head_rotation @ np.array([0, signer.head_height * 0.42, 0.01])
    arms = {side: _arm(signer, side, pose.hands[side], pose.sway) for side in SIDES}
    return Body(arms, neck, head, head_rotation)


def _arm(signer: Signer, side: str, hand: Hand, sway: np.ndarray) -> Arm:
    shoulder = np.array([OUTWARD[side] * signer.shoulder, 0, 0]) + sway
    elbow, wrist = _reach(shoulder, hand.place + sway, signer.upper_arm, signer.forearm, side)
    turned = _limit_wrist(hand.rotation, _unit(wrist - elbow))
    joints = hand_joints(hand.angles, side, signer.hand) @ turned.T + wrist
    return Arm(shoulder, elbow, wrist, turned, joints)


def _reach(
    shoulder: np.ndarray, target: np.ndarray, upper: float, fore: float, side: str
) -> tuple[np.ndarray, np.ndarray]:
    """Elbow and wrist of an arm of two bones whose elbow hangs down and outwards.

    A target out of reach gives the nearest wrist that the arm can reach.
    """
    distance = np.linalg.norm(target - shoulder)
    reached = np.clip(distance, abs(upper - fore) + 0.06, (upper + fore) * 0.995)
    axis = (target - shoulder) / max(distance, 1e-6)
    along = (upper**2 - fore**2 + reached**2) / (2 * reached)
    height = np.sqrt(max(upper**2 - along**2, 0))
    down = _unit(_across(np.array([OUTWARD[side] * 0.55, -1.0, -0.30]), axis))
    return shoulder + along * axis + height * down, shoulder + reached * axis


def _limit_wrist(turned: np.ndarray, forearm: np.ndarray, limit: float = 65.0) -> np.ndarray:
    """Turns a hand until the angle between hand and forearm is at most ``limit`` degrees."""
    distal = turned[:, 1]
    bend = np.degrees(np.arccos(np.clip(distal @ forearm, -1, 1)))
    axis = np.cross(distal, forearm)
    if bend <= limit or np.linalg.norm(axis) < 1e-6:
        return turned
    return rotation(_unit(axis) * np.radians(bend - limit)) @ turned
