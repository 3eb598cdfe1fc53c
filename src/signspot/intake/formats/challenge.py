"""The ground truth of the ChaLearn challenge: texts of class, start and end, and pickles."""

import re
from pathlib import Path

from signspot.corpus.challenge import read_ground_truth
from signspot.intake.formats import OtherFormat, Reading, TierFile, TierRow
from signspot.intake.texts import read_any_text
from signspot.rows import nfc

SUFFIXES = (".txt", ".pkl")
ORDER = 30
FIRST_LINE = re.compile(r"\s*-?\d+\s*,\s*-?\d+\s*,.*")
"""What the first line of a text looks like."""


def challenge(path: Path, reading: Reading) -> list[TierFile]:
    """The intervals of each video; a class id without a gloss is called ``class_00`` and so on.

    Raises:
        OtherFormat: a text does not begin with a line such as ``class,start_ms,end_ms``.
        InputError: the file is damaged, refused or malformed.
    """
    if path.suffix.lower() == ".txt":
        first = next((line for line in read_any_text(path).content.split("\n") if line.strip()), "")
        if not FIRST_LINE.fullmatch(first):
            raise OtherFormat(f"{path}: is no text of class,start_ms,end_ms.")
    names = dict(enumerate(reading.glosses))
    return [
        TierFile(
            path,
            nfc(video),
            {"": [TierRow(start, end, names.get(number, f"class_{number:02d}")) for number, start, end in rows]},
            only_glosses=True,
        )
        for video, rows in read_ground_truth(path).items()
    ]
