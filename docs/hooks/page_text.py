"""Text of a document that a repository browser and Python-Markdown read alike."""

import re

FENCE = re.compile(r" *```")
BEGINS = re.compile(r"(- |\d+\. |\|)")


def separate_blocks(markdown: str) -> str:
    """An empty line before each list and table that follows a paragraph: Python-Markdown sees none without it."""
    lines, in_code = [], False
    for line in markdown.split("\n"):
        in_code ^= bool(FENCE.match(line))
        before = lines[-1] if lines else ""
        follows = before.strip() and not before.startswith((" ", "|")) and not BEGINS.match(before)
        if BEGINS.match(line) and follows and not in_code:
            lines.append("")
        lines.append(line)
    return "\n".join(lines)
