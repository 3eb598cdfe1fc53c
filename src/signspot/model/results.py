"""What ``signspot spot`` writes: a table, files for ELAN and players, and a page to review all videos."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from signspot.export import SpottingSource, write_spotted
from signspot.model.folder import SpottingModel
from signspot.model.spot import VideoSpottings
from signspot.model.stages import Video
from signspot.report.review import ReviewVideo, write_review
from signspot.spottings import write_spottings

SPOTTINGS, REVIEW = "spottings.tsv", "review"


@dataclass
class Results:
    """The folder of what is found, which fills video by video.

    Args:
        originals: ELAN documents by the names of the videos whose tiers are kept.
    """

    folder: Path
    model: SpottingModel
    originals: Mapping[str, Path]
    found: dict[Video, VideoSpottings] = field(default_factory=dict)

    def add(self, video: Video, spotted: VideoSpottings) -> None:
        """Writes the files of a video.

        Raises:
            InputError: the ELAN document of the video cannot take the spottings.
        """
        source = SpottingSource(self.model.name, self.model.vocabulary, f"sha256:{self.model.digest}")
        original = self.originals.get(video.name)
        write_spotted(video.name, spotted.spottings, self.folder, media=video.path, source=source, original=original)
        self.found[video] = spotted

    @property
    def spottings(self) -> pd.DataFrame:
        """The table of all spottings; see :data:`signspot.spottings.COLUMNS`."""
        tables = [spotted.spottings for spotted in self.found.values()]
        # A table without rows has columns of no type, which would spread to the others.
        return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)

    def finish(self) -> None:
        """Writes the table of all spottings and the page to review them."""
        spottings = self.spottings
        write_spottings(spottings, self.folder / SPOTTINGS)
        videos = [
            ReviewVideo(
                video.name,
                video.path.resolve(),
                (0, round(1000 * spotted.seconds)),
                video.stores.crops,
                poses=video.stores.poses if video.stores.poses.exists() else None,
            )
            for video, spotted in self.found.items()
        ]
        vocabulary = pd.DataFrame(enumerate(self.model.vocabulary), columns=["class_id", "sign"])
        write_review(
            self.folder / REVIEW,
            title=self.model.name,
            run=self.model.name,
            videos=videos,
            spottings=spottings,
            vocabulary=vocabulary,
            scores={video.name: spotted.curve for video, spotted in self.found.items()},
        )
