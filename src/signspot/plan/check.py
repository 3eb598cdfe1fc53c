"""Names and options of a configuration, compared with the modules that they name before anything runs."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from signspot.backbones import BACKBONES
from signspot.clips.cuts import DRAWN
from signspot.clips.modalities import MODALITIES
from signspot.clips.samplers import SAMPLERS
from signspot.corpus.names import check_no_braces, shown, unwritable
from signspot.corpus.tables import FILES, Tables
from signspot.decoders import TUNE, check_decoder
from signspot.errors import InputError
from signspot.experts.options import check_loss, check_tta
from signspot.plan.own_weights import check_own_weights
from signspot.plan.runs import ROLES, Run
from signspot.plan.settings import ExpertSettings, SpotterSettings
from signspot.registry import Registry, check_options, options_at
from signspot.rows import refuse
from signspot.spotters import SPOTTERS
from signspot.training.recipe import Recipe
from signspot.vipl.videos import FeatureFolder, check_folders, check_modalities

SAMPLER_KEYS = ("clips", "start")
"""Keys of a training beside those of its recipe."""
RECIPE = "signspot.training.recipe:Recipe"


def check_texts(config: Mapping[str, Any]) -> None:
    """Checks that the texts of a configuration, most of which are paths, suit the workflow.

    Raises:
        InputError: a text holds a brace or a control character; the message names the key.
    """
    texts = list(_texts(config, ()))
    check_no_braces(texts)
    wrong = [(key, text) for key, text in texts if unwritable(text)]
    refuse(f"{key}: {shown(text)} holds a character that no file name should have. Correct it." for key, text in wrong)


def _texts(value: Any, key: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The texts in a configuration, each behind its key."""
    if isinstance(value, str):
        yield ".".join(key), value
    elif isinstance(value, Mapping | list):
        for name, each in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _texts(each, (*key, str(name)))


def check_media_paths(tables: Tables) -> None:
    """Checks that the files of the table of videos suit the workflow.

    Raises:
        InputError: a path holds a brace; the message names the lines.
    """
    columns = [column for column in FILES if column in tables.videos]
    check_no_braces(
        (f"{tables.sources.videos}, line {row + 2}: {column}", path)
        for column in columns
        for row, path in enumerate(tables.videos[column])
    )


def check_expert(expert: ExpertSettings) -> None:
    """Checks the modality, the backbone and the trainings of an expert.

    Raises:
        InputError: names the key, the value, what was expected and the remedy.
    """
    key = f"experts.{expert.name}"
    modality = check_modality(expert.modality, f"{key}.modality")
    check_tta(expert.tta, modality, key)
    if expert.origin == "features":
        if expert.tta != "none":
            raise InputError(f"{key}.tta: is {expert.tta}, but published features are taken as they are. Take it out.")
        return
    backbone, options = named(expert.backbone)
    BACKBONES.check(backbone, options, f"{key}.backbone")
    check_loss(expert.loss, backbone, expert.label_smoothing, expert.class_balance, key)
    takes, gives = BACKBONES.fact(backbone, "TAKES"), MODALITIES.fact(modality, "GIVES")
    if takes != gives:
        fitting = [name for name in BACKBONES.names() if BACKBONES.fact(name, "TAKES") == gives]
        raise InputError(
            f"{key}.backbone.name: {backbone} takes {takes}, the modality {modality} gives {gives}. "
            f"Take a backbone for {gives} ({', '.join(fitting) or 'there is none'}), or another modality."
        )
    seen, drawn = _joints(MODALITIES, expert.modality), _joints(BACKBONES, expert.backbone)
    if None not in (seen, drawn) and seen != drawn:
        raise InputError(
            f"{key}: the modality {modality} gives {seen} joints, the graph of the backbone {backbone} has {drawn}. "
            "Set joints of both to the same number, or take a backbone whose graph has as many."
        )
    _check_file(expert.trained, f"{key}.trained")
    check_own_weights(expert, expert.trained, f"{key}.trained")
    for number, training in enumerate(expert.trainings, 1):
        check_training(training, f"{key}.training[{number}]")
        check_own_weights(expert, training.get("start"), f"{key}.training[{number}].start")
        _check_kept(expert, training, f"{key}.training[{number}]")


def _check_kept(expert: ExpertSettings, training: Mapping[str, Any], key: str) -> None:
    """Checks that clips which stay in memory are the same in each epoch."""
    single, rule = SAMPLERS.fact(training["clips"], "SINGLE_SIGNS", False), expert.window.sign
    if training.get("in_memory", False) and single and rule in DRAWN:
        raise InputError(
            f"{key}.in_memory: is true, but clips.sign of {expert.name} is {rule}, which draws the frames of a clip "
            "anew in each epoch. Set it to false, or clips.sign to around or own."
        )


def _joints(registry: Registry, block: Mapping[str, Any]) -> int | None:
    """Joints that a modality gives or a backbone takes; None if it does not tell."""
    return block.get("joints", registry.fact(block["name"], "JOINTS"))


def check_published_features(run: Run) -> None:
    """Checks that the published features of the experts of a run are there, for each of its videos.

    Raises:
        InputError: names the folder and the videos that it lacks, or experts in another order than the published one.
    """
    folders = {
        expert.name: FeatureFolder(expert.modality["name"], Path(expert.features["folder"]))
        for expert in run.experts.values()
        if expert.features
    }
    if folders:
        check_folders(folders, run.of(*ROLES))


def check_modality(block: Mapping[str, Any], key: str) -> str:
    """Checks a modality and the values of its options; returns its name.

    Raises:
        InputError: the name, an option or a value is wrong.
    """
    modality, options = named(block)
    # Before it is built, because an option called key would be taken for the key of messages.
    MODALITIES.check(modality, options, key)
    MODALITIES.build(modality, key=key, **options)
    return modality


def check_training(block: Mapping[str, Any], key: str) -> None:
    """Checks a training of an expert: its sampler, its start and its recipe.

    Raises:
        InputError: a name, a file, an option or a value is wrong.
    """
    SAMPLERS.check_name(block["clips"], f"{key}.clips")
    _check_file(block.get("start"), f"{key}.start")
    check_recipe({option: value for option, value in block.items() if option not in SAMPLER_KEYS}, key)


def check_recipe(block: Mapping[str, Any], key: str) -> None:
    """Checks the options of a recipe and their values.

    Raises:
        InputError: an option or a value is wrong.
    """
    known = {name: option for name, option in options_at(RECIPE).items() if name != "select"}
    check_options(known, block, key)
    try:
        Recipe(**block)
    except InputError as error:
        raise InputError(f"{key}: {error}") from error


def check_spotter(run: Run, spotter: SpotterSettings, runs: Mapping[str, Run]) -> None:
    """Checks the kind of a spotter, its options, what it reads, and its decoders.

    Args:
        run: that fits the spotter.
        spotter: its settings.
        runs: all runs, by name.

    Raises:
        InputError: names the key, the value, what was expected and the remedy.
    """
    key = f"spotters.{spotter.name}"
    SPOTTERS.check(spotter.kind, spotter.options, key)
    reads = SPOTTERS.fact(spotter.kind, "READS", ())
    for name in ("experts", "of", "modality"):
        if bool(getattr(spotter, name)) != (name in reads):
            expected = "reads it: add it" if name in reads else "does not read it: take it out"
            raise InputError(f"{key}.{name}: a spotter of the kind {spotter.kind} {expected}.")
    for expert in spotter.experts:
        if expert not in run.experts:
            known = ", ".join(run.experts) or "none"
            raise InputError(f"{key}.experts: there is no expert {expert!r}; there are {known}.")
    if spotter.takes_classifiers:
        _check_recognisers(run, spotter, key)
    for member in spotter.of:
        _check_member(key, run, spotter, member, runs)
        _check_kind(key, run, spotter, member, runs)
    if spotter.modality is not None:
        _check_taken(check_modality(spotter.modality, f"{key}.modality"), spotter.kind, key)
    _check_origin(run, spotter, key)
    for decoder, options in spotter.decoders.items():
        check_decoder(decoder, options, f"{key}.decoders.{decoder}")


def _check_recognisers(run: Run, spotter: SpotterSettings, key: str) -> None:
    """Checks that the experts whose classifiers a spotter takes are networks that cut the same clips."""
    experts = [run.experts[expert] for expert in spotter.experts]
    for expert in experts:
        if expert.origin == "features":
            raise InputError(
                f"{key}.experts: {expert.name} has published features, and no classifier, which the kind "
                f"{spotter.kind} needs. Name an expert with training or trained."
            )
        if expert.window.grid != experts[0].window.grid:
            told = ", ".join(f"{one.name} {one.window.length} every {one.window.stride}" for one in experts)
            raise InputError(
                f"{key}.experts: cut clips of other frames ({told}). Set clips of all to the same numbers."
            )


def _check_taken(modality: str, kind: str, key: str) -> None:
    takes, gives = SPOTTERS.fact(kind, "TAKES", ""), MODALITIES.fact(modality, "GIVES")
    if takes and takes != gives:
        fitting = [name for name in MODALITIES.names() if MODALITIES.fact(name, "GIVES") == takes]
        raise InputError(
            f"{key}.modality.name: a spotter of the kind {kind} takes {takes}, the modality {modality} gives {gives}. "
            f"Take {' or '.join(fitting)}."
        )


def check_validation(run: Run) -> None:
    """Checks that a run has validation videos if anything in it is chosen by them alone.

    Raises:
        InputError: names the key that needs them.
    """
    if run.of("validation"):
        return
    trainings = {
        f"experts.{expert.name}.training[{number}]": block
        for expert in run.experts.values()
        for number, block in enumerate(expert.trainings, 1)
    } | {f"spotters.{name}.training": spotter.options.get("training", {}) for name, spotter in run.spotters.items()}
    by_plateau = [f"{key}.schedule: plateau" for key, block in trainings.items() if block.get("schedule") == "plateau"]
    tuned = [
        f"spotters.{name}.{option}: {TUNE}"
        for name, spotter in run.spotters.items()
        for option, value in spotter.options.items()
        if value == TUNE
    ]
    refuse(
        f"{key} needs validation videos, and the run {run.name} has none. Add runs.{run.name}.validation, or take "
        "another value."
        for key in (*by_plateau, *tuned)
    )


def _check_origin(run: Run, spotter: SpotterSettings, key: str) -> None:
    trains = "training" in SPOTTERS.options(spotter.kind)
    found = [
        name for name, there in (("training", "training" in spotter.options), ("trained", spotter.trained)) if there
    ]
    if trains and len(found) != 1:
        raise InputError(
            f"{key}: has {' and '.join(found) or 'none'} of training, trained, expected exactly one. "
            "Train it here, or name a published file."
        )
    if not trains and spotter.trained:
        raise InputError(f"{key}.trained: a spotter of the kind {spotter.kind} has no published file. Take it out.")
    if spotter.trained and spotter.experts:
        check_modalities([run.experts[expert].modality["name"] for expert in spotter.experts])
    if "training" in spotter.options:
        check_recipe(spotter.options["training"], f"{key}.training")
    _check_file(spotter.trained, f"{key}.trained")
    _check_file(spotter.start, f"{key}.start")


def _check_member(key: str, run: Run, spotter: SpotterSettings, member: str, runs: Mapping[str, Run]) -> None:
    other, name = split_member(run.name, member)
    if other not in runs or name not in runs[other].spotters:
        known = [*run.spotters, *(f"{each.name}/{one}" for each in runs.values() for one in each.spotters)]
        raise InputError(f"{key}.of: there is no spotter {member!r}; there are {', '.join(known)}. Correct the name.")
    if reaches(runs, other, name, (run.name, spotter.name)):
        raise InputError(f"{key}.of: {member} needs the predictions of {spotter.name} itself. Break the circle.")
    seen = [video for video in run.of("test") if video in runs[other].of("train")]
    if seen:
        raise InputError(
            f"{key}.of: {member} was trained on {seen[0]}, a test video of run {run.name}. "
            "Name a spotter that was not, or test on other videos."
        )


def _check_kind(key: str, run: Run, spotter: SpotterSettings, member: str, runs: Mapping[str, Run]) -> None:
    other, name = split_member(run.name, member)
    kinds, kind = SPOTTERS.fact(spotter.kind, "OF", ()), runs[other].spotters[name].kind
    if kinds and kind not in kinds:
        raise InputError(
            f"{key}.of: {member} is of the kind {kind}, a spotter of the kind {spotter.kind} reads "
            f"{' or '.join(kinds)}. Name another spotter."
        )


def split_member(run: str, member: str) -> tuple[str, str]:
    """Run and spotter of a member of an ensemble, ``spotter`` or ``run/spotter``."""
    other, _, name = member.rpartition("/")
    return other or run, name


def reaches(runs: Mapping[str, Run], run: str, spotter: str, wanted: tuple[str, str]) -> bool:
    """Whether a spotter is the wanted one, or reads its predictions in any number of steps.

    Args:
        runs: all runs, by name.
        run, spotter: where to begin.
        wanted: run and spotter that are looked for.
    """
    seen, waiting = set(), [(run, spotter)]
    while waiting:
        one = waiting.pop()
        if one == wanted:
            return True
        if one not in seen and one[0] in runs and one[1] in runs[one[0]].spotters:
            seen.add(one)
            waiting += [split_member(one[0], member) for member in runs[one[0]].spotters[one[1]].of]
    return False


def named(block: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and options of a block such as ``{name: rgb, input_size: 64}``."""
    return block["name"], {option: value for option, value in block.items() if option != "name"}


def _check_file(checkpoint: Mapping[str, str] | None, key: str) -> None:
    if checkpoint is not None and not Path(checkpoint["path"]).is_file():
        raise InputError(
            f"{key}.path: {checkpoint['path']} is no file, expected published weights. "
            "Nothing is downloaded: fetch the file, or correct the path."
        )
