"""Decodes videos by FFmpeg: one pass resamples, crops, pads and scales; frames stream through a pipe."""

import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import IO

import ffmpeg
import imageio_ffmpeg
import numpy as np

from signspot.errors import InputError

log = logging.getLogger(__name__)

VIDEO_SUFFIXES = frozenset(
    (
        *(".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf"),
        *(".ogv", ".ts", ".webm", ".wmv"),
    )
)
"""Suffixes by which video files are found in a folder. A video named by the user may have any suffix."""

STREAM = "V:0"
"""FFmpeg's name for the first video stream that is no cover picture."""


@dataclass(frozen=True)
class Span:
    """The part of a video to use, in ms from the start of the video. Frame 0 is at ``start_ms``.

    Args:
        start_ms: start of the part.
        end_ms: end of the part; None for the end of the video.
    """

    start_ms: int = 0
    end_ms: int | None = None


WHOLE = Span()


@dataclass(frozen=True)
class VideoInfo:
    """What a video file holds, as a player shows it.

    Args:
        width: in square pixels, after rotation.
        height: in square pixels, after rotation.
        fps: average number of frames per second.
        duration_ms: how long all frames last.
        variable: whether some frames last longer than others.
    """

    width: int
    height: int
    fps: float
    duration_ms: int
    variable: bool

    def is_at(self, fps: float) -> bool:
        """Whether the video has this frame rate: over the whole video, frames are at most half a frame off."""
        return not self.variable and abs(self.fps - fps) * self.duration_ms / 1000 < 0.5


@dataclass(frozen=True)
class Crop:
    """A square window on a video, as high as the video. Parts of the window beside the video are black.

    Args:
        centre_x: middle of the window, in px from the left edge of the video.
        side: side of the window, in px.
        width: width of the video as a player shows it, in px.
        height: height of the video as a player shows it, in px.
    """

    centre_x: float
    side: int
    width: int
    height: int

    @property
    def left(self) -> int:
        """First column of the window, in px of the video; it may be negative."""
        return round(self.centre_x - self.side / 2)


def probe(path: Path | str) -> VideoInfo:
    """Size, frame rate and duration of a video, from its first picture and the times of all its packets.

    Raises:
        InputError: the file is missing, empty or no video, or the video has fewer than two frames.
    """
    _check_file(path)
    packets = _output(path, ffmpeg.output(_input(path)[STREAM], "pipe:", format="framecrc", codec="copy"))
    picture = _output(path, ffmpeg.output(_input(path)[STREAM], "pipe:", format="yuv4mpegpipe", **_Y4M))
    width, height = _shown_size(path, picture)
    times = _decoding_times(packets)
    if len(times) < 2:
        raise InputError(f"{path}: has {len(times)} frame, expected at least one clip of 8. Check that it is a video.")
    steps = np.diff(times)
    fps = len(steps) / (times[-1] - times[0])
    # Containers round times to 1 ms or finer, so steps of 33 and 34 ms count as equal.
    variable = bool(np.ptp(steps) > 0.002 + 0.1 * np.median(steps))
    return VideoInfo(width, height, float(fps), round(1000 * len(times) / fps), variable)


def frames(path: Path | str, fps: float, crop: Crop, size: int | None, span: Span = WHOLE) -> Iterator[np.ndarray]:
    """The cropped frames of a video at a constant rate, one at a time.

    Frame i is what a player shows about i / fps seconds into the span: frames are repeated or left out as needed.
    Rotation marks and non-square pixels are respected.

    Args:
        path: the video.
        fps: frames per second.
        crop: the window to keep.
        size: side of the frames in px, scaled by area averages; None keeps the side of the window.
        span: the part of the video to use.

    Yields:
        uint8 (side, side, 3), RGB.

    Raises:
        InputError: the file is missing, no video, or damaged; damage raises the error when decoding reaches it.
    """
    x, right = max(crop.left, 0), min(crop.left + crop.side, crop.width)
    window = (
        _resampled(path, fps, crop, span)
        .filter("crop", right - x, crop.height, x, 0)
        .filter("pad", crop.side, crop.side, x - crop.left, 0, color="black")
    )
    if size is not None:
        window = window.filter("scale", size, size, flags="area")
    side = size or crop.side
    return _stream(path, window, (side, side, 3))


def full_frames(path: Path | str, info: VideoInfo, fps: float, span: Span = WHOLE) -> Iterator[np.ndarray]:
    """The uncropped frames of a video at a constant rate, one at a time; otherwise as :func:`frames`.

    Args:
        path: the video.
        info: what :func:`probe` tells of the video.
        fps: frames per second.
        span: the part of the video to use.

    Yields:
        uint8 (height, width, 3), RGB.
    """
    return _stream(path, _resampled(path, fps, info, span), (info.height, info.width, 3))


@cache
def executable() -> str:
    """The path of FFmpeg: that of the machine, else that of the Python environment."""
    return shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()


_Y4M = {"vframes": 1, "pix_fmt": "yuv420p"}
"""Output options for a YUV4MPEG2 stream, which begins with the size and the shape of pixels in plain text."""


def _check_file(path: Path | str) -> None:
    if not Path(path).is_file():
        raise InputError(f"{path}: there is no such video file. Check the path in the table of videos.")
    if Path(path).stat().st_size == 0:
        raise InputError(f"{path}: is empty, expected a video. Copy it again from its source.")


def _input(path: Path | str, span: Span = WHOLE) -> ffmpeg.nodes.FilterableStream:
    """Reads a local file in one decoder thread, and never a file or address to which its name or content refers."""
    seek = {"ss": span.start_ms / 1000} if span.start_ms else {}
    if span.end_ms is not None:
        seek["t"] = (span.end_ms - span.start_ms) / 1000
    return ffmpeg.input(f"file:{path}", protocol_whitelist="file", threads=1, **seek)


def _resampled(path: Path | str, fps: float, shown: VideoInfo | Crop, span: Span) -> ffmpeg.nodes.FilterableStream:
    """Frames at a constant rate from time 0 on, with square pixels and full colour: a cut can be at any column."""
    rate = Fraction(fps).limit_denominator(1001)
    return (
        _input(path, span)[STREAM]
        .filter("fps", f"{rate.numerator}/{rate.denominator}", start_time=0)
        .filter("scale", shown.width, shown.height, flags="bicubic")
        .filter("setsar", 1)
        .filter("format", "yuv444p")
    )


def _command(stream: ffmpeg.nodes.OutputStream, *options: str) -> list[str]:
    return [
        *ffmpeg.compile(stream, cmd=[executable(), "-v", "error", "-nostdin", "-filter_complex_threads", "1"]),
        *options,
    ]


def _output(path: Path | str, stream: ffmpeg.nodes.OutputStream) -> bytes:
    done = subprocess.run(_command(stream), capture_output=True, check=False)
    if done.returncode:
        raise _undecodable(path, done.stderr)
    return done.stdout


def _stream(
    path: Path | str, stream: ffmpeg.nodes.FilterableStream, shape: tuple[int, int, int]
) -> Iterator[np.ndarray]:
    # Without -xerror FFmpeg hides damage behind repeated pictures or an early end, and calls that success.
    command = _command(ffmpeg.output(stream, "pipe:", format="rawvideo", pix_fmt="rgb24"), "-xerror")
    _check_file(path)
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=messages)
        try:
            yield from _pictures(process.stdout, shape)
            if process.wait():
                messages.seek(0)
                raise _undecodable(path, messages.read())
        finally:
            process.kill()
            process.stdout.close()
            process.wait()


def _pictures(pipe: IO[bytes], shape: tuple[int, int, int]) -> Iterator[np.ndarray]:
    size = int(np.prod(shape))
    while len(picture := pipe.read(size)) == size:
        yield np.frombuffer(picture, np.uint8).reshape(shape)


def _undecodable(path: Path | str, messages: bytes) -> InputError:
    lines = [re.sub(r"^\[[^]]* @ 0x\w+] ", "", line) for line in messages.decode(errors="replace").splitlines()]
    reason = "; ".join(lines[:2]) or "no message"
    return InputError(
        f"{path}: cannot be decoded as video (FFmpeg: {reason}). Check that it is a video and complete; "
        "if it plays well, encode it again: ffmpeg -i OLD -c:v libx264 -crf 18 NEW.mp4"
    )


def _shown_size(path: Path | str, picture: bytes) -> tuple[int, int]:
    header = picture.split(b"\n", 1)[0].decode("ascii", errors="replace")
    found = re.match(r"YUV4MPEG2 W(\d+) H(\d+) .*?A(\d+):(\d+)", header)
    if found is None:
        raise _undecodable(path, b"no picture could be decoded")
    width, height, *aspect = map(int, found.groups())
    return (round(width * aspect[0] / aspect[1]) if all(aspect) else width), height


def _decoding_times(packets: bytes) -> np.ndarray:
    """Seconds at which the packets of a framecrc listing are decoded. Display times may be unknown, these are not."""
    lines = packets.decode("ascii").splitlines()
    base = next((Fraction(line.split(": ")[1]) for line in lines if line.startswith("#tb 0")), Fraction(1))
    ticks = [int(line.split(",")[1]) for line in lines if not line.startswith("#")]
    return np.array(ticks) * float(base)
