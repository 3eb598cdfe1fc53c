"""The configuration as typed values: experts and spotters by name."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from signspot.clips.variants import COUNTS, Variants
from signspot.clips.window import Window
from signspot.decoders import TUNE
from signspot.errors import InputError
from signspot.experts.options import Loss
from signspot.retrieval.words import THRESHOLD
from signspot.spotters import SPOTTERS

Origin = Literal["training", "trained", "features"]
ORIGINS: tuple[Origin, ...] = ("training", "trained", "features")
"""Where an expert or a spotter comes from: trained here, a published file, or (experts) published clip features."""


@dataclass(frozen=True)
class ExpertSettings:
    """An expert of the configuration.

    Args:
        modality, backbone: ``name`` and the options of each; published features need no backbone.
        window: which frames make one clip.
        trainings: the trainings of an expert that is trained here, one after the other, from random weights or from
            the ``start`` of a training.
        trained: ``path`` and perhaps ``sha256`` of a published expert.
        features: ``folder`` of published clip features.
        label_smoothing, class_balance, loss, tta: see :class:`signspot.experts.training.ExpertConfig`.
    """

    name: str
    modality: Mapping[str, Any]
    backbone: Mapping[str, Any]
    window: Window
    trainings: tuple[Mapping[str, Any], ...] = ()
    trained: Mapping[str, str] | None = None
    features: Mapping[str, str] | None = None
    label_smoothing: float = 0.0
    class_balance: float = 0.0
    loss: Loss = "cross_entropy"
    tta: Variants = "none"

    @property
    def variants(self) -> int:
        """How many variants of a clip go through its network outside training."""
        return COUNTS[self.tta]

    @property
    def origin(self) -> Origin:
        """Where the expert comes from."""
        return "features" if self.features else "trained" if self.trained else "training"

    @property
    def training_numbers(self) -> list[str]:
        """The numbers of its trainings, ``1`` first; a published expert counts as one training, features as none."""
        count = {"features": 0, "trained": 1, "training": len(self.trainings)}[self.origin]
        return [str(number) for number in range(1, count + 1)]

    def network(self) -> dict[str, Any]:
        """What its network is, whatever it is trained on: a change of these values trains it anew."""
        return {
            "modality": dict(self.modality),
            "backbone": dict(self.backbone),
            "clips": asdict(self.window),
            "tta": self.tta,
        }

    def training(self, number: str) -> dict[str, Any]:
        """One of its trainings, without the others: a change of one training leaves those before it alone."""
        losses = {"label_smoothing": self.label_smoothing, "class_balance": self.class_balance, "loss": self.loss}
        return {"network": self.network(), "losses": losses, "training": dict(self.trainings[int(number) - 1])}


@dataclass(frozen=True)
class SpotterSettings:
    """A spotter of the configuration.

    Args:
        kind: a module of :mod:`signspot.spotters`.
        experts: names of the experts whose features it reads, in order.
        of: other spotters whose predictions it reads, as ``spotter`` (of the same run) or ``run/spotter``.
        modality: ``name`` and options of the modality by which it reads the stores itself.
        decoders: options by decoder; the first decoder leads.
        trained: ``path`` and perhaps ``sha256`` of a published spotter.
        seed: in the place of the seed of the configuration.
        options: what its kind takes beside these keys.
    """

    name: str
    kind: str
    decoders: Mapping[str, Mapping[str, Any]]
    experts: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    modality: Mapping[str, Any] | None = None
    trained: Mapping[str, str] | None = None
    seed: int | None = None
    options: Mapping[str, Any] | None = None

    @property
    def start(self) -> Mapping[str, str] | None:
        """``path`` and perhaps ``sha256`` of the weights from which its training starts."""
        return (self.options or {}).get("start")

    @property
    def takes_classifiers(self) -> bool:
        """Whether it takes the classifiers of its experts as they are, and learns nothing from features."""
        return SPOTTERS.fact(self.kind, "CLASSIFIERS", False)

    @property
    def leading_decoder(self) -> str:
        """The decoder whose spottings are those of a run."""
        return next(iter(self.decoders))


@dataclass(frozen=True)
class FusionSettings:
    """A sum of the outputs of experts that name single signs.

    Args:
        experts: their names, in order.
        weights: ``plain``, ``tune`` or one for each expert, see :class:`signspot.recognition.Sum`.
    """

    name: str
    experts: tuple[str, ...]
    weights: str | tuple[float, ...]


def fusion_settings(config: Mapping[str, Any]) -> dict[str, FusionSettings]:
    """The fusions of a configuration that fits the schema; none if it has no block ``fusions``."""
    return {name: _fusion(name, block) for name, block in config.get("fusions", {}).items()}


def _fusion(name: str, block: Mapping[str, Any]) -> FusionSettings:
    weights = block.get("weights", "plain")
    return FusionSettings(name, tuple(block["experts"]), weights if isinstance(weights, str) else tuple(weights))


@dataclass(frozen=True)
class RetrievalSettings:
    """Search of sentences by text, as a part of a run.

    Args:
        sentences: path of the table of sentences.
        expert: whose clip features are the sign embeddings.
        spotter: whose predictions tell the recognised words.
        threshold: a sign is recognised if its probability is larger.
        vectors: path of a file of word vectors; None: they are made from the spelling.
        seeds: number of trainings of the common space.
        training: options of their recipe that are not as published.
    """

    sentences: str
    expert: str
    spotter: str
    threshold: float
    vectors: str | None
    seeds: int
    training: Mapping[str, Any]


@dataclass(frozen=True)
class RoundSettings:
    """Labels from spottings, round by round: each round learns from what the expert of the round before it spotted.

    Args:
        count: rounds beside round 0, which learns from annotated signs alone.
        sentences: path of the table of sentences, whose texts tell signs without their times.
        expert: whose clip features are compared with those of the annotated training signs.
        threshold: of the cosine; None: chosen on validation sentences.
        precision: the share of spottings in validation sentences that must be right if the threshold is chosen.
    """

    count: int
    sentences: str
    expert: str
    threshold: float | None
    precision: float


def round_settings(block: Mapping[str, Any]) -> RoundSettings:
    """The block ``rounds`` of a run of a configuration that fits the schema."""
    threshold = block.get("threshold", TUNE)
    return RoundSettings(
        block["count"],
        block["sentences"],
        block["expert"],
        None if threshold == TUNE else threshold,
        block.get("precision", 0.8),
    )


def retrieval_settings(config: Mapping[str, Any]) -> RetrievalSettings | None:
    """The block ``retrieval`` of a configuration that fits the schema; None if it has none."""
    if "retrieval" not in config:
        return None
    block = config["retrieval"]
    return RetrievalSettings(
        sentences=block["sentences"],
        expert=block["expert"],
        spotter=block["spotter"],
        threshold=block.get("threshold", THRESHOLD),
        vectors=block.get("text", {}).get("vectors"),
        seeds=block.get("seeds", 3),
        training=block.get("training", {}),
    )


def expert_settings(config: Mapping[str, Any]) -> dict[str, ExpertSettings]:
    """The experts of a configuration that fits the schema; none if it has no block ``experts``.

    Raises:
        InputError: an expert has none or several of training, trained and features.
    """
    return {name: _expert(name, block, config.get("clips", {})) for name, block in config.get("experts", {}).items()}


def _expert(name: str, block: Mapping[str, Any], clips: Mapping[str, Any]) -> ExpertSettings:
    _check_one_origin(f"experts.{name}", block, ORIGINS)
    return ExpertSettings(
        name,
        modality=block["modality"],
        backbone=block.get("backbone", {}),
        window=Window(**{**clips, **block.get("clips", {})}),
        trainings=tuple(block.get("training", ())),
        trained=block.get("trained"),
        features=block.get("features"),
        label_smoothing=block.get("label_smoothing", 0.0),
        class_balance=block.get("class_balance", 0.0),
        loss=block.get("loss", "cross_entropy"),
        tta=block.get("tta", "none"),
    )


def spotter_settings(config: Mapping[str, Any]) -> dict[str, SpotterSettings]:
    """The spotters of a configuration that fits the schema; none if it has no block ``spotters``."""
    return {name: _spotter(name, block) for name, block in config.get("spotters", {}).items()}


def _spotter(name: str, block: Mapping[str, Any]) -> SpotterSettings:
    common = ("kind", "decoders", "experts", "of", "modality", "trained", "seed")
    return SpotterSettings(
        name,
        kind=block["kind"],
        decoders=block["decoders"],
        experts=tuple(block.get("experts", ())),
        of=tuple(block.get("of", ())),
        modality=block.get("modality"),
        trained=block.get("trained"),
        seed=block.get("seed"),
        options={key: value for key, value in block.items() if key not in common},
    )


def _check_one_origin(key: str, block: Mapping[str, Any], origins: tuple[str, ...]) -> None:
    found = [origin for origin in origins if origin in block]
    if len(found) != 1:
        raise InputError(
            f"{key}: has {' and '.join(found) or 'none'} of {', '.join(origins)}, expected exactly one. "
            "Train it here, name a published file, or name a folder of published features."
        )
    if found[0] != "features" and "backbone" not in block:
        raise InputError(f"{key}.backbone: is missing, expected the name and the options of a network. Add it.")


def overridden(config: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with the changed values of a run: mappings are merged, other values replaced."""
    merged = dict(config)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = overridden(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged
