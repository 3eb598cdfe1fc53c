"""Videos whose pictures bear their number as ten bars, black or white, and what is shown of them at an instant."""

import base64
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

from signspot.video.program import executable

WIDTH, HEIGHT, BITS = 160, 96, 10
H264 = ("-c:v", "libx264", "-bf", "2", "-crf", "12", "-pix_fmt", "yuv420p")
"""With pictures that are decoded before they are shown."""

_LOOK = """async ([data, type, times]) => {
    const video = document.createElement('video');
    video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(data), c => c.charCodeAt(0))], {type}));
    await new Promise((ready, failed) => { video.onloadeddata = ready; video.onerror = () => failed(video.error); });
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true}), shown = [];
    for (const time of times) {
        await new Promise(ready => { video.onseeked = ready; video.currentTime = time; });
        await new Promise(ready => setTimeout(ready, 60));
        canvas.drawImage(video, 0, 0);
        let number = 0;
        for (let bit = 0; bit < 10; bit++)
            number |= (canvas.getImageData(bit * 16 + 8, 48, 1, 1).data[0] > 127) << bit;
        shown.push(number);
    }
    return [video.duration, shown];
}"""


def write_numbered(path: Path, count: int, fps: str, options: Sequence[str] = H264) -> Path:
    """A video of ``count`` pictures at this rate."""
    raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", fps, "-i", "pipe:")
    pictures = b"".join(_picture(number).tobytes() for number in range(count))
    subprocess.run([executable(), "-v", "error", "-y", *raw, *options, str(path)], input=pictures, check=True)
    return path


def _picture(number: int) -> np.ndarray:
    bars = np.array([255 * (number >> bit & 1) for bit in range(BITS)], np.uint8)
    return np.broadcast_to(np.repeat(bars, WIDTH // BITS)[None, :, None], (HEIGHT, WIDTH, 3))


def number_of(picture: np.ndarray) -> int:
    """The number that a picture bears: uint8 (height, width, 3)."""
    row = picture[picture.shape[0] // 2, WIDTH // BITS // 2 :: WIDTH // BITS, 0]
    return sum(1 << bit for bit, value in enumerate(row) if value > 127)


def numbers(pictures: Iterator[np.ndarray]) -> list[int]:
    return [number_of(picture) for picture in pictures]


def shown_in_browser(browser: Browser, path: Path, times: Sequence[float]) -> tuple[float, list[int]]:
    """Seconds that the video lasts in the browser, and the pictures that it shows at these instants."""
    kind = {".mkv": "video/x-matroska", ".webm": "video/webm"}.get(path.suffix, "video/mp4")
    page = browser.new_page()
    try:
        duration, shown = page.evaluate(_LOOK, [base64.b64encode(path.read_bytes()).decode(), kind, list(times)])
    finally:
        page.close()
    return duration, shown
