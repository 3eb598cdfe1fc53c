"""The legacy solutions of MediaPipe, without messages on standard error and without downloads."""

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
"""Name of the pose model by ``model_complexity``."""


def solution(name: str, model_complexity: int = 1) -> ModuleType:
    """Imports a module of the solutions of MediaPipe, ``pose`` or ``holistic``, which takes seconds.

    Raises:
        InputError: the pose model of this complexity is not in the installed package; MediaPipe would download it.
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
    """The class ``kind`` of a solution, with a graph that runs in ``threads`` threads, not in one for each core."""

    class Limited(kind):
        # MediaPipe 0.10.21 has no public option. In this method its graph is still a description, which can change.
        def _initialize_graph_interface(self, *parts: Any, **options: Any) -> Any:
            graph = super()._initialize_graph_interface(*parts, **options)
            del graph.executor[:]
            graph.num_threads = threads
            return graph

    return Limited


@contextmanager
def native_log() -> Iterator[None]:
    """Sends what native code writes to standard error in the block to the debug log: warnings for its authors."""
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
    """Landmarks of MediaPipe as float32 (count, 3): x, y, z as parts of the picture's side; NaN if none were found."""
    if found is None:
        return np.full((count, 3), np.nan, np.float32)
    return np.array([(mark.x, mark.y, mark.z) for mark in found.landmark], np.float32)
