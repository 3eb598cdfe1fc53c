"""What a configuration tells about search by text, checked before anything runs."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from signspot.errors import InputError
from signspot.plan.check import check_recipe
from signspot.plan.runs import Run
from signspot.plan.settings import ExpertSettings, RetrievalSettings
from signspot.retrieval.recipe import RECIPE, check_space_recipe
from signspot.retrieval.vectors import has_any
from signspot.retrieval.words import split_words
from signspot.rows import refuse
from signspot.training.recipe import Recipe

MOST_STRIDE = 8
"""Frames from one sign embedding to the next: with more, signs lie between them."""
LEAST = 2
"""Sentences of a role: of a single one, nothing can be told from anything."""


def check_retrieval_spotter(config: Mapping[str, Any], runs: Mapping[str, Run]) -> None:
    """Checks that a run fits the spotter by whose predictions sentences are searched.

    Raises:
        InputError: none does.
    """
    if "retrieval" not in config or any(run.retrieval for run in runs.values()):
        return
    known = ", ".join(dict.fromkeys(name for run in runs.values() for name in run.spotters)) or "none"
    raise InputError(
        f"retrieval.spotter: there is no spotter {config['retrieval']['spotter']!r} in any run; there are {known}. "
        "Correct the name."
    )


def check_retrieval(run: Run, sentences: pd.DataFrame) -> None:
    """Checks the expert, the word vectors and the training of a search by text, and that there are sentences.

    Args:
        run: one that searches.
        sentences: the table of sentences.

    Raises:
        InputError: the expert is unknown, has no network or too large a stride; a value of the training is wrong; a
            role has too few sentences; or no word of the training sentences has a vector.
    """
    settings = run.retrieval
    _check_expert(run, settings)
    _check_training(settings)
    roles = ("train", "validation", "test") if run.select == "best" else ("train", "test")
    found = {role: sentences[sentences["video"].isin(run.of(role))] for role in roles}
    refuse(
        f"retrieval.sentences: {settings.sentences} has {len(found[role]) or 'no'} sentences of {role} videos of the "
        f"run {run.name}, expected {LEAST} or more. Add sentences, or name other splits in runs.{run.name}.{role}."
        for role in roles
        if len(found[role]) < LEAST
    )
    words = {word for text in found["train"]["text"] for word in split_words(text)}
    if settings.vectors is not None and not has_any(Path(settings.vectors), words):
        raise InputError(
            f"retrieval.text.vectors: {settings.vectors} has no word of the training sentences of the run {run.name}. "
            "Take word vectors of their language, or leave them out: vectors are then made from the spelling."
        )


def _check_expert(run: Run, settings: RetrievalSettings) -> None:
    key, name = "retrieval.expert", settings.expert
    expert = embedding_expert(run, key, name)
    if expert.origin == "features":
        raise InputError(
            f"{key}: {name} has published features, and no network for the features of other videos. Name an expert "
            "with training or trained."
        )


def embedding_expert(run: Run, key: str, name: str) -> ExpertSettings:
    """The expert of a run whose clip features are sign embeddings.

    Args:
        run: the run.
        key: of the configuration, for messages.
        name: of the expert.

    Raises:
        InputError: the run has no such expert, or its stride is too large.
    """
    if name not in run.experts:
        raise InputError(f"{key}: there is no expert {name!r}; there are {', '.join(run.experts)}. Correct the name.")
    expert = run.experts[name]
    if expert.window.stride > MOST_STRIDE:
        raise InputError(
            f"{key}: {name} sees a clip every {expert.window.stride} frames, expected {MOST_STRIDE} at most, at best "
            f"1. Set experts.{name}.clips.stride, or name another expert."
        )
    return expert


def _check_training(settings: RetrievalSettings) -> None:
    published = {name: value for name, value in asdict(RECIPE).items() if name != "select"}
    recipe = {**published, **settings.training}
    check_recipe(recipe, "retrieval.training")
    try:
        check_space_recipe(Recipe(**recipe))
    except InputError as error:
        raise InputError(f"retrieval.{error}") from error
