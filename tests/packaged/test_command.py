"""``signspot run`` is Snakemake on our workflow: what it is told, and what is passed on as it is."""

from pathlib import Path

import pytest
from workflow_calls import ROOT

from signspot.errors import InputError, SignspotError
from signspot.packaged import command
from signspot.packaged.command import snakemake_options

OURS = ["--snakefile", str(ROOT / "Snakefile")]
ALL = ["--cores", "all"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SNAKEMAKE_PROFILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_options_go_through_in_their_order() -> None:
    others = ["scores", "-n", "--config", "seed=2", "results=out", "--", "results/a b.tsv"]
    assert snakemake_options([], others) == [*OURS, *ALL, *others]


@pytest.mark.parametrize("others", [["--cores", "2"], ["-c2"], ["-j", "4"], ["--jobs=4"]])
def test_all_cores_are_used_unless_an_option_tells_how_many(others: list[str]) -> None:
    assert snakemake_options([], others) == [*OURS, *others]


def test_a_profile_may_tell_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    assert snakemake_options(["mine"], []) == ["--profile", "mine", *OURS]
    monkeypatch.setenv("SNAKEMAKE_PROFILE", "mine")
    assert snakemake_options([], []) == OURS


def test_our_profiles_are_found_by_their_names(empty_folder: Path) -> None:
    profiles = ["--profile", str(ROOT / "profiles/slurm"), "--profile", "../config"]
    assert snakemake_options(["slurm", "../config"], []) == [*profiles, *OURS]
    (empty_folder / "slurm").mkdir()
    assert snakemake_options(["slurm"], []) == ["--profile", "slurm", *OURS]


def test_our_configurations_are_found_by_their_names(empty_folder: Path) -> None:
    (empty_folder / "mine.yaml").touch()
    others = ["--configfile", "config/hsi3d.yaml", "mine.yaml"]
    ours = ["--configfile", str(ROOT / "config/hsi3d.yaml"), "mine.yaml"]
    assert snakemake_options([], others) == [*OURS, *ALL, *ours]
    (empty_folder / "config").mkdir()
    (empty_folder / "config/hsi3d.yaml").touch()
    assert snakemake_options([], others) == [*OURS, *ALL, *others]


def test_a_file_given_to_config_is_told() -> None:
    with pytest.raises(InputError, match=r"KEY=VALUE, not my.yaml. For a file, write --configfile my.yaml"):
        snakemake_options([], ["-n", "--config", "my.yaml"])


@pytest.mark.parametrize("others", [["--configfile", "gone.yaml", "-n"], ["-n", "--configfile=gone.yaml"]])
def test_a_configuration_that_is_not_there_is_told(others: list[str]) -> None:
    with pytest.raises(InputError, match=r"^gone.yaml: there is no such file. After --configfile, write the path of"):
        snakemake_options([], others)


def test_an_installation_without_the_workflow_says_so(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "REPOSITORY", empty_folder)
    with pytest.raises(SignspotError, match=r"Snakefile: is missing. Install signspot again"):
        snakemake_options([], [])
