"""How many threads a job computes in: those that it was given, whatever a library would take by itself."""

import sys

from threadpoolctl import threadpool_limits


def use_threads(count: int) -> None:
    """Limits the libraries that are imported by now: PyTorch, BLAS and OpenMP to ``count`` threads, OpenCV to one.

    OpenCV's pictures are small here, and its threads cost more than they spare. Compiled loops (numba) run in the
    thread that calls them, MediaPipe is told by :func:`signspot.video.mediapipe.in_threads`.
    """
    threadpool_limits(count)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(count)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(1)
