"""What a configuration tells about labels from spottings, checked before anything runs."""

import pandas as pd

from signspot.corpus.tables import Tables
from signspot.errors import InputError
from signspot.plan.check_retrieval import embedding_expert
from signspot.plan.runs import ROLES, WEAK, Run, single_signs
from signspot.retrieval.words import SignWords


def check_rounds(run: Run, name: str, sentences: pd.DataFrame, tables: Tables) -> None:
    """Checks the expert of rounds, their videos and their sentences.

    Args:
        run: the first round.
        name: of all rounds in the configuration.
        sentences: their table of sentences.
        tables: the corpus.

    Raises:
        InputError: the expert does not learn from single signs, is unknown or has too large a stride; a video of weak
            labels has another role too; no sentence of such videos tells a sign; or a threshold can't be chosen.
    """
    key, settings = f"runs.{name}.rounds", run.round.settings
    _check_expert(run, f"{key}.expert", settings.expert)
    both = sorted(set(run.of(WEAK)) & set(run.of(*ROLES)))
    if both:
        raise InputError(
            f"{key}.videos: {both[0]} is a video of train, validation or test of this run too, expected videos of "
            "which no annotation is used. Name another split."
        )
    words = SignWords.of_vocabulary(tables.vocabulary)
    if not _tell_signs(sentences, run.of(WEAK), words):
        raise InputError(
            f"{key}.sentences: no sentence of the videos of {key}.videos in {settings.sentences} has a word of the "
            "vocabulary. Add sentences, or aliases of signs in the vocabulary."
        )
    annotated = set(tables.annotations["video"])
    validation = [video for video in run.of("validation") if video in annotated]
    if settings.threshold is None and not _tell_signs(sentences, validation, words):
        raise InputError(
            f"{key}.threshold: is tune, but no annotated validation video has a sentence with a word of the vocabulary "
            f"in {settings.sentences}. Add such sentences, or give a number."
        )


def _tell_signs(sentences: pd.DataFrame, videos: list[str], words: SignWords) -> bool:
    texts = sentences.loc[sentences["video"].isin(videos), "text"]
    return any(words.of_text(text, only_signs=True) for text in texts)


def _check_expert(run: Run, key: str, name: str) -> None:
    expert = embedding_expert(run, key, name)
    if not any(map(single_signs, expert.trainings)):
        raise InputError(
            f"{key}: no training of {name} takes single signs, expected clips: instances or inner. Only such a "
            "training can learn from spottings, around which all is unknown."
        )
