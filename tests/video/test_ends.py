"""Where clips of single signs end."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from signspot.corpus.tables import TO_END_MS, Tables, check, vocabulary_of
from signspot.video.ends import with_ends
from signspot.video.limits import Limits


def test_annotations_to_the_end_end_with_their_videos(make: Callable[..., Path]) -> None:
    clip = make("clip.mp4", "-f", "lavfi", "-i", "color=s=64x64:r=25:d=2")
    rows = [("whole", clip, ""), ("part", "not/opened.mp4", "900"), ("told", "not/opened.mp4", "")]
    videos = pd.DataFrame(rows, columns=["video", "path", "end_ms"]).assign(split="train", signer="")
    signs = [("whole", "A", 0, TO_END_MS), ("part", "A", 200, TO_END_MS), ("told", "B", 0, 700)]
    annotations = pd.DataFrame(signs, columns=["video", "sign", "start_ms", "end_ms"])
    tables = with_ends(Tables(videos, annotations, vocabulary_of(annotations)), Limits())
    assert tables.annotations["end_ms"].tolist() == [2000, 900, 700]
    assert tables.annotations["end_ms"].dtype == "int64"
    assert check(tables) == []


def test_tables_without_such_annotations_stay_as_they_are() -> None:
    videos = pd.DataFrame({"video": ["v"], "path": ["not/opened.mp4"], "split": ["train"], "signer": [""]})
    annotations = pd.DataFrame({"video": ["v"], "sign": ["A"], "start_ms": [0], "end_ms": [700]})
    for signs in (annotations, annotations.iloc[:0]):
        tables = Tables(videos, signs, vocabulary_of(annotations))
        pd.testing.assert_frame_equal(with_ends(tables, Limits()).annotations, signs)
