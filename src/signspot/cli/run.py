"""What ``signspot run`` may be told."""

import argparse

from signspot.packaged.command import REPOSITORY


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The one option that is not passed on as it is."""
    parser.usage = "signspot run [--profile NAME] [option of snakemake …]"
    parser.epilog = (
        "Every other option goes to snakemake: signspot run --cores 8 --configfile my.yaml. Without --configfile, the "
        "folder's own config/config.yaml is taken, else the embedded corpus. `snakemake --help` explains the options. "
        f"The configurations of published systems, to run or to copy, lie in {REPOSITORY / 'config'}."
    )
    # Snakemake knows more options that begin alike.
    parser.allow_abbrev = False
    parser.add_argument(
        "--profile",
        action="append",
        default=[],
        metavar="NAME",
        help="slurm (a cluster), local (one machine with GPUs), or a profile of your own by its path",
    )
    parser.set_defaults(runs="signspot.packaged.command", passes_on=True)
