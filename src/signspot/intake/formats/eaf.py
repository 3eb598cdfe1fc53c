"""ELAN documents."""

from pathlib import Path

from signspot.corpus.elan import Elan, Media
from signspot.export.elan import SPOTTED
from signspot.intake.formats import Reading, TierFile, TierRow
from signspot.intake.profiles import spaced
from signspot.rows import nfc
from signspot.video.decode import VIDEO_SUFFIXES

SUFFIXES = (".eaf",)
ORDER = 10


def eaf(path: Path, reading: Reading) -> list[TierFile]:
    """The tiers of an ELAN document.

    Raises:
        InputError: the file is broken, no ELAN document or unsafe.
    """
    elan = Elan.read(path)
    annotations = {
        nfc(tier.name): [TierRow(row.start_ms, row.end_ms, row.value) for row in elan.annotations(tier.name)]
        for tier in elan.tiers
    }
    return [
        TierFile(
            path,
            nfc(path.stem),
            annotations,
            media=tuple(medium for medium in elan.media if _is_video(medium)),
            participants={nfc(tier.name): nfc(tier.participant) for tier in elan.tiers},
            types={nfc(tier.name): nfc(tier.type) for tier in elan.tiers},
            controlled=frozenset(
                spaced(value)
                for each in elan.vocabularies
                if not each.name.startswith(SPOTTED)  # that of a model, not of the annotators
                for values in each.values.values()
                for value in values
            ),
        )
    ]


def _is_video(medium: Media) -> bool:
    return medium.mime_type.startswith("video") or Path(medium.name).suffix.lower() in VIDEO_SUFFIXES
