"""The corpus of an entry's published features: names and usable ranges, without a video."""

import pickle
from pathlib import Path

import pytest
from published_features import listed, write_features

from signspot.errors import InputError
from signspot.vipl.videos import FeatureFolder, check_folders, check_modalities, read_published, usable_ranges

VIDEOS = ("p01_s01", "p02_s02")
TRUTH = {"p01_s01": [[3, 400, 800]], "p02_s02": []}


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    path = tmp_path / "test_input.txt"
    path.write_text("".join(listed(video, 3, 98) for video in VIDEOS).rstrip("\n"))
    return path


def write_truth(folder: Path, truth: object) -> Path:
    (folder / "truth.pkl").write_bytes(pickle.dumps(truth, protocol=4))
    return folder / "truth.pkl"


def test_the_list_tells_names_and_usable_ranges(listing: Path) -> None:
    tables = read_published(listing)
    assert tables.of(["test"]) == list(VIDEOS)
    assert tables.videos["signer"].tolist() == ["p01", "p02"]
    assert usable_ranges(tables.videos) == dict.fromkeys(VIDEOS, (3, 98))
    assert tables.annotations.empty
    assert tables.vocabulary["sign"].tolist()[::59] == ["class_00", "class_59"]


def test_a_folder_tells_the_names(tmp_path: Path) -> None:
    for video in reversed(VIDEOS):
        write_features(tmp_path, video, 20)
    tables = read_published(tmp_path / "skeleton")
    assert usable_ranges(tables.videos) == dict.fromkeys(VIDEOS)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"{tmp_path}: there is no \.npy"):
        read_published(tmp_path)


@pytest.mark.parametrize("line", ["p01_s01 | 0 | 5", "p01_s01 | pose | 5 | 0", "p01_s01 | pose | a | 5", ""])
def test_a_wrong_line_is_named(listing: Path, line: str) -> None:
    listing.write_text(listed("p00_s00", 0, 9) + line + "\n" + listed("p03_s03", 0, 9))
    with pytest.raises(InputError, match=r"test_input\.txt, line 2: .* expected: frames folder"):
        read_published(listing)


def test_ground_truth_becomes_annotations(listing: Path, tmp_path: Path) -> None:
    tables = read_published(listing, write_truth(tmp_path, TRUTH))
    assert tables.annotations.to_numpy().tolist() == [["p01_s01", "class_03", 400, 800]]


@pytest.mark.parametrize(
    ("truth", "named"),
    [
        ({"p01_s01": [[3, 400, 800]]}, "no ground truth of the video p02_s02"),
        (TRUTH | {"p09_s09": []}, "p09_s09 is not among the videos"),
        (TRUTH | {"p02_s02": [[60, 0, 40]]}, "p02_s02, sign 1: class id is 60, expected 0 to 59"),
    ],
)
def test_ground_truth_of_other_videos_or_signs_is_refused(
    listing: Path, tmp_path: Path, truth: object, named: str
) -> None:
    with pytest.raises(InputError, match=named):
        read_published(listing, write_truth(tmp_path, truth))


def test_a_vocabulary_names_the_signs(listing: Path, tmp_path: Path) -> None:
    (tmp_path / "signs.txt").write_text("COMER\nDÍA\n", encoding="utf-8")
    assert read_published(listing, vocabulary=tmp_path / "signs.txt").vocabulary["sign"].tolist() == ["COMER", "DÍA"]


class TestFolders:
    @pytest.fixture
    def folders(self, tmp_path: Path) -> dict[str, FeatureFolder]:
        for video in VIDEOS:
            write_features(tmp_path, video, 20)
        names = {"rgb": "video", "hands": "mask_video", "flow": "flow", "skeleton": "skeleton"}
        return {modality: FeatureFolder(modality, tmp_path / name) for modality, name in names.items()}

    def test_complete_folders_pass(self, folders: dict[str, FeatureFolder]) -> None:
        check_folders(folders, VIDEOS)

    def test_a_video_without_features_is_named(self, folders: dict[str, FeatureFolder]) -> None:
        folders["flow"].path(VIDEOS[1]).unlink()
        with pytest.raises(InputError, match=r"experts\.flow\.features\.folder: there is no .*flow/p02_s02\.npy"):
            check_folders(folders, VIDEOS)

    def test_nothing_is_published_of_another_modality(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"experts\.face\.features: nothing is published of the modality face"):
            check_folders({"face": FeatureFolder("face", tmp_path)}, VIDEOS)


def test_another_order_of_the_experts_is_refused() -> None:
    check_modalities(["rgb", "hands", "flow", "skeleton"])
    with pytest.raises(InputError, match="hands, rgb, flow, skeleton; the published spotter reads rgb, hands, flow"):
        check_modalities(["hands", "rgb", "flow", "skeleton"])
