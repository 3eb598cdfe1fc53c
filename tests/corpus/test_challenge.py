"""The challenge's own folders and files."""

import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.corpus import challenge
from signspot.corpus.challenge import read_challenge, read_ground_truth, read_vocabulary
from signspot.errors import InputError
from signspot.timebase import Timebase
from signspot.vipl.videos import SIGNS

TRAIN = {"p01_n001": [[1, 1000, 1400], [0, 2000, 2440]], "p02_n002": [[0, 40, 400]]}
VAL = {"p03_n001": []}


def touch_videos(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A small ``MSSL_dataset`` without ground truth of the test videos."""
    folder = tmp_path / "MSSL_dataset"
    touch_videos(folder / "TRAIN/MSSL_TRAIN_SET_VIDEOS_ELAN", "p02_n002.mp4", "p01_n001.mp4", "p01_n001.eaf")
    touch_videos(folder / "VALIDATION/MSSL_VAL_SET_VIDEOS", "p03_n001.mp4")
    touch_videos(folder / "MSSL_TEST_SET_VIDEOS", "p04_n001.mp4")
    (folder / "TRAIN/MSSL_TRAIN_SET_GT.pkl").write_bytes(pickle.dumps(TRAIN, protocol=4))
    (folder / "VALIDATION/MSSL_VAL_SET_GT.pkl").write_bytes(pickle.dumps(VAL, protocol=4))
    return folder


def use_texts(dataset: Path) -> Path:
    """Replaces the pickle of the training videos by texts."""
    (dataset / "TRAIN/MSSL_TRAIN_SET_GT.pkl").unlink()
    texts = dataset / "TRAIN/MSSL_TRAIN_SET_GT_TXT"
    texts.mkdir()
    for video, rows in TRAIN.items():
        (texts / f"{video}.txt").write_text("".join("{},{},{}\n".format(*row) for row in rows))
    return texts


def test_reads_the_challenge(dataset: Path) -> None:
    tables = read_challenge(dataset)
    assert tables.videos[["video", "split", "signer"]].to_numpy().tolist() == [
        ["p01_n001", "train", "p01"],
        ["p02_n002", "train", "p02"],
        ["p03_n001", "val", "p03"],
        ["p04_n001", "test", "p04"],
    ]
    assert all(Path(path).is_file() for path in tables.videos["path"])
    assert tables.annotations.to_numpy().tolist() == [
        ["p01_n001", "class_01", 1000, 1400],
        ["p01_n001", "class_00", 2000, 2440],
        ["p02_n002", "class_00", 40, 400],
    ]
    assert tables.vocabulary.to_numpy().tolist() == [[0, "class_00"], [1, "class_01"]]


def test_texts_give_what_the_pickle_gives(dataset: Path) -> None:
    expected = read_challenge(dataset).annotations
    use_texts(dataset)
    assert read_challenge(dataset).annotations.equals(expected)


def test_ground_truth_of_test_videos_is_used_if_there(dataset: Path) -> None:
    (dataset / "MSSL_TEST_SET_GT.pkl").write_bytes(pickle.dumps({"p04_n001": [[1, 0, 80]]}))
    assert "p04_n001" in set(read_challenge(dataset).annotations["video"])


def test_validation_and_test_may_be_absent(tmp_path: Path) -> None:
    touch_videos(tmp_path / "TRAIN/MSSL_TRAIN_SET_VIDEOS", "p01_n001.mp4", "p02_n002.mp4")
    (tmp_path / "TRAIN/MSSL_TRAIN_SET_GT.pkl").write_bytes(pickle.dumps(TRAIN))
    assert read_challenge(tmp_path).of(["train", "val", "test"]) == ["p01_n001", "p02_n002"]


@pytest.mark.parametrize("name", ["labels.txt", "labels.tsv"])
def test_vocabulary_names_the_classes(dataset: Path, name: str) -> None:
    labels = dataset / name
    labels.write_text(
        "DI\u0301A\r\nVEZ" if name.endswith("txt") else "class_id\tsign\n1\tVEZ\n0\tD\u00cdA\n", encoding="utf-8"
    )
    tables = read_challenge(dataset, labels)
    assert tables.vocabulary["sign"].tolist() == ["D\u00cdA", "VEZ"]
    assert tables.annotations["sign"].tolist() == ["VEZ", "D\u00cdA", "D\u00cdA"]


def test_class_id_outside_the_vocabulary(dataset: Path) -> None:
    (dataset / "labels.txt").write_text("VEZ\n")
    with pytest.raises(InputError, match=r"p01_n001, sign 1: class id is 1, expected 0 to 0"):
        read_challenge(dataset, dataset / "labels.txt")


def test_empty_line_in_the_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("A\n\nB\n")
    with pytest.raises(InputError, match=r"labels\.txt, line 2"):
        read_vocabulary(tmp_path / "labels.txt")


def test_folder_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"TRAIN.*there is no \.mp4.*MSSL_dataset"):
        read_challenge(tmp_path)


def test_missing_ground_truth(dataset: Path) -> None:
    (dataset / "TRAIN/MSSL_TRAIN_SET_GT.pkl").unlink()
    with pytest.raises(InputError, match=r"MSSL_TRAIN_SET_GT\.pkl: there is no such file"):
        read_challenge(dataset)


def test_ground_truth_without_its_video(dataset: Path) -> None:
    (dataset / "TRAIN/MSSL_TRAIN_SET_VIDEOS_ELAN/p02_n002.mp4").unlink()
    with pytest.raises(InputError, match=r"MSSL_TRAIN_SET_GT\.pkl: p02_n002 has no video"):
        read_challenge(dataset)


def test_video_without_its_ground_truth(dataset: Path) -> None:
    (dataset / "TRAIN/MSSL_TRAIN_SET_VIDEOS_ELAN/p09_n009.mp4").touch()
    with pytest.raises(InputError, match=r"no ground truth of the video p09_n009"):
        read_challenge(dataset)


@pytest.mark.parametrize("row", [[-1, 0, 40], [10**9, 0, 40], [0, -40, 40], [0, 40, 40], [0, 80, 40]])
def test_impossible_row_of_the_ground_truth(dataset: Path, row: list[int]) -> None:
    truth = {**TRAIN, "p02_n002": [[0, 40, 400], row]}
    (dataset / "TRAIN/MSSL_TRAIN_SET_GT.pkl").write_bytes(pickle.dumps(truth))
    with pytest.raises(InputError, match=r"MSSL_TRAIN_SET_GT\.pkl: p02_n002, sign 2"):
        read_challenge(dataset)


def test_text_without_final_newline_keeps_its_last_digit(golden: Path, dataset: Path) -> None:
    """The published code loses it: 2440 ms become 244, which is frame 6 in the place of 61."""
    text = use_texts(dataset) / "p01_n001.txt"
    text.write_text("1,1000,1400\n2,2000,2440")
    assert read_ground_truth(text) == {"p01_n001": [(1, 1000, 1400), (2, 2000, 2440)]}
    cases = json.loads((golden / "label_cases.json").read_text(encoding="utf-8"))["framewise_labels"]
    assert cases["missing_final_newline"]["result_labels_starts_ends"] == [[1, 2], [25, 50], [35, 6]]
    assert Timebase(25).frames_of(2000, 2440) == (50, 61)


def test_text_of_another_system(tmp_path: Path) -> None:
    (tmp_path / "p01_n001.txt").write_bytes(b"\xef\xbb\xbf1, 1000, 1400\r\n\r\n2,2000,2440\r\n")
    assert read_ground_truth(tmp_path)["p01_n001"] == [(1, 1000, 1400), (2, 2000, 2440)]


@pytest.mark.parametrize("line", ["1,1000", "1,1000,1400,3", "DAY,1000,1400", "1,1000,14.5"])
def test_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "p01_n001.txt").write_text(f"0,40,80\n{line}\n")
    with pytest.raises(InputError, match=r"p01_n001\.txt, line 2"):
        read_ground_truth(tmp_path)


def test_folder_without_texts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no \.txt"):
        read_ground_truth(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        [1, 2],
        {1: []},
        {"v": 5},
        {"v": [[1, 2]]},
        {"v": [[1, 2, 3, 4]]},
        {"v": [["1", 2, 3]]},
        {"v": [[0, 1.5, 3]]},
        {"v": [[0, float("inf"), 3]]},
        {"v": [None]},
        {"v": [[0, 1e300, 3]]},
        {"v": [[0, 10**15, 3]]},
        {"v": [[0, float("nan"), 3]]},
        {"v": [{"0": 1, "1": 2, "2": 3}]},
        {"v": [[0, [1], 3]]},
        {"v": "0,1,2"},
        {"v": np.array(5)},
        {"v": np.array([1, 2, 3])},
        {"v": np.zeros((2, 4))},
        {"v": [np.zeros((3, 1))]},
        {"v": [[0, np.zeros(1), 3]]},
    ],
)
def test_pickle_of_another_shape(tmp_path: Path, content: object) -> None:
    (tmp_path / "gt.pkl").write_bytes(pickle.dumps(content))
    with pytest.raises(InputError, match=r"gt\.pkl.*class_id, start_ms, end_ms"):
        read_ground_truth(tmp_path / "gt.pkl")


def test_numpy_numbers_are_numbers(tmp_path: Path) -> None:
    (tmp_path / "gt.pkl").write_bytes(pickle.dumps({"v": np.array([[1.0, 40.0, 80.0]]), "w": [(np.int64(2), 0, 40)]}))
    truth = read_ground_truth(tmp_path / "gt.pkl")
    assert truth == {"v": [(1, 40, 80)], "w": [(2, 0, 40)]}
    assert all(type(number) is int for rows in truth.values() for row in rows for number in row)


@pytest.mark.parametrize("names", [("\u00e9", "e\u0301"), ("a", "a "), ("\uac00", "\u1100\u1161")])
def test_two_keys_that_are_one_name_are_both_named(tmp_path: Path, names: tuple[str, str]) -> None:
    (tmp_path / "gt.pkl").write_bytes(pickle.dumps({name: [[0, 40, 80]] for name in names}))
    (tmp_path / "texts").mkdir()
    for name in names:
        (tmp_path / "texts" / f"{name}.txt").write_text("0,40,80\n")
    for source in ("gt.pkl", "texts"):
        with pytest.raises(InputError, match="are one name of a video") as caught:
            read_ground_truth(tmp_path / source)
        assert source in str(caught.value) and all(ascii(name) in str(caught.value) for name in names)


def test_one_list_for_many_videos_is_read_but_does_not_grow_without_end(tmp_path: Path) -> None:
    few, many = ({str(video): rows for video in range(2000)} for rows in ([[0, 1, 2]], np.zeros((1000, 3), np.int8)))
    (tmp_path / "few.pkl").write_bytes(pickle.dumps(few))
    (tmp_path / "many.pkl").write_bytes(pickle.dumps(many))
    assert read_ground_truth(tmp_path / "few.pkl")["1999"] == [(0, 1, 2)]
    with pytest.raises(InputError, match=r"many\.pkl: holds more than 1000000 signs"):
        read_ground_truth(tmp_path / "many.pkl")


def test_a_message_shows_little_of_a_large_value(tmp_path: Path) -> None:
    for content in ({"v": "a" * 10**6}, {"v": [["a" * 10**6, 1, 2]]}, {"v": [[0] * 10**5]}, ["a" * 10**6]):
        (tmp_path / "gt.pkl").write_bytes(pickle.dumps(content))
        with pytest.raises(InputError) as caught:
            read_ground_truth(tmp_path / "gt.pkl")
        assert len(str(caught.value)) < 600


def test_missing_pickle(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.pkl"):
        read_ground_truth(tmp_path / "gone.pkl")


class Evil:
    """Unpickling it would run a command."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch evil",)


def test_pickle_that_runs_something_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gt.pkl").write_bytes(pickle.dumps(Evil()))
    write_zip(Path("gt.zip"), {"res/predictions.pkl": pickle.dumps(Evil())})
    for name in ("gt.pkl", "gt.zip"):
        with pytest.raises(InputError, match=rf"{name}.*refused"):
            read_ground_truth(Path(name))
    assert not Path("evil").exists()


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "members", [["res/predictions.pkl"], ["other.pkl", "res/predictions.pkl", "readme.txt"], ["../../anything.pkl"]]
)
def test_zip_is_read_without_unpacking(tmp_path: Path, members: list[str]) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    wanted = "res/predictions.pkl" if "res/predictions.pkl" in members else members[0]
    write_zip(folder / "s.zip", {name: pickle.dumps(TRAIN if name == wanted else {}) for name in members})
    assert read_ground_truth(folder / "s.zip")["p02_n002"] == [(0, 40, 400)]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["s.zip"]


@pytest.mark.parametrize("members", [[], ["a.pkl", "b.pkl"]])
def test_zip_with_no_or_several_pickles(tmp_path: Path, members: list[str]) -> None:
    write_zip(tmp_path / "s.zip", dict.fromkeys(members, pickle.dumps({})))
    with pytest.raises(InputError, match=rf"s\.zip: holds {len(members)} \.pkl"):
        read_ground_truth(tmp_path / "s.zip")


def test_huge_member_of_a_zip_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenge, "LIMIT", 1000)
    write_zip(tmp_path / "s.zip", {"res/predictions.pkl": bytes(1001)})
    with pytest.raises(InputError, match="larger than 1000 bytes"):
        read_ground_truth(tmp_path / "s.zip")


def test_damaged_zip(tmp_path: Path) -> None:
    write_zip(tmp_path / "s.zip", {"res/predictions.pkl": os.urandom(5000)})
    content = bytearray((tmp_path / "s.zip").read_bytes())
    content[2000] ^= 255
    (tmp_path / "s.zip").write_bytes(content)
    with pytest.raises(InputError, match=r"s\.zip: cannot be read as a zip"):
        read_ground_truth(tmp_path / "s.zip")


def test_table(tmp_path: Path) -> None:
    (tmp_path / "s.tsv").write_text(
        "video\tsign\tclass_id\tstart_ms\tend_ms\nw\tA\t0\t40\t80\nv\tB\t1\t0\t40\nw\tB\t1\t80\t99\n"
    )
    assert read_ground_truth(tmp_path / "s.tsv") == {"w": [(0, 40, 80), (1, 80, 99)], "v": [(1, 0, 40)]}


INTERVALS = st.tuples(st.integers(0, 99), st.integers(0, 10**7), st.integers(0, 10**7))


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True), st.lists(INTERVALS, max_size=4), min_size=1))
def test_all_forms_hold_the_same(tmp_path_factory: pytest.TempPathFactory, truth: dict[str, list]) -> None:
    folder = tmp_path_factory.mktemp("truth")
    (folder / "gt.pkl").write_bytes(pickle.dumps({video: [list(row) for row in rows] for video, rows in truth.items()}))
    write_zip(folder / "gt.zip", {"any.pkl": (folder / "gt.pkl").read_bytes()})
    texts = folder / "texts"
    texts.mkdir()
    for video, rows in truth.items():
        (texts / f"{video}.txt").write_text("\n".join("{},{},{}".format(*row) for row in rows))
    assert read_ground_truth(folder / "gt.pkl") == truth
    assert read_ground_truth(folder / "gt.zip") == truth
    assert read_ground_truth(texts) == truth


def test_signs_of_the_challenge_keep_their_numbers(golden: Path, tmp_path: Path) -> None:
    signs = json.loads((golden / "label_map.json").read_text(encoding="utf-8"))["id_to_gloss"]
    (tmp_path / "signs.txt").write_text("\n".join(signs) + "\n", encoding="utf-8")
    vocabulary = read_vocabulary(tmp_path / "signs.txt")
    assert vocabulary.to_numpy().tolist() == [[class_id, sign] for class_id, sign in enumerate(signs)]
    assert len(vocabulary) == SIGNS


def test_real_ground_truth(golden: Path, shared: Path) -> None:
    truth = read_ground_truth(shared / "data/lse_health/MSSL_TRAIN_SET_GT.pkl")
    glosses = read_vocabulary(shared / "data/lse_health/MSSL_SET_LABELS.txt")["sign"].tolist()
    assert len(truth) == 112
    assert glosses == json.loads((golden / "label_map.json").read_text(encoding="utf-8"))["id_to_gloss"]
    class_id, *times = truth["p01_n000"][0]
    assert (glosses[class_id], *times) == ("TERAPIA", 3640, 4040)
