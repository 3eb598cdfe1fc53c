"""The user's own tables."""

from pathlib import Path

from signspot.corpus.tables import Tables, check_media, read_tables
from signspot.plan.sources import Corpus

INPUTS = ("videos", "annotations", "vocabulary")


def tables(corpus: Corpus, *, videos: str, annotations: str, vocabulary: str = "") -> Tables:
    """The corpus of three TSV files, as :func:`signspot.corpus.tables.read_tables` describes them.

    Args:
        videos, annotations: paths of the tables.
        vocabulary: path of the table of signs; without it, every annotated gloss is a sign.

    Raises:
        InputError: a table is missing or wrong, or a video is not there.
    """
    signs = Path(vocabulary) if vocabulary else None
    found = read_tables(Path(videos), Path(annotations), signs, strict=corpus.strict)
    check_media(found)
    return found
