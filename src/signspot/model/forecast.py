"""About how long it takes to prepare videos and to look through them, which is told before it begins.

The figures behind it were measured on cores that other work kept busy (:mod:`signspot.plan.resources`). They hold for
usual sizes of pictures: larger ones take longer to decode.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from signspot.clips.window import Window
from signspot.compute.devices import best_device
from signspot.corpus.names import unwritable
from signspot.errors import InputError
from signspot.model.folder import Model, RecognisingModel, SpottingModel
from signspot.model.prepare import StoreSettings, store_steps
from signspot.model.stages import Video
from signspot.plan.resources import (
    FRAME_SECONDS,
    LOADING_SECONDS,
    PUBLISHED_LENGTH,
    STORED_SIZE,
    Machine,
    footprint,
    window_footprint,
)
from signspot.plan.settings import ExpertSettings
from signspot.spotters import SPOTTERS
from signspot.training.store import read_config
from signspot.video.decode import probe


@dataclass(frozen=True)
class Forecast:
    """About how long the work on videos takes.

    Args:
        videos: how many can be read.
        video_seconds: how long they last.
        seconds: how long the work takes.
    """

    videos: int
    video_seconds: float
    seconds: float

    def __str__(self) -> str:
        number = f"{self.videos} video{'s' * (self.videos != 1)}"
        whole = "" if self.videos == 1 else " in all"
        return f"{_rounded(self.seconds)} for {number} of {self.video_seconds / 60:.1f} minutes{whole}"


def _rounded(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    if seconds < 5400:
        minutes = round(seconds / 60)
        return f"about {minutes} minute{'s' * (minutes != 1)}"
    return f"about {seconds / 3600:.1f} hours"


@dataclass(frozen=True)
class Work:
    """What is done with videos.

    Args:
        settings: how their stores are made.
        jobs: videos that are prepared at a time, and threads of the networks.
        experts: that look at them, by their keys.
        frame_seconds: that spotters which read frames themselves take for each.
        video_seconds: that recognisers, which see one clip of each video, take for it.
        training_seconds: of networks that are trained before, on one core.
    """

    settings: StoreSettings
    jobs: int
    experts: dict[str, ExpertSettings] = field(default_factory=dict)
    frame_seconds: float = 0.0
    video_seconds: float = 0.0
    training_seconds: float = 0.0

    @classmethod
    def of(cls, model: SpottingModel, jobs: int) -> "Work":
        """What is done to spot the signs of a model.

        Raises:
            InputError: the configuration of an expert or a spotter cannot be read.
        """
        experts = {key: _expert(model, key) for key in model.experts}
        return cls(model.stores, jobs, experts, sum(_frame_seconds(model, key) for key in model.spotters))

    @classmethod
    def recognising(cls, model: RecognisingModel, jobs: int) -> "Work":
        """What is done to name the signs of clips.

        Raises:
            InputError: the configuration of an expert cannot be read.
        """
        seconds = sum(_clip_seconds(_expert(model, key)) for key in model.experts)
        return cls(model.stores, jobs, video_seconds=seconds)

    def forecast(self, videos: Sequence[Video]) -> Forecast:
        """About how long it takes; what is there already is not counted, nor are videos that cannot be read."""
        lengths: dict[Video, float] = {}
        usable = {video.folder: video for video in videos if not unwritable(video.path)}
        for video in usable.values():
            try:
                lengths[video] = probe(video.path).duration_ms / 1000
            except InputError:
                continue  # the stage that reads it tells what is wrong
        one_by_one = [self._seconds(video, seconds) for video, seconds in lengths.items()]
        shared = sum(one_by_one) / max(min(self.jobs, len(lengths)), 1)
        return Forecast(len(lengths), sum(lengths.values()), shared + self.training_seconds / self.jobs)

    def _seconds(self, video: Video, length: float) -> float:
        """Of the work on a video of so many seconds."""
        frames = length * self.settings.fps
        steps = store_steps(video.path, video.stores, self.settings)
        done = next((place for place, step in enumerate(steps) if not step.is_done), len(steps))
        area = {"flow": ((self.settings.flow_size or 0) / STORED_SIZE) ** 2}
        stores = sum(frames * FRAME_SECONDS[step.name] * area.get(step.name, 1.0) for step in steps[done:])
        missing = [expert for key, expert in self.experts.items() if not video.features(key).is_file()]
        features = sum(frames / expert.window.stride * _clip_seconds(expert) for expert in missing)
        return stores + features + frames * self.frame_seconds + self.video_seconds


def _expert(model: Model, key: str) -> ExpertSettings:
    config = read_config(model.expert_folder(key), ("expert", "modality", "backbone", "clip"))
    window, tta = Window(**config["clip"]), config.get("tta", "none")
    return ExpertSettings(config["expert"], config["modality"], config["backbone"], window, tta=tta)


def _clip_seconds(expert: ExpertSettings) -> float:
    """To load a clip and to compute its features, on one core or on a GPU."""
    return LOADING_SECONDS + expert.variants * footprint(expert).gflop / _gflops()


def _frame_seconds(model: SpottingModel, key: str) -> float:
    """To load a frame and to compute the windows of a spotter that reads frames itself; 0 of any other."""
    kind = model.spotters[key].kind
    if SPOTTERS.fact(kind, "WINDOW_FRAMES") is None:
        return 0.0
    config = read_config(model.spotter_folder(key), ("modality", "network", "clip"))
    window = Window(**config["clip"])
    network = window_footprint(kind, config["network"], config["modality"], window.length)
    return LOADING_SECONDS / PUBLISHED_LENGTH + network.gflop / _gflops() / window.stride


def _gflops() -> float:
    return Machine(best_device().type, cores=1).gflops
