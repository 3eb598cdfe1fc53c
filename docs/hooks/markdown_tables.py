"""Tables of the generated pages, in Markdown."""

import re
from collections.abc import Iterable, Sequence

SPECIAL = re.compile(r"([\\*_<>\[\]])")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def code(text: object) -> str:
    """A name or a value, as it is written in a configuration or in a shell; nothing of nothing."""
    return f"`{text}`" if str(text) else ""


def plain(text: str) -> str:
    """Words of which no character means anything in Markdown, but for what stands between backticks."""
    parts = text.split("`")
    return "`".join(part if i % 2 else SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts))
