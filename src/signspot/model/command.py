"""``signspot spot``: from videos to tables and files for people, with a trained model."""

import argparse
import logging
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from signspot.compute.gpus import claim_device
from signspot.compute.threads import use_threads
from signspot.errors import InputError, SignspotError
from signspot.files import finished_folder
from signspot.model.folder import SpottingModel, read_spotting_model
from signspot.model.forecast import Work
from signspot.model.originals import find_originals
from signspot.model.results import REVIEW, Results
from signspot.model.spot import spot_videos
from signspot.model.stages import Video
from signspot.model.videos import left_out_copies, named_videos, unwritable_videos

log = logging.getLogger("signspot")

LOG = "spot.log"


def run(arguments: argparse.Namespace) -> None:
    """Writes the folder of what is found, and tells what is in it on standard output.

    Raises:
        InputError: a path or the model is wrong; nothing is written then.
        SignspotError: videos were left out; the message says why. What was found in the others is written.
    """
    model = read_spotting_model(arguments.model).with_pose_model(arguments.pose_model)
    paths = named_videos(arguments.videos)
    check_folders(arguments.out, arguments.work, arguments.annotations, paths)
    claim_device(arguments.device)
    use_threads(arguments.jobs)
    start = time.monotonic()
    with finished_folder(arguments.out) as part, logging_to(part / LOG), work_folder(arguments.work, part) as work:
        tell_left_out(arguments.videos, paths)
        videos = Videos(paths, work, arguments.annotations, arguments.work is not None)
        tell(f"This takes {Work.of(model, arguments.jobs).forecast(videos.all)}.")
        results, left_out = spot_into(part, model, videos, arguments.decoder or model.decoder, arguments.jobs)
    sys.stdout.write(summary(results, arguments.out, time.monotonic() - start))
    if left_out:
        raise left_out_error(left_out, len(paths))


@dataclass(frozen=True)
class Videos:
    """Videos to be spotted.

    Args:
        paths: by name.
        work: folder of their intermediate files.
        annotations: folder of their ELAN documents; None: those beside them.
        keep: whether intermediate files stay.
    """

    paths: Mapping[str, Path]
    work: Path
    annotations: Path | None
    keep: bool

    @property
    def all(self) -> list[Video]:
        """The videos, with the places of their intermediate files."""
        return [Video.within(self.work, name, path) for name, path in self.paths.items()]


def spot_into(
    folder: Path, model: SpottingModel, asked: Videos, decoder: str, jobs: int
) -> tuple[Results, dict[str, SignspotError]]:
    """Spots videos and writes all results to a folder; returns them, and the errors of videos that were left out.

    Raises:
        SignspotError: nothing was found in any video, because all were left out.
    """
    videos = asked.all
    originals, left_out = find_originals(asked.paths, asked.annotations)
    results = Results(folder, model, originals)
    readable = [video for video in videos if video.name not in left_out]
    for video, result in spot_videos(model, readable, decoder, jobs, folder / LOG):
        try:
            if isinstance(result, SignspotError):
                raise result
            results.add(video, result)
        except SignspotError as error:
            log.error("%s: left out: %s", video.name, error)
            left_out[video.name] = error
        if not asked.keep:
            video.forget()
    if not results.found:
        raise left_out_error(left_out, len(videos))
    results.finish()
    return results, left_out


def check_folders(out: Path, work: Path | None, annotations: Path | None, paths: Mapping[str, Path]) -> None:
    """Nothing that is there is written over: neither annotations beside the videos nor files corrected by hand.

    Raises:
        InputError: a folder lies where it must not, or is not empty.
    """
    if out.resolve() in {path.resolve().parent for path in paths.values()}:
        raise InputError(f"--out {out}: is the folder of the videos, whose files are never touched. Name another one.")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise InputError(
            f"--out {out}: is not empty, and what is in it may have been corrected by hand. Name a new folder."
        )
    if work is not None and work.resolve().is_relative_to(out.resolve()):
        raise InputError(f"--work {work}: lies in --out {out}, which is made as a whole. Name a folder outside of it.")
    if annotations is not None and not annotations.is_dir():
        raise InputError(f"--annotations {annotations}: is no folder. Name the one with the ELAN files of the videos.")


class _Screen(logging.Handler):
    """Standard error, above the bar if there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        tqdm.write(self.format(record), file=sys.stderr)


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Everything goes to the log file; to standard error too, but on a terminal, where the bar is, only warnings."""
    file, screen = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace"), _Screen()
    screen.setLevel(logging.WARNING if sys.stderr.isatty() else logging.INFO)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s: %(message)s", handlers=[file, screen], force=True
    )
    try:
        yield
    finally:
        logging.getLogger().removeHandler(file)
        file.close()


@contextmanager
def results_folder(out: Path | None) -> Iterator[Path]:
    """The folder of the results, which appears at the end; without one, a folder that goes."""
    if out is not None:
        with finished_folder(out) as part:
            yield part
    else:
        with TemporaryDirectory(prefix="signspot-") as temporary:
            yield Path(temporary)


@contextmanager
def work_folder(folder: Path | None, out: Path) -> Iterator[Path]:
    """The folder of intermediate files: one that stays, or one on the disk of the results that goes."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with TemporaryDirectory(dir=out, prefix="work-") as temporary:
            yield Path(temporary)


def summary(results: Results, out: Path, seconds: float) -> str:
    """How many spottings each video has, what is to be told of its picture, and how long it took."""
    lines = []
    for video, spotted in results.found.items():
        original = results.originals.get(video.name)
        kept = f", beside the tiers of {original}" if original else ""
        lines.append(f"{video.name}: {len(spotted.spottings)} spottings{kept}")
        lines += [f"{video.name}: {warning}" for warning in spotted.warnings]
    signs = sum(len(spotted.spottings) for spotted in results.found.values())
    minutes = sum(spotted.seconds for spotted in results.found.values()) / 60
    lines.append(
        f"{out}: {signs} spottings in {minutes:.1f} minutes of video; {seconds:.0f} s, that is "
        f"{seconds / minutes:.0f} s per minute. Look at them in {out / REVIEW / 'index.html'}"
    )
    return "\n".join([*lines, ""])


def tell(text: str) -> None:
    """Logs a text; a terminal, which shows warnings only, shows it as well."""
    log.info("%s", text)
    if sys.stderr.isatty():
        tqdm.write(text, file=sys.stderr)


def tell_left_out(named: Sequence[Path], paths: Mapping[str, Path]) -> None:
    """Tells, before anything is computed, which videos are left out: copies for the review page in the folders that
    are named, and those whose paths no table can hold.

    Raises:
        SignspotError: as :func:`tell_unwritable`.
    """
    for copy, original in left_out_copies(named).items():
        tell(f"{copy}: is a copy of {original} for the review page, and left out. To use it, name it itself.")
    tell_unwritable(paths)


def tell_unwritable(paths: Mapping[str, Path]) -> dict[str, SignspotError]:
    """Tells which videos are left out because no table can hold their paths; returns the error of each.

    Raises:
        SignspotError: no table can hold the path of any video.
    """
    errors = unwritable_videos(paths)
    if len(errors) == len(paths):
        raise left_out_error(errors, len(paths))
    for name, error in errors.items():
        log.error("%s: left out: %s", name, error)
    return errors


def left_out_error(errors: Mapping[str, SignspotError], count: int) -> SignspotError:
    """The error that tells which videos, of so many, were left out, and why."""
    reasons = "\n".join(f"  {error}" for error in errors.values())
    return SignspotError(f"left out, {len(errors)} of {count}:\n{reasons}")
