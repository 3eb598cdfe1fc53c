"""The built site: no warning, no dead link, no dead anchor, nothing from other hosts."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from page_links import PAGES
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
"""Tags whose files a browser loads with a page, and the attribute that names each."""
WIDTH = 400
"""Of the window of a phone, in px."""
VERBATIM = {"pre", "code", "script", "style"}
"""Tags whose content is shown as it is, or not at all."""
MARKDOWN = re.compile(r"\]\(|```|^ *(?:- |\| )", re.MULTILINE)
"""Marks that are gone from a page where they were understood."""


class Page(HTMLParser):
    """The anchors of a page, what it links, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text = ""
        self._verbatim = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.anchors |= {told[name] for name in ("id", "name") if told.get(name)}
        if tag == "a" and told.get("href"):
            self.links.append(told["href"])
        if told.get(LOADED.get(tag, "")):
            self.loaded.append(told[LOADED[tag]])
        self._verbatim += tag in VERBATIM

    def handle_endtag(self, tag: str) -> None:
        self._verbatim -= tag in VERBATIM

    def handle_data(self, data: str) -> None:
        self.text += "" if self._verbatim else data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    pytest.importorskip("mkdocs", reason="no mkdocs here to build the site with: pip install .[docs]")
    folder = tmp_path_factory.mktemp("site")
    call = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    result = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    # The page of an error is shown at any address, and names all by the address of the site.
    return {path: Page(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}


def test_every_document_is_a_page(pages: dict[Path, Page]) -> None:
    names = {path.stem for path in pages}
    made = {"configuration", "config", "commands", "benchmarks", "security", "changes"}
    assert names >= {path.stem for path in (ROOT / "docs").glob("*.md")} | made


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    dead = []
    for path, page in pages.items():
        for link in [*page.links, *page.loaded]:
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            target = target / "index.html" if target.is_dir() else target
            anchors = pages[target].anchors if target in pages else {""}
            if not target.is_file() or unquote(address.fragment) not in {"", *anchors}:
                dead.append(f"{path.relative_to(site)}: {link}")
    assert dead == []


def test_every_list_table_and_link_was_understood(site: Path, pages: dict[Path, Page]) -> None:
    left = {path.name: found[0] for path, page in pages.items() if (found := MARKDOWN.search(page.text))}
    assert left == {}


def test_the_readme_names_sections_that_are_there(site: Path, pages: dict[Path, Page]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for document, anchor in re.findall(r"\]\(([\w./-]+)#([^)]+)\)", readme):
        name = PAGES.get(document, document.removeprefix("docs/")).replace(".md", ".html")
        assert anchor in pages[site / name].anchors, f"{document}#{anchor}"


def test_pages_load_nothing_from_other_hosts(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        foreign = [address for address in page.loaded if urlsplit(address).netloc]
        assert foreign == [], path
    for sheet in site.rglob("*.css"):
        assert "url(http" not in sheet.read_text(encoding="utf-8"), sheet


def test_pages_fit_the_window_of_a_phone(browser: Browser, pages: dict[Path, Page]) -> None:
    context = browser.new_context(viewport={"width": WIDTH, "height": 800})
    page = context.new_page()
    for path in pages:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path.name
    context.close()


def test_a_reason_stands_below_a_command_that_no_test_runs(site: Path) -> None:
    assert "No test runs" in (site / "clusters.html").read_text(encoding="utf-8")
