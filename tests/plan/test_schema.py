"""The JSON schema of a configuration: what it admits, and how it names what is wrong."""

import re
from pathlib import Path

import pytest
import yaml
from plans import CONFIG, SCHEMA, changed, project_config
from schema_keys import schema_keys, values_of

from signspot.clips.window import Window
from signspot.decoders import DECODERS, TUNE
from signspot.errors import InputError
from signspot.plan.old_keys import refuse_old_keys
from signspot.plan.plan import VIDEOS_PER_JOB, results_folder
from signspot.plan.schema import check_config
from signspot.plan.settings import expert_settings, fusion_settings, retrieval_settings, round_settings
from signspot.plan.sources import Corpus, check_source
from signspot.recognition.accuracy import KS
from signspot.registry import Registry
from signspot.spotters import SPOTTERS
from signspot.video.limits import Limits

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
        ("flow.engine", "gpu", "flow.engine: expected one of auto, cpu, cuda, opencv, got 'gpu'"),
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


KEYS = {key.path: key for key in schema_keys(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))}
"""Every key of the schema by its path."""


@pytest.mark.parametrize("path", KEYS)
def test_every_key_has_a_description_and_values(path: str) -> None:
    description = KEYS[path].rule.get("description", "")
    assert re.fullmatch(r"[A-Z].*[^ ]\.", description), f"{path}: {description!r} is no sentence"
    assert all(len(sentence.split()) <= 25 for sentence in description.split(". ")), path
    assert values_of(KEYS[path].rule), path


def defaults(block: str) -> dict[str, object]:
    """The defaults of the keys that stand in a block themselves."""
    keys = {path.removeprefix(f"{block}."): key for path, key in KEYS.items() if path.startswith(f"{block}.")}
    return {name: key.rule["default"] for name, key in keys.items() if "." not in name and "default" in key.rule}


def test_the_defaults_of_the_schema_are_those_of_the_code() -> None:
    (expert,) = expert_settings({"experts": {"a": {"modality": {}, "backbone": {}, "training": [{}]}}}).values()
    (fusion,) = fusion_settings({"fusions": {"a": {"experts": ["b", "c"]}}}).values()
    needed = {"sentences": "a.tsv", "expert": "b", "spotter": "c", "count": 1}
    retrieval, rounds = retrieval_settings({"retrieval": needed}), round_settings(needed)
    assert defaults("video") == vars(Limits())
    assert defaults("clips") == defaults("experts.<name>.clips") == vars(Window())
    assert defaults("experts.<name>").items() <= vars(expert).items()
    assert defaults("fusions.<name>").items() <= vars(fusion).items()
    assert defaults("retrieval").items() <= vars(retrieval).items()
    assert defaults("runs.<name>.rounds") == {"threshold": TUNE, "precision": rounds.precision}
    assert rounds.threshold is None
    assert defaults("recognition") == {"best": list(KS)}
    assert KEYS["videos_per_job"].rule["default"] == VIDEOS_PER_JOB
    assert KEYS["results"].rule["default"] == results_folder({"corpus": {"name": ""}}).rstrip("/")
    assert KEYS["corpus.strict"].rule["default"] == Corpus(25, 1, "").strict


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
