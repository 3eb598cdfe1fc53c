"""What a scenario needs beside its configuration: made-up files of the forms in which people hold them."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from published_features import listed, save_checkpoint, spotter_weights, write_features

from signspot.corpus.sentences import COLUMNS, write_sentences
from signspot.signer import SyntheticCorpus
from signspot.signer.corpus import act_out
from signspot.signer.film import render_video
from signspot.video.program import executable

FRAMES = {"p01_s01": 101, "p02_s02": 240, "p03_s03": 78}
"""Usable frames of each video of which features are published; they begin at frame 3."""


def write_published_features(folder: Path) -> None:
    """The features, the list of videos and the spotter of the challenge entry, as ``config`` expects them."""
    dataset = folder / "data/MSSL_dataset"
    for seed, (video, frames) in enumerate(FRAMES.items()):
        write_features(dataset / "processed/features", video, frames, seed)
    (dataset / "test_input.txt").write_text("".join(listed(video, 3, 2 + n) for video, n in FRAMES.items()))
    save_checkpoint(folder / "data/final_model.pth", spotter_weights("detection_test"))


def write_clips(folder: Path) -> None:
    """Clips of two signs in folders of splits and signs; besides, one of one frame and one that shows nobody."""
    people = [("train", "ann"), ("train", "bob"), ("val", "cid"), ("test", "dan")]
    rows = [
        (f"{sign}_{person}", sign, 400, 1000, split, person) for split, person in people for sign in ("BOAT", "TREE")
    ]
    timeline = pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms", "split", "signer"])
    corpus = act_out(SyntheticCorpus(signs=2, distractors=0, pairs=0), timeline)
    for video, sign, *_, split, _ in rows:
        path = folder / "clips" / split / sign / f"{video}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        render_video(corpus, video, path)
    place = folder / "clips/test/BOAT"
    command = [executable(), "-v", "error", "-i"]
    subprocess.run([*command, place / "BOAT_dan.mp4", "-frames:v", "1", place / "short.mp4"], check=True)
    nobody = ["-f", "lavfi", "-i", "color=gray:size=320x180:rate=25:duration=1"]
    subprocess.run([*command[:-1], *nobody, place / "nobody.mp4"], check=True)


SAID = {
    "ann": ("TREE BOAT", "SUN TREE"),
    "bob": ("BOAT SUN", "SUN BOAT"),
    "cid": ("TREE SUN", "BOAT TREE"),
    "dan": ("BOAT TREE", "SUN TREE", "BOAT SUN"),
}
"""The sentences of each person."""


def write_sentences_acted_out(folder: Path) -> None:
    """Sentences of two signs: what four people sign, the table of what they say, and vectors of two of the words."""
    _act_out_sentences(folder, {"ann": "train", "bob": "train", "cid": "val", "dan": "test"})
    (folder / "words.txt").write_text("2 3\nTree 1 0 0\nboat 0 1 0\n")


def write_weak_sentences(folder: Path) -> None:
    """The same sentences, of which those of bob only tell which signs there are, and not when."""
    _act_out_sentences(folder, {"ann": "train", "bob": "predict", "cid": "val", "dan": "test"})


def _act_out_sentences(folder: Path, split: Mapping[str, str]) -> None:
    signs, sentences = [], []
    for person, texts in SAID.items():
        for start, text in enumerate(texts):
            begin = 500 + 2000 * start
            sentences.append((person, begin, begin + 1500, text.capitalize() + "."))
            for number, sign in enumerate(text.split()):
                signs.append((person, sign, begin + 800 * number, begin + 800 * number + 600, split[person], person))
    columns = ["video", "sign", "start_ms", "end_ms", "split", "signer"]
    pd.DataFrame(signs, columns=columns).to_csv(folder / "timeline.tsv", sep="\t", index=False)
    write_sentences(pd.DataFrame(sentences, columns=list(COLUMNS)), folder / "sentences.tsv")


PREPARED: dict[str, Callable[[Path], None]] = {
    "published_features": write_published_features,
    "isolated_clips": write_clips,
    "retrieval": write_sentences_acted_out,
    "rounds": write_weak_sentences,
}
"""By scenario."""
