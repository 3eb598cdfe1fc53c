"""Small plans: a configuration and tables of made-up videos that nobody opens."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from signspot.plan.plan import Plan, read_plan

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
RECIPE = {"optimiser": "adamw", "rate": 1e-3, "weight_decay": 0.01, "epochs": 1, "steps": [], "batch_size": 8}
CONFIG = {
    "seed": 1,
    "corpus": {"name": "mine", "fps": 25, "source": "tables"},
    "pose": {"model_complexity": 1},
    "flow": {"size": 64},
    "clips": {"length": 8, "stride": 4},
    "experts": {
        "rgb": {
            "modality": {"name": "rgb", "input_size": 32},
            "backbone": {"name": "i3d_r50", "width": 0.125},
            "training": [{"clips": "signs", **RECIPE}, {"clips": "all", **RECIPE}],
        },
        "bones": {
            "modality": {"name": "skeleton"},
            "backbone": {"name": "stgcn", "width": 0.125},
            "training": [{"clips": "signs", **RECIPE}],
        },
    },
    "spotters": {
        "bilstm": {
            "kind": "bilstm",
            "experts": ["rgb", "bones"],
            "head": {"offset_activation": "softplus"},
            "training": RECIPE,
            "decoders": {"cells": {}, "published": {}},
        },
    },
    "runs": {"first": {"train": ["train"], "validation": ["val"], "test": ["test"]}},
}
"""Two experts and the spotting head on six videos of five signers."""
VIDEOS = [
    ("a", "train", "anna"),
    ("b", "train", "bert"),
    ("c", "train", "carl"),
    ("d", "val", "dora"),
    ("e", "test", "emil"),
    ("f", "predict", "anna"),
]


def write_corpus(folder: Path, videos: list[tuple[str, str, str]] = VIDEOS) -> dict[str, str]:
    """Writes tables in which every video but those to predict shows HOUSE and TREE; returns their paths."""
    for name, *_ in videos:
        (folder / f"{name}.mp4").touch()
    rows = [f"{name}\t{name}.mp4\t{split}\t{signer}" for name, split, signer in videos]
    (folder / "videos.tsv").write_text("\n".join(["video\tpath\tsplit\tsigner", *rows, ""]))
    signs = [
        f"{name}\t{sign}\t{start}\t{start + 500}"
        for name, split, _ in videos
        if split != "predict"
        for sign, start in (("HOUSE", 1000), ("TREE", 3000))
    ]
    (folder / "annotations.tsv").write_text("\n".join(["video\tsign\tstart_ms\tend_ms", *signs, ""]))
    return {"videos": str(folder / "videos.tsv"), "annotations": str(folder / "annotations.tsv")}


def changed(config: dict, path: str, value: Any) -> dict:
    """A copy of a configuration with another value at a path as ``experts.rgb.backbone.width``; None takes it out."""
    config = deepcopy(config)
    *blocks, key = path.split(".")
    block = config
    for name in blocks:
        block = block[int(name)] if isinstance(block, list) else block.setdefault(name, {})
    if value is None:
        del block[key]
    elif isinstance(block, list):
        block[int(key)] = value
    else:
        block[key] = value
    return config


def plan_of(folder: Path, config: dict = CONFIG, **runs: dict) -> Plan:
    """The plan of a configuration on made-up tables, with its own runs or the given ones."""
    config = deepcopy(config)
    config["corpus"]["tables"] = write_corpus(folder)
    config["runs"] = runs or config["runs"]
    return read_plan(config, SCHEMA)


def project_config(name: str) -> dict:
    """A configuration of the project."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
