"""What a person corrected on the review page: its file, and ELAN documents and truth that come of it."""

from signspot.corrections.file import Corrections, Edit, Sign, VideoCorrections, read_corrections
from signspot.corrections.truth import corrected_tables, corrections_table, write_documents

__all__ = [
    "Corrections",
    "Edit",
    "Sign",
    "VideoCorrections",
    "corrected_tables",
    "corrections_table",
    "read_corrections",
    "write_documents",
]
