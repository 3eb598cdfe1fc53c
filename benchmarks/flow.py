"""TV-L1 of the CPU engine beside OpenCV's, on the same pairs of frames of a frame store.

    python benchmarks/flow.py results/<corpus>/crops/<video>.h5 [--pairs 10] [--size 256]

Prints CPU ms per pair of both, each alone in a process of its own, and how far the flows differ. Take a real signer:
both take longer the more moves.
"""

import argparse
import tempfile
from pathlib import Path

import material
import numpy as np
import ours
import reference
from measuring import measured


def compare(images: np.ndarray, folder: Path) -> dict[str, float]:
    """Of pairs uint8 (n, 2, size, size)."""
    pairs, figures, flows = folder / "pairs.npy", {}, []
    np.save(pairs, images)
    for name, route in (("signspot", ours), ("opencv", reference)):
        out = folder / f"{name}.npy"
        figures[f"{name}_cpu_ms"] = 1000 * measured(route.tvl1, pairs, out).cpu_s / len(images)
        flows.append(np.load(out))
    return figures | {"ratio": figures["signspot_cpu_ms"] / figures["opencv_cpu_ms"]} | material.difference(*flows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("frames", type=Path, help="frame store of a video")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--size", type=int, default=ours.SIZE, help="side in px")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = compare(material.grey_pairs(arguments.frames, arguments.pairs, arguments.size), Path(folder))
    for name, value in figures.items():
        print(f"{name}\t{value:.4g}")


if __name__ == "__main__":
    main()
