"""Decoding: every pixel of the test video tells where (red: 2x, green: 2y) and when (blue: 4 x frame number) it was."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from signspot.corpus.regions import Region
from signspot.errors import InputError
from signspot.video.decode import Crop, Span, VideoInfo, frames, full_frames, probe
from signspot.video.program import executable

WIDTH, HEIGHT, FPS = 120, 90, 30
COLOURS = "nullsrc=s={}x{}:r=30:d={},format=gbrp,geq=r='2*X':g='2*Y':b='4*N'"
LOSSLESS = ("-c:v", "libx264rgb", "-qp", "0", "-pix_fmt", "rgb24", "-movflags", "faststart")
WHOLE_FRAME = Crop(WIDTH / 2, HEIGHT, WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def video(make) -> Path:
    return make("colours.mp4", "-f", "lavfi", "-i", COLOURS.format(WIDTH, HEIGHT, 2), *LOSSLESS)


def numbers(pictures) -> np.ndarray:
    """The frame numbers that pictures show."""
    return np.array([round(float(picture[..., 2].mean()) / 4) for picture in pictures])


def test_probe(video: Path) -> None:
    info = probe(video)
    assert info == VideoInfo(WIDTH, HEIGHT, pytest.approx(30), 2000, variable=False)
    assert info.is_at(30) and not info.is_at(25) and not info.is_at(29)


def test_frames_are_those_of_their_time(video: Path) -> None:
    shown = numbers(frames(video, 25, WHOLE_FRAME, None))
    assert len(shown) == 50
    assert np.abs(shown / FPS - np.arange(50) / 25).max() <= 0.5 / 25 + 1e-9


def test_same_rate_keeps_every_frame(video: Path) -> None:
    assert numbers(frames(video, 30, WHOLE_FRAME, None)).tolist() == list(range(60))


def test_window_beyond_the_left_edge_is_black_there(video: Path) -> None:
    picture = next(frames(video, 30, Crop(10, HEIGHT, WIDTH, HEIGHT), None)).astype(int)
    assert picture.shape == (HEIGHT, HEIGHT, 3)
    assert picture[:, :34].max() <= 2
    np.testing.assert_allclose(picture[40, 36:, 0], 2 * np.arange(1, 55), atol=4)
    np.testing.assert_allclose(picture[:, 60, 1], 2 * np.arange(HEIGHT), atol=4)


def test_window_beyond_the_right_edge_is_black_there(video: Path) -> None:
    picture = next(frames(video, 30, Crop(111.0, HEIGHT, WIDTH, HEIGHT), None)).astype(int)
    np.testing.assert_allclose(picture[40, :54, 0], 2 * np.arange(66, 120), atol=4)
    assert picture[:, 55:].max() <= 2


def test_scaled_frames_are_means_over_areas(video: Path) -> None:
    crop = Crop(60, HEIGHT, WIDTH, HEIGHT)
    full, small = next(frames(video, 30, crop, None)), next(frames(video, 30, crop, 30))
    means = full.reshape(30, 3, 30, 3, 3).mean((1, 3))
    assert np.abs(small - means).max() <= 3


def test_span_starts_at_its_first_frame(video: Path) -> None:
    assert numbers(frames(video, 30, WHOLE_FRAME, None, Span(1000, 1600))).tolist() == list(range(30, 48))


def test_frames_stream(video: Path) -> None:
    pictures = frames(video, 30, WHOLE_FRAME, None)
    assert next(pictures) is not None
    pictures.close()
    assert list(pictures) == []


def test_variable_rate_keeps_time(make) -> None:
    """From 1 s on, every other frame is missing: the frame before it is shown longer."""
    source = COLOURS.format(WIDTH, HEIGHT, 2) + ",select='lt(n,30)+not(mod(n,2))'"
    path = make("variable.mkv", "-f", "lavfi", "-i", source, *LOSSLESS[:6])
    assert probe(path).variable and not probe(path).is_at(probe(path).fps)
    expected = [n if n < 30 else n - n % 2 for n in range(59)]
    assert numbers(frames(path, 30, WHOLE_FRAME, None))[:59].tolist() == expected


def test_late_picture_is_shown_from_the_start(make) -> None:
    """Times are those of the file's clock (its sound here), on which annotations are made."""
    tone = ("-f", "lavfi", "-t", "2", "-i", "sine")
    shifted = ("-itsoffset", "0.2", "-f", "lavfi", "-i", COLOURS.format(WIDTH, HEIGHT, 1))
    path = make("late.mp4", *tone, *shifted, "-map", "0:a", "-map", "1:v", *LOSSLESS)
    shown = numbers(frames(path, 30, WHOLE_FRAME, None))
    assert shown[:8].tolist() == [0, 0, 0, 0, 0, 0, 0, 1]


def test_interlaced_pictures_become_whole(make) -> None:
    """Every other row is of a later instant: a bar that moves has teeth, which are 8 px long here."""
    bar = "nullsrc=s=160x96:r=50:d=1,format=gray,geq=lum='255*between(X,8*N,8*N+20)',tinterlace=interleave_top"
    teeth = []
    for field in ("setfield=tff", "setfield=prog"):
        options = (
            "-c:v",
            "mpeg2video",
            "-q:v",
            "1",
            "-pix_fmt",
            "yuv420p",
            *(("-flags", "+ildct+ilme") if "tff" in field else ()),
        )
        path = make(f"{field[9:]}.mpg", "-f", "lavfi", "-i", f"{bar},{field}", *options)
        picture = list(full_frames(path, probe(path), 25))[8][..., 0].astype(int)
        teeth.append(np.abs(picture[20:76:2] - picture[21:77:2]).mean())
    assert teeth[0] < 0.2 * teeth[1]


def test_rotation_mark_is_honoured(make, video: Path) -> None:
    path = make("rotated.mp4", "-display_rotation", "90", "-i", str(video), "-c", "copy")
    info = probe(path)
    assert (info.width, info.height) == (HEIGHT, WIDTH)
    upright = next(frames(path, 30, Crop(HEIGHT / 2, WIDTH, HEIGHT, WIDTH), None))
    expected = np.rot90(next(full_frames(video, probe(video), 30)))
    assert np.abs(upright[:, 15:105].astype(int) - expected).max() <= 4
    assert upright[:, :15].max() <= 2


def test_odd_sizes(make) -> None:
    path = make("odd.mp4", "-f", "lavfi", "-i", COLOURS.format(121, 91, 0.5), *LOSSLESS)
    info = probe(path)
    assert (info.width, info.height) == (121, 91)
    picture = next(frames(path, 30, Crop(60.5, 91, 121, 91), None))
    assert picture.shape == (91, 91, 3)
    np.testing.assert_allclose(picture[0, :, 0], 2 * np.arange(15, 106), atol=4)


def test_pixels_become_square(make) -> None:
    path = make("wide.mp4", "-f", "lavfi", "-i", COLOURS.format(120, 90, 0.5) + ",setsar=4/3", *LOSSLESS)
    info = probe(path)
    assert (info.width, info.height) == (160, 90)
    assert next(full_frames(path, info, 30)).shape == (90, 160, 3)


def test_name_is_only_a_name(make, video: Path) -> None:
    odd = video.with_name("-i [x] 'y': %03d;#.mp4")
    odd.write_bytes(video.read_bytes())
    assert probe(odd).width == WIDTH


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such video file"),
        (b"", "is empty"),
        (b"Dear reader,\nthis is no video.\n" * 20, "cannot be decoded as video"),
    ],
)
def test_no_video(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "film.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"film.mp4: {message}"):
        probe(path)
    with pytest.raises(InputError, match=f"film.mp4: {message}"):
        next(frames(path, 25, WHOLE_FRAME, None))


def test_one_frame_lasts_as_long_as_the_file_tells(make) -> None:
    path = make("one.mp4", "-f", "lavfi", "-i", COLOURS.format(WIDTH, HEIGHT, 0.03), *LOSSLESS)
    info = probe(path)
    assert (info.duration_ms, info.fps, info.variable) == (33, 30, False)
    assert len(list(frames(path, 30, WHOLE_FRAME, None))) == 1


def test_sound_is_no_video(make) -> None:
    with pytest.raises(InputError, match="cannot be decoded as video"):
        probe(make("tone.mp4", "-f", "lavfi", "-t", "1", "-i", "sine"))


def test_damage_in_the_middle_is_reported(video: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    seen = 0
    with pytest.raises(InputError, match=r"cut.mp4: cannot be decoded as video \(FFmpeg: .+encode it again"):
        for _ in frames(path, 30, WHOLE_FRAME, None):
            seen += 1
    assert 0 < seen < 60


@pytest.mark.parametrize(
    ("name", "colours", "hdr"),
    [
        ("hlg.mp4", {"transfer": "arib-std-b67", "colorprim": "bt2020", "colormatrix": "bt2020nc"}, "HLG"),
        ("pq.mkv", {"transfer": "smpte2084", "colorprim": "bt2020", "colormatrix": "bt2020nc"}, "PQ"),
        ("pq.ts", {"transfer": "smpte2084"}, "PQ"),
        ("sdr.mp4", {"transfer": "bt709", "colorprim": "bt709", "colormatrix": "bt709"}, ""),
        ("untold.mp4", {"transfer": "undef"}, ""),
    ],
)
def test_a_high_dynamic_range_is_told(make, name: str, colours: dict[str, str], hdr: str, tmp_path: Path) -> None:
    """By the command that converts it, which gives a video of the usual range."""
    params = ":".join(f"{key}={value}" for key, value in colours.items())
    source = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=0.4", "-metadata", "title=Video: smpte2084/arib-std-b67")
    path = make(name, *source, "-pix_fmt", "yuv420p10le", "-c:v", "libx264", "-x264-params", params)
    info = probe(path)
    assert info.hdr == hdr and bool(info.warning) == bool(hdr)
    if hdr:
        (change,) = re.findall(r"ffmpeg -i OLD (-vf .*) NEW.mp4$", info.warning)
        subprocess.run([executable(), "-v", "error", "-i", path, *change.split(), tmp_path / "usual.mp4"], check=True)
        assert probe(tmp_path / "usual.mp4").hdr == ""


@pytest.mark.parametrize("region", [Region(0, 0, 60, 90), Region(41, 17, 64, 48)])
def test_a_region_is_cut_from_the_pictures(video: Path, region: Region) -> None:
    info = probe(video)
    whole = next(full_frames(video, info, 30))
    part = whole[region.y : region.y + region.height, region.x : region.x + region.width]
    np.testing.assert_array_equal(next(full_frames(video, info, 30, region=region)), part)
    crop = Crop(10, region.height, info.width, info.height, region)
    window = next(frames(video, 30, crop, None))
    assert window.shape == (region.height, region.height, 3)
    beside = -crop.left
    np.testing.assert_array_equal(window[:, beside:], part[:, : region.height - beside])
    assert window[:, :beside].max() < 3
