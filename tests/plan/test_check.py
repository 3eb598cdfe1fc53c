"""A configuration is compared with the modules that it names before anything runs."""

from pathlib import Path

import pytest
from plans import CONFIG, RECIPE, SCHEMA, changed, plan_of, write_corpus

from signspot.errors import InputError
from signspot.plan.plan import read_plan

ENSEMBLE = {"kind": "ensemble", "of": ["bilstm"], "decoders": {"runs": {}}}


def problem(folder: Path, path: str, value: object) -> str:
    first = CONFIG["runs"]["first"] | {"spotter": "bilstm"}
    with pytest.raises(InputError) as error:
        plan_of(folder, changed(changed(CONFIG, "runs.first", first), path, value))
    return str(error.value)


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        # The four that once failed in the training job, after hours of preprocessing.
        ("experts.rgb.backbone.widht", 0.25, ["experts.rgb.backbone.widht", "0.25", "width"]),
        ("experts.rgb.modality.colour_jiter", 0.3, ["experts.rgb.modality.colour_jiter", "0.3", "colour_jitter"]),
        ("experts.bones.backbone.depths", [1, 1, 1, 1], ["experts.bones.backbone.depths", "[1, 1, 1, 1]", "width"]),
        (
            "experts.bones.modality",
            {"name": "rgb"},
            ["experts.bones.backbone.name: stgcn takes skeleton, the modality rgb gives images", "i3d_r50, p3d199"],
        ),
        (
            "spotters.few",
            {"kind": "exemplars", "modality": {"name": "rgb"}, "decoders": {"candidates": {}}},
            [
                "spotters.few.modality.name: ",
                "exemplars takes skeleton, the modality rgb gives images",
                "Take skeleton",
            ],
        ),
        # Others of their kind.
        (
            "experts.bones.modality.joints",
            53,
            ["experts.bones: the modality skeleton gives 53 joints, the graph of the backbone stgcn has 57."],
        ),
        ("experts.bones.modality.stream", "limbs", ["experts.bones.modality.stream", "'limbs'", "joint_motion"]),
        (
            "experts.bones.modality",
            {"name": "skeleton", "stream": "bones", "relative": True},
            ["experts.bones.modality: relative: is true, expected false unless stream is joints"],
        ),
        ("experts.bones.backbone", {"name": "msg3d", "joints": 55}, ["gives 57 joints", "msg3d has 55"]),
        ("experts.rgb.backbone.name", "i3d_r51", ["experts.rgb.backbone", "'i3d_r51' is unknown", "i3d_r50"]),
        ("experts.rgb.backbone.width", "half", ["experts.rgb.backbone.width", "'half'", "expected number"]),
        ("experts.rgb.backbone.variant", "big", ["experts.rgb.backbone.variant", "'big'", "entry, kinetics"]),
        ("experts.rgb.modality.name", "sound", ["experts.rgb.modality", "'sound' is unknown", "skeleton"]),
        (
            "experts.rgb.tta",
            "mirror",
            ["experts.rgb.tta: is mirror, which only skeletons have; the modality rgb"],
        ),
        ("experts.rgb.loss", "steps", ["experts.rgb.loss: is steps, but the backbone i3d_r50 has no", "take s3d"]),
        ("experts.rgb.loss", "hinge", ["experts.rgb.loss"]),
        (
            "experts.rgb",
            {**CONFIG["experts"]["rgb"], "backbone": {"name": "s3d"}, "loss": "steps", "class_balance": 0.5},
            ["experts.rgb.class_balance: is 0.5, which the loss steps does not know"],
        ),
        ("experts.bones.tta", "ten", ["experts.bones.tta"]),
        ("experts.rgb.modality.input_size", 0, ["experts.rgb.modality", "input_size"]),
        ("experts.rgb.training.0.clips", "some", ["experts.rgb.training[1].clips", "'some' is unknown", "signs"]),
        ("experts.rgb.training.0.rat", 0.1, ["experts.rgb.training[1].rat", "rate"]),
        ("experts.rgb.training.1.optimiser", "lion", ["experts.rgb.training[2]", "'lion'", "adamw"]),
        ("experts.rgb.training.0.epochs", 0, ["experts.rgb.training[1]", "epochs"]),
        ("experts.rgb.training.0.start", {"path": "gone.pth"}, ["training[1].start.path", "gone.pth is no file"]),
        ("experts.rgb.trained", {"path": "a.pth"}, ["experts.rgb: has training and trained", "exactly one"]),
        ("experts.rgb.training", None, ["experts.rgb: has none of training, trained, features"]),
        ("experts.rgb.backbone", None, ["experts.rgb.backbone: is missing"]),
        ("clips.stride", 0, ["clips.stride"]),
        ("spotters.bilstm.kind", "lstm", ["spotters.bilstm", "'lstm' is unknown", "bilstm"]),
        ("spotters.bilstm.experts", ["rgb", "skeleton"], ["spotters.bilstm.experts", "'skeleton'", "bones"]),
        ("spotters.bilstm.experts", None, ["spotters.bilstm.experts", "reads it: add it"]),
        ("spotters.bilstm.of", ["other"], ["spotters.bilstm.of", "does not read it: take it out"]),
        ("spotters.bilstm.head", {"hiden": 8}, ["spotters.bilstm.head.hiden", "hidden"]),
        ("spotters.bilstm.standardize", True, ["spotters.bilstm.standardize", "standardise"]),
        ("spotters.bilstm.training.steps", 3, ["spotters.bilstm.training.steps", "3"]),
        ("spotters.bilstm.training", None, ["spotters.bilstm: has none of training, trained"]),
        ("spotters.bilstm.trained", {"path": "a.pth"}, ["spotters.bilstm: has training and trained"]),
        ("spotters.bilstm.decoders", {"best": {}}, ["spotters.bilstm.decoders.best", "'best' is unknown", "cells"]),
        ("spotters.bilstm.decoders.cells.width", 4, ["spotters.bilstm.decoders.cells.width"]),
        ("spotters.both", {**ENSEMBLE, "of": ["gone"]}, ["spotters.both.of", "'gone'", "bilstm"]),
        ("spotters.both", {**ENSEMBLE, "of": ["both"]}, ["spotters.both.of", "circle"]),
        ("spotters.both", {**ENSEMBLE, "training": RECIPE}, ["spotters.both.training"]),
        ("flow", None, ["flow: is missing"]),
        ("device", "gpu", ["device: expected one of auto, cpu, cuda, got 'gpu'"]),
        ("sead", 1, ["'sead' was unexpected"]),
        ("corpus.fps", 0, ["corpus.fps"]),
        ("runs.first.test", [], ["runs.first.test"]),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(tmp_path: Path, path: str, value: object, parts: list[str]) -> None:
    config = CONFIG
    if path == "flow":
        config = changed(config, "experts.flow", {**CONFIG["experts"]["rgb"], "modality": {"name": "flow"}})
        with pytest.raises(InputError) as error:
            plan_of(tmp_path, changed(config, path, value))
        text = str(error.value)
    else:
        text = problem(tmp_path, path, value)
    for part in parts:
        assert part in text


def test_what_is_chosen_on_validation_videos_needs_some(tmp_path: Path) -> None:
    config = changed(CONFIG, "experts.rgb.training.1.schedule", "plateau")
    config = changed(config, "spotters.both", {**ENSEMBLE, "weights": "tune"})
    first = {"train": ["train"], "test": ["test"], "spotter": "both"}
    with pytest.raises(InputError) as error:
        plan_of(tmp_path, config, first=first)
    assert "experts.rgb.training[2].schedule: plateau needs validation videos" in str(error.value)
    assert "spotters.both.weights: tune needs validation videos" in str(error.value)
    plan_of(tmp_path, config, first=first | {"validation": ["val"]})


def test_poses_of_another_complexity_need_the_file_of_their_model(tmp_path: Path) -> None:
    config = changed(CONFIG, "pose.model_complexity", 2)
    with pytest.raises(InputError, match=r"pose\.model_complexity: 2 needs .*heavy\.tflite.*pose\.model: PATH"):
        plan_of(tmp_path, config)
    file = tmp_path / "heavy.tflite"
    with pytest.raises(InputError, match=r"heavy\.tflite: there is no such file"):
        plan_of(tmp_path, changed(config, "pose.model", str(file)))
    file.touch()
    assert plan_of(tmp_path, changed(config, "pose.model", str(file))).config["pose"]["model"] == str(file)


def test_an_option_to_be_tuned_passes(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, changed(CONFIG, "spotters.bilstm.decoders.frames", {"threshold": "tune"}))
    assert plan.runs["first"].spotters["bilstm"].decoders["frames"] == {"threshold": "tune"}


FEW = {
    "seed": 1,
    "corpus": CONFIG["corpus"],
    "pose": {"model_complexity": 1},
    "spotters": {"few": {"kind": "exemplars", "modality": {"name": "skeleton"}, "decoders": {"candidates": {}}}},
    "runs": {"first": {"train": ["train"], "test": ["test"]}},
}
"""A spotter that reads poses alone."""


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("results", "results {x}", "results: 'results {x}' holds { or }"),
        ("results", "a{}", "results: 'a{}' holds { or }"),
        ("corpus.tables.vocabulary", "/a {2024}/v.tsv", "corpus.tables.vocabulary: '/a {2024}/v.tsv' holds { or }"),
        ("experts.rgb.training.0.start", {"path": "{x}.pth"}, "experts.rgb.training.0.start.path: '{x}.pth' holds"),
        ("results", "out\nput", "results: 'out\\nput' holds a character"),
        ("corpus.name", "mine\n", "corpus.name: 'mine\\n' holds a character"),
        ("corpus.name", "mine\u202e", "corpus.name: 'mine\\u202e' cannot be a name"),
        ("corpus.name", "x" * 300, "corpus.name: 'xxx"),
        ("corpus.name", "../mine", "corpus.name: '../mine' cannot be a name"),
        ("runs.first\n", {"test": ["test"]}, "'first\\n' cannot be a name"),
        ("experts.a/b", CONFIG["experts"]["rgb"], "experts: 'a/b' cannot be a name"),
        ("spotters.few\n", ENSEMBLE, "spotters: 'few\\n' cannot be a name"),
        ("runs.first.override", {"experts": {"../a": {}}}, "override.experts: '../a' cannot be a name"),
        ("runs.first.override", {"spotters": {"a\n": {}}}, "override.spotters: 'a\\n' cannot be a name"),
        (
            "runs.FIRST",
            {"test": ["test"], "train": ["train"], "spotter": "bilstm"},
            "runs: 'first' and 'FIRST' differ in upper and lower",
        ),
        ("experts.RGB", CONFIG["experts"]["rgb"], "the experts of run first: 'rgb' and 'RGB' differ"),
        ("spotters.Bilstm", CONFIG["spotters"]["bilstm"], "the spotters of run first: 'bilstm' and 'Bilstm' differ"),
    ],
)
def test_what_becomes_a_file_is_checked_with_its_key(tmp_path: Path, path: str, value: object, named: str) -> None:
    tables = write_corpus(tmp_path)
    first = CONFIG["runs"]["first"] | {"spotter": "bilstm"}
    config = changed(changed(CONFIG, "corpus.tables", tables), "runs.first", first)
    with pytest.raises(InputError) as error:
        read_plan(changed(config, path, value), SCHEMA)
    assert named in str(error.value)


def test_a_run_of_folds_is_told_from_a_run_of_its_name(tmp_path: Path) -> None:
    folds = {"folds": {"count": 2}, "train": ["train"], "spotter": "bilstm"}
    with pytest.raises(InputError, match="'fold1' and 'FOLD1' differ in upper and lower case alone"):
        plan_of(tmp_path, fold=folds, FOLD1={"train": ["train"], "test": ["test"], "spotter": "bilstm"})


@pytest.mark.parametrize("column", ["path", "annotation"])
def test_videos_that_snakemake_takes_for_wildcards_are_named(tmp_path: Path, column: str) -> None:
    tables = write_corpus(tmp_path)
    rows = Path(tables["videos"]).read_text().splitlines()
    (tmp_path / "a{x}.eaf").touch()
    (tmp_path / "c {2}.mp4").touch()
    rows = [f"{row}\t{'annotation' if number == 0 else ''}" for number, row in enumerate(rows)]
    rows[3] = rows[3].replace("c.mp4", "c {2}.mp4") if column == "path" else f"{rows[3]}a{{x}}.eaf"
    Path(tables["videos"]).write_text("\n".join([*rows, ""]))
    with pytest.raises(InputError, match=rf"videos\.tsv, line 4: {column}: .* holds {{ or }}, which Snakemake takes"):
        read_plan(changed(CONFIG, "corpus.tables", tables), SCHEMA)


@pytest.mark.parametrize("experts", [{}, {"experts": {}}])
def test_a_spotter_of_poses_needs_no_experts(tmp_path: Path, experts: dict) -> None:
    plan = plan_of(tmp_path, FEW | experts)
    assert plan.stores == ["poses"] and plan.used_experts("first") == []
    assert plan.runs["first"].spotters["few"].leading_decoder == "candidates"


def test_a_spotter_of_experts_needs_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"spotters\.bilstm\.experts: there is no expert 'rgb'; there are none\."):
        plan_of(tmp_path, changed(CONFIG, "experts", None))


def test_a_corpus_of_skeletons_needs_no_flow(tmp_path: Path) -> None:
    config = changed(changed(CONFIG, "experts.rgb", None), "spotters.bilstm.experts", ["bones"])
    assert plan_of(tmp_path, changed(config, "flow", None)).stores == ["poses"]


def test_published_features_have_no_variants(tmp_path: Path) -> None:
    published = {"modality": {"name": "skeleton"}, "features": {"folder": str(tmp_path)}, "tta": "mirror"}
    message = problem(tmp_path, "experts.bones", published)
    assert "experts.bones.tta: is mirror, but published features are taken as they are. Take it out." in message


def test_what_a_training_is_told_of_its_loss(tmp_path: Path) -> None:
    with_s3d = changed(CONFIG, "experts.rgb.backbone", {"name": "s3d"})
    expert = plan_of(tmp_path, changed(with_s3d, "experts.rgb.loss", "steps")).expert("first", "rgb")
    assert expert.training("2")["losses"] == {"label_smoothing": 0.0, "class_balance": 0.0, "loss": "steps"}


@pytest.mark.parametrize("sign", ["around", "own", "repeated", "parts"])
def test_frames_drawn_anew_are_not_kept_in_memory(tmp_path: Path, sign: str) -> None:
    training = [{**RECIPE, "clips": "instances", "in_memory": True}]
    config = changed(changed(CONFIG, "experts.rgb.clips", {"sign": sign}), "experts.rgb.training", training)
    if sign in ("around", "own"):
        plan_of(tmp_path, config)
        return
    with pytest.raises(InputError, match=rf"experts\.rgb\.training\[1\]\.in_memory: .* of rgb is {sign}, which draws"):
        plan_of(tmp_path, config)
    plan_of(tmp_path, changed(config, "experts.rgb.training.0.clips", "signs"))
