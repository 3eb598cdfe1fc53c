"""What every stage costs beside the same stage of the reference route, on the same video in the same run.

    python benchmarks/stages.py [VIDEO] [--frames 250] [--pairs 12] [--out FILE.json]

Prints a table and writes it as JSON with the machine described, by default to benchmarks/results/stages_VIDEO.json.
Without VIDEO, the embedded signer is rendered at 1280x720. Each stage runs in a process of its own: the CPU time is
that of all its threads and of FFmpeg; imports and compiled code are loaded before and not counted. Ours computes in one
thread, the reference's libraries in as many as they take. The reference route is described in benchmarks/reference.py;
its TV-L1 is measured on some of the pairs only, spread over the video, and its bytes and files are extrapolated. With
the defaults a run takes about three minutes on two cores.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import material
import numpy as np
import ours
import reference
from measuring import RESULTS, Cost, machine, measured, write_results
from rows import Row, side, table, total

from signspot.arrays import Rows, open_arrays
from signspot.clips.modalities.hands import HANDS
from signspot.clips.video import usable_range
from signspot.clips.window import Window
from signspot.flow.store import FlowStore
from signspot.stores import CorpusFiles
from signspot.video.decode import probe
from signspot.video.store import FrameStore

VIDEO = "video"
"""Its name in the results folder."""
MODALITIES = ("rgb", "hands", "flow", "skeleton")
PICTURED = MODALITIES[:3]
"""Those that the reference reads from pictures."""


class Benchmark:
    """The stages on one video; results of a stage are what the next ones read."""

    def __init__(self, excerpt: ours.Excerpt, folder: Path, pairs: int, clips: int, expert_clips: int) -> None:
        self.excerpt, self.folder = excerpt, folder
        self.pairs, self.clips, self.expert_clips = pairs, clips, expert_clips
        self.files = CorpusFiles(folder / "ours").stores_of(VIDEO)
        self.pictures = folder / "reference"

    def crop(self) -> list[Row]:
        say("crop")
        cost = measured(ours.crop, self.excerpt, self.files.crops)
        with FrameStore(self.files.crops) as store:
            self.frames, centre_x = len(store), store.crop.centre_x
        say("crop, reference")
        full, small = self.pictures / "full", self.pictures / "crops"
        extracted = measured(reference.extract, self.excerpt.video, full, self.frames)
        cropped = measured(reference.crop, full, small, centre_x)
        return [
            Row("extract frames", "frame", None, side(extracted, self.frames, full, self.frames)),
            Row(
                "crop",
                "frame",
                side(cost, self.frames, self.files.crops, 1),
                side(cropped, self.frames, small, self.frames),
            ),
        ]

    def pose(self) -> list[Row]:
        say("pose")
        cost = measured(ours.pose, self.excerpt.video, self.files.crops, self.files.poses)
        say("pose, reference")
        out = self.pictures / "poses/video.pkl"
        theirs = measured(reference.pose, self.pictures / "full", out)
        return [
            Row("pose", "frame", side(cost, self.frames, self.files.poses, 1), side(theirs, self.frames, out, 1)),
        ]

    def flow(self) -> list[Row]:
        say("flow")
        cost = measured(ours.flow, self.files.crops, self.files.flow)
        say("flow, reference")
        pairs = self.frames - 1
        starts = np.linspace(0, pairs - 1, min(self.pairs, pairs)).round().astype(int).tolist()
        out = self.pictures / "flow"
        theirs = measured(reference.flow, self.pictures / "crops", out, starts)
        return [Row("flow", "pair", side(cost, pairs, self.files.flow, 1), side(theirs, len(starts), out, 2 * pairs))]

    def tvl1(self) -> tuple[Row, dict[str, Any]]:
        """TV-L1 alone, on the same pairs; and how far the flows differ."""
        say("TV-L1")
        images = material.grey_pairs(self.files.crops, self.pairs)
        paths = [self.folder / f"{name}.npy" for name in ("pairs", "ours", "opencv")]
        np.save(paths[0], images)
        costs = [measured(module.tvl1, paths[0], out) for module, out in zip((ours, reference), paths[1:], strict=True)]
        row = Row("TV-L1 alone", "pair", *(side(cost, len(images)) for cost in costs))
        return row, material.difference(*(np.load(path) for path in paths[1:]))

    def loader(self, modalities: Sequence[str]) -> list[Row]:
        """Clips in a random order from files that are in memory already."""
        first, last = usable_range(self.files)
        # Clips that lie in the video as a whole: the reference pads no others.
        whole = np.arange(1, (min(last, self.frames - 2) - first - ours.CLIP + 1) // ours.STRIDE + 2)
        clips = np.random.default_rng(0).choice(whole, self.clips)
        self.starts = (first + ours.STRIDE * clips - ours.CLIP // 2).tolist()
        self._write_pictures()
        place = self.folder / "ours", VIDEO
        return [
            self._feeding(f"loader {name}", measured(ours.loader, name, *place, clips.tolist()), name, reference.loader)
            for name in modalities
        ]

    def training_input(self, modalities: Sequence[str]) -> list[Row]:
        """Augmented batches; only after ``loader``."""
        place = self.folder / "ours", VIDEO, -(-self.clips // ours.BATCH)
        return [
            self._feeding(f"input {name}", measured(ours.training_input, name, *place), name, reference.training_input)
            for name in modalities
        ]

    def _feeding(self, stage: str, cost: Cost, name: str, by_reference: Any) -> Row:
        say(stage)
        mine = side(cost, cost.result or self.clips)
        if name not in PICTURED:
            return Row(stage, "clip", mine, None)
        folder = self.pictures / ("all_flow" if name == "flow" else "crops")
        hands = self.folder / "hands.npy" if name == "hands" else None
        theirs = measured(by_reference, name, folder, self.starts, ours.BATCH, hands)
        return Row(stage, "clip", mine, side(theirs, len(self.starts)))

    def _write_pictures(self) -> None:
        """What the reference reads clips from, beside its crops: the flow of all pairs, and where the hands are."""
        with FlowStore(self.files.flow) as store:
            reference.write_flow_pictures(store.read(0, len(store)), self.pictures / "all_flow")
        with open_arrays(self.files.poses) as file:
            rows = Rows(file, "joints")
            joints = rows.read(0, len(rows))[..., :2]
        np.save(self.folder / "hands.npy", np.stack([joints[:, hand].mean(1) for hand in HANDS], axis=1))

    def features(self) -> list[Row]:
        """The networks are those of the reference, which has no row here; only after all others, and few clips."""
        material.shortened(self.folder / "ours", VIDEO, self.expert_clips)
        count = Window(ours.CLIP, ours.STRIDE).count(*usable_range(self.files))
        rows = []
        for name, expert in material.experts().items():
            say(f"features {name}")
            material.write_expert(self.folder / name, name, expert["modality"], expert["backbone"])
            out = self.folder / f"features/{name}.h5"
            cost = measured(ours.features, self.folder / name, self.folder / "ours", VIDEO, out)
            rows.append(Row(f"features {name}", "clip", side(cost, count, out), None))
        return rows


def say(stage: str) -> None:
    print(f"measuring {stage} …", file=sys.stderr)


def aims(rows: list[Row], parity: dict[str, float]) -> list[dict[str, Any]]:
    """What was aimed at, each with its value and whether it was reached."""
    by_name = {row.stage: row for row in rows}
    values = [
        ("TV-L1 alone, CPU", by_name["TV-L1 alone"].ratio("cpu_ms"), 1 / 10),
        ("median end-point error, px", parity["epe_median_px"], 0.02),
        ("95 % of the end-point errors, px", parity["epe_p95_px"], 0.1),
        ("difference of 8-bit levels", parity["level_difference"], 0.2),
        ("preprocessing, CPU", by_name["preprocessing"].ratio("cpu_ms"), 1 / 6),
        ("preprocessing, bytes", by_name["preprocessing"].ratio("kb"), 1 / 3),
        ("files of a video", by_name["preprocessing"].ours.files, 3),
    ]
    loaders = [(f"loader {modality}", most) for modality, most in (("rgb", 0.6), ("flow", 0.3))]
    values += [(f"{name}, CPU", by_name[name].ratio("cpu_ms"), most) for name, most in loaders if name in by_name]
    return [{"aim": name, "value": value, "at_most": most, "reached": value <= most} for name, value, most in values]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path, nargs="?", help="default: the embedded signer")
    parser.add_argument("--frames", type=int, default=250, help="of the video, from its start")
    parser.add_argument("--pairs", type=int, default=12, help="of frames, for OpenCV's TV-L1")
    parser.add_argument("--clips", type=int, default=400, help="for the loaders")
    parser.add_argument("--modalities", nargs="+", choices=MODALITIES, default=MODALITIES, help="for the loaders")
    parser.add_argument("--expert-clips", type=int, default=8, help="for the networks; 0: leave them out")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    described = machine()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        video = arguments.video and arguments.video.resolve()
        if video is None:
            say("nothing yet, but rendering the embedded signer")
            video = folder / "embedded.mp4"
            material.rendered(video, max(arguments.frames / 25, 2))
        info = probe(video)
        excerpt = ours.Excerpt(video, info.fps, round(1000 * arguments.frames / info.fps))
        benchmark = Benchmark(excerpt, folder, arguments.pairs, arguments.clips, arguments.expert_clips)
        rows = [*benchmark.crop(), *benchmark.pose(), *benchmark.flow()]
        rows.append(total(rows))
        alone, parity = benchmark.tvl1()
        rows += [alone, *benchmark.loader(arguments.modalities), *benchmark.training_input(arguments.modalities)]
        rows += benchmark.features() if arguments.expert_clips else []
    reached = aims(rows, parity)
    print(f"{video.name}: {info.width}x{info.height}, {info.fps:g} fps, {benchmark.frames} frames. {described['cpu']}")
    print(table(rows))
    print(f"\nOpenCV's TV-L1 on {parity['pairs']} pairs, where 95 % of the motions are below", end=" ")
    print(f"{parity['motion_p95_px']:.1f} px. Ratios are ours / reference.")
    for aim in reached:
        print(
            f"{'reached' if aim['reached'] else 'MISSED':8} {aim['aim']}: {aim['value']:.3g} (≤ {aim['at_most']:.3g})"
        )
    write_results(
        arguments.out or RESULTS / f"stages_{video.stem}.json",
        machine=described,
        video={"name": video.name, **asdict(info), "frames": benchmark.frames},
        settings={key: getattr(arguments, key) for key in ("pairs", "clips", "expert_clips")},
        stages=[asdict(row) | {f"{field}_ratio": row.ratio(field) for field in ("cpu_ms", "kb")} for row in rows],
        parity=parity,
        aims=reached,
    )


if __name__ == "__main__":
    main()
