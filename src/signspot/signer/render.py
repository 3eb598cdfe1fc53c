"""Renders the body of a signer as RGB frames: geometry, colours, light, lens and sensor."""

import cv2
import numpy as np

from signspot.signer.body import OUTWARD, SIDES, Arm, Body, Signer
from signspot.signer.face import Face
from signspot.signer.kernels import compile_kernels
from signspot.signer.shading import Palette, backed, shade
from signspot.signer.surface import Material, Pixels, Surface

# Radii in metres: index to little finger, from knuckle to tip; thumb from its root.
FINGER_RADII = (
    (0.0105, 0.0092, 0.0084, 0.0072),
    (0.0105, 0.0095, 0.0086, 0.0074),
    (0.0100, 0.0088, 0.0080, 0.0070),
    (0.0088, 0.0078, 0.0070, 0.0062),
)
THUMB_RADII = (0.0150, 0.0125, 0.0110, 0.0086)
METACARPALS = ((0.016, 0.0165, 0.0125), (0.004, 0.0175, 0.0130), (-0.010, 0.0165, 0.0125), (-0.018, 0.0150, 0.0112))
"""Bones of the palm, index to little finger: sideways place of the root, radius of the root, radius of the knuckle."""
NAIL_RADII = {4: 0.0086, 8: 0.0072, 12: 0.0074, 16: 0.0070, 20: 0.0062}
"""Tip of a finger (MediaPipe's number) -> radius of the finger there."""
HAND_MATERIALS = {"R": Material.HAND_R, "L": Material.HAND_L}
GRAIN_SHIFT = 64
"""One picture of noise serves all frames, each shifted by up to this number of pixels."""
NOISE = 2.0
"""Standard deviation of the noise of the sensor, in grey levels."""
BLUR = 0.55 / 360
"""Standard deviation of the blur of the lens, in heights of the frame."""


class Camera:
    """Weak perspective: points (…, 3) of the world, in metres, to pixels (x right, y down, z towards the viewer)."""

    DISTANCE = 2.6

    def __init__(self, signer: Signer, width: int, height: int) -> None:
        self.metre = signer.zoom * height
        self._centre = width * (0.5 + signer.offset[0]), height * (0.47 + signer.offset[1])

    def __call__(self, points: np.ndarray) -> np.ndarray:
        near = self.metre * self.magnification(points)
        x, y = self._centre
        return np.stack([x + near * points[..., 0], y - near * points[..., 1], self.metre * points[..., 2]], axis=-1)

    def magnification(self, points: np.ndarray) -> np.ndarray:
        """How much larger an object looks at these points than in the plane of the shoulders."""
        return self.DISTANCE / (self.DISTANCE - points[..., 2])

    def turn(self, rotation: np.ndarray) -> np.ndarray:
        """The columns of a rotation of the world, as directions on the screen."""
        return np.diag([1.0, -1.0, 1.0]) @ rotation


class Renderer:
    """Renders frames of one signer.

    Args:
        signer: the signer.
        width: width of the frame in pixels.
        height: height of the frame in pixels.
        rng: draws the mottling of cloth and skin, and the noise of the sensor.
    """

    def __init__(self, signer: Signer, width: int, height: int, rng: np.random.Generator) -> None:
        compile_kernels()
        self.signer, self.width, self.height = signer, width, height
        self.camera = Camera(signer, width, height)
        self._rng = rng
        self._palette = Palette(signer)
        self._face = Face(signer, signer.head_height * self.camera.metre)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        vignette = 1.08 - 0.35 * (((x / width - 0.5) / 0.75) ** 2 + ((y / height - 0.4) / 0.9) ** 2)
        self._background = np.asarray(signer.background, np.float32) * vignette[..., None]
        coarse = rng.standard_normal((height // 8 + 2, width // 8 + 2)).astype(np.float32)
        coarse = cv2.GaussianBlur(coarse, (0, 0), 1.5)
        mottling = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        self._mottling = 1 + 0.05 * mottling.reshape(-1, 1)
        grain = rng.standard_normal((height + GRAIN_SHIFT, width + GRAIN_SHIFT, 3)).astype(np.float32)
        self._grain = NOISE * grain

    def __call__(self, body: Body, mouth: float, blink: float) -> np.ndarray:
        """A frame: uint8 RGB (height, width, 3).

        Args:
            body: joints of the body.
            mouth: how far the mouth is open, 0..1.
            blink: how far the lids are closed, 0..1.
        """
        surface = Surface(0, 0, self.width, self.height)
        self._draw_torso(surface, body)
        self._draw_head(surface, body)
        for side in SIDES:
            self._draw_arm(surface, body.arms[side])
        for side in sorted(SIDES, key=lambda side: body.arms[side].wrist[2]):
            self._draw_hand(surface, body.arms[side], side)
        metre = self.camera.metre
        pixels = surface.pixels()
        own = self._colours(pixels, body, self._face.texture(mouth, blink))
        depth = backed(surface.depth, surface.material, metre)
        image = self._background.copy()
        image.reshape(-1, 3)[pixels.index] = shade(pixels, own * self._mottling[pixels.index], depth, metre)
        return self._expose(image)

    def _colours(self, pixels: Pixels, body: Body, texture: np.ndarray) -> np.ndarray:
        turn = self.camera.turn
        palms = {HAND_MATERIALS[side]: turn(body.arms[side].rotation)[:, 2] for side in SIDES}
        colours = self._palette.colours(pixels, palms)
        face = np.flatnonzero(pixels.material == Material.FACE)
        x, y, _ = ((pixels.points[face] - self.camera(body.head)) @ turn(body.head_rotation)).T / self.camera.metre
        u = ((0.5 + x / self.signer.head_width) * len(texture) - 0.5).astype(np.float32)
        v = ((0.5 - y / self.signer.head_height) * len(texture) - 0.5).astype(np.float32)
        if len(face):
            painted = cv2.remap(texture, u[None], v[None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            colours[face] = painted[0]
        return colours

    def _expose(self, image: np.ndarray) -> np.ndarray:
        """Adds the blur of the lens and the noise of the sensor; returns uint8 (height, width, 3)."""
        image = cv2.GaussianBlur(image, (0, 0), BLUR * self.height)
        image *= 255
        y, x = self._rng.integers(0, GRAIN_SHIFT, 2)
        image += self._grain[y : y + self.height, x : x + self.width]
        return cv2.convertScaleAbs(np.maximum(image, 0, out=image))

    def _draw_torso(self, surface: Surface, body: Body) -> None:
        camera, metre, girth, width = self.camera, self.camera.metre, self.signer.girth, self.signer.shoulder
        middle = body.neck - (0, 0.035, -0.01)
        blend = 0.03 * metre

        def cone(a: tuple, ra: float, b: tuple, rb: float) -> None:
            surface.cone(camera(middle + a), ra * metre, camera(middle + b), rb * metre, Material.SHIRT, blend)

        for side in (-1, 1):
            shoulder, chest = (side * (width - 0.012), -0.008, -0.010), (side * (width - 0.075), -0.075, -0.005)
            cone((side * 0.035, 0.03, -0.015), 0.045, shoulder, 0.054 * girth)
            cone(chest, 0.088 * girth, (side * 0.085 * girth, -0.32, 0.005), 0.090 * girth)
            cone((side * 0.085 * girth, -0.30, 0.005), 0.090 * girth, (side * 0.095 * girth, -0.62, 0), 0.100 * girth)
        cone((0, -0.07, 0), 0.092 * girth, (0, -0.62, 0.01), 0.105 * girth)
        chin = camera(body.head + body.head_rotation @ (0, -0.25 * self.signer.head_height, -0.02))
        throat = camera(body.neck - (0, 0.01, 0))
        surface.cone(throat, 0.056 * metre, chin, 0.052 * metre, Material.SKIN, 0.004 * metre)

    def _draw_head(self, surface: Surface, body: Body) -> None:
        metre = self.camera.metre
        height, width = self.signer.head_height, self.signer.head_width
        turned = self.camera.turn(body.head_rotation)

        def at(x: float, y: float, z: float) -> np.ndarray:
            return self.camera(body.head + body.head_rotation @ (x * width, y * height, z * width))

        part = surface.part(np.stack([at(x, y, 0) for x in (-1, 1) for y in (-0.9, 0.9)]), 0)

        def ellipsoid(centre: tuple, axes: tuple, material: Material, blend: float) -> None:
            x, y, z = axes
            size = np.array((x * width, y * height, z * width)) * metre
            part.ellipsoid(at(*centre), turned, size, material, blend * metre)

        def cone(a: tuple, ra: float, b: tuple, rb: float, material: Material, blend: float) -> None:
            part.cone(at(*a), ra * width * metre, at(*b), rb * width * metre, material, blend * metre)

        face, hair = Material.FACE, Material.HAIR
        ellipsoid((0, 0.10, -0.10), (0.49, 0.42, 0.58), face, 0.012)
        ellipsoid((0, -0.10, 0.02), (0.44, 0.36, 0.46), face, 0.012)
        cone((0, -0.33, 0.20), 0.20, (0, -0.38, 0.20), 0.16, face, 0.012)  # chin
        for side in (-1, 1):
            cone((side * 0.22, -0.28, 0.08), 0.18, (side * 0.34, -0.14, -0.10), 0.16, face, 0.012)  # jaw
            ellipsoid((side * 0.23, -0.12, 0.26), (0.17, 0.09, 0.14), face, 0.024)  # cheek
            ellipsoid((side * 0.51, -0.03, -0.12), (0.05, 0.13, 0.10), Material.SKIN, 0.002)  # ear
        cone((0, 0.02, 0.42), 0.055, (0, -0.17, 0.56), 0.095, face, 0.008)  # nose
        cone((-0.11, 0.10, 0.40), 0.06, (0.11, 0.10, 0.40), 0.06, face, 0.014)  # brow
        cone((-0.07, -0.29, 0.43), 0.06, (0.07, -0.29, 0.43), 0.06, face, 0.008)  # lips
        ellipsoid((0, 0.17, -0.17), (0.545, 0.42, 0.60), hair, 0)
        for side in (-1, 1):
            if self.signer.long_hair:
                cone((side * 0.46, 0.10, -0.25), 0.16, (side * 0.56, -0.55, -0.20), 0.13, hair, 0.01)
            else:
                cone((side * 0.46, 0.14, -0.18), 0.08, (side * 0.475, 0.02, -0.16), 0.04, hair, 0.004)
        surface.paste(part)

    def _draw_arm(self, surface: Surface, arm: Arm) -> None:
        camera, girth, long = self.camera, self.signer.girth, self.signer.long_sleeves
        shoulder, elbow, wrist = arm.shoulder, arm.elbow, arm.wrist
        part = surface.part(camera(np.stack([shoulder, elbow, wrist])), 0.09 * camera.metre)

        def cone(a: np.ndarray, ra: float, b: np.ndarray, rb: float, material: Material, blend: float) -> None:
            near, far = (camera.metre * camera.magnification(point) for point in (a, b))
            part.cone(camera(a), ra * near, camera(b), rb * far, material, blend * camera.metre)

        lower = Material.SHIRT if long else Material.SKIN
        thick = elbow + (wrist - elbow) * 0.25
        cone(shoulder, 0.056 * girth, elbow, 0.043 * girth, Material.SHIRT, 0.006)
        cone(elbow, 0.042 * girth, thick, 0.042 * girth, lower, 0.006)
        cone(thick, 0.042 * girth, wrist, 0.027 if long else 0.0235, lower, 0.006)
        if not long:
            upper = elbow - shoulder
            cone(shoulder + upper * 0.6, 0.053 * girth, shoulder + upper * 0.93, 0.051 * girth, Material.SHIRT, 0)
        surface.paste(part)

    def _draw_hand(self, surface: Surface, arm: Arm, side: str) -> None:
        camera, scale = self.camera, self.signer.hand
        points = camera(arm.hand)
        size = float(camera.magnification(arm.hand).mean()) * camera.metre * scale
        material, mirror = HAND_MATERIALS[side], -OUTWARD[side]
        part = surface.part(points, 0.036 * camera.metre * scale)

        def at(x: float, y: float, z: float) -> np.ndarray:
            return camera(arm.wrist + arm.rotation @ np.array([mirror * x, y, z]) * scale)

        def cone(a: np.ndarray, ra: float, b: np.ndarray, rb: float, blend: float = 0.016) -> None:
            part.cone(a, ra * size, b, rb * size, material, blend * camera.metre * scale)

        for knuckle, (x, root, tip) in zip((5, 9, 13, 17), METACARPALS, strict=True):
            cone(at(x, 0.012, -0.001), root, points[knuckle], tip)
        cone(at(0.020, 0.020, 0.007), 0.0175, points[2], 0.0135)  # ball of the thumb
        cone(at(-0.022, 0.022, 0.007), 0.0150, at(-0.034, 0.062, 0.004), 0.0125)  # ball of the little finger
        cone(points[5] * 0.6 + points[1] * 0.4, 0.0125, points[2], 0.0120)  # web
        forearm = (arm.wrist - arm.elbow) / np.linalg.norm(arm.wrist - arm.elbow)
        cone(camera(arm.wrist - forearm * 0.03 * scale), 0.0235, at(0, 0.018, 0), 0.0215)
        for first, radii in zip((5, 9, 13, 17, 1), (*FINGER_RADII, THUMB_RADII), strict=True):
            for bone in range(3):
                cone(points[first + bone], radii[bone], points[first + bone + 1], radii[bone + 1], 0.004)
        self._draw_nails(part, arm, mirror, size)
        surface.paste(part)

    def _draw_nails(self, part: Surface, arm: Arm, mirror: float, size: float) -> None:
        """Nails on the back of each finger tip: perpendicular to the last bone, in the plane in which it flexes."""
        sideways, _, palm_normal = arm.rotation.T
        scale = self.signer.hand
        for tip, radius in NAIL_RADII.items():
            bone = arm.hand[tip] - arm.hand[tip - 1]
            bone = bone / np.linalg.norm(bone)
            up = np.cross(bone, sideways) if tip != 4 else sideways * mirror * 0.6 - palm_normal
            up = up - bone * (up @ bone)
            up = up / (np.linalg.norm(up) + 1e-9)
            centre = arm.hand[tip] + (up * radius * 0.60 - bone * 0.004) * scale
            root, end = (self.camera(centre + bone * shift * scale) for shift in (-0.004, 0.004))
            part.cone(root, radius * 0.66 * size, end, radius * 0.60 * size, Material.NAIL, 0)
