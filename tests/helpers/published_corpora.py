"""Made-up folders in the forms of published corpora, where the configurations of the project expect them."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

from signspot.cli import main

Video = Callable[[Path], object]
"""Writes a video."""
SIGNS = ("apple", "bread")


def empty(path: Path) -> None:
    """A video that a dry run does not look at."""
    path.write_bytes(b"not looked at by a dry run")


def write_challenge(folder: Path, video: Video = empty, intervals: tuple = ((0, 400, 800), (1, 1000, 1400))) -> None:
    """The folder of ChaLearn 2022 MSSL: a video of each split, of a signer of its own.

    Args:
        folder: where ``data/MSSL_dataset`` is made.
        video: writes a video.
        intervals: class id, start and end in ms of the signs of training and validation videos.
    """
    layout = {"TRAIN/MSSL_TRAIN_SET": "p01_n001", "VALIDATION/MSSL_VAL_SET": "p02_n001", "MSSL_TEST_SET": "p03_n001"}
    for place, name in layout.items():
        parent, stem = (folder / "data/MSSL_dataset" / place).parent, Path(place).name
        (parent / f"{stem}_VIDEOS").mkdir(parents=True)
        video(parent / f"{stem}_VIDEOS" / f"{name}.mp4")
        if "TEST" not in place:
            truth = pickle.dumps({name: [list(each) for each in intervals]}, protocol=4)
            (parent / f"{stem}_GT.pkl").write_bytes(truth)


def write_autsl(folder: Path, video: Video = empty) -> None:
    """The videos and lists of AUTSL, two signs in each split, and the table of clips of the configuration."""
    source = folder / "AUTSL"
    lists = []
    for split, signer in (("train", 1), ("val", 2), ("test", 3)):
        names = [f"signer{signer}_sample{number}" for number in range(len(SIGNS))]
        (source / split).mkdir(parents=True)
        for name in names:
            video(source / split / f"{name}_color.mp4")
        rows = [f"{name},{class_id}" for class_id, name in enumerate(names)]
        (source / f"{split}_labels.csv").write_text("\n".join([*rows, ""]))
        lists.append(f"{split}={source / f'{split}_labels.csv'}")
    signs = [f"{class_id},{sign},{sign}" for class_id, sign in enumerate(SIGNS)]
    (source / "signs.csv").write_text("\n".join(["ClassId,TR,EN", *signs, ""]))
    classes = ["--classes", str(source / "signs.csv")]
    assert main(["convert-clips", *lists, "--videos", str(source), *classes, "--out", str(folder / "data/autsl")]) == 0


def write_wlasl(folder: Path, video: Video = empty) -> None:
    """The videos and the list of WLASL, two signs in each split, and the table of clips of the configuration."""
    source = folder / "WLASL"
    source.mkdir()
    listed = []
    for class_id, sign in enumerate(SIGNS):
        instances = []
        for signer, split in enumerate(("train", "val", "test")):
            name = f"{class_id}{signer}"
            video(source / f"{name}.mp4")
            whole = {"frame_start": 1, "frame_end": -1, "fps": 25}
            instances.append({"video_id": name, "signer_id": signer, "split": split, **whole})
        listed.append({"gloss": sign, "instances": instances})
    (source / "WLASL_v0.3.json").write_text(json.dumps(listed))
    table = ["--videos", str(source), "--out", str(folder / "data/wlasl")]
    assert main(["convert-clips", str(source / "WLASL_v0.3.json"), *table]) == 0
