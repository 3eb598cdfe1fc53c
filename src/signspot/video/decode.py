"""Decodes videos by FFmpeg: one pass resamples, crops, pads and scales; frames stream through a pipe."""

import math
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import ffmpeg
import numpy as np

from signspot.corpus.regions import Region
from signspot.errors import InputError
from signspot.video.calls import MOST_MESSAGES, command, described, opened, output, undecodable
from signspot.video.limits import Limits

VIDEO_SUFFIXES = frozenset(
    (
        *(".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf"),
        *(".ogv", ".ts", ".webm", ".wmv"),
    )
)
"""Suffixes by which video files are found in a folder. A video named by the user may have any suffix."""

HDR = {"HLG": "arib-std-b67", "PQ": "smpte2084"}
"""How a high dynamic range is coded -> FFmpeg's name of it."""
TO_USUAL_RANGE = (
    "setparams=color_primaries=bt2020:color_trc={}:colorspace=bt2020nc,zscale=t=linear:npl=100,format=gbrpf32le,"
    "zscale=p=bt709,tonemap=hable,zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)
"""Filters of FFmpeg that map a high dynamic range to the usual one, whatever else a file tells of its colours."""

UNKNOWN = -(1 << 63)
"""FFmpeg's mark of an unknown time."""


@dataclass(frozen=True)
class Span:
    """The part of a video to use, in ms from time 0 of the file as players count. Frame 0 is at ``start_ms``.

    Args:
        start_ms: start of the part.
        end_ms: end of the part; None for the end of the video.
    """

    start_ms: int = 0
    end_ms: int | None = None

    def frames(self, fps: float) -> int | None:
        """How many frames begin in it; None without an end."""
        return None if self.end_ms is None else math.ceil((self.end_ms - self.start_ms) * fps / 1000)


WHOLE = Span()


@dataclass(frozen=True)
class VideoInfo:
    """What a video file holds, as a player shows it.

    Args:
        width: in square pixels, after rotation.
        height: in square pixels, after rotation.
        fps: average number of frames per second.
        duration_ms: the end of the picture that is shown last, from time 0 on.
        variable: whether some frames last longer than others.
        hdr: how its high dynamic range is coded, ``HLG`` or ``PQ``; "" for usual video.
    """

    width: int
    height: int
    fps: float
    duration_ms: int
    variable: bool
    hdr: str = ""

    def is_at(self, fps: float) -> bool:
        """Whether the video has this frame rate: over the whole video, frames are at most half a frame off."""
        return not self.variable and abs(self.fps - fps) * self.duration_ms / 1000 < 0.5

    @property
    def warning(self) -> str:
        """What to tell of its colours; "" if they are usual."""
        return self.hdr and (
            f"has a high dynamic range ({self.hdr}), which is read as if it were usual, so that its colours are pale. "
            f"Convert it: {command(TO_USUAL_RANGE.format(HDR[self.hdr]))}"
        )


@dataclass(frozen=True)
class Crop:
    """A square window on a video, as high as the video. Parts of the window beside the video are black.

    Args:
        centre_x: middle of the window, in px from the left edge of the video, or of its region.
        side: side of the window, in px.
        width: width of the video as a player shows it, in px.
        height: height of the video as a player shows it, in px.
        region: to which the video is cut first; None for the whole picture.
    """

    centre_x: float
    side: int
    width: int
    height: int
    region: Region | None = None

    @property
    def left(self) -> int:
        """First column of the window, in px of the video or its region; it may be negative."""
        return round(self.centre_x - self.side / 2)


def probe(path: Path | str, limits: Limits | None = None) -> VideoInfo:
    """Size, frame rate and duration of a video, from its first picture and the times of all its packets.

    Args:
        path: the video.
        limits: what it may have at most; None for those of the environment.

    Raises:
        InputError: the file is missing, empty or no video, is beyond a limit, or shows its frames for no time.
        SignspotError: no FFmpeg runs.
    """
    limits = limits or Limits.of({})
    packets = _packets(path, limits)
    if packets.size:
        limits.check_size(path, *packets.size)
    times = packets.decoded
    if not len(times) or not len(packets.shown):
        raise InputError(f"{path}: has no frame. Check that it is a video.")
    if times[0] == times[-1] and (len(times) > 1 or not packets.last_s):
        shown = "its frame for no time" if len(times) == 1 else f"its {len(times)} frames all at one time"
        raise InputError(f"{path}: shows {shown}. Check that it is a video.")
    limits.check_times(path, times, packets.last_s)
    limits.check_times(path, packets.shown, packets.last_s)
    width, height = _shown_size(path, limits)
    steps = np.diff(times) if len(times) > 1 else np.array([packets.last_s])
    fps = len(steps) / (times[-1] - times[0] or packets.last_s)
    # Containers round times to 1 ms or finer, so steps of 33 and 34 ms count as equal.
    variable = bool(np.ptp(steps) > 0.002 + 0.1 * np.median(steps))
    end = packets.shown.max() + packets.last_s
    return VideoInfo(width, height, float(fps), round(1000 * end), variable, _hdr(path, limits))


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
    picture = crop.region or Region(0, 0, crop.width, crop.height)
    x, right = max(crop.left, 0), min(crop.left + crop.side, picture.width)
    window = (
        _resampled(path, fps, crop, span, limits, crop.region, _centred(fps))
        .filter("crop", right - x, picture.height, x, 0)
        .filter("pad", crop.side, crop.side, x - crop.left, 0, color="black")
    )
    if size is not None:
        window = window.filter("scale", size, size, flags="area")
    side = size or crop.side
    return _stream(path, window, (side, side, 3), limits, span.frames(fps))


def full_frames(
    path: Path | str,
    info: VideoInfo,
    fps: float,
    span: Span = WHOLE,
    limits: Limits | None = None,
    region: Region | None = None,
) -> Iterator[np.ndarray]:
    """The uncropped frames of a video at a constant rate, one at a time; otherwise as :func:`frames`.

    Args:
        path: the video.
        info: what :func:`probe` tells of the video.
        fps: frames per second.
        span: the part of the video to use.
        limits: what the video may have at most; None for those of the environment.
        region: to which the pictures are cut; None for whole pictures.

    Yields:
        uint8 (height, width, 3), RGB.
    """
    limits = limits or Limits.of({})
    shown = region or info
    stream = _resampled(path, fps, info, span, limits, region, _centred(fps))
    return _stream(path, stream, (shown.height, shown.width, 3), limits, span.frames(fps))


def sampled_frames(
    path: Path | str, info: VideoInfo, rate: float, span: Span, limits: Limits | None, region: Region | None
) -> Iterator[np.ndarray]:
    """Uncropped frames from the middles of equal parts of a video, ``rate`` parts a second; as :func:`full_frames`."""
    limits = limits or Limits.of({})
    shown = region or info
    stream = _resampled(path, rate, info, span, limits, region, "0")
    return _stream(path, stream, (shown.height, shown.width, 3), limits, span.frames(rate))


_FLAGS, _DISCARDED = re.compile(rb"F=0x(\w+)"), 4
"""FFmpeg's flags of a packet, where they are not just those of a keyframe; and that of a packet that is not shown."""
_Y4M = {"vframes": 1, "pix_fmt": "yuv420p"}
"""Output options for a YUV4MPEG2 stream, which begins with the size and the shape of pixels in plain text."""


@dataclass(frozen=True)
class _Packets:
    """What the packets of a video tell.

    Args:
        size: width and height in the header of the file; None if it tells none.
        decoded: float64 (packets,), seconds at which they are decoded.
        shown: float64 (pictures,), seconds at which they are shown; those at which they are decoded where unknown.
            An edit list may leave pictures out.
        last_s: how long the picture that is shown last stays, in seconds.
    """

    size: tuple[int, int] | None
    decoded: np.ndarray
    shown: np.ndarray
    last_s: float


def _centred(fps: float) -> str:
    """Seconds by which pictures at a higher rate than ``fps`` are taken as later than they are, for FFmpeg.

    A frame gets the last picture before the middle between it and the next frame. Of many pictures that one is late by
    half a frame; with this shift, it is the one nearest to the frame's instant.
    """
    return f"if(isnan(FRAME_RATE),0,max(0,0.5/{float(_rate(fps))}-0.5/FRAME_RATE))"


def _rate(fps: float) -> Fraction:
    return Fraction(fps).limit_denominator(1001)


def _resampled(
    path: Path | str, fps: float, shown: VideoInfo | Crop, span: Span, limits: Limits, region: Region | None, shift: str
) -> ffmpeg.nodes.FilterableStream:
    """Frames at a constant rate from ``span.start_ms`` on, with square pixels and full colour: any column can be cut.

    Pictures of an interlaced recording, half of whose rows are of a later instant, become whole pictures. ``shift`` is
    an expression of FFmpeg, the seconds by which pictures are taken as later.
    """
    rate = _rate(fps)
    whole = (
        opened(path, limits, span.start_ms)
        .filter("yadif", deint="interlaced")
        .filter("setpts", f"PTS+({shift})/TB")
        .filter("fps", f"{rate.numerator}/{rate.denominator}", start_time=span.start_ms / 1000)
        .filter("setpts", "PTS-STARTPTS")
        .filter("scale", shown.width, shown.height, flags="bicubic")
        .filter("setsar", 1)
        .filter("format", "yuv444p")
    )
    return whole if region is None else whole.filter("crop", region.width, region.height, region.x, region.y)


def _stream(
    path: Path | str,
    stream: ffmpeg.nodes.FilterableStream,
    shape: tuple[int, int, int],
    limits: Limits,
    most: int | None,
) -> Iterator[np.ndarray]:
    count = {} if most is None else {"vframes": most}
    raw = ffmpeg.output(stream, "pipe:", format="rawvideo", pix_fmt="rgb24", **count)
    # Without -xerror FFmpeg hides damage behind repeated pictures or an early end, and calls that success.
    with output(path, raw, limits, "-xerror") as pipe:
        yield from _pictures(pipe, shape)


def _pictures(pipe: IO[bytes], shape: tuple[int, int, int]) -> Iterator[np.ndarray]:
    size = int(np.prod(shape))
    while len(picture := pipe.read(size)) == size:
        yield np.frombuffer(picture, np.uint8).reshape(shape)


def _shown_size(path: Path | str, limits: Limits) -> tuple[int, int]:
    """Width and height of the first picture, in square pixels."""
    first = ffmpeg.output(opened(path, limits), "pipe:", format="yuv4mpegpipe", **_Y4M)
    with output(path, first, limits, seconds=limits.probe_seconds(Path(path).stat().st_size)) as pipe:
        header = pipe.readline(MOST_MESSAGES).decode("ascii", errors="replace")
        while pipe.read(1 << 20):
            pass
    found = re.match(r"YUV4MPEG2 W(\d+) H(\d+) .*?A(\d+):(\d+)", header)
    if found is None:
        raise undecodable(path, "no picture could be decoded")
    width, height, *aspect = map(int, found.groups())
    shown = round(width * aspect[0] / aspect[1]) if all(aspect) else width
    limits.check_size(path, shown, height)
    return shown, height


def _hdr(path: Path | str, limits: Limits) -> str:
    """How the high dynamic range of a video is coded; "" if it has none, or does not say so."""
    told = re.split("[/,() ]", described(path, limits, limits.probe_seconds(Path(path).stat().st_size)))
    return next((usual for usual, name in HDR.items() if name in told), "")


def _packets(path: Path | str, limits: Limits) -> _Packets:
    """Reads the framecrc listing of the packets of a video, a line at a time: it may have no end."""
    listing = ffmpeg.output(opened(path, limits), "pipe:", format="framecrc", codec="copy")
    bytes_ = Path(path).stat().st_size
    decoded, shown, durations = array("q"), array("q"), array("q")
    header: dict[bytes, bytes] = {}
    with output(path, listing, limits, seconds=limits.probe_seconds(bytes_)) as pipe:
        for line in pipe:
            if line.startswith(b"#"):
                name, _, value = line.partition(b": ")
                header[name] = value.strip()
                continue
            _, dts, pts, duration = map(int, line.split(b",")[:4])
            decoded.append(dts)
            flags = _FLAGS.search(line)
            if flags is None or not int(flags[1], 16) & _DISCARDED:
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
