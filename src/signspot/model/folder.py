"""The folder of a model: where its files lie, and how it is read without trusting whoever made it.

Nothing but JSON, a table and safetensors is read, and only files that bear the names of a model: none of them can run
anything.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.files import sha256
from signspot.model.prepare import StoreSettings, needs_flow
from signspot.plan.schema import explain_errors
from signspot.rows import read_rows, require
from signspot.training.store import CONFIG, WEIGHTS

FORMAT = 1
"""Version of the format; a model of another one is not read."""
MODEL, CARD, VOCABULARY = "model.json", "MODEL_CARD.md", "vocabulary.tsv"
SPOTTER, EXPERTS = "spotter", "experts"
PARTS = {MODEL, CARD, VOCABULARY, SPOTTER, EXPERTS}
"""What lies in the folder of a model."""
SCHEMA = Path(__file__).with_name("model.schema.yaml")
AGAIN = "Fetch the model again from where it came, or export it again."


@dataclass(frozen=True)
class Model:
    """A checked model.

    Args:
        name: of the corpus and the run that it comes from.
        digest: sha256 of model.json, which holds those of all other files.
        experts: their names in the order of the spotter's features.
        vocabulary: the signs by class id.
    """

    folder: Path
    name: str
    digest: str
    stores: StoreSettings
    stride: int
    decoder: str
    experts: Sequence[str]
    vocabulary: Sequence[str]

    @property
    def spotter(self) -> Path:
        """Folder of the spotting head."""
        return self.folder / SPOTTER

    def expert(self, name: str) -> Path:
        """Folder of an expert."""
        return self.folder / EXPERTS / name


def checked_files(experts: Sequence[str]) -> list[str]:
    """The files of a model of these experts whose digests model.json holds; not the card, which may be edited."""
    networks = [SPOTTER, *(f"{EXPERTS}/{name}" for name in experts)]
    return [VOCABULARY, *(f"{network}/{file}" for network in networks for file in (CONFIG, WEIGHTS))]


def read_model(folder: Path | str) -> Model:
    """The model of a folder, all of whose files have been compared with their digests.

    Raises:
        InputError: the folder is no model, its format is of another version, its clips are of another length, a file is
            missing or changed, or its parts do not belong together.
    """
    folder = Path(folder)
    rules = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    content = _content(folder)
    _check(folder / MODEL, content, rules, "model")
    if content["clip"]["length"] != Window().length:
        raise InputError(
            f"{folder / MODEL}: its clips have {content['clip']['length']} frames, this signspot cuts clips of "
            f"{Window().length}. Use the version of signspot that made the model."
        )
    names = [expert["name"] for expert in content["experts"]]
    _check_files(folder, content["files"], checked_files(names))
    model = Model(
        folder,
        "{corpus}/{run}".format(**content["provenance"]),
        sha256(folder / MODEL),
        StoreSettings(**content["stores"]),
        content["clip"]["stride"],
        content["decoder"],
        names,
        _signs(folder / VOCABULARY),
    )
    _check_networks(model, content, rules)
    return model


def _content(folder: Path) -> dict[str, Any]:
    """model.json, of the version that is understood."""
    path = folder / MODEL
    if not path.is_file():
        raise InputError(
            f"{folder}: is no model, it has no {MODEL}. Give the folder that `signspot export-model` wrote."
        )
    content = _json(path)
    version = content.get("format")
    if version != FORMAT:
        raise InputError(
            f"{path}: its format is {version!r}, this signspot reads format {FORMAT}. "
            "Install the version of signspot that made the model, which the file names, or export the model again."
        )
    return content


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}). {AGAIN}") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds no JSON object. {AGAIN}")
    return content


def _check(path: Path, content: dict[str, Any], rules: dict[str, Any], kind: str) -> None:
    problems = explain_errors(content, {"$defs": rules["$defs"], **rules[kind]})
    if problems:
        raise InputError("\n".join([f"{path}: is wrong:", *(f"  {problem}" for problem in problems), AGAIN]))


def _check_files(folder: Path, digests: dict[str, str], expected: Sequence[str]) -> None:
    """Only the files of a model, in its folder, as they were when it was exported."""
    for name in sorted(set(digests) ^ set(expected)):
        fault = "names a file that no model has" if name in digests else "does not name the file"
        raise InputError(f"{folder / MODEL}: {fault}: {name!r}. {AGAIN}")
    for name in expected:
        path = folder / name
        if not path.is_file():
            raise InputError(f"{path}: is missing. {AGAIN}")
        if not path.resolve().is_relative_to(folder.resolve()):
            raise InputError(f"{path}: is a link to a file outside of the model. {AGAIN}")
        digest = sha256(path)
        if digest != digests[name]:
            raise InputError(f"{path}: was changed: its sha256 is {digest}, {MODEL} names {digests[name]}. {AGAIN}")


def _check_networks(model: Model, content: dict[str, Any], rules: dict[str, Any]) -> None:
    """The networks are those that model.json describes."""
    path = model.spotter / CONFIG
    spotter = _json(path)
    _check(path, spotter, rules, "spotter")
    _same(path, "experts", [expert["name"] for expert in spotter["experts"]], list(model.experts))
    configs = {path: spotter}
    for expert in content["experts"]:
        path = model.expert(expert["name"]) / CONFIG
        configs[path] = config = _json(path)
        _check(path, config, rules, "expert")
        _same(path, "expert", config["expert"], expert["name"])
        _same(path, "modality", config["modality"]["name"], expert["modality"])
    for path, config in configs.items():
        _same(path, "clip", config["clip"], content["clip"])
        _same(path, "vocabulary", config["vocabulary"], list(model.vocabulary))
    if model.stores.flow_size is None and needs_flow([expert["modality"] for expert in content["experts"]]):
        raise InputError(f"{model.folder / MODEL}: tells no stores.flow_size, which one of its experts needs. {AGAIN}")


def _signs(path: Path) -> list[str]:
    table = read_rows(path)
    require(table, ["class_id", "sign"], path)
    _same(path, "class_id", table["class_id"].tolist(), list(map(str, range(len(table)))))
    return table["sign"].tolist()


def _same(path: Path, key: str, found: object, expected: object) -> None:
    if found != expected:
        raise InputError(f"{path}: its {key} is {found}, the rest of the model says {expected}. {AGAIN}")
