"""What kind of file a video is, by its first bytes: FFmpeg also plays lists that name other files."""

import os
from pathlib import Path

from signspot.errors import InputError

FORMATS = "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,mxf,ogg,asf,dv"
"""FFmpeg's names of the container formats that are read. None of them opens another file."""
KNOWN = "MP4, MOV, MKV, WebM, AVI, MPEG, TS, FLV, MXF, OGG, WMV or DV"

BOXES = frozenset((b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid", b"sidx"))
"""Types of boxes with which an MP4 or QuickTime file begins."""
STARTS = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"FLV\x01",
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02",  # MXF
    b"OggS",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"\x1f\x07\x00",  # DV
)
PACKETS = (188, 192, 204)
"""Lengths of the packets of a transport stream, each of which holds a 0x47."""
MOST_READ = 4096


def check_container(path: Path | str) -> bool:
    """Checks that a path is a file with the first bytes of a container of video, before FFmpeg sees it.

    Returns:
        Whether such a container tells when its pictures are shown, from a time 0 of its own.

    Raises:
        InputError: it is missing, no regular file, empty, unreadable, or not such a container.
    """
    if not os.path.exists(path):
        raise InputError(f"{path}: there is no such video file. Check the path in the table of videos.")
    if not Path(path).is_file():
        raise InputError(f"{path}: is a folder, pipe or device, expected a video file. Copy the video into a file.")
    try:
        with open(path, "rb") as file:
            start = file.read(MOST_READ)
    except PermissionError as error:
        raise InputError(f"{path}: may not be read. Change its permissions.") from error
    if not start:
        raise InputError(f"{path}: is empty, expected a video. Copy it again from its source.")
    timed = _tells_when_shown(start)
    if not timed and not _tells_order(start):
        raise InputError(
            f"{path}: cannot be decoded as video: it is no video file, because it does not begin as {KNOWN} do. "
            "Playlists, pictures and texts are not read, whatever they are called. Name the video itself; if this is "
            "one, put it into another container: ffmpeg -i OLD -c copy NEW.mkv"
        )
    return timed


def _tells_when_shown(start: bytes) -> bool:
    return start.startswith(STARTS) or start[4:8] in BOXES


def _tells_order(start: bytes) -> bool:
    """Streams made for broadcast count from any number, and AVI tells only the order of pictures."""
    return (start.startswith(b"RIFF") and start[8:11] == b"AVI") or _is_mpeg(start) or _is_stream(start)


def _is_mpeg(start: bytes) -> bool:
    """Whether a program stream or MPEG video begins there: a pack, a sequence, or a packet of video."""
    code = start.lstrip(b"\0")[:2]
    return start.startswith(b"\0\0") and code[:1] == b"\1" and code[1:] in (b"\xba", b"\xb3", *_VIDEO_PACKETS)


_VIDEO_PACKETS = tuple(bytes([code]) for code in range(0xE0, 0xF0))


def _is_stream(start: bytes) -> bool:
    """Whether bytes 0x47 stand at the distance of packets. A recording may begin in the middle of a packet."""
    return any(start[first : 5 * length : length] == b"\x47" * 5 for length in PACKETS for first in range(length))
