"""Which hand a tier is of, and which leads."""

import pytest

from signspot.intake.hands import hand_of, handedness_by_name, leading_first


@pytest.mark.parametrize(
    ("tier", "hand"),
    [
        ("RH-IDgloss", "right"),
        ("LH-IDgloss", "left"),
        ("GlossL S1", "left"),
        ("GlossR S2", "right"),
        ("Lexem_Gebärde_l_A", "left"),
        ("Lexeme_Sign_r_B", "right"),
        ("Glosa mano izquierda", "left"),
        ("Gloss_LH", "left"),
        ("leftHandGloss", "left"),
        ("Glosa_DH S1", "dominant"),
        ("Glosa_NonDH S1", "other"),
        ("non-dominant hand gloss", "other"),
        ("M_Glosa", ""),
        ("Lexem", ""),
        ("Free Translation", ""),
    ],
)
def test_the_hand_of_a_tier(tier: str, hand: str) -> None:
    assert hand_of(tier) == hand


@pytest.mark.parametrize(
    ("tiers", "handedness", "leading"),
    [
        (["RH-IDgloss", "LH-IDgloss"], "left", "LH-IDgloss"),
        (["RH-IDgloss", "LH-IDgloss"], "right", "RH-IDgloss"),
        (["LH-IDgloss", "RH-IDgloss"], "right", "RH-IDgloss"),
        (["LH-IDgloss", "RH-IDgloss"], "", "LH-IDgloss"),
        (["Glosa_NonDH", "Glosa_DH"], "", "Glosa_DH"),
        (["Glosa_NonDH", "Glosa_DH"], "left", "Glosa_DH"),
        (["first", "second"], "left", "first"),
        (["gloss", "gloss l"], "left", "gloss"),
    ],
)
def test_the_tier_that_leads(tiers: list[str], handedness: str, leading: str) -> None:
    found = leading_first(tiers, handedness)
    assert found[0] == leading
    assert sorted(found) == sorted(tiers)


@pytest.mark.parametrize(
    ("stem", "hand"),
    [("BM10F24_LH", "left"), ("talk-lh", "left"), ("talk_RH", "right"), ("LH_talk", ""), ("SELH", ""), ("LH", "")],
)
def test_the_name_of_a_file_tells_the_hand(stem: str, hand: str) -> None:
    assert handedness_by_name(stem) == hand
