"""Docstrings of the package as the page of Python shows them."""

import re
from typing import Any

import griffe

ROLE = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")
"""The name of something in the code, which Sphinx would link."""
GROUP = re.compile(r"^( *)(\w+(?:, \w+)+): (.*(?:\n\1 +\S.*)*)$", re.MULTILINE)
"""Arguments that share one line of words."""


class PlainDocstrings(griffe.Extension):
    """Names without their roles, and a line for each argument."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called with every object of the package once it is read."""
        if obj.docstring is not None:
            named = ROLE.sub(r"`\1`", obj.docstring.value)
            obj.docstring.value = GROUP.sub(_one_by_one, named)


def _one_by_one(group: re.Match[str]) -> str:
    indent, names, words = group.groups()
    return "\n".join(f"{indent}{name}: {words}" for name in names.split(", "))
