"""What the jobs of recognition read, and what they are told: files and plain values, from the names of their output."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signspot.plan.needs import Needs
from signspot.plan.plan import Plan
from signspot.recognition import KS
from signspot.recognition.fusion import PLAIN, TUNE


@dataclass(frozen=True)
class RecognitionNeeds:
    """The inputs of the jobs that name single signs. Every method takes the wildcards of a rule."""

    needs: Needs

    @property
    def plan(self) -> Plan:
        """The plan that they are of."""
        return self.needs.plan

    @property
    def best(self) -> tuple[int, ...]:
        """A sign counts as right if it is among so many best ones."""
        return tuple(self.plan.config.get("recognition", {}).get("best", KS))

    def streams(self, run: str) -> list[str]:
        """All that names single signs in a run; none if its test videos show no sign."""
        return self.plan.runs[run].streams if run in self.plan.recognising_runs else []

    @property
    def dropped(self) -> list[Path]:
        """The table of signs that could not be used, if a run names single signs."""
        return [self.plan.files.dropped] if self.plan.recognising_runs else []

    def recognise(self, run: str, expert: str, role: str) -> dict[str, list[Path]]:
        """The inputs of what an expert says of the signs of a role."""
        of_run, videos = self.plan.runs[run], self.videos(run, role)
        return {
            "stores": self.needs.modality_stores(of_run.experts[expert].modality, videos),
            "labels": self.needs.labels(videos),
            "weights": self.needs.last_weights(of_run.experts_of, expert),
        }

    def videos(self, run: str, role: str) -> list[str]:
        """The annotated videos of a role."""
        return [video for video in self.plan.runs[run].of(role) if video in self.plan.annotated]

    def nearest(self, run: str) -> dict[str, list[Path]]:
        """The inputs of what the nearest training clips say of the signs of the test videos."""
        modality, videos = self.plan.runs[run].nearest, [self.videos(run, role) for role in ("train", "test")]
        train, test = (self.needs.modality_stores(modality, of_role) for of_role in videos)
        return {"train": train, "test": test, "labels": self.needs.labels([*videos[0], *videos[1]])}

    def nearest_job(self, run: str) -> dict[str, Any]:
        """What it is told."""
        videos = {role: self.videos(run, role) for role in ("train", "test")}
        return {"modality": self.plan.runs[run].nearest, "vocabulary": self.plan.signs, **videos}

    def fusion(self, run: str) -> dict[str, list[Path]]:
        """The inputs of the table of all recognisers and sums."""
        files, of_run = self.plan.run_files(run), self.plan.runs[run]
        return {
            "test": [files.logits(stream, "test") for stream in of_run.alone],
            "validation": [files.logits(expert, "validation") for expert in self._tuned(run)],
        }

    def fusion_job(self, run: str) -> dict[str, Any]:
        """What the table is told: names of its inputs in their order, and of every sum its streams and weights.

        Weights that are not all 1 have a plain sum beside them, to be compared with.
        """
        of_run = self.plan.runs[run]
        sums, plain = [], {fusion.experts for fusion in of_run.fusions.values() if fusion.weights == PLAIN}
        for fusion in of_run.fusions.values():
            if fusion.experts not in plain:
                plain.add(fusion.experts)
                sums.append({"name": fusion.name, "streams": fusion.experts, "weights": PLAIN})
            sums.append({"name": fusion.name, "streams": fusion.experts, "weights": fusion.weights})
        return {"test": of_run.alone, "validation": self._tuned(run), "sums": sums, "best": self.best}

    def _tuned(self, run: str) -> list[str]:
        """The recognisers whose weights are searched on validation videos."""
        fusions = self.plan.runs[run].fusions.values()
        tuned = {expert for fusion in fusions if fusion.weights == TUNE for expert in fusion.experts}
        return [expert for expert in self.plan.runs[run].recognisers if expert in tuned]

    def fuse(self, run: str, fusion: str) -> dict[str, Any]:
        """The inputs of a sum of recognisers."""
        files = self.plan.run_files(run)
        experts = self.plan.runs[run].fusions[fusion].experts
        return {"fusion": files.fusion, "test": [files.logits(expert, "test") for expert in experts]}

    def accuracy_job(self, run: str) -> dict[str, Any]:
        """What the accuracy of a recogniser is told."""
        of_run = self.plan.runs[run]
        return {"train": of_run.of("train"), "best": self.best, "seed": self.plan.config["seed"]}

    def _leading_first(self, run: str) -> list[str]:
        """All streams of a run, the sums first."""
        of_run = self.plan.runs[run]
        return [*of_run.fusions, *of_run.alone]

    def leading(self, run: str) -> Path:
        """The accuracy of a run: of its first sum of recognisers, or else of its first recogniser."""
        return self.plan.run_files(run).recognition_accuracy(self._leading_first(run)[0])

    def page(self, run: str) -> dict[str, Any]:
        """The inputs of the page about all recognisers."""
        files, of_run = self.plan.run_files(run), self.plan.runs[run]
        owner = self.plan.run_files(of_run.experts_of)
        return {
            "fusion": files.fusion,
            "accuracies": [files.recognition_accuracy(stream) for stream in self._leading_first(run)],
            "tables": [files.recognitions(stream) for stream in self._leading_first(run)],
            "histories": [owner.expert(*pair) / "history.tsv" for pair in self._trainings(run)],
        }

    def page_job(self, run: str) -> dict[str, Any]:
        """What the page is told: names of its inputs in their order, and where the videos lie."""
        return {
            "title": f"{self.plan.corpus['name']}, run {run}",
            "streams": self._leading_first(run),
            "trainings": [f"{expert}, training {number}" for expert, number in self._trainings(run)],
            "videos": {video: str(self.plan.media(video)) for video in self.videos(run, "test")},
        }

    def _trainings(self, run: str) -> list[tuple[str, str]]:
        experts = (self.plan.expert(run, name) for name in self.plan.runs[run].recognisers)
        return [(expert.name, number) for expert in experts for number in expert.training_numbers]
