"""What is learnt from: the examples in labelled videos, and the material around them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signspot.errors import InputError
from signspot.exemplars.matching import Background, Example
from signspot.exemplars.tracks import HandTrack, spans
from signspot.labels.frames import FrameLabels
from signspot.labels.views import instances
from signspot.spotters import VideoInputs

MOST_EXAMPLES = 50
"""Of a sign; of more, a random choice is taken."""
MOST_FRAMES = 45_000
"""Frames of background: half an hour. Of more, a random choice of parts is taken."""
SHORTEST = 3
"""Frames of the shortest example."""


@dataclass(frozen=True)
class Material:
    """Examples and backgrounds of the training videos.

    Args:
        examples: at least one.
        backgrounds: in random order.
    """

    examples: Sequence[Example]
    backgrounds: Sequence[Background]

    @property
    def digest(self) -> str:
        """A digest of all that is learnt from."""
        digest = hashlib.sha256()
        for example in self.examples:
            digest.update(f"{example.class_id} {len(example.hands)}".encode())
            digest.update(example.hands.tobytes())
        for background in self.backgrounds:
            digest.update(str(background.signs).encode())
            digest.update(background.hands.tobytes())
        return digest.hexdigest()


def read_material(videos: Sequence[VideoInputs], labels: Mapping[str, FrameLabels], seed: int) -> Material:
    """The examples and the background of videos, as if all signers were right-handed, where their hand is known.

    Of a signer whose hand is unknown, a sign of the left hand alone is mirrored.

    Args:
        videos: with stores.
        labels: frame labels by video; what lies outside their range is neither example nor background.
        seed: of the choice where there is too much.

    Raises:
        InputError: no video holds an example, or a file is missing or damaged.
    """
    rng = np.random.default_rng(seed)
    tracks = {inputs.video: HandTrack(inputs.stores.poses, inputs.left_handed) for inputs in videos}
    signs = {video: _signs(track, labels[video]) for video, track in tracks.items()}
    ranges = {video: _labelled_range(track, labels[video]) for video, track in tracks.items()}
    examples = [
        Example(class_id, tracks[video].read(first, last + 1)).right_handed
        for video, class_id, first, last in _chosen(signs, rng)
    ]
    if not examples:
        raise InputError(
            f"no example of a sign lasts {SHORTEST} frames or more in the {len(videos)} training videos. Check that "
            "their annotations use the glosses of the vocabulary and lie in the usable range of the videos."
        )
    return Material(examples, _backgrounds(tracks, ranges, signs, rng))


def _signs(track: HandTrack, labels: FrameLabels) -> list[tuple[int, int, int]]:
    """Class id, first and last frame (of the track) of the signs of a video."""
    found = instances(labels.label, labels.first)
    frames = [(one.class_id, track.track_frame(one.first), track.track_frame(one.last)) for one in found]
    inside = [(class_id, max(first, 0), min(last, len(track) - 1)) for class_id, first, last in frames]
    return [sign for sign in inside if sign[2] - sign[1] + 1 >= SHORTEST]


def _labelled_range(track: HandTrack, labels: FrameLabels) -> tuple[int, int]:
    """First frame, and frame behind the last, of which the labels tell what they show."""
    return max(track.track_frame(labels.first), 0), min(track.track_frame(labels.last) + 1, len(track))


def _chosen(
    signs: Mapping[str, Sequence[tuple[int, int, int]]], rng: np.random.Generator
) -> list[tuple[str, int, int, int]]:
    """Video, class id, first and last frame of the examples, up to ``MOST_EXAMPLES`` of each sign."""
    by_class: dict[int, list[tuple[str, int, int, int]]] = {}
    for video, of_video in signs.items():
        for sign in of_video:
            by_class.setdefault(sign[0], []).append((video, *sign))
    chosen = []
    for _, rows in sorted(by_class.items()):
        numbers = sorted(rng.permutation(len(rows))[:MOST_EXAMPLES])
        chosen += [rows[number] for number in numbers]
    return chosen


def _backgrounds(
    tracks: Mapping[str, HandTrack],
    ranges: Mapping[str, tuple[int, int]],
    signs: Mapping[str, Sequence[tuple[int, int, int]]],
    rng: np.random.Generator,
) -> list[Background]:
    """Parts of the videos, in a random order, until there is enough."""
    parts = [(video, start, stop) for video in tracks for start, stop in spans(*ranges[video])]
    result: list[Background] = []
    for number in rng.permutation(len(parts)):
        if sum(len(one.hands) for one in result) >= MOST_FRAMES:
            break
        video, start, stop = parts[number]
        inside = [
            (class_id, max(first, start) - start, min(last, stop - 1) - start)
            for class_id, first, last in signs[video]
            if first < stop and last >= start
        ]
        result.append(Background(tracks[video].read(start, stop), inside))
    return result
