"""Limits the threads of a job to the number that the job was given."""

import sys

from threadpoolctl import threadpool_limits


def use_threads(count: int) -> None:
    """Limits the libraries that are imported by now: PyTorch, BLAS and OpenMP to ``count`` threads, OpenCV to one.

    OpenCV gets one thread because its pictures are small here: more threads cost more than they save. Loops compiled by
    numba run in the thread that calls them. MediaPipe has a limit of its own, see
    :func:`signspot.video.mediapipe.in_threads`.
    """
    threadpool_limits(count)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(count)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(1)
