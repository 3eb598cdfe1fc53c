"""Where the results of a corpus lie: the whole layout of ``results/<corpus>``, for Python and for the rules alike.

Every place is a path to which names are given. Names may be the wildcards of a rule: ``CorpusFiles("results/a").crop(
"{video}")`` is the output of the rule that crops.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class VideoFiles:
    """The stores of one video. Only those that a modality reads need to be there."""

    video: str
    crops: Path
    poses: Path
    flow: Path
    labels: Path


@dataclass(frozen=True)
class CorpusFiles:
    """The results of a corpus: what does not depend on a run, one file per video, and the folders of the runs."""

    folder: Path | str

    def _at(self, *parts: str) -> Path:
        return Path(self.folder, *parts)

    def table(self, name: str) -> Path:
        """A checked table: videos, annotations or vocabulary."""
        return self._at("tables", f"{name}.tsv")

    def video(self, video: str) -> Path:
        """A rendered video."""
        return self._at("videos", f"{video}.mp4")

    def store(self, kind: str, video: str) -> Path:
        """A store of a video: crops, poses, flow or labels."""
        return self._at(kind, f"{video}.h5")

    def stores_of(self, video: str) -> VideoFiles:
        """All stores of a video."""
        crops, poses, flow, labels = (self.store(kind, video) for kind in ("crops", "poses", "flow", "labels"))
        return VideoFiles(video, crops=crops, poses=poses, flow=flow, labels=labels)

    @property
    def pose_summary(self) -> Path:
        """How often body, hands and face were found, by video."""
        return self._at("poses", "summary.tsv")

    def gathered_labels(self, split: str) -> Path:
        """The labels of all videos of a split in one file."""
        return self._at("labels", "gathered", f"{split}.h5")

    @property
    def dropped(self) -> Path:
        """The annotations that could not be used."""
        return self._at("labels", "dropped.tsv")

    def log(self, stage: str, *names: str) -> Path:
        """The log of a job."""
        return self._at("logs", stage, f"{'.'.join(names) or stage}.log")

    def benchmark(self, stage: str, *names: str) -> Path:
        """Time and memory of a job, as Snakemake measures them."""
        return self.benchmarks / stage / f"{'.'.join(names) or stage}.tsv"

    @property
    def benchmarks(self) -> Path:
        """The folder of time and memory of all jobs, a folder per stage."""
        return self._at("benchmarks")

    @property
    def records(self) -> Path:
        """The folder of what is recorded of every file: its digest, and those of all that it was made of."""
        return self._at("records")

    def rounds(self, name: str) -> "RoundsFiles":
        """What rounds of labels from spottings have in common."""
        return RoundsFiles(self._at("rounds", name))

    def run(self, run: str) -> "RunFiles":
        """The results of a run."""
        return RunFiles(self._at("runs", run))


def results_of_log(log: Path) -> CorpusFiles:
    """The results that the log of a job belongs to; see :meth:`CorpusFiles.log`."""
    return CorpusFiles(log.parents[2])


@dataclass(frozen=True)
class RoundsFiles:
    """What rounds of labels from spottings have in common; each of them is a run beside it."""

    folder: Path | str

    @property
    def table(self) -> Path:
        """How many signs each round learnt, how many of them were right, and what came of it."""
        return Path(self.folder, "rounds.json")

    @property
    def figure(self) -> Path:
        """These numbers as curves."""
        return Path(self.folder, "rounds.svg")

    @property
    def pseudo_labels(self) -> Path:
        """What was spotted in all rounds."""
        return Path(self.folder, "pseudo_labels.tsv")


@dataclass(frozen=True)
class RunFiles:
    """The results of a run: experts, their features, spotters, predictions, spottings, and what people take away."""

    folder: Path | str

    def _at(self, *parts: str) -> Path:
        return Path(self.folder, *parts)

    def expert(self, expert: str, training: str) -> Path:
        """The folder of an expert after its n-th training."""
        return self._at("experts", expert, f"training{training}")

    def accuracy(self, expert: str) -> Path:
        """How well an expert alone names the clips of the test videos."""
        return self._at("experts", expert, "accuracy.json")

    def features(self, expert: str, shard: str) -> Path:
        """The folder of the features of the videos of a shard."""
        return self._at("features", expert, shard)

    def spotter(self, spotter: str) -> Path:
        """The folder of a fitted spotter."""
        return self._at("spotters", spotter)

    def predictions(self, spotter: str, shard: str) -> Path:
        """The folder of the predictions for the videos of a shard."""
        return self._at("predictions", spotter, shard)

    def decoder(self, spotter: str, decoder: str) -> Path:
        """The parameters of a decoder, tuned if the configuration asks for that."""
        return self._at("decoders", spotter, f"{decoder}.json")

    def decoded(self, spotter: str, decoder: str) -> Path:
        """The spottings of a spotter by a decoder."""
        return self._at("spottings", spotter, f"{decoder}.tsv")

    def decoded_scores(self, spotter: str, decoder: str) -> Path:
        """The scores of these spottings."""
        return self._at("spottings", spotter, f"{decoder}.json")

    def logits(self, stream: str, role: str) -> Path:
        """What a recogniser, or a sum of several, says of the signs of the videos of a role, test or validation."""
        return self._at("recognition", stream, f"{role}.h5")

    def recognitions(self, stream: str) -> Path:
        """The best signs that a recogniser, or a sum of several, names for each sign of the test videos."""
        return self._at("recognition", stream, "recognitions.tsv")

    def recognition_accuracy(self, stream: str) -> Path:
        """How well a recogniser, or a sum of several, names the signs of the test videos."""
        return self._at("recognition", stream, "recognition.json")

    @property
    def recognition_page(self) -> Path:
        """The folder of the page about all recognisers, which is also that of their results."""
        return self._at("recognition")

    @property
    def fusion(self) -> Path:
        """The accuracies of every recogniser alone and of every sum."""
        return self._at("fusion.json")

    @property
    def recognition(self) -> Path:
        """The accuracy of the run: that of its first sum of recognisers, else that of its first recogniser."""
        return self._at("recognition.json")

    def space(self, seed: str) -> Path:
        """The folder of the common space of texts and videos, of the n-th training."""
        return self._at("retrieval", f"seed{seed}")

    @property
    def retrieval(self) -> Path:
        """How well sentences are found by text, and texts by sentences."""
        return self._at("retrieval", "retrieval.json")

    @property
    def retrieval_page(self) -> Path:
        """The folder of the page of the search by text, which is also that of its results."""
        return self._at("retrieval")

    @property
    def ranks(self) -> Path:
        """The rank of each sentence of the test videos by each search."""
        return self._at("retrieval", "ranks.tsv")

    @property
    def rankings(self) -> Path:
        """The first places of each text among the sentences of the test videos."""
        return self._at("retrieval", "rankings.tsv")

    @property
    def similarities(self) -> Path:
        """How similar every text and every sentence of the test videos are."""
        return self._at("retrieval", "similarities.h5")

    @property
    def pseudo_labels(self) -> Path:
        """The signs of sentences that an expert has spotted for the next round."""
        return self._at("pseudo_labels", "pseudo_labels.tsv")

    @property
    def pseudo_frames(self) -> Path:
        """The frame labels that the next round learns from these signs."""
        return self._at("pseudo_labels", "labels.h5")

    @property
    def pseudo_summary(self) -> Path:
        """How many signs were spotted, above which threshold, and how many of them are right."""
        return self._at("pseudo_labels", "pseudo_labels.json")

    @property
    def spottings(self) -> Path:
        """The spottings of the run: those of its spotter by the first decoder of that spotter."""
        return self._at("spottings.tsv")

    @property
    def scores(self) -> Path:
        """The scores of the spottings of the run."""
        return self._at("scores.json")

    @property
    def submission(self) -> Path:
        """The hand-in of the challenge."""
        return self._at("submission.zip")

    @property
    def provenance(self) -> Path:
        """What the run was made of."""
        return self._at("provenance.json")

    @property
    def elan(self) -> Path:
        """The folder of ELAN documents, subtitles and tables."""
        return self._at("elan")

    @property
    def report(self) -> Path:
        """The folder of the page of the run and of its figures."""
        return self._at("report")

    @property
    def review(self) -> Path:
        """The folder of the page to review the videos of the run."""
        return self._at("review")
