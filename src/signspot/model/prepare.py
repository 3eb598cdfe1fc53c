"""How the stores of a video are made for a model: the settings that a run's stores tell, and the stages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from signspot.arrays import attribute, is_current, open_arrays
from signspot.clips.modalities import MODALITIES
from signspot.errors import InputError, make_command
from signspot.flow.store import write_flow
from signspot.pose.store import write_poses
from signspot.stores import VideoFiles
from signspot.video.crop import LEAST_FRAMES, write_frames


@dataclass(frozen=True)
class StoreSettings:
    """How the stores of a video are made.

    Args:
        fps: frames per second.
        frame_size: side of the frames in px.
        model_complexity: of MediaPipe's pose model.
        flow_size: side of the flow in px; None where no expert reads it.
        pose_model: file of the pose model on this machine; None for the one that comes with MediaPipe.
    """

    fps: float
    frame_size: int
    model_complexity: int
    flow_size: int | None
    pose_model: Path | None = None

    @property
    def portable(self) -> dict[str, float | int | None]:
        """The settings that hold on every machine, as a model tells them."""
        return {name: value for name, value in asdict(self).items() if name != "pose_model"}


def needs_flow(modalities: Iterable[str]) -> bool:
    """Whether one of these modalities is cut from the flow store."""
    return any("flow" in MODALITIES.fact(name, "STORES") for name in modalities)


def settings_of(videos: Sequence[VideoFiles], flow: bool) -> StoreSettings:
    """How the stores of videos were made, which the stores themselves tell: those that were not deleted to save space.

    Args:
        flow: whether the flow stores belong to them.

    Raises:
        InputError: all stores of a kind are missing, one is damaged, or they were made differently.
    """
    frames, poses = [files.crops for files in videos], [files.poses for files in videos]
    return StoreSettings(
        fps=_common(frames, "fps", float),
        frame_size=_common(frames, "size", int),
        model_complexity=_common(poses, "model_complexity", int),
        flow_size=_common([files.flow for files in videos], "size", int) if flow else None,
    )


def _common(paths: Sequence[Path], name: str, kind: type) -> Any:
    """The value of an attribute that all files which are there have in common."""
    there = [path for path in paths if path.exists()]
    if not there:
        raise InputError(
            f"{paths[0]}: there is no such file, nor that of another video of the run. Make one, which tells how all "
            f"were made: {make_command(paths[0])}"
        )
    values: dict[Any, Path] = {}
    for path in there:
        with open_arrays(path) as file:
            values.setdefault(attribute(file, name, kind), path)
    if len(values) > 1:
        (first, here), (second, other), *_ = values.items()
        raise InputError(
            f"{here} and {other} were made differently: {name} is {first} and {second}. Delete both and make them "
            f"anew: {make_command(here, other)}"
        )
    return next(iter(values))


@dataclass(frozen=True)
class StoreStep:
    """A store to be made: ``write(*arguments)`` writes ``out`` from ``sources``; ``made_with`` is how it is marked."""

    name: str
    write: Callable[..., None]
    arguments: tuple[Any, ...]
    out: Path
    sources: tuple[Path, ...]
    made_with: dict[str, float | int]

    @property
    def is_done(self) -> bool:
        """Whether ``out`` is there, made so, and no older than its sources."""
        return is_current(self.out, self.sources, **self.made_with)


def store_steps(
    video: Path, files: VideoFiles, settings: StoreSettings, least_frames: int = LEAST_FRAMES
) -> list[StoreStep]:
    """The stages from a video to its stores, in their order.

    Args:
        video: path of the video.
        files: where its stores lie.
        settings: how they are made.
        least_frames: of the video.
    """
    crop = StoreStep(
        "crop",
        partial(write_frames, least_frames=least_frames),
        (video, files.crops, settings.fps, settings.frame_size),
        files.crops,
        (video,),
        {"fps": settings.fps, "size": settings.frame_size},
    )
    pose = StoreStep(
        "pose",
        partial(write_poses, pose_model=settings.pose_model),
        (video, files.crops, files.poses, settings.model_complexity),
        files.poses,
        (files.crops,),
        {"model_complexity": settings.model_complexity},
    )
    if settings.flow_size is None:
        return [crop, pose]
    flow = StoreStep(
        "flow",
        write_flow,
        (files.crops, files.flow, settings.flow_size),
        files.flow,
        (files.crops,),
        {"size": settings.flow_size},
    )
    return [crop, pose, flow]
