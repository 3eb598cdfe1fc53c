"""The page of a search: the places that answer a query, each of which plays from its start to its end."""

from signspot.report.search.content import Asked
from signspot.report.search.page import write_search

__all__ = ["Asked", "write_search"]
