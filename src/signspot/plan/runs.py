"""Runs: which videos play which role, with which experts and spotters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from signspot.clips.samplers import SAMPLERS
from signspot.corpus.sharing import fold, groups_of
from signspot.corpus.splits import check_split
from signspot.corpus.tables import Tables
from signspot.errors import InputError
from signspot.plan.settings import (
    ExpertSettings,
    FusionSettings,
    RetrievalSettings,
    RoundSettings,
    SpotterSettings,
    expert_settings,
    fusion_settings,
    overridden,
    retrieval_settings,
    round_settings,
    spotter_settings,
)

NEAREST = "nearest"
"""The name of what the nearest training clips say."""
ROLES = ("train", "validation", "test")
WEAK = "weak"
"""The role of videos whose sentences tell signs without their times."""


@dataclass(frozen=True)
class Round:
    """The place of a run among the rounds of labels from spottings.

    Args:
        of: the name in the configuration of which all rounds come.
        number: 0 learns from annotated signs alone, n from what the experts of round n - 1 spotted too.
    """

    of: str
    number: int
    settings: RoundSettings

    @property
    def last(self) -> bool:
        """Whether no further round learns from its spottings."""
        return self.number == self.settings.count


@dataclass(frozen=True)
class Run:
    """A run of the configuration.

    Args:
        videos: names of the videos of each role, in table order.
        select: the weights kept of a training: of the ``best`` epoch on the validation videos, or of the ``last``.
        seed: of every random choice in training.
        own_seed: whether the run gives the seed itself, which then also replaces that of a spotter.
        spotter: name of the spotter whose spottings are those of the run; None: it only recognises single signs.
        experts_of: name of the run whose experts it uses; its own name if it trains its own.
        experts, spotters: by name, with the values that the run overrides.
        fusions: sums of recognisers, by name.
        nearest: the modality by which the nearest training clips name signs too; None: they do not.
        retrieval: how sentences are searched by text; None: they are not, or by no spotter that the run fits.
        round: None if it is no round of labels from spottings.
    """

    name: str
    videos: Mapping[str, tuple[str, ...]]
    select: str
    seed: int
    own_seed: bool
    spotter: str | None
    experts_of: str
    experts: Mapping[str, ExpertSettings]
    spotters: Mapping[str, SpotterSettings]
    fusions: Mapping[str, FusionSettings]
    nearest: Mapping[str, Any] | None
    retrieval: RetrievalSettings | None
    round: Round | None = None

    def of(self, *roles: str) -> list[str]:
        """The videos of the given roles, each once, in the order of the roles."""
        return list(dict.fromkeys(video for role in roles for video in self.videos.get(role, ())))

    @property
    def recognisers(self) -> list[str]:
        """The experts that name single signs: their last training took one clip per sign, or a fusion names them."""
        fused = {name for fusion in self.fusions.values() for name in fusion.experts}
        return [name for name, expert in self.experts.items() if name in fused or takes_single_signs(expert)]

    @property
    def alone(self) -> list[str]:
        """All that names single signs by itself: the recognisers, and perhaps the nearest clips."""
        return [*self.recognisers, *([NEAREST] if self.nearest else [])]

    @property
    def streams(self) -> list[str]:
        """All that names single signs, by itself or as a sum."""
        return [*self.alone, *self.fusions]

    def spotted(self, expert: str, training: str) -> list[str]:
        """The videos of which a training of an expert learns the signs that the round before has spotted.

        Only what takes single signs does: the other frames of these videos are unknown.
        """
        learns = self.round and self.round.number and single_signs(self.experts[expert].trainings[int(training) - 1])
        return self.of(WEAK) if learns else []

    def seed_of(self, spotter: str) -> int:
        """The seed of a spotter."""
        own = self.spotters[spotter].seed
        return self.seed if self.own_seed or own is None else own


def takes_single_signs(expert: ExpertSettings) -> bool:
    """Whether the last training of an expert takes one clip per sign."""
    return bool(expert.trainings) and single_signs(expert.trainings[-1])


def single_signs(training: Mapping[str, Any]) -> bool:
    """Whether a training takes one clip per sign."""
    return SAMPLERS.fact(training["clips"], "SINGLE_SIGNS", False)


def read_runs(config: Mapping[str, Any], tables: Tables) -> dict[str, Run]:
    """The runs of a configuration that fits the schema; ``folds`` become ``<name>1`` to ``<name>N``, ``rounds`` become
    ``<name>0`` to ``<name>N``.

    Raises:
        InputError: a role has no video, a name is unknown, two runs have one name, or there are too few signers.
    """
    runs: dict[str, Run] = {}
    for name, block in config["runs"].items():
        for run in _expanded(config, tables, name, block):
            if run.name in runs:
                raise InputError(
                    f"runs.{run.name}: there are two runs of this name, one of folds or rounds. Rename one."
                )
            runs[run.name] = run
    for run in runs.values():
        _check_experts_of(runs, run)
    return runs


def _expanded(config: Mapping[str, Any], tables: Tables, name: str, block: Mapping[str, Any]) -> Iterator[Run]:
    if "folds" not in block:
        run = _run(config, name, block, {role: _of_splits(tables, name, role, block.get(role)) for role in ROLES})
        yield from _rounds(run, tables, block["rounds"]) if "rounds" in block else [run]
        return
    # The part that a fold holds out is tested, or chooses epochs and options where other videos are tested.
    given, held_out = ("test", "validation") if "test" in block else ("validation", "test")
    videos = _of_splits(tables, name, given, block.get(given))
    for number, (train, part) in enumerate(_folds(config, tables, name, block), 1):
        yield _run(config, f"{name}{number}", block, {"train": train, given: videos, held_out: part})


def _rounds(run: Run, tables: Tables, block: Mapping[str, Any]) -> Iterator[Run]:
    """A run for each round, which differ in the labels that they learn from alone."""
    videos = {**run.videos, WEAK: _of_splits(tables, run.name, "rounds.videos", block["videos"])}
    for number in range(block["count"] + 1):
        name, place = f"{run.name}{number}", Round(run.name, number, round_settings(block))
        yield replace(run, name=name, videos=videos, experts_of=name, round=place)


def _of_splits(tables: Tables, run: str, role: str, splits: list[str] | None) -> tuple[str, ...]:
    videos = tuple(tables.of(splits or ()))
    if splits and not videos:
        raise InputError(
            f"runs.{run}.{role}: no video has the split {' or '.join(splits)}. "
            "Give such videos in the table of videos, or name another split."
        )
    return videos


def _folds(
    config: Mapping[str, Any], tables: Tables, name: str, block: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Training and held-out videos of each fold: the videos of ``train``, each of which is held out once, but for those
    of the signers that are always trained on."""
    folds = block["folds"]
    if "train" not in block:
        raise InputError(f"runs.{name}.train: is missing, expected the splits that are shared out to folds. Add it.")
    mine = _of_splits(tables, name, "train", block["train"])
    signers = dict(zip(tables.videos["video"], tables.videos["signer"], strict=True))
    always = folds.get("always_train", ())
    unknown = sorted(set(always) - {signers[video] for video in mine})
    if unknown:
        raise InputError(
            f"runs.{name}.folds.always_train: no training video shows the signer {unknown[0]!r}. Correct the name."
        )
    shared = {video for video in mine if signers[video] not in always}
    groups = groups_of(_only(tables, shared), folds.get("by", "signer"), "annotations")
    parts = fold(groups, folds["count"], config["seed"])
    part_of = {video: part for group, part in zip(groups, parts, strict=True) for video in group.videos}
    for number in range(folds["count"]):
        part = tuple(video for video in mine if part_of.get(video) == number)
        yield tuple(video for video in mine if video not in part), part


def _only(tables: Tables, videos: set[str]) -> Tables:
    """The tables without other videos and their annotations."""
    kept = (table[table["video"].isin(videos)] for table in (tables.videos, tables.annotations))
    return replace(tables, **dict(zip(("videos", "annotations"), kept, strict=True)))


def _run(config: Mapping[str, Any], name: str, block: Mapping[str, Any], videos: Mapping[str, tuple[str, ...]]) -> Run:
    changed = overridden(config, block.get("override", {}))
    spotters = _chosen(spotter_settings(changed), name, block.get("spotters"))
    spotter = block.get("spotter", next(iter(spotters)) if len(spotters) == 1 else None)
    if spotter not in spotters and (spotters or spotter):
        raise InputError(
            f"runs.{name}.spotter: is {spotter or 'missing'}, expected one of {', '.join(spotters) or 'spotters'}. "
            "Name the spotter whose spottings are those of the run."
        )
    retrieval = retrieval_settings(changed)
    run = Run(
        name,
        videos={role: tuple(of_role) for role, of_role in videos.items()},
        select=block.get("select", "last"),
        seed=block.get("seed", config["seed"]),
        own_seed="seed" in block,
        spotter=spotter,
        experts_of=block.get("experts_of", name),
        experts=expert_settings(changed),
        spotters=spotters,
        fusions=fusion_settings(config),
        nearest=config.get("recognition", {}).get(NEAREST),
        retrieval=retrieval if retrieval and retrieval.spotter in spotters else None,
    )
    if not run.spotters and not run.streams:
        raise InputError(
            f"runs.{name}: there is nothing to do: the configuration has no spotters, no fusions, no "
            "recognition.nearest, and no expert that learns from single signs (clips: instances). Add one of them."
        )
    return run


def _chosen(spotters: Mapping[str, SpotterSettings], run: str, names: list[str] | None) -> dict[str, SpotterSettings]:
    """The spotters that a run fits: all, or the named ones and those of the run whose predictions they read."""
    if names is None:
        return dict(spotters)
    waiting, chosen = list(names), set()
    while waiting:
        name = waiting.pop()
        if name not in spotters:
            raise InputError(f"runs.{run}.spotters: there is no spotter {name!r}; there are {', '.join(spotters)}.")
        if name not in chosen:
            chosen.add(name)
            waiting += [member for member in spotters[name].of if "/" not in member]
    return {name: spotter for name, spotter in spotters.items() if name in chosen}


def _check_experts_of(runs: Mapping[str, Run], run: Run) -> None:
    """The run whose experts are used trains them itself, on no test video of this run."""
    key, owner = f"runs.{run.name}.experts_of", runs.get(run.experts_of)
    if owner is None:
        raise InputError(f"{key}: there is no run {run.experts_of!r}; the runs are {', '.join(runs)}. Correct it.")
    if owner.experts_of != owner.name:
        raise InputError(f"{key}: run {owner.name} uses those of run {owner.experts_of} itself. Name that run.")
    if owner.experts != run.experts:
        raise InputError(f"{key}: runs.{run.name}.override changes experts, which are those of {owner.name}. Drop one.")
    seen = [video for video in run.of("test") if video in owner.of("train", WEAK)]
    if owner is not run and seen:
        raise InputError(
            f"{key}: the experts of {owner.name} were trained on {seen[0]}, a test video of this run. "
            "Train experts for this run, or test it on other videos."
        )


def check_run(tables: Tables, run: Run) -> list[str]:
    """Checks that a run can be trained, if its training videos are given, and tested; returns warnings for its report.

    Raises:
        InputError: a sign of the vocabulary has no example to learn from, or ``best`` has no validation videos.
    """
    if run.select == "best" and not run.of("validation"):
        raise InputError(
            f"runs.{run.name}.validation: is missing, expected splits by which select: best chooses the epoch. "
            "Add it, or set select to last."
        )
    return check_split(tables, run.of("train"), run.of("test")) if run.of("train") else []
