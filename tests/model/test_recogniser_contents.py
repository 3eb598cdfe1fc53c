"""Models that recognise: what they hold, which are refused, and runs that cannot be exported."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_up_recognisers import write_recognising_run
from made_up_run import SIGNER, VOCABULARY, edit, write_expert

from signspot.cli import main
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.files import sha256
from signspot.model.export import export_model
from signspot.model.folder import RecognisingModel, read_model, read_recognising_model, read_spotting_model

JOINTS = "experts/signs.joints"


def content(model: Path) -> dict[str, Any]:
    return json.loads((model / "model.json").read_text())


def test_a_model_holds_what_recognising_needs(recogniser: Path) -> None:
    networks = {f"experts/signs.{name}/{file}" for name in ("joints", "bones") for file in FILES}
    there = {str(path.relative_to(recogniser)) for path in recogniser.rglob("*") if path.is_file()}
    assert there == {"model.json", "MODEL_CARD.md", "vocabulary.tsv"} | networks
    read = read_recognising_model(recogniser)
    assert read.recognisers == {"signs.joints": 1, "signs.bones": 0.4}, "the first fusion"
    assert (read.name, read.vocabulary) == ("mine/signs", VOCABULARY)
    assert (read.stores.fps, read.stores.flow_size) == (25.0, None)


FILES = ("config.json", "weights.safetensors")


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("plain", {"signs.joints": 1.0, "signs.bones": 1.0}),
        ("tuned", {"signs.joints": 1.0}),
        ("bones", {"signs.bones": 1.0}),
    ],
)
def test_a_sum_or_an_expert_can_be_named(
    recognising_run: Path, tmp_path: Path, name: str, weights: dict[str, float]
) -> None:
    """Of a sum, an expert whose weight was found to be 0 is left out."""
    assert main(["export-model", str(recognising_run), "--recogniser", name, "--out", str(tmp_path / "model")]) == 0
    assert read_recognising_model(tmp_path / "model").recognisers == weights
    assert content(tmp_path / "model")["provenance"]["recogniser"] == name


def test_a_run_without_a_fusion_exports_its_first_recogniser(recognising_run: Path, tmp_path: Path) -> None:
    edit(recognising_run / "provenance.json", fusions={})
    export_model(recognising_run, tmp_path / "model")
    assert read_recognising_model(tmp_path / "model").recognisers == {"signs.joints": 1.0}


def test_the_same_run_gives_the_same_bytes(recognising_run: Path, recogniser: Path, tmp_path: Path) -> None:
    export_model(recognising_run, tmp_path / "again")
    for path in recogniser.rglob("*.*"):
        if path.is_file():
            assert (tmp_path / "again" / path.relative_to(recogniser)).read_bytes() == path.read_bytes()


def test_scores_and_card_name_no_signer(recogniser: Path) -> None:
    scores = content(recogniser)["scores"]
    assert scores["per_instance"] == {"top1": 2 / 3, "top2": 1.0} and scores["clips"] == 3
    assert scores["signers"] == {"count": 1, "least": 0.5, "median": 0.5, "largest": 0.5}
    card = (recogniser / "MODEL_CARD.md").read_text()
    assert "| 1 | 0.67 | 0.50 | 0.50 | 0.67 |" in card and "The share of 3 clips" in card
    assert "`signs.bones` (skeleton) 0.4" in card and "&lt;b&gt;TREE|2" in card
    for path in recogniser.rglob("*.*"):
        assert path.is_dir() or SIGNER.encode() not in path.read_bytes(), path


def test_a_run_whose_test_videos_show_no_sign_can_be_exported(tmp_path: Path) -> None:
    run = write_recognising_run(tmp_path / "results/mine", scored=False)
    export_model(run, tmp_path / "model")
    assert "Not known" in (tmp_path / "model/MODEL_CARD.md").read_text()
    with pytest.raises(InputError, match=r"fusion.json: cannot be read"):
        export_model(run, tmp_path / "model", recogniser="tuned")


def test_a_run_that_cannot_be_exported_is_named(recognising_run: Path, run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--recogniser other: is no .* one of fixed, plain, tuned, joints, bones"):
        export_model(recognising_run, tmp_path / "model", recogniser="other")
    with pytest.raises(InputError, match=r"--spotter head: is no spotter of .* Expected one of none"):
        export_model(recognising_run, tmp_path / "model", "head")
    with pytest.raises(InputError, match=r"provenance.json: key recognisers is missing"):
        export_model(run, tmp_path / "model", recogniser="bones")
    write_expert(recognising_run / "experts/joints/training1", "joints", Window(16, 4))
    with pytest.raises(InputError, match=r"expert joints has changed since it named .*joints/test.h5"):
        export_model(recognising_run, tmp_path / "model")
    edit(recognising_run / "provenance.json", fusions={}, recognisers=[])
    with pytest.raises(InputError, match="has neither a spotter nor a recogniser"):
        export_model(recognising_run, tmp_path / "model")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("told", [{"run": "../up"}, {"trainings": "1/../.."}])
def test_a_foreign_run_leads_to_no_other_folder(recognising_run: Path, tmp_path: Path, told: dict) -> None:
    path = recognising_run / "provenance.json"
    experts = json.loads(path.read_text())["experts"]
    edit(path, experts=experts | {"joints": experts["joints"] | told})
    with pytest.raises(InputError, match="cannot be that of a file"):
        export_model(recognising_run, tmp_path / "model")


def other_network(model: Path) -> None:
    """A network of another vocabulary, with all digests as they should be."""
    edit(model / JOINTS / "config.json", vocabulary=["A", "B"])
    edit(model / "model.json", files={name: sha256(model / name) for name in content(model)["files"]})


WEIGHTS = {"signs.joints": 1.0, "signs.bones": 1.0}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: (m / JOINTS / "weights.safetensors").write_bytes(b"x"), "weights.safetensors: was changed"),
        (lambda m: (m / JOINTS / "config.json").write_text("{}"), "config.json: was changed"),
        (lambda m: (m / "vocabulary.tsv").unlink(), "vocabulary.tsv: is missing"),
        (other_network, "its vocabulary is"),
        (lambda m: edit(m / "model.json", recognisers={}), "recognisers: .*non-empty|enough properties"),
        (lambda m: edit(m / "model.json", recognisers={"signs.joints": 1}), "recognisers: are .*, but the experts"),
        (lambda m: edit(m / "model.json", recognisers=WEIGHTS | {"signs.x": 1}), "recognisers: are .*signs.x"),
        (lambda m: edit(m / "model.json", recognisers=WEIGHTS | {"signs.bones": 0}), "recognisers.signs.bones: 0 is"),
        (lambda m: edit(m / "model.json", recognisers=WEIGHTS | {"signs.bones": 1e9}), "is greater than"),
        (lambda m: edit(m / "model.json", recognisers=WEIGHTS | {"signs.bones": "1"}), "expected number"),
        (lambda m: edit(m / "model.json", recognisers=WEIGHTS | {"../up": 1}), "does not match"),
        (lambda m: edit(m / "model.json", spotter="signs.joints"), "has spotter, recognisers, expected"),
        (lambda m: edit(m / "model.json", experts={"signs.joints": "skeleton"}), "recognisers: are"),
        (lambda m: edit(m / "model.json", format=4), "its format is 4, this signspot reads 2 and 3"),
    ],
)
def test_what_is_wrong_in_a_model_is_named(recogniser: Path, spoil, message: str) -> None:
    spoil(recogniser)
    with pytest.raises(InputError, match=message):
        read_model(recogniser)


def test_half_a_spotter_is_no_model(model: Path) -> None:
    half = content(model)
    del half["decoders"]
    (model / "model.json").write_text(json.dumps(half))
    with pytest.raises(InputError, match="has spotter, spotters, decoder, expected spotter, spotters, decoder, deco"):
        read_model(model)


def test_models_of_the_format_before_spot_still(model: Path) -> None:
    edit(model / "model.json", format=2)
    assert read_spotting_model(model).spotter == "demo.head"


def test_each_command_names_the_other(model: Path, recogniser: Path) -> None:
    assert isinstance(read_model(recogniser), RecognisingModel)
    with pytest.raises(InputError, match=r"Call signspot recognise CLIPS --model .*recogniser, or"):
        read_spotting_model(recogniser)
    with pytest.raises(InputError, match=r"Call signspot spot VIDEO --model .*model --out FOLDER, or export a recogn"):
        read_recognising_model(model)
