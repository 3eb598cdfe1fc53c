"""Decodes videos by FFmpeg: one pass resamples, crops, pads and scales; frames stream through a pipe."""

import logging
import re
import signal
import subprocess
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Event, Timer
from typing import IO

import ffmpeg
import numpy as np

from signspot.errors import InputError, SignspotError
from signspot.video.container import check_container
from signspot.video.limits import Limits
from signspot.video.program import COMMON, INPUT, NOT_STARTED, VARIABLE, executable, start

log = logging.getLogger(__name__)

VIDEO_SUFFIXES = frozenset(
    (
        *(".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf"),
        *(".ogv", ".ts", ".webm", ".wmv"),
    )
)
"""Suffixes by which video files are found in a folder. A video named by the user may have any suffix."""

MOST_MESSAGES = 1 << 14
"""Bytes of FFmpeg's messages that are read; a damaged video can give millions of them."""
UNKNOWN = -(1 << 63)
"""FFmpeg's mark of an unknown time."""
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


def probe(path: Path | str, limits: Limits | None = None) -> VideoInfo:
    """Size, frame rate and duration of a video, from its first picture and the times of all its packets.

    Args:
        path: the video.
        limits: what it may have at most; None for those of the environment.

    Raises:
        InputError: the file is missing, empty or no video, is beyond a limit, or has fewer than two frames.
        SignspotError: no FFmpeg runs.
    """
    limits = limits or Limits.of({})
    check_container(path)
    packets = _packets(path, limits)
    if packets.size:
        limits.check_size(path, *packets.size)
    times = packets.decoded
    if len(times) < 2:
        raise InputError(f"{path}: has {len(times)} frame, expected at least one clip of 8. Check that it is a video.")
    if times[0] == times[-1]:
        raise InputError(f"{path}: shows its {len(times)} frames all at one time. Check that it is a video.")
    limits.check_times(path, times, packets.last_s)
    limits.check_times(path, packets.shown, packets.last_s)
    width, height = _shown_size(path, limits)
    steps = np.diff(times)
    fps = len(steps) / (times[-1] - times[0])
    # Containers round times to 1 ms or finer, so steps of 33 and 34 ms count as equal.
    variable = bool(np.ptp(steps) > 0.002 + 0.1 * np.median(steps))
    return VideoInfo(width, height, float(fps), round(1000 * len(times) / fps), variable)


def frames(
    path: Path | str, fps: float, crop: Crop, size: int | None, span: Span = WHOLE, limits: Limits | None = None
) -> Iterator[np.ndarray]:
    """The cropped frames of a video at a constant rate, one at a time.

    Frame i is what a player shows about i / fps seconds into the span: frames are repeated or left out as needed.
    Rotation marks and non-square pixels are respected.

    Args:
        path: the video.
        fps: frames per second.
        crop: the window to keep.
        size: side of the frames in px, scaled by area averages; None keeps the side of the window.
        span: the part of the video to use.
        limits: what the video may have at most; None for those of the environment.

    Yields:
        uint8 (side, side, 3), RGB.

    Raises:
        InputError: the file is missing, no video, or damaged; damage raises the error when decoding reaches it.
    """
    limits = limits or Limits.of({})
    x, right = max(crop.left, 0), min(crop.left + crop.side, crop.width)
    window = (
        _resampled(path, fps, crop, span, limits)
        .filter("crop", right - x, crop.height, x, 0)
        .filter("pad", crop.side, crop.side, x - crop.left, 0, color="black")
    )
    if size is not None:
        window = window.filter("scale", size, size, flags="area")
    side = size or crop.side
    return _stream(path, window, (side, side, 3), limits)


def full_frames(
    path: Path | str, info: VideoInfo, fps: float, span: Span = WHOLE, limits: Limits | None = None
) -> Iterator[np.ndarray]:
    """The uncropped frames of a video at a constant rate, one at a time; otherwise as :func:`frames`.

    Args:
        path: the video.
        info: what :func:`probe` tells of the video.
        fps: frames per second.
        span: the part of the video to use.
        limits: what the video may have at most; None for those of the environment.

    Yields:
        uint8 (height, width, 3), RGB.
    """
    limits = limits or Limits.of({})
    return _stream(path, _resampled(path, fps, info, span, limits), (info.height, info.width, 3), limits)


_Y4M = {"vframes": 1, "pix_fmt": "yuv420p"}
"""Output options for a YUV4MPEG2 stream, which begins with the size and the shape of pixels in plain text."""


@dataclass(frozen=True)
class _Packets:
    """What the packets of a video tell.

    Args:
        size: width and height in the header of the file; None if it tells none.
        decoded: float64 (packets,), seconds at which they are decoded.
        shown: float64 (packets,), seconds at which they are shown; those at which they are decoded where unknown.
        last_s: how long the picture that is shown last stays, in seconds.
    """

    size: tuple[int, int] | None
    decoded: np.ndarray
    shown: np.ndarray
    last_s: float


def _input(path: Path | str, limits: Limits, span: Span = WHOLE) -> ffmpeg.nodes.FilterableStream:
    seek = {"ss": span.start_ms / 1000} if span.start_ms else {}
    if span.end_ms is not None:
        seek["t"] = (span.end_ms - span.start_ms) / 1000
    return ffmpeg.input(f"file:{path}", **INPUT, max_pixels=limits.pixels, **seek)


def _resampled(
    path: Path | str, fps: float, shown: VideoInfo | Crop, span: Span, limits: Limits
) -> ffmpeg.nodes.FilterableStream:
    """Frames at a constant rate from time 0 on, with square pixels and full colour: a cut can be at any column."""
    rate = Fraction(fps).limit_denominator(1001)
    return (
        _input(path, limits, span)[STREAM]
        .filter("fps", f"{rate.numerator}/{rate.denominator}", start_time=0)
        .filter("scale", shown.width, shown.height, flags="bicubic")
        .filter("setsar", 1)
        .filter("format", "yuv444p")
    )


@contextmanager
def _output(
    path: Path | str, stream: ffmpeg.nodes.OutputStream, limits: Limits, *options: str, seconds: float | None = None
) -> Iterator[IO[bytes]]:
    """What FFmpeg writes to its standard output, to be read to its end; it is killed at the end of the block.

    Args:
        seconds: after which it is killed; None for no limit.
    """
    slow = Event()
    with tempfile.TemporaryFile() as messages:
        process = start([*COMMON, *ffmpeg.get_args(stream), *options], stdout=subprocess.PIPE, stderr=messages)
        watch = Timer(seconds or 0, lambda: (slow.set(), process.kill()))
        watch.daemon = True
        try:
            if seconds is not None:
                watch.start()
            yield process.stdout
            status = process.wait()
            if slow.is_set():
                raise limits.too_slow(path, seconds)
            if status:
                messages.seek(0)
                raise _failure(path, status, messages.read(MOST_MESSAGES), limits)
        finally:
            watch.cancel()
            process.kill()
            process.stdout.close()
            process.wait()


def _stream(
    path: Path | str, stream: ffmpeg.nodes.FilterableStream, shape: tuple[int, int, int], limits: Limits
) -> Iterator[np.ndarray]:
    check_container(path)
    output = ffmpeg.output(stream, "pipe:", format="rawvideo", pix_fmt="rgb24")
    # Without -xerror FFmpeg hides damage behind repeated pictures or an early end, and calls that success.
    with _output(path, output, limits, "-xerror") as pipe:
        yield from _pictures(pipe, shape)


def _pictures(pipe: IO[bytes], shape: tuple[int, int, int]) -> Iterator[np.ndarray]:
    size = int(np.prod(shape))
    while len(picture := pipe.read(size)) == size:
        yield np.frombuffer(picture, np.uint8).reshape(shape)


def _failure(path: Path | str, status: int, messages: bytes, limits: Limits) -> SignspotError:
    """The error of an FFmpeg that ended with this status: of the video, or of FFmpeg itself."""
    lines = [re.sub(r"^(\[[^]]* @ 0x\w+] )+", "", line) for line in messages.decode(errors="replace").splitlines()]
    text = "; ".join(lines[:2]) or "no message"
    if status in NOT_STARTED:
        return SignspotError(f"FFmpeg does not run: {text}. Install it again, or name another by {VARIABLE}.")
    if status < 0:
        return InputError(
            f"{path}: FFmpeg, {executable()}, was killed by {signal.Signals(-status).name} while it decoded this, "
            f"mostly because memory ran out. Free memory, or name another FFmpeg by {VARIABLE}."
        )
    if lacking := re.search(r"Decod(?:er \(codec |ing requested, but no decoder found for: )(\w+)", "; ".join(lines)):
        return InputError(
            f"{path}: the FFmpeg {executable()} has no decoder of {lacking[1]}, which is no fault of the video. Name "
            f"an FFmpeg that has one: {VARIABLE}=/path/to/ffmpeg"
        )
    try:
        for size in re.findall(r"[Pp]icture size (\d+)x(\d+)", text):
            limits.check_size(path, *map(int, size))
    except InputError as error:
        return error
    return _undecodable(path, text)


def _undecodable(path: Path | str, reason: str) -> InputError:
    return InputError(
        f"{path}: cannot be decoded as video (FFmpeg: {reason}). Check that it is a video and complete; "
        "if it plays well, encode it again: ffmpeg -i OLD -c:v libx264 -crf 18 NEW.mp4"
    )


def _shown_size(path: Path | str, limits: Limits) -> tuple[int, int]:
    """Width and height of the first picture, in square pixels."""
    first = ffmpeg.output(_input(path, limits)[STREAM], "pipe:", format="yuv4mpegpipe", **_Y4M)
    with _output(path, first, limits, seconds=limits.probe_seconds(Path(path).stat().st_size)) as pipe:
        header = pipe.readline(MOST_MESSAGES).decode("ascii", errors="replace")
        while pipe.read(1 << 20):
            pass
    found = re.match(r"YUV4MPEG2 W(\d+) H(\d+) .*?A(\d+):(\d+)", header)
    if found is None:
        raise _undecodable(path, "no picture could be decoded")
    width, height, *aspect = map(int, found.groups())
    shown = round(width * aspect[0] / aspect[1]) if all(aspect) else width
    limits.check_size(path, shown, height)
    return shown, height


def _packets(path: Path | str, limits: Limits) -> _Packets:
    """Reads the framecrc listing of the packets of a video, a line at a time: it may have no end."""
    listing = ffmpeg.output(_input(path, limits)[STREAM], "pipe:", format="framecrc", codec="copy")
    bytes_ = Path(path).stat().st_size
    decoded, shown, durations = array("q"), array("q"), array("q")
    header: dict[bytes, bytes] = {}
    with _output(path, listing, limits, seconds=limits.probe_seconds(bytes_)) as pipe:
        for line in pipe:
            if line.startswith(b"#"):
                name, _, value = line.partition(b": ")
                header[name] = value.strip()
                continue
            _, dts, pts, duration, *_ = map(int, line.split(b",")[:4])
            decoded.append(dts)
            shown.append(dts if pts == UNKNOWN else pts)
            durations.append(duration)
            if len(decoded) > limits.most_frames(bytes_):
                raise limits.too_many_frames(path, bytes_)
    base = Fraction(header.get(b"#tb 0", b"1").decode())
    size = re.fullmatch(rb"(\d+)x(\d+)", header.get(b"#dimensions 0", b""))
    last = durations[int(np.argmax(shown))] if durations else 0
    return _Packets(
        (int(size[1]), int(size[2])) if size else None,
        np.array(decoded, np.int64) * float(base),
        np.array(shown, np.int64) * float(base),
        last * float(base),
    )
