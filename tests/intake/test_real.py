"""Corpora as they were published, where they are kept beside the repository."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from intake_folders import Came, init

from signspot.corpus.sentences import read_sentences


def test_lse_health(shared: Path, data: Path, intake: Callable[..., Came]) -> None:
    """15,098 signs, 1,029 fingerspellings, 7,738 sentences; 105 glosses are in the controlled vocabularies."""
    with ZipFile(shared / "data/lse_health/ELAN-LSE-Health-UVigo.zip") as archive:
        archive.extractall(data)
    came = intake("--signers", shared / "data/lse_health/videos.csv")
    assert came.status == 0, came.error
    assert len(came.videos) == 273 and len(came.annotations) == 15_098 and len(came.vocabulary) == 105
    counts = {line.split("  ")[0]: line.split()[-5:] for line in came.section("Annotations")}
    assert "prefix DT:                           1029" in came.text
    assert "mark without letter or digit          151" in came.text and "all" in counts
    sentences = read_sentences(data.parent / "tables/sentences.tsv", came.videos["video"])
    assert len(sentences) == 7738 and sentences["video"].nunique() == 273
    assert came.section("Sentences") == ["7738 sentences in 273 videos; they last 4.0 s (median)."]
    assert came.section("Glosses that no controlled vocabulary") == ["  B (49)", "  VERDAD (1)", "  NOMAL (1)"]
    assert len(came.section("Annotations without their video")) == 11
    assert came.section("Media links that were not followed")[0].endswith("taken for b6aA0SmeUUI.mp4")
    assert set(came.column("signer").values()) == {*map(str, range(1, 11)), "3,2"}
    shown = came.annotations.merge(came.videos)
    assert set(shown.loc[shown["split"] == "train", "sign"]) >= set(came.vocabulary["sign"])


def test_challenge_pickle(shared: Path, tmp_path: Path, capsys) -> None:
    folder = shared / "data/lse_health"
    (tmp_path / "data").mkdir()
    path = tmp_path / "data/MSSL_TRAIN_SET_GT.pkl"
    path.write_bytes((folder / path.name).read_bytes())
    came = init(capsys, path, "--vocabulary", folder / "MSSL_SET_LABELS.txt")
    assert came.status == 0, came.error
    assert (len(came.videos), len(came.annotations), len(came.vocabulary)) == (112, 2111, 60)
    assert set(came.videos["signer"]) == {"p01", "p02", "p04", "p05", "p06"}


def test_slovak_folder(shared: Path, tmp_path: Path, capsys) -> None:
    folder = shared / "data/slovak"
    (tmp_path / "data").symlink_to(folder)
    came = init(capsys, tmp_path / "data", "--signers", folder / "splits.csv")
    assert came.status == 0, came.error
    assert (len(came.videos), len(came.annotations), len(came.vocabulary)) == (37, 173, 60)
    assert (came.videos["split"] == "predict").sum() == 16
    assert set(came.videos["signer"]) == {"sk1"}
