"""Exporting: what a model holds and what it does not, and runs that cannot be exported."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from clip_stores import video_files
from made_up_run import SIGNER, VOCABULARY, edit, mark, write_run
from workflow_calls import PACKAGE

from signspot.cli import main
from signspot.errors import InputError
from signspot.model.export import export_model
from signspot.model.folder import read_model
from signspot.training.store import CONFIG, WEIGHTS

BONES = {"origin": "training", "trainings": 2, "run": "demo"}
NETWORKS = ("spotters/demo.head", "experts/demo.bones")


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_model_holds_what_spotting_needs(model: Path) -> None:
    networks = {
        f"{folder}/{name}" for folder in ("spotters/demo.head", "experts/demo.bones") for name in (CONFIG, WEIGHTS)
    }
    assert set(content(model)) == {"model.json", "MODEL_CARD.md", "vocabulary.tsv"} | networks
    read = read_model(model)
    assert (read.stores.fps, read.stores.frame_size, read.stores.model_complexity) == (25.0, 256, 1)
    assert read.stores.flow_size is None, "no expert of the model reads flow"
    assert (read.decoder, read.decoders) == ("cells", {"cells": {}, "frames": {"threshold": 0.2}})
    assert (read.experts, read.vocabulary) == ({"demo.bones": "skeleton"}, VOCABULARY)


def test_an_ensemble_takes_its_members_and_their_experts_along(run: Path, tmp_path: Path) -> None:
    export_model(run, tmp_path / "model", "both")
    read = read_model(tmp_path / "model")
    assert read.spotter == "demo.both"
    assert list(read.spotters) == ["demo.head", "second.head", "demo.both"], "members come first"
    assert read.spotters["demo.both"].of == ["demo.head", "second.head"]
    assert list(read.experts) == ["demo.bones", "second.bones"], "of one name, and both are there"
    edit(run / "spotters/both/config.json", members=[{"spotter": "head", "weights_sha256": "0" * 64}])
    with pytest.raises(InputError, match="its members have changed since"):
        export_model(run, tmp_path / "model", "both")
    with pytest.raises(InputError, match=r"--spotter other: is no spotter of .* Expected one of head, both"):
        export_model(run, tmp_path / "model", "other")


@pytest.mark.parametrize("spotter", ["head", "both"])
def test_the_same_run_gives_the_same_bytes(run: Path, tmp_path: Path, spotter: str) -> None:
    for name in ("once", "again"):
        export_model(run, tmp_path / name, spotter)
    assert content(tmp_path / "again") == content(tmp_path / "once")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda second: shutil.rmtree(second), r"second/provenance.json: cannot be read"),
        (lambda second: edit(second / "provenance.json", spotters={}), r"second/provenance.json: spotters.head is mis"),
        (lambda second: edit(second / "provenance.json", experts={}), r"second/provenance.json: experts.bones is mis"),
        (lambda second: truncate(second / "spotters/head/weights.safetensors"), "weights.safetensors: is damaged"),
    ],
)
def test_another_run_that_no_longer_has_a_member_is_named(run: Path, tmp_path: Path, spoil, message: str) -> None:
    spoil(run.with_name("second"))
    with pytest.raises(InputError, match=message):
        export_model(run, tmp_path / "model", "both")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told["spotters"]["both"].update(of=["../../x/y"]),
        lambda told: told["spotters"]["both"].update(of=["/etc"]),
        lambda told: told["spotters"]["both"].update(of=["second/head/../.."]),
        lambda told: told["spotters"]["both"].update(decoders=["../x"]),
        lambda told: told["spotters"].update({"../x": told["spotters"]["both"]}) or told.update(spotter="../x"),
        lambda told: told["spotters"]["head"].update(experts=["../x"]) or told["experts"].update({"../x": BONES}),
        lambda told: told["experts"]["bones"].update(run="../demo"),
        lambda told: told["experts"]["bones"].update(trainings="2/../../.."),
    ],
)
def test_a_foreign_run_leads_to_no_other_folder(run: Path, tmp_path: Path, spoil) -> None:
    told = json.loads((run / "provenance.json").read_text())
    told["spotter"] = "both"
    spoil(told)
    edit(run / "provenance.json", **told)
    with pytest.raises(InputError, match="cannot be that of a file"):
        export_model(run, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_table_of_a_foreign_run_leads_to_no_other_store(run: Path, tmp_path: Path) -> None:
    table = run.parents[1] / "tables/videos.tsv"
    header, first, *rest = table.read_text().splitlines()
    table.write_text("\n".join([header, f"../../{first}", *rest, ""]))
    with pytest.raises(InputError, match=r"videos\.tsv, line 2: video is '\.\./\.\./"):
        export_model(run, tmp_path / "model")


def test_a_model_needs_nothing_of_the_run(run: Path, model: Path, tmp_path: Path) -> None:
    moved = model.rename(tmp_path / "moved")
    shutil.rmtree(run.parents[1])
    read_model(moved)


def test_a_model_names_no_video_and_no_person(model: Path) -> None:
    for name, data in content(model).items():
        assert SIGNER.encode() not in data, name


def test_the_card_is_for_people_and_runs_nothing(model: Path) -> None:
    card = (model / "MODEL_CARD.md").read_text()
    assert "HOUSE" in card and "&lt;b&gt;TREE|2" in card and "<b>" not in card
    assert "| 0.50 | 0.50 |" in card and "training signers too: 1" in card
    assert "not recorded" in card.split("## Licence")[1]


def test_a_card_without_scores_says_so(run: Path, tmp_path: Path) -> None:
    (run / "spottings/head/cells.json").unlink()
    export_model(run, tmp_path / "model")
    assert json.loads((tmp_path / "model/model.json").read_text())["scores"] is None
    assert "Not known" in (tmp_path / "model/MODEL_CARD.md").read_text()


def test_an_older_model_is_replaced(run: Path, model: Path) -> None:
    (model / "MODEL_CARD.md").write_text("old")
    export_model(run, model)
    assert (model / "MODEL_CARD.md").read_text() != "old"


@pytest.mark.parametrize("others", [["notes.txt"], ["model.json", "notes.txt"]])
def test_a_folder_that_is_no_model_stays(run: Path, tmp_path: Path, others: list[str]) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in others:
        (folder / name).write_text("mine")
    with pytest.raises(InputError, match="is no model"):
        export_model(run, folder)
    assert content(folder) == dict.fromkeys(others, b"mine")


def of_expert(run: Path, name: str) -> Path:
    return run / "experts/bones/training2" / name


def truncate(path: Path, count: int = 1) -> None:
    path.write_bytes(path.read_bytes()[:-count])


def table(run: Path, name: str) -> Path:
    return run.parents[1] / f"tables/{name}.tsv"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda run: shutil.rmtree(run / "spotters"), r"head/config.json: cannot be read .*Call snakemake again"),
        (lambda run: (run / "provenance.json").unlink(), r"provenance.json: cannot be read .*call snakemake again"),
        (lambda run: truncate(run / "provenance.json", 9), r"provenance.json: is damaged .*Delete it and make it anew"),
        (lambda run: (run / "decoders/head/cells.json").unlink(), r"cells.json: cannot be read .*Call snakemake again"),
        (lambda run: (run / "decoders/head/cells.json").write_text("{}"), r"cells.json: is damaged .*Delete it"),
        (lambda run: table(run, "vocabulary").unlink(), r"vocabulary.tsv: is missing. Call snakemake again"),
        (lambda run: table(run, "videos").unlink(), r"videos.tsv: is missing. Call snakemake again"),
        (
            lambda run: of_expert(run, "config.json").unlink(),
            "is damaged .config.json beside it is missing.. Delete it",
        ),
        (lambda run: shutil.rmtree(run / "experts"), "features were published"),
        (lambda run: truncate(of_expert(run, "weights.safetensors")), "weights.safetensors: is damaged"),
        (lambda run: of_expert(run, "weights.safetensors").unlink(), "weights.safetensors: is missing"),
        (lambda run: edit(of_expert(run, "config.json"), weights_sha256="0" * 64), "bones has changed since"),
        (lambda run: table(run, "vocabulary").write_text("class_id\tsign\n0\tHAT\n"), "trained with"),
        (lambda run: mark(video_files(run.parents[1], f"{SIGNER}_1").crops, fps=50.0), "fps is 25.0 and 50.0"),
        (
            lambda run: shutil.rmtree(run.parents[1] / "poses"),
            "poses/.*no such file, nor that of .*signspot run --cores 1 --",
        ),
    ],
)
def test_an_unfinished_run_is_named_and_leaves_nothing(run: Path, tmp_path: Path, spoil, message: str) -> None:
    spoil(run)
    with pytest.raises(InputError, match=message):
        export_model(run, tmp_path / "model")
    assert not (tmp_path / "model").exists()
    assert not list(tmp_path.glob(".part-*"))


def test_stores_may_be_deleted_to_save_space(run: Path, model: Path, tmp_path: Path) -> None:
    for kind in ("crops", "poses"):
        (run.parents[1] / kind / f"{SIGNER}_1.h5").unlink()
    export_model(run, tmp_path / "again")
    assert content(tmp_path / "again") == content(model)


def test_an_empty_folder_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(InputError, match="run: is no run with a spotter or a recogniser"):
        export_model(tmp_path / "run", tmp_path / "model")


def test_a_kill_leaves_a_model_that_can_be_read(run: Path, model: Path) -> None:
    """In the moment when the new model has taken the place of the old one, which is still to be deleted."""
    code = """
import os, shutil, sys
from signspot.cli import main
shutil.rmtree = lambda *_, **__: os.kill(os.getpid(), 9)
main(sys.argv[1:])
"""
    arguments = ["export-model", str(run), "--out", str(model)]
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, env=os.environ | PACKAGE, capture_output=True, text=True, timeout=300)
    assert result.returncode == -signal.SIGKILL, result.stderr
    assert len(list(model.parent.glob(".part-*"))) == 1, "the old one"
    read_model(model)
    assert main(arguments) == 0
    assert not list(model.parent.glob(".part-*"))


def test_the_command_tells_where_the_model_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "results/mine", videos=1)
    assert main(["export-model", str(run), "--out", str(tmp_path / "model")]) == 0
    assert "MODEL_CARD.md" in capsys.readouterr().out
    assert main(["export-model", str(tmp_path / "nowhere"), "--out", str(tmp_path / "other")]) == 2
    assert "nowhere: is no run" in capsys.readouterr().err
