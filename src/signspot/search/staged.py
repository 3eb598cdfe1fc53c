"""Rows of a table that is too large for memory, put aside on the disk until they are read video by video."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import pandas as pd

from signspot.errors import SignspotError

COLUMNS = ["video", "sign", "start_ms", "end_ms", "score"]
SCHEMA = "CREATE TABLE row (video TEXT, sign TEXT, start_ms INTEGER, end_ms INTEGER, score REAL) STRICT"


class StagedRows:
    """The rows of a table of signs, wherever in it those of a video are.

    They lie in a temporary file, which goes with this object; memory holds one block of the table, and the names of
    videos and glosses.

    Args:
        path: of the table, for messages.
        blocks: tables of video, sign, start_ms, end_ms and score, in the order of the file.

    Raises:
        SignspotError: the disk has no room for them.
    """

    def __init__(self, path: Path, blocks: Iterable[pd.DataFrame]) -> None:
        self._path = path
        self._database = sqlite3.connect("", isolation_level=None)  # SQLite calls its own temporary file ""
        self.videos: dict[str, None] = {}
        """In the order of the table."""
        self.signs: set[str] = set()
        """All glosses."""
        with self._on_disk():
            for statement in ("PRAGMA journal_mode = OFF", SCHEMA, "BEGIN"):
                self._database.execute(statement)
            for block in blocks:
                self.videos.update(dict.fromkeys(block["video"]))
                self.signs.update(block["sign"])
                cells = block[COLUMNS].itertuples(index=False, name=None)
                self._database.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?)", cells)
            self._database.execute("CREATE INDEX row_of_video ON row (video)")
            self._database.execute("COMMIT")

    def of(self, video: str) -> Iterator[tuple[str, int, int, float]]:
        """Gloss, start, end and score of each row of a video, in the order of the table.

        Raises:
            SignspotError: the temporary file cannot be read.
        """
        with self._on_disk():
            yield from self._database.execute(
                "SELECT sign, start_ms, end_ms, score FROM row WHERE video = ? ORDER BY rowid", (video,)
            )

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SignspotError(
                f"{self._path}: its rows cannot be put aside in a temporary file ({error}). Make room for one as large "
                f"as the table in {gettempdir()}, or name a folder that has room: TMPDIR=FOLDER signspot index …"
            ) from error
