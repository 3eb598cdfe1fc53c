"""Which video an ELAN document means, by its links, and from when on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import Came, lse, word_list

Intake = Callable[..., Came]
Film = Callable[..., Path]


@pytest.mark.parametrize(
    "link",
    [
        {"RELATIVE_MEDIA_URL": "../film/Ana%20uno.mp4", "MEDIA_URL": ""},
        {"RELATIVE_MEDIA_URL": "..\\film\\Ana uno.mp4", "MEDIA_URL": ""},
        {"MEDIA_URL": "D:\\videos\\Ana uno.mp4"},
        {"MEDIA_URL": "file:///D:/videos/Ana%20uno.mp4"},
        {"MEDIA_URL": "file:///Volumes/Mac disk/Ana uno.MP4"},
        {"MEDIA_URL": "file:///Volumes/Mac disk/ana uno.mpg"},
    ],
)
def test_links_lead_to_the_video(data: Path, film: Film, intake: Intake, link: dict[str, str]) -> None:
    film(data / "film/Ana uno.mp4")
    media = [{"MEDIA_URL": "file:///D:/sound.wav", "MIME_TYPE": "audio/x-wav"}, {"MIME_TYPE": "video/mp4"} | link]
    lse(data / "elan/other name.eaf", (0, 400, "CASA"), media=media)
    came = intake()
    assert came.status == 0, came.error
    assert came.signs("Ana_uno") == [("CASA", 0, 400)]
    assert came.column("path") == {"Ana_uno": "../data/film/Ana uno.mp4"}


def test_absolute_links_lead_to_the_video(data: Path, film: Film, intake: Intake, tmp_path: Path) -> None:
    elsewhere = film(tmp_path / "disk/x y.mp4")
    lse(data / "a.eaf", (0, 400, "CASA"), media=[{"MEDIA_URL": f"file://{elsewhere}".replace(" ", "%20")}])
    assert intake().column("path") == {"x_y": str(elsewhere)}


def test_media_in_another_folder(data: Path, film: Film, intake: Intake, tmp_path: Path) -> None:
    film(tmp_path / "films/sub/ana.mp4")
    lse(data / "ana.eaf", (0, 400, "CASA"))
    assert intake("--media", tmp_path / "films").column("path") == {"ana": str(tmp_path / "films/sub/ana.mp4")}


def test_time_origin_is_applied(data: Path, film: Film, intake: Intake) -> None:
    film(data / "ana.mp4")
    media = [{"MEDIA_URL": "", "RELATIVE_MEDIA_URL": "./ana.mp4", "TIME_ORIGIN": "1500"}]
    lse(data / "ana.eaf", (0, 400, "CASA"), (2300, 3000, "BIEN"), (2600, 3000, "TARDE"), media=media)
    came = intake()
    assert came.signs("ana") == [("CASA", 1500, 1900), ("BIEN", 3800, 4000)]
    assert came.section("Annotations that were cut") == [
        "  ana: BIEN from 3800 to 4000 ms: ended 500 ms after the video"
    ]
    assert came.section("Annotations left out") == [
        "  ana: TARDE from 4100 to 4500 ms: begins after the end of the video (ana.eaf)"
    ]


def test_a_second_view_is_left_out(data: Path, film: Film, intake: Intake) -> None:
    for name in ("front", "side"):
        film(data / f"{name}.mp4")
    media = [{"MEDIA_URL": f"D:\\{name}.mp4", "TIME_ORIGIN": ms} for name, ms in (("front", "100"), ("side", "0"))]
    lse(data / "a.eaf", (0, 400, "CASA"), media=media)
    came = intake()
    assert came.signs("front") == [("CASA", 100, 500)] and len(came.videos) == 1
    assert came.section("Files left out") == [
        f"  {data / 'side.mp4'}: is linked in {data / 'a.eaf'} besides {data / 'front.mp4'}, which is used"
    ]


def test_time_origin_of_a_link_whose_video_was_renamed(data: Path, film: Film, intake: Intake) -> None:
    film(data / "a.mp4")
    lse(data / "a.eaf", (0, 400, "CASA"), media=[{"MEDIA_URL": "D:\\old.mp4", "TIME_ORIGIN": "100"}])
    assert intake().signs("a") == [("CASA", 100, 500)]


def test_a_wrong_link_to_a_video_that_another_file_is_named_after(data: Path, intake: Intake) -> None:
    media = [{"MEDIA_URL": "D:\\a.mp4", "RELATIVE_MEDIA_URL": "a.mp4"}]
    lse(data / "a.eaf", (0, 400, "CASA"), media=media)
    lse(data / "b.eaf", (0, 400, "BIEN"), media=media)
    came = intake("--vocabulary", word_list(data.parent, "BIEN", "CASA"))
    assert {video: came.signs(video)[0][0] for video in came.videos["video"]} == {"a": "CASA", "b": "BIEN"}
    assert came.section("Media links that were not followed") == [
        f"  {data / 'b.eaf'}: links a.mp4, but a is annotated in {data / 'a.eaf'}; taken for b.mp4"
    ]
