"""What is opened as a video: containers, and no file that names other files."""

import os
import struct
from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.video.container import check_container
from signspot.video.decode import Crop, frames, probe

SOURCE = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=1", "-pix_fmt", "yuv420p")
CONTAINERS = {
    "a.mp4": (),
    "fragments.mp4": ("-movflags", "frag_keyframe+empty_moov"),
    "a.mov": ("-movflags", "faststart"),
    "a.m4v": (),
    "a.mkv": (),
    "a.webm": ("-c:v", "libvpx"),
    "a.avi": ("-c:v", "mpeg4"),
    "a.mpg": ("-c:v", "mpeg2video"),
    "a.vob": ("-c:v", "mpeg2video"),
    "a.m2v": ("-c:v", "mpeg2video"),
    "a.ts": ("-c:v", "mpeg2video"),
    "a.mts": ("-c:v", "libx264", "-f", "mpegts", "-mpegts_m2ts_mode", "1"),
    "a.flv": ("-c:v", "flv"),
    "a.mxf": ("-c:v", "mpeg2video"),
    "a.ogv": ("-c:v", "libtheora", "-f", "ogg"),
    "a.wmv": ("-c:v", "wmv2"),
    "a.dv": ("-s", "720x576", "-pix_fmt", "yuv420p", "-c:v", "dvvideo"),
}
WINDOW = Crop(32, 48, 64, 48)
HEADLESS = """#EXTM3U
#EXT-X-TARGETDURATION:10
#EXT-X-MEDIA-SEQUENCE:0
#EXTINF:1.0,
secret.ts
"""
LISTS = {
    "hls": HEADLESS + "#EXT-X-ENDLIST\n",
    "hls without end": HEADLESS,
    "hls master": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlist.m3u8\n",
    "ffconcat": "ffconcat version 1.0\nfile 'secret.ts'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration='
    '"PT1S"><Period><AdaptationSet><Representation id="1" bandwidth="1" codecs="avc1" mimeType="video/mp2t"><BaseURL>'
    "secret.ts</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><image href="secret.png"/></svg>',
    "imf": '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>',
    "smil": '<smil><body><video src="secret.ts"/></body></smil>',
    "m3u": "secret.ts\n",
    "asx": '<asx version="3.0"><entry><ref href="secret.ts"/></entry></asx>',
    "asf reference": "[Reference]\nRef1=secret.ts\nRef2=secret.ts\n",
    "lavfi": "movie=secret.ts\n",
    "avisynth": 'DirectShowSource("secret.ts")\n',
    "ffmetadata": ";FFMETADATA1\n[STREAM]\n",
    "vobsub": "# VobSub index file, v7\nid: en, index: 0\n",
}
"""Texts that FFmpeg, or another player, takes as a request for the file beside them."""


@pytest.fixture
def folder(make, tmp_path: Path) -> Path:
    """A folder with a video of white pictures that nobody asked for."""
    white = make("white.ts", "-f", "lavfi", "-i", "color=white:size=64x48:rate=25:duration=1", "-c:v", "mpeg2video")
    (tmp_path / "secret.ts").write_bytes(white.read_bytes())
    (tmp_path / "list.m3u8").write_text(LISTS["hls"], encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "options"), CONTAINERS.items(), ids=CONTAINERS)
def test_containers_of_a_laboratory_are_read(make, name: str, options: tuple[str, ...]) -> None:
    info = probe(make(name, *SOURCE, *options))
    assert 23 <= round(info.fps * info.duration_ms / 1000) <= 27


@pytest.mark.parametrize(("size", "step"), [(188, 100), (192, 4)])
def test_transport_stream_may_begin_within_a_packet(make, tmp_path: Path, size: int, step: int) -> None:
    option = () if size == 188 else ("-mpegts_m2ts_mode", "1")
    whole = make(f"cut{size}.ts", *SOURCE, "-c:v", "mpeg2video", "-f", "mpegts", *option)
    path = tmp_path / "recorded.ts"
    path.write_bytes(whole.read_bytes()[step:])
    assert probe(path).width == 64


@pytest.mark.parametrize("name", ["film.mp4", "film.m3u8", "film.mkv"])
@pytest.mark.parametrize("kind", LISTS)
def test_lists_are_no_videos(folder: Path, kind: str, name: str) -> None:
    path = folder / name
    path.write_text(LISTS[kind], encoding="utf-8")
    for call in (lambda: probe(path), lambda: list(frames(path, 25, WINDOW, None))):
        with pytest.raises(InputError, match=rf"{name}: cannot be decoded as video: it is no video file"):
            call()


@pytest.mark.parametrize("kind", ["hls", "ffconcat", "sdp", "dash"])
@pytest.mark.parametrize(
    "start", [b"\0\0\0\x08free", b"OggS", b"\x1a\x45\xdf\xa3", b"RIFF\0\0\0\0AVI ", b"FLV\x01"], ids=repr
)
def test_first_bytes_of_a_container_open_no_list(folder: Path, kind: str, start: bytes) -> None:
    path = folder / "film.mp4"
    path.write_bytes(start + b"\n" + LISTS[kind].encode())
    with pytest.raises(InputError, match=r"film\.mp4: cannot be decoded as video"):
        probe(path)


def test_whitelist_alone_refuses_lists(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the first bytes are not looked at, FFmpeg opens no file beside the one that it was given."""
    monkeypatch.setattr("signspot.video.calls.check_container", lambda path: True)
    for text in LISTS.values():
        (folder / "film.mp4").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"film\.mp4: cannot be decoded as video"):
            probe(folder / "film.mp4")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "webp", "tiff", "wav"])
def test_pictures_and_sounds_are_no_videos(make, suffix: str, tmp_path: Path) -> None:
    source = ("-f", "lavfi", "-i", "sine=duration=1") if suffix == "wav" else (*SOURCE[:4], "-frames:v", "1")
    for name in ("film.mp4", "film%03d.mp4"):
        path = tmp_path / name
        path.write_bytes(make(f"picture.{suffix}", *source).read_bytes())
        with pytest.raises(InputError, match=r"no video file"):
            probe(path)


def _outside(movie: bytes, entry: bytes) -> bytes:
    """A QuickTime file whose pictures lie in another file: its data reference is replaced, and boxes about it grow."""
    at = movie.index(b"dref") - 4
    old = struct.unpack(">I", movie[at : at + 4])[0]
    new = movie[at + 4 : at + 16] + entry
    changed = movie[:at] + struct.pack(">I", len(new) + 4) + new + movie[at + old :]
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        place = movie.index(box) - 4
        size = struct.unpack(">I", movie[place : place + 4])[0] + len(new) + 4 - old
        changed = changed[:place] + struct.pack(">I", size) + changed[place + 4 :]
    return changed


@pytest.mark.parametrize("kind", [b"alis", b"url ", b"rsrc"])
@pytest.mark.parametrize("absolute", [True, False])
def test_movie_shows_no_pictures_of_another_file(make, folder: Path, kind: bytes, absolute: bool) -> None:
    """White pictures lie beside a movie that refers to them and holds black ones at the same place."""
    options = ("-c:v", "rawvideo", "-pix_fmt", "rgb24")
    black = make("black.mov", "-f", "lavfi", "-i", "color=black:size=64x48:rate=25:duration=1", *options).read_bytes()
    white = make("white.mov", "-f", "lavfi", "-i", "color=white:size=64x48:rate=25:duration=1", *options)
    (folder / "white.mov").write_bytes(white.read_bytes())
    name = (str(folder / "white.mov") if absolute else "white.mov").encode()
    if kind == b"url ":
        body = b"file://" + name + b"\0"
    else:
        volume = bytes(10) + b"\4" + b"disk".ljust(27, b"\0") + bytes(12) + b"\x09" + b"white.mov".ljust(63, b"\0")
        volume += bytes(16) + struct.pack(">HH", 1, 1) + bytes(16)
        paths = struct.pack(">HH", 2, len(name)) + name + b"\0" * (len(name) % 2)
        paths += struct.pack(">HH", 18, len(name)) + name + b"\0" * (len(name) % 2) + b"\xff\xff\0\0"
        body = volume + paths
    entry = struct.pack(">I4sI", len(body) + 12, kind, 0) + body
    path = folder / "film.mov"
    path.write_bytes(_outside(black, entry))
    try:
        shown = max((int(picture.max()) for picture in frames(path, 25, WINDOW, None)), default=0)
    except InputError:
        shown = 0
    assert shown < 50


def test_pipe_is_no_video(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "film.mp4")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "zero.mp4").symlink_to("/dev/zero")
    for name in ("film.mp4", "folder.mp4", "zero.mp4"):
        with pytest.raises(InputError, match=rf"{name}: is a folder, pipe or device"):
            check_container(tmp_path / name)


def test_link_without_an_end_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "gone.mp4").symlink_to("nowhere.mp4")
    (tmp_path / "ring.mp4").symlink_to("ring.mp4")
    for name in ("gone.mp4", "ring.mp4"):
        with pytest.raises(InputError, match=rf"{name}: there is no such video file"):
            probe(tmp_path / name)
