"""Links of a document, which are relative to its place in the repository, as links between pages of the site."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from posixpath import dirname, normpath, relpath

LINK = re.compile(r"(?P<shown>!?\[(?P<text>[^\]]*)\])\((?P<target>[^)\s]+)\)")
BLOCK = re.compile(r"^ *(`{3,}).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
FOLDER = "docs/"
PAGES = {
    "config/README.md": "config.md",
    "benchmarks/README.md": "benchmarks.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changes.md",
}
"""Documents that lie outside of docs, and the page that each becomes."""
INSTEAD = {"README.md": "index.md"}
"""Documents that are no pages, and the page that tells more."""


def rewrite_links(markdown: str, source: str, pages: Mapping[str, str], known: Collection[str]) -> str:
    """The text of a document with links that hold on the site; what is no page is told without a link.

    Args:
        markdown: of the document.
        source: its path in the repository.
        pages: the page of each document outside of docs.
        known: all pages and pictures of the site, seen from its root.
    """
    page = pages.get(source, source.removeprefix(FOLDER))

    def rewritten(match: re.Match[str]) -> str:
        target, _, anchor = match["target"].partition("#")
        if not target or ":" in target:
            return match[0]
        path = normpath(f"{dirname(source)}/{target}".lstrip("/"))
        found = pages.get(path, path.removeprefix(FOLDER) if path.startswith(FOLDER) else "")
        if found in known:
            address = relpath(found, dirname(page) or ".")
            return f"{match['shown']}({address}{'#' + anchor if anchor else ''})"
        return match[0] if path.startswith(FOLDER) else _named(match["text"], path)

    return _outside_blocks(partial(LINK.sub, rewritten), markdown)


def _named(text: str, path: str) -> str:
    """What a link to a file without a page becomes."""
    plain = text.strip("`")
    return f"`{path}`" if plain == path or path.endswith(f"/{plain}") else f"{text} (`{path}`)"


def _outside_blocks(change: Callable[[str], str], markdown: str) -> str:
    """A text that is changed, but for its blocks of code."""
    parts, end = [], 0
    for block in BLOCK.finditer(markdown):
        parts += [change(markdown[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*parts, change(markdown[end:])])
