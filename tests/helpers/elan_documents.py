"""ELAN documents made up for tests: a rich one that holds everything ELAN can write, and small ones."""

from collections.abc import Mapping
from pathlib import Path

DECOMPOSED = "MA\u0301S.CANTIDAD"
"""A gloss whose accent is a character of its own, as a Mac may write it."""

RICH = f"""<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="ann" DATE="2024-02-29T12:00:00+01:00" FORMAT="3.0" VERSION="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
    <!-- checked by bert -->
    <LICENSE LICENSE_URL="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</LICENSE>
    <LICENSE LICENSE_URL="">and another</LICENSE>
    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
        <MEDIA_DESCRIPTOR MEDIA_URL="file:///D:/videos/front view.mp4" MIME_TYPE="video/mp4"
            RELATIVE_MEDIA_URL="./front view.mp4" TIME_ORIGIN="1500"/>
        <MEDIA_DESCRIPTOR MEDIA_URL="D:\\videos\\side.mp4" MIME_TYPE="video/mp4" RELATIVE_MEDIA_URL="side.mp4"/>
        <LINKED_FILE_DESCRIPTOR LINK_URL="file:///D:/glove.csv" RELATIVE_LINK_URL="../glove.csv" MIME_TYPE="text/csv"/>
        <PROPERTY NAME="URN">urn:nl-mpi-tools-elan-eaf:1</PROPERTY>
        <PROPERTY NAME="lastUsedAnnotationId">40</PROPERTY>
    </HEADER>
    <TIME_ORDER>
        <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/>
        <TIME_SLOT TIME_SLOT_ID="ts2"/>
        <TIME_SLOT TIME_SLOT_ID="ts3"/>
        <TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="900"/>
        <TIME_SLOT TIME_SLOT_ID="ts5" TIME_VALUE="1000"/>
        <TIME_SLOT TIME_SLOT_ID="ts6" TIME_VALUE="1400"/>
    </TIME_ORDER>
    <TIER TIER_ID="Gloss" LINGUISTIC_TYPE_REF="gloss" PARTICIPANT="Anna" ANNOTATOR="bert" LANG_REF="spa"
        DEFAULT_LOCALE="es">
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts5" TIME_SLOT_REF2="ts6" CVE_REF="cve2">
                <ANNOTATION_VALUE>QUERER^DECIR(2M).X</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts4" EXT_REF="er1"
                LANG_REF="spa">
                <!-- unsure -->
                <ANNOTATION_VALUE> {DECOMPOSED} </ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
    </TIER>
    <TIER TIER_ID="Variant" LINGUISTIC_TYPE_REF="note" PARENT_REF="Gloss" PARTICIPANT="Anna">
        <ANNOTATION>
            <REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a2">
                <ANNOTATION_VALUE>LAX &amp; &lt;SHORT&gt;</ANNOTATION_VALUE>
            </REF_ANNOTATION>
        </ANNOTATION>
    </TIER>
    <TIER TIER_ID="Morphemes" LINGUISTIC_TYPE_REF="morpheme" PARENT_REF="Gloss">
        <ANNOTATION>
            <REF_ANNOTATION ANNOTATION_ID="a5" ANNOTATION_REF="a1" PREVIOUS_ANNOTATION="a4">
                <ANNOTATION_VALUE>second</ANNOTATION_VALUE>
            </REF_ANNOTATION>
        </ANNOTATION>
        <ANNOTATION>
            <REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a1">
                <ANNOTATION_VALUE>first</ANNOTATION_VALUE>
            </REF_ANNOTATION>
        </ANNOTATION>
        <ANNOTATION>
            <REF_ANNOTATION ANNOTATION_ID="a6" ANNOTATION_REF="a1" PREVIOUS_ANNOTATION="a5">
                <ANNOTATION_VALUE>third</ANNOTATION_VALUE>
            </REF_ANNOTATION>
        </ANNOTATION>
    </TIER>
    <TIER TIER_ID="Phases" LINGUISTIC_TYPE_REF="phase" PARENT_REF="Gloss">
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a7" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
                <ANNOTATION_VALUE>preparation</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a8" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
                <ANNOTATION_VALUE>stroke</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a9" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
                <ANNOTATION_VALUE>retraction</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
    </TIER>
    <TIER TIER_ID="Empty" LINGUISTIC_TYPE_REF="gloss" EXT_REF="er1"/>
    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="gloss" TIME_ALIGNABLE="true" GRAPHIC_REFERENCES="false"
        CONTROLLED_VOCABULARY_REF="signs" LEXICON_REF="lx1"/>
    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="note" TIME_ALIGNABLE="false" GRAPHIC_REFERENCES="false"
        CONSTRAINTS="Symbolic_Association" CONTROLLED_VOCABULARY_REF="bank"/>
    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="morpheme" TIME_ALIGNABLE="false" GRAPHIC_REFERENCES="false"
        CONSTRAINTS="Symbolic_Subdivision"/>
    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="phase" TIME_ALIGNABLE="true" GRAPHIC_REFERENCES="false"
        CONSTRAINTS="Time_Subdivision"/>
    <LOCALE LANGUAGE_CODE="es" COUNTRY_CODE="ES"/>
    <LANGUAGE LANG_ID="spa" LANG_LABEL="Spanish"/>
    <LANGUAGE LANG_ID="eng" LANG_LABEL="English"/>
    <CONSTRAINT STEREOTYPE="Time_Subdivision" DESCRIPTION="no gaps"/>
    <CONSTRAINT STEREOTYPE="Symbolic_Subdivision" DESCRIPTION="ordered"/>
    <CONSTRAINT STEREOTYPE="Symbolic_Association" DESCRIPTION="1-1"/>
    <CONTROLLED_VOCABULARY CV_ID="signs">
        <DESCRIPTION LANG_REF="spa">signos</DESCRIPTION>
        <DESCRIPTION LANG_REF="eng">signs</DESCRIPTION>
        <CV_ENTRY_ML CVE_ID="cve1">
            <CVE_VALUE LANG_REF="spa" DESCRIPTION="">{DECOMPOSED}</CVE_VALUE>
            <CVE_VALUE LANG_REF="eng">MORE</CVE_VALUE>
        </CV_ENTRY_ML>
        <CV_ENTRY_ML CVE_ID="cve2" EXT_REF="er1">
            <CVE_VALUE LANG_REF="spa">QUERER^DECIR(2M).X</CVE_VALUE>
            <CVE_VALUE LANG_REF="eng">MEAN</CVE_VALUE>
        </CV_ENTRY_ML>
    </CONTROLLED_VOCABULARY>
    <CONTROLLED_VOCABULARY CV_ID="bank" EXT_REF="er2"/>
    <LEXICON_REF LEX_REF_ID="lx1" NAME="n" TYPE="t" URL="u" LEXICON_ID="i" LEXICON_NAME="ln"/>
    <REF_LINK_SET LINK_SET_ID="rls1" LINK_SET_NAME="links">
        <CROSS_REF_LINK REF_LINK_ID="rl1" REF1="a1" REF2="a2" DIRECTIONALITY="undirected"/>
        <GROUP_REF_LINK REF_LINK_ID="rl2" REFS="a1 a3 rl1"/>
    </REF_LINK_SET>
    <EXTERNAL_REF EXT_REF_ID="er1" TYPE="iso12620" VALUE="http://www.isocat.org/datcat/DC-1"/>
    <EXTERNAL_REF EXT_REF_ID="er2" TYPE="ecv" VALUE="https://example.org/bank.ecv"/>
</ANNOTATION_DOCUMENT>
"""

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2009-01-01T12:00:00+01:00" FORMAT="2.7" VERSION="2.7">
    <HEADER TIME_UNITS="milliseconds"/>
    <TIME_ORDER/>
    <TIER TIER_ID="Gloss" LINGUISTIC_TYPE_REF="default-lt"/>
    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true" CONTROLLED_VOCABULARY_REF="signs"/>
    <CONTROLLED_VOCABULARY CV_ID="signs" DESCRIPTION="">
        <CV_ENTRY DESCRIPTION="">HOUSE</CV_ENTRY>
        <CV_ENTRY DESCRIPTION="">TREE</CV_ENTRY>
    </CONTROLLED_VOCABULARY>
</ANNOTATION_DOCUMENT>
"""
"""Of a version whose vocabularies have entries of another form and no languages."""


def rich(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """The rich document as a file, with some of its text replaced; each text to replace must be there."""
    text = RICH
    for old, new in (changes or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    return written(folder, text)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "document.eaf"
    path.write_bytes(text.encode(encoding))
    return path


def simple(folder: Path, *annotations: tuple[int | None, int | None, str]) -> Path:
    """A document of one tier, ``Gloss``, with these annotations: start and end in ms (None: unaligned), and value."""
    slots, elements = [], []
    for number, (start, end, value) in enumerate(annotations, 1):
        for slot, ms in ((f"ts{2 * number - 1}", start), (f"ts{2 * number}", end)):
            time = "" if ms is None else f' TIME_VALUE="{ms}"'
            slots.append(f'<TIME_SLOT TIME_SLOT_ID="{slot}"{time}/>')
        elements.append(
            f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="ts{2 * number - 1}" '
            f'TIME_SLOT_REF2="ts{2 * number}"><ANNOTATION_VALUE>{value}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>'
            "</ANNOTATION>"
        )
    return written(
        folder,
        '<ANNOTATION_DOCUMENT AUTHOR="" DATE="2024-02-29T12:00:00+01:00" FORMAT="3.0" VERSION="3.0">'
        f'<HEADER TIME_UNITS="milliseconds"/><TIME_ORDER>{"".join(slots)}</TIME_ORDER>'
        f'<TIER TIER_ID="Gloss" LINGUISTIC_TYPE_REF="default-lt">{"".join(elements)}</TIER>'
        '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/></ANNOTATION_DOCUMENT>',
    )
