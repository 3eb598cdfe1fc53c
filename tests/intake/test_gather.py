"""What is gathered of single files, and of videos with one name."""

from collections.abc import Callable
from pathlib import Path

from intake_folders import lse

from signspot.intake.gather import Request, gather
from signspot.intake.notes import FILES

Film = Callable[..., Path]


def test_a_file_of_annotations_finds_the_videos_beside_it(data: Path, film: Film) -> None:
    film(data / "p01.mp4")
    (data / "other.mp4").write_bytes(b"no video")
    table = data / "rows.csv"
    table.write_text("video,sign,start_ms,end_ms\np01,CASA,0,400\n")
    found = gather(Request(table))
    assert [(video.name, video.path) for video in found.videos] == [("p01", data / "p01.mp4")]
    assert found.videos[0].info is not None
    assert not found.notes, "videos that the file does not annotate are none of its business"


def test_a_single_video(data: Path, film: Film) -> None:
    lse(data / "p01.eaf", (0, 400, "CASA"))
    found = gather(Request(film(data / "p01.mp4")))
    assert [(video.name, video.source) for video in found.videos] == [("p01", None)]


def test_videos_of_one_name_that_no_file_can_mean(data: Path, film: Film) -> None:
    for folder in "ab":
        film(data / folder / "p01.mp4")
        film(data / folder / "p02.mp4")
        film(data / folder / "p03.mp4")
    (data / "rows.csv").write_text("video,sign,start_ms,end_ms\np02,CASA,0,400\n")
    (data / "a/p03.eaf").write_text("no XML")
    lse(data / "good.eaf", (0, 400, "CASA"))
    found = gather(Request(data))
    assert found.namesakes == [data / "a/p01.mp4", data / "b/p01.mp4"]
    left_out = {Path(note.where) for note in found.notes if note.kind == FILES}
    assert left_out >= {data / folder / f"p0{number}.mp4" for folder in "ab" for number in (1, 2, 3)}
