"""The stages of the reference route, each as a function that prepares and returns the work to be measured.

Every frame becomes a JPEG file of full size, is read again for the landmarks and again for the crop; the flow lies in
two 8-bit JPEG files per pair of frames, and clips are read by PIL. Libraries take the threads that they take by
themselves.
"""

import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from measuring import Work
from ours import CLIP, SIZE

QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 95]
SIDE = 224
"""Of a clip's images, in px."""
HAND_BOX = 64


def extract(video: Path, folder: Path, count: int) -> Work:
    """Every frame to a file of full size, the first ``count`` of the video."""
    folder.mkdir(parents=True)

    def work() -> None:
        capture = cv2.VideoCapture(str(video))
        for i in range(count):
            there, frame = capture.read()
            if not there:
                break
            cv2.imwrite(str(folder / f"{i:06d}.jpg"), frame, QUALITY)

    return work


def pose(pictures: Path, out: Path) -> Work:
    """MediaPipe's Holistic (complexity 1) and Hands on the files, to a pickle."""
    from mediapipe.python.solutions import hands, holistic

    from signspot.video.mediapipe import native_log

    out.parent.mkdir(parents=True)

    def work() -> None:
        found = []
        with native_log(), holistic.Holistic(model_complexity=1) as whole, hands.Hands() as both:
            for path in sorted(pictures.iterdir()):
                frame = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
                marks, palms = whole.process(frame), both.process(frame)
                parts = (marks.pose_landmarks, marks.left_hand_landmarks, marks.right_hand_landmarks)
                found.append([_points(part) for part in (*parts, *(palms.multi_hand_landmarks or ()))])
        out.write_bytes(pickle.dumps(found, protocol=4))

    return work


def _points(marks: Any) -> np.ndarray | None:
    return None if marks is None else np.array([(m.x, m.y, m.z) for m in marks.landmark], np.float32)


def crop(pictures: Path, out: Path, centre_x: float) -> Work:
    """The square about the signer, from the files to smaller files."""
    out.mkdir(parents=True)

    def work() -> None:
        for path in sorted(pictures.iterdir()):
            frame = cv2.imread(str(path))
            height, width = frame.shape[:2]
            left = int(np.clip(round(centre_x - height / 2), 0, max(width - height, 0)))
            window = frame[:, left : left + height]
            cv2.imwrite(str(out / path.name), cv2.resize(window, (SIZE, SIZE)), QUALITY)

    return work


def flow(pictures: Path, out: Path, starts: list[int]) -> Work:
    """OpenCV's TV-L1 at its defaults, from the files of the crop, of the pairs that begin at ``starts``."""
    out.mkdir(parents=True)

    def work() -> None:
        engine = cv2.optflow.DualTVL1OpticalFlow_create()
        for start in starts:
            pair = [cv2.imread(str(pictures / f"{i:06d}.jpg"), cv2.IMREAD_GRAYSCALE) for i in (start, start + 1)]
            _write_levels(out, start, levels(engine.calc(*pair, None).transpose(2, 0, 1)))

    return work


def levels(flow: np.ndarray) -> np.ndarray:
    """Flow in px -> uint8 levels: -20 … 20 px to 0 … 255."""
    return np.round((np.clip(flow, -20, 20) + 20) * 255 / 40).astype(np.uint8)


def write_flow_pictures(flow: np.ndarray, out: Path) -> None:
    """Levels uint8 (n, 2, H, W), of whatever kind, in files as of ``flow``, for clips to be read from."""
    out.mkdir(parents=True)
    for start, pair in enumerate(flow):
        _write_levels(out, start, pair)


def _write_levels(folder: Path, start: int, pair: np.ndarray) -> None:
    for component, name in zip(pair, "uv", strict=True):
        cv2.imwrite(str(folder / f"{start:06d}_{name}.jpg"), component, QUALITY)


def tvl1(pairs: Path, out: Path) -> Work:
    """TV-L1 alone, of pairs of grey frames in a .npy file; the flows go to another."""
    images = np.load(pairs)

    def work() -> None:
        engine = cv2.optflow.DualTVL1OpticalFlow_create()
        np.save(out, np.stack([engine.calc(*pair, None).transpose(2, 0, 1) for pair in images]))

    return work


def loader(modality: str, pictures: Path, starts: list[int], batch: int, joints: Path | None = None) -> Work:
    """Clips that begin at the given frames, cropped in the middle, as floats, in batches.

    Args:
        modality: ``rgb``, ``hands`` or ``flow``.
        joints: for ``hands``, centres of the hands (frames, 2, 2) in px, in a .npy file.
    """
    return _clips(modality, pictures, starts, batch, joints, rng=None)


def training_input(modality: str, pictures: Path, starts: list[int], batch: int, joints: Path | None = None) -> Work:
    """As ``loader``, cropped anywhere, and every other clip mirrored."""
    return _clips(modality, pictures, starts, batch, joints, np.random.default_rng(0))


def _clips(
    modality: str,
    pictures: Path,
    starts: list[int],
    batch: int,
    joints: Path | None,
    rng: np.random.Generator | None,
) -> Work:
    import torch
    from torch.utils.data import default_collate

    torch.set_num_threads(1)  # as in the processes of a loader
    boxes = None if joints is None else np.load(joints).astype(int)

    def one(start: int) -> Any:
        images = _images(modality, pictures, range(start, start + CLIP))
        if boxes is not None:
            images = _hands_only(images, boxes[start : start + CLIP])
        return _tensor(images, modality, rng)

    one(starts[0])

    def work() -> None:
        for i in range(0, len(starts), batch):
            default_collate([one(start) for start in starts[i : i + batch]])

    return work


def _images(modality: str, pictures: Path, frames: range) -> np.ndarray:
    """uint8 (8, 256, 256, channels)."""
    from PIL import Image

    if modality == "flow":
        names = [[f"{i:06d}_{component}.jpg" for component in "uv"] for i in frames]
        pairs = [[np.asarray(Image.open(pictures / name)) for name in pair] for pair in names]
        return np.array(pairs).transpose(0, 2, 3, 1)
    return np.array([np.asarray(Image.open(pictures / f"{i:06d}.jpg").convert("RGB")) for i in frames])


def _hands_only(images: np.ndarray, centres: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(images)
    for image, source, hands in zip(kept, images, centres, strict=True):
        for x, y in np.clip(hands - HAND_BOX // 2, 0, SIZE):
            image[y : y + HAND_BOX, x : x + HAND_BOX] = source[y : y + HAND_BOX, x : x + HAND_BOX]
    return kept


def _tensor(images: np.ndarray, modality: str, rng: np.random.Generator | None) -> Any:
    """float32 (channels, 8, 224, 224), -1 … 1."""
    import torch

    top, left = (SIZE - SIDE) // 2, (SIZE - SIDE) // 2
    if rng is not None:
        top, left = rng.integers(0, SIZE - SIDE, 2, endpoint=True)
    images = images[:, top : top + SIDE, left : left + SIDE]
    if rng is not None and rng.random() < 0.5:
        images = images[:, :, ::-1].copy()
        if modality == "flow":
            images[..., 0] = 255 - images[..., 0]
    return torch.from_numpy(np.ascontiguousarray(images.transpose(3, 0, 1, 2))).float().div_(127.5).sub_(1)
