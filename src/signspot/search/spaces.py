"""The common space of a run in an index: points of sentences as it is made, and of a text as it is searched."""

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from signspot.errors import InputError, shown
from signspot.files import read_object, replaced_folder, sha256
from signspot.retrieval.index import Sentence, Source, VideoPlaces, opened
from signspot.retrieval.network import CommonSpace
from signspot.retrieval.points import SPACES, KeptSpace, joined, space_of
from signspot.retrieval.sentences import means_of
from signspot.retrieval.space import KIND, NETWORK, load_space, text_points, video_points
from signspot.retrieval.vectors import read_vectors, spelled_vectors
from signspot.retrieval.words import split_words
from signspot.spotters.bilstm.sequences import ClipFeatures
from signspot.stores import RunFiles
from signspot.training.store import CONFIG, WEIGHTS, read_config

log = logging.getLogger(__name__)

SPELLING = "spelling"
"""Where word vectors come from if there is no file of them."""
CONFIG_SCHEMA = {
    "kind": {"const": KIND},
    "network": NETWORK,
    "expert": {"type": "string", "pattern": r"^[\w-]+$"},
    "word_vectors": {"type": "string"},
}
NAME_DIGITS = 16
"""Of the digest that names a common space."""


@dataclass(frozen=True)
class RunSpace:
    """The trained common space of a run, and the features of which it makes points.

    Args:
        kept: how the index knows it.
        networks: of each training.
        features: the file of the features of each video, all by one expert.
    """

    kept: KeptSpace
    networks: Sequence[CommonSpace]
    features: Mapping[str, Path]

    def placed(self, source: Source) -> Source:
        """The source with the points of those sentences whose videos have features."""
        return replace(source, videos=map(self._placed, source.videos))

    @contextmanager
    def kept_in(self, index: Path) -> Iterator[None]:
        """Copies what the points of texts are made with into the folder of an index.

        When the block ends well, copies of other common spaces are removed; otherwise this one, if it is new.
        """
        copy = index / SPACES / self.kept.name
        with ExitStack() as undo:
            if not copy.exists():
                undo.callback(shutil.rmtree, copy, ignore_errors=True)
            self._copy_to(copy)
            yield
            undo.pop_all()
        for other in copy.parent.iterdir():
            if other.name != copy.name and len(other.name) == NAME_DIGITS and other.is_dir():
                shutil.rmtree(other)

    def _copy_to(self, folder: Path) -> None:
        with replaced_folder(folder) as part:
            for number in range(1, self.kept.seeds + 1):
                (part / f"seed{number}").mkdir()
                for name in (WEIGHTS, CONFIG):
                    source = Path(RunFiles(self.kept.run).space(str(number))) / name
                    shutil.copyfile(source, part / f"seed{number}" / name)

    def _placed(self, video: VideoPlaces) -> VideoPlaces:
        file = self.features.get(video.name)
        if file is None or not video.sentences:
            return video
        told = repr((video.digest, self.kept.name, sha256(file)))
        return replace(video, digest=hashlib.sha256(told.encode()).hexdigest(), points=partial(self._points, file))

    def _points(self, file: Path, sentences: Sequence[Sentence]) -> list[np.ndarray | None]:
        times = ((sentence.start_ms, sentence.end_ms) for sentence in sentences)
        means = list(means_of(times, ClipFeatures([file])))
        there = [number for number, mean in enumerate(means) if mean is not None]
        points: list[np.ndarray | None] = [None] * len(means)
        if there:
            embeddings = np.array([means[number] for number in there], np.float32)
            found = joined([video_points(network, embeddings) for network in self.networks])
            for number, point in zip(there, found, strict=True):
                points[number] = point
        return points


def read_run_space(run: Path, vectors: Path | None) -> RunSpace:
    """The common space of a run.

    Args:
        run: the folder of the run.
        vectors: the file of word vectors with which it was trained; None if they are made from the spelling.

    Raises:
        InputError: the run has no common space, its features are not there, a file is damaged, or the word vectors are
            not those of the training.
    """
    files = RunFiles(run)
    folders = _seeds(files)
    configs = [read_config(folder, (), CONFIG_SCHEMA) for folder in folders]
    digest = _check_vectors(run, vectors, configs[0])
    told = repr(([(config["weights_sha256"], config["network"]) for config in configs], digest))
    name = hashlib.sha256(told.encode()).hexdigest()[:NAME_DIGITS]
    kept = KeptSpace(name, run, len(folders), vectors, digest)
    return RunSpace(kept, [load_space(folder) for folder in folders], _features(files, configs[0]["expert"]))


def text_point(index: Path, text: str) -> np.ndarray:
    """The point of a text in the common space of an index, float32 (dim,), of length 1. Words without vectors are told.

    Raises:
        InputError: the index has no common space or no copy of its networks, its word vectors were moved or changed,
            or no word of the text has a vector.
    """
    with opened(index) as database:
        space = space_of(database, index)
    vectors = _word_vectors(space, text)
    folders = space.folders(index)
    missing = next((folder for folder in folders if not (folder / WEIGHTS).is_file()), None)
    if missing:
        raise InputError(
            f"{missing}: the common space of the index is not there. Was the index copied without it? Call signspot "
            f"index with --space again."
        )
    return joined([text_points(load_space(folder), [vectors])[0] for folder in folders])


def _seeds(files: RunFiles) -> list[Path]:
    folders: list[Path] = []
    while (folder := files.space(str(len(folders) + 1))).is_dir():
        folders.append(folder)
    if not folders:
        raise InputError(
            f"--space {files.folder}: holds no common space; {files.space('1')} is not there. Name the folder of a "
            "finished run with retrieval, results/CORPUS/runs/RUN."
        )
    return folders


def _features(files: RunFiles, expert: str) -> dict[str, Path]:
    """The features of all videos of the run, or of the run whose experts it takes."""
    owner = files.folder
    if (provenance := files.provenance).is_file():
        told = read_object(provenance, ("experts",))["experts"]
        named = told.get(expert) if isinstance(told, dict) else None
        if isinstance(named, dict) and isinstance(named.get("run"), str):
            owner = Path(os.path.normpath(Path(files.folder).absolute() / ".." / named["run"]))
    folder = RunFiles(owner).features(expert, "")
    found = {path.stem: path for path in sorted(folder.glob("*/*.h5"))}
    if not found:
        raise InputError(
            f"{folder}: holds no features of {expert}, of which the common space makes points. If they were deleted, "
            "call snakemake with --forcerun features."
        )
    return found


def _check_vectors(run: Path, vectors: Path | None, config: Mapping[str, Any]) -> str:
    """The digest of the file of word vectors; "" if they are made from the spelling."""
    trained_with, known = config["word_vectors"], config.get("word_vectors_sha256")
    if trained_with == SPELLING:
        if vectors:
            raise InputError(
                f"--vectors {vectors}: the common space of {run} was trained with word vectors that are made from the "
                "spelling. Leave --vectors out."
            )
        return ""
    if vectors is None:
        raise InputError(
            f"--space {run}: the common space was trained with the word vectors of a file. Name it: --vectors "
            f"{shown(trained_with)}, with its folder."
        )
    digest = _digest(vectors, f"Name the file {shown(trained_with)} with which the common space of {run} was trained.")
    if known not in (None, digest):
        raise InputError(
            f"--vectors {vectors}: is not the file with which the common space of {run} was trained, or it was changed "
            f"since. Expected {shown(trained_with)} with sha256 {shown(str(known))}."
        )
    return digest


def _digest(path: Path, remedy: str) -> str:
    try:
        return sha256(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). {remedy}") from error


def _word_vectors(space: KeptSpace, text: str) -> np.ndarray:
    """The vectors of the words of a text in their order, float32 (words, dim)."""
    words = split_words(text)
    if space.vectors is None:
        return spelled_vectors(words)
    again = "Call signspot index again, with --space and --vectors."
    if _digest(space.vectors, f"The index needs its word vectors. Was the file moved? {again}") != space.sha256:
        raise InputError(f"{space.vectors}: the word vectors were changed since the index was made. {again}")
    found, dim = read_vectors(space.vectors, words)
    unknown = [word for word in dict.fromkeys(words) if word not in found]
    if len(unknown) == len(set(words)):
        raise InputError(
            f"--like {shown(text)}: no word of it is in {space.vectors}. Take other words, or other forms of these."
        )
    if unknown:
        log.warning("%s has no vector of %s: left out.", space.vectors, ", ".join(map(shown, unknown)))
    return np.array([found[word] for word in words if word in found], np.float32).reshape(-1, dim)
