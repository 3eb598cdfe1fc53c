"""Whether the videos of a corpus can be trained and tested on."""

from collections.abc import Sequence

import pandas as pd

from signspot.corpus.tables import Tables, class_ids
from signspot.errors import InputError
from signspot.rows import LISTED


def check_split(tables: Tables, train: Sequence[str], test: Sequence[str]) -> list[str]:
    """Checks that videos can be trained and tested on; returns warnings.

    Args:
        tables: the corpus.
        train: names of the training videos.
        test: names of the test videos.

    Raises:
        InputError: there is no video to train on or to test on, or no training video shows some sign.
    """
    for role, videos in (("train", train), ("test", test)):
        if not videos:
            raise InputError(f"{tables.sources.videos}: no video to {role} on. Give some the split for it.")
    absent = signs_without_example(tables, train)
    if absent:
        listed = ", ".join(absent[:LISTED]) + (f" and {len(absent) - LISTED} more" if len(absent) > LISTED else "")
        raise InputError(
            f"{tables.sources.vocabulary}: no training video shows {listed}. "
            "Annotate an example, move a video that has one to training, or take the sign out of the vocabulary."
        )
    return [*_shared_videos(train, test), *_shared_signers(tables.videos, train, test)]


def signs_without_example(tables: Tables, videos: Sequence[str]) -> list[str]:
    """The signs of the vocabulary that none of these videos shows."""
    ids = tables.annotations["sign"].map(class_ids(tables.vocabulary))
    shown = set(ids[tables.annotations["video"].isin(videos)])
    return tables.vocabulary.loc[~tables.vocabulary["class_id"].isin(shown), "sign"].tolist()


def _shared_videos(train: Sequence[str], test: Sequence[str]) -> list[str]:
    both = [video for video in test if video in set(train)]
    return [f"{len(both)} test videos are training videos too, first {both[0]}: the score says little."] if both else []


def _shared_signers(videos: pd.DataFrame, train: Sequence[str], test: Sequence[str]) -> list[str]:
    trained, tested = (set(videos.loc[videos["video"].isin(names), "signer"]) - {""} for names in (train, test))
    both = sorted(trained & tested)
    if not both:
        return []
    return [
        f"signers of the test videos are in the training videos too: {', '.join(both)}. "
        "The score does not tell how well unknown signers are understood."
    ]
