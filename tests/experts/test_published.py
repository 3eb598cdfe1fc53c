"""Experts that start from published weights, or are taken from them as they are."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import torch
from clip_stores import labels_of, write_skeleton_video
from published_files import SKELETON_EXPERT, published_state, write_published
from safetensors.torch import load_file, save_file

from signspot.backbones import build
from signspot.backbones.checkpoints import Checkpoint, read_checkpoint
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.experts.accuracy import accuracy
from signspot.experts.store import import_expert, load_expert
from signspot.experts.training import ExpertConfig, train_expert
from signspot.files import sha256
from signspot.stores import VideoFiles
from signspot.training.recipe import Recipe
from signspot.training.store import CONFIG, HISTORY, HISTORY_COLUMNS, WEIGHTS

STILL = Recipe("adam", rate=1e-12, weight_decay=0, epochs=1, steps=(), batch_size=8)
MODALITY, BACKBONE = {"name": "skeleton"}, {"name": "stgcn", "width": 0.0625}
SIGNS = ["A", "B"]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def videos(tmp_path: Path) -> list[VideoFiles]:
    return [write_skeleton_video(tmp_path, 60, 0, 59)]


def published(folder: Path, classes: int) -> Checkpoint:
    torch.manual_seed(5)
    state = published_state(build("stgcn", classes, 3, width=0.0625).state_dict(), SKELETON_EXPERT)
    path = write_published(state, SKELETON_EXPERT, folder / "skeleton.pth")
    return Checkpoint(path, sha256(path))


def train(
    folder: Path, videos: list[VideoFiles], number: int, start: Path | Checkpoint | None, signs: Sequence[str] = SIGNS
) -> Path:
    expert = ExpertConfig("joints", MODALITY, BACKBONE, Window(), "signs" if number == 1 else "all", STILL)
    labels = labels_of(*videos)
    train_expert(expert, number, videos, [], folder, vocabulary=signs, seed=0, labels=labels, start=start)
    return folder


def imported(folder: Path, checkpoint: Checkpoint) -> Path:
    import_expert("joints", MODALITY, BACKBONE, Window(), checkpoint, folder, vocabulary=SIGNS)
    return folder


def test_a_training_starts_from_published_weights_but_for_the_classifier(
    tmp_path: Path, videos: list[VideoFiles]
) -> None:
    checkpoint = published(tmp_path, classes=61)
    first = train(tmp_path / "training1", videos, 1, checkpoint)
    ours, theirs = load_file(first / WEIGHTS), read_checkpoint(checkpoint)[0]
    conv = "blocks.3.gcn.conv.weight"
    torch.testing.assert_close(ours[conv], theirs[SKELETON_EXPERT.published(conv)], atol=1e-9, rtol=0)
    assert ours["fc.weight"].shape == (3, 16)


def test_config_says_where_the_weights_come_from(tmp_path: Path, videos: list[VideoFiles]) -> None:
    checkpoint = published(tmp_path, classes=61)
    first = train(tmp_path / "training1", videos, 1, checkpoint)
    second = train(tmp_path / "training2", videos, 2, first)
    source = {
        "file": "skeleton.pth",
        "sha256": checkpoint.sha256,
        "format": "ST-GCN of the challenge entry",
        "dropped": ["fc1.weight", "fc1.bias"],
    }
    for folder in (first, second):
        assert json.loads((folder / CONFIG).read_text(encoding="utf-8"))["start"] == source
    fresh = train(tmp_path / "fresh", videos, 1, None)
    assert "start" not in json.loads((fresh / CONFIG).read_text(encoding="utf-8"))


def test_any_training_may_start_from_published_weights(tmp_path: Path, videos: list[VideoFiles]) -> None:
    second = train(tmp_path / "training2", videos, 2, published(tmp_path, classes=61))
    config = json.loads((second / CONFIG).read_text(encoding="utf-8"))
    assert (config["training"], config["start"]["file"]) == (2, "skeleton.pth")


def test_our_own_weights_start_a_training_of_another_vocabulary(tmp_path: Path, videos: list[VideoFiles]) -> None:
    trained = train(tmp_path / "trained", videos, 1, None) / WEIGHTS
    other = train(tmp_path / "other", videos, 1, Checkpoint(trained, sha256(trained)), signs=["C", "D", "E"])
    theirs, ours = load_file(trained), load_file(other / WEIGHTS)
    conv = "blocks.3.gcn.conv.weight"
    torch.testing.assert_close(ours[conv], theirs[conv], atol=1e-9, rtol=0)
    assert ours["fc.weight"].shape == (4, 16)
    assert json.loads((other / CONFIG).read_text(encoding="utf-8"))["start"] == {
        "file": WEIGHTS,
        "sha256": sha256(trained),
        "format": "signspot",
        "dropped": ["fc.weight", "fc.bias"],
        "expert": "joints",
        "signs": 2,
    }


@pytest.mark.parametrize("signs", [["C", "D"], SIGNS])
def test_the_classifier_of_our_own_weights_stays_behind_also_where_it_would_fit(
    tmp_path: Path, videos: list[VideoFiles], signs: list[str]
) -> None:
    trained = train(tmp_path / "trained", videos, 1, None) / WEIGHTS
    state = load_file(trained)
    save_file(state | {"fc.weight": state["fc.weight"] + 9}, tmp_path / "moved.safetensors")
    starts = Checkpoint(trained), Checkpoint(tmp_path / "moved.safetensors")
    started = [train(tmp_path / str(i), videos, 1, start, signs) / WEIGHTS for i, start in enumerate(starts)]
    assert load_file(started[0]).keys() == load_file(started[1]).keys()
    for key, value in load_file(started[0]).items():
        assert torch.equal(value, load_file(started[1])[key])


@pytest.mark.parametrize(
    ("signs", "told"), [(["B", "A"], "class 0 is A; in this .* it is B"), (["A"], "class 1 is B; .* it is no sign")]
)
def test_our_own_expert_of_another_vocabulary_is_not_taken_as_it_is(
    tmp_path: Path, videos: list[VideoFiles], signs: list[str], told: str
) -> None:
    trained = train(tmp_path / "trained", videos, 1, None) / WEIGHTS
    with pytest.raises(InputError, match=told):
        import_expert("mine", MODALITY, BACKBONE, Window(), Checkpoint(trained), tmp_path / "taken", vocabulary=signs)


def test_our_own_expert_is_taken_as_it_is(tmp_path: Path, videos: list[VideoFiles]) -> None:
    trained = train(tmp_path / "trained", videos, 1, None) / WEIGHTS
    folder = imported(tmp_path / "training1", Checkpoint(trained))
    assert (folder / WEIGHTS).read_bytes() == trained.read_bytes()


def test_a_published_expert_may_be_asked_about_variants(tmp_path: Path) -> None:
    checkpoint, folder = published(tmp_path, classes=3), tmp_path / "training1"
    import_expert("joints", MODALITY, BACKBONE, Window(), checkpoint, folder, vocabulary=SIGNS, tta="six")
    assert load_expert(folder).tta == "six"
    with pytest.raises(InputError, match=r"joints\.tta: is six, which only skeletons have"):
        import_expert("joints", {"name": "rgb"}, BACKBONE, Window(), checkpoint, folder, vocabulary=SIGNS, tta="six")


def test_an_expert_is_taken_as_it_is(tmp_path: Path, videos: list[VideoFiles]) -> None:
    checkpoint = published(tmp_path, classes=3)
    folder = imported(tmp_path / "training1", checkpoint)
    assert sorted(path.name for path in folder.iterdir()) == [CONFIG, HISTORY, WEIGHTS]
    theirs = read_checkpoint(checkpoint)[0]
    network, modality, config = load_expert(folder)
    for key, value in network.state_dict().items():
        assert torch.equal(value, theirs[SKELETON_EXPERT.published(key)]), key
    assert config["trained"]["sha256"] == checkpoint.sha256
    assert (config["vocabulary"], config["num_classes"], modality.channels) == (SIGNS, 3, 3)
    assert accuracy(folder, videos, labels_of(*videos))["clips"] == 10


def test_its_history_has_the_columns_of_a_training_and_no_row(tmp_path: Path, videos: list[VideoFiles]) -> None:
    folder = imported(tmp_path / "training1", published(tmp_path, classes=3))
    trained = pd.read_csv(train(tmp_path / "trained", videos, 1, None) / HISTORY, sep="\t")
    history = pd.read_csv(folder / HISTORY, sep="\t")
    assert list(history) == list(trained) == list(HISTORY_COLUMNS)
    assert history.empty


def test_an_expert_of_other_classes_cannot_be_taken(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"fc1\.weight \(61, 16\) \(expected \(3, 16\)\)"):
        imported(tmp_path / "training1", published(tmp_path, classes=61))
    assert not (tmp_path / "training1").exists()


def test_another_hash_stops_before_the_training(tmp_path: Path, videos: list[VideoFiles]) -> None:
    checkpoint = replace(published(tmp_path, classes=61), sha256="0" * 64)
    with pytest.raises(InputError, match="sha256"):
        train(tmp_path / "training1", videos, 1, checkpoint)
    assert not (tmp_path / "training1").exists()


def test_an_expert_without_background_gets_one_that_it_never_names(tmp_path: Path) -> None:
    checkpoint = published(tmp_path, 2)
    folder = tmp_path / "taken"
    import_expert("joints", MODALITY, BACKBONE, Window(), checkpoint, folder, vocabulary=SIGNS, background=False)
    torch.manual_seed(5)
    theirs = build("stgcn", 2, 3, width=0.0625).eval()
    clips = torch.randn(4, 3, 8, 57, 1)
    with torch.inference_mode():
        expected, found = theirs(clips)[1], load_expert(folder).outputs(clips)[1]
    assert torch.equal(found[:, 1:], expected)
    assert (found.softmax(1)[:, 0] == 0).all()


def test_the_number_of_classes_still_counts(tmp_path: Path) -> None:
    for classes, background in ((3, False), (2, True)):
        checkpoint = published(tmp_path, classes)
        with pytest.raises(InputError, match="fc"):
            import_expert(
                "joints",
                MODALITY,
                BACKBONE,
                Window(),
                checkpoint,
                tmp_path / "x",
                vocabulary=SIGNS,
                background=background,
            )
