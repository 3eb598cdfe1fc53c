"""The page of a search by text: how well sentences are found, and the first places of each text, which play."""

from signspot.report.retrieval.content import Results, read_results
from signspot.report.retrieval.page import write_retrieval

__all__ = ["Results", "read_results", "write_retrieval"]
