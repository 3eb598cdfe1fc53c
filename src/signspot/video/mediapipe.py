"""MediaPipe's legacy solutions, without their noise and without downloads."""

import importlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from signspot.errors import InputError

log = logging.getLogger(__name__)

MODELS = {0: "lite", 1: "full", 2: "heavy"}
"""Names of the pose models by ``model_complexity``."""


def solution(name: str, model_complexity: int = 1) -> ModuleType:
    """A module of MediaPipe's solutions: ``pose`` or ``holistic``; imported here because it takes seconds.

    Raises:
        InputError: the pose model of that complexity is not in the installed package (MediaPipe would download it).
    """
    os.environ.setdefault("GLOG_minloglevel", "2")
    module = importlib.import_module(f"mediapipe.python.solutions.{name}")
    model = f"modules/pose_landmark/pose_landmark_{MODELS.get(model_complexity)}.tflite"
    if not (Path(sys.modules["mediapipe"].__file__).parent / model).is_file():
        raise InputError(
            f"pose.model_complexity: {model_complexity} needs mediapipe/{model}, which is not in the installed package "
            "and is never downloaded. Put it there yourself, or use 1, whose model is bundled."
        )
    return module


def in_threads(kind: type, threads: int) -> type:
    """A class of a solution whose graph runs in so many threads, in the place of one for each core."""

    class Limited(kind):
        # MediaPipe 0.10.21 has no public way; here its graph is still a description.
        def _initialize_graph_interface(self, *parts: Any, **options: Any) -> Any:
            graph = super()._initialize_graph_interface(*parts, **options)
            del graph.executor[:]
            graph.num_threads = threads
            return graph

    return Limited


@contextmanager
def native_log() -> Iterator[None]:
    """What native code writes to standard error in the block goes to the debug log: warnings meant for its authors."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as caught:
        standard_error = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
            caught.seek(0)
            for line in caught.read().decode(errors="replace").splitlines():
                log.debug("%s", line)


def array(found: Any, count: int) -> np.ndarray:
    """A landmark list of MediaPipe, or None, as float32 (count, 3): x, y, z as parts of the picture; NaN for None."""
    if found is None:
        return np.full((count, 3), np.nan, np.float32)
    return np.array([(mark.x, mark.y, mark.z) for mark in found.landmark], np.float32)
