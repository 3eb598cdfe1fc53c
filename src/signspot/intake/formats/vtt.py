"""WebVTT subtitles, one gloss or one sentence in each.

https://www.w3.org/TR/webvtt1/
"""

import html
import re
from pathlib import Path

from signspot.errors import InputError
from signspot.export.subtitles import VTT_NOTE
from signspot.intake.cues import are_sentences, cues_of
from signspot.intake.formats import SUBTITLES, Reading, TierFile, TierRow
from signspot.intake.texts import read_any_text
from signspot.rows import nfc

SUFFIXES = (".vtt",)
ORDER = 70
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]+)>")
ASIDE = re.compile(r"(?<=\n\n)(?:NOTE|STYLE|REGION)(?:[ \t\n].*?)?(?=\n\n|\Z)", re.DOTALL)
"""A block that is no cue."""
MARKUP = re.compile(r"<[^<>]*>")


def vtt(path: Path, reading: Reading) -> list[TierFile]:
    """The cues without markup. Each voice, ``<v Anna>``, is a tier and a participant; cues without one are a tier.

    Raises:
        InputError: the first line is not WEBVTT, or a line of times cannot be read.
    """
    content, remark = read_any_text(path)
    if not re.match(r"WEBVTT(\s|$)", content):
        raise InputError(f"{path}: does not begin with WEBVTT. Is it a WebVTT file?")
    if "X-TIMESTAMP-MAP" in content.split("\n\n", 1)[0]:
        raise InputError(f"{path}: is a part of a stream (X-TIMESTAMP-MAP); its times do not count from its video.")
    lines = [line.rstrip() for line in content.split("\n")]
    spoken = ASIDE.sub(lambda aside: "\n" * aside[0].count("\n"), "\n".join(lines))
    tiers: dict[str, list[TierRow]] = {}
    for row in cues_of(spoken.split("\n"), path):
        voice = VOICE.search(row.value)
        text = html.unescape(MARKUP.sub("", row.value))
        tiers.setdefault(nfc(html.unescape(voice[1])) if voice else "", []).append(row._replace(value=text))
    every = [row for rows in tiers.values() for row in rows]
    if VTT_NOTE in lines:
        return [TierFile(path, reading.video_of(path.stem), {SUBTITLES: every}, origin="a note in it tells")]
    sentences = are_sentences(every)
    return [
        TierFile(
            path,
            reading.video_of(path.stem),
            tiers or {"": []},
            participants={tier: tier for tier in tiers},
            only_glosses=not sentences,
            only_sentences=sentences,
            remarks=(remark,) if remark else (),
        )
    ]
