"""Calls commands with mutated files for some minutes; a finding is kept with the files that show it.

    python tests/fuzz/fuzz.py --minutes 10 [--seed 1] [--kinds pickles videos documents tables corrections models]

A finding is a traceback, a death by a signal, a call of more than a minute, a file that appears or changes beside the
folder of the call, a process that is left, or more than 1.5 GiB of memory.
"""

import argparse
import contextlib
import json
import os
import random
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "helpers")]

from mutate import mutated  # noqa: E402
from seeds import TOKENS, Seed, seeds  # noqa: E402

PEAK_MB, SECONDS = 1536, 60


@dataclass
class Worker:
    """A process that makes calls, and a new one after one that died or grew."""

    sandbox: Path
    process: subprocess.Popen | None = field(default=None)

    def call(self, folder: Path, arguments: Sequence[str]) -> dict:
        """What ``worker.py`` tells of the call; ``error`` alone if the process died or took too long."""
        if self.process is None:
            places = {"HOME": self.sandbox / "home", "TMPDIR": self.sandbox / "tmp"}
            for place in places.values():
                place.mkdir(exist_ok=True)
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "worker.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=os.environ | {name: str(place) for name, place in places.items()},
            )
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps({"folder": str(folder), "arguments": list(arguments)}) + "\n")
            self.process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            answer = self.process.stdout.readline() if selector.select(SECONDS) else None
        if answer:
            return json.loads(answer)
        error = "takes more than a minute" if answer is None else f"died with status {self.process.wait()}"
        self.end()
        return {"error": error, "status": None, "children": [], "peak_mb": 0, "said": ""}

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def findings(answer: dict, before: dict[str, tuple], after: dict[str, tuple]) -> list[str]:
    """What was wrong with a call, in words."""
    found = [answer["error"]] if answer["error"] else []
    found += [f"leaves the process {child}" for child in answer["children"]]
    found += [f"{answer['peak_mb']} MiB of memory"] if answer["peak_mb"] > PEAK_MB else []
    found += [f"writes {name}" for name in sorted(after) if after[name] != before.get(name)]
    if answer["status"] not in (0, 2, None):
        found.append(f"ends with status {answer['status']}: {answer['said'][-500:]}")
    return found


def tree(folder: Path) -> dict[str, tuple]:
    """Files below a folder, with size and time of change, but those of the call and temporary ones."""
    left = {folder / name for name in ("case", "home", "tmp")}
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not any(path.is_relative_to(one) for one in left)
    }


def prepare(seed: Seed, case: Path, rng: random.Random) -> None:
    """A copy of the seed's folder in which one or two files are mutated."""
    shutil.rmtree(case, ignore_errors=True)
    shutil.copytree(seed.folder, case)
    for name in rng.sample(seed.mutable, min(len(seed.mutable), rng.choice((1, 1, 2)))):
        path = case / name
        path.write_bytes(mutated(path.read_bytes(), TOKENS[seed.kind], rng))


def fuzz(seconds: float, kinds: Sequence[str], number: int, kept: Path) -> Counter:
    """Makes calls for this long; writes findings to ``kept``; returns the calls and findings of each kind."""
    rng, counts = random.Random(number), Counter()
    with tempfile.TemporaryDirectory() as temporary:
        sandbox = Path(temporary).resolve()
        made = seeds(sandbox / "seeds")
        chosen = {kind: [seed for seed in made if seed.kind == kind] for kind in kinds}
        worker, end = Worker(sandbox), time.monotonic() + seconds
        before = tree(sandbox)
        while time.monotonic() < end:
            kind = min(kinds, key=lambda one: counts[f"{one}: seconds"])
            seed = rng.choice(chosen[kind])
            prepare(seed, sandbox / "case", rng)
            start = time.monotonic()
            answer = worker.call(sandbox / "case", seed.call)
            counts[f"{kind}: seconds"] += time.monotonic() - start
            counts[f"{kind}: calls"] += 1
            counts[f"{kind}: accepted"] += answer["status"] == 0
            if found := findings(answer, before, tree(sandbox)):
                counts[f"{kind}: findings"] += 1
                keep(kept / f"{kind}{counts[f'{kind}: calls']}", sandbox / "case", seed.call, found)
                before = tree(sandbox)
            if answer["peak_mb"] > PEAK_MB:
                worker.end()
        worker.end()
    return counts


def keep(folder: Path, case: Path, call: Sequence[str], found: Sequence[str]) -> None:
    shutil.copytree(case, folder, dirs_exist_ok=True)
    (folder / "finding.txt").write_text("\n".join((f"signspot {' '.join(call)}", *found)) + "\n", "utf-8")
    sys.stdout.write(f"{folder}: {found[0].strip().splitlines()[-1]}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=TOKENS, default=list(TOKENS))
    parser.add_argument("--keep", type=Path, default=Path("findings"), help="folder for what shows a finding")
    arguments = parser.parse_args()
    counts = fuzz(60 * arguments.minutes, arguments.kinds, arguments.seed, arguments.keep.resolve())
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{name} {count:.0f}\n")
    return int(any(count for name, count in counts.items() if name.endswith("findings")))


if __name__ == "__main__":
    sys.exit(main())
