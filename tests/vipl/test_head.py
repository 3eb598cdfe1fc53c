"""The published spotter, read from its file, equals the reference; a wrong file is told by its weights."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
import torch
from golden_rule import TOLERANCE, Case
from published_features import FOLDERS, UNUSED, save_checkpoint, spotter_shapes, write_features
from torch import Tensor

from signspot.backbones.checkpoints import Checkpoint
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.files import sha256
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter
from signspot.spotters.bilstm.head import SpottingHead
from signspot.spotters.bilstm.sequences import ClipFeatures
from signspot.vipl.features import import_features
from signspot.vipl.head import FORMS, rename
from signspot.vipl.videos import FeatureFolder

SIGNS = [f"sign {i}" for i in range(60)]
CASES = {"detection_test": "detector_test_vipl", "detection_fix": "detector_fix_vipl"}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> VideoInputs:
    """A video of published features."""
    folder = tmp_path_factory.mktemp("features")
    write_features(folder, "v", 80)
    sources = {modality: FeatureFolder(modality, folder / name) for modality, (name, _) in FOLDERS.items()}
    for expert in sources:
        import_features(expert, sources, {"v": None}, folder / "out" / expert, window=Window(8, 4), fps=25)
    return VideoInputs("v", tuple(folder / "out" / expert / "v.h5" for expert in sources))


def read(path: Path, folder: Path, example: VideoInputs, digest: str | None = None, signs: int = 60) -> None:
    task = FitTask("published", SIGNS[:signs], seed=0)
    SPOTTERS.build("bilstm").import_trained(Checkpoint(path, digest), example, folder, task)


def light(form: str) -> dict[str, Tensor]:
    """Weights of the right shapes that take no room: one zero each."""
    shapes = spotter_shapes(form)
    return {key: torch.zeros((), dtype=torch.float32).expand(shape) for key, shape in shapes.items()}


@pytest.mark.parametrize("form", CASES)
def test_the_file_gives_the_numbers_of_the_reference(
    form: str, golden: Path, tmp_path: Path, example: VideoInputs
) -> None:
    case = Case(golden, CASES[form])
    weights = case.weights()
    if form == "detection_test":
        weights[UNUSED] = torch.zeros(case.shapes[UNUSED])
    path = save_checkpoint(tmp_path / "final_model.pth", weights)
    read(path, tmp_path / "spotter", example, sha256(path))
    spotter = load_spotter(tmp_path / "spotter")
    head, config = spotter.network.cpu(), spotter.config
    with torch.inference_mode():
        logits, offsets = head(case.input("vid")[1:, :43], torch.tensor([43]))
    assert case.deviation("single_logits_1", logits[0]) < TOLERANCE
    assert case.deviation("single_reg_1", offsets[0]) < TOLERANCE
    assert config["imported"] == {"file": "final_model.pth", "sha256": sha256(path), "format": form}
    clips = ClipFeatures(example.features)
    assert config["experts"] == clips.experts
    assert (config["spotter"], config["kind"]) == ("published", "bilstm")
    assert spotter.predict(example).score.shape == (len(clips), 61)
    assert pd.read_csv(tmp_path / "spotter/history.tsv", sep="\t").empty


@pytest.mark.parametrize("form", CASES)
def test_the_made_up_files_have_the_published_names_and_shapes(form: str, golden: Path) -> None:
    published = Case(golden, CASES[form]).shapes
    assert spotter_shapes(form) == {key: shape for key, shape in published.items() if "transformer" not in key}


@pytest.mark.parametrize("form", CASES)
def test_names_lead_there_and_back(form: str, golden: Path) -> None:
    """Our weights under their published names and in their published shapes come back as they were."""
    case = Case(golden, CASES[form])
    torch.manual_seed(0)
    ours = SpottingHead(6400, 62, outputs=FORMS[form].outputs).state_dict()
    published = {FORMS[form].published_name(name): value for name, value in ours.items()}
    assert {key for key in case.shapes if "transformer" not in key} == published.keys()
    shaped = {key: value.reshape(case.shapes[key]) for key, value in published.items()}
    back = rename(shaped, FORMS[form].rules)
    assert back.keys() == ours.keys()
    assert all(torch.equal(back[name], value) for name, value in ours.items())


@pytest.mark.parametrize("form", CASES)
def test_every_faulty_weight_is_listed(form: str, tmp_path: Path, example: VideoInputs) -> None:
    weights = light(form)
    keys = list(weights)
    renamed, gone, cut = keys[0], keys[9], next(key for key in keys if key.endswith("weight_hh_l1"))
    weights["dim_decrease.9.weight"] = weights.pop(renamed)
    del weights[gone]
    weights[cut] = weights[cut][:7]
    weights["backbone.fc"] = torch.ones(1)
    with pytest.raises(InputError) as error:
        read(save_checkpoint(tmp_path / "m.pth", weights), tmp_path / "spotter", example)
    faults = [line.strip() for line in str(error.value).split("\n") if line.startswith("  ")]
    assert sorted(faults) == sorted(
        [
            f"missing: {renamed}",
            f"missing: {gone}",
            "unexpected: dim_decrease.9.weight",
            "unexpected: backbone.fc",
            f"{cut} has the shape (7, 256), expected (1024, 256)",
        ]
    )
    assert "m.pth" in str(error.value)
    assert not (tmp_path / "spotter").exists()


def test_another_vocabulary_is_told(tmp_path: Path, example: VideoInputs) -> None:
    path = save_checkpoint(tmp_path / "m.pth", light("detection_test"))
    with pytest.raises(InputError, match=re.escape("has 62 classes, made for 60 signs; the vocabulary has 59")):
        read(path, tmp_path / "spotter", example, signs=59)


def test_another_network_is_told(tmp_path: Path, example: VideoInputs) -> None:
    path = save_checkpoint(tmp_path / "video.pth", {"feature_extractor.conv1.weight": torch.ones(2)})
    with pytest.raises(InputError, match=r"video\.pth: is no spotting head"):
        read(path, tmp_path / "spotter", example)


def test_the_config_can_be_read_by_anyone(tmp_path: Path, example: VideoInputs) -> None:
    read(save_checkpoint(tmp_path / "m.pth", light("detection_fix")), tmp_path / "spotter", example)
    config = json.loads((tmp_path / "spotter/config.json").read_text())
    assert (config["num_classes"], config["head"]["outputs"], config["clip"]["stride"]) == (62, 2, 4)
