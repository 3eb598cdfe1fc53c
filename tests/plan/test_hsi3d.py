"""HS-I3D in a configuration: what is refused before anything runs, what its jobs read and ask for, and its folds."""

from pathlib import Path
from typing import Any

import pytest
from plans import CONFIG, RECIPE, SCHEMA, changed, plan_of, project_config

from signspot.errors import InputError
from signspot.plan.costs import Costs
from signspot.plan.needs import Needs
from signspot.plan.plan import Plan, read_plan

HSI3D = {
    "kind": "hsi3d",
    "modality": {"name": "rgb", "input_size": 64},
    "training": RECIPE,
    "decoders": {"runs": {}},
}
SPOTTERS = {"hsi3d": HSI3D, "x": {"kind": "level", "of": ["hsi3d"], "level": "x", "decoders": {"runs": {}}}}
RUN = {**CONFIG["runs"]["first"], "spotter": "hsi3d"}


def plan(folder: Path, path: str = "seed", value: Any = 1, **runs: dict) -> Plan:
    config = {key: part for key, part in CONFIG.items() if key not in ("experts", "clips", "flow")}
    config |= {"spotters": SPOTTERS, "device": "cpu"}
    return plan_of(folder, changed(config, path, value), **(runs or {"first": RUN}))


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("spotters.hsi3d.rsp", 1.5, r"spotters\.hsi3d\.rsp: is 1\.5, expected 0 to 1"),
        ("spotters.hsi3d.rsp", -0.1, r"spotters\.hsi3d\.rsp: is -0\.1, expected 0 to 1"),
        (
            "spotters.hsi3d.window",
            {"length": 12},
            r"spotters\.hsi3d\.window\.length: is 12, expected one of 16, 32, 64",
        ),
        ("spotters.hsi3d.window", {"stride": 0}, r"spotters\.hsi3d\.window\.stride: is 0, expected 1 to 16"),
        ("spotters.hsi3d.network", {"width": 9}, r"spotters\.hsi3d\.network\.width: is 9, expected 0 to 8"),
        ("spotters.hsi3d.network", {"depth": 9}, r"spotters\.hsi3d\.network\.depth: there is no such option"),
        ("spotters.hsi3d.start", {"path": "no.pth"}, r"spotters\.hsi3d\.start\.path: no\.pth is no file"),
        ("spotters.hsi3d.modality", {"name": "skeleton"}, r"hsi3d takes images, the modality skeleton gives skeleton"),
        ("spotters.hsi3d.training", None, r"spotters\.hsi3d: has none of training, trained"),
        ("spotters.x.level", "x5", r"spotters\.x\.level: is 'x5', expected one of x4, x8, x16, x32, x"),
        ("spotters.x.of", ["x"], r"spotters\.x\.of: x needs the predictions of x itself"),
        (
            "spotters.y",
            {"kind": "level", "of": ["x"], "level": "x", "decoders": {"runs": {}}},
            r"spotters\.y\.of: x is of the kind level, a spotter of the kind level reads hsi3d\. Name another spotter",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(tmp_path: Path, path: str, value: Any, named: str) -> None:
    with pytest.raises(InputError, match=named):
        plan(tmp_path, path, value)


def test_folds_with_more_parts_than_signers_are_refused(tmp_path: Path) -> None:
    folds = {"folds": {"count": 4}, "train": ["train"], "test": ["test"], "spotter": "hsi3d"}
    with pytest.raises(InputError, match="cannot be shared out to 4 parts"):
        plan(tmp_path, fold=folds)


def test_a_fold_whose_training_lacks_a_sign_is_refused(tmp_path: Path) -> None:
    made = plan(tmp_path)
    table = tmp_path / "annotations.tsv"
    rows = table.read_text().splitlines()
    table.write_text("\n".join([*rows, "a\tCLOUD\t4000\t4500", ""]))
    config = {**made.config, "runs": {"fold": {"folds": {"count": 3}, "train": ["train"], "test": ["test"]}}}
    config["runs"]["fold"]["spotter"] = "hsi3d"
    with pytest.raises(InputError, match="CLOUD"):
        read_plan(config, SCHEMA)


def test_it_reads_stores_and_the_weights_that_it_starts_from(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pth"
    weights.touch()
    needs = Needs(plan(tmp_path, "spotters.hsi3d.start", {"path": str(weights)}))
    told = needs.fit("first", "hsi3d")
    assert told["start"] == [weights] and told["features"] == []
    assert {path.parent.name for path in told["stores"]} == {"crops", "poses"}
    assert needs.fit_job("first", "hsi3d")["modality"] == HSI3D["modality"]
    assert needs.plan.stores == ["crops"]


def test_a_job_asks_for_more_where_there_is_more_to_do(tmp_path: Path) -> None:
    base = Costs(plan(tmp_path))
    small, large = (Costs(plan(tmp_path, "spotters.hsi3d.modality.input_size", side)) for side in (64, 224))
    assert large.fit("first", "hsi3d").mb > small.fit("first", "hsi3d").mb
    assert large.predict("first", "hsi3d", "000").mb > small.predict("first", "hsi3d", "000").mb
    dense = Costs(plan(tmp_path, "spotters.hsi3d.window", {"stride": 1}))
    longer = Costs(plan(tmp_path, "spotters.hsi3d.training.epochs", 10_000))
    assert dense.predict("first", "hsi3d", "000").minutes >= base.predict("first", "hsi3d", "000").minutes
    assert longer.fit("first", "hsi3d").minutes > base.fit("first", "hsi3d").minutes


def test_the_network_asks_for_a_gpu_and_a_level_for_none(tmp_path: Path) -> None:
    costs = Costs(plan(tmp_path, "device", "cuda"))
    assert costs.spotter_gpus("first", "hsi3d") == 1 and costs.spotter_gpus("first", "x") == 0


def test_the_published_entry_is_thirty_networks_and_their_ensemble() -> None:
    config = project_config("config/hsi3d.yaml")
    folds = {name: run["folds"]["count"] for name, run in config["runs"].items() if "folds" in run}
    members = {f"{name}{number}/hsi3d" for name, count in folds.items() for number in range(1, count + 1)}
    assert sorted(folds.values()) == [4, 4, 4, 6, 6, 6]
    assert set(config["spotters"]["all"]["of"]) == members and len(members) == 30
    shares = [run["override"]["spotters"]["hsi3d"]["rsp"] for run in config["runs"].values() if "folds" in run]
    assert shares == [0, 0.1, 0.5] * 2
