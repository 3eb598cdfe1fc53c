"""What the page loads when a video is opened: the skeleton and the scores of its signs, in a script for each video."""

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signspot.report.review.content import Comparison
from signspot.report.review.skeleton import skeleton_track
from signspot.video.store import FrameStore


def write_tracks(each: Comparison, index: int, number: Mapping[int, int], folder: Path) -> None:
    """Writes ``<index>.js``, which hands the tracks of a video over to the page; nothing for a video without any.

    The file holds numbers and base 64 alone, no text of others.

    Args:
        index: of the video on the page.
        number: on the page, of each sign, by class id.
        folder: of the scripts.

    Raises:
        InputError, DamagedStore: of the stores.
    """
    if not each.tracked:
        return
    tracks: dict[str, Any] = {}
    if each.video.poses is not None and each.video.frames is not None:
        with FrameStore(each.video.frames) as store:
            tracks["skeleton"] = skeleton_track(each.video.poses, store.crop).told()
    if each.curve is not None:
        signs = {number[class_id]: b64encode(scores).decode() for class_id, scores in each.curve.signs.scores.items()}
        tracks["signs"] = {"start": each.curve.start_ms, "step": each.curve.signs.step_ms, "scores": signs}
    told = json.dumps(tracks, separators=(",", ":"), allow_nan=False)
    (folder / f"{index}.js").write_text(f"signspotTracks({index},{told});\n", encoding="utf-8")
