"""Lexicons as people have them: clips, folders of clips, annotated videos, corrected spottings."""

import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from intake_folders import eaf, lse

from signspot.errors import InputError
from signspot.export.elan import SpottingSource
from signspot.export.spotted import write_spotted
from signspot.find.lexicon import Lexicon, query, read_lexicon
from signspot.find.videos import ExampleSign
from signspot.intake.conventions import Profile
from signspot.intake.notes import (
    CLIPS,
    COPIES,
    DISPUTED,
    FILES,
    JOINED,
    NAMED,
    SPELLINGS,
    VIDEOS,
)
from signspot.intake.summary import notes_text
from signspot.video.program import executable

Clip = Callable[..., Path]
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "CAFÉ") for form in ("NFC", "NFD"))


def clips(lexicon: Lexicon) -> dict[str, list[str]]:
    """The names of the clips by sign."""
    names: dict[str, list[str]] = {}
    for video in lexicon.videos:
        if video.clip_of is not None:
            names.setdefault(video.clip_of, []).append(video.path.name)
    return names


def recordings(lexicon: Lexicon) -> dict[str, list[tuple[str, int, int]]]:
    return {video.name: list(video.signs) for video in lexicon.videos if video.clip_of is None}


def notes(lexicon: Lexicon, kind: str) -> list[tuple[str, str]]:
    return [(note.where, note.what) for note in lexicon.notes if note.kind == kind]


def test_clips_of_a_folder(tmp_path: Path, clip: Clip) -> None:
    for name in ("HOUSE", "HOUSE_2", "HOUSE-3", "HOUSE (4)", "HOUSE 5", "TREE", "2"):
        clip(f"in/{name}.mp4")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.signs == ["2", "HOUSE", "TREE"]
    assert lexicon.examples == {"2": 1, "HOUSE": 5, "TREE": 1}
    assert {video.name for video in lexicon.videos} == {
        "HOUSE",
        "HOUSE_2",
        "HOUSE-3",
        "HOUSE_4_",
        "HOUSE_5",
        "TREE",
        "2",
    }
    named = {where.rsplit("/")[-1]: name for where, name in notes(lexicon, NAMED)}
    assert named == {"HOUSE (4).mp4": "HOUSE_4_", "HOUSE 5.mp4": "HOUSE_5"}


def test_a_folder_for_each_sign_whatever_its_files_are_called(tmp_path: Path, clip: Clip) -> None:
    for name in (
        "HOUSE/anna.mp4",
        "HOUSE/ben.mp4",
        "TREE/anna.mp4",
        "TREE/anna.mov",
        "TREE/deep/er_2.mp4",
        "AS_2/x.mp4",
    ):
        clip(f"in/{name}")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.examples == {"AS_2": 1, "HOUSE": 2, "TREE": 3}
    assert len({video.name for video in lexicon.videos}) == 6
    assert {note.kind for note in lexicon.notes} == {NAMED}


def test_a_clip_alone_and_several_paths(tmp_path: Path, clip: Clip) -> None:
    one, other = clip("a/HOUSE_2.mp4"), clip("b/HOUSE_2.mp4")
    clip("a/unwanted.mp4")
    clip("c/TREE.mp4")
    lexicon = read_lexicon([one, other, tmp_path / "c"])
    assert clips(lexicon) == {"HOUSE": ["HOUSE_2.mp4"] * 2, "TREE": ["TREE.mp4"]}
    assert [video.name for video in lexicon.videos] == ["a_HOUSE_2", "b_HOUSE_2", "TREE"]


def test_a_path_that_is_given_twice_counts_once(tmp_path: Path, clip: Clip) -> None:
    lse(clip("in/talk.mp4").with_suffix(".eaf"), (0, 400, "HOUSE"))
    clip("in/TREE.mp4")
    lexicon = read_lexicon([tmp_path / "in", tmp_path / "in"])
    assert lexicon.examples == {"HOUSE": 1, "TREE": 1}
    assert not lexicon.notes


def test_hidden_files_are_left_alone(tmp_path: Path, clip: Clip) -> None:
    clip("in/HOUSE.mp4")
    clip("in/.TREE.mp4")
    clip("in/.trash/TREE.mp4")
    (tmp_path / "in/._HOUSE.mp4").write_bytes(b"no video")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.signs == ["HOUSE"]
    assert not lexicon.notes


def test_annotated_videos_and_clips_in_one_folder(tmp_path: Path, clip: Clip) -> None:
    lse(clip("in/talk.mp4").with_suffix(".eaf"), (1000, 1400, "TREE"), (0, 400, DECOMPOSED), (1500, 1500, "TREE"))
    clip("in/HOUSE.mp4")
    lexicon = read_lexicon([tmp_path / "in"])
    assert recordings(lexicon) == {"talk": [(COMPOSED, 0, 400), ("TREE", 1000, 1400)]}
    assert clips(lexicon) == {"HOUSE": ["HOUSE.mp4"]}
    assert "zero length" in "\n".join(notes_text(lexicon.notes)), "the notes of the intake are kept"


def test_a_table_beside_its_videos(clip: Clip) -> None:
    table = clip("in/talk.mp4").with_name("examples.csv")
    clip("in/other.mp4")
    clip("in/talk2.mov")
    (table.parent / "broken.mp4").write_bytes(b"no video")
    table.write_text("video,sign,start_ms,end_ms\ntalk,HOUSE,0,400\ntalk2,TREE,0,400\n")
    lexicon = read_lexicon([table])
    assert recordings(lexicon) == {"talk": [("HOUSE", 0, 400)], "talk2": [("TREE", 0, 400)]}
    assert not clips(lexicon), "the videos beside the table are not asked for"
    assert not lexicon.notes


def test_annotations_without_an_example_are_no_clip(tmp_path: Path, clip: Clip) -> None:
    source = lse(clip("in/talk.mp4").with_suffix(".eaf"))
    clip("in/HOUSE.mp4")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.signs == ["HOUSE"]
    assert notes(lexicon, VIDEOS) == [(str(tmp_path / "in/talk.mp4"), f"{source} has no example of a sign")]


def test_a_video_whose_annotations_cannot_be_read_is_no_clip(tmp_path: Path, clip: Clip) -> None:
    clip("in/a/talk.mp4").with_suffix(".eaf").write_text("no XML")
    clip("in/b/talk.mp4")
    clip("in/HOUSE.mp4")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.signs == ["HOUSE"]
    assert {Path(where).relative_to(tmp_path).as_posix() for where, _ in notes(lexicon, FILES)} >= {"in/a/talk.eaf"}


def test_videos_of_which_a_file_may_annotate_either_are_no_clips(tmp_path: Path, clip: Clip) -> None:
    lse(tmp_path / "in/anna.eaf", (0, 400, "DOG"))
    clip("in/HOUSE/anna.mp4")
    clip("in/TREE/anna.mp4")
    clip("in/TREE/ben.mp4")
    lexicon = read_lexicon([tmp_path / "in"])
    assert clips(lexicon) == {"TREE": ["ben.mp4"]}
    assert len(notes(lexicon, FILES)) == 3


def spotted(folder: Path, media: Path, *rows: tuple[str, int, int], original: Path | None = None) -> Path:
    """What signspot writes of a video."""
    folder.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame(rows, columns=["sign", "start_ms", "end_ms"]).assign(score=0.5)
    source = SpottingSource("demo", ["HOUSE", "TREE"])
    write_spotted(media.stem, table, folder, media=media, source=source, original=original)
    return folder / f"{media.stem}.eaf"


def test_corrected_spottings_are_examples(tmp_path: Path, clip: Clip) -> None:
    document = spotted(tmp_path / "found", clip("videos/talk.mp4"), ("HOUSE", 0, 400), ("HOUSE", 1000, 1400))
    text = document.read_text(encoding="utf-8")
    at = text.rindex("HOUSE</ANNOTATION_VALUE>")
    document.write_text(text[:at] + "TREE" + text[at + len("HOUSE") :], encoding="utf-8")
    for path in (tmp_path / "found", document):
        lexicon = read_lexicon([path])
        assert recordings(lexicon) == {"talk": [("HOUSE", 0, 400), ("TREE", 1000, 1400)]}
        assert lexicon.videos[0].path.samefile(tmp_path / "videos/talk.mp4")


def test_spottings_of_several_runs_are_all_read(tmp_path: Path, clip: Clip) -> None:
    video = clip("videos/talk.mp4")
    first = spotted(tmp_path / "one", video, ("HOUSE", 0, 400), ("TREE", 800, 1200))
    second = spotted(tmp_path / "two", video, ("HOUSE", 40, 400), ("HOUSE", 1400, 1800), original=first)
    assert recordings(read_lexicon([second])) == {
        "talk": [("HOUSE", 0, 400), ("TREE", 800, 1200), ("HOUSE", 1400, 1800)]
    }


@pytest.mark.parametrize(
    ("tier", "signs"), [("M_Glosa", ["DOG", "HOUSE"]), ("Remarks", ["HOUSE"]), ("GlossR S1", ["DOG"])]
)
def test_glosses_of_a_known_convention_of_one_signer_join_corrected_spottings(
    tmp_path: Path, clip: Clip, tier: str, signs: list[str]
) -> None:
    video = clip("videos/talk.mp4")
    original = eaf(tmp_path / "videos/talk.eaf", {tier: [(1000, 1400, "DOG")]}, media=[{"MEDIA_URL": str(video)}])
    document = spotted(tmp_path / "found", video, ("HOUSE", 0, 400), original=original)
    assert read_lexicon([document]).signs == signs
    assert read_lexicon([document], Profile("asked", {"": ("signspot:demo",)})).signs == ["HOUSE"]


def test_documents_with_either_kind_of_tiers_are_read(tmp_path: Path, clip: Clip) -> None:
    spotted(tmp_path / "found", clip("videos/a.mp4"), ("HOUSE", 0, 400))
    known = clip("videos/b.mp4")
    lse(tmp_path / "found/b.eaf", (0, 400, "DOG"), media=[{"MEDIA_URL": str(known)}])
    assert recordings(read_lexicon([tmp_path / "found"])) == {"a": [("HOUSE", 0, 400)], "b": [("DOG", 0, 400)]}


def test_annotations_of_one_video_in_two_places_are_joined(tmp_path: Path, clip: Clip) -> None:
    video = clip("videos/talk.mp4")
    lse(tmp_path / "videos/talk.eaf", (0, 400, "HOUSE"), (1000, 1400, "TREE"))
    spotted(tmp_path / "found", video, ("house", 40, 400), ("TREE", 1500, 1900))
    lexicon = read_lexicon([tmp_path / "videos", tmp_path / "found", video])
    assert recordings(lexicon) == {"talk": [("HOUSE", 0, 400), ("TREE", 1000, 1400), ("TREE", 1500, 1900)]}
    assert notes(lexicon, JOINED) == [(str(video), "")]
    assert notes(lexicon, CLIPS) == [(str(video), "is annotated, so it is no clip")]


def test_spellings_of_one_sign(tmp_path: Path, clip: Clip) -> None:
    for name in ("house.mp4", "house_2.mp4", "HOUSE_3.mp4", "tree/a.mp4", "Tree/b.mp4"):
        clip(f"in/{name}")
    lse(clip("in/talk.mp4").with_suffix(".eaf"), (0, 400, "HOUSE"), (500, 900, "HOUSE"))
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.examples == {"HOUSE": 5, "Tree": 2}
    assert sorted(notes(lexicon, SPELLINGS)) == [
        ("HOUSE", "is also written house"),
        ("Tree", "is also written tree"),
    ]


@pytest.mark.parametrize("pattern", ["{}.mp4", "{}/a.mp4"])
def test_unicode_forms_of_one_sign(tmp_path: Path, clip: Clip, pattern: str) -> None:
    for form in (COMPOSED, DECOMPOSED):
        clip(f"in/{pattern.format(form)}")
    if len(list((tmp_path / "in").rglob("*.mp4"))) < 2:
        pytest.skip("this file system takes both forms for one")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.examples == {COMPOSED: 2}
    assert notes(lexicon, SPELLINGS) == [(COMPOSED, "is written in two Unicode forms, which look the same")]


def test_the_same_clip_twice(tmp_path: Path, clip: Clip) -> None:
    first, copy = clip("in/HOUSE.mp4", 1), clip("in/house_2.mp4", 1)
    clip("in/HOUSE_3.mp4", 2)
    disputed = [clip("in/DOG.mp4", 3), clip("in/TREE.mp4", 3)]
    lexicon = read_lexicon([tmp_path / "in"])
    assert clips(lexicon) == {"HOUSE": ["HOUSE.mp4", "HOUSE_3.mp4"]}
    assert notes(lexicon, COPIES) == [(str(copy), f"is the same as {first}")]
    assert notes(lexicon, DISPUTED) == [(f"{disputed[0]} (DOG), {disputed[1]} (TREE)", "")]


def test_a_clip_that_cannot_be_read(tmp_path: Path, clip: Clip) -> None:
    broken = clip("in/HOUSE/anna.mp4")
    broken.write_bytes(b"no video")
    clip("in/TREE/anna.mp4")
    clip("in/DOG.mp4").write_bytes(b"")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.signs == ["TREE"]
    assert {where for where, _ in notes(lexicon, VIDEOS)} == {str(broken), str(tmp_path / "in/DOG.mp4")}
    assert all(what and "in/" not in what for _, what in notes(lexicon, VIDEOS))


def test_a_long_video_without_annotations_is_no_clip_unless_it_is_named(tmp_path: Path, clip: Clip) -> None:
    long = clip("in/talk.mp4")
    source = "color=size=32x32:rate=2:duration=16"
    subprocess.run([executable(), "-v", "error", "-y", "-f", "lavfi", "-i", source, str(long)], check=True)
    clip("in/TREE.mp4")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.signs == ["TREE"]
    assert notes(lexicon, CLIPS) == [(str(long), "lasts 16 s and has no annotations: that is no single sign")]
    assert read_lexicon([long]).signs == ["talk"]


def test_a_query_is_a_lexicon_of_one_example(clip: Clip) -> None:
    video = clip("talk 1.mp4")
    assert clips(query(video, None)) == {"talk 1": ["talk 1.mp4"]}
    assert recordings(query(video, (200, 1000))) == {"talk_1": [("talk 1", 200, 1000)]}
    with pytest.raises(InputError, match=r"expected a part between 0 and 2000 ms, got 1500 to 2500 ms"):
        query(video, (1500, 2500))


def test_a_clip_with_a_blank_name(tmp_path: Path, clip: Clip) -> None:
    blank = clip("in/ .mp4")
    clip("in/TREE.mp4")
    lexicon = read_lexicon([tmp_path / "in"])
    assert lexicon.signs == ["TREE"]
    assert notes(lexicon, CLIPS) == [(str(blank), "its name is blank; name it after its sign")]


def test_no_example_is_left(tmp_path: Path, clip: Clip) -> None:
    clip("in/DOG.mp4", 3)
    clip("in/TREE.mp4", 3)
    broken = clip("in/HOUSE.mp4")
    broken.write_bytes(b"")
    with pytest.raises(InputError) as raised:
        read_lexicon([tmp_path / "in"])
    message = str(raised.value)
    assert message.startswith(f"{tmp_path / 'in'}: no example of a sign is left. Expected clips such as HOUSE.mp4")
    assert DISPUTED in message
    assert str(broken) in message


def test_paths_that_lead_to_nothing(tmp_path: Path, clip: Clip) -> None:
    good, missing = clip("in/HOUSE.mp4"), tmp_path / "nothing"
    with pytest.raises(InputError, match="there is no such file or folder") as raised:
        read_lexicon([good, missing])
    assert str(missing) in str(raised.value)
    missing.mkdir()
    (missing / "notes.docx").touch()
    alone = lse(tmp_path / "talk.eaf", (0, 400, "HOUSE"))
    for path in (missing, missing / "notes.docx", alone):
        with pytest.raises(InputError, match="has no video, and leads to none") as raised:
            read_lexicon([good, path])
        assert str(raised.value).startswith(f"{path}: ")
    assert "talk.mp4: is not there" in str(raised.value)


def test_tiers_of_no_convention(tmp_path: Path, clip: Clip) -> None:
    eaf(clip("in/talk.mp4").with_suffix(".eaf"), {"Remarks": [(0, 400, "HOUSE")]})
    with pytest.raises(InputError, match="Remarks"):
        read_lexicon([tmp_path / "in"])
    assert read_lexicon([tmp_path / "in"], Profile("asked", {"": ("Remarks",)})).signs == ["HOUSE"]


def test_a_query_is_a_clip_or_a_part_of_a_recording(tmp_path: Path, clip: Clip) -> None:
    path = clip("HOUSE_2.mp4")
    [whole] = query(path, None).videos
    assert (whole.clip_of, whole.signs) == ("HOUSE_2", ())
    [part] = query(path, (500, 1000)).videos
    assert (part.clip_of, part.signs) == (None, (ExampleSign("HOUSE_2", 500, 1000),))


@pytest.mark.parametrize("span", [(0, 2500), (1000, 1000), (1200, 800)])
def test_a_part_that_is_not_there_is_named(clip: Clip, span: tuple[int, int]) -> None:
    with pytest.raises(InputError, match=rf"between 0 and 2000 ms, got {span[0]} to {span[1]} ms"):
        query(clip("HOUSE.mp4"), span)
