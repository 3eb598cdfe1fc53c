"""The spotter of a few examples on rendered signers: one example of each of three signs, looked for in other videos."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from clip_stores import video_files
from seen_signers import LEXICON, in_mirror, seen, write_seen
from torch import nn

from signspot.decoders import decode
from signspot.errors import InputError, NotFinite
from signspot.labels.frames import FrameLabels, frame_labels
from signspot.predictions import Predictions, read_predictions
from signspot.signer.landmarks import SeenLandmarks
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter, predict_video, predict_videos
from signspot.spotters.exemplars import fit
from signspot.spotters.exemplars.material import read_material
from signspot.spottings import Spotting
from signspot.timebase import Timebase
from signspot.training.batches import Batch
from signspot.training.outcome import Outcome
from signspot.training.store import WEIGHTS

SIGNS = 3
EXAMPLES = [(LEXICON[number], 0.6 + start, 1.2 + start) for start, number in enumerate((1, 4, 5))]
"""The three signs in turn, with 0.4 s between them."""
SEARCHED = [(LEXICON[number], 0.6 + start, 1.2 + start) for start, number in enumerate((0, 5, 2, 1, 4))]
"""Among others, the three signs in another order."""
EXPECTED = [(2, 1.6), (0, 3.6), (1, 4.6)]


class Corpus:
    """Pose files in a folder, and what the spotter is told of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.labels: dict[str, FrameLabels] = {}

    def add(self, name: str, landmarks: SeenLandmarks, signs: Sequence[tuple[int, float, float]] = ()) -> VideoInputs:
        """A video; class id, start and end in seconds of its signs."""
        files = video_files(self.folder, name)
        write_seen(files.poses, landmarks)
        frames, timebase = len(landmarks.pose), Timebase(25)
        intervals = [(class_id, round(1000 * start), round(1000 * end)) for class_id, start, end in signs]
        self.labels[name] = FrameLabels(0, frames - 1, timebase, frame_labels(intervals, frames, timebase))
        return VideoInputs(name, stores=files)

    def examples(self, name: str = "examples", seed: int = 3, names: Sequence[int] = range(SIGNS)) -> VideoInputs:
        """One example of each sign, perhaps under other names."""
        signs = [(number, start, end) for number, (_, start, end) in zip(names, EXAMPLES, strict=True)]
        return self.add(name, seen(EXAMPLES, 4.0, seed), signs)

    def searched(self, mirrored: bool = False) -> VideoInputs:
        landmarks = seen(SEARCHED, 6.0, seed=4)
        return self.add("searched", in_mirror(landmarks) if mirrored else landmarks)

    def fit(self, train: Sequence[VideoInputs], out: str = "spotter", seed: int = 1, **options: int) -> Path:
        task = FitTask("few", [f"S{number}" for number in range(SIGNS)], seed, labels=self.labels)
        folder = self.folder / out
        SPOTTERS.build("exemplars", **{"networks": 0, **options}).fit(train, [], folder, task)
        return folder


@pytest.fixture(scope="module", autouse=True)
def little_work() -> Iterator[None]:
    """Few rendered signers, enough to tell what other material is like; small batches; one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "COMPARED", 2)
        patch.setattr(fit, "TAUGHT", 4)
        patch.setattr(fit, "RENDERED_SECONDS", 6.0)
        patch.setattr(fit, "BATCH", 4)
        yield
    torch.set_num_threads(threads)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus for tests that fit nothing else than the examples."""
    return Corpus(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def matching(shared: Corpus) -> Path:
    """Fitted without networks."""
    return shared.fit([shared.examples()])


@pytest.fixture(scope="module")
def trained(shared: Corpus) -> Path:
    """Fitted with a network that has learnt for a moment."""
    return shared.fit([shared.examples()], "trained", networks=1, steps=20)


def predict(folder: Path, video: VideoInputs) -> Predictions:
    return load_spotter(folder).predict(video)


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_networks_that_give_no_finite_numbers_are_named_with_the_video(
    shared: Corpus, trained: Path, value: float
) -> None:
    spotter = load_spotter(trained)
    with torch.no_grad():
        for weights in spotter.finder.networks.parameters():
            weights.fill_(value)
    with pytest.raises(NotFinite, match=r"video searched: the spotter few: a network .* not finite"):
        predict_video(spotter, shared.searched())


@pytest.mark.parametrize("part", ["mean", "deviation"])
def test_a_matcher_that_gives_no_finite_numbers_is_named_with_the_video(
    shared: Corpus, matching: Path, part: str
) -> None:
    spotter = load_spotter(matching)
    getattr(spotter.finder.matcher, part)[1] = np.nan
    with pytest.raises(NotFinite, match=r"video searched: the spotter few: the comparison .* not finite"):
        predict_video(spotter, shared.searched())


def is_found(spottings: Sequence[Spotting], class_id: int, start: float) -> bool:
    """Whether a sign of 0.6 s is spotted: more than half of either is shared."""
    first, last = 25 * start, 25 * (start + 0.6)
    shares = [
        (min(one.last + 1, last) - max(one.first, first)) / (max(one.last + 1, last) - min(one.first, first))
        for one in spottings
        if one.class_id == class_id
    ]
    return max(shares, default=0) > 0.5


def best_score(predictions: Predictions, class_id: int, start: float) -> float:
    """The best score of a sign while it is made."""
    return float(predictions.score[round(25 * start / 4) : round(25 * (start + 0.6) / 4), class_id + 1].max())


@pytest.mark.parametrize("mirrored", [False, True], ids=["right-handed", "left-handed"])
def test_planted_signs_are_found(shared: Corpus, matching: Path, mirrored: bool) -> None:
    spottings = decode("candidates", predict(matching, shared.searched(mirrored)))
    for class_id, start in EXPECTED:
        assert is_found(spottings, class_id, start)
    assert len(spottings) <= len(EXPECTED) + 2


def test_planted_signs_are_found_with_a_network(shared: Corpus, trained: Path) -> None:
    predictions = predict(trained, shared.searched())
    spottings = decode("candidates", predictions, false_alarms_per_minute=20)
    assert sum(is_found(spottings, *sign) for sign in EXPECTED) >= 2
    assert (trained / "history.tsv").read_text().count("\n") == 2, "one epoch and the header"


def test_predictions_tell_of_every_moment_how_likely_each_sign_is(shared: Corpus, matching: Path) -> None:
    predictions = predict(matching, shared.searched())
    assert predictions.score.shape == (38, SIGNS + 1)
    assert (predictions.first, predictions.last, predictions.stride) == (0, 149, 4)
    np.testing.assert_allclose(predictions.score[:, 0], 1 - predictions.score[:, 1:].max(1))
    found = predictions.candidates
    best = found.score.argmax()
    row = (found.first[best] + found.last[best]) // 2 // 4
    assert predictions.score[row, found.class_id[best] + 1] == found.score[best]


def test_the_same_seed_gives_the_same_bytes(corpus: Corpus) -> None:
    train = [corpus.examples()]
    folders = [corpus.fit(train, f"{number}", seed) for number, seed in enumerate((1, 1, 2))]
    one, same, other = ((folder / WEIGHTS).read_bytes() for folder in folders)
    assert one == same != other


def test_signs_under_wrong_names_score_far_lower(corpus: Corpus) -> None:
    searched = corpus.searched()
    right = predict(corpus.fit([corpus.examples()], "right"), searched)
    wrong = predict(corpus.fit([corpus.examples("shuffled", names=(1, 2, 0))], "wrong"), searched)
    scores = np.array([[best_score(one, *sign) for sign in EXPECTED] for one in (right, wrong)])
    assert scores[0].min() > 0.5
    assert scores[1].mean() < scores[0].mean() / 2


def test_a_sign_may_have_more_examples(corpus: Corpus) -> None:
    searched = corpus.searched()
    one = corpus.fit([corpus.examples()], "one")
    two = corpus.fit([corpus.examples(), corpus.examples("more", seed=5)], "two")
    assert len(load_spotter(one).finder.matcher.examples) == SIGNS
    finder = load_spotter(two).finder
    assert sorted(finder.matcher.class_ids.tolist()) == [0, 0, 1, 1, 2, 2]
    spottings = decode("candidates", predict(two, searched))
    assert all(is_found(spottings, *sign) for sign in EXPECTED)


def test_a_video_shorter_than_any_example_gives_none(corpus: Corpus, matching: Path, trained: Path) -> None:
    video = corpus.add("short", SeenLandmarks(*(part[:4] for part in vars(seen(EXAMPLES, 4.0)).values())))
    for folder in (matching, trained):
        predictions = predict(folder, video)
        assert len(predictions.candidates) == 0
        np.testing.assert_array_equal(predictions.score, [[1, 0, 0, 0]])
        assert decode("candidates", predictions) == []


def test_frames_outside_the_usable_range_hold_nothing(corpus: Corpus, matching: Path) -> None:
    landmarks = seen(SEARCHED, 6.0, seed=4)
    video = corpus.add("searched", landmarks)
    write_seen(video.stores.poses, landmarks, first=75, last=140)
    predictions = predict(matching, video)
    assert (predictions.first, predictions.last) == (75, 140)
    found = predictions.candidates
    assert found.first.min() >= 75
    assert found.last.max() <= 140
    assert is_found(decode("candidates", predictions), 0, 3.6)


def test_a_resumed_training_gives_the_same_bytes(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two epochs of two steps; the training stops in the second one."""
    monkeypatch.setattr(fit, "STEPS_PER_EPOCH", 2)
    train, options = [corpus.examples()], {"networks": 1, "steps": 4}
    whole = corpus.fit(train, "whole", **options)
    step, asked = fit._step, []

    def stopping(networks: nn.Module, batch: Batch) -> Outcome:
        asked.append(batch)
        if len(asked) == 4:
            raise InputError("stopped")
        return step(networks, batch)

    monkeypatch.setattr(fit, "_step", stopping)
    with pytest.raises(InputError, match="stopped"):
        corpus.fit(train, "resumed", **options)
    resumed = corpus.fit(train, "resumed", **options)
    assert len(asked) == 4 + 2
    assert (whole / WEIGHTS).read_bytes() == (resumed / WEIGHTS).read_bytes()


def test_predictions_lie_in_files_with_their_candidates(shared: Corpus, matching: Path, tmp_path: Path) -> None:
    predict_videos(matching, [shared.searched()], tmp_path / "out")
    read, made = read_predictions(tmp_path / "out/searched.h5"), predict(matching, shared.searched())
    np.testing.assert_array_equal(read.candidates.score, made.candidates.score)
    np.testing.assert_array_equal(read.score, made.score)


def test_videos_without_an_example_are_told(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="no example of a sign lasts 3 frames or more in the 1 training videos"):
        corpus.fit([corpus.add("empty", seen(EXAMPLES, 4.0))])


@pytest.mark.parametrize("options", [{"networks": -1}, {"steps": 0}])
def test_options_out_of_range_are_told(options: dict[str, int]) -> None:
    with pytest.raises(InputError, match=r"(networks|steps): is -?\d, expected \d to \d+"):
        SPOTTERS.build("exemplars", **options)


def test_signs_of_a_left_handed_signer_are_learnt_in_the_mirror(corpus: Corpus) -> None:
    """Also signs of two hands, of which nobody sees which hand is the dominant one."""
    landmarks = seen(EXAMPLES, 4.0, seed=3)
    signs = [(number, start, end) for number, (_, start, end) in enumerate(EXAMPLES)]
    right, left = corpus.add("right", landmarks, signs), corpus.add("left", in_mirror(landmarks), signs)
    known = read_material([replace(left, left_handed=True)], corpus.labels, 1)
    expected = read_material([right], corpus.labels, 1)
    for found, wanted in zip(
        (*known.examples, *known.backgrounds), (*expected.examples, *expected.backgrounds), strict=True
    ):
        np.testing.assert_allclose(found.hands, wanted.hands, atol=1e-5)
    unknown = read_material([left], corpus.labels, 1)
    assert unknown.digest != known.digest
