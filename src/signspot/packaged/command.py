"""``signspot run``: Snakemake on the workflow of this installation, in the current folder."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from signspot.errors import InputError, SignspotError

CARRIED = Path(__file__).with_name("repository")
"""The files of the repository that a wheel carries."""
REPOSITORY = CARRIED if CARRIED.is_dir() else Path(__file__).parents[3]
CORES = ("--cores", "-c", "--jobs", "-j")


def run(arguments: Namespace) -> None:
    """Becomes Snakemake, whose exit status is then that of this process.

    Raises:
        SignspotError: as :func:`snakemake_options`.
    """
    command = [sys.executable, "-m", "snakemake", *snakemake_options(arguments.profile, arguments.others)]
    os.execv(sys.executable, command)


def snakemake_options(profiles: Sequence[str], others: Sequence[str]) -> list[str]:
    """What Snakemake is told: the workflow, the places of our own profiles and configurations, the other options as is.

    All cores are used unless an option or a profile may tell how many.

    Args:
        profiles: names or paths. ``local`` and ``slurm`` are ours, unless the current folder has one of that name.
        others: all other options of the call. ``config/hsi3d.yaml`` and the like are ours, unless they are there.

    Raises:
        InputError: a file is given to ``--config``, or a file of ``--configfile`` is not there.
        SignspotError: the workflow is not there.
    """
    for option, value in pairwise(others):
        if option == "--config" and "=" not in value:
            raise InputError(f"--config takes KEY=VALUE, not {value}. For a file, write --configfile {value}.")
    snakefile = REPOSITORY / "Snakefile"
    if not snakefile.is_file():
        raise SignspotError(f"{snakefile}: is missing. Install signspot again, from its wheel or from a clone.")
    told = profiles or os.environ.get("SNAKEMAKE_PROFILE") or any(option.startswith(CORES) for option in others)
    named = [word for name in profiles for word in ("--profile", _ours(name, "profiles", "*"))]
    cores = [] if told else ["--cores", "all"]
    passed_on = [_ours(word, ".", "config/*.yaml") for word in others]
    for path in _configurations(passed_on):
        if not Path(path).is_file():
            raise InputError(
                f"{path}: there is no such file. After --configfile, write the path of your configuration, or the name "
                "of one of ours, such as config/hsi3d.yaml."
            )
    return [*named, "--snakefile", str(snakefile), *cores, *passed_on]


def _configurations(options: Sequence[str]) -> Iterator[str]:
    """The words after ``--configfile``, up to the next option."""
    after = False
    for word in options:
        option, _, value = word.partition("=")
        if word.startswith("-"):
            after = option in ("--configfile", "--configfiles")
            if after and value:
                yield value
        elif after:
            yield word


def _ours(word: str, folder: str, pattern: str) -> str:
    """The path of one of our files or folders, unless the word is none of them or the current folder has its own."""
    home = REPOSITORY / folder
    ours = {str(path.relative_to(home)): path for path in home.glob(pattern)}
    return str(ours[word]) if word in ours and not Path(word).exists() else word
