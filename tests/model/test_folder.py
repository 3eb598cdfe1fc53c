"""Models from strangers: whatever is wrong in one is named, and nothing outside of its folder is read."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_run import edit
from safetensors.torch import load_file, save_file

from signspot.errors import InputError
from signspot.files import sha256
from signspot.model.folder import checked_files, read_model
from signspot.model.spot import Networks

WEIGHTS = "experts/demo.bones/weights.safetensors"
BONES, HEAD = "experts/demo.bones", "spotters/demo.head"
PART = {"kind": "bilstm", "experts": ["demo.bones"], "of": [], "modality": None}


def change(model: Path, **values: Any) -> None:
    edit(model / "model.json", **values)


def value(model: Path, key: str) -> Any:
    return json.loads((model / "model.json").read_text())[key]


def signed(model: Path) -> None:
    """As a stranger would who changed a file and means it."""
    change(model, files={name: sha256(model / name) for name in value(model, "files")})


def rename_file(model: Path, name: str) -> None:
    files = value(model, "files")
    change(model, files={name if known == WEIGHTS else known: digest for known, digest in files.items()})


def link_out(model: Path) -> None:
    outside = (model / WEIGHTS).rename(model.parent / "weights")
    (model / WEIGHTS).symlink_to(outside)


def flip_a_byte(model: Path) -> None:
    data = bytearray((model / WEIGHTS).read_bytes())
    data[len(data) // 2] ^= 255
    (model / WEIGHTS).write_bytes(data)


def cheat_config(model: Path, folder: str, **values: Any) -> None:
    edit(model / folder / "config.json", **values)
    signed(model)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (flip_a_byte, "weights.safetensors: was changed: its sha256"),
        (lambda m: (m / WEIGHTS).unlink(), "weights.safetensors: is missing"),
        (lambda m: (m / "vocabulary.tsv").unlink(), "vocabulary.tsv: is missing"),
        (lambda m: (m / "model.json").unlink(), "is no model, it has no model.json"),
        (lambda m: (m / "model.json").write_text("{"), "cannot be read as JSON"),
        (lambda m: (m / "model.json").write_text("[" * 100_000), "cannot be read as JSON"),
        (lambda m: (m / "model.json").write_text("[1]"), "holds no JSON object"),
        (lambda m: change(m, format=1), "its format is 1, this signspot reads 2 and 3. Export the model again"),
        (lambda m: change(m, format=None), "its format is None"),
        (lambda m: change(m, decoder="theirs"), "decoder: is 'theirs', expected one of cells, frames"),
        (lambda m: change(m, decoders={"theirs": {}}), "'theirs' is unknown"),
        (lambda m: change(m, decoder="frames", decoders={"frames": {"threshold": "tune"}}), "threshold: is 'tune'"),
        (lambda m: change(m, spotters={"demo.head": PART | {"modality": "sound"}}), "'sound' is unknown"),
        (lambda m: change(m, decoders={"cells": {"width": 9}}), "decoders.cells.width: there is no such option"),
        (lambda m: change(m, spotter="demo.other"), "spotter: is 'demo.other', expected one of demo.head"),
        (lambda m: change(m, spotters={"demo.head": PART | {"kind": "os"}}), "kind: 'os' is unknown"),
        (lambda m: change(m, spotters={"demo.head": PART | {"of": ["demo.head"]}}), "'demo.head' is not among"),
        (lambda m: change(m, spotters={"demo.head": PART | {"experts": ["demo.x"]}}), "'demo.x' is not among"),
        (lambda m: change(m, stores=value(m, "stores") | {"fps": "25"}), "stores.fps: expected number"),
        (lambda m: change(m, experts=[]), "experts: "),
        (lambda m: change(m, experts={"../up": "skeleton"}), "experts: "),
        (lambda m: change(m, experts={"demo.bones": "skeleton", "demo.x": "rgb"}), "does not name the file"),
        (lambda m: change(m, experts={"demo.bones": "sound"}), "'sound' is unknown"),
        (lambda m: change(m, experts={"demo.bones": "rgb"}), "its modality is .skeleton"),
        (lambda m: change(m, experts={"demo.bones": "flow"}), "its modality is .skeleton"),
        (lambda m: rename_file(m, "../outside"), "file that no model has: '../outside'"),
        (lambda m: rename_file(m, "/etc/passwd"), "file that no model has: '/etc/passwd'"),
        (link_out, "is a link to a file outside of the model"),
        (lambda m: cheat_config(m, BONES, vocabulary=["A", "B"]), "its vocabulary is"),
        (lambda m: cheat_config(m, BONES, modality=[1]), "modality: expected object"),
        (lambda m: cheat_config(m, HEAD, experts=[]), "experts: .* should be non-empty"),
    ],
)
def test_what_is_wrong_in_a_model_is_named(model: Path, spoil, message: str) -> None:
    spoil(model)
    with pytest.raises(InputError, match=message):
        read_model(model)


def stgcn(m: Path, **options: Any) -> None:
    cheat_config(m, BONES, backbone={"name": "stgcn", "width": 0.0625} | options)


def backbone(m: Path, name: str, **options: Any) -> None:
    cheat_config(m, BONES, backbone={"name": name} | options)


def joints(m: Path, **options: Any) -> None:
    cheat_config(m, BONES, modality={"name": "skeleton"} | options)


def clip(m: Path, folder: str, **values: int) -> None:
    cheat_config(m, folder, clip={"length": 8, "stride": 4} | values)


def stores(m: Path, **values: Any) -> None:
    change(m, stores=value(m, "stores") | values)


def glosses(m: Path, *signs: str) -> None:
    rows = [f"{number}\t{sign}" for number, sign in enumerate(signs)]
    (m / "vocabulary.tsv").write_text("\n".join(["class_id\tsign", *rows, ""]), encoding="utf-8")
    for folder in (BONES, HEAD):
        cheat_config(m, folder, vocabulary=list(signs))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: stgcn(m, width=1e6), r"backbone stgcn.width: is 1000000.0, expected 0 to 8"),
        (lambda m: stgcn(m, width=-1), "width: is -1, expected 0 to 8"),
        (lambda m: stgcn(m, width=float("nan")), "cannot be read as JSON: the number 'NaN' is not finite"),
        (lambda m: stgcn(m, width=1e308), "width: is 1e.308, expected 0 to 8"),
        (lambda m: stgcn(m, temporal_kernel=10**9 + 1), "temporal_kernel: is 1000000001, expected 1 to 99"),
        (lambda m: stgcn(m, dropout=2), "dropout: is 2, expected 0 to 1"),
        (lambda m: stgcn(m, num_classes=3), "num_classes: there is no such option"),
        (lambda m: stgcn(m, key="k"), "key: there is no such option"),
        (lambda m: backbone(m, "p3d199", depths=[10**9] * 4), "depths: is 1000000000, expected 1 to 100"),
        (lambda m: backbone(m, "i3d_r50", width=1e6), "i3d_r50.width: is 1000000.0"),
        (lambda m: joints(m, noise=1e9), "noise: is 1000000000.0, expected 0 to 100"),
        (lambda m: joints(m, name="rgb", input_size=10**6), "input_size: is 1000000, expected 1 to 1024"),
        (lambda m: clip(m, BONES, length=10**9), "clip.length: 1000000000 is greater than the maximum of 1000"),
        (lambda m: clip(m, BONES, stride=0), "clip.stride: 0 is less than the minimum of 1"),
        (lambda m: clip(m, HEAD, stride=2), "clips of different strides"),
        (lambda m: cheat_config(m, BONES, num_classes=10**9), "num_classes: 1000000000 is greater than"),
        (lambda m: cheat_config(m, BONES, num_classes=3.0), "num_classes: expected integer, got 3.0"),
        (lambda m: cheat_config(m, BONES, num_classes=4), "num_classes is 4, expected 3 for 2 signs"),
        (lambda m: stores(m, fps=1e9), "stores.fps: 1000000000.0 is greater than"),
        (lambda m: stores(m, frame_size=10**6), "stores.frame_size: 1000000 is greater than"),
        (lambda m: stores(m, frame_size=256.0), "stores.frame_size: expected integer, got 256.0"),
        (lambda m: stores(m, flow_size=-1), "stores.flow_size: -1 is less than"),
        (lambda m: change(m, decoders={"cells": {}, "frames": {"threshold": 1e9}}), "threshold: is 1000000000.0"),
        (lambda m: change(m, decoders={"cells": {}, "frames": {"close": -1}}), "close: is -1, expected 0 to 10000"),
        (lambda m: change(m, decoders={"cells": {}, "runs": {"min_frames": 10**9}}), "min_frames: is 1000000000"),
        (lambda m: change(m, spotters={f"demo.head{n}": PART for n in range(999)}), "too many properties"),
        (lambda m: change(m, spotters={"demo.head\n": PART}), "does not match"),
        (lambda m: change(m, spotters={"demo.head": PART | {"kind": "ensemble"}}), "the kind ensemble reads of"),
        (lambda m: change(m, spotters={"demo.head": PART | {"kind": "exemplars"}}), "exemplars reads modality"),
        (lambda m: glosses(m, "A", "A"), "vocabulary.1: 'A' is vocabulary.0 too"),
        (lambda m: glosses(m, "A", "\x1b[2JB"), "vocabulary.1: '.x1b.2JB' holds a control character"),
        (lambda m: glosses(m, "A", "B\x85"), "holds a control character"),
        (lambda m: glosses(m, "A", "B\u2028C"), "holds a control character"),
        (lambda m: glosses(m, "A", "B" * 2000), "is too long"),
        (lambda m: glosses(m, "A", ""), "should be non-empty|is too short"),
        (lambda m: glosses(m, "A"), "num_classes is 3, expected 2 for 1 signs"),
    ],
)
def test_every_number_and_gloss_has_bounds(model: Path, spoil, message: str) -> None:
    spoil(model)
    with pytest.raises(InputError, match=message):
        read_model(model)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: stgcn(m, width=8), "do not fit the network of config.json: .*F32.*, expected F32"),
        (lambda m: stgcn(m, temporal_kernel=99), "do not fit the network"),
        (lambda m: backbone(m, "p3d199", width=8, depths=[100] * 4), "do not fit the network"),
        (lambda m: cheat_config(m, HEAD, head={"reduced": 65536, "hidden": 65536}), "do not fit the network"),
        (lambda m: cheat_config(m, HEAD, head={"hidden": 10**6}), "head.hidden: is 1000000, expected 2 to 65536"),
        (lambda m: cheat_config(m, HEAD, head={"hidden": 17}), "hidden: expected an even number"),
        (lambda m: cheat_config(m, HEAD, head={"input_dim": 3}), "input_dim: there is no such option"),
        (lambda m: cheat_config(m, HEAD, num_classes=100), "num_classes is 100, expected 3 for 2 signs"),
        (lambda m: cheat_config(m, HEAD, standardise="no"), "standardise: expected boolean, got 'no'"),
        (lambda m: cheat_config(m, HEAD, standardise=True), "mean is missing, deviation is missing"),
        (lambda m: cheat_config(m, BONES, backbone={"name": "stgcn", "width": "wide"}), "backbone stgcn"),
        (lambda m: cheat_config(m, BONES, backbone={"name": "os.system"}), "'os.system' is unknown"),
        (
            lambda m: cheat_config(m, BONES, modality={"name": "skeleton", "shift": "far"}),
            "modality skeleton",
        ),
        (lambda m: cheat_config(m, HEAD, head={"reduced": 17}), "do not fit|spotter.head"),
    ],
)
def test_networks_that_cannot_be_built_are_named(model: Path, spoil, message: str) -> None:
    spoil(model)
    with pytest.raises(InputError, match=message):
        Networks.load(read_model(model))


def test_a_head_of_other_features_than_its_experts_give_is_named(model: Path) -> None:
    config = json.loads((model / HEAD / "config.json").read_text())
    more = [config["experts"][0] | {"features": config["experts"][0]["features"] + 1}]
    weights = load_file(model / HEAD / "weights.safetensors")
    first = weights["reduce.0.weight"]
    weights["reduce.0.weight"] = torch.cat([first, first[:, :1]], 1).contiguous()
    save_file(weights, model / HEAD / "weights.safetensors")
    cheat_config(model, HEAD, experts=more, weights_sha256=sha256(model / HEAD / "weights.safetensors"))
    with pytest.raises(InputError, match=r"reads \[17\] features, its experts give \[16\]"):
        Networks.load(read_model(model))


def test_weights_that_are_no_safetensors_are_not_loaded(model: Path) -> None:
    """A pickle in their place, with all digests as they should be."""
    (model / WEIGHTS).write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    digest = sha256(model / WEIGHTS)
    cheat_config(model, BONES, weights_sha256=digest)
    cheat_config(model, HEAD, experts=[{"name": "bones", "features": 16, "weights_sha256": digest}])
    with pytest.raises(InputError, match="the weights do not fit"):
        Networks.load(read_model(model))


VALUES = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from(
        ["stores", "spotter", "spotters", "decoder", "decoders", "experts", "provenance", "scores", "files"]
    ),
    other=JSON,
)
def test_no_content_of_model_json_ends_in_another_error(model: Path, key: str, other: Any) -> None:
    before = (model / "model.json").read_text()
    change(model, **{key: other})
    try:
        read_model(model)
    except InputError:
        pass
    finally:
        (model / "model.json").write_text(before)


def test_the_card_may_be_edited(model: Path) -> None:
    assert "MODEL_CARD.md" not in checked_files(["demo.head"], ["demo.bones"])
    (model / "MODEL_CARD.md").write_text("CC BY 4.0")
    read_model(model)
