"""The plan of a configuration: its corpus, its runs, and the lists of what is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.clips.modalities import MODALITIES
from signspot.clips.window import Window
from signspot.corpus.names import check_names
from signspot.corpus.regions import chosen_regions
from signspot.corpus.sentences import read_sentences
from signspot.corpus.tables import HANDS, Tables, used_parts
from signspot.errors import InputError
from signspot.plan.check import (
    check_expert,
    check_media_paths,
    check_published_features,
    check_spotter,
    check_texts,
    check_validation,
    split_member,
)
from signspot.plan.check_recognition import check_recognition
from signspot.plan.check_retrieval import check_retrieval, check_retrieval_spotter
from signspot.plan.check_rounds import check_rounds
from signspot.plan.old_keys import refuse_old_keys
from signspot.plan.runs import ROLES, WEAK, Run, check_run, read_runs, takes_single_signs
from signspot.plan.schema import check_config
from signspot.plan.settings import ExpertSettings
from signspot.plan.sources import SOURCES, check_source, read_corpus
from signspot.stores import CorpusFiles, RunFiles
from signspot.video.mediapipe import check_pose_model_given

NEVER = "(?!)"
"""A pattern that matches no name."""
VIDEOS_PER_JOB = 100


@dataclass(frozen=True)
class Plan:
    """What a configuration asks for.

    Args:
        config: the checked configuration.
        tables: the corpus.
        runs: by name.
        warnings: of each run, for its log and its report.
    """

    config: Mapping[str, Any]
    tables: Tables
    runs: Mapping[str, Run]
    warnings: Mapping[str, Sequence[str]]

    @property
    def files(self) -> CorpusFiles:
        """Where the results lie."""
        return CorpusFiles(results_folder(self.config))

    def run_files(self, run: str) -> RunFiles:
        """Where the results of a run lie."""
        return self.files.run(run)

    @property
    def corpus(self) -> Mapping[str, Any]:
        """The block ``corpus`` of the configuration."""
        return self.config["corpus"]

    @property
    def window(self) -> Window:
        """The window of an expert that names none."""
        return Window(**self.config.get("clips", {}))

    @property
    def least_sign(self) -> dict[str, int]:
        """The grid of clips for which a sign may be too short; where all is learnt from single signs, none is."""
        experts = [expert for run in self.runs.values() for expert in run.experts.values()]
        single = experts and all(takes_single_signs(expert) for expert in experts)
        return dict.fromkeys(("stride", "length"), 1) if single else self.window.grid

    @property
    def signs(self) -> list[str]:
        """The glosses in the order of their class ids."""
        return self.tables.vocabulary.sort_values("class_id")["sign"].tolist()

    @cached_property
    def videos(self) -> list[str]:
        """All videos of all runs, by name."""
        return sorted({video for run in self.runs.values() for video in run.of(*ROLES, WEAK)})

    @cached_property
    def rows(self) -> Any:
        """The table of videos, by name."""
        return self.tables.videos.set_index("video")

    @cached_property
    def parts(self) -> dict[str, tuple[int, int | None]]:
        """The part of each video that is used, in ms."""
        return used_parts(self.tables.videos)

    @cached_property
    def regions(self) -> dict[str, str]:
        """The part of the picture of each video that is used, see :func:`signspot.corpus.regions.region_of`."""
        return chosen_regions(self.tables.videos)

    @cached_property
    def annotated(self) -> frozenset[str]:
        """The videos that have annotations."""
        return frozenset(self.tables.annotations["video"])

    def media(self, video: str) -> str:
        """The file of a video."""
        return self.rows.at[video, "path"]

    def original(self, video: str) -> str:
        """The annotator's ELAN document of a video; empty if there is none."""
        return self.rows.at[video, "annotation"] if "annotation" in self.rows else ""

    def left_handed(self, video: str) -> bool:
        """Whether the table of videos says that the signer of a video is left-handed."""
        return "handedness" in self.rows and HANDS[self.rows.at[video, "handedness"].lower()] == "left"

    def scored(self, run: str) -> list[str]:
        """The test videos that have a truth to compare with; videos to predict have none, unless annotated."""
        test = self.runs[run].of("test")
        return [video for video in test if self.rows.at[video, "split"] != "predict" or video in self.annotated]

    def splits_of(self, videos: Sequence[str]) -> list[str]:
        """The splits that videos are of."""
        return sorted(set(self.rows.loc[list(videos), "split"]))

    @property
    def has_videos(self) -> bool:
        """Whether the corpus has videos at all, or published clip features only."""
        return SOURCES.fact(self.corpus["source"], "VIDEOS", True)

    @cached_property
    def stores(self) -> list[str]:
        """The kinds of stores that the modalities of all runs are cut from."""
        blocks = [e.modality for run in self.runs.values() for e in run.experts.values() if e.origin != "features"]
        blocks += [s.modality for run in self.runs.values() for s in run.spotters.values() if s.modality]
        blocks += [run.nearest for run in self.runs.values() if run.nearest]
        return sorted({kind for block in blocks for kind in MODALITIES.fact(block["name"], "STORES")})

    @property
    def spotting_runs(self) -> list[str]:
        """The runs that spot signs."""
        return [name for name, run in self.runs.items() if run.spotter is not None]

    @property
    def recognising_runs(self) -> list[str]:
        """The runs that name single signs, and have test videos that show some."""
        return [name for name, run in self.runs.items() if run.streams and self.annotated & set(run.of("test"))]

    @property
    def retrieving_runs(self) -> list[str]:
        """The runs that search sentences by text."""
        return [name for name, run in self.runs.items() if run.retrieval]

    @cached_property
    def rounds(self) -> dict[str, list[Run]]:
        """The rounds of labels from spottings, in their order, by the name in the configuration."""
        rounds: dict[str, list[Run]] = {}
        for run in self.runs.values():
            if run.round:
                rounds.setdefault(run.round.of, []).append(run)
        return rounds

    @cached_property
    def sentences(self) -> dict[str, pd.DataFrame]:
        """The tables of sentences of a configuration, by their paths in it."""
        paths = [block["sentences"] for block in (self.config.get("retrieval"),) if block]
        paths += [run.round.settings.sentences for run in self.runs.values() if run.round]
        videos = self.tables.videos["video"].tolist()
        return {path: read_sentences(Path(path), videos) for path in dict.fromkeys(paths)}

    def with_sentences(self, run: str, table: str, *roles: str) -> list[str]:
        """The videos of the given roles that have sentences in a table."""
        having = set(self.sentences[table]["video"])
        return [video for video in self.runs[run].of(*roles) if video in having]

    @property
    def scored_runs(self) -> list[str]:
        """The runs that spot signs in a test video that has a truth."""
        return [name for name in self.spotting_runs if self.annotated & set(self.runs[name].of("test"))]

    @property
    def shown_runs(self) -> list[str]:
        """The runs whose videos can be shown: exported to ELAN, reviewed and, if scored, reported."""
        return self.spotting_runs if self.has_videos else []

    @property
    def reported_runs(self) -> list[str]:
        """The runs that get a report."""
        return [run for run in self.scored_runs if run in self.shown_runs]

    @property
    def rendered(self) -> str:
        """A pattern of the videos that the workflow renders."""
        return r"[\w-]+" if SOURCES.fact(self.corpus["source"], "RENDERS", False) else NEVER

    def experts_from(self, *origins: str) -> str:
        """A pattern of the experts of these origins; see :data:`signspot.plan.settings.ORIGINS`."""
        return _pattern({e.name for run in self.runs.values() for e in run.experts.values() if e.origin in origins})

    def spotters_from(self, trained: bool) -> str:
        """A pattern of the spotters that are published files, or that are not."""
        spotters = (spotter for run in self.runs.values() for spotter in run.spotters.values())
        return _pattern({spotter.name for spotter in spotters if bool(spotter.trained) == trained})

    @property
    def fusions(self) -> str:
        """A pattern of the sums of recognisers of all runs."""
        return _pattern({fusion for run in self.runs.values() for fusion in run.fusions})

    @property
    def streams(self) -> str:
        """A pattern of the recognisers and of their sums."""
        return _pattern({stream for run in self.runs.values() for stream in run.streams})

    def expert(self, run: str, expert: str) -> ExpertSettings:
        """An expert as a run uses it."""
        return self.runs[run].experts[expert]

    def used_experts(self, run: str) -> list[str]:
        """The experts that the spotters of a run read, in the order of the configuration."""
        spotters = self.runs[run].spotters.values()
        used = {expert for spotter in spotters for expert in spotter.experts}
        return [expert for expert in self.runs[run].experts if expert in used]

    def needed_experts(self, run: str) -> list[str]:
        """The experts that a run uses to spot, name single signs, search, or make labels, in order."""
        needed = {*self.used_experts(run), *self.runs[run].recognisers}
        if retrieval := self.runs[run].retrieval:
            needed.add(retrieval.expert)
        if place := self.runs[run].round:
            needed.add(place.settings.expert)
        return [expert for expert in self.runs[run].experts if expert in needed]

    def trained_experts(self, run: str) -> list[str]:
        """The experts of a run that are networks, not published features."""
        experts = self.runs[run].experts.values()
        return [expert.name for expert in experts if expert.origin != "features"]

    def shards(self, run: str) -> dict[str, list[str]]:
        """The videos of which a run extracts features, by shard: its own, and those of runs that use its experts."""
        return self._shards[run]

    def predicted_shards(self, run: str) -> dict[str, list[str]]:
        """The videos for which a run predicts, by shard: test, validation, and those that other runs ask for."""
        return self._predicted_shards[run]

    @cached_property
    def _shards(self) -> dict[str, dict[str, list[str]]]:
        needed: dict[str, list[str]] = {name: [] for name in self.runs}
        for run in self.runs.values():
            needed[run.experts_of] += [*run.of(*_roles_of_features(run)), *self._predicted[run.name]]
            if run.round and not run.round.last:
                needed[run.name] += run.of("train", "validation", WEAK)
        return {name: self._sharded(videos) for name, videos in needed.items()}

    @cached_property
    def _predicted_shards(self) -> dict[str, dict[str, list[str]]]:
        return {name: self._sharded(videos) for name, videos in self._predicted.items()}

    @cached_property
    def _predicted(self) -> dict[str, list[str]]:
        """The videos for which each run predicts; an ensemble of members of other runs asks these for its own."""
        predicted = {name: set(run.of("test", "validation")) for name, run in self.runs.items()}
        links = {
            (split_member(run.name, member)[0], run.name)
            for run in self.runs.values()
            for spotter in run.spotters.values()
            for member in spotter.of
        }
        for _ in self.runs:
            for member, asking in links:
                predicted[member] |= predicted[asking]
        return {name: sorted(videos) for name, videos in predicted.items()}

    def _sharded(self, videos: Sequence[str]) -> dict[str, list[str]]:
        wanted = set(videos)
        order = [video for video in self.tables.videos["video"] if video in wanted]
        return shards_of(order, self.config.get("videos_per_job", VIDEOS_PER_JOB))


def read_plan(config: Mapping[str, Any], schema: Path | str) -> Plan:
    """The plan of a configuration, checked as far as that goes without running anything.

    Args:
        schema: path of the JSON schema of the configuration.

    Raises:
        InputError: a key, a name, an option, a value, a table or a file is wrong or missing.
    """
    check_texts(config)
    refuse_old_keys(config)
    check_config(config, schema)
    check_source(config["corpus"])
    tables = read_corpus(config["corpus"], config["seed"], results_folder(config))
    check_media_paths(tables)
    runs = read_runs(config, tables)
    check_names(runs, "runs")
    for run in runs.values():
        check_names(run.experts, f"the experts of run {run.name}")
        check_names(run.spotters, f"the spotters of run {run.name}")
        for expert in run.experts.values():
            check_expert(expert)
        check_published_features(run)
        check_validation(run)
        check_recognition(run)
        for spotter in run.spotters.values():
            check_spotter(run, spotter, runs)
    plan = Plan(config, tables, runs, {name: check_run(tables, run) for name, run in runs.items()})
    check_retrieval_spotter(config, runs)
    for name in plan.retrieving_runs:
        check_retrieval(runs[name], plan.sentences[runs[name].retrieval.sentences])
    for name, (first, *_) in plan.rounds.items():
        check_rounds(first, name, plan.sentences[first.round.settings.sentences], tables)
    for key, kind in (("pose", "poses"), ("flow", "flow")):
        if plan.has_videos and key not in config and (kind in plan.stores or key == "pose"):
            raise InputError(f"{key}: is missing, expected how the stage {key} computes. Add the block {key}.")
    if plan.has_videos:
        check_pose_model_given(config["pose"]["model_complexity"], config["pose"].get("model"))
    return plan


def results_folder(config: Mapping[str, Any]) -> str:
    """The folder of the results of the corpus of a configuration."""
    return f"{config.get('results', 'results')}/{config['corpus']['name']}"


def shards_of(videos: Sequence[str], size: int) -> dict[str, list[str]]:
    """Neighbouring videos by shard, ``000``, ``001`` …, as even as can be and none of more than ``size``."""
    count = -(-len(videos) // size)
    bounds = [len(videos) * i // count for i in range(count + 1)] if count else []
    return {f"{i:03d}": list(videos[first:last]) for i, (first, last) in enumerate(pairwise(bounds))}


def _roles_of_features(run: Run) -> tuple[str, ...]:
    """The roles whose features a run reads: those of training videos only if something learns from features."""
    learns = run.retrieval or not all(spotter.takes_classifiers for spotter in run.spotters.values())
    return ROLES if learns else ("validation", "test")


def _pattern(names: set[str]) -> str:
    """A pattern of exactly these names, which are made of letters, digits, _ and -."""
    return "|".join(sorted(names)) or NEVER
