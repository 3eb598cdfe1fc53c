"""Which FFmpeg is used, what is said of one that does not run, and that none outlives the process that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest
from workflow_calls import PACKAGE

from signspot.errors import InputError, SignspotError
from signspot.video import program as module
from signspot.video.decode import Crop, frames, probe
from signspot.video.limits import Limits
from signspot.video.program import PACKAGE as OWN
from signspot.video.program import VARIABLE, executable, program

SOURCE = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=1", "-pix_fmt", "yuv420p")
BROKEN = {
    "a library is missing": "echo 'error while loading shared libraries: libx264.so.138' >&2; exit 127",
    "an option is unknown": 'case "$*" in *max_alloc*) echo "Unrecognized option" >&2; exit 1;; esac',
    "silent": "exit 0",
    "fails": "exit 1",
    "killed": "kill -SEGV $$",
}
Script = Callable[[str], Path]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """``script(lines)``: a program called ffmpeg, alone in its folder."""

    def write(lines: str) -> Path:
        path = tmp_path / "bin/ffmpeg"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The choice is made anew, and forgotten afterwards."""
    monkeypatch.delenv(VARIABLE, raising=False)
    program.cache_clear()
    yield
    program.cache_clear()


def own() -> str:
    """The FFmpeg of the package."""
    return str(next(Path(imageio_ffmpeg.__file__).parent.glob("binaries/ffmpeg-*")))


@pytest.mark.parametrize("lines", BROKEN.values(), ids=BROKEN)
def test_broken_program_in_the_path_is_told_once_and_not_used(
    script: Script, lines: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, make
) -> None:
    video, path = make("fine.mp4", *SOURCE), script(lines)
    program.cache_clear()
    monkeypatch.setenv("PATH", f"{path.parent}:/usr/bin:/bin")
    assert [probe(video).width, probe(video).width] == [64, 64]
    assert executable() == own() and program().source == OWN
    said = [record.getMessage() for record in caplog.records if "does not run" in record.getMessage()]
    assert len(said) == 1 and str(path) in said[0] and own() in said[0] and VARIABLE in said[0]


def test_variable_of_the_package_that_names_the_broken_one(
    script: Script, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = script("exit 127")
    monkeypatch.setenv("PATH", str(path.parent))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "ffmpeg")
    assert executable() == own()
    assert sum(record.getMessage().count(f"{path} does not run") for record in caplog.records) == 1


@pytest.mark.parametrize("mode", [0o644, 0o755])
def test_file_that_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    path = tmp_path / "ffmpeg"
    path.write_bytes(b"\x7fELF of another machine")
    path.chmod(mode)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert executable() == own()
    program.cache_clear()
    monkeypatch.setenv(VARIABLE, str(path))
    with pytest.raises(SignspotError, match=rf"{VARIABLE}: {path} does not run"):
        executable()


def test_program_in_the_path_that_runs_is_used(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script(f'exec {own()} "$@"')
    monkeypatch.setenv("PATH", f"{path.parent}:/usr/bin:/bin")
    assert (executable(), program().source) == (str(path), "PATH")
    assert program().version.startswith("ffmpeg version")


def test_variable_names_another(script: Script, monkeypatch: pytest.MonkeyPatch, make) -> None:
    path = script(f'exec {own()} "$@"')
    monkeypatch.setenv(VARIABLE, str(path))
    assert (executable(), program().source) == (str(path), VARIABLE)
    program.cache_clear()
    path.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    with pytest.raises(SignspotError, match="does not run") as told:
        executable()
    assert not isinstance(told.value, InputError)


def test_no_program_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_candidates", lambda: iter([("/nowhere/ffmpeg", "PATH")]))
    with pytest.raises(SignspotError, match=r"/nowhere/ffmpeg does not run \(No such file.*Install FFmpeg"):
        executable()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("echo 'libx264.so.138: cannot open' >&2; exit 127", "FFmpeg does not run: libx264.so.138"),
        ("kill -KILL $$", "was killed by SIGKILL"),
        ("echo 'Decoder (codec av1) not found for input stream #0:0' >&2; exit 1", "has no decoder of av1"),
    ],
)
def test_failure_of_the_program_is_not_told_as_one_of_the_video(
    script: Script, make, lines: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    video, path = make("fine.mp4", *SOURCE), script(lines)
    monkeypatch.setattr(module, "program", lambda: module.Program(str(path), "PATH", "made up"))
    for call in (lambda: probe(video), lambda: list(frames(video, 25, Crop(32, 48, 64, 48), None))):
        with pytest.raises(SignspotError, match=told) as error:
            call()
        assert "cannot be decoded" not in str(error.value)


def test_looking_at_a_video_takes_no_longer_than_its_limit(
    script: Script, make, monkeypatch: pytest.MonkeyPatch
) -> None:
    video, path = make("fine.mp4", *SOURCE), script("exec sleep 600")
    monkeypatch.setattr(module, "program", lambda: module.Program(str(path), "PATH", "made up"))
    start = time.monotonic()
    with pytest.raises(InputError, match=r"took FFmpeg more than 1 s to look at.*video\.probe_s"):
        probe(video, Limits(probe_s=0.5))
    assert time.monotonic() - start < 60


PARENTS = {
    "decoding": "pictures = frames(sys.argv[1], 25, Crop(32, 48, 64, 48), None); next(pictures)",
    "silent": "from signspot.video.program import start; child = start(['-v', 'error', '-f', 'lavfi', '-i', "
    "'testsrc=rate=1', '-f', 'null', '-'])",
    "encoding": "from signspot.video.program import start; child = start(['-v', 'error', '-f', 'rawvideo', '-s', "
    "'2x2', '-i', 'pipe:', '-f', 'null', '-'], stdin=subprocess.PIPE); os.set_inheritable(child.stdin.fileno(), True); "
    "subprocess.Popen(['sleep', '8'], close_fds=False)",
}


def _children(parent: int) -> list[int]:
    """FFmpegs that were started by a process."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes().split(b"\0")[0]
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and int(status[1]) == parent and b"ffmpeg" in command:
            found.append(int(entry.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no signal for the death of a parent")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
@pytest.mark.parametrize("kind", PARENTS)
def test_ffmpeg_ends_with_its_parent(make, kind: str, number: int) -> None:
    video = make("long.mp4", "-f", "lavfi", "-i", "testsrc=size=640x480:rate=25:duration=60", "-preset", "ultrafast")
    # A process that was started by nohup passes on that SIGHUP is ignored.
    code = "import os, signal, subprocess, sys, time; signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    code += "from signspot.video.decode import Crop, frames; "
    code += f"{PARENTS[kind]}; print('started', flush=True); time.sleep(600)"
    command = [sys.executable, "-c", code, str(video)]
    with subprocess.Popen(command, env=os.environ | PACKAGE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"started\n"
        deadline = time.monotonic() + 60
        while not (children := _children(parent.pid)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert children
        parent.send_signal(number)
        parent.wait()
        while any(_runs(child) for child in children) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(_runs(child) for child in children)


def _runs(process: int) -> bool:
    """Whether a process is there and has not ended; one that nobody waited for stays in the table as Z."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
