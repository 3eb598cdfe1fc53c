"""The two hands of a signer: of which hand a tier is, which tier leads, and what the name of a file tells."""

import re
from collections.abc import Iterable

LEFT, RIGHT, DOMINANT, OTHER = "left", "right", "dominant", "other"
WORDS = {
    OTHER: {"non", "nd", "ndh", "nondh", "nondominant"},
    DOMINANT: {"dh", "dominant"},
    LEFT: {"lh", "l", "left", "links", "linke", "linker", "izq", "izquierda", "gauche", "esquerda", "sinistra", "sx"},
    RIGHT: {"rh", "r", "right", "rechts", "rechte", "rechter", "der", "derecha", "droite", "direita", "destra", "dx"},
}
"""Words in the names of tiers; the first row of which a name has a word counts."""
WORD = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+")
"""A word in the name of a tier; GlossL has two, and so has RH-gloss."""
BY_NAME = re.compile(r".+[_-]([LR])H", re.IGNORECASE)
"""The BSL Corpus calls the documents of left-handed signers ``…_LH.eaf``."""


def hand_of(tier: str) -> str:
    """The hand that the name of a tier tells: left, right, dominant or other; "" if it tells none."""
    words = {word.casefold() for word in WORD.findall(tier)}
    return next((hand for hand, known in WORDS.items() if words & known), "")


def leading_first(tiers: Iterable[str], handedness: str) -> list[str]:
    """The tiers of a signer, those of the dominant hand first; as they are unless they tell the two hands apart.

    Args:
        tiers: names of tiers, in the order of the convention.
        handedness: the dominant hand, left or right; "" if unknown.
    """
    roles = {LEFT: OTHER, RIGHT: OTHER, handedness: DOMINANT} if handedness else {}
    hands = {tier: roles.get(hand, hand) for tier in tiers for hand in [hand_of(tier)]}
    if not {DOMINANT, OTHER} <= set(hands.values()):
        return list(hands)
    return sorted(hands, key=lambda tier: (hands[tier] == OTHER, hands[tier] != DOMINANT))


def handedness_by_name(stem: str) -> str:
    """The dominant hand that the end of the name of a file tells, as in ``film_LH``; "" if it tells none."""
    found = BY_NAME.fullmatch(stem)
    return {"l": LEFT, "r": RIGHT}[found[1].lower()] if found else ""
