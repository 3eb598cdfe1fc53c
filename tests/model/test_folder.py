"""Models from strangers: whatever is wrong in one is named, and nothing outside of its folder is read."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_run import edit

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
        (lambda m: change(m, format=1), "its format is 1, this signspot reads format 2. Export the model again"),
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


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
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
