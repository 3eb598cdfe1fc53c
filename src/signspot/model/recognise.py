"""Naming the signs of clips never seen, by the stages of the workflow: the stores, what each expert says, their sum."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signspot.errors import SignspotError
from signspot.experts.store import Expert, load_on_device
from signspot.model.folder import RecognisingModel
from signspot.model.progress import Progress
from signspot.model.stages import Video, seen_videos
from signspot.recognition import Recognitions, fused
from signspot.recognition.recognise import recognise_whole
from signspot.video.store import picture_warnings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recognisers:
    """The experts of a model, where they compute, and their weights in the sum."""

    experts: Mapping[str, Expert]
    weights: Mapping[str, float]

    @classmethod
    def load(cls, model: RecognisingModel) -> "Recognisers":
        """The experts of a checked model.

        Raises:
            InputError: weights do not fit their network.
        """
        return cls({key: load_on_device(model.expert_folder(key)) for key in model.experts}, model.recognisers)

    def recognise(self, clip: Video, progress: Progress) -> Recognitions:
        """What they say of the one sign of a clip whose stores are there; what is odd in its picture is logged.

        Raises:
            InputError: a store is damaged.
            NotFinite: an expert gives numbers that are not finite.
        """
        for warning in picture_warnings([clip.stores.crops]):
            log.warning("%s", warning)
        with progress.stage(clip.name, "sign"):
            said = {key: recognise_whole(expert, clip.stores) for key, expert in self.experts.items()}
            return fused(said, self.weights)


def recognise_clips(
    model: RecognisingModel, clips: Sequence[Video], jobs: int, log_file: Path
) -> Iterator[tuple[Video, Recognitions | SignspotError]]:
    """Names the signs of clips, one after the other, each with what is said of it or the error that ended it.

    While the networks see one clip here, up to ``jobs`` others are prepared in processes of their own. Stores that are
    there and were made in the same way are not made again.

    Args:
        clips: each with a name of its own.
        jobs: clips that are prepared at a time.
        log_file: to which these processes add what they have to say.

    Raises:
        InputError: the weights of the model do not fit its networks.
        SignspotError: a process was killed.
    """
    if clips:
        see = Recognisers.load(model).recognise
        yield from seen_videos(clips, model.stores, jobs, log_file, 1, see, least_frames=1)
