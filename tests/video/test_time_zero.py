"""Times count from time 0 of the file, as a browser counts: whatever the container, and however late the picture is.

``pytest -s tests/video/test_time_zero.py`` prints how far both are apart.
"""

import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numbered_pictures import H264, numbers, shown_in_browser, write_numbered
from playwright.sync_api import Browser

from signspot.video.decode import WHOLE, Span, full_frames, probe, sampled_frames
from signspot.video.program import executable

FPS, COUNT = 25.0, 100
VP9 = ("-c:v", "libvpx-vp9", "-crf", "20", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "8")
LATE = ("-itsoffset", "1.021")
FRAGMENTS = ("-movflags", "+frag_keyframe+empty_moov")


def copied(folder: Path, out: str, *options: str, before: tuple[str, ...] = ()) -> Path:
    """The plain video in another container; ``options`` after it, ``before`` it what concerns the input."""
    plain = write_numbered(folder / "plain.mp4", COUNT, "25")
    return called(folder / out, *before, "-i", str(plain), "-c", "copy", *options)


def called(out: Path, *options: str) -> Path:
    subprocess.run([executable(), "-v", "error", "-y", *options, str(out)], check=True)
    return out


def with_sound(folder: Path) -> Path:
    plain = write_numbered(folder / "plain.mp4", COUNT, "25")
    tone = ("-f", "lavfi", "-t", "6", "-i", "sine", *LATE, "-i", str(plain), "-map", "0:a", "-map", "1:v")
    return called(folder / "with_sound.mp4", *tone, "-c:v", "copy", "-c:a", "aac")


def without_sound(folder: Path) -> Path:
    return called(folder / "silent.mp4", "-i", str(with_sound(folder)), "-an", "-c", "copy")


def ended_early(folder: Path) -> Path:
    """As a phone trims: the edit list ends a second and a half before the pictures do."""
    path = copied(folder, "ended.mp4")
    data = bytearray(path.read_bytes())
    at = data.index(b"elst") + 12
    assert struct.unpack_from(">i", data, at + 4)[0] >= 0
    struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] * 5 // 8)
    path.write_bytes(data)
    return path


def variable(folder: Path) -> Path:
    fast = write_numbered(folder / "fast.mp4", 4 * COUNT, "100")
    choice = "select='not(mod(n,7))+not(mod(n,3))'"
    return called(folder / "variable.mp4", "-i", str(fast), "-vf", choice, "-fps_mode", "vfr", *H264)


def late_webm(folder: Path) -> Path:
    plain = write_numbered(folder / "plain.webm", COUNT, "25", VP9)
    return called(folder / "late.webm", *LATE, "-i", str(plain), "-c", "copy")


PLAYED: dict[str, Callable[[Path], Path]] = {
    "mp4": lambda folder: copied(folder, "same.mp4"),
    "mp4 without edit list": lambda folder: copied(folder, "bare.mp4", "-use_editlist", "0"),
    "mp4, sound first": with_sound,
    "mp4, sound removed": without_sound,
    "mp4, start cut off": lambda folder: copied(folder, "trimmed.mp4", before=("-ss", "1.3")),
    "mp4, end cut off": ended_early,
    "mp4 in fragments": lambda folder: copied(folder, "fragments.mp4", *FRAGMENTS),
    "mov, late": lambda folder: copied(folder, "late.mov", before=("-itsoffset", "0.5")),
    "mkv": lambda folder: copied(folder, "same.mkv"),
    "mkv, late": lambda folder: copied(folder, "late.mkv", before=LATE),
    "webm, late": late_webm,
    "mp4, 12.5 fps": lambda folder: write_numbered(folder / "slow.mp4", 50, "12.5"),
    "mp4, 29.97 fps": lambda folder: write_numbered(folder / "ntsc.mp4", 120, "30000/1001"),
    "mp4, 50 fps": lambda folder: write_numbered(folder / "50.mp4", 200, "50"),
    "mp4, 60 fps": lambda folder: write_numbered(folder / "60.mp4", 240, "60"),
    "mp4, 240 fps": lambda folder: write_numbered(folder / "240.mp4", 960, "240"),
    "mp4, variable": variable,
}
RATES = {"12.5": 12.5, "29.97": 30 / 1.001, "50": 50.0, "60": 60.0, "240": 240.0, "variable": 100.0}


@pytest.mark.parametrize("kind", PLAYED)
def test_frames_show_what_a_browser_shows(kind: str, browser: Browser, tmp_path: Path) -> None:
    """A frame shows a picture whose instant is at most half a frame from that of the picture in the browser.

    A picture's number over the rate is when it was taken; pictures of a low rate stay for several frames. Chromium
    itself jumps ahead for two frames in an MP4 without edit list, wherever its decoder starts again.
    """
    path = PLAYED[kind](tmp_path)
    rate = next((value for key, value in RATES.items() if key in kind), 25.0)
    frames = numbers(full_frames(path, probe(path), FPS))
    at = np.arange(1, len(frames) - 2, 3)
    middle = (at + 0.5) / FPS  # a frame shows the picture that is nearest to its start, at any instant of its own
    duration, browsed = shown_in_browser(browser, path, [*(at / FPS + 0.001), *middle])
    first, second = np.split(np.array(browsed), 2)
    ours = np.array(frames)[at]
    apart = np.maximum(np.maximum(first - ours, ours - second), 0) / rate
    length = probe(path).duration_ms
    sys.stdout.write(
        f"{kind}: {1000 * np.quantile(apart, 0.95):.0f} ms apart, {length} and {1000 * duration:.0f} ms long\n"
    )
    assert np.quantile(apart, 0.95) <= 0.5 / FPS + 1e-6
    if kind not in ("mp4, sound first", "mp4, end cut off"):  # where sound or pictures left out last longer
        assert abs(length - 1000 * duration) <= 81


@pytest.mark.parametrize("suffix", [".ts", ".mpg", ".avi"])
def test_a_container_that_counts_from_anywhere_begins_with_its_first_picture(suffix: str, tmp_path: Path) -> None:
    codec = ("-c:v", {".ts": "mpeg2video", ".mpg": "mpeg2video", ".avi": "mpeg4"}[suffix], "-q:v", "2")
    path = write_numbered(tmp_path / f"film{suffix}", COUNT, "25", codec)
    whole = numbers(full_frames(path, probe(path), FPS))[:COUNT]
    # The multiplexer of MPEG programs is a frame late for a while.
    assert np.abs(np.array(whole) - np.arange(COUNT)).max() <= (suffix == ".mpg")
    assert numbers(full_frames(path, probe(path), FPS, Span(2000, 3000))) == whole[50:75]


@pytest.mark.parametrize("kind", ["mp4, sound removed", "mkv, late", "mp4, start cut off", "mp4 in fragments"])
def test_a_part_shows_what_the_whole_shows(kind: str, tmp_path: Path) -> None:
    path = PLAYED[kind](tmp_path)
    info = probe(path)
    whole = numbers(full_frames(path, info, FPS))
    assert numbers(full_frames(path, info, FPS, Span(1000, 2000))) == whole[25:50]
    assert numbers(full_frames(path, info, FPS, Span(2000))) == whole[50:]


def test_pictures_at_a_high_rate_are_taken_around_the_instant_of_the_frame(tmp_path: Path) -> None:
    for fps, count in (("60", 120), ("120", 240), ("240", 480)):
        path = write_numbered(tmp_path / "fast.mp4", count, fps)
        taken = np.array(numbers(full_frames(path, probe(path), FPS))[:49]) / float(fps)
        assert abs((taken - np.arange(49) / FPS).mean()) < 0.002


def test_the_length_is_the_end_of_the_last_picture(tmp_path: Path) -> None:
    assert probe(without_sound(tmp_path)).duration_ms == 5021
    assert probe(PLAYED["mp4, start cut off"](tmp_path)).duration_ms == pytest.approx(2700, abs=40)
    assert probe(ended_early(tmp_path)).duration_ms == pytest.approx(2500, abs=81)
    assert probe(PLAYED["mkv, late"](tmp_path)).duration_ms == 5021


def test_samples_are_from_the_middles_of_equal_parts(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "plain.mp4", COUNT, "25")
    assert numbers(sampled_frames(path, probe(path), 1.0, WHOLE, None, None)) == [12, 37, 62, 87]
