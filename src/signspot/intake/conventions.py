"""Conventions of corpora: names of the tiers with glosses, and what annotators write there besides glosses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

STARS = ("strip", "drop", "keep")
TYPE = "type:"
"""How a pattern for the linguistic types of tiers begins."""
TABLE_COLUMNS = {
    "sign": ("sign", "gloss", "label", "annotation"),
    "video": ("video", "file", "filename", "file_name", "video_name", "video_file", "video_id"),
    "tier": ("tier", "tier_name"),
    "participant": ("participant", "signer"),
}
"""Our name of a column -> names that it may have in lower case with _ between words; the first that there is counts."""
TIME_COLUMNS = {"start": r"start|begin|onset", "end": r"end|stop|offset", "duration": r"duration|dur"}
"""Our name of a column of times -> a pattern of its names, without unit."""


@dataclass(frozen=True)
class Profile:
    """The convention of a corpus.

    Args:
        name: its name.
        signers: the gloss tiers of each signer in a file, by the name that the tiers give the signer ("" if they give
            none). If two tiers hold the same sign, the times of the earlier tier are taken.
        prefixes: an annotation that begins with a prefix is no sign of a vocabulary, for example fingerspelling. It is
            counted and left out.
        stars: what to do with a deviant form, a gloss with ``*`` before or after it. ``strip`` takes it as the gloss,
            ``drop`` leaves it out, ``keep`` makes it a gloss of its own.
        overlap: least intersection over union at which the same gloss on the tiers of both hands is one sign.
        sentences: the tiers of sentences in a written language of each signer, by the name that the tiers give the
            signer, "" for tiers that give none. Of several names, the first that has sentences counts.
    """

    name: str
    signers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    stars: str = "strip"
    overlap: float = 0.5
    sentences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def tiers(self) -> list[str]:
        """The gloss tiers of all signers."""
        return [tier for tiers in self.signers.values() for tier in tiers]

    def within(self, tiers: Iterable[str], types: Mapping[str, str]) -> "Profile":
        """The profile with those tiers of a file that its names and patterns mean, in the order of the file.

        Args:
            tiers: the names of the tiers of the file.
            types: linguistic type by tier.
        """
        there = list(tiers)
        meant = {
            signer: tuple(dict.fromkeys(tier for name in names for tier in meant_by(name, there, types)))
            for signer, names in self.signers.items()
        }
        return replace(self, signers=meant)

    def of_all(self, tiers: Iterable[str]) -> "Profile":
        """The profile with all tiers of a file, which holds only glosses."""
        return replace(self, signers={"": tuple(tiers)})


def meant_by(name: str, tiers: Sequence[str], types: Mapping[str, str]) -> list[str]:
    """The tiers that a name or a pattern means; a tier of exactly this name is the only one."""
    if name in tiers:
        return [name]
    if name.startswith(TYPE):
        return [tier for tier in tiers if fnmatchcase(types.get(tier, ""), name.removeprefix(TYPE))]
    return [tier for tier in tiers if fnmatchcase(tier, name)]


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("lse", {"": ("M_Glosa",)}, ("DT:",), sentences={"": ("Trad",)}),
        Profile(
            "bsl",
            {"": ("RH-IDgloss", "LH-IDgloss")},
            ("PT:", "FS:", "DS:", "G:"),
            sentences={"": ("Free Translation", "LitTransl")},
        ),
        Profile(
            "ngt",
            {signer: (f"GlossR {signer}", f"GlossL {signer}") for signer in ("S1", "S2")},
            ("#",),
            sentences={signer: (f"TranslationNarrow {signer}",) for signer in ("S1", "S2")},
        ),
        Profile(
            "dgs",
            {signer: (f"Lexem_Gebärde_r_{signer}", f"Lexem_Gebärde_l_{signer}") for signer in "AB"},
            sentences={"": ("Deutsche_Übersetzung",)}
            | {signer: (f"Deutsche_Übersetzung_{signer}",) for signer in "AB"},
        ),
    )
}
"""Conventions of LSE-Health (Vigo); BSL Corpus and Auslan Corpus; Corpus NGT; Public DGS Corpus.

The Dutch tiers of the Corpus NGT are those of its third release as the package sign-language-datasets reads them
(ngt_corpus/ngt_corpus_utils.py).
"""

PLAIN = Profile("plain", stars="keep")
"""The convention of tables and of files of the challenge, which hold only glosses."""
