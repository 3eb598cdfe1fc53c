"""Key names of the published checkpoints and the names of the same weights here.

A map is a sequence of rules ``(pattern, replacement)``: the first pattern that matches the beginning of a key gives its
new name; a replacement of ``None`` drops the weight, which the published network holds but does not use. The weights
trained on Kinetics-400 (I3D-ResNet50, P3D-199) need no map: their names are ours.
"""

import re
from collections.abc import Mapping, Sequence

from torch import Tensor

from signspot.errors import InputError

Rules = Sequence[tuple[str, str | None]]

CLIP_EXPERT: Rules = ((r"feature_extractor\.", ""), (r"conv\.", None))
"""The entry's I3D and P3D experts: the backbone inside a wrapper whose own convolution is never trained."""

SKELETON_EXPERT: Rules = (
    (r"st_gcn\.st_gcn_networks\.", "blocks."),
    (r"st_gcn\.(data_bn|edge_importance)\.", r"\1."),
    (r"fc1\.", "fc."),
    (r"(st_gcn\.A$|st_gcn\.fcn\.|lstm\.|tconv\.|fc\.)", None),
)
"""The entry's ST-GCN expert."""

SPOTTER: Rules = (
    (r"dim_decrease\.", "reduce."),
    (r"temporal_module\.bilstm\.rnn\.", "lstm."),
    (r"temporal_module\.cnn\.", "convolutions."),
    (r"temporal_module\.fusion\.", "fuse."),
    (r"temporal_module\.transformer\.", None),
    (r"cls_head\.cnn_head\.", "classes.convolutions."),
    (r"cls_head\.classifer\.", "classes.output."),
    (r"reg_head\.cnn_head\.", "offsets.convolutions."),
    (r"reg_head\.classifer\.", "offsets.output."),
)
"""The entry's submitted spotting head, three offset channels of which two are used."""

SPOTTER_OF_TRAINING: Rules = (
    (r"dim_decrease\.", "reduce."),
    (r"bilstm\.rnn\.", "lstm."),
    (r"cnn\.", "convolutions."),
    (r"fusion\.", "fuse."),
    (r"transformer\.", None),
    (r"cls_head\.", "classes.convolutions."),
    (r"classifer\.", "classes.output."),
    (r"reg_head\.", "offsets.convolutions."),
    (r"reg_predictor\.0\.", "offsets.output."),
)
"""The spotting head that the entry's training configuration makes: the same layers under other names."""


def rename(state: Mapping[str, Tensor], rules: Rules) -> dict[str, Tensor]:
    """The weights of a published state dict under the names used here; normalisation weights (1, C, 1) become (C,).

    Raises:
        InputError: a key that no rule knows, so that the checkpoint is of another network.
    """
    renamed = {}
    for key, value in state.items():
        name = _name(key, rules)
        if name is not None:
            renamed[name] = value.flatten() if value.ndim == 3 and value.shape[::2] == (1, 1) else value
    return renamed


def _name(key: str, rules: Rules) -> str | None:
    for pattern, replacement in rules:
        match = re.match(pattern, key)
        if match:
            return None if replacement is None else match.expand(replacement) + key[match.end() :]
    expected = ", ".join(pattern for pattern, _ in rules)
    raise InputError(f"checkpoint: unexpected weight {key!r}, expected names that begin with one of: {expected}")
