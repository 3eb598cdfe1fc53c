"""TextGrids are read to the same table as an ELAN document of the same annotations."""

from pathlib import Path

import pytest
from intake_folders import eaf
from pympi.Praat import TextGrid
from read_back import signs_in, told

TIERS = {"RH-IDgloss": [(500, 900, 'SAY "NO"'), (1000, 1500, "ŠKOLA")], "Trad": [(500, 1500, "no! 3 <exists>")]}

PRAAT = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "RH-IDgloss"
        xmin = 0
        xmax = 5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = ""
        intervals [2]:
            xmin = 0.5
            xmax = 0.9
            text = "HOUSE ""2"" X"
        intervals [3]:
            xmin = 0.9
            xmax = 5
            text = "   "
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 5
        points: size = 1
        points [1]:
            number = 0.75
            mark = "x"
""".replace("\n", " \n")


def by_pympi(path: Path, mode: str, codec: str) -> None:
    grid = TextGrid(xmax=5.0)
    for name, rows in TIERS.items():
        tier = grid.add_tier(name)
        for start, end, value in rows:
            tier.add_interval(start / 1000, end / 1000, value)
    grid.to_file(str(path), codec=codec, mode=mode)


@pytest.mark.parametrize("mode", ["normal", "short"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be"])
def test_long_and_short(tmp_path: Path, mode: str, codec: str) -> None:
    eaf(tmp_path / "document/rec1.eaf", TIERS)
    (tmp_path / "grid").mkdir()
    by_pympi(tmp_path / "grid/rec1.TextGrid", mode, codec)
    assert signs_in(tmp_path / "grid") == signs_in(tmp_path / "document")


@pytest.mark.parametrize("name", ["rec1.TextGrid", "rec1.textgrid", "rec1.TEXTGRID"])
def test_praat_s_own_text_with_points(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PRAAT)
    assert signs_in(tmp_path) == {"rec1": [('HOUSE "2" X', 500, 900)]}
    assert told(tmp_path)[name] == "the points of its tiers clicks have no length and are not read"


def test_a_short_text_without_the_words_of_the_header(tmp_path: Path) -> None:
    values = ["0", "5", "<exists>", "1", '"IntervalTier"', '"gloss"', "0", "5", "1", "1", "1.5", '"HOUSE"']
    (tmp_path / "rec1.TextGrid").write_text("\n".join(['"ooTextFile"', '"TextGrid"', *values]))
    assert signs_in(tmp_path) == {"rec1": [("HOUSE", 1000, 1500)]}, "the only tier, and its name says glosses"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PRAAT[:400].encode(), "is no complete TextGrid"),
        (PRAAT.replace("xmax = 0.9", 'xmax = "HOUSE"').encode(), "is no complete TextGrid"),
        (PRAAT.replace("IntervalTier", "PitchTier").encode(), "is no complete TextGrid"),
        (b"ooBinaryFile\x08TextGrid\x01\x02", "is no TextGrid as a text. In Praat, save it by"),
        (b'File type = "ooTextFile"\nObject class = "Sound 2"\n', "is no TextGrid as a text"),
        (b"", "is no TextGrid as a text"),
        (b'"ooTextFile"\n"TextGrid"', "is no complete TextGrid"),
    ],
)
def test_broken_ones(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "rec1.TextGrid").write_bytes(content)
    assert told(tmp_path)["rec1.TextGrid"].startswith(message)
