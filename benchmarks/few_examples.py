"""Signs from a few examples: official F1 against examples, signers, angles and size of the vocabulary; time and memory.

    python benchmarks/few_examples.py rendered [--signs 10 100] [--examples 1 2 5] [--signers 1 2] [--seeds 1 2 3]
    python benchmarks/few_examples.py size [--signs 10 100 1000]
    python benchmarks/few_examples.py recordings FOLDER [--seeds 1 2 3] [--networks 0 3]

`rendered` gives the skeletons of rendered signers, with the errors of a detector, to the spotter; nothing is drawn.
Examples are single signs with pauses, before a camera in front. Unseen signers make the signs one after the other,
before a camera in front and, `turned`, at 35 degrees. `size` measures each size of the vocabulary in a process of its
own.

`recordings` expects FOLDER with videos `*train_front*`, `*test_side*`, `*realtimed*` and the tables `labels.csv`,
`annotations.csv`, `real_timed_annotations.csv`. Examples are the annotated signs of the front takes. They are found in
the takes from the side, and in sentences; `grown` adds the signs of all other sentences to the examples, and leaves out
one video at a time; `shuffled` gives the spottings in sentences other signs, drawn at random. Pointing signs are
dropped from the sentences. Poses are kept in --poses.
"""

import argparse
import csv
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from signspot.arrays import Rows, attribute, new_arrays, open_arrays, timebase_of, write_attributes, write_rows
from signspot.compute.threads import use_threads
from signspot.decoders import decode
from signspot.files import write_json
from signspot.labels.frames import FrameLabels, frame_labels
from signspot.model.prepare import StoreSettings, store_steps
from signspot.scoring.official import official
from signspot.signer.body import Signer
from signspot.signer.landmarks import Camera, seen_landmarks
from signspot.signer.lexicon import Sign, make_lexicon
from signspot.signer.timeline import Performance, improvise
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter
from signspot.stores import CorpusFiles, VideoFiles

RESULTS = Path(__file__).with_name("results")
FPS, LEXICON_SEED, PAIRS, OTHERS = 25.0, 5, 0.2, 40
ANGLES = {"front": 0.0, "turned": 35.0}
UNSEEN, UNSEEN_SECONDS = 4, 45.0
POINTING = ("Ja", "On/Ona", "My", "Moje", "Tvoje")
SETTINGS = StoreSettings(fps=FPS, frame_size=256, model_complexity=1, flow_size=None)

Truth = list[tuple[int, int, int]]
"""Class id, start and end in ms."""


@dataclass(frozen=True)
class Material:
    """A video: where its poses lie, and its annotated signs."""

    files: VideoFiles
    truth: Truth

    @property
    def labels(self) -> FrameLabels:
        with open_arrays(self.files.poses) as file:
            first, last, timebase = attribute(file, "first"), attribute(file, "last"), timebase_of(file)
            frames = len(Rows(file, "pose"))
        return FrameLabels(first, last, timebase, frame_labels(self.truth, frames, timebase)[first : last + 1])


def fitted(train: Sequence[Material], folder: Path, classes: int, seed: int, networks: int) -> float:
    """Fits a spotter; returns the CPU seconds that this took."""
    start = time.process_time()
    labels = {one.files.video: one.labels for one in train}
    task = FitTask("few", [str(number) for number in range(classes)], seed, labels=labels)
    inputs = [VideoInputs(one.files.video, stores=one.files) for one in train]
    SPOTTERS.build("exemplars", networks=networks).fit(inputs, [], folder, task)
    return time.process_time() - start


def scored(folder: Path, test: Sequence[Material], dropped: Sequence[int] = ()) -> list[tuple[Truth, Truth]]:
    """Truth and spottings of each video, without the dropped signs."""
    spotter, result = load_spotter(folder), []
    for one in test:
        predictions = spotter.predict(VideoInputs(one.files.video, stores=one.files))
        found = [
            (spotting.class_id, *predictions.timebase.ms_of(spotting.first, spotting.last))
            for spotting in decode("candidates", predictions)
        ]
        kept = [[row for row in rows if row[0] not in dropped] for rows in (one.truth, found)]
        result.append(tuple(kept))
    return result


def f1(pairs: Sequence[tuple[Truth, Truth]]) -> float:
    """The official F1 of truth and spottings of videos."""
    return official(
        {str(n): truth for n, (truth, _) in enumerate(pairs)}, {str(n): f for n, (_, f) in enumerate(pairs)}
    )["f1"]


def perform(
    folder: Path,
    name: str,
    signer: Signer,
    signs: Sequence[Sign],
    numbers: Mapping[str, int],
    camera: Camera,
    rests: float,
    rng: np.random.Generator,
) -> Material:
    """Writes the pose file of a signer who makes these signs once each, or as many of them as time allows."""

    def endless():
        while True:
            yield from signs

    seconds = UNSEEN_SECONDS if rests < 1 else 4.0 * len(signs)
    instances = improvise(signer, endless(), seconds, rests, rng)
    if rests == 1:
        instances = instances[: len(signs)]
        seconds = instances[-1].end + 1
    seen = seen_landmarks(Performance(signer, instances, seconds, rng), camera, FPS, rng)
    files = CorpusFiles(folder).stores_of(name)
    files.poses.parent.mkdir(parents=True, exist_ok=True)
    with new_arrays(files.poses) as file:
        for part, values in (("pose", seen.pose), ("left_hand", seen.left_hand), ("right_hand", seen.right_hand)):
            write_rows(file, part, values)
        write_attributes(file, {"first": 0, "last": len(seen.pose) - 1, "fps": FPS, "start_ms": 0})
    truth = [
        (numbers[one.sign.gloss], round(1000 * one.start), round(1000 * one.end))
        for one in instances
        if one.sign.gloss in numbers
    ]
    return Material(files, truth)


def signers(count: int, rng: np.random.Generator) -> list[Signer]:
    """Right-handed signers with random bodies and styles."""
    return [replace(Signer.random(rng), left_handed=False) for _ in range(count)]


def examples_of(
    folder: Path, signs: Sequence[Sign], teachers: Sequence[Signer], count: int, rng: np.random.Generator
) -> list[Material]:
    """``count`` examples of each sign, the teachers in turn, single signs with pauses, twenty to a video."""
    numbers = {sign.gloss: number for number, sign in enumerate(signs)}
    videos = []
    for turn in range(count):
        teacher = replace(teachers[turn % len(teachers)], speed=0.8)
        order = [signs[number] for number in rng.permutation(len(signs))]
        for start in range(0, len(order), 20):
            name, part = f"examples{turn}_{start}", order[start : start + 20]
            videos.append(perform(folder, name, teacher, part, numbers, Camera(pitch=rng.normal(0, 4)), 1.0, rng))
    return videos


def rendered(arguments: argparse.Namespace) -> list[dict]:
    rows = []
    for seed in arguments.seeds:
        for size in arguments.signs:
            rows += rendered_rows(arguments, seed, size)
    return rows


def rendered_rows(arguments: argparse.Namespace, seed: int, size: int) -> list[dict]:
    """The rows of one seed and one size of the vocabulary; test videos are the same in all of them."""
    rng = np.random.default_rng([seed, size])
    lexicon = make_lexicon(size + OTHERS, LEXICON_SEED, PAIRS)
    numbers = {sign.gloss: number for number, sign in enumerate(lexicon[:size])}
    teachers, unseen = signers(max(arguments.signers), rng), signers(UNSEEN, rng)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tests = {
            angle: [
                perform(
                    folder, f"test{number}_{yaw:.0f}", one, shuffled(lexicon, rng), numbers, Camera(yaw=yaw), 0.12, rng
                )
                for number, one in enumerate(unseen)
            ]
            for angle, yaw in ANGLES.items()
        }
        for people in arguments.signers:
            for count in (count for count in arguments.examples if count >= people):
                train = examples_of(folder, lexicon[:size], teachers[:people], count, rng)
                seconds = fitted(train, folder / "fitted", size, seed, arguments.networks[-1])
                row = {"seed": seed, "signs": size, "examples": count, "signers": people, "fit_cpu_s": round(seconds)}
                row |= {angle: round(f1(scored(folder / "fitted", videos)), 3) for angle, videos in tests.items()}
                rows.append(shown(row))
    return rows


def shuffled(lexicon: Sequence[Sign], rng: np.random.Generator) -> list[Sign]:
    return [lexicon[number] for number in rng.permutation(len(lexicon))]


def size(arguments: argparse.Namespace) -> list[dict]:
    rows = []
    for count in arguments.signs:
        for networks in arguments.networks:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                rows.append(shown(pool.apply(size_row, (count, networks))))
    return rows


def size_row(count: int, networks: int) -> dict:
    """Cost of fit and of prediction, per minute of video, with one example of so many signs."""
    use_threads(1)
    rng = np.random.default_rng(count)
    lexicon = make_lexicon(count, LEXICON_SEED, PAIRS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        teacher, other = signers(2, rng)
        train = examples_of(folder, lexicon, [teacher], 1, rng)
        numbers = {sign.gloss: number for number, sign in enumerate(lexicon)}
        test = perform(folder, "test", other, shuffled(lexicon, rng), numbers, Camera(), 0.12, rng)
        fit_seconds = fitted(train, folder / "fitted", count, 1, networks)
        start = time.process_time()
        pairs = scored(folder / "fitted", [test])
        minute = (time.process_time() - start) / (UNSEEN_SECONDS / 60)
        megabytes = sum(path.stat().st_size for path in (folder / "fitted").iterdir()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = {
        "signs": count,
        "networks": networks,
        "fit_cpu_s": round(fit_seconds),
        "predict_cpu_s": round(minute, 2),
    }
    return row | {"peak_mb": round(peak), "folder_mb": round(megabytes, 1), "f1": round(f1(pairs), 3)}


def recordings(arguments: argparse.Namespace) -> list[dict]:
    front, side, sentences, pointing, classes = real_material(arguments.folder, arguments.poses)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for seed in arguments.seeds:
            for networks in arguments.networks:
                folder = Path(temporary) / f"{seed}_{networks}"
                row = {"seed": seed, "networks": networks}
                row["fit_cpu_s"] = round(fitted(front, folder / "one", classes, seed, networks))
                pairs = scored(folder / "one", sentences, pointing)
                row["sentences"] = round(f1(pairs), 3)
                shown(row)
                row["shuffled"] = round(f1(renamed(pairs, np.random.default_rng(seed).permutation(classes))), 3)
                row["side"] = round(f1(scored(folder / "one", side)), 3)
                row["grown"] = round(grown(front, sentences, pointing, folder, fit_of(classes, seed, networks)), 3)
                rows.append(shown(row))
    return rows


def renamed(pairs: Sequence[tuple[Truth, Truth]], names: np.ndarray) -> list[tuple[Truth, Truth]]:
    """The same spottings with other class ids, as if the examples had been given wrong signs."""
    return [(truth, [(int(names[class_id]), *times) for class_id, *times in found]) for truth, found in pairs]


def fit_of(classes: int, seed: int, networks: int) -> Callable[[Sequence[Material], Path], float]:
    return lambda train, folder: fitted(train, folder, classes, seed, networks)


def grown(
    front: Sequence[Material],
    sentences: Sequence[Material],
    pointing: Sequence[int],
    folder: Path,
    fit: Callable[[Sequence[Material], Path], float],
) -> float:
    """F1 on each video of sentences, learnt from the front takes and from all other sentences."""
    pairs = []
    for number, left_out in enumerate(sentences):
        fit([*front, *(one for one in sentences if one is not left_out)], folder / f"grown{number}")
        pairs += scored(folder / f"grown{number}", [left_out], pointing)
    return f1(pairs)


def real_material(folder: Path, poses: Path) -> tuple[list[Material], list[Material], list[Material], list[int], int]:
    """Front takes, takes from the side, sentences, class ids of pointing signs, and number of signs."""
    groups, ids = real_groups(folder, poses, ("train_front", "test_side", "realtimed"))
    pointing = [ids[label] for label in POINTING if label in ids]
    return groups["train_front"], groups["test_side"], groups["realtimed"], pointing, len(ids)


def real_groups(folder: Path, poses: Path, kinds: Sequence[str]) -> tuple[dict[str, list[Material]], dict[str, int]]:
    """The videos of some kinds, by words of their names, with their poses; and the class id of each label."""
    ids = {row["label"]: number for number, row in enumerate(rows_of(folder / "labels.csv"))}
    truth: dict[str, Truth] = {}
    for row in [*rows_of(folder / "annotations.csv"), *rows_of(folder / "real_timed_annotations.csv")]:
        truth.setdefault(row["video"], []).append((ids[row["label"]], int(row["start_ms"]), int(row["end_ms"])))
    groups: dict[str, list[Material]] = {kind: [] for kind in kinds}
    for path in sorted((folder / "videos").glob("*.mp4")):
        kind = next((kind for kind in groups if kind in path.name), None)
        if kind is not None:
            files = CorpusFiles(poses).stores_of(path.stem)
            for step in store_steps(path, files, SETTINGS):
                step.out.parent.mkdir(parents=True, exist_ok=True)
                if not step.is_done:
                    step.write(*step.arguments)
            groups[kind].append(Material(files, truth.get(path.stem, [])))
    return groups, ids


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shown(row: dict) -> dict:
    print(json.dumps(row), flush=True)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    for name, sizes in (("rendered", [10, 100]), ("size", [10, 100, 1000]), ("recordings", None)):
        kind = kinds.add_parser(name)
        kind.add_argument("--networks", type=int, nargs="+", default=[0, 3])
        kind.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
        kind.add_argument("--out", type=Path, default=RESULTS / f"few_examples_{name}.json")
        if sizes is not None:
            kind.add_argument("--signs", type=int, nargs="+", default=sizes)
            kind.add_argument("--examples", type=int, nargs="+", default=[1, 2, 5])
            kind.add_argument("--signers", type=int, nargs="+", default=[1, 2])
        else:
            kind.add_argument("folder", type=Path)
            kind.add_argument("--poses", type=Path, default=Path("few_examples_poses"), help="folder that keeps poses")
    arguments = parser.parse_args()
    use_threads(1)
    measure = {"rendered": rendered, "size": size, "recordings": recordings}[arguments.kind]
    write_json(arguments.out, measure(arguments))


if __name__ == "__main__":
    main()
