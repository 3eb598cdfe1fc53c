"""Calls of FFmpeg that read a video: on the clock of the file, within limits, with its failures told apart."""

import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Event, Timer
from typing import IO

import ffmpeg

from signspot.errors import InputError, SignspotError
from signspot.video.container import check_container
from signspot.video.limits import Limits
from signspot.video.program import COMMON, INPUT, NOT_STARTED, VARIABLE, executable, start

MOST_MESSAGES = 1 << 14
"""Bytes of FFmpeg's messages that are read; a damaged video can give millions of them."""
STREAM = "V:0"
"""FFmpeg's name for the first video stream that is no cover picture."""


def opened(path: Path | str, limits: Limits, start_ms: int = 0) -> ffmpeg.nodes.FilterableStream:
    """The first video stream of a file, from about ``start_ms`` on, or earlier.

    Times are those of the file, as players show them: FFmpeg would make its first picture, or sound, the time 0. A
    container that does not tell when pictures are shown counts from its start, and is read from there.

    Raises:
        InputError: the file is missing or no video, see :func:`signspot.video.container.check_container`.
    """
    if not check_container(path):
        clock = {"start_at_zero": None}
    else:
        # Not accurate: FFmpeg would look for the part from the first picture on, not from time 0.
        clock = {"seek_timestamp": 1, "noaccurate_seek": None} | ({"ss": start_ms / 1000} if start_ms else {})
    return ffmpeg.input(f"file:{path}", **INPUT, **clock, max_pixels=limits.pixels)[STREAM]


@contextmanager
def output(
    path: Path | str,
    stream: ffmpeg.nodes.OutputStream,
    limits: Limits,
    *options: str,
    seconds: float | None = None,
    messages: IO[bytes] | None = None,
) -> Iterator[IO[bytes]]:
    """What FFmpeg writes to its standard output, to be read to its end; it is killed at the end of the block.

    Args:
        seconds: after which it is killed; None for no limit.
        messages: an empty file for its messages; None where only a failure is told.
    """
    slow = Event()
    with tempfile.TemporaryFile() if messages is None else nullcontext(messages) as messages:
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


def described(path: Path | str, limits: Limits, seconds: float) -> str:
    """FFmpeg's line about the stream that :func:`opened` gives: its codec, colours, size and rate; "" without one."""
    first = ffmpeg.output(opened(path, limits), "pipe:", format="framecrc", codec="copy", vframes=1)
    told = ("-v", "info", "-nostats", "-hide_banner")
    with tempfile.TemporaryFile() as messages:
        with output(path, first, limits, *told, seconds=seconds, messages=messages) as pipe:
            pipe.read()
        messages.seek(0)
        lines = messages.read(MOST_MESSAGES).decode(errors="replace").splitlines()
    # The last one is that of the output, which has this stream alone.
    streams = [line for line in lines if re.match(r" *Stream #\d+:\d+.*: Video: ", line)]
    return streams[-1] if streams else ""


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
    return undecodable(path, text)


def undecodable(path: Path | str, reason: str) -> InputError:
    return InputError(
        f"{path}: cannot be decoded as video (FFmpeg: {reason}). Check that it is a video and complete; "
        "if it plays well, encode it again: ffmpeg -i OLD -c:v libx264 -crf 18 NEW.mp4"
    )


def command(filters: str) -> str:
    """The command by which a person changes a video before its use."""
    return f"ffmpeg -i OLD -vf {filters} -c:v libx264 -crf 18 -c:a copy NEW.mp4"
