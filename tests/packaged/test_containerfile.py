"""The recipe of a container names what is there; that it builds is tried by hand, see docs/clusters.md."""

import re
import tomllib

from workflow_calls import ROOT

RECIPE = (ROOT / "envs/Containerfile").read_text(encoding="utf-8")


def test_it_installs_the_wheel_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wheel = f"{project['name']}-{project['version']}-py3-none-any.whl"
    assert set(re.findall(r"[\w.-]+\.whl", RECIPE)) == {wheel}


def test_it_copies_files_of_a_clone_in_which_the_wheel_is_built() -> None:
    [copied] = re.findall(r"^COPY (.+) /opt/$", RECIPE, flags=re.MULTILINE)
    for name in copied.split():
        assert name.startswith("dist/") or (ROOT / name).is_file(), name


def test_packages_are_installed_by_the_program_that_make_uses() -> None:
    pinned = re.compile(r"\buv==[\d.]+")
    assert pinned.findall(RECIPE) == pinned.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
