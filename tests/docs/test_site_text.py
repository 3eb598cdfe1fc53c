"""How the hooks of the site change the text of a document."""

from page_links import rewrite_links
from page_text import separate_blocks
from shell_blocks import NOT_RUN, shell_commands, tell_reasons

PAGES = {"README.md": "index.md", "config/README.md": "config.md"}
KNOWN = {"index.md", "config.md", "scale.md", "review.png"}


def links(text: str, source: str) -> str:
    return rewrite_links(text, source, PAGES, KNOWN)


def test_links_lead_to_pages() -> None:
    assert links("[a](../config/README.md#b)", "docs/scale.md") == "[a](config.md#b)"
    assert links("[a](../docs/scale.md)", "config/README.md") == "[a](scale.md)"
    assert links("![a](docs/review.png)", "README.md") == "![a](review.png)"
    assert links("[`a`](../README.md)", "docs/scale.md") == "[`a`](index.md)"


def test_other_addresses_stay() -> None:
    for text in ("[a](https://example.org)", "[a](#b)", "[a](gone.md)", "```\n[a](../config/README.md)\n```"):
        assert links(text, "docs/scale.md") == text


def test_a_file_without_a_page_is_named_without_a_link() -> None:
    assert links("[this file](../Makefile)", "docs/scale.md") == "this file (`Makefile`)"
    assert links("[hsi3d.yaml](hsi3d.yaml)", "config/README.md") == "`config/hsi3d.yaml`"


def test_lists_and_tables_begin_after_an_empty_line() -> None:
    assert separate_blocks("a\n- b\n- c") == "a\n\n- b\n- c"
    assert separate_blocks("a\n| b |\n|---|") == "a\n\n| b |\n|---|"
    assert separate_blocks("- a\n  b\n- c") == "- a\n  b\n- c"
    assert separate_blocks("```\na\n- b\n```") == "```\na\n- b\n```"


BLOCKS = """\
```python title="a.py"
make = 1
```
```
signspot run \\
    --cores 4   # all of it
video	sign
$ make test
```
"""


def test_commands_are_told_from_what_else_stands_in_blocks() -> None:
    assert list(shell_commands(BLOCKS)) == ["signspot run --cores 4", "make test"]


def test_the_reason_stands_below_the_block() -> None:
    calls = {"signspot run --cores 4": f"{NOT_RUN}it takes hours", "make test": f"{NOT_RUN}it takes hours"}
    assert tell_reasons(BLOCKS, calls) == BLOCKS.rstrip() + (
        "\n\n<small>No test runs these commands: it takes hours.</small>\n\n"
    )
    calls["make test"] = "tests/docs/test_site_text.py::test_links_lead_to_pages"
    assert "No test runs `signspot run --cores 4`: it takes hours." in tell_reasons(BLOCKS, calls)
    assert tell_reasons(BLOCKS, {}) == BLOCKS
