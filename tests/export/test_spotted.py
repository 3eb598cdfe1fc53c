"""The files of one video, all at once."""

import logging
from pathlib import Path

import pandas as pd
import pytest
from elan_documents import simple

from signspot.corpus.elan import Elan
from signspot.errors import InputError
from signspot.export import SpottingSource, write_spotted
from signspot.spottings import read_spottings, write_spottings

SOURCE = SpottingSource("demo", ["HOUSE"])
SPOTTINGS = pd.DataFrame(
    [("v", "HOUSE", 0, 40, 80, 0.5)], columns=["video", "sign", "class_id", "start_ms", "end_ms", "score"]
)


def write(folder: Path, spottings: pd.DataFrame = SPOTTINGS, original: Path | None = None) -> None:
    write_spotted("v", spottings, folder, media=folder / "v.mp4", source=SOURCE, original=original)


@pytest.mark.parametrize("spottings", [SPOTTINGS, SPOTTINGS[:0]])
def test_four_files(tmp_path: Path, spottings: pd.DataFrame) -> None:
    write(tmp_path / "out", spottings)
    assert {path.name for path in (tmp_path / "out").glob("v*")} == {"v.eaf", "v.vtt", "v.srt", "v.csv"}
    assert not list(tmp_path.rglob(".part-*"))


def test_what_nobody_changed_is_written_again(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, SPOTTINGS[:0])
    assert [path.name for path in tmp_path.glob("*.eaf")] == ["v.eaf"]
    assert Elan.read(tmp_path / "v.eaf").annotations("signspot:demo") == []


def test_what_somebody_corrected_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for glosses in ("TREE", "SKY"):
        write(tmp_path)
        (tmp_path / "v.eaf").write_text((tmp_path / "v.eaf").read_text().replace("HOUSE", glosses))
    with caplog.at_level(logging.WARNING):
        write(tmp_path)
    values = {path.name: Elan.read(path).annotations("signspot:demo")[0].value for path in tmp_path.glob("*.eaf")}
    assert values == {"v.eaf": "HOUSE", "v.corrected1.eaf": "TREE", "v.corrected2.eaf": "SKY"}
    assert "v.eaf: was changed since it was written; it is now v.corrected2.eaf" in caplog.text


def test_a_foreign_document_in_the_way_is_kept(tmp_path: Path) -> None:
    simple(tmp_path, (0, 40, "A")).rename(tmp_path / "v.eaf")
    write(tmp_path)
    assert Elan.read(tmp_path / "v.corrected1.eaf").annotations("Gloss")[0].value == "A"


def test_the_original_may_lie_where_it_is_written(tmp_path: Path) -> None:
    original = simple(tmp_path, (0, 40, "A")).rename(tmp_path / "v.eaf")
    write(tmp_path, original=original)
    assert [tier.name for tier in Elan.read(original).tiers] == ["Gloss", "signspot:demo", "signspot:demo:score"]


def test_a_broken_original_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.eaf").write_text("<ANNOTATION")
    with pytest.raises(InputError, match=r"broken\.eaf: is not well-formed XML"):
        write(tmp_path / "out", original=tmp_path / "broken.eaf")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["NA", "null", "nan"])
def test_a_video_and_a_sign_may_have_any_name(name: str, tmp_path: Path) -> None:
    write_spottings(SPOTTINGS.assign(video=name, sign=name), tmp_path / "spottings.tsv")
    found = read_spottings(tmp_path / "spottings.tsv")
    write_spotted(name, found[found["video"] == name], tmp_path, media=tmp_path / "v.mp4", source=SOURCE)
    assert [row.value for row in Elan.read(tmp_path / f"{name}.eaf").annotations("signspot:demo")] == [name]
    assert (tmp_path / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith(f"{name},{name},40,")
    assert f"00:00:00.040 --> 00:00:00.080\n{name}\n" in (tmp_path / f"{name}.vtt").read_text()
