"""Which ELAN document is that of a video to be spotted."""

from pathlib import Path

import pytest
from intake_folders import eaf

from signspot.model.originals import find_originals

VIDEOS = ("NGT0001_S001_b", "NGT0001_S002_b")


@pytest.fixture
def paths(tmp_path: Path) -> dict[str, Path]:
    return {name: tmp_path / f"{name}.mp4" for name in VIDEOS}


def conversation(path: Path) -> Path:
    media = [{"MEDIA_URL": f"D:\\{name}.mpg", "MIME_TYPE": "video/mpeg"} for name in VIDEOS]
    return eaf(path, {"Gloss": []}, media=media)


def test_the_document_of_a_conversation_is_that_of_each_signer(paths: dict[str, Path], tmp_path: Path) -> None:
    document = conversation(tmp_path / "NGT0001.eaf")
    (tmp_path / "broken.eaf").write_text("no XML")
    assert find_originals(paths, None) == (dict.fromkeys(VIDEOS, document), {})


def test_a_document_of_the_name_counts_first(paths: dict[str, Path], tmp_path: Path) -> None:
    both, own = conversation(tmp_path / "elan/NGT0001.eaf"), conversation(tmp_path / "elan/NGT0001_S002_b.eaf")
    own.write_text(own.read_text().replace("NGT0001_S001_b", "else"))
    assert find_originals(paths, tmp_path / "elan")[0] == dict(zip(VIDEOS, (both, own), strict=True))
    own.write_text("no XML")
    found, wrong = find_originals(paths, tmp_path / "elan")
    assert found == {VIDEOS[0]: both} and list(wrong) == [VIDEOS[1]]


def test_of_two_that_link_the_video_none_is_taken_and_that_is_told(
    paths: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    conversation(tmp_path / "a.eaf"), conversation(tmp_path / "b.eaf")
    assert find_originals(paths, None) == ({}, {})
    assert "is linked in" in caplog.text and "the spottings are added to none" in caplog.text


def test_a_document_that_links_another_video_is_no_document_of_it(paths: dict[str, Path], tmp_path: Path) -> None:
    eaf(tmp_path / "x.eaf", {"Gloss": []}, media=[{"MEDIA_URL": "other.mp4"}])
    assert find_originals(paths, None) == ({}, {})
