"""What a stranger may have changed in a model, with all digests as they should be."""

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save
from torch import Tensor

from signspot.exemplars.descriptors import SIZE
from signspot.exemplars.matching import Example, Matcher
from signspot.files import sha256
from signspot.find.build import write_example_model
from signspot.spotters.exemplars.weights import ExemplarWeights, new_committee
from signspot.training.store import CONFIG, WEIGHTS, save_network

MODEL, VOCABULARY = "model.json", "vocabulary.tsv"
VALUES: list[Any] = [
    *(None, True, False, -1, 0, 1, 2, 3, 16.0, 0.5, -0.5, 10**6, 10**9, 1e308, -1e308, 10**17, 10**30),
    *(
        float("nan"),
        float("inf"),
        float("-inf"),
        "",
        "1",
        "nan",
        "x" * 100_000,
        "\n",
        "\x1b[2J",
        "\ud800",
        "../up",
        "é" * 99,
    ),
    *(
        [],
        {},
        [1],
        {"name": 1},
        [None],
        [[]],
        [1e9] * 3,
        ["x"] * 100_000,
        [{}] * 1000,
        {str(i): i for i in range(1000)},
    ),
]
"""In the place of a value of a JSON file."""


def write_example_spotter(folder: Path, signs: int = 2, networks: int = 1) -> Path:
    """The model of two made-up examples of each sign, which ``signspot find --save`` could have written."""
    rng = np.random.default_rng(1)
    hands = [rng.normal(size=(6 + number, 2, SIZE)).astype(np.float32) for number in range(2 * signs)]
    matcher = Matcher([Example(number // 2, one) for number, one in enumerate(hands)], np.full(2 * signs, 9.0))
    torch.manual_seed(1)
    committee = new_committee(networks, signs + 1) if networks else None
    weights = ExemplarWeights.of(matcher, committee, [1.5, 2.5])
    settings = {
        "spotter": "exemplars",
        "kind": "exemplars",
        "vocabulary": [f"SIGN{i}" for i in range(signs)],
        "seed": 1,
    }
    settings |= {"minutes": 1.5, "prior": [3.7, 1.2], **weights.shape}
    save_network(folder / "fitted", weights, pd.DataFrame(columns=["epoch"]), settings)
    model = folder / "model"
    model.mkdir()
    write_example_model(folder / "fitted", "mine", 1, {}, model)
    return model


def parts(model: Path) -> list[Path]:
    """The folders of the networks of a model, each after those that it reads."""
    return sorted((config.parent for config in model.rglob(CONFIG)), key=lambda part: (part.parent.name, _reads(part)))


def _reads(part: Path) -> int:
    return len(json.loads((part / CONFIG).read_text()).get("members", ()))


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the values of a JSON file lie, the whole included."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A JSON value with another one at a place."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def change_value(path: Path, rng: random.Random) -> str:
    """Puts another value into a JSON file, or takes a key out, or adds one; returns what it did."""
    content = json.loads(path.read_text())
    place, new = rng.choice(list(places(content))), rng.choice(VALUES)
    changed = replaced(content, place, new)
    if place and rng.random() < 0.1:
        holder = content
        for key in place[:-1]:
            holder = holder[key]
        if isinstance(holder, dict):
            del holder[place[-1]]
            holder["".join(rng.choices("ab./\x00é\n", k=3))] = new
            changed = content
    write(path, changed)
    return f"{path.name} {place} {str(new)[:40]!r}"


def write(path: Path, content: Any) -> None:
    """Writes JSON with all that Python writes: NaN and halves of pairs of surrogates included."""
    path.write_text(json.dumps(content), encoding="utf-8")


DIMENSIONS: list[Any] = [0, -1, 10**6, 2**31, 2**63, 2**70, 1.5, "x", None, [1]]
TYPES: list[Any] = ["F64", "F16", "BF16", "I64", "BOOL", "F8_E4M3", "F1024", "", None, 7]


def change_header(path: Path, rng: random.Random) -> str:
    """Changes the header of a file of weights, whose numbers stay; returns what it did."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header, numbers = json.loads(data[8 : 8 + size]), data[8 + size :]
    name = rng.choice([name for name, one in header.items() if name != "__metadata__" and one["shape"]])
    entry = header[name]
    change, new = rng.choice(["shape", "rank", "dtype", "offset", "name", "drop", "keys"]), None
    if change == "shape":
        entry["shape"][rng.randrange(len(entry["shape"]))] = new = rng.choice(DIMENSIONS)
    elif change == "rank":
        entry["shape"] = new = rng.choice([[], [1, *entry["shape"]], entry["shape"] * 5, 3, None, [1] * 10_000])
    elif change == "dtype":
        entry["dtype"] = new = rng.choice(TYPES)
    elif change == "offset":
        entry["data_offsets"][rng.randrange(2)] = new = rng.choice([0, -1, 1, 2**40, 2**64, "a"])
    elif change == "name":
        header[new := rng.choice(["", "x" * 50_000, "\x1b[2J", "__metadata__", "a.b"])] = header.pop(name)
    elif change == "drop":
        del header[name]
    else:
        header[name] = new = rng.choice([None, [], {}, {**entry, "more": 1}, "F32"])
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + numbers)
    return f"{path.parent.name} header {name} {change} {str(new)[:40]!r}"


def change_weights(path: Path, rng: random.Random) -> str:
    """Changes weights, and their header with them; returns what it did."""
    weights = load_file(path)
    name = rng.choice([name for name, one in weights.items() if one.ndim])
    value = weights[name]
    floats = [torch.full_like(value, number) for number in (-1, 0, 99)]
    if value.is_floating_point():
        floats += [torch.full_like(value, number) for number in (1e30, 1e-30, torch.nan, torch.inf, -torch.inf)]
    others: list[Tensor] = [
        value.double(),
        value.half(),
        value.long(),
        value[:0],
        value[None],
        value.repeat(2, *[1] * (value.ndim - 1)),
    ]
    weights[name] = rng.choice([*floats, *others])
    path.write_bytes(save({key: one.contiguous() for key, one in weights.items()}))
    return f"{path.parent.name} weights {name} {weights[name].dtype} {tuple(weights[name].shape)}"


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _sparse(path: Path) -> None:
    path.write_bytes(b"")
    os.truncate(path, 1 << 40)


FILES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "one byte": lambda path: path.write_bytes(b"{"),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "cut at its end": lambda path: path.write_bytes(path.read_bytes()[:-3]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + bytes(100)),
    "a list": lambda path: path.write_text("[]"),
    "a text": lambda path: path.write_text('"text"'),
    "a number": lambda path: path.write_text("1"),
    "a deep nest": lambda path: path.write_text("[" * 100_000),
    "a nest of objects": lambda path: path.write_text('{"a":' * 900 + "1" + "}" * 900),
    "no UTF-8": lambda path: path.write_bytes(b"\xff\xfe" * 99),
    "zeros": lambda path: path.write_bytes(bytes(10_000)),
    "ones": lambda path: path.write_bytes(b"\xff" * 10_000),
    "a pickle": lambda path: path.write_bytes(b"cos\nsystem\n(S'true'\ntR."),
    "a number of 5000 digits": lambda path: path.write_text('{"a": ' + "9" * 5000 + "}"),
    "a key twice": lambda path: path.write_text('{"format": 2, "format": 2}'),
    "a pipe": _fifo,
    "a folder": _folder,
    "a terabyte of nothing": _sparse,
    "a link to a device": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    "a link out": lambda path: (path.unlink(), path.symlink_to("/etc/hostname")),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path)),
    "many columns": lambda path: path.write_text("\t".join(map(str, range(300_000)))),
    "many lines": lambda path: path.write_text("class_id\tsign\n" + "\n" * 200_000 + "0\tA"),
}
"""What may lie in the place of a file."""


def sign(model: Path) -> None:
    """Writes all digests anew, as a stranger would who changed files and means it."""
    digests: dict[str, str] = {}
    for part in parts(model):
        content = json.loads((part / CONFIG).read_text())
        old, content["weights_sha256"] = content["weights_sha256"], sha256(part / WEIGHTS)
        digests[old] = content["weights_sha256"]
        for one in (*content.get("experts", ()), *content.get("members", ())):
            one["weights_sha256"] = digests[one["weights_sha256"]]
        write(part / CONFIG, content)
    seal(model)


def seal(model: Path) -> None:
    """Writes the digests of model.json anew, of the files that are there."""
    content = json.loads((model / MODEL).read_text())
    files = {name: sha256(model / name) for name in content["files"] if (model / name).is_file()}
    write(model / MODEL, content | {"files": content["files"] | files})
