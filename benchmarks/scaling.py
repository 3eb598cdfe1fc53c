"""How the cost of the stages grows with the length of a video and with the processes that run at a time.

    python benchmarks/scaling.py [VIDEO] [--frames 1000 4000 16000] [--processes 1 2] [--stages crop flow …]
    python benchmarks/scaling.py VIDEO --minutes 3 60 --stages crop pose-repeated flow … --processes 1

A video of each length is made from VIDEO (or the embedded signer), played again and again. Each stage runs on it in a
process of its own; on the shortest, also in several processes at a time, each with the same work. Prints a table and
writes it as JSON to benchmarks/results/scaling_VIDEO.json. Peak memory is that of the largest process.

Finding landmarks takes 47 ms a frame: `pose-repeated` finds them in the first 250 frames and repeats them, while all
else (decoding at full size, writing, interpolating) is done as in `pose`: it is for the memory, not for the CPU time.
`features-rgb` is a narrow network on small images, so that a long video is read in a bearable time, `features-skeleton`
the published network. `--flow-size` makes flow quicker in the same way. With the defaults a run takes about 50 minutes
of one core.
"""

import argparse
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import material
import numpy as np
import ours
from measuring import RESULTS, Cost, machine, measured, write_results

from signspot.clips.video import usable_range
from signspot.clips.window import Window
from signspot.stores import CorpusFiles
from signspot.video.decode import probe
from signspot.video.store import FrameStore

VIDEO = "video"
NEEDS = {
    "crop": (),
    "pose-repeated": ("frames",),
    "pose": ("frames",),
    "flow": ("frames",),
    "loader-rgb": ("frames", "pose"),
    "loader-flow": ("flow", "pose"),
    "features-skeleton": ("pose",),
    "features-rgb": ("frames", "pose"),
}
"""The stages in their order, and the stores that each reads."""
MADE_BY = {"frames": ("crop",), "pose": ("pose", "pose-repeated"), "flow": ("flow",)}
USUAL = [stage for stage in NEEDS if stage != "pose-repeated"]
NETWORKS = {
    "features-skeleton": ({"name": "skeleton"}, {"name": "stgcn"}),
    "features-rgb": ({"name": "rgb", "input_size": 32}, {"name": "i3d_r50", "width": 0.0625}),
}


@dataclass(frozen=True)
class Row:
    """A stage on a video of so many frames, in so many processes at a time; CPU of all, memory of the largest."""

    stage: str
    per: str
    frames: int
    processes: int
    cpu_ms: float
    peak_mib: float
    seconds: float
    cpu_growth: float = 1.0
    memory_growth: float = 1.0


class Place:
    """A video of one length and its results so far."""

    def __init__(self, folder: Path, excerpt: ours.Excerpt, experts: Path, flow_size: int) -> None:
        self.folder, self.excerpt = folder, excerpt
        self.experts, self.flow_size = experts, flow_size
        self.results = folder / "0"
        self.files = CorpusFiles(self.results).stores_of(VIDEO)

    def call(self, stage: str, process: int) -> tuple[Any, ...]:
        """Function and arguments of a stage; every process has a folder of its own for what it writes."""
        folder = self.folder / str(process)
        out = CorpusFiles(folder).stores_of(VIDEO)
        kind, _, modality = stage.partition("-")
        if kind == "loader":
            rng = np.random.default_rng(process)
            return ours.loader, modality, self.results, VIDEO, rng.permutation(self.clips()).tolist()
        if kind == "features":
            return ours.features, self.experts / stage, self.results, VIDEO, folder / f"{stage}.h5"
        video, frames = self.excerpt.video, self.files.crops
        return {
            "crop": (ours.crop, self.excerpt, out.crops),
            "pose": (ours.pose, video, frames, out.poses),
            "pose-repeated": (ours.pose_repeated, video, frames, out.poses),
            "flow": (ours.flow, frames, out.flow, self.flow_size),
        }[stage]

    def clips(self) -> int:
        return Window(ours.CLIP, ours.STRIDE).count(*usable_range(self.files))

    def run(self, stage: str, processes: int) -> Row:
        with ThreadPoolExecutor(processes) as pool:
            costs: list[Cost] = list(pool.map(lambda i: measured(*self.call(stage, i)), range(processes)))
        with FrameStore(self.files.crops) as store:
            frames = len(store)
        per = "clip" if stage.startswith(("loader", "features")) else "frame"
        units = processes * (self.clips() if per == "clip" else frames)
        return Row(
            stage,
            per,
            frames,
            processes,
            cpu_ms=1000 * sum(cost.cpu_s for cost in costs) / units,
            peak_mib=max(cost.peak_mib for cost in costs),
            seconds=max(cost.wall_s for cost in costs),
        )


def grown(rows: list[Row]) -> list[Row]:
    """The rows with their CPU and memory as multiples of the first row of their stage."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.stage, row)
    return [
        replace(
            row,
            cpu_growth=row.cpu_ms / first[row.stage].cpu_ms,
            memory_growth=row.peak_mib / first[row.stage].peak_mib,
        )
        for row in rows
    ]


def measure(arguments: argparse.Namespace, folder: Path, video: Path) -> list[Row]:
    info = probe(video)
    experts = folder / "experts"
    for stage in set(NETWORKS) & set(arguments.stages):
        modality, backbone = NETWORKS[stage]
        material.write_expert(experts / stage, stage, modality, backbone)
    rows = []
    lengths = sorted(arguments.frames)
    for frames in lengths:
        longer = folder / f"{frames}{video.suffix}"
        material.repeated(video, frames / info.fps, longer)
        excerpt = ours.Excerpt(longer, info.fps, round(1000 * frames / info.fps))
        place = Place(folder / f"{frames}_results", excerpt, experts, arguments.flow_size)
        for stage in arguments.stages:
            for processes in [1, *(arguments.processes if frames == lengths[0] else ())]:
                print(f"{stage}, {frames} frames, {processes} at a time …", file=sys.stderr)
                rows.append(place.run(stage, processes))
    return grown(rows)


def print_table(rows: list[Row]) -> None:
    print(f"{'stage':20}{'per':7}{'frames':>8}{'at a time':>11}{'CPU ms':>10}{'x':>7}{'peak MiB':>10}{'x':>7}{'s':>9}")
    for row in sorted(rows, key=lambda row: (list(NEEDS).index(row.stage), row.processes, row.frames)):
        print(
            f"{row.stage:20}{row.per:7}{row.frames:8}{row.processes:11}{row.cpu_ms:10.3g}{row.cpu_growth:7.2f}"
            f"{row.peak_mib:10.0f}{row.memory_growth:7.2f}{row.seconds:9.1f}"
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("video", type=Path, nargs="?", help="default: the embedded signer")
    parser.add_argument("--frames", type=int, nargs="+", default=[1000, 4000, 16000], help="lengths")
    parser.add_argument("--minutes", type=float, nargs="+", help="lengths, in the place of --frames, at 25 per second")
    parser.add_argument("--processes", type=int, nargs="+", default=[2, cores], help="at a time, on the shortest video")
    parser.add_argument("--stages", nargs="+", choices=list(NEEDS), default=USUAL)
    parser.add_argument("--flow-size", type=int, default=ours.SIZE, help="in px")
    parser.add_argument(
        "--folder", type=Path, help="for videos and stores, 40 KB a frame; default: that for such files"
    )
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if arguments.minutes:
        arguments.frames = [round(minutes * 60 * 25) for minutes in arguments.minutes]
    arguments.processes = sorted(set(arguments.processes) - {1})
    arguments.stages = [stage for stage in NEEDS if stage in arguments.stages]
    for stage in arguments.stages:
        for store in NEEDS[stage]:
            if not set(MADE_BY[store]) & set(arguments.stages):
                parser.error(f"--stages: {stage} needs what {' or '.join(MADE_BY[store])} makes; name it too")
    return arguments


def main() -> None:
    arguments = parse()
    described = machine()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        folder = Path(scratch)
        video = arguments.video and arguments.video.resolve()
        if video is None:
            video = folder / "embedded.mp4"
            material.rendered(video, seconds=20)
        rows = measure(arguments, folder, video)
    print(f"{video.name}, repeated. {described['cpu']}, {described['cores']} cores")
    print_table(rows)
    write_results(
        arguments.out or RESULTS / f"scaling_{video.stem}.json",
        machine=described,
        video=video.name,
        flow_size=arguments.flow_size,
        stages=[asdict(row) for row in rows],
    )


if __name__ == "__main__":
    main()
