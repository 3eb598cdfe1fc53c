"""Every rule of the format is noticed when it is broken."""

from pathlib import Path

import pytest
from elan_documents import OLD, rich, simple, written

from signspot.corpus.elan import Elan
from signspot.corpus.elan_rules import check


def test_good_documents_break_no_rule(tmp_path: Path) -> None:
    assert check(Elan.read(rich(tmp_path))) == []
    assert check(Elan.read(written(tmp_path, OLD))) == []
    assert check(Elan.read(simple(tmp_path, (0, 400, "A"), (400, 800, "B")))) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('DATE="2024-02-29T12:00:00+01:00"', "", "ANNOTATION_DOCUMENT has no DATE"),
        ('<LOCALE LANGUAGE_CODE="es" COUNTRY_CODE="ES"/>', "", "TIER 'Gloss' refers by DEFAULT_LOCALE to 'es', "),
        ('<LANGUAGE LANG_ID="eng" LANG_LABEL="English"/>', "", "DESCRIPTION refers by LANG_REF to 'eng', "),
        ('LANG_ID="eng"', 'LANG_ID="spa"', "the id 'spa' is there 2 times"),
        ('LANG_ID="eng"', 'LANG_ID="a1"', "the id 'a1' is there 2 times"),
        ('ANNOTATION_ID="a6"', 'ANNOTATION_ID="6"', "the id '6' is no name"),
        ('CV_ID="bank"', 'CV_ID="signs"', "CV_ID 'signs' is there 2 times"),
        ('CVE_ID="cve2"', 'CVE_ID="cve1"', "CONTROLLED_VOCABULARY 'signs': CVE_ID 'cve1' is there 2 times"),
        ('LINGUISTIC_TYPE_REF="phase"', 'LINGUISTIC_TYPE_REF="phrase"', "LINGUISTIC_TYPE_REF to 'phrase'"),
        ('CONTROLLED_VOCABULARY_REF="signs"', 'CONTROLLED_VOCABULARY_REF="sings"', "to 'sings'"),
        ('LEX_REF_ID="lx1"', 'LEX_REF_ID="lx2"', "LEXICON_REF to 'lx1'"),
        ('EXT_REF_ID="er1"', 'EXT_REF_ID="er3"', "EXT_REF to 'er1'"),
        ('REFS="a1 a3 rl1"', 'REFS="a1 a99 rl1"', "GROUP_REF_LINK 'rl2' refers by REFS to 'a99'"),
        ('STEREOTYPE="Time_Subdivision"', 'STEREOTYPE="Included_In"', "CONSTRAINTS to 'Time_Subdivision'"),
        ('CONSTRAINTS="Symbolic_Association"', "", "tier 'Variant': a tier has a parent if and only if"),
        ('PARENT_REF="Gloss" PARTICIPANT', 'PARENT_REF="" PARTICIPANT', "tier 'Variant': a tier has a parent if and"),
        (
            'LINGUISTIC_TYPE_REF="note"',
            'LINGUISTIC_TYPE_REF="phase"',
            "'Variant': its type asks for ALIGNABLE_ANNOTATION",
        ),
        (
            '"note" TIME_ALIGNABLE="false"',
            '"note" TIME_ALIGNABLE="true"',
            "contradicts the constraint Symbolic_Association",
        ),
        (
            '"morpheme" PARENT_REF="Gloss"',
            '"morpheme" PARENT_REF="Variant"',
            "refers to a1, which its parent tier lacks",
        ),
        ('LINGUISTIC_TYPE_REF="morpheme"', 'LINGUISTIC_TYPE_REF="note"', "'Morphemes': a1 has 3 partners"),
        ('TIME_VALUE="1000"', 'TIME_VALUE="800"', "tier 'Gloss': a1 and a2 overlap"),
        ('TIME_VALUE="1400"', 'TIME_VALUE="1000"', "tier 'Gloss': a2 has no length"),
        ('TIME_VALUE="1400"', 'TIME_VALUE="4294967296"', "the time 4294967296 is not in 0 … 4294967295"),
        ("<ANNOTATION_VALUE>first</ANNOTATION_VALUE>", "", "REF_ANNOTATION 'a4' has no ANNOTATION_VALUE"),
        (
            '        <PROPERTY NAME="URN">',
            '        <PROPERTY/><MEDIA_DESCRIPTOR/><PROPERTY NAME="URN">',
            "MEDIA_DESCRIPTOR comes",
        ),
        ("    <TIME_ORDER>", "    <TIME_ORDER/><TIME_ORDER>", "there are 2 elements TIME_ORDER, expected one"),
        ("<LOCALE LANG", "<LICENSE/><LOCALE LANG", "LICENSE comes after LINGUISTIC_TYPE"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = check(Elan.read(rich(tmp_path, {old: new})))
    assert any(message in each for each in found), found
