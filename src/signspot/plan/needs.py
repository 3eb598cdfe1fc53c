"""What each job of the workflow reads, and what it is told: files and plain values, from the names of its output."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from signspot.clips.modalities import MODALITIES
from signspot.corpus.tables import class_ids
from signspot.labels.frames import Annotation, annotations_by_video
from signspot.plan.check import split_member
from signspot.plan.plan import Plan
from signspot.plan.runs import ROLES, Run
from signspot.plan.settings import SpotterSettings
from signspot.vipl.videos import usable_ranges

WEIGHTS, CONFIG = "weights.safetensors", "config.json"


@dataclass(frozen=True)
class Needs:
    """The inputs of the jobs of a plan. Every method takes the wildcards of a rule."""

    plan: Plan

    def stores(self, kind: str, videos: Iterable[str]) -> list[Path]:
        """The stores of a kind (crops, poses, flow, labels) of videos."""
        return [self.plan.files.store(kind, video) for video in videos]

    @cached_property
    def _annotations(self) -> dict[str, list[Annotation]]:
        return annotations_by_video(self.plan.tables.annotations, class_ids(self.plan.tables.vocabulary))

    def annotations(self, video: str) -> list[Annotation]:
        """The annotations of a video: not the whole table, so that a row of another video leaves its labels alone."""
        return self._annotations.get(video, [])

    def labels(self, videos: Sequence[str]) -> list[Path]:
        """The gathered labels of videos."""
        return [self.plan.files.gathered_labels(split) for split in self.plan.splits_of(videos)] if videos else []

    def modality_stores(self, modality: Mapping[str, Any], videos: Sequence[str]) -> list[Path]:
        """The stores from which a modality cuts clips; the poses always, which tell usable range and rate."""
        kinds = sorted({*MODALITIES.fact(modality["name"], "STORES"), "poses"})
        return [file for kind in kinds for file in self.stores(kind, videos)]

    # Experts

    def training(self, run: str, expert: str, training: str) -> dict[str, list[Path]]:
        """The inputs of a training of an expert: stores, labels, and the weights from which it starts."""
        of_run, modality = self.plan.runs[run], self.plan.expert(run, expert).modality
        (train, validation), spotted = map(of_run.of, ("train", "validation")), of_run.spotted(expert, training)
        return {
            "train": self.modality_stores(modality, [*train, *spotted]),
            "validation": self.modality_stores(modality, validation),
            # What was spotted comes last: of a video that is in both, these labels count, and not the known ones.
            "labels": [*self.labels([*train, *validation]), *(self._spotted_labels(of_run) if spotted else [])],
            "start": self._start(run, expert, training),
        }

    def _spotted_labels(self, run: Run) -> list[Path]:
        """The labels that the round before has spotted."""
        before = self.plan.rounds[run.round.of][run.round.number - 1]
        return [self.plan.run_files(before.name).pseudo_frames]

    def _start(self, run: str, expert: str, training: str) -> list[Path]:
        start = self.plan.expert(run, expert).trainings[int(training) - 1].get("start")
        if start is not None:
            return [Path(start["path"])]
        if training == "1":
            return []
        return [self.plan.run_files(run).expert(expert, str(int(training) - 1)) / WEIGHTS]

    def training_job(self, run: str, expert: str, training: str) -> dict[str, Any]:
        """What a training of an expert is told."""
        of_run = self.plan.runs[run]
        return {
            **self.plan.expert(run, expert).training(training),
            "vocabulary": self.plan.signs,
            "train": [*of_run.of("train"), *of_run.spotted(expert, training)],
            "validation": of_run.of("validation"),
            "select": of_run.select,
            "seed": of_run.seed,
        }

    def imported_expert(self, run: str, expert: str) -> dict[str, Any]:
        """What the import of a published expert is told."""
        settings = self.plan.expert(run, expert)
        return {"network": settings.network(), "checkpoint": settings.trained, "vocabulary": self.plan.signs}

    def last_weights(self, run: str, expert: str) -> list[Path]:
        """The weights of an expert after its last training; published features have none."""
        numbers = self.plan.expert(run, expert).training_numbers
        return [self.plan.run_files(run).expert(expert, numbers[-1]) / WEIGHTS] if numbers else []

    def trainings(self, run: str, expert: str) -> list[Path]:
        """The weights of an expert after each training, of the run that trains it."""
        files = self.plan.run_files(self.plan.runs[run].experts_of)
        return [files.expert(expert, number) / WEIGHTS for number in self.plan.expert(run, expert).training_numbers]

    def accuracy(self, run: str, expert: str) -> dict[str, list[Path]]:
        """The inputs of the accuracy of an expert on the test videos."""
        videos = self.plan.scored(run)
        stores = self.modality_stores(self.plan.expert(run, expert).modality, videos)
        return {"stores": stores, "labels": self.labels(videos), "trainings": self.trainings(run, expert)}

    def features(self, run: str, expert: str, shard: str) -> dict[str, list[Path]]:
        """The inputs of the features of a shard by an expert that is a network."""
        videos = self.plan.shards(run)[shard]
        modality = self.plan.expert(run, expert).modality
        return {"stores": self.modality_stores(modality, videos), "weights": self.last_weights(run, expert)}

    def published_features(self, run: str, expert: str, shard: str) -> list[Path]:
        """The published features of a shard, by all experts: together they tell how many clips a video has."""
        experts = [one for one in self.plan.runs[run].experts.values() if one.features]
        folders = [Path(one.features["folder"]) for one in experts]
        return [folder / f"{video}.npy" for folder in folders for video in self.plan.shards(run)[shard]]

    def published_features_job(self, run: str, expert: str, shard: str) -> dict[str, Any]:
        """What the import of published features is told."""
        videos, window = self.plan.shards(run)[shard], self.plan.expert(run, expert).window
        rows = self.plan.tables.videos
        ranges = usable_ranges(rows[rows["video"].isin(videos)])
        return {
            "sources": {
                one.name: (one.modality["name"], one.features["folder"])
                for one in self.plan.runs[run].experts.values()
                if one.features
            },
            "ranges": {video: ranges[video] for video in videos},
            "window": window.grid,
            "fps": self.plan.corpus["fps"],
        }

    # Spotters

    def feature_folders(self, run: str, experts: Sequence[str], videos: Sequence[str]) -> list[Path]:
        """The folders of the features of videos by experts."""
        owner = self.plan.runs[run].experts_of
        shards = _shards_with(self.plan.shards(owner), videos)
        return [self.plan.run_files(owner).features(expert, shard) for expert in experts for shard in shards]

    def feature_files(self, run: str, expert: str, videos: Sequence[str]) -> dict[str, str]:
        """The file of the features of each video by an expert."""
        owner = self.plan.runs[run].experts_of
        shard_of, files = _shard_of(self.plan.shards(owner)), self.plan.run_files(owner)
        return {video: str(files.features(expert, shard_of[video]) / f"{video}.h5") for video in videos}

    def prediction_folders(self, run: str, spotter: str, videos: Sequence[str]) -> list[Path]:
        """The folders of the predictions of a spotter for videos."""
        shards = _shards_with(self.plan.predicted_shards(run), videos)
        return [self.plan.run_files(run).predictions(spotter, shard) for shard in shards]

    def spotter_files(self, run: str, spotter: str, videos: Sequence[str]) -> dict[str, list[Path]]:
        """What a spotter reads of videos: features of experts, predictions of other spotters, stores."""
        settings = self.plan.runs[run].spotters[spotter]
        members = [split_member(run, member) for member in settings.of]
        predictions = [path for member in members for path in self.prediction_folders(*member, videos)]
        stores = self.modality_stores(settings.modality, videos) if settings.modality else []
        return {
            "features": self.feature_folders(run, settings.experts, videos),
            "predictions": predictions,
            "stores": stores,
            "members": [self.plan.run_files(other).spotter(name) / WEIGHTS for other, name in members],
        }

    def fit(self, run: str, spotter: str) -> dict[str, list[Path]]:
        """The inputs of the fit of a spotter."""
        settings, of_run = self.plan.runs[run].spotters[spotter], self.plan.runs[run]
        # A spotter that only joins the predictions of others learns nothing from training videos, and one that takes
        # the classifiers of experts learns nothing at all.
        videos = (
            []
            if settings.takes_classifiers
            else of_run.of(*(("validation",) if settings.of else ("train", "validation")))
        )
        experts = [path for name in settings.experts for path in self.last_weights(of_run.experts_of, name)]
        return {
            **self.spotter_files(run, spotter, videos),
            "experts": experts if settings.takes_classifiers else [],
            "labels": self.labels(of_run.of("train", "validation")),
            "start": [Path(settings.start["path"])] if settings.start else [],
        }

    def spotter_inputs(self, run: str, spotter: str, videos: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What a spotter reads of each video, as :class:`signspot.spotters.VideoInputs` takes it."""
        settings = self.plan.runs[run].spotters[spotter]
        features = [self.feature_files(run, expert, videos) for expert in settings.experts]
        predictions = [self.prediction_files(*split_member(run, member), videos) for member in settings.of]
        return {
            video: {
                "features": [files[video] for files in features],
                "predictions": [files[video] for files in predictions],
                "stores": settings.modality is not None,
            }
            for video in videos
        }

    def fit_job(self, run: str, spotter: str) -> dict[str, Any]:
        """What the fit of a spotter is told."""
        of_run, settings = self.plan.runs[run], self.plan.runs[run].spotters[spotter]
        train = [] if settings.of or settings.takes_classifiers else of_run.of("train")
        validation = of_run.of("validation")
        return {
            "kind": settings.kind,
            "options": dict(settings.options),
            "vocabulary": self.plan.signs,
            "train": self._training_inputs(run, spotter, train),
            "validation": self.spotter_inputs(run, spotter, validation),
            "select": of_run.select,
            "seed": of_run.seed_of(spotter),
            "decoder": (settings.leading_decoder, dict(settings.decoders[settings.leading_decoder])),
            "truth": self.truth(validation),
            **_own_modality(settings),
        }

    def _training_inputs(self, run: str, spotter: str, videos: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What a spotter reads of each video, and, if it reads frames, which signers are left-handed."""
        told = self.spotter_inputs(run, spotter, videos)
        left_handed = [video for video in videos if told[video]["stores"] and self.plan.left_handed(video)]
        return told | {video: told[video] | {"left_handed": True} for video in left_handed}

    def truth(self, videos: Sequence[str]) -> dict[str, list[tuple[int, int, int]]]:
        """Class id, start and end in ms of the annotated signs of videos."""
        return {
            video: [tuple(row[1:]) for row in self.annotations(video) if row.class_id is not None] for video in videos
        }

    def imported_spotter(self, run: str, spotter: str) -> dict[str, list[Path]]:
        """The inputs of the import of a published spotter: its file, and features, which tell what it reads."""
        of_run = self.plan.runs[run]
        checkpoint = of_run.spotters[spotter].trained["path"]
        return {**self.spotter_files(run, spotter, of_run.of("test")), "checkpoint": [Path(checkpoint)]}

    def imported_spotter_job(self, run: str, spotter: str) -> dict[str, Any]:
        """What the import of a published spotter is told."""
        of_run = self.plan.runs[run]
        settings = of_run.spotters[spotter]
        return {
            "kind": settings.kind,
            "options": dict(settings.options),
            "checkpoint": settings.trained,
            "vocabulary": self.plan.signs,
            **_own_modality(settings),
            "example": self.spotter_inputs(run, spotter, of_run.of("test")[:1]),
        }

    def predict(self, run: str, spotter: str, shard: str) -> dict[str, list[Path]]:
        """The inputs of the predictions of a shard."""
        videos = self.plan.predicted_shards(run)[shard]
        fitted = self.plan.run_files(run).spotter(spotter) / WEIGHTS
        return {**self.spotter_files(run, spotter, videos), "spotter": [fitted]}

    def predict_job(self, run: str, spotter: str, shard: str) -> dict[str, dict[str, Any]]:
        """What the predictions of a shard are told."""
        return self.spotter_inputs(run, spotter, self.plan.predicted_shards(run)[shard])

    def prediction_files(self, run: str, spotter: str, videos: Sequence[str]) -> dict[str, str]:
        """The file of the predictions of a spotter for each video."""
        shard_of = _shard_of(self.plan.predicted_shards(run))
        files = self.plan.run_files(run)
        return {video: str(files.predictions(spotter, shard_of[video]) / f"{video}.h5") for video in videos}

    def tune(self, run: str, spotter: str, decoder: str) -> list[Path]:
        """The inputs of the tuning of a decoder: predictions for the validation videos, if it has options to tune."""
        videos = self._tuned_on(run, spotter, decoder)
        return self.prediction_folders(run, spotter, videos)

    def tune_job(self, run: str, spotter: str, decoder: str) -> dict[str, Any]:
        """What the tuning of a decoder is told."""
        videos = self._tuned_on(run, spotter, decoder)
        return {
            "options": dict(self.plan.runs[run].spotters[spotter].decoders[decoder]),
            "predictions": self.prediction_files(run, spotter, videos),
            "truth": self.truth(videos),
        }

    def _tuned_on(self, run: str, spotter: str, decoder: str) -> list[str]:
        options = self.plan.runs[run].spotters[spotter].decoders[decoder]
        return self.plan.runs[run].of("validation") if "tune" in options.values() else []

    def decode(self, run: str, spotter: str, decoder: str) -> dict[str, list[Path]]:
        """The inputs of the spottings of a spotter by a decoder."""
        folders = self.prediction_folders(run, spotter, self.plan.runs[run].of("test"))
        return {"predictions": folders, "parameters": [self.plan.run_files(run).decoder(spotter, decoder)]}

    def decode_job(self, run: str, spotter: str) -> dict[str, Any]:
        """What decoding is told."""
        videos = self.plan.runs[run].of("test")
        return {"predictions": self.prediction_files(run, spotter, videos), "vocabulary": self.plan.signs}

    # What people take away

    def networks(self, run: str) -> list[Path]:
        """What a model takes of a run: its spotters, and the experts that it uses, after the last training."""
        owner = self.plan.runs[run].experts_of
        trained = [path for expert in self.plan.needed_experts(run) for path in self.last_weights(owner, expert)]
        fitted = [self.plan.run_files(run).spotter(name) / WEIGHTS for name in self.plan.runs[run].spotters]
        return [path for weights in (*trained, *fitted) for path in (weights, weights.with_name(CONFIG))]

    def leading(self, run: str) -> tuple[str, str]:
        """The spotter and the decoder whose spottings are those of a run."""
        of_run = self.plan.runs[run]
        return of_run.spotter, of_run.spotters[of_run.spotter].leading_decoder

    def decoders(self, run: str) -> list[tuple[str, str]]:
        """All pairs of a spotter and a decoder of a run, the leading pair first."""
        spotters = self.plan.runs[run].spotters
        leading = self.leading(run) if spotters else None
        return sorted(
            ((name, decoder) for name, spotter in spotters.items() for decoder in spotter.decoders),
            key=lambda pair: pair != leading,
        )

    def report(self, run: str) -> dict[str, Any]:
        """The inputs of the report of a run."""
        files, corpus = self.plan.run_files(run), self.plan.files
        owner = self.plan.run_files(self.plan.runs[run].experts_of)
        experts = [name for name in self.plan.used_experts(run) if name in self.plan.trained_experts(run)]
        numbers = {expert: self.plan.expert(run, expert).training_numbers for expert in experts}
        return {
            "tables": [corpus.table(name) for name in ("videos", "annotations", "vocabulary")],
            "spottings": files.spottings,
            "scores": [files.decoded_scores(*pair) for pair in self.decoders(run)],
            "parameters": [files.decoder(*pair) for pair in self.decoders(run)],
            "pose_summary": corpus.pose_summary,
            "crops": self.stores("crops", self.plan.runs[run].of(*ROLES)),
            "dropped": corpus.dropped,
            "labels": self.stores("labels", self.plan.scored(run)),
            "histories": [
                *(owner.expert(expert, number) / "history.tsv" for expert in experts for number in numbers[expert]),
                *(files.spotter(name) / "history.tsv" for name in self.plan.runs[run].spotters),
            ],
            "accuracies": [files.accuracy(expert) for expert in experts],
        }

    def report_job(self, run: str) -> dict[str, Any]:
        """What the report of a run is told: the names of its inputs, in their order."""
        experts = [name for name in self.plan.used_experts(run) if name in self.plan.trained_experts(run)]
        numbers = {expert: self.plan.expert(run, expert).training_numbers for expert in experts}
        return {
            "corpus": self.plan.corpus["name"],
            "decoders": self.decoders(run),
            "trainings": [f"{expert}, training {number}" for expert in experts for number in numbers[expert]],
            "spotters": list(self.plan.runs[run].spotters),
            "experts": experts,
            "test": self.plan.scored(run),
            "warnings": list(self.plan.warnings[run]),
            "review": "../review/index.html",
        }

    def review(self, run: str) -> dict[str, list[Path]]:
        """The inputs of the review page of a run, beside tables and spottings."""
        videos = self.plan.runs[run].of("test")
        return {
            "frames": self.stores("crops", videos),
            "poses": self.stores("poses", videos),
            "labels": self.stores("labels", videos),
            "predictions": self.prediction_folders(run, self.plan.runs[run].spotter, videos),
        }

    def review_job(self, run: str) -> dict[str, Any]:
        """What the review page of a run is told: its videos, in the order of the stores, with their predictions."""
        of_run = self.plan.runs[run]
        return {
            "title": f"{self.plan.corpus['name']}, run {run}",
            "run": run,
            "predictions": self.prediction_files(run, of_run.spotter, of_run.of("test")),
        }


def _own_modality(spotter: SpotterSettings) -> dict[str, Any]:
    """The modality of a spotter that reads stores; a job of another spotter is not told of any."""
    return {} if spotter.modality is None else {"modality": dict(spotter.modality)}


def _shard_of(shards: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {video: shard for shard, videos in shards.items() for video in videos}


def _shards_with(shards: Mapping[str, Sequence[str]], videos: Sequence[str]) -> list[str]:
    wanted = set(videos)
    return [shard for shard, of_shard in shards.items() if wanted & set(of_shard)]
