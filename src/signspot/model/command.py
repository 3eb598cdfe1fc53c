"""``signspot spot``: from videos to tables and files for people, with a trained model."""

import argparse
import logging
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import torch

from signspot.errors import InputError, SignspotError
from signspot.files import finished_folder
from signspot.model.folder import read_model
from signspot.model.spot import Film, Spotted, spot_videos
from signspot.model.videos import named_videos
from signspot.spotting.decode import DECODERS, write_spottings
from signspot.training.devices import claim_device

log = logging.getLogger("signspot")

LOG, SPOTTINGS = "spot.log", "spottings.tsv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot spot``."""
    parser.add_argument("videos", type=Path, nargs="+", metavar="VIDEO", help="a video, or a folder of videos")
    parser.add_argument("--model", type=Path, required=True, help="folder written by `signspot export-model`")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for what is found")
    parser.add_argument(
        "--annotations",
        type=Path,
        metavar="FOLDER",
        help="ELAN files named as the videos, whose tiers the new files keep; by default those beside the videos",
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="of the networks")
    parser.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="videos prepared at a time, and threads of the networks"
    )
    parser.add_argument(
        "--work",
        type=Path,
        metavar="FOLDER",
        help="keeps the intermediate files, so that a later call goes on from them (large: some 100 MB per minute)",
    )
    parser.add_argument("--decoder", choices=list(DECODERS), help="by default that of the model")


def run(arguments: argparse.Namespace) -> None:
    """Writes the folder of what is found, and tells what is in it on standard output.

    Raises:
        InputError: a path or the model is wrong; nothing is written then.
        SignspotError: videos were left out; the message says why. What was found in the others is written.
    """
    model, videos = read_model(arguments.model), named_videos(arguments.videos)
    _check_folders(arguments.out, arguments.work, videos)
    claim_device(arguments.device)
    torch.set_num_threads(arguments.jobs)
    start = time.monotonic()
    with finished_folder(arguments.out) as part, _log(part / LOG), _work(arguments.work, part) as work:
        films = [Film.within(work, name, path) for name, path in videos.items()]
        found: dict[Path, Spotted] = {}
        failed: dict[Path, SignspotError] = {}
        for film, result in spot_videos(model, films, arguments.decoder or model.decoder, arguments.jobs, part / LOG):
            if arguments.work is None:
                shutil.rmtree(film.folder, ignore_errors=True)
            if isinstance(result, Spotted):
                found[film.path] = result
            else:
                log.error("%s: left out: %s", film.name, result)
                failed[film.path] = result
        if not found:
            raise SignspotError(_left_out(failed, len(videos)))
        write_spottings(pd.concat([result.spottings for result in found.values()]), part / SPOTTINGS)
    sys.stdout.write(_summary(list(found.values()), arguments.out, time.monotonic() - start))
    if failed:
        raise SignspotError(_left_out(failed, len(videos)))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number


def _check_folders(out: Path, work: Path | None, videos: Mapping[str, Path]) -> None:
    """Nothing that is there is written over: neither annotations beside the videos nor files corrected by hand."""
    if out.resolve() in {path.resolve().parent for path in videos.values()}:
        raise InputError(
            f"--out {out}: is the folder of the videos, whose files are never touched. Name another folder."
        )
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise InputError(
            f"--out {out}: is not empty, and what is in it may have been corrected by hand. Name a new folder."
        )
    if work is not None and work.resolve().is_relative_to(out.resolve()):
        raise InputError(f"--work {work}: lies in --out {out}, which is made as a whole. Name a folder outside of it.")


@contextmanager
def _log(path: Path) -> Iterator[None]:
    """Everything goes to the log file; to standard error too, but on a terminal, where the bar is, only warnings."""
    file, screen = logging.FileHandler(path, encoding="utf-8"), logging.StreamHandler()
    screen.setLevel(logging.CRITICAL if sys.stderr.isatty() else logging.INFO)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s: %(message)s", handlers=[file, screen], force=True
    )
    try:
        yield
    finally:
        logging.getLogger().removeHandler(file)
        file.close()


@contextmanager
def _work(folder: Path | None, out: Path) -> Iterator[Path]:
    """The folder of intermediate files: one that stays, or one on the disk of the results that goes."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with TemporaryDirectory(dir=out, prefix="work-") as temporary:
            yield Path(temporary)


def _summary(found: Sequence[Spotted], out: Path, seconds: float) -> str:
    signs, minutes = sum(len(one.spottings) for one in found), sum(one.seconds for one in found) / 60
    return (
        f"{out}: {signs} signs in {len(found)} videos of {minutes:.1f} minutes; {seconds:.0f} s, that is "
        f"{seconds / minutes:.0f} s per minute of video.\n"
    )


def _left_out(failed: Mapping[Path, SignspotError], videos: int) -> str:
    reasons = "\n".join(f"  {error}" for error in failed.values())
    return f"{len(failed)} of {videos} videos left out:\n{reasons}"
