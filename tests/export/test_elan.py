"""Spottings as ELAN tiers: nothing of the original is lost, and ELAN can go on with the document."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pandas as pd
import pytest
from elan_documents import DECOMPOSED, OLD, RICH, rich, simple, written
from hypothesis import given, settings
from hypothesis import strategies as st
from pympi import Eaf

from signspot.corpus.elan import Elan
from signspot.corpus.elan_rules import check
from signspot.errors import InputError
from signspot.export.elan import SpottingSource, write_elan

SOURCE = SpottingSource("demo", ["HOUSE", DECOMPOSED, "A<B>&C"])
Row = tuple[int, int, str, float]
ROWS = [(2000, 2400, "HOUSE", 0.987), (1600, 2000, DECOMPOSED, 0.5), (4000, 4040, "A<B>&C", 1.0)]


def spottings(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["start_ms", "end_ms", "sign", "score"]).astype({"start_ms": int, "end_ms": int})


def write(
    folder: Path, rows: Sequence[Row] = ROWS, original: Path | None = None, media: str = "videos/front view.mp4"
) -> Elan:
    path = folder / "out/video.eaf"
    write_elan(spottings(*rows), path, folder / media, SOURCE, original)
    return Elan.read(path)


def values(document: Elan, tier: str) -> list[tuple[int, int, str]]:
    return [(a.start_ms, a.end_ms, a.value) for a in document.annotations(tier)]


def without_additions(written: Elan, original: Elan) -> str:
    """The written document in canonical form, without what an export adds."""
    root = written.root
    old = {element.get("TIME_SLOT_ID") for element in original.root.iter("TIME_SLOT")}
    names = re.compile(r"signspot:demo(:\d+)?(:score)?")
    there = {e.get("TIER_ID") for e in original.root.iter("TIER")}
    for parent in (root, root.find("HEADER"), root.find("TIME_ORDER")):
        for element in list(parent):
            name = next(iter(element.attrib.values()), "") if element.tag == "PROPERTY" else None
            name = name or element.get("TIER_ID") or element.get("LINGUISTIC_TYPE_ID") or element.get("CV_ID") or ""
            slot = element.get("TIME_SLOT_ID")
            if (names.fullmatch(name) and name not in there) or (slot and slot not in old):
                parent.remove(element)
    if not any(e.get("LANG_ID") == "und" for e in original.root.iter("LANGUAGE")):
        for element in [e for e in root.iter("LANGUAGE") if e.get("LANG_ID") == "und"]:
            root.remove(element)
    return canonical(root)


def canonical(root: ElementTree.Element) -> str:
    """Canonical XML but for white space between elements, the last id, and relative links."""
    for element in root.iter("PROPERTY"):
        if element.get("NAME") == "lastUsedAnnotationId":
            element.text = ""
    for element in root.iter():
        for name in ("RELATIVE_MEDIA_URL", "RELATIVE_LINK_URL"):
            if name in element.attrib:
                element.set(name, "")
    ElementTree.indent(root)
    return ElementTree.canonicalize(ElementTree.tostring(root), with_comments=True)


def test_a_new_document(tmp_path: Path) -> None:
    document = write(tmp_path)
    assert check(document) == []
    assert [(tier.name, tier.parent) for tier in document.tiers] == [
        ("signspot:demo", None),
        ("signspot:demo:score", "signspot:demo"),
    ]
    assert values(document, "signspot:demo") == [
        (1600, 2000, DECOMPOSED),
        (2000, 2400, "HOUSE"),
        (4000, 4040, "A<B>&C"),
    ]
    assert [score for _, _, score in values(document, "signspot:demo:score")] == ["0.50", "0.99", "1.00"]
    assert [(v.name, v.values) for v in document.vocabularies] == [("signspot:demo", {"und": tuple(SOURCE.vocabulary)})]
    assert document.root.get("AUTHOR") == "signspot"


def test_the_video_is_linked_as_seen_from_the_document(tmp_path: Path) -> None:
    (medium,) = write(tmp_path).media
    assert (medium.relative_url, medium.mime_type, medium.origin_ms) == ("../videos/front view.mp4", "video/mp4", 0)
    assert str(tmp_path) not in (tmp_path / "out/video.eaf").read_text()
    assert write(tmp_path, media="out/x.mp4").media[0].relative_url == "./x.mp4"


def test_a_video_without_spottings(tmp_path: Path) -> None:
    document = write(tmp_path, rows=[])
    assert check(document) == []
    assert values(document, "signspot:demo") == []


def test_where_the_spottings_come_from_is_told(tmp_path: Path) -> None:
    write_elan(spottings(), tmp_path / "x.eaf", tmp_path / "x.mp4", SpottingSource("demo", [], model="sha256:12ab"))
    properties = {e.get("NAME"): e.text for e in Elan.read(tmp_path / "x.eaf").root.iter("PROPERTY")}
    assert re.fullmatch(r"signspot \S+, run demo, model sha256:12ab", properties["signspot:demo"] or "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nothing_of_the_original_is_lost(tmp_path: Path, encoding: str) -> None:
    original = written(tmp_path, RICH.replace("UTF-8", encoding), encoding)
    before = original.read_bytes()
    document = write(tmp_path, original=original)
    assert check(document) == []
    assert [tier.name for tier in document.tiers][-2:] == ["signspot:demo", "signspot:demo:score"]
    assert without_additions(document, Elan.read(original)) == canonical(Elan.read(original).root)
    assert original.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["document.eaf"]


def test_white_space_of_annotations_is_kept(tmp_path: Path) -> None:
    original = rich(tmp_path, {"QUERER^DECIR(2M).X</ANN": " two&#13;\n\tlines &#xA0; </ANN"})
    document = write(tmp_path, original=original)
    assert document.annotations("Gloss")[1].value == " two\r\n\tlines \xa0 "


def test_times_count_from_where_the_document_begins_in_the_video(tmp_path: Path) -> None:
    assert values(write(tmp_path, original=rich(tmp_path)), "signspot:demo") == [
        (100, 500, DECOMPOSED),
        (500, 900, "HOUSE"),
        (2500, 2540, "A<B>&C"),
    ]


def test_what_lies_before_the_document_is_cut_or_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [(0, 400, "A", 0.1), (1000, 1600, "B", 0.2), (1600, 1640, "C", 0.3)]
    with caplog.at_level(logging.WARNING):
        document = write(tmp_path, rows, rich(tmp_path))
    assert values(document, "signspot:demo") == [(0, 100, "B"), (100, 140, "C")]
    assert "the document begins 1500 ms into the video; 1 spottings before that are left out, 1 are cut" in caplog.text


def test_an_earlier_export_stays_and_the_next_name_is_taken(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = tmp_path / "first.eaf"
    write_elan(spottings(*ROWS), first, tmp_path / "videos/front view.mp4", SOURCE, rich(tmp_path))
    corrected = first.read_text().replace(">HOUSE</ANNOTATION_VALUE>", ">TREE</ANNOTATION_VALUE>")
    first.write_text(corrected)
    with caplog.at_level(logging.WARNING):
        document = write(tmp_path, original=first)
    assert check(document) == []
    assert [tier.name for tier in document.tiers][-4:] == [
        *("signspot:demo", "signspot:demo:score", "signspot:demo:2", "signspot:demo:2:score"),
    ]
    assert [value for _, _, value in values(document, "signspot:demo")] == [DECOMPOSED, "TREE", "A<B>&C"]
    assert "has a tier signspot:demo, which stays as it is; the spottings are in signspot:demo:2" in caplog.text
    third = tmp_path / "third.eaf"
    write_elan(spottings(*ROWS), third, tmp_path / "videos/front view.mp4", SOURCE, document.path)
    assert Elan.read(third).tiers[-2].name == "signspot:demo:3"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 41),
        ({">40<": ">7<"}, 10),
        ({'<PROPERTY NAME="lastUsedAnnotationId">40</PROPERTY>': ""}, 10),
        ({">40<": "> <"}, 10),
        ({">40<": ">many<"}, 10),
        ({">40<": "><"}, 10),
    ],
)
def test_new_ids_are_above_all_that_were_ever_given(tmp_path: Path, changes: dict[str, str], expected: int) -> None:
    document = write(tmp_path, original=rich(tmp_path, changes))
    ids = [int(annotation.id[1:]) for annotation in document.annotations("signspot:demo")]
    assert ids == [expected, expected + 2, expected + 4]
    counters = [e.text for e in document.root.iter("PROPERTY") if e.get("NAME") == "lastUsedAnnotationId"]
    assert counters == [str(expected + 5)]


def test_time_order_stays_in_order(tmp_path: Path) -> None:
    slots = write(tmp_path, original=rich(tmp_path)).root.findall("TIME_ORDER/TIME_SLOT")
    times = [int(slot.attrib["TIME_VALUE"]) for slot in slots if "TIME_VALUE" in slot.attrib]
    assert times == sorted(times)


def test_links_hold_from_the_new_place(tmp_path: Path) -> None:
    (tmp_path / "eaf").mkdir()
    document = write(tmp_path, original=rich(tmp_path / "eaf"))
    assert [medium.relative_url for medium in document.media] == ["../videos/front view.mp4", "../eaf/side.mp4"]
    assert [medium.url for medium in document.media] == ["file:///D:/videos/front view.mp4", "D:\\videos\\side.mp4"]
    assert document.root.find("HEADER/LINKED_FILE_DESCRIPTOR").get("RELATIVE_LINK_URL") == "../glove.csv"


def test_absolute_links_stay(tmp_path: Path) -> None:
    for url in ("C:/x/side.mp4", "/x/side.mp4", "https://example.org/side.mp4", ""):
        original = rich(tmp_path, {'RELATIVE_MEDIA_URL="side.mp4"': f'RELATIVE_MEDIA_URL="{url}"'})
        assert write(tmp_path, original=original).media[1].relative_url == url


def test_a_video_that_is_not_linked_is_linked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        document = write(tmp_path, original=simple(tmp_path, (0, 400, "A")))
    assert check(document) == []
    assert document.media[0].relative_url == "../videos/front view.mp4"
    assert "links no front view.mp4; the link is added" in caplog.text


@pytest.mark.parametrize("video", ["talk.mp4", "other.mp4"])
def test_a_video_is_linked_beside_a_sound(tmp_path: Path, video: str) -> None:
    """It begins where the sound begins, which mostly was taken from it."""
    side = '<MEDIA_DESCRIPTOR MEDIA_URL="D:\\videos\\side.mp4" MIME_TYPE="video/mp4" RELATIVE_MEDIA_URL="side.mp4"/>'
    sound = {side: "", "front view.mp4": "talk.wav", 'MIME_TYPE="video/mp4"': 'MIME_TYPE="audio/x-wav"'}
    document = write(tmp_path, original=rich(tmp_path, sound), media=video)
    assert check(document) == []
    linked = [(medium.name, medium.relative_url, medium.origin_ms) for medium in document.media]
    assert linked == [("talk.wav", "../talk.wav", 1500), (video, f"../{video}", 1500)]
    assert values(document, "signspot:demo")[0][0] == 100


def test_a_sound_beside_the_video_is_not_taken_for_it(tmp_path: Path) -> None:
    changes = {
        "D:\\videos\\side.mp4": "renamed.wav",
        'RELATIVE_MEDIA_URL="side.mp4"': 'RELATIVE_MEDIA_URL="renamed.wav"',
    }
    document = write(tmp_path, original=rich(tmp_path, changes), media="renamed.mp4")
    assert [medium.relative_url for medium in document.media] == ["../renamed.mp4", "../renamed.wav"]


def test_the_only_medium_is_the_video_and_another_name_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    side = '<MEDIA_DESCRIPTOR MEDIA_URL="D:\\videos\\side.mp4" MIME_TYPE="video/mp4" RELATIVE_MEDIA_URL="side.mp4"/>'
    with caplog.at_level(logging.WARNING):
        document = write(tmp_path, original=rich(tmp_path, {side: ""}), media="renamed.mp4")
    assert document.media[0].relative_url == "../renamed.mp4"
    assert values(document, "signspot:demo")[0][0] == 100
    assert "links front view.mp4, which is taken to be renamed.mp4" in caplog.text


def test_where_an_unknown_video_begins_is_not_guessed(tmp_path: Path) -> None:
    message = r"links front view\.mp4 \(from 1500 ms\), side\.mp4 \(from 0 ms\), none of which is other\.mp4"
    with pytest.raises(InputError, match=message):
        write(tmp_path, original=rich(tmp_path), media="other.mp4")
    assert not (tmp_path / "out/video.eaf").exists()


def test_a_document_of_an_older_format_gets_a_vocabulary_of_its_form(tmp_path: Path) -> None:
    document = write(tmp_path, original=written(tmp_path, OLD))
    assert document.vocabularies[-1].values == {"": tuple(SOURCE.vocabulary)}
    assert not list(document.root.iter("LANGUAGE"))


def test_what_was_broken_before_stays_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    original = rich(tmp_path, {'DEFAULT_LOCALE="es"': 'DEFAULT_LOCALE="gl"'})
    with caplog.at_level(logging.WARNING):
        document = write(tmp_path, original=original)
    assert check(document) == ["TIER 'Gloss' refers by DEFAULT_LOCALE to 'gl', which is not there"]
    assert "breaks rules of the format, as: TIER 'Gloss' refers by DEFAULT_LOCALE" in caplog.text


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(400, 400, "A", 0.1)], "A from 400 to 400 ms has no length"),
        ([(0, 400, "A\x07", 0.1)], r"'A\\x07' holds a character that XML does not know"),
    ],
)
def test_what_a_tier_cannot_hold(tmp_path: Path, rows: list[Row], message: str) -> None:
    with pytest.raises(InputError, match=message):
        write(tmp_path, rows)
    assert list(tmp_path.rglob("*.eaf")) == []


def test_what_overlaps_is_in_further_tiers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [(0, 400, "A", 0.1), (360, 800, "B", 0.2), (390, 500, "C", 0.3), (800, 900, "D", 0.4)]
    with caplog.at_level(logging.WARNING):
        document = write(tmp_path, rows)
    names = ["signspot:demo", "signspot:demo:overlapping", "signspot:demo:overlapping:2"]
    assert [[value for *_, value in values(document, name)] for name in names] == [["A", "D"], ["B"], ["C"]]
    assert "1 spottings overlap others; they are in the tier signspot:demo:overlapping" in caplog.text
    assert check(document) == []
    assert_pympi_agrees(document)


def test_the_document_can_be_edited_further(tmp_path: Path) -> None:
    """As ELAN does: an annotation with the id after the last one, saved and read again."""
    theirs = Eaf(write(tmp_path, original=rich(tmp_path)).path)
    last = int(dict(theirs.properties)["lastUsedAnnotationId"])
    theirs.maxaid = last
    theirs.add_annotation("signspot:demo", 5000, 5400, "TREE")
    edited = tmp_path / "edited.eaf"
    theirs.to_file(edited)
    document = Elan.read(edited)
    assert document.annotations("signspot:demo")[-1].id == f"a{last + 1}"
    assert values(document, "signspot:demo")[:3] == values(Elan.read(tmp_path / "out/video.eaf"), "signspot:demo")
    assert check(document) == []


def assert_pympi_agrees(document: Elan) -> None:
    theirs = Eaf(document.path, suppress_version_warning=True)
    for tier in document.tiers:
        aligned, referring, *_ = theirs.tiers[tier.name]
        assert {*aligned, *referring} == {annotation.id for annotation in document.annotations(tier.name)}
        expected = {
            name: (theirs.timeslots[a], theirs.timeslots[b], value) for name, (a, b, value, _) in aligned.items()
        }
        ours = {a.id: (a.start_ms, a.end_ms, a.value) for a in document.annotations(tier.name)}
        assert {name: ours[name] for name in aligned} == expected
    assert int(dict(theirs.properties)["lastUsedAnnotationId"]) == theirs.maxaid


def test_pympi_reads_the_same(tmp_path: Path) -> None:
    assert_pympi_agrees(write(tmp_path))


GLOSS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


@st.composite
def tracks(draw: st.DrawFn) -> list[Row]:
    """Rows that do not overlap, in any order."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), max_size=8))
    end, rows = 0, []
    for gap, length in lengths:
        start, end = end + gap, end + gap + length
        rows.append((start, end, draw(GLOSS), draw(st.floats(0, 1))))
    return draw(st.permutations(rows))


@settings(max_examples=60, deadline=None)
@given(tracks(), tracks(), st.booleans())
def test_any_spottings_come_back_from_any_document(
    tmp_path_factory: pytest.TempPathFactory, mine: list[Row], before: list[Row], fresh: bool
) -> None:
    folder = tmp_path_factory.mktemp("document")
    original = folder / "first.eaf"
    write_elan(spottings(*before), original, folder / "v.mp4", SpottingSource("first", []))
    document = write(folder, mine, None if fresh else original, "v.mp4")
    assert check(document) == []
    expected = [(start, end, sign) for start, end, sign, _ in sorted(mine)]
    assert values(document, "signspot:demo") == expected
    assert [score for _, _, score in values(document, "signspot:demo:score")] == [f"{s:.2f}" for *_, s in sorted(mine)]
    if not fresh:
        assert values(document, "signspot:first") == [row[:3] for row in sorted(before)]


def test_nothing_of_real_documents_is_lost(shared: Path, tmp_path: Path) -> None:
    archive = shared / "data/lse_health/ELAN-LSE-Health-UVigo.zip"
    if not archive.is_file():
        pytest.skip("the ELAN files of LSE-Health-UVigo are not here")
    with ZipFile(archive) as files:
        files.extractall(tmp_path / "real")
    originals = sorted((tmp_path / "real").rglob("*.eaf"))
    for original in originals:
        document = write(tmp_path, original=original, media=f"videos/{original.stem}.mp4")
        assert_pympi_agrees(document)
        assert without_additions(document, Elan.read(original)) == canonical(Elan.read(original).root)
    assert len(originals) == 273
