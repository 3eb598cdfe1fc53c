"""A job computes in the threads that it was given."""

import subprocess
import sys

import pytest

LIBRARIES = """
import sys
import cv2, numpy, torch
from threadpoolctl import threadpool_info
from signspot.compute.threads import use_threads
use_threads(int(sys.argv[1]))
print(torch.get_num_threads(), cv2.getNumThreads(), max(pool["num_threads"] for pool in threadpool_info()))
"""
DETECTORS = """
import os, sys
import numpy
from signspot.pose.holistic import landmarks
frames = [numpy.zeros((64, 64, 3), numpy.uint8)]
list(landmarks(iter(frames)))
before = len(os.listdir("/proc/self/task"))
found = landmarks(iter(frames), threads=int(sys.argv[1]))
next(found)
print(len(os.listdir("/proc/self/task")) - before)
found.close()
"""


def output(script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("threads", ["1", "2"])
def test_libraries(threads: str) -> None:
    assert output(LIBRARIES, threads) == f"{threads} 1 {threads}"


@pytest.mark.parametrize("threads", [1, 3])
def test_detectors(threads: int) -> None:
    assert int(output(DETECTORS, str(threads))) == threads
