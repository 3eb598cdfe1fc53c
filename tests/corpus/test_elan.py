"""ELAN documents as they come: read rightly, or refused with a message that says what to mend."""

import logging
import re
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import pytest
from elan_documents import DECOMPOSED, OLD, RICH, rich, simple, written
from hypothesis import given, settings
from hypothesis import strategies as st
from pympi import Eaf

from signspot.corpus.elan import ControlledVocabulary, Elan, ElanAnnotation, Media, Tier
from signspot.corpus.elan_rules import check
from signspot.errors import InputError


def intervals(document: Elan, tier: str) -> list[tuple[int, int, str]]:
    return [(a.start_ms, a.end_ms, a.value) for a in document.annotations(tier)]


def test_tiers_in_file_order(tmp_path: Path) -> None:
    document = Elan.read(rich(tmp_path))
    assert [tier.name for tier in document.tiers] == ["Gloss", "Variant", "Morphemes", "Phases", "Empty"]
    assert document.tiers[:2] == (Tier("Gloss", "gloss", "Anna", None), Tier("Variant", "note", "Anna", "Gloss"))


def test_annotations_come_in_order_of_time_with_their_text_as_it_is(tmp_path: Path) -> None:
    document = Elan.read(rich(tmp_path))
    assert document.annotations("Gloss") == [
        ElanAnnotation("a1", 0, 900, f" {DECOMPOSED} "),
        ElanAnnotation("a2", 1000, 1400, "QUERER^DECIR(2M).X"),
    ]
    assert document.annotations("Empty") == []


def test_what_refers_has_the_times_of_what_it_refers_to(tmp_path: Path) -> None:
    assert intervals(Elan.read(rich(tmp_path)), "Variant") == [(1000, 1400, "LAX & <SHORT>")]


def test_parts_divide_what_they_refer_to_in_their_own_order(tmp_path: Path) -> None:
    expected = [(0, 300, "first"), (300, 600, "second"), (600, 900, "third")]
    assert intervals(Elan.read(rich(tmp_path)), "Morphemes") == expected


@pytest.mark.parametrize("order", ["as it is", "unaligned slots last"])
def test_slots_without_a_time_lie_evenly_along_their_chain(tmp_path: Path, order: str) -> None:
    slots = '        <TIME_SLOT TIME_SLOT_ID="ts2"/>\n        <TIME_SLOT TIME_SLOT_ID="ts3"/>\n'
    changes = {} if order == "as it is" else {slots: "", "    </TIME_ORDER>\n": f"{slots}    </TIME_ORDER>\n"}
    expected = [(0, 300, "preparation"), (300, 600, "stroke"), (600, 900, "retraction")]
    assert intervals(Elan.read(rich(tmp_path, changes)), "Phases") == expected


def test_slots_without_a_time_and_without_a_chain_lie_evenly_in_their_tier(tmp_path: Path) -> None:
    path = simple(tmp_path, (None, None, "A"), (300, None, "B"), (None, 600, "C"))
    assert intervals(Elan.read(path), "Gloss") == [(100, 200, "A"), (300, 400, "B"), (500, 600, "C")]


def test_parts_without_times_of_parents_without_times(tmp_path: Path) -> None:
    changes = {'<TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="900"/>': '<TIME_SLOT TIME_SLOT_ID="ts4"/>'}
    document = Elan.read(rich(tmp_path, changes))
    assert intervals(document, "Gloss")[0][:2] == (0, 500)
    assert [start for start, _, _ in intervals(document, "Phases")] == [0, 166, 333]


def test_negative_and_empty_lengths_are_left_to_the_reader(tmp_path: Path) -> None:
    path = simple(tmp_path, (400, 400, "EMPTY"), (900, 800, "NEGATIVE"), (-40, 0, "EARLY"))
    assert intervals(Elan.read(path), "Gloss") == [(-40, 0, "EARLY"), (400, 400, "EMPTY"), (900, 800, "NEGATIVE")]


def test_media_and_where_in_them_the_document_begins(tmp_path: Path) -> None:
    front, side = Elan.read(rich(tmp_path)).media
    assert front == Media("file:///D:/videos/front view.mp4", "./front view.mp4", 1500, "video/mp4")
    assert (front.name, side.name) == ("front view.mp4", "side.mp4")
    assert (front.video_ms(0), front.document_ms(1500), front.document_ms(1000)) == (1500, 0, -500)
    assert side.video_ms(700) == 700


@pytest.mark.parametrize(
    ("video", "expected"), [("x/side.mp4", "side.mp4"), ("side.MOV", "side.mp4"), ("other.mp4", None)]
)
def test_the_medium_of_a_video_is_told_by_its_name(tmp_path: Path, video: str, expected: str | None) -> None:
    medium = Elan.read(rich(tmp_path)).media_of(video)
    assert (medium and medium.name) == expected


def test_names_of_media_may_be_escaped_or_decomposed(tmp_path: Path) -> None:
    media = {"front view.mp4": "cafe\u0301 1.mp4", "side.mp4": "caf%C3%A9%202.mp4"}
    document = Elan.read(rich(tmp_path, media))
    for video, expected in (("caf\u00e9 1.mp4", 0), ("cafe\u0301 2.mp4", 1), ("caf%C3%A9%202.mp4", 1)):
        assert document.media_of(video) == document.media[expected]


@pytest.mark.parametrize(
    ("name", "mime", "sound"),
    [
        ("talk.wav", "audio/x-wav", True),
        ("talk.WAV", "unknown", True),
        ("talk.m4a", "video/mp4", True),
        ("talk.snd", "audio/basic", True),
        ("talk.mp4", "audio/mp4", False),
        ("talk.mpg", "unknown", False),
    ],
)
def test_a_sound_is_no_video(tmp_path: Path, name: str, mime: str, sound: bool) -> None:
    side = '<MEDIA_DESCRIPTOR MEDIA_URL="D:\\videos\\side.mp4" MIME_TYPE="video/mp4" RELATIVE_MEDIA_URL="side.mp4"/>'
    only = {side: "", "front view.mp4": name, 'MIME_TYPE="video/mp4"': f'MIME_TYPE="{mime}"'}
    document = Elan.read(rich(tmp_path, only))
    assert [medium.is_sound for medium in document.media] == [sound]
    assert all((document.media_of(video) is None) == sound for video in ("talk.mp4", "other.mp4"))


def test_the_only_medium_is_the_video_whatever_its_name(tmp_path: Path) -> None:
    side = '<MEDIA_DESCRIPTOR MEDIA_URL="D:\\videos\\side.mp4" MIME_TYPE="video/mp4" RELATIVE_MEDIA_URL="side.mp4"/>'
    medium = Elan.read(rich(tmp_path, {side: ""})).media_of("renamed.mp4")
    assert medium is not None
    assert medium.name == "front view.mp4"


def test_vocabularies_by_language_and_external_ones_by_name_only(tmp_path: Path) -> None:
    assert Elan.read(rich(tmp_path)).vocabularies == (
        ControlledVocabulary("signs", {"spa": (DECOMPOSED, "QUERER^DECIR(2M).X"), "eng": ("MORE", "MEAN")}),
        ControlledVocabulary("bank", {}, "https://example.org/bank.ecv"),
    )
    assert Elan.read(written(tmp_path, OLD)).vocabularies == (ControlledVocabulary("signs", {"": ("HOUSE", "TREE")}),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str) -> None:
    text = (
        RICH.replace(DECOMPOSED, "MÁS").replace("\n", "\r\n").replace('"UTF-8"', f'"{encoding.removesuffix("-sig")}"')
    )
    assert intervals(Elan.read(written(tmp_path, text, encoding)), "Gloss")[0][2] == " MÁS "


@pytest.mark.parametrize("version", ["2.6", "2.7", "2.8", "3.0"])
def test_known_formats_are_read_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture, version: str) -> None:
    Elan.read(rich(tmp_path, {'FORMAT="3.0"': f'FORMAT="{version}"'}))
    assert caplog.text == ""


def test_unknown_formats_are_read_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Elan.read(rich(tmp_path, {'FORMAT="3.0"': 'FORMAT="4.0"'}))
    assert "FORMAT is 4.0; it is read as if it were 3.0" in caplog.text


def test_no_such_tier(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"document\.eaf: has no tier 'gloss'; its tiers are: 'Gloss', 'Variant', "):
        Elan.read(rich(tmp_path)).annotations("gloss")


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><ANNOTATION_DOCUMENT>&b;</ANNOTATION_DOCUMENT>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><ANNOTATION_DOCUMENT>&a;</ANNOTATION_DOCUMENT>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"document\.eaf: is not well-formed XML \(no element found"),
        (RICH[:3000], r"document\.eaf: is not well-formed XML"),
        ("PK\x03\x04", r"is not well-formed XML .*\. Is it an \.eaf, and complete\?"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', r"is not well-formed XML"),
        (f"<ANNOTATION_DOCUMENT>{'<a>' * 5000}{'</a>' * 5000}</ANNOTATION_DOCUMENT>", "nests elements 20 deep"),
        ("<html/>", r"its root element is html, expected ANNOTATION_DOCUMENT"),
        (LAUGHS, r"declares a document type or entities, .* refused"),
        (OUTSIDE, r"declares a document type or entities, .* refused"),
        ("<!DOCTYPE ANNOTATION_DOCUMENT><ANNOTATION_DOCUMENT/>", r"declares a document type"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Elan.read(written(tmp_path, text))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.eaf: there is no such file"):
        Elan.read(tmp_path / "none.eaf")
    with pytest.raises(InputError, match="cannot be read"):
        Elan.read(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('TIME_UNITS="milliseconds"', 'TIME_UNITS="PAL-frames"', "TIME_UNITS of HEADER is 'PAL-frames'"),
        (
            '<TIME_SLOT TIME_SLOT_ID="ts6" TIME_VALUE="1400"/>',
            "",
            "'a2' refers by TIME_SLOT_REF2 to 'ts6', which is not",
        ),
        ('TIME_VALUE="1400"', 'TIME_VALUE="1.4"', "TIME_VALUE of TIME_SLOT 'ts6' is '1.4', expected a whole number"),
        (' TIME_VALUE="1400"', "", "time slot ts6 has no time, and no later one of its tier has"),
        ('TIME_ORIGIN="1500"', 'TIME_ORIGIN="soon"', "TIME_ORIGIN of MEDIA_DESCRIPTOR is 'soon'"),
        ('ANNOTATION_REF="a2"', 'ANNOTATION_REF="a99"', "'a3' refers by ANNOTATION_REF to 'a99', which is not there"),
        ('ANNOTATION_REF="a2"', "", "REF_ANNOTATION 'a3' has no ANNOTATION_REF"),
        (
            'ANNOTATION_REF="a2"',
            'ANNOTATION_REF="a4"',
            "a3 of tier 'Variant' refers to a4, which is not in a tier above",
        ),
        ('PREVIOUS_ANNOTATION="a4"', 'PREVIOUS_ANNOTATION="a6"', "PREVIOUS_ANNOTATION of a5 does not lead back"),
        ('TIER_ID="Variant"', 'TIER_ID="Gloss"', "TIER_ID 'Gloss' is there 2 times"),
        ('ANNOTATION_ID="a3"', 'ANNOTATION_ID="a1"', "ANNOTATION_ID 'a1' is there 2 times"),
        ('TIME_SLOT_ID="ts6"', 'TIME_SLOT_ID="ts5"', "TIME_SLOT_ID 'ts5' is there 2 times"),
        (
            'PARENT_REF="Gloss"',
            'PARENT_REF="Glosses"',
            "'Variant' refers by PARENT_REF to 'Glosses', which is not there",
        ),
        ('LANG_REF="spa"\n', 'PARENT_REF="Variant"\n', "the tiers 'Gloss', 'Variant', .* are each other's parents"),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=rf"document\.eaf: .*{message}"):
        Elan.read(rich(tmp_path, {old: new}))


def test_a_missing_linguistic_type_is_no_obstacle(tmp_path: Path) -> None:
    document = Elan.read(rich(tmp_path, {'LINGUISTIC_TYPE_REF="note"': 'LINGUISTIC_TYPE_REF="gone"'}))
    assert intervals(document, "Variant") == [(1000, 1400, "LAX & <SHORT>")]


ATTRIBUTES = [match.span() for match in re.finditer(r' \w+="[^"]*"', RICH)]
ELEMENTS = [match.span() for match in re.finditer(r"<(\w+)[^>/]*/>|<(\w+)[^>]*>[^<]*</\2>", RICH)]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ATTRIBUTES + ELEMENTS), st.sampled_from(["", *(RICH[a:b] for a, b in ATTRIBUTES + ELEMENTS)]))
def test_a_spoilt_document_is_read_or_refused_with_a_message(
    tmp_path_factory: pytest.TempPathFactory, where: tuple[int, int], instead: str
) -> None:
    spoilt = RICH[: where[0]] + instead + RICH[where[1] :]
    with suppress(InputError):
        check(Elan.read(written(tmp_path_factory.mktemp("spoilt"), spoilt)))


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    archive = shared / "data/lse_health/ELAN-LSE-Health-UVigo.zip"
    if not archive.is_file():
        pytest.skip("the ELAN files of LSE-Health-UVigo are not here")
    folder = tmp_path_factory.mktemp("lse_health")
    with ZipFile(archive) as files:
        files.extractall(folder)
    return sorted(folder.rglob("*.eaf"))


def test_real_documents_are_read_as_another_reader_reads_them(real: list[Path]) -> None:
    documents = [Elan.read(path) for path in real]
    assert len(documents) == 273
    assert sum(len(document.annotations("M_Glosa")) for document in documents) == 16278
    for document in documents:
        theirs = Eaf(document.path)
        for tier in ("M_Glosa", "Trad"):
            expected = sorted(row[:3] for row in theirs.get_annotation_data_for_tier(tier))
            assert intervals(document, tier) == expected
