"""The videos of which the third-placed entry published clip features; the videos themselves are not needed."""

from pathlib import Path

from signspot.corpus.tables import Tables
from signspot.plan.sources import Corpus
from signspot.vipl.videos import read_published

INPUTS = ("videos", "truth", "vocabulary")
VIDEOS = False


def vipl(corpus: Corpus, *, videos: str, truth: str = "", vocabulary: str = "") -> Tables:
    """The corpus of the entry's list of videos.

    Args:
        videos: path of the list, or a folder of features, which tells the names only.
        truth: path of the ground truth of exactly these videos.
        vocabulary: path of a list of glosses in the order of their class ids.

    Raises:
        InputError: a file is missing or malformed, or names other videos or signs.
    """
    return read_published(Path(videos), Path(truth) if truth else None, Path(vocabulary) if vocabulary else None)
