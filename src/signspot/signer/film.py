"""The videos of the embedded corpus, rendered frame by frame.

Apart from the description of the corpus, which every call of the workflow reads: to compile loops and to load FFmpeg's
and OpenCV's packages takes seconds.
"""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import cv2
import ffmpeg
import numpy as np

from signspot.errors import SignspotError
from signspot.files import finished
from signspot.signer.body import solve
from signspot.signer.corpus import SyntheticCorpus, performance_of, random_numbers
from signspot.signer.render import Renderer
from signspot.video.program import start


def frames(corpus: SyntheticCorpus, video: str) -> Iterator[np.ndarray]:
    """The frames of a video, one by one: (height, width, 3), uint8 RGB.

    Raises:
        InputError: the corpus has no such video.
    """
    performance = performance_of(corpus, video)
    renderer = Renderer(performance.signer, corpus.width, corpus.height, random_numbers(corpus, f"render {video}"))
    for frame in range(round(performance.seconds * corpus.fps)):
        pose = performance.pose(frame / corpus.fps)
        yield renderer(solve(performance.signer, pose), pose.mouth, pose.blink)


def render_video(corpus: SyntheticCorpus, video: str, path: Path | str) -> None:
    """Renders a video as H.264 (yuv420p) at the exact frame rate, on one core, one frame in memory at a time.

    The same corpus and video give the same bytes if the same FFmpeg encodes them.

    Args:
        corpus: the corpus.
        video: the name of the video.
        path: the file to write.

    Raises:
        InputError: the corpus has no such video.
        SignspotError: FFmpeg failed; the message tells why.
    """
    cv2.setNumThreads(1)
    raw = {"format": "rawvideo", "pix_fmt": "rgb24", "s": f"{corpus.width}x{corpus.height}"}
    h264 = {"vcodec": "libx264", "pix_fmt": "yuv420p", "preset": "fast", "crf": 18, "threads": 1, "fflags": "+bitexact"}
    with finished(path) as part:
        arguments = ffmpeg.get_args(
            ffmpeg.input("pipe:", **raw, framerate=Fraction(corpus.fps).limit_denominator(1001))
            .output(f"file:{part}", **h264)
            .global_args("-loglevel", "error")
        )
        with start(arguments, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as encoder:
            with suppress(BrokenPipeError):  # FFmpeg has failed; its message follows
                for frame in frames(corpus, video):
                    encoder.stdin.write(frame)
            with suppress(BrokenPipeError):
                encoder.stdin.close()
            said = encoder.stderr.read().decode(errors="replace").strip()
        if encoder.returncode:
            raise SignspotError(f"{path}: FFmpeg could not write it: {said or 'no reason given'}. Check disk and path.")
