"""FFmpeg, the program: which one is used, and how it is started so that it ends with the process that started it."""

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from signspot.errors import SignspotError
from signspot.video.container import FORMATS

log = logging.getLogger(__name__)

VARIABLE = "SIGNSPOT_FFMPEG"
"""The environment variable that names another FFmpeg."""
PACKAGE = "the package imageio-ffmpeg"
INPUT = {"protocol_whitelist": "file", "format_whitelist": FORMATS, "threads": 1}
"""Input options for a video: one decoder thread, and never a file or address to which its name or content refers."""
COMMON = ("-v", "error", "-nostdin", "-copyts", "-filter_complex_threads", "1", "-max_alloc", str(1 << 29))
"""Options of every reading call: times stay those of the file.

No block of memory is larger than 512 MiB, because a few bytes can name endless tables.
"""
NOT_STARTED = (126, 127)
"""Exit statuses of a program that cannot be started, or lacks one of its libraries."""
TRIAL_S = 60

_GUARD = """
import ctypes, os, sys
parent, command = int(sys.argv[1]), sys.argv[2:]
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() == parent:
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}")
        os._exit(127)
"""
"""Asks Linux for SIGKILL (9) at the end of the parent (PR_SET_PDEATHSIG, 1), and becomes FFmpeg."""


@dataclass(frozen=True)
class Program:
    """An FFmpeg that runs.

    Args:
        path: of the program.
        source: who named it: ``PATH``, ``SIGNSPOT_FFMPEG`` or the package.
        version: what it tells of itself.
    """

    path: str
    source: str
    version: str

    def __str__(self) -> str:
        """What results are marked with; without a path, so that they are the same on every machine."""
        return f"{self.version} ({self.source})"


def executable() -> str:
    """The path of :func:`program`."""
    return program().path


@cache
def program() -> Program:
    """The FFmpeg that ``SIGNSPOT_FFMPEG`` names, else that of the machine if it runs, else that of the package.

    Raises:
        SignspotError: no FFmpeg runs, or the named one does not.
    """
    named = os.environ.get(VARIABLE)
    if named:
        path = shutil.which(named) or named
        version, reason = _trial(path)
        if reason:
            raise SignspotError(f"{VARIABLE}: {path} does not run ({reason}). Name another FFmpeg, or unset it.")
        return Program(path, VARIABLE, version)
    refused: dict[str, str] = {}
    for path, source in _candidates():
        if path in refused:
            continue
        version, reason = _trial(path)
        if not reason:
            if refused:
                told = "; ".join(refused.values())
                log.warning("%s; %s of %s is used instead. %s names another.", told, path, source, VARIABLE)
            return Program(path, source, version)
        refused[path] = f"the FFmpeg {path} does not run ({reason})"
    told = "; ".join(refused.values()) or "there is none"
    raise SignspotError(f"FFmpeg: {told}. Install FFmpeg 4 or later, or name one: {VARIABLE}=/path/to/ffmpeg")


def start(arguments: Sequence[str], stdin: int | None = None, **output: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """Starts FFmpeg. On Linux it is killed when the thread that started it ends, in whatever way.

    Args:
        arguments: of FFmpeg, without its name.
        stdin: as of :class:`subprocess.Popen`; None for no input.
        output: ``stdout`` and ``stderr``, as of :class:`subprocess.Popen`.

    Raises:
        SignspotError: no FFmpeg runs.
    """
    command = [executable(), *arguments]
    if sys.platform == "linux":
        # A preexec_fn runs Python between fork and exec, which can hang in a process of several threads.
        command = [sys.executable, "-I", "-S", "-c", _GUARD, str(os.getpid()), *command]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL if stdin is None else stdin, **output)


def _candidates() -> Iterator[tuple[str, str]]:
    if path := shutil.which("ffmpeg"):
        yield os.path.abspath(path), "PATH"
    with suppress(RuntimeError):  # it finds none
        path = imageio_ffmpeg.get_ffmpeg_exe()
        yield shutil.which(path) or path, PACKAGE
    # IMAGEIO_FFMPEG_EXE may name another one than that of the package.
    for own in sorted(Path(imageio_ffmpeg.__file__).parent.glob("binaries/ffmpeg-*")):
        yield str(own), PACKAGE


def _trial(path: str) -> tuple[str, str]:
    """The version of an FFmpeg, and why it cannot be used, "" if it can: it is told to do what will be asked of it."""
    times = "yadif=deint=interlaced,setpts='PTS+max(0,0/FRAME_RATE)/TB',fps=25:start_time=0,setpts=PTS-STARTPTS"
    chain = f"[0:V:0]{times},scale=4:4:flags=area,setsar=1,format=yuv444p[out]"
    # A raw picture through a pipe, because the FFmpeg of an archive may lack every source of pictures.
    source = ["-protocol_whitelist", "pipe", "-format_whitelist", "rawvideo", "-max_pixels", "1000", "-threads", "1"]
    source += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "4x4", "-r", "25", "-i", "pipe:"]
    output = ["-filter_complex", chain, "-map", "[out]", "-f", "rawvideo", "-pix_fmt", "rgb24", "-xerror", "pipe:"]
    try:
        told = subprocess.run([path, "-version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=TRIAL_S)
        done = subprocess.run([path, *COMMON, *source, *output], input=bytes(48), capture_output=True, timeout=TRIAL_S)
    except OSError as error:
        return "", str(error.strerror)
    except subprocess.TimeoutExpired:
        return "", f"no answer within {TRIAL_S} s"
    said = [line for line in (done.stderr or told.stderr).decode(errors="replace").splitlines() if line.strip()]
    if told.returncode or done.returncode or len(done.stdout) != 48:
        return "", "; ".join(said[:2]) or f"it gives no picture, exit status {done.returncode}"
    found = re.match(rb"(ffmpeg version \S+)", told.stdout)
    return (found[1].decode(errors="replace") if found else "ffmpeg of unknown version"), ""
