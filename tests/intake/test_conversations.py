"""Documents of several signers: each with the video and the offset of the right camera; and which hand leads."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from intake_folders import Came, Row, eaf

Film = Callable[..., Path]
Intake = Callable[..., Came]
R1, R2 = "GlossR S1", "GlossR S2"
PEOPLE = {R1: "S001", R2: "S002"}
HOUSE, TREE = [(100, 500, "HOUSE")], [(200, 600, "TREE")]
UNCLEAR = "Files of several signers"


def media(*names: str, **origins: int) -> list[dict[str, str]]:
    """Links to videos as an annotator has them; ``origins`` are the media offsets by the end of the name."""
    offsets = {name: str(ms) for name in names for end, ms in origins.items() if Path(name).stem.endswith(end)}
    return [
        {"MEDIA_URL": f"file:///D:/ngt/{name}", "RELATIVE_MEDIA_URL": f"./{name}", "MIME_TYPE": "video/mp4"}
        | {"TIME_ORIGIN": offsets.get(name, "0")}
        for name in names
    ]


@pytest.fixture
def two(data: Path, film: Film) -> Callable[..., None]:
    """``two(videos, …)``: videos, and a document of two signers that links them."""

    def make(
        *videos: str,
        links: tuple[str, ...] | None = None,
        people: Mapping[str, str] = PEOPLE,
        tiers: Mapping[str, list[Row]] | None = None,
        name: str = "NGT0001",
        **origins: int,
    ) -> None:
        for video in videos:
            film(data / video)
        linked = media(*(videos if links is None else links), **origins)
        eaf(data / f"{name}.eaf", tiers or {R1: HOUSE, R2: TREE}, media=linked, people=people)

    return make


def test_each_signer_has_the_video_and_the_offset_of_the_own_camera(two: Callable, intake: Intake) -> None:
    two("NGT0001_S001_b.mp4", "NGT0001_S002_b.mp4", S002_b=500)
    came = intake()
    assert came.status == 0, came.error
    assert came.signs("NGT0001_S001_b") == [("HOUSE", 100, 500)]
    assert came.signs("NGT0001_S002_b") == [("TREE", 700, 1100)]
    assert came.column("signer") == {"NGT0001_S001_b": "S001", "NGT0001_S002_b": "S002"}
    assert set(came.column("annotation").values()) == {"../data/NGT0001.eaf"}
    assert UNCLEAR not in came.text


@pytest.mark.parametrize("participant", ["S002", "S2"])
def test_the_wanted_signer_alone(two: Callable, intake: Intake, participant: str) -> None:
    two("NGT0001_S001_b.mp4", "NGT0001_S002_b.mp4", S002_b=500)
    came = intake("--participant", participant)
    assert came.signs("NGT0001_S002_b") == [("TREE", 700, 1100)] and len(came.videos) == 1
    assert "besides" in came.section("Files left out")[0]


def test_names_of_the_public_dgs_corpus(two: Callable, intake: Intake) -> None:
    """The labels of the tiers tell, the video of both from the side is left out, and the right hand is joined."""
    stem = "1413451-11105600-11163240"
    tiers = {
        f"Lexem_Gebärde_{hand}_{who}": [(0, 400, gloss)]
        for who, gloss in zip("AB", ("HAUS1", "BAUM1"), strict=True)
        for hand in "rl"
    }
    two(f"{stem}_1c1.mp4", f"{stem}_1b1.mp4", f"{stem}_1a1.mp4", people={}, tiers=tiers, name=stem, b1=40)
    came = intake()
    assert came.signs(f"{stem}_1a1") == [("HAUS1", 0, 400)] and came.signs(f"{stem}_1b1") == [("BAUM1", 40, 440)]
    assert len(came.videos) == 2
    assert f"{stem}_1c1.mp4: is linked in" in came.section("Files left out")[0]


def test_videos_that_only_their_names_join_to_the_document(two: Callable, intake: Intake) -> None:
    two("NGT0001_S001_b.mp4", "NGT0001_S002_b.mp4", "other_S002.mp4", links=())
    came = intake()
    assert came.signs("NGT0001_S001_b") == [("HOUSE", 100, 500)] and came.signs("NGT0001_S002_b") == [
        ("TREE", 200, 600)
    ]
    assert came.column("split")["other_S002"] == "predict"


def test_a_table_with_participants(data: Path, film: Film, intake: Intake) -> None:
    for name in ("anna", "bert"):
        film(data / f"talk_{name}.mp4")
    (data / "talk.csv").write_text("participant,sign,start_ms,end_ms\nbert,TREE,200,600\nanna,HOUSE,100,500\n")
    came = intake()
    assert came.signs("talk_anna") == [("HOUSE", 100, 500)] and came.signs("talk_bert") == [("TREE", 200, 600)]
    assert came.column("signer") == {"talk_anna": "anna", "talk_bert": "bert"}


def test_subtitles_with_voices(data: Path, film: Film, intake: Intake) -> None:
    for name in ("Anna", "Bert"):
        film(data / f"talk_{name}.mp4")
    cues = "00:00.100 --> 00:00.500\n<v Anna>HOUSE\n\n00:00.200 --> 00:00.600\n<v Bert>TREE\n"
    (data / "talk.vtt").write_text(f"WEBVTT\n\n{cues}")
    came = intake()
    assert came.signs("talk_Anna") == [("HOUSE", 100, 500)] and came.signs("talk_Bert") == [("TREE", 200, 600)]


def test_folders_of_the_signers(two: Callable, intake: Intake, data: Path, film: Film) -> None:
    links = [
        {"MEDIA_URL": "", "RELATIVE_MEDIA_URL": f"./{who}/body.mp4", "TIME_ORIGIN": ms}
        for who, ms in (("S002", "500"), ("S001", "0"))
    ]
    for who in ("S001", "S002"):
        film(data / who / "body.mp4")
    eaf(data / "NGT0001.eaf", {R1: HOUSE, R2: TREE}, media=links, people=PEOPLE)
    came = intake()
    assert came.signs("S001_body") == [("HOUSE", 100, 500)] and came.signs("S002_body") == [("TREE", 700, 1100)]


def test_a_document_with_one_annotated_signer(two: Callable, intake: Intake) -> None:
    """The video of the other signer is one to spot; the first link is not taken for the wrong one."""
    two("NGT0001_S002_b.mp4", "NGT0001_S001_b.mp4", tiers={R1: HOUSE, R2: []})
    came = intake()
    assert came.signs("NGT0001_S001_b") == [("HOUSE", 100, 500)]
    assert came.column("split") == {"NGT0001_S001_b": "train", "NGT0001_S002_b": "predict"}


def test_a_document_of_one_signer_beside_the_other_s_video(two: Callable, intake: Intake) -> None:
    two("NGT0001_S002_b.mp4", "NGT0001_S001_b.mp4", tiers={R1: HOUSE})
    came = intake()
    assert came.signs("NGT0001_S001_b") == [("HOUSE", 100, 500)] and len(came.videos) == 1


def test_the_video_of_the_document_s_name_is_meant(data: Path, film: Film, intake: Intake) -> None:
    for name in ("talk_b", "talk_f"):
        film(data / f"{name}.mp4")
    eaf(data / "talk_f.eaf", {"M_Glosa": HOUSE}, media=media("talk_b.mp4", "talk_f.mp4", f=40))
    assert intake().signs("talk_f") == [("HOUSE", 140, 540)]


def test_a_missing_camera_is_expected_under_its_own_name(two: Callable, intake: Intake, film: Film, data: Path) -> None:
    two("NGT0001.mp4", "NGT0001_S001_b.mp4", links=("NGT0001.mp4", "NGT0001_S001_b.mp4", "NGT0001_S002_b.mp4"))
    came = intake()
    assert came.column("path")["NGT0001_S002_b"] == "../data/NGT0001_S002_b.mp4"
    assert "NGT0001" not in came.column("path"), "both are in that picture"


def test_signers_in_one_picture(two: Callable, intake: Intake) -> None:
    two("NGT0001.mp4")
    came = intake()
    assert came.status == 2
    assert "several signers (S001, S002); pick one with --participant NAME\n" in came.text
    assert intake("--participant", "S001").signs("NGT0001") == [("HOUSE", 100, 500)]


def test_names_that_do_not_tell_are_told_with_the_options_that_decide(
    two: Callable, intake: Intake, data: Path
) -> None:
    two("left.mp4", "right.mp4", right=500)
    came = intake()
    assert came.status == 2
    assert "the names of its videos (left, right) do not tell who is in which" in came.text
    assert "--participant NAME, or tell it by a table of --signers (video, signer, participant)" in came.text
    came = intake("--participant", "S002")
    assert came.signs("left") == [("TREE", 200, 600)]
    assert "is taken for S002. If that is wrong, tell it by a table of --signers" in came.section(UNCLEAR)[0]
    table = data.parent / "who.csv"
    table.write_text("video,signer,participant,handedness\nright.mp4,ida,S001,\nleft,ben,S002,left\n")
    came = intake("--signers", table)
    assert came.signs("right") == [("HOUSE", 600, 1000)] and came.signs("left") == [("TREE", 200, 600)]
    assert came.column("signer") == {"left": "ben", "right": "ida"}
    table.write_text("video,signer,participant\nright.mp4,ben,S002\n")
    came = intake("--signers", table)
    assert came.signs("right") == [("TREE", 700, 1100)] and len(came.videos) == 1
    table.write_text("video,signer,participant\nright.mp4,ben,S003\n")
    assert "no participant S003 with glosses, but S001, S002" in intake("--signers", table).text


def test_the_table_corrects_what_the_names_tell(two: Callable, intake: Intake, data: Path) -> None:
    two("x_S001.mp4", "x_S002.mp4")
    table = data.parent / "who.csv"
    table.write_text("video,signer,participant\nx_S001,S2,S002\nx_S002,S1,S001\n")
    came = intake("--signers", table)
    assert came.signs("x_S001") == [("TREE", 200, 600)] and came.signs("x_S002") == [("HOUSE", 100, 500)]


def test_a_signer_without_a_video_is_told(two: Callable, intake: Intake) -> None:
    two("x_S001.mp4", "x_total.mp4")
    came = intake()
    assert came.signs("x_S001") == [("HOUSE", 100, 500)] and len(came.videos) == 1
    assert "the glosses of S002 are left out" in came.section(UNCLEAR)[0]


def test_the_only_video_shows_another_signer(two: Callable, intake: Intake) -> None:
    two("NGT0001_S001_b.mp4")
    came = intake("--participant", "S002")
    assert came.status == 2
    assert "links videos of others (NGT0001_S001_b), none of S002; link it in ELAN" in came.text


def test_signers_of_conversations_are_participants_not_the_numbers_of_documents(two: Callable, intake: Intake) -> None:
    for number, (first, second) in enumerate((("S001", "S002"), ("S003", "S001")), 1):
        name = f"NGT000{number}"
        two(f"{name}_{first}_b.mp4", f"{name}_{second}_b.mp4", people={R1: first, R2: second}, name=name)
    assert sorted(intake().column("signer").values()) == ["S001", "S001", "S002", "S003"]


def test_a_document_of_the_video_counts_before_that_of_the_conversation(
    two: Callable, intake: Intake, data: Path
) -> None:
    two("NGT0001_S001_b.mp4", "NGT0001_S002_b.mp4")
    eaf(data / "NGT0001_S002_b.eaf", {R2: [(300, 700, "TREE")]}, people=PEOPLE)
    came = intake()
    assert came.signs("NGT0001_S001_b") == [("HOUSE", 100, 500)] and came.signs("NGT0001_S002_b") == [
        ("TREE", 300, 700)
    ]
    assert f"annotates what is annotated in {data / 'NGT0001_S002_b.eaf'}" in came.section("Files left out")[0]


BOTH = {"RH-IDgloss": [(100, 500, "HOUSE")], "LH-IDgloss": [(140, 540, "HOUSE"), (1000, 1400, "TREE")]}


@pytest.mark.parametrize(
    ("name", "hand", "start"), [("x", "", 100), ("x", "left", 140), ("x_LH", "", 140), ("x_LH", "right", 100)]
)
def test_the_dominant_hand_leads(data: Path, intake: Intake, name: str, hand: str, start: int) -> None:
    eaf(data / f"{name}.eaf", BOTH)
    table = data.parent / "who.csv"
    table.write_text(f"video,signer,handedness\n{name},ann,{hand}\n")
    came = intake("--signers", table)
    assert [sign[:2] for sign in came.signs(name)] == [("HOUSE", start), ("TREE", 1000)]
    assert came.column("handedness")[name] == (hand or ("left" if name == "x_LH" else ""))


def test_the_name_of_the_document_tells_the_hand_of_its_video(data: Path, film: Film, intake: Intake) -> None:
    film(data / "BM10.mp4")
    eaf(data / "BM10_LH.eaf", BOTH, media=media("BM10.mp4"))
    came = intake()
    assert came.signs("BM10")[0] == ("HOUSE", 140, 540) and came.column("handedness") == {"BM10": "left"}


def test_each_signer_of_a_conversation_has_an_own_hand(two: Callable, intake: Intake, data: Path) -> None:
    tiers = {
        f"Gloss{hand} S{n}": [(100 + late, 500 + late, "HOUSE")] for n in (1, 2) for hand, late in (("R", 0), ("L", 40))
    }
    people = {tier: f"S00{tier[-1]}" for tier in tiers}
    two("x_S001.mp4", "x_S002.mp4", tiers=tiers, people=people)
    table = data.parent / "who.csv"
    table.write_text("video,signer,handedness\nx_S001,ann,right\nx_S002,ben,left\n")
    came = intake("--signers", table)
    assert came.signs("x_S001") == [("HOUSE", 100, 500)] and came.signs("x_S002") == [("HOUSE", 140, 540)]
