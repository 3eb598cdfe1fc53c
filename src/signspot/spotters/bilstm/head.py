"""The spotting head: per-clip features of a whole video to class logits and offsets per clip."""

from collections.abc import Callable
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from signspot.errors import InputError

RANGES = {
    "outputs": (2, 100),
    "reduced": (1, 65_536),
    "hidden": (2, 65_536),
    "head_channels": (1, 65_536),
    "dropout": (0, 1),
    "lstm_dropout": (0, 1),
}
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": F.relu, "softplus": F.softplus}


class ChannelNorm(nn.LayerNorm):
    """LayerNorm over the channels of each time step; (B, C, T) -> (B, C, T)."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


class Convolutions(nn.Sequential):
    """``layers`` times Conv1d over three time steps, LayerNorm over channels, ReLU; (B, C, T) -> (B, channels, T).

    Time steps that are not valid are zero after every layer, as the convolutions' own padding is.
    """

    def __init__(self, in_channels: int, channels: int, layers: int) -> None:
        inputs = [in_channels] + [channels] * (layers - 1)
        parts = [(nn.Conv1d(size, channels, 3, padding=1), ChannelNorm(channels), nn.ReLU()) for size in inputs]
        super().__init__(*(layer for part in parts for layer in part))

    def forward(self, x: Tensor, valid: Tensor) -> Tensor:
        for layer in self:
            x = layer(x) * valid
        return x


class Predictor(nn.Module):
    """Three normalised convolutions and a plain one; (B, C, T) -> (B, outputs, T)."""

    def __init__(self, in_channels: int, channels: int, outputs: int) -> None:
        super().__init__()
        self.convolutions = Convolutions(in_channels, channels, layers=3)
        self.output = nn.Conv1d(channels, outputs, 3, padding=1)

    def forward(self, x: Tensor, valid: Tensor) -> Tensor:
        return self.output(self.convolutions(x, valid))


def _dense(in_features: int, out_features: int) -> tuple[nn.Module, ...]:
    return nn.Linear(in_features, out_features), nn.BatchNorm1d(out_features), nn.ReLU()


class SpottingHead(nn.Module):
    """Features (B, T, input_dim), lengths (B,) -> logits (B, T, num_classes), offsets (B, T, outputs) >= 0, in clips.

    Each feature is reduced by two dense layers; a bidirectional LSTM of two layers and two convolutions read the
    sequence side by side; a dense layer joins them; two stacks of convolutions predict the classes and the offsets to
    the start and the end of the sign. Time steps from a sequence's length on are padding: their content never matters,
    they take no part in the batch normalisation, and their outputs are zero.

    Args:
        input_dim: features of a clip, of all experts.
        num_classes: the background counts.
        outputs: offset channels, start and end first.
        reduced, hidden, head_channels: sizes of the dense layers, of the joined sequence (even), of the predictors.
        dropout: before the predictors.
        lstm_dropout: between the layers of the LSTM.
        offset_activation: ``relu`` as published, which may die (all offsets 0), or ``softplus``, which cannot.

    Raises:
        InputError: ``hidden`` is odd, or the activation is unknown.
    """

    def __init__(
        self,
        input_dim: int,
        num_classes: int,
        *,
        outputs: int = 2,
        reduced: int = 2048,
        hidden: int = 512,
        head_channels: int = 256,
        dropout: float = 0.5,
        lstm_dropout: float = 0.3,
        offset_activation: Literal["relu", "softplus"] = "relu",
    ) -> None:
        super().__init__()
        if hidden % 2:
            raise InputError(f"hidden: expected an even number, got {hidden}")
        if offset_activation not in ACTIVATIONS:
            raise InputError(f"offset_activation: expected one of {', '.join(ACTIVATIONS)}, got {offset_activation!r}")
        self.offset_activation = ACTIVATIONS[offset_activation]
        self.reduce = nn.Sequential(*_dense(input_dim, reduced), *_dense(reduced, hidden))
        self.lstm = nn.LSTM(hidden, hidden // 2, 2, batch_first=True, dropout=lstm_dropout, bidirectional=True)
        self.convolutions = Convolutions(hidden, hidden, layers=2)
        self.fuse = nn.Sequential(*_dense(2 * hidden, hidden))
        self.dropout = nn.Dropout(dropout)
        self.classes = Predictor(hidden, head_channels, num_classes)
        self.offsets = Predictor(hidden, head_channels, outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        valid = torch.arange(x.shape[1], device=x.device) < lengths.to(x.device)[:, None]
        steps = valid.unsqueeze(1)
        x = _padded(self.reduce(x[valid]), valid)
        recurrent = self._recurrent(x, lengths)
        convolved = self.convolutions(x.transpose(1, 2), steps).transpose(1, 2)
        joined = self.fuse(torch.cat([recurrent[valid], convolved[valid]], 1))
        x = _padded(self.dropout(joined), valid).transpose(1, 2)
        logits = self.classes(x, steps) * steps
        offsets = self.offset_activation(self.offsets(x, steps)) * steps
        return logits.transpose(1, 2), offsets.transpose(1, 2)

    def _recurrent(self, x: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.shape[1])[0]


def _padded(steps: Tensor, valid: Tensor) -> Tensor:
    """Valid time steps (n, C) back in their places; (B, T, C), zero elsewhere."""
    x = steps.new_zeros(*valid.shape, steps.shape[1])
    x[valid] = steps
    return x
