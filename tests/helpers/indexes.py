"""Indexes made up for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from signspot.retrieval.index import Sentence, SignPlace, Source, VideoPlaces, update

Signs = Sequence[tuple[str, int, int, float]]


def source(
    folder: Path,
    signs: Mapping[str, Signs],
    sentences: Mapping[str, Sequence[tuple[int, int, str]]] | None = None,
    names: Mapping[str, str] | None = None,
) -> Source:
    """A source of annotations: signs and sentences by video; videos lie in the folder and are signed by their name.

    Args:
        names: what else means a sign -> the word of the sign.
    """
    said = sentences or {}
    words = {word: word.upper() for rows in signs.values() for word, *_ in rows}
    videos = [
        VideoPlaces(
            video,
            folder / f"{video}.mp4",
            f"signer of {video}",
            repr((rows, said.get(video))),
            lambda rows=rows: [SignPlace(*row) for row in rows],
            [Sentence(*row) for row in said.get(video, ())],
        )
        for video, rows in signs.items()
    ]
    return Source(folder, "annotations", words, {word: word for word in words} | dict(names or {}), videos)


def index(folder: Path, *sources: Source) -> Path:
    """An index in the folder ``index`` of a folder."""
    update(folder / "index", sources)
    return folder / "index"
