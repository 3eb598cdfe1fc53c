"""All clips of one video in order, for the extraction of features and for prediction."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from signspot.arrays import Rows, attribute, open_arrays
from signspot.clips.dataset import padded
from signspot.clips.modality import Modality
from signspot.clips.window import Window
from signspot.errors import DamagedStore
from signspot.stores import VideoFiles


def usable_range(files: VideoFiles) -> tuple[int, int]:
    """First and last frame (inclusive) between which the signer was found, from the pose file.

    Raises:
        InputError: the file is missing.
        DamagedStore: the file is damaged, or has fewer frames.
    """
    with open_arrays(files.poses) as pose:
        first, last, frames = attribute(pose, "first"), attribute(pose, "last"), len(Rows(pose, "joints"))
    if not 0 <= first <= last + 1 <= frames:
        raise DamagedStore(files.poses, f"its usable range is {first}…{last}, but it has {frames} frames")
    return first, last


def video_clips(
    modality: Modality, files: VideoFiles, batch: int, window: Window, device: torch.device | str = "cpu"
) -> Iterator[Tensor]:
    """All clips of a video's usable range, in order: batches float32 (b, channels, length, height, width) or (…,
    joints, 1).

    They equal the clips of a ``ClipDataset`` without augmentation.

    Args:
        modality: cuts the frames.
        files: the pose file gives the usable range; no labels are needed.
        batch: clips per batch; the last one may be smaller.
        window: length of the clips, and the frames from one to the next.
        device: where the clips are made.

    Raises:
        InputError: a store is missing, damaged or too short.
    """
    first, last = usable_range(files)
    start = window.start(first, 0)
    starts = range(start, start + window.stride * window.count(first, last), window.stride)
    return (clips for clips, _ in clips_at(modality, files, starts, window.length, batch, device))


def clips_at(
    modality: Modality,
    files: VideoFiles,
    starts: Sequence[int],
    length: int,
    batch: int,
    device: torch.device | str = "cpu",
) -> Iterator[tuple[Tensor, Tensor]]:
    """Clips of a video, in order: batches as of :func:`video_clips`, and bool (b, length), which frames are there.

    The others are zeros: they lie outside the usable range, or, of flow, at the end of the video. Each frame is read,
    sent to the device and normalised once; the clips are cut there. One batch is in memory, and on a GPU the frames of
    the next.

    Args:
        modality: cuts the frames.
        files: the pose file gives the usable range.
        starts: first frame of each clip, none before the one of the clip before it.
        length: frames of a clip.
        batch: clips per batch; the last one may be smaller.
        device: where the clips are made.

    Raises:
        InputError: a store is missing, damaged or too short.
    """
    first, last = usable_range(files)
    batches = [starts[clip : clip + batch] for clip in range(0, len(starts), batch)]
    spans = [(int(several[0]), int(several[-1]) + length) for several in batches]
    fresh = _fresh_frames(modality, files, spans, first, last)
    # Two batches share the frames over which their clips overlap. ``held`` are frames on the device, the first of which
    # is frame ``begin`` of the video. Each batch adds its fresh frames behind, cuts its clips from its span, and lets
    # go of what lies before the span of the next batch.
    held, begin = None, first
    following = [*spans[1:], *spans[-1:]]
    for several, (start, stop), after, new in zip(batches, spans, following, _ahead(fresh, device), strict=True):
        new = modality.normalised(new.to(device, non_blocking=True))
        held = new if held is None else torch.cat([held, new], 1)
        whole, present = padded(held[:, : min(stop, last + 1) - begin], begin - start, stop - start)
        cuts = [slice(one - start, one - start + length) for one in several]
        yield torch.stack([whole[:, cut] for cut in cuts]), torch.stack([present[cut] for cut in cuts])
        next_begin = max(after[0], first)
        held, begin = held[:, next_begin - begin :].clone(), next_begin


def _fresh_frames(
    modality: Modality, files: VideoFiles, spans: list[tuple[int, int]], first: int, last: int
) -> Iterator[Tensor]:
    """For each span, those of its frames that the spans before do not have, as ``tensor`` gives them."""
    unread = first
    with modality.open(files) as reader:
        for start, stop in spans:
            # With a stride beyond the length of a clip, the frames between two spans are not read.
            begin = max(unread, start)
            unread = max(begin, min(stop, last + 1))
            yield torch.from_numpy(modality.tensor(modality.centre(reader.read(begin, unread))))


def _ahead(items: Iterator[Tensor], device: torch.device | str) -> Iterator[Tensor]:
    """The same items; while a GPU computes, the next one is made in a thread of its own."""
    if torch.device(device).type == "cpu":
        yield from items
        return
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = pool.submit(next, items, None)
            yield item
