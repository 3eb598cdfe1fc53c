"""Which convention files follow, and what a text means under it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from signspot.corpus.cameras import SignerNames
from signspot.errors import InputError
from signspot.intake.calls import again
from signspot.intake.conventions import PROFILES, Profile
from signspot.rows import LISTED, nfc

EMPTY = "empty"
MARK = "mark without letter or digit"
DEVIANT = "deviant form (*)"


GLOSS_LIKE = re.compile(r"glos|lexem|seña|gebärde|\bsigns?\b", re.IGNORECASE)
"""What the names of tiers of glosses often have in them."""


class GlossAnnotation(NamedTuple):
    """An annotation with a gloss; its times are in ms of the document or of the video.

    Args:
        gloss: the gloss in the spelling of the vocabulary.
        start_ms: its start.
        end_ms: its end, exclusive.
        starred: whether the annotator marked a deviant form.
        left_out: why the annotation is no example of a sign; "" if it is an example.
    """

    gloss: str
    start_ms: int
    end_ms: int
    starred: bool = False
    left_out: str = ""


def spaced(value: str) -> str:
    """A gloss in NFC, with single spaces in the place of other white space."""
    return nfc(" ".join(value.split()))


def read_annotation(profile: Profile, value: str, start_ms: int, end_ms: int) -> GlossAnnotation:
    """The annotation that a text means under a convention.

    Args:
        profile: the convention.
        value: the text.
        start_ms: start of the annotation.
        end_ms: end of the annotation.
    """
    text = spaced(value)
    bare = text.strip("*").strip()
    starred = bare != text
    gloss = text if profile.stars == "keep" else bare
    return GlossAnnotation(gloss, start_ms, end_ms, starred, _left_out(profile, bare, starred))


def _left_out(profile: Profile, bare: str, starred: bool) -> str:
    if not bare and not starred:
        return EMPTY
    prefix = next((prefix for prefix in profile.prefixes if bare.startswith(prefix)), None)
    if prefix is not None:
        return f"prefix {prefix}"
    if not re.search(r"[^\W_]", bare):
        return MARK
    return DEVIANT if starred and profile.stars == "drop" else ""


def merge_hands(hands: Sequence[Iterable[GlossAnnotation]], overlap: float) -> list[GlossAnnotation]:
    """The annotations of all hands, by start. A sign of two hands is kept once, with the times of the earlier hand.

    Args:
        hands: annotations of each hand, the leading hand first.
        overlap: least intersection over union at which two annotations of one gloss are one sign.
    """
    kept: list[GlossAnnotation] = []
    for hand in hands:
        earlier: dict[str, list[GlossAnnotation]] = {}
        for sign in kept:
            earlier.setdefault(sign.gloss, []).append(sign)
        kept += [
            sign for sign in hand if not any(_iou(sign, other) >= overlap for other in earlier.get(sign.gloss, ()))
        ]
    return sorted(kept, key=lambda sign: (sign.start_ms, sign.end_ms))


def _iou(a: GlossAnnotation, b: GlossAnnotation) -> float:
    shared = min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms)
    union = max(a.end_ms, b.end_ms) - min(a.start_ms, b.start_ms)
    return shared / union if union > 0 else float(a == b)


def find_profile(files: Sequence[Mapping[str, int]], call: Sequence[str] = ()) -> Profile:
    """The profile whose tiers the files have; else the only tier of all files, if its name says that it holds glosses.

    Args:
        files: for each file, the number of annotations by tier.
        call: the words of the call of the user, for the message.

    Raises:
        InputError: no profile or several profiles fit; the message lists the tiers, and has the call to repeat.
    """
    fitting = [profile for profile in PROFILES.values() if any(set(profile.tiers) & set(file) for file in files)]
    if len(fitting) == 1:
        return fitting[0]
    names = {tier for file in files for tier in file}
    if len(names) == 1 and GLOSS_LIKE.search(*names):
        return Profile("of the only tier", {"": tuple(names)})
    found = f"fit the profiles {' and '.join(p.name for p in fitting)}" if fitting else "fit no profile"
    raise InputError(f"the tiers of the files {found}. {which_tiers(files, call)}")


def which_tiers(files: Sequence[Mapping[str, int]], call: Sequence[str]) -> str:
    """Asks for the tiers that hold the glosses: lists all tiers, and gives the call with the likeliest one."""
    counts = Counter[str]()
    for file in files:
        counts.update(file)
    likeliest = min(counts, key=lambda tier: (not GLOSS_LIKE.search(tier), -counts[tier], tier), default="NAME")
    return (
        f"Say which hold the glosses: --profile {'|'.join(PROFILES)}, or --tier NAME, once for each tier; "
        f"'GLOSS_*' and 'type:gloss' mean several. There are:\n{list_tiers(files)}\n"
        f"For example: {again(call, '--tier', likeliest)}"
    )


def list_tiers(files: Sequence[Mapping[str, int]]) -> str:
    """A line for each tier: the number of files that have the tier, and the number of its annotations."""
    counts: dict[str, list[int]] = {}
    for file in files:
        for tier, annotations in file.items():
            counts.setdefault(tier, []).append(annotations)
    by_frequency = sorted(counts.items(), key=lambda item: (-len(item[1]), item[0]))
    lines = [f"  {tier}: {len(n)} files, {sum(n)} annotations" for tier, n in by_frequency[: 3 * LISTED]]
    rest = len(by_frequency) - len(lines)
    return "\n".join([*lines, *([f"  … and {rest} more tiers"] if rest else [])]) or "  none"


class GlossTiers(NamedTuple):
    """The tiers with the glosses of one signer of a file, and what the file calls the signer."""

    tiers: list[str]
    names: SignerNames

    @property
    def called(self) -> str:
        """What messages call the signer; "" if the file does not name the signer."""
        return self.names.person or self.names.label


def gloss_tiers(profile: Profile, participants: Mapping[str, str]) -> list[GlossTiers]:
    """The tiers of each signer of a file; none if the file has no tier of the profile.

    Args:
        profile: the convention.
        participants: the PARTICIPANT attribute ("" without one) of each tier that counts.
    """
    found: dict[SignerNames, list[str]] = {}
    for label, tiers in profile.signers.items():
        there = [tier for tier in tiers if tier in participants]
        people = {participants[tier] for tier in there} - {""}
        for tier in there:
            person = participants[tier] if len(people) > 1 else next(iter(people), "")
            found.setdefault(SignerNames(label, person), []).append(tier)
    return [GlossTiers(tiers, names) for names, tiers in found.items()]


def wanted_tiers(signers: Sequence[GlossTiers], wanted: str) -> list[GlossTiers]:
    """The signers of a file who are wanted: all, or those who bear a name, or all if none of them bears any name.

    Args:
        signers: of the file.
        wanted: the name of a signer in the profile or in PARTICIPANT; "" for all.

    Raises:
        InputError: the wanted signer is not among them.
    """
    if not wanted or not any(signer.called for signer in signers):
        return list(signers)
    found = [signer for signer in signers if wanted in signer.names]
    if not found:
        raise InputError(f"has no participant {wanted} with glosses, but {listed(signers)}")
    return found


def listed(signers: Iterable[GlossTiers]) -> str:
    """The names of signers, for messages."""
    return ", ".join(sorted(signer.called or "one without a name" for signer in signers))
