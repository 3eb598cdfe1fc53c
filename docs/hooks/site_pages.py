"""What MkDocs calls while it builds the site: pages that are no files of docs, and links as the site needs them."""

from pathlib import Path
from runpy import run_path

from commands_page import commands_page
from configuration_page import configuration_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from page_links import INSTEAD, PAGES, rewrite_links
from page_text import separate_blocks
from shell_blocks import tell_reasons

ROOT = Path(__file__).parents[2]
MADE = {"configuration.md": configuration_page, "commands.md": commands_page}
"""Pages that are made of code, so that they tell what it does."""
SOURCES = {page: source for source, page in PAGES.items()}
CALLS = run_path(str(ROOT / "tests/helpers/site_calls.py"))["CALLS"]
"""By command on the pages, the test that runs it, or the reason why none does."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the documents from outside of docs, and the pages that are made."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    for page, made in MADE.items():
        files.append(File.generated(config, page, content=made()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A page as Python-Markdown reads it, with links to pages of the site."""
    source = SOURCES.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    known = {file.src_uri for file in files}
    return tell_reasons(rewrite_links(separate_blocks(markdown), source, PAGES | INSTEAD, known), CALLS)
