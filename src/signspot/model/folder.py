"""The folder of a model: where its files lie, and how it is read without trusting whoever made it.

Nothing but JSON, a table and safetensors is read, and only files that bear the names of a model: none of them can run
anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from signspot.clips.modalities import MODALITIES
from signspot.decoders import DECODERS
from signspot.errors import DamagedStore, InputError, shown
from signspot.experts.store import read_expert_config
from signspot.files import sha256
from signspot.foreign import MOST_BYTES, check_file, explain_errors, read_json
from signspot.model.prepare import StoreSettings, needs_flow
from signspot.plan.yaml_files import read_yaml
from signspot.rows import LISTED, read_rows, require
from signspot.spotters import SPOTTERS
from signspot.training.store import CONFIG, MOST_WEIGHTS, WEIGHTS, read_config

FORMAT = 2
"""Version of the format; a model of another version is not read."""
MODEL, CARD, VOCABULARY = "model.json", "MODEL_CARD.md", "vocabulary.tsv"
SPOTTERS_FOLDER, EXPERTS_FOLDER = "spotters", "experts"
PARTS = {MODEL, CARD, VOCABULARY, SPOTTERS_FOLDER, EXPERTS_FOLDER}
"""What lies in the folder of a model."""
SCHEMA = Path(__file__).with_name("model.schema.yaml")
AGAIN = "Fetch the model again from where it came, or export it again."


@dataclass(frozen=True)
class Part:
    """A spotter of a model.

    Args:
        kind: of the spotter.
        experts: keys of the experts whose features it reads, in order.
        of: keys of the spotters whose predictions it reads, in order.
        modality: name of the modality by which it reads the stores itself; None: it does not.
    """

    kind: str
    experts: Sequence[str]
    of: Sequence[str]
    modality: str | None


@dataclass(frozen=True)
class Model:
    """A checked model. Its spotters and experts have keys, ``<run>.<name>``.

    Args:
        name: of the corpus and the run that it comes from.
        digest: sha256 of model.json, which holds those of all other files.
        stores: how the stores of a video are made.
        spotter: key of the spotter that spots.
        spotters: by key; each comes after those whose predictions it reads.
        experts: name of the modality by key.
        decoder: name of the decoder of the run.
        decoders: options by name of the decoder.
        vocabulary: the signs by class id.
    """

    folder: Path
    name: str
    digest: str
    stores: StoreSettings
    spotter: str
    spotters: Mapping[str, Part]
    experts: Mapping[str, str]
    decoder: str
    decoders: Mapping[str, Mapping[str, Any]]
    vocabulary: Sequence[str]

    @property
    def modalities(self) -> list[str]:
        """Names of the modalities that are cut from the stores."""
        own = [part.modality for part in self.spotters.values() if part.modality is not None]
        return [*self.experts.values(), *own]

    def spotter_folder(self, key: str) -> Path:
        """Folder of a spotter."""
        return self.folder / SPOTTERS_FOLDER / key

    def expert_folder(self, key: str) -> Path:
        """Folder of an expert."""
        return self.folder / EXPERTS_FOLDER / key


def checked_files(spotters: Sequence[str], experts: Sequence[str]) -> list[str]:
    """The files of a model whose digests model.json holds; not the card, which may be edited.

    Args:
        spotters, experts: their keys.
    """
    networks = [f"{SPOTTERS_FOLDER}/{key}" for key in spotters] + [f"{EXPERTS_FOLDER}/{key}" for key in experts]
    return [VOCABULARY, *(f"{network}/{file}" for network in networks for file in (CONFIG, WEIGHTS))]


def read_model(folder: Path | str) -> Model:
    """The model of a folder, all of whose files have been compared with their digests.

    Raises:
        InputError: the folder is no model of this format; a file is missing or changed; a name or an option is unknown;
            or its parts do not belong together.
    """
    folder = Path(folder)
    content = _content(folder)
    _check_content(folder / MODEL, content)
    _check_names(folder / MODEL, content)
    _check_files(folder, content["files"], checked_files(list(content["spotters"]), list(content["experts"])))
    model = Model(
        folder,
        "{corpus}/{run}".format(**content["provenance"]),
        sha256(folder / MODEL),
        StoreSettings(**content["stores"]),
        content["spotter"],
        {key: Part(**part) for key, part in content["spotters"].items()},
        content["experts"],
        content["decoder"],
        content["decoders"],
        _signs(folder / VOCABULARY),
    )
    _check_networks(model)
    return model


def _content(folder: Path) -> dict[str, Any]:
    """model.json, of the version that is understood."""
    path = folder / MODEL
    if not path.is_file():
        raise InputError(
            f"{folder}: is no model, it has no {MODEL}. Give the folder that `signspot export-model` wrote."
        )
    _check_place(path, folder)
    try:
        content = read_json(path)
    except ValueError as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}). {AGAIN}") from error
    version = content.get("format")
    if version != FORMAT:
        raise InputError(
            f"{path}: its format is {shown(version)}, this signspot reads format {FORMAT}. Export the model again from "
            "its run: signspot export-model results/CORPUS/runs/RUN --out FOLDER. Or use the version of signspot that "
            "made the model, which the file names."
        )
    return content


def _check_content(path: Path, content: dict[str, Any]) -> None:
    problems = explain_errors(content, read_yaml(SCHEMA))
    if problems:
        raise InputError("\n".join([f"{path}: is wrong:", *(f"  {each}" for each in problems[:LISTED]), AGAIN]))


def _check_names(path: Path, content: dict[str, Any]) -> None:
    """Modalities, kinds and decoders are known, and each spotter comes after those that it reads."""
    for key, modality in content["experts"].items():
        MODALITIES.check_name(modality, f"{path}: experts.{key}")
    for decoder, options in content["decoders"].items():
        DECODERS.check(decoder, options, f"{path}: decoders.{decoder}")
    seen: list[str] = []
    for key, part in content["spotters"].items():
        place = f"{path}: spotters.{key}"
        SPOTTERS.check_name(part["kind"], f"{place}.kind")
        if part["modality"] is not None:
            MODALITIES.check_name(part["modality"], f"{place}.modality")
        for field, known in (("experts", list(content["experts"])), ("of", seen)):
            for other in part[field]:
                if other not in known:
                    raise InputError(f"{place}.{field}: {shown(other)} is not among {shown(known)}. {AGAIN}")
        reads = SPOTTERS.fact(part["kind"], "READS", ())
        for field in ("experts", "of", "modality"):
            if bool(part[field]) != (field in reads):
                fault = f"is {shown(part[field])}, but the kind {part['kind']} reads {' and '.join(reads)}"
                raise InputError(f"{place}.{field}: {fault}. {AGAIN}")
        seen.append(key)
    for field, known in (("spotter", seen), ("decoder", list(content["decoders"]))):
        if content[field] not in known:
            fault = f"is {shown(content[field])}, expected one of {', '.join(known)}"
            raise InputError(f"{path}: {field}: {fault}. {AGAIN}")


def _check_files(folder: Path, digests: dict[str, str], expected: Sequence[str]) -> None:
    """Only the files of a model, in its folder, as they were when it was exported."""
    for name in sorted(set(digests) ^ set(expected)):
        fault = "names a file that no model has" if name in digests else "does not name the file"
        raise InputError(f"{folder / MODEL}: {fault}: {shown(name)}. {AGAIN}")
    for name in expected:
        path = folder / name
        if not path.exists():
            raise InputError(f"{path}: is missing. {AGAIN}")
        _check_place(path, folder)
        check_file(path, MOST_WEIGHTS if path.name == WEIGHTS else MOST_BYTES)
        digest = sha256(path)
        if digest != digests[name]:
            raise InputError(f"{path}: was changed: its sha256 is {digest}, {MODEL} names {digests[name]}. {AGAIN}")


def _check_place(path: Path, folder: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{path}: is a link to a file outside of the model. {AGAIN}")


def _check_networks(model: Model) -> None:
    """The networks are those that model.json describes, and were made for one another."""
    experts, spotters = {}, {}
    for key, modality in model.experts.items():
        folder = model.expert_folder(key)
        experts[key] = config = _config(folder, read_expert_config)
        _same(folder / CONFIG, "modality", config["modality"]["name"], modality)
        _same(folder / CONFIG, "vocabulary", config["vocabulary"], list(model.vocabulary))
    for key, part in model.spotters.items():
        folder = model.spotter_folder(key)
        spotters[key] = config = _config(folder, partial(read_config, keys=("spotter", "kind", "vocabulary")))
        _same(folder / CONFIG, "kind", config["kind"], part.kind)
        _same(folder / CONFIG, "vocabulary", config["vocabulary"], list(model.vocabulary))
        for field, keys, read in (("experts", part.experts, experts), ("members", part.of, spotters)):
            digests = [read[other]["weights_sha256"] for other in keys]
            _same(folder / CONFIG, field, [one["weights_sha256"] for one in config.get(field, [])], digests)
        strides = {read["clip"]["stride"] for read in (config, *map(experts.get, part.experts)) if "clip" in read}
        if len(strides) > 1:
            raise InputError(f"{folder / CONFIG}: it and its experts have clips of different strides. {AGAIN}")
    if model.stores.flow_size is None and needs_flow(model.modalities):
        raise InputError(f"{model.folder / MODEL}: tells no stores.flow_size, which one of its networks needs. {AGAIN}")


def _config(folder: Path, read: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """A network's config.json, which names the weights beside it."""
    try:
        config = read(folder)
    except DamagedStore as error:
        raise InputError(f"{folder / CONFIG}: {error.reason}. {AGAIN}") from error
    _same(folder / CONFIG, "weights_sha256", config["weights_sha256"], sha256(folder / WEIGHTS))
    return config


def _signs(path: Path) -> list[str]:
    table = read_rows(path)
    require(table, ["class_id", "sign"], path)
    _same(path, "class_id", table["class_id"].tolist(), list(map(str, range(len(table)))))
    return table["sign"].tolist()


def _same(path: Path, key: str, found: object, expected: object) -> None:
    if found != expected:
        raise InputError(
            f"{path}: its {key} is {shown(found)}, {MODEL} and the other parts say {shown(expected)}. {AGAIN}"
        )
