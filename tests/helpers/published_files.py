"""Files in the form of published checkpoints, with their names, for tests."""

import pickle
import random
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from signspot.backbones import i3d_inception, i3d_r50, msg3d, p3d199, s3d, stgcn, tsm_r50
from signspot.backbones.formats import Format

(BSL1K_I3D,) = i3d_inception.FORMATS
ENTRY_I3D, RESNET3D, CAFFE2_I3D, PYTORCHVIDEO_I3D = i3d_r50.FORMATS
ENTRY_P3D, PSEUDO3D = p3d199.FORMATS
TORCHVISION_S3D, KYLEMIN_S3D = s3d.FORMATS
(SKELETON_EXPERT,) = stgcn.FORMATS
(MSG3D,) = msg3d.FORMATS
TSM, RESNET50 = tsm_r50.FORMATS


class Python2Pickler(pickle._Pickler):
    """Writes strings and the bytes of arrays as Python 2 did, in protocol 2: both are byte strings there."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def save_text(self, value: str | bytes) -> None:
        text = value.encode("latin1") if isinstance(value, str) else value
        self.write(pickle.BINSTRING + struct.pack("<i", len(text)) + text)
        self.memoize(value)

    dispatch[str] = dispatch[bytes] = save_text


def published_state(state: Mapping[str, Tensor], form: Format) -> dict[str, Tensor]:
    """The weights of a backbone of ours under their published names."""
    named = {name: state[key] for name, key in form.names(state).items()}
    return {key: value[:, :, None, None, None] if form.is_pointwise(key) else value for key, value in named.items()}


def write_published(state: Mapping[str, Any], form: Format, path: Path) -> Path:
    """Writes published weights as their authors did, with what else stands in such a file."""
    if form is CAFFE2_I3D:
        return write_caffe2(state, path)
    if form.name.endswith("challenge entry"):
        rng_state = {"torch": torch.get_rng_state(), "numpy": np.random.get_state(), "random": random.getstate()}
        torch.save({"epoch": 3, "model_state_dict": state, "best_metric_val": np.inf, "rng_state": rng_state}, path)
    elif form is BSL1K_I3D:
        several_gpus = {f"module.{key}": value for key, value in state.items()}
        torch.save({"epoch": 3, "arch": "InceptionI3d", "state_dict": several_gpus, "optimizer": {"state": {}}}, path)
    elif form in (RESNET3D, MSG3D, TORCHVISION_S3D, RESNET50):
        torch.save(dict(state), path)
    elif form is KYLEMIN_S3D:
        torch.save({f"module.{key}": value for key, value in state.items()}, path)
    elif form is TSM:
        several_gpus = {f"module.{key}": value for key, value in state.items()}
        torch.save({"epoch": 50, "arch": "resnet50", "state_dict": several_gpus, "best_prec1": 74.1}, path)
    elif form is PSEUDO3D:
        content = {"epoch": 3, "arch": "p3d", "state_dict": state}
        torch.save(content, path, _use_new_zipfile_serialization=False)
    else:
        torch.save({"model_state": state}, path)
    return path


def write_caffe2(state: Mapping[str, Tensor], path: Path) -> Path:
    """A pickle as caffe2 wrote it: arrays, their momenta, the rate, the iteration; no counters of batches."""
    blobs = {key: value.numpy() for key, value in state.items() if not key.endswith("num_batches_tracked")}
    momenta = {f"{key}_momentum": np.zeros(1, np.float32) for key in blobs if not key.endswith(("_rm", "_riv"))}
    with open(path, "wb") as file:
        rest = {"model_iter": 400_001, "lr": np.array(1e-4, np.float32)}
        Python2Pickler(file, protocol=2).dump({"blobs": blobs | momenta | rest})
    return path
