"""SubRip subtitles, one gloss or one sentence in each."""

import re
from pathlib import Path

from signspot.errors import InputError
from signspot.export.subtitles import ANGLES, SRT_END
from signspot.intake.cues import are_sentences, cues_of
from signspot.intake.formats import SUBTITLES, Reading, TierFile
from signspot.intake.texts import read_any_text

SUFFIXES = (".srt",)
ORDER = 60
MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")
BACK = {look_alike: angle for angle, look_alike in ANGLES.items()}


def srt(path: Path, reading: Reading) -> list[TierFile]:
    """The cues without markup. The look-alikes ‹ and › are read as < and >, for which signspot writes them.

    Raises:
        InputError: a line of times cannot be read, or there is none.
    """
    content, remark = read_any_text(path)
    rows = [row._replace(value=MARKUP.sub("", row.value).translate(BACK)) for row in cues_of(content.split("\n"), path)]
    if content.strip() and not rows:
        raise InputError(f"{path}: has no line of times such as 00:00:01,000 --> 00:00:01,500. Is it complete?")
    video = reading.video_of(path.stem)
    if content.endswith(SRT_END):
        return [TierFile(path, video, {SUBTITLES: rows}, origin="its last line tells")]
    sentences = are_sentences(rows)
    remarks = (remark,) if remark else ()
    return [TierFile(path, video, {"": rows}, only_glosses=not sentences, only_sentences=sentences, remarks=remarks)]
