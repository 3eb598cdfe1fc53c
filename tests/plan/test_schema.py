"""The JSON schema of a configuration: what it admits, and how it names what is wrong."""

from pathlib import Path

import pytest
import yaml
from plans import CONFIG, SCHEMA, changed, project_config

from signspot.decoders import DECODERS
from signspot.errors import InputError
from signspot.plan.old_keys import refuse_old_keys
from signspot.plan.schema import check_config
from signspot.plan.sources import check_source
from signspot.registry import Registry
from signspot.spotters import SPOTTERS

ROOT = Path(__file__).parents[2]
CONFIGS = [
    *(f"config/{name}.yaml" for name in ("config", "chalearn2022", "published_features")),
    *("benchmarks/one_signer.yaml", "benchmarks/seeds.yaml"),
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/scenarios/*/config.yaml"))),
]


@pytest.mark.parametrize("name", CONFIGS)
def test_the_configs_of_the_project_are_right(name: str) -> None:
    config = project_config(name)
    refuse_old_keys(config)
    check_config(config, SCHEMA)
    check_source(config["corpus"])


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("sead", 1, "'sead' was unexpected"),
        ("seed", "one", "seed: expected integer"),
        ("corpus.fps", 0, "corpus.fps"),
        ("corpus.name", "a/b", "corpus.name"),
        ("experts.rgb.modality.name", 3, "experts.rgb.modality.name: expected string"),
        ("experts.rgb.label_smoothing", 1, "experts.rgb.label_smoothing"),
        ("experts.rgb.clips", {"sign": "whole"}, "experts.rgb.clips.sign"),
        ("experts.rgb.rounds", [], "'rounds' was unexpected"),
        ("experts.rgb.training", {}, "experts.rgb.training: expected array"),
        ("experts.rgb.training.0.clips", None, "experts.rgb.training.0: 'clips' is a required property"),
        ("experts.rgb.trained", {"path": ""}, "experts.rgb.trained.path"),
        ("spotters.bilstm.decoders", {}, "spotters.bilstm.decoders"),
        ("spotters.bilstm.kind", None, "spotters.bilstm: 'kind' is a required property"),
        ("runs.first.test", [], "runs.first.test"),
        ("runs.first.test", None, "runs.first: 'test' is a required property"),
        ("runs.first.folds", {"count": 3}, "runs.first"),
        ("device", "gpu", "device: expected one of auto, cpu, cuda, got 'gpu'"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(path: str, value: object, named: str) -> None:
    with pytest.raises(InputError) as error:
        check_config(changed(CONFIG, path, value), SCHEMA)
    assert named in str(error.value)


@pytest.mark.parametrize("checkpoint", [{}, {"path": ""}, {"path": "a.pth", "sha256": "12"}, {"path": "a", "md5": "1"}])
def test_a_wrong_checkpoint_is_named_by_its_key(checkpoint: dict) -> None:
    with pytest.raises(InputError, match=r"experts\.rgb\.training\.0\.start"):
        check_config(changed(CONFIG, "experts.rgb.training.0.start", checkpoint), SCHEMA)


def test_every_key_of_the_schema_is_explained() -> None:
    explained = (ROOT / "config/README.md").read_text(encoding="utf-8")
    rules = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    runs = rules["properties"]["runs"]["additionalProperties"]["properties"]
    experts = rules["$defs"]["experts"]["additionalProperties"]["properties"]
    for key in (*rules["properties"], *runs, *experts):
        assert f"`{key}`" in explained or f"## `{key}`" in explained or f"`{key}." in explained, key


@pytest.mark.parametrize("registry", [SPOTTERS, DECODERS])
def test_every_spotter_and_decoder_is_explained_with_its_options(registry: Registry) -> None:
    explained = (ROOT / "config/README.md").read_text(encoding="utf-8")
    for name in registry.names():
        for key in (name, *registry.options(name)):
            assert f"`{key}`" in explained, f"{name}: {key}"
