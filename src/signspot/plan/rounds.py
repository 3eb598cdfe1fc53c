"""What the jobs of labels from spottings read, and what they are told, from the names of their output."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signspot.plan.needs import Needs
from signspot.plan.plan import Plan
from signspot.plan.runs import WEAK


@dataclass(frozen=True)
class RoundNeeds:
    """The inputs of the jobs that spot signs for a next round, and tell what came of all rounds."""

    needs: Needs

    @property
    def plan(self) -> Plan:
        """The plan that they are of."""
        return self.needs.plan

    def spot(self, run: str) -> dict[str, list[Path]]:
        """The inputs of the spotting of signs for the round after a run."""
        settings = self.plan.runs[run].round.settings
        videos = [video for of_role in self._videos(run).values() for video in of_role]
        return {
            "sentences": [Path(settings.sentences)],
            "features": self.needs.feature_folders(run, [settings.expert], videos),
        }

    def spot_job(self, run: str) -> dict[str, Any]:
        """What it is told. Annotations of its videos, if there are any, measure what was spotted; nothing learns them.

        A threshold that is given needs no validation sentences.
        """
        place, videos = self.plan.runs[run].round, self._videos(run)
        return {
            "features": {
                role: self.needs.feature_files(run, place.settings.expert, of_role) for role, of_role in videos.items()
            },
            "truth": {role: self.needs.truth(of_role) for role, of_role in videos.items()},
            "vocabulary": self.plan.signs,
            "round": place.number + 1,
            "threshold": place.settings.threshold,
            "precision": place.settings.precision,
        }

    def _videos(self, run: str) -> dict[str, list[str]]:
        """The annotated training videos, the validation videos and those of weak labels."""
        of_run, sentences = self.plan.runs[run], self.plan.runs[run].round.settings.sentences
        return {
            "lexicon": [video for video in of_run.of("train") if video in self.plan.annotated],
            "validation": [
                video
                for video in self.plan.with_sentences(run, sentences, "validation")
                if video in self.plan.annotated
            ],
            "weak": self.plan.with_sentences(run, sentences, WEAK),
        }

    def rounds(self, name: str) -> dict[str, list[Path]]:
        """The inputs of the table of all rounds."""
        runs = self.plan.rounds[name]
        files, first = [self.plan.run_files(run.name) for run in runs], runs[0].name
        return {
            "summaries": [one.pseudo_summary for one in files[:-1]],
            "tables": [one.pseudo_labels for one in files[:-1]],
            "scores": [one.scores for one in files if first in self.plan.scored_runs],
            "recognitions": [one.recognition for one in files if first in self.plan.recognising_runs],
        }
