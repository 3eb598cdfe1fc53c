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
from typing import Any, NamedTuple

import numpy as np

from signspot.errors import InputError
from signspot.files import sha256

log = logging.getLogger(__name__)


class PoseModel(NamedTuple):
    """A pose model as MediaPipe publishes it: the name of its file, and the sha256 of its bytes."""

    file: str
    sha256: str


POSE_MODELS = {
    0: PoseModel("pose_landmark_lite.tflite", "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61"),
    1: PoseModel("pose_landmark_full.tflite", "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f"),
    2: PoseModel("pose_landmark_heavy.tflite", "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"),
}
"""The pose model by ``model_complexity``."""
BUNDLED = 1
"""The complexity whose model comes with MediaPipe's Python package."""
SOURCE = "the npm package @mediapipe/holistic 0.5.1675471629 (Apache-2.0)"
"""Where all three models can be had."""


def solution(name: str) -> ModuleType:
    """Imports a module of the solutions of MediaPipe, ``pose`` or ``holistic``, which takes seconds."""
    os.environ.setdefault("GLOG_minloglevel", "2")
    return importlib.import_module(f"mediapipe.python.solutions.{name}")


def check_pose_model_given(model_complexity: int, path: Path | str | None) -> None:
    """Checks that the file of a pose model is there, if one is needed; its bytes are not read.

    Raises:
        InputError: it is not there, or none is named for a model that does not come with MediaPipe.
    """
    file = POSE_MODELS[model_complexity].file
    if path is None and model_complexity != BUNDLED:
        raise InputError(
            f"pose.model_complexity: {model_complexity} needs MediaPipe's {file}, which is not in its Python package "
            f"and is never downloaded. Take it from {SOURCE}, and name it: pose.model: PATH in a configuration, "
            f"--pose-model PATH with a model. Or use complexity {BUNDLED}, whose model is in the package."
        )
    if path is not None and not Path(path).is_file():
        raise InputError(f"{path}: there is no such file, expected MediaPipe's {file} of {SOURCE}. Correct the path.")


def check_pose_model(model_complexity: int, path: Path | str | None) -> None:
    """Checks that the file of a pose model is there, if one is needed, and has the bytes that MediaPipe publishes.

    Raises:
        InputError: as :func:`check_pose_model_given`, or the file is another one.
    """
    check_pose_model_given(model_complexity, path)
    if path is None:
        return
    expected, found = POSE_MODELS[model_complexity], sha256(path)
    if found != expected.sha256:
        raise InputError(
            f"{path}: is not the pose model of complexity {model_complexity}. Its sha256 is {found}, that of "
            f"{expected.file} is {expected.sha256}. Take that file from {SOURCE}."
        )


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


def with_pose_model(kind: type, path: Path | str) -> type:
    """The class ``kind`` of a solution, with a graph that reads the file ``path`` as its pose model.

    Its ``model_complexity`` stays that of the bundled model, whose place the file takes: of any other complexity,
    MediaPipe would look for a file in its own folder, and download it.
    """

    class Given(kind):
        def _initialize_graph_interface(self, *parts: Any, **options: Any) -> Any:
            from mediapipe.calculators.core.constant_side_packet_calculator_pb2 import (
                ConstantSidePacketCalculatorOptions,
            )

            graph = super()._initialize_graph_interface(*parts, **options)
            for node in graph.node:
                for packet in node.options.Extensions[ConstantSidePacketCalculatorOptions.ext].packet:
                    if packet.string_value.endswith(POSE_MODELS[BUNDLED].file):
                        packet.string_value = str(Path(path).resolve())
            return graph

    return Given


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
