import re
from pathlib import Path

import pytest
import yaml

from signspot.errors import InputError
from signspot.plan.schema import check_config

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


@pytest.fixture
def config() -> dict:
    return yaml.safe_load((ROOT / "config/config.yaml").read_text())


@pytest.fixture
def published() -> dict:
    return yaml.safe_load((ROOT / "config/published_features.yaml").read_text())


CONFIGS = [
    *(f"config/{name}.yaml" for name in ("config", "chalearn2022", "published_features")),
    "tests/workflow/tiny.yaml",
]


@pytest.mark.parametrize("name", CONFIGS)
def test_the_configs_of_the_project_are_right(name: str) -> None:
    check_config(yaml.safe_load((ROOT / name).read_text()), SCHEMA)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("sead",), 1, "'sead' was unexpected"),
        (("seed",), "one", "seed: expected integer"),
        (("corpus", "fps"), 0, "corpus.fps"),
        (("corpus", "source"), "folder", "corpus.source: expected one of signer, tables, challenge"),
        (("experts", "rgb", "modality", "name"), "sound", "experts.rgb.modality.name"),
        (("experts", "rgb", "modality", "input_size"), 22.4, "experts.rgb.modality.input_size"),
        (("experts", "rgb", "backbone", "width"), "half", "experts.rgb.backbone.width"),
        (("experts", "rgb", "round1", "epochs"), 0, "experts.rgb.round1.epochs"),
        (("spotter", "recipe", "rate"), -1, "spotter.recipe.rate"),
        (("runs", "demo", "test"), [], "runs.demo.test"),
        (("runs", "demo", "select"), "best", "validation"),
        (("decoder",), "best", "decoder: expected one of published, cells"),
        (("device",), "gpu", "device: expected one of auto, cpu, cuda, got 'gpu'"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(config: dict, path: tuple[str, ...], value: object, named: str) -> None:
    block = config
    for key in path[:-1]:
        block = block[key]
    block[path[-1]] = value
    with pytest.raises(InputError) as error:
        check_config(config, SCHEMA)
    assert named in str(error.value)


def test_a_source_needs_its_block(config: dict) -> None:
    config["corpus"]["source"] = "tables"
    with pytest.raises(InputError, match="corpus: 'tables' is a required property"):
        check_config(config, SCHEMA)


def test_an_expert_is_trained_or_taken_as_it_is(config: dict) -> None:
    rgb = config["experts"]["rgb"]
    rgb["pretrained"] = {"path": "i3d.pth", "sha256": "0" * 64}
    check_config(config, SCHEMA)
    rgb["trained"] = {"path": "video.pth"}
    with pytest.raises(InputError) as error:
        check_config(config, SCHEMA)
    for key in ("round1", "round2", "pretrained"):
        assert f"experts.rgb.{key}: not beside trained" in str(error.value)
        del rgb[key]
    check_config(config, SCHEMA)
    del rgb["trained"]
    with pytest.raises(InputError, match=r"experts\.rgb: 'round1' is a required property"):
        check_config(config, SCHEMA)


@pytest.mark.parametrize("checkpoint", [{}, {"path": ""}, {"path": "a.pth", "sha256": "12"}, {"path": "a", "md5": "1"}])
def test_a_wrong_checkpoint_is_named_by_its_key(config: dict, checkpoint: dict) -> None:
    config["experts"]["rgb"]["pretrained"] = checkpoint
    with pytest.raises(InputError, match=r"experts\.rgb\.pretrained"):
        check_config(config, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("experts", "rgb", "features"), {"folder": "features/video"}),
        (("spotter", "trained"), {"path": "final_model.pth"}),
    ],
)
def test_published_files_go_with_the_published_corpus_only(config: dict, path: tuple[str, ...], value: object) -> None:
    block = config
    for key in path[:-1]:
        block = block[key]
    block[path[-1]] = value
    with pytest.raises(InputError, match=re.escape(f"{'.'.join(path)}: goes with corpus.source published only")):
        check_config(config, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("flow",), {"size": 256}),
        (("experts", "rgb", "backbone"), {"name": "i3d_r50"}),
        (("spotter", "standardise"), True),
        (("runs", "final", "train"), ["train"]),
    ],
)
def test_the_published_corpus_needs_no_training(published: dict, path: tuple[str, ...], value: object) -> None:
    block = published
    for key in path[:-1]:
        block = block[key]
    block[path[-1]] = value
    with pytest.raises(
        InputError, match=re.escape(f"{'.'.join(path)}: nothing is trained where corpus.source is published")
    ):
        check_config(published, SCHEMA)


@pytest.mark.parametrize(
    ("block", "key"), [(("experts", "flow"), "features"), (("spotter",), "trained"), (("corpus",), "published")]
)
def test_the_published_corpus_needs_its_files(published: dict, block: tuple[str, ...], key: str) -> None:
    inner = published
    for name in block:
        inner = inner[name]
    del inner[key]
    with pytest.raises(InputError, match=re.escape(f"{'.'.join(block)}: {key!r} is a required property")):
        check_config(published, SCHEMA)


@pytest.mark.parametrize(("block", "key"), [("spotter", "recipe"), ("experts.flow", "round1"), ("runs.demo", "select")])
def test_a_network_needs_its_training(config: dict, block: str, key: str) -> None:
    inner = config
    for name in block.split("."):
        inner = inner[name]
    del inner[key]
    with pytest.raises(InputError, match=re.escape(f"{block}: {key!r} is a required property")):
        check_config(config, SCHEMA)
