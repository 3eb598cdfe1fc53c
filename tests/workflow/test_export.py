"""The rule that exports a run, alone, on spottings that are there."""

from pathlib import Path

import pytest
import yaml
from elan_documents import rich
from workflow_calls import TINY, Snakemake

from signspot.corpus.elan import Elan

RUN = Path("results/mine/runs/demo")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's corpus whose test video has an ELAN document, and what its run has spotted."""
    (tmp_path / "data/eaf").mkdir(parents=True)
    for name in ("train.mp4", "front view.mp4"):
        (tmp_path / "data" / name).touch()
    rich(tmp_path / "data/eaf")
    header = "video\tpath\tsplit\tsigner\tannotation\n"
    rows = "a\ttrain.mp4\ttrain\tx\t\nb\tfront view.mp4\ttest\ty\teaf/document.eaf\nc\ttrain.mp4\ttest\tx\t\n"
    (tmp_path / "data/videos.tsv").write_text(header + rows)
    (tmp_path / "data/annotations.tsv").write_text("video\tsign\tstart_ms\tend_ms\na\tHOUSE\t100\t500\n")
    (tmp_path / RUN / "spotters/bilstm").mkdir(parents=True)
    (tmp_path / RUN / "spotters/bilstm/weights.safetensors").write_text("weights")
    found = "video\tsign\tclass_id\tstart_ms\tend_ms\tscore\nb\tHOUSE\t0\t1600\t2000\t0.75\n"
    (tmp_path / RUN / "spottings.tsv").write_text(found)
    config = yaml.safe_load(TINY.read_text())
    tables = {"videos": "data/videos.tsv", "annotations": "data/annotations.tsv"}
    config["corpus"] = {"name": "mine", "fps": 25, "source": "tables", "tables": tables}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    return tmp_path


def export(folder: Path, snakemake: Snakemake, *options: str) -> str:
    arguments = ("--configfile", "config.yaml", "--allowed-rules", "elan", *options, "--", str(RUN / "elan"))
    result = snakemake(folder, *arguments)
    assert result.returncode == 0, result.stderr[-8000:]
    return result.stdout + result.stderr


def test_spottings_join_the_annotators_tiers(folder: Path, snakemake: Snakemake) -> None:
    export(folder, snakemake)
    document = Elan.read(folder / RUN / "elan/b.eaf")
    assert document.tiers[0].name == "Gloss"
    (spotted,) = document.annotations("signspot:demo")
    assert (spotted.start_ms, spotted.end_ms, spotted.value) == (100, 500, "HOUSE")
    assert [medium.relative_url for medium in document.media] == [
        *("../../../../../data/front view.mp4", "../../../../../data/eaf/side.mp4"),
    ]
    assert Elan.read(folder / RUN / "elan/c.eaf").annotations("signspot:demo") == []


def test_a_document_that_was_corrected_is_kept(folder: Path, snakemake: Snakemake) -> None:
    export(folder, snakemake)
    path = folder / RUN / "elan/b.eaf"
    path.write_text(path.read_text().replace("HOUSE</ANN", "HOME</ANN"))
    assert "b.eaf: was changed since it was written" in export(folder, snakemake, "--force")
    values = {p.name: Elan.read(p).annotations("signspot:demo")[0].value for p in path.parent.glob("b*.eaf")}
    assert values == {"b.eaf": "HOUSE", "b.corrected1.eaf": "HOME"}


def test_a_missing_document_stops_at_once(folder: Path, snakemake: Snakemake) -> None:
    (folder / "data/eaf/document.eaf").unlink()
    result = snakemake(folder, "--configfile", "config.yaml", "--dry-run")
    assert result.returncode != 0
    output = result.stdout + result.stderr
    assert "line 3: video b has the annotation 'data/eaf/document.eaf', expected an .eaf file" in output
    assert "Traceback" not in output
