"""Pages with scripts of their own: data, style and scripts stand in one file, and nothing else is loaded or run."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from signspot import __version__
from signspot.report.numbers import decimal, percent
from signspot.templates import templates

HERE = Path(__file__).parent
SHARED = ("elements", "pages")
"""Scripts that every such page begins with."""


def scripted_page(folder: Path, scripts: Sequence[str], data: Any, **values: Any) -> str:
    """A page. What others wrote stands in escaped JSON and text, and the browser runs no script but the page's own.

    Args:
        folder: of ``page.html.j2``, ``page.css`` and the scripts.
        scripts: names of the scripts, in order; those that some pages share are named ``../…``.
        data: that the scripts read; of JSON, without NaN.
        values: of the template, besides ``data``, ``script``, ``script_hash``, ``style`` and ``version``.
    """
    environment = templates(folder)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
    environment.filters.update(decimal=decimal, percent=percent)
    files = [*(HERE / f"{name}.js" for name in SHARED), *(folder / f"{name}.js" for name in scripts)]
    script = "\n".join(file.read_text(encoding="utf-8") for file in files)
    script = f'\n"use strict";\n(() => {{\n{script}}})();\n'
    return environment.get_template("page.html.j2").render(
        data=data,
        script=script,
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style="\n".join(file.read_text(encoding="utf-8") for file in (HERE / "base.css", folder / "page.css")),
        version=__version__,
        **values,
    )


def address(path: Path, folder: Path) -> str:
    """Relative address of a file, as a link of a page in ``folder``: percent-encoded."""
    return quote(os.fsencode(os.path.relpath(path, folder)))
