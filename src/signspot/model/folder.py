"""The folder of a model: where its files lie, and how it is read without trusting whoever made it.

Nothing but JSON, a table and safetensors is read, and only files that bear the names of a model: none of them can run
anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

from signspot.clips.modalities import MODALITIES
from signspot.corpus.names import pasted
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
from signspot.video.mediapipe import check_pose_model

FORMAT, READ = 3, (2, 3)
"""Version of the format, and those that are read: models of version 2 spot, as those of version 3 may."""
SPOTS, RECOGNISES = ("spotter", "spotters", "decoder", "decoders"), ("recognisers",)
"""Keys of model.json that only models have which find signs in videos, or which name those of clips."""
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
    """A checked model: a :class:`SpottingModel` or a :class:`RecognisingModel`. Its parts have keys, ``<run>.<name>``.

    Args:
        name: of the corpus and the run that it comes from.
        digest: sha256 of model.json, which holds those of all other files.
        stores: how the stores of a video are made.
        experts: name of the modality by key.
        vocabulary: the signs by class id.
    """

    folder: Path
    name: str
    digest: str
    stores: StoreSettings
    experts: Mapping[str, str]
    vocabulary: Sequence[str]

    @property
    def modalities(self) -> list[str]:
        """Names of the modalities that are cut from the stores."""
        return list(self.experts.values())

    def expert_folder(self, key: str) -> Path:
        """Folder of an expert."""
        return self.folder / EXPERTS_FOLDER / key

    def with_pose_model(self, path: Path | None) -> Self:
        """The model, which finds poses by a file of this machine; None: by the one that comes with MediaPipe.

        Raises:
            InputError: the model needs such a file and none is given, or the file is missing or another one.
        """
        check_pose_model(self.stores.model_complexity, path)
        return replace(self, stores=replace(self.stores, pose_model=path))


@dataclass(frozen=True)
class SpottingModel(Model):
    """A model that finds signs in videos.

    Args:
        spotter: key of the spotter that spots.
        spotters: by key; each comes after those whose predictions it reads.
        decoder: name of the decoder of the run.
        decoders: options by name of the decoder.
    """

    spotter: str
    spotters: Mapping[str, Part]
    decoder: str
    decoders: Mapping[str, Mapping[str, Any]]

    @property
    def modalities(self) -> list[str]:
        """Names of the modalities that are cut from the stores."""
        own = [part.modality for part in self.spotters.values() if part.modality is not None]
        return [*self.experts.values(), *own]

    def spotter_folder(self, key: str) -> Path:
        """Folder of a spotter."""
        return self.folder / SPOTTERS_FOLDER / key


@dataclass(frozen=True)
class RecognisingModel(Model):
    """A model that names the sign of a clip.

    Args:
        recognisers: the weight of each expert in the sum of their logits, by key.
    """

    recognisers: Mapping[str, float]


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
    path, content = folder / MODEL, _content(folder)
    _check_content(path, content)
    for key, modality in content["experts"].items():
        MODALITIES.check_name(modality, f"{path}: experts.{key}")
    spots = "spotter" in content
    if spots:
        _check_spotters(path, content)
        _check_decoders(path, content)
    else:
        _check_recognisers(path, content)
    _check_files(folder, content["files"], checked_files(list(content.get("spotters", ())), list(content["experts"])))
    common = (
        folder,
        "{corpus}/{run}".format(**content["provenance"]),
        sha256(path),
        StoreSettings(**content["stores"]),
        content["experts"],
        _signs(folder / VOCABULARY),
    )
    if spots:
        spotters = {key: Part(**part) for key, part in content["spotters"].items()}
        model = SpottingModel(*common, content["spotter"], spotters, content["decoder"], content["decoders"])
        _check_spotting_networks(model, _check_experts(model))
        return model
    model = RecognisingModel(*common, content["recognisers"])
    _check_experts(model)
    return model


def read_spotting_model(folder: Path | str) -> SpottingModel:
    """The model of a folder, as by :func:`read_model`.

    Raises:
        InputError: as :func:`read_model`, or the model names signs of clips only.
    """
    model = read_model(folder)
    if not isinstance(model, SpottingModel):
        raise InputError(
            f"{folder}: names the signs of clips that show one each, and finds none in longer videos. "
            f"Call signspot recognise CLIPS --model {pasted(folder)}, or take a model of a run with a spotter."
        )
    return model


def read_recognising_model(folder: Path | str) -> RecognisingModel:
    """The model of a folder, as by :func:`read_model`.

    Raises:
        InputError: as :func:`read_model`, or the model finds signs in videos only.
    """
    model = read_model(folder)
    if not isinstance(model, RecognisingModel):
        raise InputError(
            f"{folder}: finds signs in videos, and names none of a clip that shows one. "
            f"Call signspot spot VIDEO --model {pasted(folder)} --out FOLDER, or export a recogniser, if its run has "
            "one: signspot export-model results/CORPUS/runs/RUN --recogniser NAME --out FOLDER."
        )
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
    if version not in READ:
        raise InputError(
            f"{path}: its format is {shown(version)}, this signspot reads {' and '.join(map(str, READ))}. Export the "
            "model again from its run: signspot export-model results/CORPUS/runs/RUN --out FOLDER. Or use the version "
            "of signspot that made the model, which the file names."
        )
    return content


def _check_content(path: Path, content: dict[str, Any]) -> None:
    problems = explain_errors(content, read_yaml(SCHEMA))
    if problems:
        raise InputError("\n".join([f"{path}: is wrong:", *(f"  {each}" for each in problems[:LISTED]), AGAIN]))
    there = tuple(key for key in (*SPOTS, *RECOGNISES) if key in content)
    if there not in (SPOTS, RECOGNISES):
        raise InputError(
            f"{path}: has {', '.join(there) or 'none of its keys'}, expected {', '.join(SPOTS)} of a model that "
            f"spots, or {', '.join(RECOGNISES)} of one that recognises. {AGAIN}"
        )


def _check_spotters(path: Path, content: dict[str, Any]) -> None:
    """Kinds and modalities are known, and each spotter comes after those that it reads."""
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
    _check_choice(path, "spotter", content["spotter"], seen)


def _check_decoders(path: Path, content: dict[str, Any]) -> None:
    for decoder, options in content["decoders"].items():
        DECODERS.check(decoder, options, f"{path}: decoders.{decoder}")
    _check_choice(path, "decoder", content["decoder"], list(content["decoders"]))


def _check_choice(path: Path, field: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise InputError(f"{path}: {field}: is {shown(value)}, expected one of {', '.join(known)}. {AGAIN}")


def _check_recognisers(path: Path, content: dict[str, Any]) -> None:
    """Every expert has a weight, and nothing else has one."""
    weighed, experts = sorted(content["recognisers"]), sorted(content["experts"])
    if weighed != experts:
        raise InputError(f"{path}: recognisers: are {shown(weighed)}, but the experts {shown(experts)}. {AGAIN}")


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


def _check_experts(model: Model) -> dict[str, dict[str, Any]]:
    """The experts are those that model.json describes; returns their configurations."""
    experts = {}
    for key, modality in model.experts.items():
        folder = model.expert_folder(key)
        experts[key] = config = _config(folder, read_expert_config)
        _same(folder / CONFIG, "modality", config["modality"]["name"], modality)
        _same(folder / CONFIG, "vocabulary", config["vocabulary"], list(model.vocabulary))
    if model.stores.flow_size is None and needs_flow(model.modalities):
        raise InputError(f"{model.folder / MODEL}: tells no stores.flow_size, which one of its networks needs. {AGAIN}")
    return experts


def _check_spotting_networks(model: SpottingModel, experts: Mapping[str, Mapping[str, Any]]) -> None:
    """The spotters are those that model.json describes, and were made for one another and for the experts."""
    spotters: dict[str, Mapping[str, Any]] = {}
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
