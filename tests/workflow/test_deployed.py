"""The workflow used as Snakemake's catalogue and snakedeploy use workflows."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from workflow_calls import PACKAGE, ROOT, TINY

DEPLOYED = """
configfile: "config/config.yaml"


module signspot:
    snakefile:
        "{snakefile}"
    config:
        config


use rule * from signspot
"""


def dry_run(folder: Path, *arguments: str) -> str:
    """What ``snakemake`` would do in a folder."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", *arguments]
    told = subprocess.run(command, cwd=folder, env=os.environ | PACKAGE, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout + told.stderr


def test_a_deployed_workflow_builds_its_graph(tmp_path: Path) -> None:
    for name in ("workflow", "config"):
        (tmp_path / name).mkdir()
    (tmp_path / "workflow/Snakefile").write_text(DEPLOYED.format(snakefile=ROOT / "workflow/Snakefile"))
    shutil.copy(TINY, tmp_path / "config/config.yaml")
    assert "results/tiny/runs/demo/report/index.html" in dry_run(tmp_path)


def test_the_folder_of_the_catalogue_builds_its_graph(tmp_path: Path) -> None:
    """Its configuration is the tiny scenario, which other tests run to the end."""
    shutil.copytree(ROOT / ".test", tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".snakemake"))
    output = dry_run(tmp_path, "--snakefile", str(ROOT / "workflow/Snakefile"))
    assert "results/tiny/runs/demo/report/index.html" in output


def test_a_clone_runs_the_embedded_corpus_anywhere(tmp_path: Path) -> None:
    """Both files of a clone ask for the same jobs."""
    counts = [
        re.findall(r"^(?:all|total) +\d+$", dry_run(tmp_path, "--snakefile", str(ROOT / name)), re.MULTILINE)
        for name in ("Snakefile", "workflow/Snakefile")
    ]
    assert counts[0] and counts[0] == counts[1]


def test_the_catalogue_is_told_what_it_demands() -> None:
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage.keys() == {"mandatory-flags", "software-stack-deployment", "report"}
    assert (ROOT / "config/README.md").is_file() and (ROOT / "workflow/Snakefile").is_file()
