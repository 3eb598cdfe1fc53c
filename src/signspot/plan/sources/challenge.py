"""The folder of the ChaLearn ECCV 2022 sign spotting challenge, MSSL track."""

from pathlib import Path

from signspot.corpus.challenge import read_challenge
from signspot.corpus.tables import Tables, check_media
from signspot.plan.sources import Corpus


def challenge(corpus: Corpus, *, folder: str, vocabulary: str = "") -> Tables:
    """The corpus of the challenge's own folder, ``MSSL_dataset``.

    Args:
        folder: the path of the folder.
        vocabulary: path of a list of glosses in the order of their class ids.

    Raises:
        InputError: the folder, a video or its ground truth is missing or wrong.
    """
    tables = read_challenge(Path(folder), Path(vocabulary) if vocabulary else None)
    check_media(tables)
    return tables
