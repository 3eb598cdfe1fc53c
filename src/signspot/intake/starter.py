"""Writes a configuration to start from, and files that change the configuration for a fold."""

from pathlib import Path
from string import Template

import yaml

from signspot.corpus.names import name_of
from signspot.corpus.tables import COLUMNS, SPLITS, Tables, class_ids
from signspot.files import finished

TEMPLATE, TEMPLATE_FOR_FEW = (Path(__file__).with_name(name) for name in ("starter.yaml", "starter_few.yaml"))
FEW = 5
"""Up to so many examples of a sign are too few for networks that start from nothing."""


def write_config(tables: Tables, out: Path, name: str, fps: float, seed: int) -> Path:
    """Writes ``config.yaml`` beside the tables in ``out``; returns its path.

    Paths in the file are seen from its own folder: snakemake can be called from anywhere, and a copy of the folder
    means its own tables. Signs of which there are few examples get a spotter that needs no more.

    Args:
        tables: the corpus.
        out: the folder of the tables.
        name: name of the corpus.
        fps: frame rate of the corpus.
        seed: seed of all random choices.
    """
    path = out / "config.yaml"
    values = {
        "seed": seed,
        "name": corpus_name(name),
        "fps": f"{fps:g}",
        "runs": "\n".join(_runs(set(tables.videos["split"]))),
        **{kind: f"./{kind}.tsv" for kind in COLUMNS},
    }
    template = TEMPLATE_FOR_FEW if median_examples(tables) <= FEW else TEMPLATE
    with finished(path) as part:
        part.write_text(Template(template.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
    return path


def median_examples(tables: Tables) -> float:
    """The median over the signs of the vocabulary of their number of examples in training videos."""
    ids = class_ids(tables.vocabulary)
    train = tables.videos.loc[tables.videos["split"] == "train", "video"]
    shown = tables.annotations.loc[tables.annotations["video"].isin(train), "sign"].map(ids)
    return float(shown.value_counts().reindex(tables.vocabulary["class_id"], fill_value=0).median())


def corpus_name(name: str) -> str:
    """A name that a folder of results may have: letters, digits, _ and - only."""
    return name_of(name, "").strip("_") or "corpus"


def _runs(splits: set[str]) -> list[str]:
    """The lines of one run, which tests on the test videos and spots signs in videos without annotations."""
    test = [split for split in ("test", "predict") if split in splits]
    return [
        "  first:",
        "    train: [train]",
        f"    test: [{', '.join(test or ['train'])}]"
        + ("" if "test" in splits else "  # no annotated video is left to test on: the scores say little"),
        "    select: last",
    ]


def write_folds(path: Path, count: int, by: str) -> Path:
    """Writes a configuration file that adds the runs ``fold1`` to ``fold<count>``; returns its path.

    Args:
        path: of the file.
        count: of the folds.
        by: ``signer`` or ``video``: what is never in two folds.
    """
    splits = [split for split in SPLITS if split != "predict"]
    run = {"folds": {"count": count, "by": by}, "train": splits, "select": "last"}
    with finished(path) as part:
        part.write_text(yaml.safe_dump({"runs": {"fold": run}}, sort_keys=False), encoding="utf-8")
    return path
