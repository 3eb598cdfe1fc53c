"""Two people, signers who walk, who are far away, who lie, and what is told of them."""

import logging
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from signspot.corpus.regions import Region
from signspot.errors import InputError
from signspot.pose.store import write_poses
from signspot.signer import SyntheticCorpus
from signspot.signer.film import render_video
from signspot.video.crop import find_crop, write_frames
from signspot.video.decode import Crop
from signspot.video.people import around, quarter_turns, two_groups
from signspot.video.program import executable
from signspot.video.store import FrameStore, picture_warnings

FAST = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p")
WIDTH = 480
Film = Callable[..., Path]


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Input options of three videos of rendered signers, 10 s, 480x270 px, each about the middle."""
    folder = tmp_path_factory.mktemp("signers")
    corpus = SyntheticCorpus(seconds=10.0, height=270, splits={"train": 3})
    for name in ("train_s00", "train_s01", "train_s02"):
        render_video(corpus, name, folder / f"{name}.mp4")
    return [str(folder / f"train_s{number:02d}.mp4") for number in range(3)]


@pytest.fixture(scope="module")
def film(make, signers: list[str]) -> Film:
    """``film(name, filters, count)``: the videos of ``count`` signers, filtered into one."""

    def filtered(name: str, filters: str, count: int = 1) -> Path:
        inputs = [option for path in signers[:count] for option in ("-i", path)]
        return make(name, *inputs, "-filter_complex", filters, *FAST)

    return filtered


@pytest.fixture
def warned(caplog: pytest.LogCaptureFixture) -> Callable[..., tuple[Crop, str]]:
    """``warned(path)``: the window of a video, and the warnings."""

    def call(path: Path, region: str = "") -> tuple[Crop, str]:
        caplog.clear()
        with caplog.at_level(logging.INFO):
            crop = find_crop(path, region=region)
        return crop, "\n".join(record.getMessage() for record in caplog.records if record.levelno > logging.INFO)

    return call


def test_two_people_side_by_side(film: Film, warned) -> None:
    path = film("two.mp4", "hstack", 2)
    (one, no_warning), (other, none_either) = warned(path, "left"), warned(path, "right")
    assert no_warning == none_either == ""
    crop, warning = warned(path)
    assert min(abs(crop.centre_x - one.centre_x), abs(crop.centre_x - WIDTH - other.centre_x)) < 20
    assert "Two people or more are in the picture" in warning and "column side" in warning
    told = sorted(int(x) for x in re.findall(r"x = (\d+)", warning))
    assert told == pytest.approx([one.centre_x, WIDTH + other.centre_x], abs=20)


@pytest.mark.parametrize(
    ("name", "filters", "count"),
    [
        ("near.mp4", "[0]crop=ih:ih[a];[1]crop=ih:ih[b];[a][b]hstack", 2),
        ("three.mp4", "[0]crop=ih:ih[a];[1]crop=ih:ih[b];[2]crop=ih:ih[c];[a][b][c]hstack=3", 3),
        ("unequal.mp4", "[1]crop=ih:ih[b];[0]scale=iw*3/4:-2,crop=ih:ih,pad=270:270:0:68[a];[a][b]hstack", 2),
    ],
)
def test_more_kinds_of_company(film: Film, warned, name: str, filters: str, count: int) -> None:
    """Near to each other, three, of unequal size: the window is about one of them."""
    crop, warning = warned(film(name, filters, count))
    assert "Two people or more are in the picture" in warning
    assert min(abs(crop.centre_x - middle) for middle in np.arange(count) * 270 + 135) < 60


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("walks.mp4", "crop=270:270:x='210*t/10':y=0"),
        ("sways.mp4", "crop=270:270:x='105+70*sin(2*PI*t/3)':y=0"),
        ("moves_once.mp4", "crop=270:270:x='if(lt(t,5),20,190)':y=0"),
        ("sits_aside.mp4", "crop=340:270:140:0,pad=960:270:0:0:gray"),
        ("to_and_fro.mp4", "crop=340:270:x='if(lt(mod(t,4),2),0,140)':y=0"),
    ],
)
def test_one_signer_who_walks_is_one(film: Film, warned, name: str, filters: str) -> None:
    _, warning = warned(film(name, filters))
    assert warning == ""


def test_a_signer_who_leaves_the_window_is_told(film: Film, warned) -> None:
    wide = (
        "[0]crop=270:270[a];color=gray:s=1280x270:r=25:d=10[b];[b][a]overlay=x='if(lt(mod(t,4),2),0,1000)':shortest=1"
    )
    crop, warning = warned(film("wide.mp4", wide))
    assert re.search(r"beyond the window in (\d+) of \1 frames", warning) and "people" not in warning
    assert crop.side == 270


def test_a_half_is_read_as_if_the_video_were_cut(film: Film, tmp_path: Path) -> None:
    """The frames, and the landmarks that are found in them, are those of the right half alone."""
    whole = film("halves.mp4", "[0]trim=end=1[a];[1]trim=end=1[b];[a][b]hstack", 2)
    alone = film("half.mp4", "[1]trim=end=1[b];[0]nullsink;[b]null", 2)
    found = {}
    for name, path, region in (("whole", whole, "right"), ("alone", alone, "")):
        crops, poses = tmp_path / f"{name}.h5", tmp_path / f"{name}_pose.h5"
        write_frames(path, crops, 25, region=region)
        write_poses(path, crops, poses)
        with FrameStore(crops) as store, h5py.File(poses) as pose:
            found[name] = store.crop.centre_x, store.read(0, 25).astype(int), pose["pose"][:, :25]
            assert store.crop.region is None if name == "alone" else str(store.crop.region) == "480,0,480,270"
    (x, frames, pose), (x_alone, frames_alone, pose_alone) = found.values()
    assert x == pytest.approx(x_alone, abs=3)
    assert np.abs(frames - frames_alone).mean() < 6
    np.testing.assert_allclose(np.nanmedian(pose, axis=0), np.nanmedian(pose_alone, axis=0), atol=0.15)


def test_a_region_beyond_the_picture(film: Film, tmp_path: Path) -> None:
    path = film("small.mp4", "trim=end=1")
    with pytest.raises(InputError, match=r"small.mp4: crop is '0,0,481,270'.*picture of 480x270 px.*table of videos"):
        write_frames(path, tmp_path / "small.h5", 25, region="0,0,481,270")
    assert list(tmp_path.iterdir()) == []


def test_warnings_are_kept_with_the_frames(film: Film, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_frames(film("two.mp4", "hstack", 2), tmp_path / "two.h5", 25)
    write_frames(film("small.mp4", "trim=end=1"), tmp_path / "small.h5", 25)
    (warning,) = picture_warnings([tmp_path / "small.h5", tmp_path / "two.h5"])
    assert warning.startswith("two: Two people or more") and warning.removeprefix("two: ") in caplog.text
    with FrameStore(tmp_path / "small.h5") as store, h5py.File(tmp_path / "small.h5") as file:
        assert store.warnings == [] and not {"region", "warnings"} & set(file.attrs)


def small(film: Film, part: int, place: str) -> Path:
    return film(f"small{part}.mp4", f"scale=iw/{part}:-2,pad=640:480:{place}:color=gray")


@pytest.mark.parametrize(("part", "place"), [(4, "260:180"), (6, "40:400")])
def test_a_signer_who_is_too_small(film: Film, warned, tmp_path: Path, part: int, place: str) -> None:
    """In the middle and in a corner: the part that the message names, and its command, show the signer."""
    path = small(film, part, place)
    with pytest.raises(InputError, match=r"no person found in any of 10 frames.*too small.*column crop") as error:
        find_crop(path)
    (region,) = re.findall(r"for example ([\d,]+),", str(error.value))
    crop, warning = warned(path, region)
    assert warning == "" and str(crop.region) == region
    (command,) = re.findall(r"ffmpeg (-i OLD .*NEW.mp4)$", str(error.value))
    cut = tmp_path / "cut.mp4"
    arguments = [{"OLD": str(path), "NEW.mp4": str(cut)}.get(word, word) for word in shlex.split(command)]
    subprocess.run([executable(), "-v", "error", *arguments], check=True)
    assert abs(find_crop(cut).centre_x - crop.centre_x) < 10


def test_a_signer_who_is_small_in_most_frames(film: Film, warned) -> None:
    """She comes near for two of ten seconds."""
    mixed = (
        "[0]split[a][b];[a]scale=iw/6:-2,pad=480:270:200:110:color=gray,setsar=1[far];"
        "[b]setsar=1[near];[far][near]overlay=enable='lt(t,2)'"
    )
    _, warning = warned(film("comes.mp4", mixed))
    assert re.search(r"a person found in [1-4] of 10 frames only; when the picture is enlarged", warning)


def test_a_signer_who_is_away_for_most_of_the_time_is_not_small(film: Film, warned) -> None:
    _, warning = warned(film("away.mp4", "drawbox=color=gray:t=fill:enable='gt(t,2)'"))
    assert warning == ""


@pytest.mark.parametrize(
    ("turning", "how", "back"),
    [
        ("transpose=clock", "lies on the side", "transpose=cclock"),
        ("transpose=cclock", "lies on the side", "transpose=clock"),
        ("hflip,vflip", "is upside down", "hflip,vflip"),
    ],
)
def test_a_signer_who_lies(film: Film, warned, turning: str, how: str, back: str) -> None:
    _, warning = warned(film("lies.mp4", f"trim=end=2,{turning}"))
    assert f"the signer {how}. Turn the video first: ffmpeg -i OLD -vf {back} " in warning


def test_real_signers(make, shared: Path, warned) -> None:
    """Two of them, the middle between whom was taken once, and one who is far away."""
    videos = shared / "data/slovak/videos"
    first, second = (("-t", "8", "-i", str(videos / f"sk_realtimed_0{number}.mp4")) for number in (0, 2))
    beside = "[0]crop=426:480[a];[1]crop=426:480,hue=s=0.5[b];[a][b]hstack"
    crop, warning = warned(make("real.mp4", *first, *second, "-filter_complex", beside, "-an", *FAST))
    assert "Two people or more" in warning and min(abs(crop.centre_x - x) for x in (213, 639)) < 30
    far = "scale=iw/4:-2,pad=852:480:(ow-iw)/2:(oh-ih)/2:color=0x404040"
    with pytest.raises(InputError, match=r"no person found .* the signer may be too small"):
        warned(make("real_far.mp4", *first, "-vf", far, "-an", *FAST))


def test_two_groups_are_apart_and_both_large_enough() -> None:
    places = np.array([[100, 50]] * 6 + [[300, 50]] * 3 + [[np.nan, np.nan]], float)
    frames = ~np.isnan(places[:, 0])
    more, fewer = two_groups(places, frames, 150)
    assert np.flatnonzero(more).tolist() == [0, 1, 2, 3, 4, 5] and np.flatnonzero(fewer).tolist() == [6, 7, 8]
    assert two_groups(places, frames, 250) is None
    above = places[:, ::-1]
    assert two_groups(above, frames, 150)[1].sum() == 3
    rare = np.array([[100, 50]] * 30 + [[300, 50]] * 2, float)
    assert two_groups(rare, np.ones(32, bool), 150) is None
    assert two_groups(places[:1], frames[:1], 150) is None


@pytest.mark.parametrize(
    ("place", "other", "part"),
    [
        ((100, 100), (300, 120), Region(0, 0, 200, 270)),
        ((300, 120), (100, 100), Region(200, 0, 200, 270)),
        ((200, 60), (210, 180), Region(0, 0, 480, 120)),
        ((200, 400), (210, 180), Region(0, 160, 480, 110)),
        ((200, 60), (201, 60), Region(184, 0, 32, 270)),
    ],
)
def test_the_part_about_a_place_ends_half_way(place: tuple, other: tuple, part: Region) -> None:
    """Also of a place below the picture, and of one very near to the other."""
    assert around(Region(0, 0, 480, 270), np.array(place, float), np.array(other, float)) == part


@pytest.mark.parametrize(
    ("to_shoulders", "turns"), [((0, -1), 0), ((1, 0), 1), ((0, 1), 2), ((-1, 0), 3), ((0.6, -1), 0)]
)
def test_quarter_turns_that_set_upright(to_shoulders: tuple[float, float], turns: int) -> None:
    landmarks = np.zeros((2, 33, 2))
    landmarks[:, [11, 12]] = to_shoulders
    assert quarter_turns(landmarks) == turns
