"""What a file of annotations says of one video: the glosses of one signer, in whichever format they came."""

from dataclasses import dataclass
from pathlib import Path

from signspot.corpus.elan import Media
from signspot.errors import InputError
from signspot.intake.conventions import Profile
from signspot.intake.formats import TierFile
from signspot.intake.profiles import GlossAnnotation, gloss_tiers, merge_hands, read_annotation


@dataclass(frozen=True)
class VideoAnnotations:
    """What one file says of one video.

    Args:
        source: the file.
        video: the name that the file gives the video, without suffix.
        signs: the annotations, in ms of the document; ``Media.video_ms`` turns these times into times of the video.
        media: the videos that the file links.
        signer: who signs; "" if the file does not tell.
    """

    source: Path
    video: str
    signs: list[GlossAnnotation]
    media: tuple[Media, ...] = ()
    signer: str = ""


def from_tiers(file: TierFile, profile: Profile, participant: str = "") -> VideoAnnotations:
    """The annotations of one signer in a file; none if the tiers of the profile are empty.

    Args:
        file: the tiers of the file.
        profile: the convention of the tiers. If the file holds only glosses, its tiers count whatever their names.
        participant: the signer; needed if the file holds several signers.

    Raises:
        InputError: the file has no tier of the profile, or holds several signers and ``participant`` names none.
    """
    here = profile.of_all(file.annotations) if file.only_glosses else profile.within(file.annotations, file.types)
    if not here.tiers:
        there = ", ".join(file.annotations) or "none"
        raise InputError(f"has no tier {' or '.join(profile.tiers)}; there are: {there}")
    people = {tier: file.participants.get(tier, "") for tier, rows in file.annotations.items() if rows}
    found = gloss_tiers(here, people, participant)
    hands = [
        [read_annotation(profile, row.value, row.start_ms, row.end_ms) for row in file.annotations[tier]]
        for tier in found.tiers
    ]
    return VideoAnnotations(file.path, file.video, merge_hands(hands, profile.overlap), file.media, found.signer)
