"""Two made-up runs with their corpus: their experts see skeletons, weights are random, stores are noise."""

import json
from dataclasses import asdict
from pathlib import Path

import h5py
import pandas as pd
import torch
from clip_stores import video_files, write_video
from torch import nn

from signspot.backbones import build
from signspot.clips.window import Window
from signspot.decoders.tuning import Parameters, write_parameters
from signspot.files import write_json
from signspot.spotters import SPOTTERS, FitTask
from signspot.spotters.bilstm.head import SpottingHead
from signspot.stores import RunFiles
from signspot.training.store import read_config, save_network

VOCABULARY = ["HOUSE", "<b>TREE|2"]
SIGNER = "anna_of_the_training"
HEAD = {"reduced": 16, "hidden": 16, "head_channels": 16, "offset_activation": "softplus"}
SCORES = {"f1": 0.5, "precision": 0.5, "recall": 0.5, "tp": 13, "fp": 13, "fn": 13}


def write_run(results: Path, videos: int = 2) -> Path:
    """Writes the results of a corpus with videos of one signer; returns the folder of its run ``demo``.

    The run has a spotting head, and an ensemble of this head and of the one of the run ``second``, whose expert, of the
    same name, sees clips of another length and stride.
    """
    files, second = RunFiles(results / "runs/demo"), RunFiles(results / "runs/second")
    for seed, (run, window) in enumerate(((files, Window(8, 4)), (second, Window(4, 2)))):
        torch.manual_seed(seed)
        _write_head(run, window)
        _write_provenance(run, videos)
    members = [files.spotter("head"), second.spotter("head")]
    SPOTTERS.build("ensemble").fit([], [], files.spotter("both"), FitTask("both", VOCABULARY, 1, members=members))
    for spotter in ("head", "both"):
        for decoder, options in DECODERS.items():
            write_parameters(Parameters(decoder, options), files.decoder(spotter, decoder))
    _write_scores(files, videos)
    write_tables(results, videos)
    return Path(files.folder)


def write_expert(folder: Path, name: str, window: Window) -> nn.Module:
    """Writes an expert for skeletons with random weights; returns its network."""
    modality, backbone = {"name": "skeleton"}, {"name": "stgcn", "width": 0.0625}
    network = build(num_classes=3, in_channels=3, **backbone)
    settings = {"expert": name, "modality": modality, "backbone": backbone}
    save_network(folder, network, pd.DataFrame(), settings | _common(window))
    return network


def _common(window: Window) -> dict[str, object]:
    return {"num_classes": len(VOCABULARY) + 1, "vocabulary": VOCABULARY, "clip": asdict(window)}


def _write_head(files: RunFiles, window: Window) -> None:
    """An expert after its second training, and a head on its features."""
    network = write_expert(files.expert("bones", "2"), "bones", window)
    digest = read_config(files.expert("bones", "2"), ())["weights_sha256"]
    experts = [{"name": "bones", "features": network.feature_dim, "weights_sha256": digest}]
    head = SpottingHead(network.feature_dim, 3, **HEAD)
    settings = {"spotter": "head", "kind": "bilstm", "experts": experts, "head": HEAD, "standardise": False, "seed": 1}
    save_network(files.spotter("head"), head, pd.DataFrame(), settings | _common(window))


DECODERS = {"cells": {}, "frames": {"threshold": 0.2}}
"""Options by decoder."""


def _write_provenance(files: RunFiles, videos: int) -> None:
    role, none = {"splits": ["train"], "videos": videos, "signers": 1}, {"splits": [], "videos": 0, "signers": 0}
    spotter, run = {"modality": None, "decoders": list(DECODERS)}, Path(files.folder).name
    spotters = {"head": {"kind": "bilstm", "experts": ["bones"], "of": [], **spotter}}
    if run == "demo":
        of = ["demo/head", "second/head"]
        spotters["both"] = {"kind": "ensemble", "experts": [], "of": of, **spotter}
    write_json(
        files.provenance,
        {
            **{"corpus": "mine", "run": run, "seed": 1, "spotter": "head", "decoder": "cells"},
            **{"train": role, "test": role, "validation": none, "shared_signers": 1},
            "experts": {"bones": {"origin": "training", "trainings": 2, "run": run}},
            "spotters": spotters,
        },
    )


def _write_scores(files: RunFiles, videos: int) -> None:
    row = {"iou": 0.5, **SCORES}
    score = {**SCORES, "per_threshold": [row]}
    scores = {"official": score, "strict": score, "per_sign": {}, "per_signer": {SIGNER: SCORES | {"truth": 2}}}
    interval = {"level": 0.95, "low": 0.4, "high": 0.6}
    write_json(files.decoded_scores("head", "cells"), scores | {"confidence_interval": interval, "videos": videos})


def write_tables(results: Path, videos: int) -> None:
    """Writes the tables of a corpus of so many training videos, and their stores."""
    (results / "tables").mkdir(parents=True)
    names = [f"{SIGNER}_{i}" for i in range(videos)]
    lines = ["video\tpath\tsplit\tsigner", *(f"{name}\t{name}.mp4\ttrain\t{SIGNER}" for name in names)]
    (results / "tables/videos.tsv").write_text("\n".join([*lines, ""]))
    rows = [f"{i}\t{sign}\tof {SIGNER}" for i, sign in enumerate(VOCABULARY)]
    (results / "tables/vocabulary.tsv").write_text("\n".join(["class_id\tsign\tnotes", *rows, ""]))
    for name in names:
        write_video(results, 20, 0, 19, video=name)
        mark(video_files(results, name).poses, model_complexity=1)


def mark(store: Path, **attributes: float) -> None:
    """Sets attributes of a store that is there."""
    with h5py.File(store, "r+") as file:
        file.attrs.update(attributes)


def edit(path: Path, **values: object) -> None:
    """Changes keys of a JSON object."""
    write_json(path, json.loads(path.read_text()) | values)
