"""A made-up run with its corpus: its only expert sees skeletons, weights are random, stores are noise."""

import json
from pathlib import Path

import h5py
import pandas as pd
import torch
from clip_stores import video_files, write_video

from signspot.backbones import build
from signspot.files import write_json
from signspot.spotters.bilstm.head import SpottingHead
from signspot.training.store import read_config, save_network

VOCABULARY = ["HOUSE", "<b>TREE|2"]
SIGNER = "anna_of_the_training"
HEAD = {"reduced": 16, "hidden": 16, "head_channels": 16, "offset_activation": "softplus"}
SCORES = {"f1": 0.5, "precision": 0.5, "recall": 0.5, "tp": 13, "fp": 13, "fn": 13}


def write_run(results: Path, videos: int = 2) -> Path:
    """Writes the results of a corpus with videos of one signer; returns the folder of its run."""
    torch.manual_seed(0)
    common = {"num_classes": len(VOCABULARY) + 1, "vocabulary": VOCABULARY, "clip": {"length": 8, "stride": 4}}
    run, modality, backbone = results / "demo", {"name": "skeleton"}, {"name": "stgcn", "width": 0.0625}
    network = build(num_classes=3, in_channels=3, **backbone)
    folder = run / "experts/bones/round2"
    settings = {"expert": "bones", "modality": modality, "backbone": backbone}
    save_network(folder, network, pd.DataFrame(), settings | common)
    digest = read_config(folder, ())["weights_sha256"]
    experts = [{"name": "bones", "features": network.feature_dim, "weights_sha256": digest}]
    head = SpottingHead(network.feature_dim, 3, **HEAD)
    settings = {"experts": experts, "head": HEAD, "standardise": False, "seed": 1} | common
    save_network(run / "spotter", head, pd.DataFrame(), settings)
    role = {"splits": ["train"], "videos": videos, "signers": 1}
    provenance = {"corpus": "mine", "run": "demo", "seed": 1, "decoder": "cells", "train": role, "test": role}
    none = {"splits": [], "videos": 0, "signers": 0}
    write_json(run / "provenance.json", provenance | {"validation": none, "shared_signers": 1})
    row = {"iou": 0.5, **SCORES}
    score = {**SCORES, "per_threshold": [row]}
    scores = {"official": score, "strict": score, "per_sign": {}, "per_signer": {SIGNER: SCORES | {"truth": 2}}}
    interval = {"level": 0.95, "low": 0.4, "high": 0.6}
    write_json(run / "scores.json", scores | {"confidence_interval": interval, "videos": videos})
    (results / "tables").mkdir(parents=True)
    names = [f"{SIGNER}_{i}" for i in range(videos)]
    lines = ["video\tpath\tsplit\tsigner", *(f"{name}\t{name}.mp4\ttrain\t{SIGNER}" for name in names)]
    (results / "tables/videos.tsv").write_text("\n".join([*lines, ""]))
    rows = [f"{i}\t{sign}\tof {SIGNER}" for i, sign in enumerate(VOCABULARY)]
    (results / "tables/vocabulary.tsv").write_text("\n".join(["class_id\tsign\tnotes", *rows, ""]))
    for name in names:
        write_video(results, 20, 0, 19, video=name)
        mark(video_files(results, name).poses, model_complexity=1)
    return run


def mark(store: Path, **attributes: float) -> None:
    """Sets attributes of a store that is there."""
    with h5py.File(store, "r+") as file:
        file.attrs.update(attributes)


def edit(path: Path, **values: object) -> None:
    """Changes keys of a JSON object."""
    write_json(path, json.loads(path.read_text()) | values)
