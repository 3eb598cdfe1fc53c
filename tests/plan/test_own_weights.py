"""Trained experts of ours are compared with those that start from them or take them, before anything runs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from plans import CONFIG, SCHEMA, changed, plan_of, write_corpus

from signspot.errors import InputError

OTHERS = {
    "expert": "joints",
    "modality": {"name": "skeleton"},
    "backbone": {"name": "stgcn", "width": 0.125},
    "num_classes": 4,
    "vocabulary": ["SUN", "MOON", "STAR"],
    "clip": {"length": 8, "stride": 4},
    "weights_sha256": "0" * 64,
}
"""What config.json of another expert holds."""


def trained(folder: Path, path: str = "expert", value: Any = "joints") -> Path:
    """The files of the other expert, whose weights nobody reads here, with another value at a path of its config."""
    folder = folder / "other"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(changed(OTHERS, path, value)))
    (folder / "weights.safetensors").touch()
    return folder / "weights.safetensors"


def plan(folder: Path, weights: Path, **bones: Any) -> None:
    """Plans a run whose expert of skeletons starts from weights."""
    config = changed(CONFIG, "experts.bones.training.0.start", {"path": str(weights)})
    for option, value in bones.items():
        config = changed(config, f"experts.bones.{option}", value)
    plan_of(folder, config)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("vocabulary", ["HOUSE", "TREE", "CLOUD"]),
        ("backbone.dropout", 0.1),
        ("backbone.temporal_kernel", 9),
        ("modality.noise", 0.02),
    ],
)
def test_experts_of_the_same_form_may_differ_in_the_rest(tmp_path: Path, path: str, value: Any) -> None:
    plan(tmp_path, trained(tmp_path, path, value))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("backbone.width", 0.25, "backbone.width is 0.25, here 0.125. Set experts.bones"),
        ("backbone.temporal_kernel", 5, "backbone.temporal_kernel is 5, here 9"),
        ("backbone", {"name": "msg3d", "joints": 53}, "backbone.name is 'msg3d', here 'stgcn'. Set"),
    ],
)
def test_another_form_is_told_with_both_values(tmp_path: Path, path: str, value: Any, told: str) -> None:
    weights = trained(tmp_path, path, value)
    with pytest.raises(InputError) as error:
        plan(tmp_path, weights)
    start = f"experts.bones.training[1].start.path: {weights} holds the weights of the expert joints, a network of"
    assert str(error.value).startswith(start) and told in str(error.value)


def test_the_graph_is_compared(tmp_path: Path) -> None:
    weights = trained(tmp_path, "backbone", {"name": "msg3d", "joints": 53})
    with pytest.raises(InputError, match=r"backbone\.joints is 53, here 57"):
        plan(tmp_path, weights, backbone={"name": "msg3d"})


def test_channels_are_compared(tmp_path: Path) -> None:
    weights = trained(tmp_path)
    other = OTHERS | {"modality": {"name": "flow"}, "backbone": CONFIG["experts"]["rgb"]["backbone"]}
    weights.with_name("config.json").write_text(json.dumps(other))
    with pytest.raises(InputError, match="the number of channels of the modality is 2, here 3"):
        plan_of(tmp_path, changed(CONFIG, "experts.rgb.training.1.start", {"path": str(weights)}))


def test_what_is_taken_as_it_is_is_compared_too(tmp_path: Path) -> None:
    taken = {"modality": {"name": "skeleton"}, "backbone": {"name": "stgcn"}}
    taken["trained"] = {"path": str(trained(tmp_path))}
    with pytest.raises(InputError, match=r"experts\.bones\.trained\.path: .*backbone\.width is 0\.125, here 1\.0"):
        plan_of(tmp_path, changed(CONFIG, "experts.bones", taken))


def test_weights_without_a_config_are_compared_when_they_are_read(tmp_path: Path) -> None:
    weights = trained(tmp_path, "backbone.width", 0.5)
    weights.with_name("config.json").unlink()
    plan(tmp_path, weights)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "cannot be read as JSON"),
        ("[1]", "it holds no JSON object"),
        ('{"backbone": 1e999}', "not finite"),
        (json.dumps({"spotter": "bilstm", "weights_sha256": ""}), "expert, modality, backbone, num_classes"),
        (json.dumps(changed(OTHERS, "backbone.widht", 1)), "widht: there is no such option"),
        (json.dumps(changed(OTHERS, "backbone", "stgcn")), "backbone: expected object, got 'stgcn'"),
        (json.dumps(changed(OTHERS, "num_classes", 7)), "num_classes is 7, expected 4"),
    ],
)
def test_a_damaged_config_is_an_error_and_stays(tmp_path: Path, text: str, told: str) -> None:
    weights = trained(tmp_path)
    weights.with_name("config.json").write_text(text)
    with pytest.raises(InputError, match=r"other/(config\.json|weights\.safetensors): ") as error:
        plan(tmp_path, weights)
    assert told in str(error.value) and type(error.value) is InputError


def test_no_pytorch_is_imported_to_compare(tmp_path: Path) -> None:
    start = {"path": str(trained(tmp_path))}
    config = changed(changed(CONFIG, "experts.bones.training.0.start", start), "device", "cpu")
    config["corpus"]["tables"] = write_corpus(tmp_path)
    program = "import json, sys; from signspot.plan.plan import read_plan; from pathlib import Path;"
    program += "read_plan(json.loads(sys.argv[1]), Path(sys.argv[2])); sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", program, json.dumps(config), str(SCHEMA)], check=True)
