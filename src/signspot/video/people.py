"""Who is seen in frames of a video: one person or several, large enough, upright.

A person is where MediaPipe Pose finds one. It finds one person in a picture; of several, now this and now that one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from signspot.corpus.regions import LEAST_PX, Region
from signspot.video.calls import command
from signspot.video.decode import Crop, Span, VideoInfo, full_frames
from signspot.video.limits import Limits

TRUNK = (0, 11, 12, 23, 24)
"""Pose landmarks whose mean is the middle of the signer: nose, shoulders, hips."""
SHOULDERS, HIPS = (11, 12), (23, 24)
LEAST_SHARE = 0.1
"""Of the frames. A place where somebody is found more seldom moves the mean by less than a tenth of the way to it."""
LOOKS = 4
"""Number of frames that are looked at again."""
ENLARGED = (2, 4)
"""How many times pictures are enlarged."""
TURNS = {
    1: ("lies on the side", "transpose=cclock"),
    3: ("lies on the side", "transpose=clock"),
    2: ("is upside down", "hflip,vflip"),
}
"""Quarter turns counter-clockwise that set a picture upright -> how the signer is, and FFmpeg's filter for it."""
COLUMN = "crop (x,y,width,height in px) of the table of videos"

NOBODY = (
    ". Check that it is the right video, that the signer is upright, large enough and well lit, and start_ms and "
    "end_ms if given; or leave it out."
)

Look = Callable[[np.ndarray], np.ndarray]
"""From a picture, uint8 (height, width, 3), to the pose landmarks of a person, float32 (33, 3): x and y as parts of its
sides; NaN if nobody is found."""


@dataclass(frozen=True)
class Footage:
    """The part of a video, in time and place, in which the signer is looked for; ``region`` None: whole pictures."""

    path: Path | str
    info: VideoInfo
    span: Span
    limits: Limits | None
    region: Region | None

    @property
    def picture(self) -> Region:
        """Where its pictures lie in those of the video."""
        return self.region or Region(0, 0, self.info.width, self.info.height)

    def at(self, ms: float) -> Iterator[np.ndarray]:
        """The picture ``ms`` after its start, uint8 (height, width, 3); nothing behind its end."""
        start = Span(self.span.start_ms + round(ms))
        # At such a rate a picture comes soon.
        pictures = full_frames(self.path, self.info, min(self.info.fps, 25), start, self.limits, self.region)
        with closing(pictures):
            yield from (picture for picture, _ in zip(pictures, range(1), strict=False))

    def cutting(self, part: Region) -> str:
        """The command that cuts the video to a part of its pictures, of even sides as encoders want them."""
        placed = self.in_video(part)
        return command(f"crop={placed.width & ~1}:{placed.height & ~1}:{placed.x}:{placed.y}")

    def in_video(self, part: Region) -> Region:
        """Where a part of its pictures lies in those of the video."""
        return Region(self.picture.x + part.x, self.picture.y + part.y, part.width, part.height)


@dataclass(frozen=True)
class People:
    """Where a person was found in frames at equal distances.

    Args:
        footage: the frames.
        step_ms: time from one to the next.
        landmarks: float32 (frames, 33, 3), see :data:`Look`.
        look: how they were found.
    """

    footage: Footage
    step_ms: float
    landmarks: np.ndarray
    look: Look

    @property
    def seen(self) -> np.ndarray:
        """In which frames somebody was found, bool (frames,)."""
        return ~np.isnan(self.landmarks[:, 0, 0])

    @property
    def middles(self) -> np.ndarray:
        """The middle of the person in each frame, float64 (frames, 2) in px."""
        return self._px[:, TRUNK].mean(axis=1)

    @property
    def _px(self) -> np.ndarray:
        return in_px(self.landmarks, self.footage.picture)

    def one(self) -> tuple[np.ndarray, str]:
        """The frames that show the person who was found most often, bool (frames,), and what to tell of others.

        Two places are those of two people only if somebody is at the one while somebody is at the other: one signer may
        walk from place to place.
        """
        middles, mine, others = self.middles, self.seen, []
        while parts := two_groups(middles, mine, self._breadth(mine)):
            here, there = (np.median(middles[frames], axis=0) for frames in parts)
            if not self._is_at(there, around(self.footage.picture, there, here), parts[0]):
                break
            mine = parts[0]
            others.append(parts[1])
        if not others:
            return mine, ""
        here, *there = (np.median(middles[frames], axis=0) for frames in (mine, *others))
        nearest = min(there, key=lambda place: np.abs(place - here).max())
        places = " and ".join(map(self._place, (mine, *others)))
        return mine, (
            f"Two people or more are in the picture, at about {places}; the window is about the first. Choose one by "
            f"the column side (left or right) or {COLUMN}, or cut the video first: "
            f"{self.footage.cutting(around(self.footage.picture, here, nearest))}"
        )

    def _breadth(self, frames: np.ndarray) -> float:
        """The distance of the shoulders of the people of some frames, in px."""
        left, right = (self._px[frames, shoulder] for shoulder in SHOULDERS)
        return float(np.median(np.hypot(*(left - right).T)))

    def _is_at(self, place: np.ndarray, part: Region, frames: np.ndarray) -> bool:
        """Whether, in half of some frames or more, somebody is at a place, by a look at the part around it."""
        reach = np.abs(place - np.median(self.middles[frames], axis=0)).max() / 3
        found = np.array([self.look(cut(picture, part)) for picture in self._some(frames)]).reshape(-1, 33, 3)
        middles = in_px(found, part)[:, TRUNK].mean(axis=1) + np.array([part.x, part.y])
        near = np.abs(middles - place).max(axis=1) < reach
        return 2 * near.sum() >= len(near) > 0

    def _place(self, frames: np.ndarray) -> str:
        x, y = np.median(self.middles[frames], axis=0)
        x, y = x + self.footage.picture.x, y + self.footage.picture.y
        return f"x = {x:.0f}, y = {y:.0f} px (found there in {frames.sum()} of {len(frames)} frames)"

    def lacking(self) -> str:
        """What to tell if a person is found in less than half of the frames, but when looked at again in the others."""
        found, count = int(self.seen.sum()), len(self.seen)
        if 2 * found >= count > 0:
            return ""
        again = self._again()
        if not found:
            return f"no person found in any of {count} frames{again or NOBODY}"
        return again and f"a person found in {found} of {count} frames only{again}"

    def _again(self) -> str:
        """What is found in frames without a person when they are enlarged or turned; "" if that is nobody."""
        pictures = list(self._some(~self.seen))
        if part := self._shown_best(pictures):
            return (
                "; when the picture is enlarged, one is found: the signer may be too small. Cut the picture by the "
                f"column {COLUMN}, for example {self.footage.in_video(part)}, or cut the video first: "
                f"{self.footage.cutting(part)}"
            )
        for turns in TURNS:
            found = (self.look(np.ascontiguousarray(np.rot90(picture, turns))) for picture in pictures)
            if is_most([not np.isnan(each).any() for each in found]):
                return f"; when the picture is turned, one is found: {turned_text(turns)}"
        return ""

    def _shown_best(self, pictures: Sequence[np.ndarray]) -> Region | None:
        """The part in which a person is found in most of the pictures; None if in none she is in more than half.

        Of equal parts, it is the largest one that has her nearest to its middle.
        """
        rank = {}
        for times in ENLARGED:
            for part in self._parts(times):
                found = np.array([self.look(cut(picture, part)) for picture in pictures]).reshape(-1, 33, 3)
                middles = found[:, TRUNK, :2].mean(axis=1)
                inside = ((middles > 0) & (middles < 1)).all(axis=1)
                if is_most(inside):
                    rank[part] = len(pictures) - inside.sum(), times, np.abs(middles[inside] - 0.5).mean()
        return min(rank, key=rank.__getitem__, default=None)

    def turned(self, frames: np.ndarray) -> str:
        """What to tell of the person of some frames, bool (frames,), if she is not upright; "" if she is."""
        turns = quarter_turns(self._px[frames])
        return turned_text(turns) if turns else ""

    def beyond(self, frames: np.ndarray, crop: Crop) -> str:
        """What to tell if the person of some frames, bool (frames,), often is beyond the window, which never moves."""
        x = self.middles[frames, 0]
        beyond = np.abs(x - crop.centre_x) > crop.side / 2
        if beyond.mean() < LEAST_SHARE:
            return ""
        first, last = (round(each + self.footage.picture.x) for each in (x.min(), x.max()))
        return (
            f"the signer is at x = {first} to {last} px and beyond the window in {beyond.sum()} of {len(x)} frames: "
            f"there is one window of {crop.side} px for the whole video. Use a part of the video by start_ms and "
            f"end_ms, or of the picture by {COLUMN}."
        )

    def _parts(self, times: int) -> Iterator[Region]:
        """Overlapping parts of the picture that show it enlarged so many times."""
        picture = self.footage.picture
        width, height = picture.width // times, picture.height // times
        if min(width, height) >= LEAST_PX:
            steps = range(2 * times - 1)
            yield from (Region(x * width // 2, y * height // 2, width, height) for y, x in product(steps, steps))

    def _some(self, frames: np.ndarray) -> Iterator[np.ndarray]:
        """A few of the pictures of some frames, bool (frames,)."""
        numbers = np.flatnonzero(frames)
        for number in numbers[np.linspace(0, len(numbers) - 1, min(LOOKS, len(numbers))).round().astype(int)]:
            yield from self.footage.at(number * self.step_ms)


def cut(picture: np.ndarray, part: Region) -> np.ndarray:
    """A part of a picture, uint8 (height, width, 3)."""
    return np.ascontiguousarray(picture[part.y : part.y + part.height, part.x : part.x + part.width])


def in_px(landmarks: np.ndarray, picture: Region) -> np.ndarray:
    """Landmarks (…, 3) as parts of the sides of a picture -> float64 (…, 2) in px."""
    return landmarks[..., :2].astype(np.float64) * (picture.width, picture.height)


def is_most(found: Sequence[bool] | np.ndarray) -> bool:
    """Whether more than half are true."""
    return 2 * int(np.sum(found)) > len(found)


def two_groups(middles: np.ndarray, frames: np.ndarray, apart: float) -> tuple[np.ndarray, np.ndarray] | None:
    """Some frames in two groups by place, the larger one first, each bool (frames,); None if it is one place.

    Along each axis, the groups are those whose means explain most of the variance. Each has its share of the frames,
    and their means are at least a distance ``apart``: that of a pair of shoulders, since two people stand side by side.

    Args:
        middles: float64 (frames, 2) in px.
        frames: bool (frames,).
        apart: in px.
    """
    numbers, groups, widest = np.flatnonzero(frames), None, apart
    for axis in (0, 1):
        order = numbers[np.argsort(middles[numbers, axis], kind="stable")]
        if len(order) < 2:
            return None
        values, first = middles[order, axis], np.arange(1, len(order))
        sums, last = np.cumsum(values)[:-1], len(order) - first
        distances = (values.sum() - sums) / last - sums / first
        best = int(np.argmax(first * last * distances**2))
        if distances[best] >= widest and min(first[best], last[best]) >= LEAST_SHARE * len(order):
            widest = distances[best]
            groups = order[: best + 1], order[best + 1 :]
    if groups is None:
        return None
    more, fewer = sorted(groups, key=lambda group: (-len(group), group.min()))
    return np.isin(np.arange(len(frames)), more), np.isin(np.arange(len(frames)), fewer)


def around(picture: Region, place: np.ndarray, other: np.ndarray) -> Region:
    """The part of a picture that reaches half-way from a place to another, to both sides of it; each (x, y) in px."""
    axis = int(np.argmax(np.abs(other - place)))
    reach, side = max(abs(other - place)[axis] / 2, LEAST_PX), (picture.width, picture.height)[axis]
    # Unseen hips are supposed below the picture, and so may be the middle.
    middle = np.clip(place[axis], 0, side)
    first, last = (int(np.clip(middle + way, 0, side)) for way in (-reach, reach))
    if axis == 0:
        return Region(first, 0, last - first, picture.height)
    return Region(0, first, picture.width, last - first)


def quarter_turns(landmarks: np.ndarray) -> int:
    """Quarter turns counter-clockwise that set a person upright, 0 to 3, by the mean way from hips to shoulders.

    Args:
        landmarks: float64 (frames, 33, 2) in px.
    """
    ways = landmarks[:, SHOULDERS].mean(axis=1) - landmarks[:, HIPS].mean(axis=1)
    x, y = ways.mean(axis=0)
    return round(np.arctan2(x, -y) / (np.pi / 2)) % 4


def turned_text(turns: int) -> str:
    """What to tell of a signer who so many quarter turns counter-clockwise set upright."""
    how, turning = TURNS[turns]
    return f"the signer {how}. Turn the video first: {command(turning)}"
