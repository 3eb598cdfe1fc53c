"""What the jobs of the search by text read, and what they are told, from the names of their output."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signspot.plan.needs import WEIGHTS, Needs
from signspot.plan.plan import Plan
from signspot.plan.settings import RetrievalSettings


@dataclass(frozen=True)
class RetrievalNeeds:
    """The inputs of the jobs that search sentences by text. Every method takes the wildcards of a rule."""

    needs: Needs

    @property
    def plan(self) -> Plan:
        """The plan that they are of."""
        return self.needs.plan

    def settings(self, run: str) -> RetrievalSettings:
        """How a run searches."""
        return self.plan.runs[run].retrieval

    def with_sentences(self, run: str, *roles: str) -> list[str]:
        """The videos of the given roles that have sentences."""
        return self.plan.with_sentences(run, self.settings(run).sentences, *roles)

    def space_roles(self, run: str) -> list[str]:
        """The roles whose sentences a common space learns from, or is chosen by."""
        return ["train", "validation"] if self.plan.runs[run].select == "best" else ["train"]

    def texts(self, run: str) -> dict[str, list[Path]]:
        """The table of sentences, and perhaps word vectors."""
        settings = self.settings(run)
        return {
            "sentences": [Path(settings.sentences)],
            "vectors": [Path(settings.vectors)] if settings.vectors else [],
        }

    def space(self, run: str) -> dict[str, list[Path]]:
        """The inputs of a training of the common space."""
        videos = self.with_sentences(run, *self.space_roles(run))
        return {**self.texts(run), "features": self.needs.feature_folders(run, [self.settings(run).expert], videos)}

    def space_job(self, run: str, seed: str) -> dict[str, Any]:
        """What the n-th training of the common space is told; its seed is that of the run for the first one."""
        of_run, settings = self.plan.runs[run], self.settings(run)
        return {
            "features": {
                role: self.needs.feature_files(run, settings.expert, self.with_sentences(run, role))
                for role in self.space_roles(run)
            },
            "expert": settings.expert,
            "training": {**settings.training, "select": of_run.select},
            "seed": of_run.seed + int(seed) - 1,
        }

    def retrieve(self, run: str) -> dict[str, list[Path]]:
        """The inputs of the search among the sentences of the test videos."""
        files, settings = self.plan.run_files(run), self.settings(run)
        videos = self.with_sentences(run, "test")
        return {
            **self.texts(run),
            "features": self.needs.feature_folders(run, [settings.expert], videos),
            "predictions": self.needs.prediction_folders(run, settings.spotter, videos),
            "spaces": [files.space(str(seed)) / WEIGHTS for seed in range(1, settings.seeds + 1)],
        }

    def retrieve_job(self, run: str) -> dict[str, Any]:
        """What the search is told."""
        settings, videos = self.settings(run), self.with_sentences(run, "test")
        return {
            "features": self.needs.feature_files(run, settings.expert, videos),
            "predictions": self.needs.prediction_files(run, settings.spotter, videos),
            "threshold": settings.threshold,
        }

    def page_job(self, run: str) -> dict[str, Any]:
        """What the page is told: its title, and where the videos lie."""
        return {
            "title": f"{self.plan.corpus['name']}, run {run}",
            "videos": {video: str(self.plan.media(video)) for video in self.with_sentences(run, "test")},
        }
