"""From a lexicon to what the spotter learns from: stores of the example videos, and the signs that frames show."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signspot.exemplars.tracks import HandTrack
from signspot.exemplars.trimming import signing_part
from signspot.find.lexicon import ExampleVideo, Lexicon
from signspot.intake.notes import CLIPS, DROPPED, PICTURES, TRIMMED, Note
from signspot.labels.frames import FrameLabels
from signspot.model.prepare import StoreSettings
from signspot.model.progress import Progress
from signspot.model.stages import Video, prepared_videos
from signspot.spotters import VideoInputs
from signspot.timebase import Timebase
from signspot.video.store import FrameStore

log = logging.getLogger(__name__)

STAGES = 2
"""Of each example video: crop and pose."""


@dataclass(frozen=True)
class Prepared:
    """The example videos that can be used.

    Args:
        lexicon: without the videos that were left out; notes tell which, and how clips were trimmed.
        inputs: what the spotter reads of them.
        labels: of their frames, by video.
    """

    lexicon: Lexicon
    inputs: list[VideoInputs]
    labels: Mapping[str, FrameLabels]


def example_videos(lexicon: Lexicon, work: Path) -> list[Video]:
    """The example videos, with the places of their intermediate files in the folder ``work``."""
    return [Video.within(work, video.name, video.path) for video in lexicon.videos]


def prepare_examples(lexicon: Lexicon, work: Path, settings: StoreSettings, jobs: int, log_file: Path) -> Prepared:
    """Finds the poses in the example videos, trims clips to their signing part, and labels the frames.

    A video that shows no person, or a clip whose hands only rest, is left out, and a note says so.

    Args:
        lexicon: the examples.
        work: folder of intermediate files, which are used if they are there.
        settings: how stores are made.
        jobs: videos that are prepared at a time.
        log_file: of the processes that prepare them.

    Raises:
        SignspotError: a process was killed.
    """
    by_name = {video.name: video for video in lexicon.videos}
    videos = example_videos(lexicon, work)
    notes, inputs, shown = list(lexicon.notes), [], {}
    with Progress(len(videos), STAGES) as progress:
        for video, error in prepared_videos(videos, settings, jobs, log_file, progress):
            example = by_name[video.name]
            if error is not None:
                progress.end(video.name)
                notes.append(Note(CLIPS, str(example.path), str(error).removeprefix(f"{example.path}: ")))
            elif found := _shown(example, HandTrack(video.stores.poses), notes):
                shown[video.name] = found
                with FrameStore(video.stores.crops) as store:
                    notes += [Note(PICTURES, str(example.path), warning) for warning in store.warnings]
                inputs.append(VideoInputs(video.name, stores=video.stores, left_handed=example.left_handed))
    notes += _about_trimming([found for found in shown.values() if found.clip_frames])
    kept = Lexicon([video for video in lexicon.videos if video.name in shown], notes)
    numbers = {sign: number for number, sign in enumerate(kept.signs)}
    return Prepared(kept, inputs, {name: found.labels(numbers) for name, found in shown.items()})


@dataclass(frozen=True)
class _Shown:
    """What is known of a video: from frame ``first`` to frame ``last``, these signs and no others.

    Args:
        signs: sign, first and last frame (inclusive).
        clip_frames: of the whole clip, if it is one.
    """

    first: int
    last: int
    timebase: Timebase
    signs: list[tuple[str, int, int]]
    clip_frames: int = 0

    def labels(self, numbers: Mapping[str, int]) -> FrameLabels:
        label = np.zeros(self.last + 1 - self.first, np.int32)
        for sign, first, last in self.signs:
            label[max(first - self.first, 0) : last + 1 - self.first] = numbers[sign] + 1
        return FrameLabels(self.first, self.last, self.timebase, label)


def _shown(example: ExampleVideo, track: HandTrack, notes: list[Note]) -> _Shown | None:
    """What is known of a video; None if it holds no example."""
    if example.clip_of is not None:
        return _shown_in_clip(example, track, notes)
    signs = []
    for one in example.signs:
        first, last = track.timebase.frames_of(one.start_ms, one.end_ms)
        if last < track.first or first > track.last:
            where = f"{example.path}: {one.sign} from {one.start_ms} to {one.end_ms} ms"
            notes.append(Note(DROPPED, where, "no signer is found there"))
        else:
            signs.append((one.sign, first, last))
    return _Shown(track.first, track.last, track.timebase, signs) if signs else None


def _shown_in_clip(example: ExampleVideo, track: HandTrack, notes: list[Note]) -> _Shown | None:
    """The signing part of a clip; nothing is known of the frames beside it."""
    part = signing_part(track.read())
    if part is None:
        notes.append(Note(CLIPS, str(example.path), "both hands rest all the time: no sign is made"))
        return None
    first, last = track.video_frame(part[0]), min(track.video_frame(part[1]), track.last)
    span = (track.timebase.ms_at(frame) for frame in (first, last))
    log.info("%s: the sign %s is from %d to %d ms", example.path, example.clip_of, *span)
    return _Shown(first, last, track.timebase, [(example.clip_of, first, last)], track.last + 1 - track.first)


def _about_trimming(clips: list[_Shown]) -> list[Note]:
    if not clips:
        return []
    kept = sum(one.last + 1 - one.first for one in clips) / len(clips) / clips[0].timebase.fps
    whole = sum(one.clip_frames for one in clips) / len(clips) / clips[0].timebase.fps
    return [
        Note(TRIMMED, f"{len(clips)} clips", f"on average {kept:.1f} of {whole:.1f} s are the sign; the log has each")
    ]
