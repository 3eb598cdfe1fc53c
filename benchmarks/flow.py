"""CPU time per pair of frames of our TV-L1 and of OpenCV's, on the same pairs in turn, and how far the flows differ.

Prints a TSV. Give it a frame store of a real signer: both take longer the more moves.

    python benchmarks/flow.py results/<corpus>/crops/<video>.h5 --pairs 10 --size 256
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from signspot.flow.fused import flow_of_pair
from signspot.flow.store import quantise
from signspot.video.store import FrameStore

Pair = tuple[np.ndarray, np.ndarray]


def read_pairs(path: Path, count: int, size: int) -> list[Pair]:
    """Grey pairs uint8 (size, size), evenly spread over the video."""
    with FrameStore(path) as store:
        starts = np.linspace(0, len(store) - 2, count).round().astype(int)
        pairs = [store.read(int(start), int(start) + 2) for start in starts]
    return [
        tuple(
            cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), (size, size), interpolation=cv2.INTER_AREA)
            for frame in pair
        )
        for pair in pairs
    ]


def timed(engine: Callable[[np.ndarray, np.ndarray], np.ndarray], pair: Pair) -> tuple[float, np.ndarray]:
    """CPU milliseconds of all threads, and the flow."""
    start = time.process_time()
    flow = engine(*pair)
    return 1000 * (time.process_time() - start), flow


def compare(pairs: list[Pair]) -> pd.DataFrame:
    """One row per pair: CPU ms of both, end-point error (px) and difference of the 8-bit levels."""
    opencv = cv2.optflow.DualTVL1OpticalFlow_create()
    flow_of_pair(*pairs[0])  # compiles
    rows = []
    for pair in pairs:
        ours_ms, ours = timed(flow_of_pair, pair)
        opencv_ms, theirs = timed(lambda a, b: opencv.calc(a, b, None).transpose(2, 0, 1), pair)
        error = np.hypot(*(ours - theirs))
        rows.append(
            {
                "signspot_ms": ours_ms,
                "opencv_ms": opencv_ms,
                "times_faster": opencv_ms / ours_ms,
                "epe_median": np.median(error),
                "epe_p95": np.percentile(error, 95),
                "level_difference": np.abs(quantise(ours).astype(int) - quantise(theirs)).mean(),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("frames", type=Path, help="frame store of a video")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--size", type=int, default=256, help="side in px")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    table = compare(read_pairs(arguments.frames, arguments.pairs, arguments.size))
    table.loc["median"] = table.median()
    table.to_csv(sys.stdout, sep="\t", index_label="pair", float_format="%.4g")


if __name__ == "__main__":
    main()
