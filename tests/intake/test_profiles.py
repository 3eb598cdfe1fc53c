"""The conventions of tiers and glosses, and signs that are on both hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.intake.profiles import (
    DEVIANT,
    EMPTY,
    MARK,
    PROFILES,
    GlossAnnotation,
    Profile,
    find_profile,
    gloss_tiers,
    merge_hands,
    read_annotation,
    wanted_tiers,
)


@pytest.mark.parametrize(
    ("profile", "value", "gloss", "left_out"),
    [
        ("lse", "QUERER^DECIR", "QUERER^DECIR", ""),
        ("lse", "MA\u0301S.CANTIDAD", "MÁS.CANTIDAD", ""),
        ("lse", "PERSONA(M-RE)", "PERSONA(M-RE)", ""),
        ("lse", " A\n PARTIR\tDE ", "A PARTIR DE", ""),
        ("lse", "*BIEN", "BIEN", ""),
        ("lse", "DT:M*G", "DT:M*G", "prefix DT:"),
        ("lse", "*DT:SAL", "DT:SAL", "prefix DT:"),
        ("lse", ":", ":", MARK),
        ("lse", "*", "", MARK),
        ("lse", " \n", "", EMPTY),
        ("bsl", "FS:LONDON", "FS:LONDON", "prefix FS:"),
        ("bsl", "GOOD", "GOOD", ""),
        ("ngt", "#JAN", "#JAN", "prefix #"),
        ("dgs", "HAUS1A*", "HAUS1A", ""),
        ("dgs", "$INDEX1", "$INDEX1", ""),
    ],
)
def test_values(profile: str, value: str, gloss: str, left_out: str) -> None:
    sign = read_annotation(PROFILES[profile], value, 0, 40)
    assert (sign.gloss, sign.left_out) == (gloss, left_out)


@pytest.mark.parametrize(
    ("stars", "gloss", "left_out"), [("strip", "BIEN", ""), ("drop", "BIEN", DEVIANT), ("keep", "*BIEN", "")]
)
def test_stars(stars: str, gloss: str, left_out: str) -> None:
    assert read_annotation(Profile("mine", stars=stars), "*BIEN", 1, 2) == GlossAnnotation(gloss, 1, 2, True, left_out)
    assert read_annotation(Profile("mine", stars=stars), "BIEN", 1, 2) == GlossAnnotation("BIEN", 1, 2, False, "")


def test_a_sign_of_both_hands_is_one_with_the_times_of_the_first() -> None:
    right = [GlossAnnotation("HOUSE", 100, 500), GlossAnnotation("GOOD", 1000, 1400)]
    left = [GlossAnnotation("HOUSE", 140, 520), GlossAnnotation("BAD", 1000, 1400), GlossAnnotation("GOOD", 1350, 1800)]
    assert merge_hands([right, left], 0.5) == [right[0], right[1], left[1], left[2]]
    assert left[0] in merge_hands([right, left], 0.95)


signs = st.builds(
    lambda gloss, start, length: GlossAnnotation(gloss, start, start + length),
    st.sampled_from("ABC"),
    st.integers(0, 200),
    st.integers(1, 50),
)
hands = st.lists(st.lists(signs, max_size=12, unique=True), min_size=1, max_size=3)


@given(hands, st.floats(0.05, 1))
def test_merging_keeps_the_first_hand_and_drops_only_what_is_there(
    hands: list[list[GlossAnnotation]], overlap: float
) -> None:
    merged = merge_hands(hands, overlap)
    assert all(sign in merged for sign in hands[0])
    assert all(any(sign in hand for hand in hands) for sign in merged)
    assert merged == sorted(merged, key=lambda sign: (sign.start_ms, sign.end_ms))
    for hand in hands:
        for sign in hand:
            overlapping = [
                s for s in merged if s.gloss == sign.gloss and s.start_ms < sign.end_ms and s.end_ms > sign.start_ms
            ]
            assert overlapping, "what is dropped is covered by the same gloss"


@given(hands)
def test_merging_the_same_hand_twice_changes_nothing(hands: list[list[GlossAnnotation]]) -> None:
    once = merge_hands(hands[:1], 0.5)
    assert merge_hands([once, once], 0.5) == once


def test_profile_by_its_tiers() -> None:
    assert find_profile([{"Trad": 3, "LH-IDgloss": 2}, {"Trad": 1}]) is PROFILES["bsl"]
    assert find_profile([{"Lexem_Gebärde_r_B": 2}]) is PROFILES["dgs"]


def test_no_profile_lists_the_tiers() -> None:
    with pytest.raises(InputError, match="fit no profile") as error:
        find_profile([{"Gloss": 3, "Note": 0}, {"Gloss": 4}])
    assert "  Gloss: 2 files, 7 annotations\n  Note: 1 files, 0 annotations" in str(error.value)
    assert "--tier NAME" in str(error.value)


def test_two_profiles_are_named() -> None:
    with pytest.raises(InputError, match="fit the profiles lse and ngt"):
        find_profile([{"M_Glosa": 3}, {"GlossL S1": 4}])


S1, S2 = "GlossR S1", "GlossR S2"


@pytest.mark.parametrize(
    ("profile", "tiers", "found"),
    [
        ("ngt", {S1: "", "GlossL S1": ""}, [([S1, "GlossL S1"], ("S1", ""))]),
        ("ngt", {S1: "Ann", S2: "Bob"}, [([S1], ("S1", "Ann")), ([S2], ("S2", "Bob"))]),
        ("ngt", {S1: "Ann", "GlossL S1": "", S2: ""}, [([S1, "GlossL S1"], ("S1", "Ann")), ([S2], ("S2", ""))]),
        ("bsl", {"LH-IDgloss": "", "RH-IDgloss": "Ann"}, [(["RH-IDgloss", "LH-IDgloss"], ("", "Ann"))]),
        (
            "bsl",
            {"RH-IDgloss": "Ann", "LH-IDgloss": "Bob"},
            [(["RH-IDgloss"], ("", "Ann")), (["LH-IDgloss"], ("", "Bob"))],
        ),
        ("lse", {"M_Glosa": ""}, [(["M_Glosa"], ("", ""))]),
        ("lse", {"Trad": ""}, []),
    ],
)
def test_tiers_of_each_signer(profile: str, tiers: dict[str, str], found: list) -> None:
    assert gloss_tiers(PROFILES[profile], tiers) == found


@pytest.mark.parametrize(
    ("profile", "tiers", "wanted", "called"),
    [
        ("ngt", {S1: "Ann", S2: "Bob"}, "S2", ["Bob"]),
        ("ngt", {S1: "Ann", S2: "Bob"}, "Ann", ["Ann"]),
        ("ngt", {S1: "", S2: ""}, "", ["S1", "S2"]),
        ("lse", {"M_Glosa": ""}, "Ann", [""]),
    ],
)
def test_the_wanted_signer(profile: str, tiers: dict[str, str], wanted: str, called: list[str]) -> None:
    assert [signer.called for signer in wanted_tiers(gloss_tiers(PROFILES[profile], tiers), wanted)] == called


def test_a_wanted_signer_who_is_not_there() -> None:
    with pytest.raises(InputError, match="no participant Bob with glosses, but Ann"):
        wanted_tiers(gloss_tiers(PROFILES["bsl"], {"RH-IDgloss": "Ann"}), "Bob")
