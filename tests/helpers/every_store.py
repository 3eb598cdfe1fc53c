"""One small store of each kind, written by the code that writes it in a run, from made-up content."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from annotated import annotated
from clip_stores import video_files
from torch import Tensor, nn

from signspot.clips.modalities import build_modality
from signspot.corpus.regions import Region
from signspot.experts.features import extract_missing
from signspot.experts.store import Expert
from signspot.flow.store import write_flow
from signspot.labels.frames import write_labels
from signspot.labels.gathered import gather_labels
from signspot.pose import store as pose_store
from signspot.pose.holistic import Landmarks
from signspot.predictions import Candidates, Levels, Predictions, write_predictions
from signspot.recognition import Recognitions
from signspot.recognition.store import write_logits
from signspot.retrieval.evaluation import Search, write_similarities
from signspot.timebase import Timebase
from signspot.video import crop as crops
from signspot.video.decode import Crop, Span, VideoInfo

FRAMES = 12
Patch = pytest.MonkeyPatch


class _Reads(nn.Module):
    """A network whose feature is the first four numbers of a clip."""

    feature_dim = 4

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        return clips.flatten(1)[:, :4], clips.flatten(1)[:, :2]


def write_crops(folder: Path, patch: Patch) -> Path:
    """A part of a part of a picture, resampled, with a warning: all that the attributes can tell."""
    region = Crop(8.0, 16, 32, 16, Region(0, 0, 16, 16))
    patch.setattr(crops, "probe", lambda *_: VideoInfo(32, 16, 30.0, 1000, False))
    patch.setattr(crops, "find_signer", lambda *_: (region, ["two people"]))
    patch.setattr(crops, "frames", lambda *_: iter([np.zeros((256, 256, 3), np.uint8)] * FRAMES))
    crops.write_frames("v.mp4", folder / "crops/v.h5", 25.0, span=Span(0, 480))
    return folder / "crops/v.h5"


def write_poses(folder: Path, patch: Patch) -> Path:
    """A signer who is seen from the first frame to the last."""
    parts = [np.full((count, 3), 0.5, np.float32) for count in (33, 21, 21)]
    write_crops(folder, patch)
    patch.setattr(pose_store, "frames", lambda *_: iter(()))
    patch.setattr(pose_store, "landmarks", lambda *_: (Landmarks(*parts, True) for _ in range(FRAMES)))
    pose_store.write_poses("v.mp4", folder / "crops/v.h5", folder / "poses/v.h5")
    return folder / "poses/v.h5"


def write_flow_store(folder: Path, patch: Patch) -> Path:
    """By the engine that needs no compiling."""
    write_flow(write_crops(folder, patch), folder / "flow/v.h5", 32, "opencv")
    return folder / "flow/v.h5"


def write_label_store(folder: Path, patch: Patch) -> Path:
    write_labels(annotated(("A", 80, 240)), write_poses(folder, patch), folder / "labels/v.h5")
    return folder / "labels/v.h5"


def write_gathered_labels(folder: Path, patch: Patch) -> Path:
    gather_labels({"v": write_label_store(folder, patch)}, folder / "labels/gathered/train.h5")
    return folder / "labels/gathered/train.h5"


def write_features(folder: Path, patch: Patch) -> Path:
    """Means over clips and their mirror images, as an attribute tells."""
    write_poses(folder, patch)
    config = {"expert": "joints", "weights_sha256": "0", "clip": {"length": 8, "stride": 4}, "tta": "mirror"}
    expert = Expert(_Reads(), build_modality(name="skeleton"), config)
    extract_missing(expert, video_files(folder), folder / "features.h5")
    return folder / "features.h5"


def write_prediction_store(folder: Path, _: Patch) -> Path:
    """Of a spotter that predicts all that any spotter does."""
    score = np.full((3, 3), 1 / 3, np.float32)
    levels = Levels(["NAME"], 3)
    levels.append(score[:, None])
    offset, candidates = np.zeros((3, 2), np.float32), Candidates.of_rows([(0, 1, 5, 0.5)])
    whole = Predictions(score, 0, FRAMES - 1, 4, Timebase(), offset, candidates, levels)
    write_predictions(whole, folder / "predictions.h5", {"spotter": "first", "weights_sha256": "0"})
    return folder / "predictions.h5"


def write_recognition_store(folder: Path, _: Patch) -> Path:
    clips = pd.DataFrame({"video": ["v"], "start_ms": [0], "end_ms": [480], "sign": ["A"]})
    write_logits(Recognitions(clips, ("A", "B"), np.zeros((1, 2))), folder / "test.h5", "joints")
    return folder / "test.h5"


def write_similarity_store(folder: Path, _: Patch) -> Path:
    write_similarities(made_up_search(), folder / "similarities.h5")
    return folder / "similarities.h5"


def made_up_search() -> Search:
    """Two sentences that are found."""
    sentences = pd.DataFrame({"video": "v", "start_ms": [0, 500], "end_ms": [480, 900], "text": ["a house", "a tree"]})
    return Search(sentences, [{"house"}, {"tree"}], np.eye(2), np.eye(2, dtype=np.float32)[None])


WRITERS: Mapping[str, Callable[[Path, Patch], Path]] = {
    "crops/VIDEO.h5": write_crops,
    "poses/VIDEO.h5": write_poses,
    "flow/VIDEO.h5": write_flow_store,
    "labels/VIDEO.h5": write_label_store,
    "labels/gathered/SPLIT.h5": write_gathered_labels,
    "features/EXPERT/SHARD/VIDEO.h5": write_features,
    "predictions/SPOTTER/SHARD/VIDEO.h5": write_prediction_store,
    "recognition/NAME/test.h5": write_recognition_store,
    "retrieval/similarities.h5": write_similarity_store,
}
"""By the place of the store, as docs/formats.md calls it."""
