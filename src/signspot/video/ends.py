"""The ends of clips of single signs, which no table tells."""

from dataclasses import replace

from tqdm import tqdm

from signspot.corpus.tables import TO_END_MS, Tables, used_parts
from signspot.video.decode import probe
from signspot.video.limits import Limits


def with_ends(tables: Tables, limits: Limits) -> Tables:
    """The tables, in which an annotation to the end has the time at which its video, or the used part of it, ends.

    Only videos are opened that have such an annotation and no end of a part.

    Args:
        tables: of a corpus.
        limits: what a video may have at most.

    Raises:
        InputError: such a video is missing, cannot be read, or is beyond a limit.
    """
    to_end = tables.annotations["end_ms"] == TO_END_MS
    if not to_end.any():
        return tables
    waiting = set(tables.annotations.loc[to_end, "video"])
    ends = {video: end for video, (_, end) in used_parts(tables.videos).items()}
    paths = dict(zip(tables.videos["video"], tables.videos["path"], strict=True))
    for video in tqdm(sorted(waiting), "lengths of clips", unit="video", disable=None, leave=False):
        if ends[video] is None:
            ends[video] = probe(paths[video], limits).duration_ms
    pairs = zip(tables.annotations["video"], tables.annotations["end_ms"], strict=True)
    told = [ends[video] if end == TO_END_MS else end for video, end in pairs]
    return replace(tables, annotations=tables.annotations.assign(end_ms=told))
