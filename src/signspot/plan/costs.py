"""What each job of the workflow asks for, from the names of its output."""

from dataclasses import dataclass
from functools import cached_property

from signspot.clips.window import Window
from signspot.plan.plan import Plan
from signspot.plan.resources import (
    STORED_SIZE,
    Cost,
    Footprint,
    Machine,
    clips_mb,
    extraction_cost,
    footprint,
    search_cost,
    sign_clips,
    space_cost,
    spotter_cost,
    stage_minutes,
    training_cost,
    video_seconds,
    window_footprint,
)
from signspot.plan.runs import Run
from signspot.plan.settings import SpotterSettings
from signspot.retrieval.recipe import RECIPE
from signspot.spotters import SPOTTERS

SIGN_CLIPS = "signs"
"""The sampler that leaves the background out."""
PREDICTION = Cost(mb=4000, minutes=120)
"""Of the predictions for a shard by a spotter that reads no frames."""


@dataclass(frozen=True)
class Costs:
    """Memory, time and GPUs of the jobs of a plan. Every method takes the wildcards of a rule."""

    plan: Plan

    @property
    def machine(self) -> Machine:
        """What networks compute on."""
        return Machine(self.plan.config.get("device", "auto"), self.plan.config.get("threads", 1))

    @cached_property
    def _seconds(self) -> dict[str, float]:
        """About how long each video lasts; made only where a job needs it: each job of a cluster plans anew."""
        return video_seconds(self.plan.tables)

    def _frames(self, videos: list[str]) -> float:
        return sum(self.plan.corpus["fps"] * self._seconds[video] for video in videos)

    def stage_minutes(self, stage: str, video: str) -> int:
        """Time of a stage that goes through the frames of a video."""
        size = self._flow_size if stage == "flow" else STORED_SIZE
        return stage_minutes(stage, self._frames([video]), size)

    @property
    def _flow_size(self) -> int:
        return self.plan.config.get("flow", {}).get("size", STORED_SIZE)

    def training(self, run: str, expert: str, training: str) -> Cost:
        """Of a training of an expert."""
        settings, of_run = self.plan.expert(run, expert), self.plan.runs[run]
        block = settings.trainings[int(training) - 1]
        videos = [*of_run.of("train", "validation"), *of_run.spotted(expert, training)]
        clips = self._frames(videos) / settings.window.stride
        return training_cost(footprint(settings), block, clips, self._held_mb(run, expert, training), self.machine)

    def _held_mb(self, run: str, expert: str, training: str) -> float:
        """Memory of the training clips that are kept from epoch to epoch."""
        settings = self.plan.expert(run, expert)
        block = settings.trainings[int(training) - 1]
        if not block.get("in_memory", False):
            return 0
        of_run, stride = self.plan.runs[run], settings.window.stride
        videos = [*of_run.of("train"), *of_run.spotted(expert, training)]
        of_signs = sign_clips(self.plan.tables, self.plan.corpus["fps"], stride)
        of_all = self._frames(videos) / stride
        clips = sum(of_signs.get(video, 0) for video in videos) if block["clips"] == SIGN_CLIPS else of_all
        frames = settings.window.length * settings.modality.get("stack", 1)
        return clips_mb(settings.modality["name"], frames, clips, self._flow_size)

    def features(self, run: str, expert: str, shard: str) -> Cost:
        """Of the features of a shard by an expert."""
        return self._extraction(run, expert, self.plan.shards(run)[shard], passes=1)

    def accuracy(self, run: str, expert: str) -> Cost:
        """Of the accuracy of an expert after each of its trainings."""
        passes = len(self.plan.expert(run, expert).training_numbers)
        return self._extraction(run, expert, self.plan.scored(run), passes)

    def recognition(self, run: str, expert: str, role: str) -> Cost:
        """Of what an expert says of the signs of the videos of a role."""
        signs = int(self.plan.tables.annotations["video"].isin(self.plan.runs[run].of(role)).sum())
        settings = self.plan.expert(run, expert)
        return extraction_cost(footprint(settings), settings.variants * signs, self.machine)

    def _extraction(self, run: str, expert: str, videos: list[str], passes: int) -> Cost:
        settings = self.plan.expert(run, expert)
        clips = passes * settings.variants * self._frames(videos) / settings.window.stride
        return extraction_cost(footprint(settings), clips, self.machine)

    def fit(self, run: str, spotter: str) -> Cost:
        """Of the fit of a spotter."""
        settings, of_run = self.plan.runs[run].spotters[spotter], self.plan.runs[run]
        if _reads_windows(settings):
            return self._window_fit(of_run, settings)
        stride = max((of_run.experts[name].window.stride for name in settings.experts), default=1)
        videos = of_run.of("train", "validation")
        longest = max((self._frames([video]) for video in videos), default=0) / stride
        return spotter_cost(settings.kind, settings.options, self._frames(videos) / stride, longest, self.machine)

    def _window_fit(self, run: Run, settings: SpotterSettings) -> Cost:
        """Of the training of a network that reads windows of frames: one for each sign, and all to be measured by."""
        videos, options = self.plan.tables.annotations["video"], settings.options
        signs = int(videos.isin(run.of("train")).sum())
        checked = self._frames(run.of("validation")) / _window(settings).stride / options.get("check_every", 1)
        return training_cost(_network(settings), options["training"], signs + checked, 0, self.machine)

    def predict(self, run: str, spotter: str, shard: str) -> Cost:
        """Of the predictions of a spotter for a shard."""
        settings = self.plan.runs[run].spotters[spotter]
        if not _reads_windows(settings):
            return PREDICTION
        windows = self._frames(self.plan.predicted_shards(run)[shard]) / _window(settings).stride
        return extraction_cost(_network(settings), windows, self.machine)

    def space(self, run: str, seed: str) -> Cost:
        """Of a training of the common space of texts and videos."""
        of_run = self.plan.runs[run]
        checked = self._sentences(run, "validation") if of_run.select == "best" else 0
        epochs = of_run.retrieval.training.get("epochs", RECIPE.epochs)
        return space_cost(self._sentences(run, "train"), checked, epochs, self.machine)

    def retrieve(self, run: str) -> Cost:
        """Of the search among the sentences of the test videos."""
        return search_cost(self._sentences(run, "test"), self.plan.runs[run].retrieval.seeds)

    def _sentences(self, run: str, role: str) -> int:
        of_run = self.plan.runs[run]
        return int(self.plan.sentences[of_run.retrieval.sentences]["video"].isin(of_run.of(role)).sum())

    def spotter_gpus(self, run: str, spotter: str) -> int:
        """GPUs of a job of a spotter."""
        kind = self.plan.runs[run].spotters[spotter].kind
        return self.machine.gpus if SPOTTERS.fact(kind, "NETWORK", True) else 0


def _reads_windows(spotter: SpotterSettings) -> bool:
    """Whether a spotter is a network that reads windows of frames by itself."""
    return SPOTTERS.fact(spotter.kind, "WINDOW_FRAMES") is not None


def _window(spotter: SpotterSettings) -> Window:
    """Its windows, as far as they are given; the rest as published."""
    published = {"length": SPOTTERS.fact(spotter.kind, "WINDOW_FRAMES"), "stride": 1}
    return Window(**(published | dict(spotter.options.get("window", {}))))


def _network(spotter: SpotterSettings) -> Footprint:
    options = spotter.options.get("network", {})
    return window_footprint(spotter.kind, options, spotter.modality, _window(spotter).length)
