"""Notes for the user about a folder: what was left out, changed or missing, and why."""

from typing import NamedTuple

FILES = "Files left out"
VIDEOS = "Videos left out"
UNREAD = "Files that were not read, for they hold no annotations in a form that is known"
READ = "Files that were read, with something to know"
OWN = "What signspot wrote itself, left out"
LINKS = "Media links that were not followed"
PAIRED = "Files of several signers where it is not clear who is in which video"
UNANNOTATED = "Videos without annotations, which get the split predict"
NO_MEDIA = "Annotations without their video; it is in the table under the path where it is expected"
DROPPED = "Annotations left out"
CUT = "Annotations that were cut to the video"
RENAMED = "Videos with another name in the tables"
OVERLAPS = "Annotations that overlap; where they do, the later one counts"
SENTENCES = "Sentences left out"
SENTENCES_CUT = "Sentences that were cut to the video"
SENTENCES_OVERLAP = "Sentences that overlap; all are kept"
WITHOUT_SENTENCES = "Videos without sentences"
OTHER_SENTENCES = "Subtitles that were not read, for the sentences of their video come from elsewhere"
ABOUT_SENTENCES = (SENTENCES, SENTENCES_CUT, SENTENCES_OVERLAP, WITHOUT_SENTENCES, OTHER_SENTENCES)
CLIPS = "Clips left out"
TRIMMED = "Clips cut to their signing part"
COPIES = "Clips that are there twice; one of them counts"
DISPUTED = "Equal clips of several signs, all left out: nobody can tell which sign they show"
SPELLINGS = "Signs in several spellings, taken for one"
JOINED = "Videos that are annotated in several places; all their annotations count"
NAMED = "Example videos with another name in the log"
PICTURES = "Videos whose picture needs a look"
KINDS = (
    *(FILES, VIDEOS, OWN, CLIPS, DISPUTED, COPIES, DROPPED, CUT, PAIRED, LINKS, NO_MEDIA, UNANNOTATED),
    *ABOUT_SENTENCES,
    *(PICTURES, RENAMED, OVERLAPS, READ, UNREAD, SPELLINGS, JOINED, TRIMMED, NAMED),
)
"""Kinds of notes, in the order in which the summary tells them."""


class Note(NamedTuple):
    """A note: its kind, the file or annotation that it is about, and what to tell, which may be empty."""

    kind: str
    where: str
    what: str = ""
