"""How near the stored pictures are to the video, beside those of the published route, and how large.

    python benchmarks/jpeg.py VIDEO [--frames 40]

The published route writes a JPEG of quality 95 of the whole picture and, from it, another of the crop; here the crop is
written once. Each is compared (PSNR) with the same crop of the decoded video, reduced in the same way.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from ours import SIZE

from signspot.video.store import QUALITY

PUBLISHED = 95


def pictures(video: Path, count: int) -> list[np.ndarray]:
    """Every third picture of a video, whole."""
    capture = cv2.VideoCapture(str(video))
    taken = []
    while len(taken) < count and capture.grab() and capture.grab():
        there, picture = capture.read()
        if not there:
            break
        taken.append(picture)
    return taken


def window(picture: np.ndarray) -> np.ndarray:
    """Its middle square."""
    height, width = picture.shape[:2]
    left = max(width - height, 0) // 2
    return picture[:, left : left + height]


def written(picture: np.ndarray, quality: int) -> tuple[np.ndarray, int]:
    """As it is read again from a JPEG of this quality, and the bytes of that."""
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR), len(data)


def reduced(picture: np.ndarray, interpolation: int) -> np.ndarray:
    return cv2.resize(window(picture), (SIZE, SIZE), interpolation=interpolation)


def published(picture: np.ndarray) -> tuple[float, int]:
    """dB and bytes of the published route."""
    twice, size = written(reduced(written(picture, PUBLISHED)[0], cv2.INTER_LINEAR), PUBLISHED)
    return cv2.PSNR(twice, reduced(picture, cv2.INTER_LINEAR)), size


def once(picture: np.ndarray, quality: int) -> tuple[float, int]:
    """dB and bytes of the crop alone."""
    exact = reduced(picture, cv2.INTER_AREA)
    kept, size = written(exact, quality)
    return cv2.PSNR(kept, exact), size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path)
    parser.add_argument("--frames", type=int, default=40)
    arguments = parser.parse_args()
    taken = pictures(arguments.video, arguments.frames)
    if not taken:
        parser.error(f"{arguments.video}: gives no picture; expected a video of three frames or more")
    routes = {f"whole picture and crop at {PUBLISHED}": [published(picture) for picture in taken]}
    for quality in sorted({QUALITY, 90, PUBLISHED}):
        routes[f"crop at {quality}"] = [once(picture, quality) for picture in taken]
    print(f"{arguments.video.name}, {len(taken)} frames; kept here: crop at {QUALITY}")
    for route, values in routes.items():
        psnr, size = np.mean(values, axis=0)
        print(f"{route:28}{psnr:8.2f} dB{size / 1000:8.2f} KB")


if __name__ == "__main__":
    main()
