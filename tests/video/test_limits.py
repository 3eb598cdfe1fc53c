"""Limits: a small file asks for days of work, or for pictures of a gigabyte."""

import struct
from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.video.decode import Crop, frames, probe
from signspot.video.limits import VARIABLE, Limits

SOURCE = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=1", "-pix_fmt", "yuv420p")
VARIABLE_RATE = ("-fps_mode", "passthrough", "-enc_time_base", "1/1000")


def later(seconds: int, first: int) -> tuple[str, ...]:
    """Options that show the pictures from ``first`` on so much later, with times of a thousandth of a second."""
    return ("-vf", f"settb=1/1000,setpts='PTS+if(gte(N,{first}),{1000 * seconds},0)'", *VARIABLE_RATE)


@pytest.mark.parametrize("name", ["gap.mkv", "gap.mp4", "gap.mov", "gap.webm", "gap.nut.mkv"])
@pytest.mark.parametrize("first", [1, 12, 24])
def test_gap_of_hours_is_refused(make, name: str, first: int) -> None:
    codec = ("-c:v", "libvpx") if name.endswith("webm") else ("-c:v", "libx264", "-bf", "2" if first == 12 else "0")
    path = make(f"{first}{name}", *SOURCE, *codec, *later(36000, first))
    with pytest.raises(InputError, match=r"shows no picture for 3[56]\d\d\d s .*at most 600 s .*video\.gap_s"):
        probe(path)


def test_gap_is_told_and_its_limit_can_be_raised(make, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make("half.mkv", *SOURCE, "-c:v", "libx264", *later(1800, 12))
    with pytest.raises(InputError, match=r"not from 0\.4 s to 1800\.5 s.*SIGNSPOT_VIDEO_LIMITS=gap_s=NUMBER"):
        probe(path)
    assert probe(path, Limits(gap_s=1801)).variable
    monkeypatch.setenv(VARIABLE, "hours=2, gap_s=1801")
    assert probe(path).variable


def test_many_gaps_count_together(make) -> None:
    """Two pictures a minute for an hour."""
    path = make("slides.mkv", *SOURCE, "-c:v", "libx264", "-vf", "settb=1/1000,setpts=N*30000", *VARIABLE_RATE)
    with pytest.raises(InputError, match=r"shows no picture for \d+ s in all"):
        probe(path, Limits(gap_s=300))


def test_picture_that_begins_hours_after_the_sound(make) -> None:
    late = ("-f", "lavfi", "-t", "1", "-i", "sine", "-itsoffset", "7200", *SOURCE)
    path = make("late.mkv", *late, "-map", "0:a", "-map", "1:v", "-c:v", "libx264")
    with pytest.raises(InputError, match=r"not from 0\.0 s to 7(199\.9|200\.0) s"):
        probe(path)


def test_last_picture_that_stays_for_hours(make) -> None:
    movie = bytearray(make("stays.mp4", *SOURCE, "-c:v", "libx264", "-bf", "0", *later(1, 24)).read_bytes())
    at = movie.index(b"stts") + 8
    runs = struct.unpack(">I", movie[at : at + 4])[0]
    last = at + 8 * runs - 4
    movie[last : last + 8] = struct.pack(">II", struct.unpack(">I", movie[last : last + 4])[0], 4_000_000_000)
    path = make("any.mp4", *SOURCE).with_name("stays for long.mp4")
    path.write_bytes(movie)
    with pytest.raises(InputError, match=r"video\.(gap_s|hours)|cannot be decoded"):
        probe(path)


def test_ordinary_pauses_are_no_gap(make) -> None:
    """A recording with a picture each half second, one that stops for five minutes, one whose sound begins first."""
    rare = make("rare.mkv", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=2:duration=9", "-c:v", "libx264")
    assert probe(rare, Limits(gap_s=1)).fps == pytest.approx(2)
    assert probe(make("pause.mkv", *SOURCE, "-c:v", "libx264", *later(300, 12))).variable


def test_length_is_limited(make) -> None:
    path = make("second.mp4", *SOURCE)
    with pytest.raises(InputError, match=r"second\.mp4: lasts 0\.0 hours; at most 0\.0001 hours .*video\.hours"):
        probe(path, Limits(hours=1e-4))


@pytest.mark.parametrize("size", ["16000x9000", "16000x64", "64x16000"])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_huge_pictures_are_refused(make, size: str, suffix: str) -> None:
    source = ("-f", "lavfi", "-i", f"color=size={size}:rate=25:duration=0.08", "-pix_fmt", "yuv420p")
    path = make(f"{size}.{suffix}", *source, "-c:v", "libx264", "-preset", "ultrafast")
    with pytest.raises(InputError, match=rf"has pictures of {size} px; at most 8192x4608 px.*video\.side_px"):
        probe(path)
    width, height = map(int, size.split("x"))
    if width * height > Limits().pixels:
        with pytest.raises(InputError, match=r"video\.side_px"):
            next(frames(path, 25, Crop(100, 200, width, height), 100))


def test_wide_pixels_make_no_huge_pictures(make) -> None:
    path = make("wide.mp4", *SOURCE, "-vf", "scale=640:48,setsar=20", "-c:v", "libx264")
    with pytest.raises(InputError, match=r"has pictures of 12800x48 px"):
        probe(path)


def test_pictures_that_grow_on_the_way_are_refused(make, tmp_path: Path) -> None:
    """The header of a transport stream says nothing; its second half has pictures of another size."""
    parts = [
        make(f"{size}.ts", "-f", "lavfi", "-i", f"color=size={size}:duration=0.4", "-c:v", "libx264", "-bf", "0")
        for size in ("64x48", "1280x720")
    ]
    path = tmp_path / "grows.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    with pytest.raises(InputError, match=r"has pictures of 1280x720 px|cannot be decoded"):
        list(frames(path, 25, Crop(32, 48, 64, 48), None, limits=Limits(side_px=720)))


def test_pictures_of_eight_thousand_px_are_read(make) -> None:
    source = ("-f", "lavfi", "-i", "color=size=7680x4320:rate=25:duration=0.08", "-pix_fmt", "yuv420p")
    assert probe(make("uhd.mp4", *source, "-c:v", "libx264", "-preset", "ultrafast")).width == 7680


def _constant(movie: bytes, count: int, size: int) -> bytes:
    """An MP4 file whose table says ``count`` pictures of ``size`` bytes; the table keeps its length."""
    at = movie.index(b"stsz") + 8
    changed = movie[:at] + struct.pack(">II", size, count) + movie[at + 8 :]
    at = movie.index(b"stts") + 8
    changed = changed[:at] + struct.pack(">III", 1, count, 512) + changed[at + 12 :]
    at = movie.index(b"stsc") + 8
    return changed[:at] + struct.pack(">IIII", 1, 1, count, 1) + changed[at + 16 :]


@pytest.mark.parametrize(("count", "size"), [(1_000_000, 1), (30_000_000, 1), (1_000_000_000, 1), (1_000_000, 0)])
def test_million_frames_in_a_kilobyte(make, tmp_path: Path, count: int, size: int) -> None:
    movie = make("few.mp4", *SOURCE, "-c:v", "libx264", "-bf", "0").read_bytes()
    path = tmp_path / "many.mp4"
    path.write_bytes(_constant(movie, count, size))
    with pytest.raises(InputError, match=r"many\.mp4: "):
        probe(path)


def test_more_frames_than_bytes_tell_their_limit(make) -> None:
    path = make("usual.mkv", *SOURCE)
    with pytest.raises(InputError, match=r"has more than 9 frames in \d+ bytes; .*video\.frames_per_kilobyte"):
        probe(path, Limits(frames_per_kilobyte=9e3 / path.stat().st_size))


def test_frames_of_few_bytes_are_read(make) -> None:
    """A minute of black, which has the fewest bytes that an encoder gives."""
    for name, codec in (("black.mp4", "libx264"), ("black.webm", "libvpx-vp9"), ("black.mkv", "mpeg4")):
        path = make(name, "-f", "lavfi", "-i", "color=size=64x48:rate=25:duration=60", "-c:v", codec, "-g", "1500")
        assert probe(path).duration_ms == pytest.approx(60000, abs=80)


@pytest.mark.parametrize(
    ("text", "told"),
    [("gap_s", "is no limit"), ("gaps=3", "no such limit"), ("gap_s=-1", r"video\.gap_s: is -1"), ("hours=nan", "nan")],
)
def test_wrong_limits_are_told(monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(InputError, match=told):
        Limits.of({})


def test_configuration_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "gap_s=5,hours=3")
    assert Limits.of({"video": {"gap_s": 7}}) == Limits(gap_s=7, hours=3)
    with pytest.raises(InputError, match="video: is 3"):
        Limits.of({"video": 3})
