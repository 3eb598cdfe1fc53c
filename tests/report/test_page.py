"""The page holds everything the run has, opens offline, and takes nobody's text for markup."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.report.inputs import ReportInputs
from signspot.report.page import write_report
from signspot.rows import read_rows

MakeRun = Callable[..., ReportInputs]


def page_of(files: ReportInputs, folder: Path) -> str:
    write_report(files, folder / "index.html")
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(make_run: MakeRun, tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(make_run(), tmp_path_factory.mktemp("page"))


class Outline(HTMLParser):
    """Collects open elements, ids, headings and attributes; fails on an element that is closed out of order."""

    VOID = frozenset(["meta", "link", "br", "img", "input", "hr"])

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def test_has_every_part(page: str) -> None:
    captions = re.findall(r"<caption>(.*?)</caption>", page)
    assert len(captions) == 12
    assert page.count("<svg ") == 1 + 2 + 1
    assert page.count('class="timeline"') == 3
    texts = ["RIÑÓN", "DT:COVID", "flow, training 2", "signer p01 is both in train and in test", "train_expert"]
    for text in [*texts, "outside the usable range"]:
        assert text in page


def test_configured_decoder_gives_the_key_figures(page: str) -> None:
    assert "95 % interval 0.660 to 0.750" in page


def cells_of(page: str, heading: str) -> list[str]:
    """The texts of the cells of the first table row with a heading."""
    row = re.search(rf"<tr>\s*<th scope=\"row\">{re.escape(heading)}</th>(.*?)</tr>", page, flags=re.S)[1]
    return [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?>(.*?)</td>", row, flags=re.S)]


def test_spotters_and_decoders_are_compared_at_some_ious(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run()
    page = page_of(files, tmp_path)
    official = json.loads(files.scores["bilstm, published"].read_text())["official"]
    rows = official["per_threshold"]
    expected = [official["f1"], *(rows[i]["f1"] for i in (0, 6, 12))]
    assert [rows[i]["iou"] for i in (0, 6, 12)] == pytest.approx([0.2, 0.5, 0.8])
    assert cells_of(page, "bilstm, published") == [f"{f1:.3f}" for f1 in expected]
    assert "bilstm, cells (this run’s)" in page


def test_experts_may_have_any_number_of_trainings(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run(experts=("rgb", "flow"))
    one = {"sign_clips": 0.4, "all_clips": 0.2, "chance": 0.1, "clips": 9}
    files.accuracies["rgb"].write_text(json.dumps({"training1": one}))
    files.accuracies["flow"].write_text(json.dumps({f"training{n}": one for n in (1, 2, 3)}))
    page = page_of(files, tmp_path)
    assert page.count("sign clips</th><th scope") == 3
    shown = ["40.0 %", "20.0 %"]
    chance = ["10.0 %", "30.0 %", "✓ yes", "9"]
    assert cells_of(page, "rgb") == [*shown, *["–"] * 4, *chance]
    assert cells_of(page, "flow") == [*shown * 3, *chance]


def test_times_and_memory_are_those_of_the_benchmarks(make_run: MakeRun, tmp_path: Path) -> None:
    for name, row in {"a": "5.0\t0:00:05\t100.0", "b": "70.0\t0:01:10\t300.2", "c": "NA\tNA\t-"}.items():
        (tmp_path / f"{name}.tsv").write_text(f"s\th:m:s\tmax_rss\n{row}\n")
    benchmarks = {"crop": [tmp_path / "a.tsv", tmp_path / "b.tsv"], "own_stage": [tmp_path / "c.tsv"]}
    page = page_of(replace(make_run(), benchmarks=benchmarks), tmp_path)
    assert cells_of(page, "crop") == ["2", "1 min 15 s", "300"]
    assert cells_of(page, "own_stage") == ["1", "0.0 s", "–"]


def test_what_is_not_trained_here_has_no_curve(make_run: MakeRun, tmp_path: Path) -> None:
    """A published network has a history without rows; an ensemble has one of weights."""
    files = make_run()
    histories = {"published": "epoch\trate\n", "ensemble": "weight_1\tvalidation_f1\n1.0\t0.5\n"}
    for name, text in histories.items():
        (tmp_path / f"{name}.tsv").write_text(text)
    page = page_of(replace(files, histories={name: tmp_path / f"{name}.tsv" for name in histories}), tmp_path)
    assert "Nothing was trained for this run." in page
    assert page.count("<svg ") == 1


def test_a_training_selected_by_its_f1_shows_it(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run()
    columns = [
        "epoch",
        "rate",
        "train_loss",
        "train_accuracy",
        "validation_loss",
        "validation_accuracy",
        "validation_f1",
        "seconds",
    ]
    rows = [["1", "0.1", "2.0", "0.1", "", "", "", "3.0"], ["2", "0.1", "1.0", "0.5", "", "", "0.625", "3.0"]]
    (tmp_path / "hsi3d.tsv").write_text("\n".join("\t".join(row) for row in [columns, *rows]) + "\n")
    page = page_of(replace(files, histories={"hsi3d": tmp_path / "hsi3d.tsv"}), tmp_path)
    assert cells_of(page, "hsi3d") == ["2", "1.000", "50.0 %", "–", "–", "–", "0.625", "6.0 s"]
    assert "best validation F1" in page and "validation F1</text>" in page
    assert "best validation F1" not in page_of(files, tmp_path)


def test_a_run_may_have_no_experts(make_run: MakeRun, tmp_path: Path) -> None:
    page = page_of(replace(make_run(), accuracies={}), tmp_path)
    assert "No expert of this run is a network" in page
    assert Outline(page).open == []


@pytest.mark.parametrize("video", ["NA", "null", "nan"])
def test_a_video_may_be_called_like_a_missing_value(make_run: MakeRun, tmp_path: Path, video: str) -> None:
    files = make_run(names=(video, "other"))
    page = page_of(files, tmp_path)
    figure = re.search(rf'<h3 id="video1">{video}</h3>(.*?)</figcaption>', page, flags=re.S)[1]
    truth, spottings = (read_rows(path) for path in (files.annotations, files.spottings))
    assert f"{(truth.video == video).sum()} annotated" in figure
    assert f"{(spottings.video == video).sum()} spotted" in figure
    assert cells_of(page, video)[0] == "1025"


def test_what_is_not_in_the_vocabulary_is_not_missed(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run(names=("one",), spot=False)
    truth = read_rows(files.annotations)
    truth.assign(sign=["1", "DOG", "02", *truth.sign[3:]]).to_csv(files.annotations, sep="\t", index=False)
    text = f"{len(truth) - 3} annotated: 0 hit, 0 with a wrong boundary, {len(truth) - 3} missed. 3 more are not in"
    assert text in page_of(files, tmp_path)


def test_is_well_formed_and_labelled(page: str) -> None:
    outline = Outline(page)
    assert outline.open == []
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in outline.all("svg"))
    assert all("scope" in attrs for attrs in outline.all("th"))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    named = {attrs["aria-labelledby"] for _, attrs in outline.tags if "aria-labelledby" in attrs}
    anchors = {attrs["href"][1:] for attrs in outline.all("a")}
    assert named | anchors <= set(ids)


def test_loads_nothing(page: str) -> None:
    assert "://" not in page
    assert not Outline(page).all("script") + Outline(page).all("link") + Outline(page).all("img")
    assert not re.findall(r'src=|@import|href="(?!#)|url\((?!#)', page)


def test_leads_to_the_review_page_if_there_is_one(make_run: MakeRun, tmp_path: Path) -> None:
    page = page_of(replace(make_run(), review="../review/index.html"), tmp_path)
    assert "../review/index.html" in [attrs["href"] for attrs in Outline(page).all("a")]


def test_escapes_text_of_others(make_run: MakeRun, tmp_path: Path) -> None:
    evil = "<script>alert('1')</script>"
    quoting = 'A" onmouseover="alert(1)'
    files = make_run(signs=[evil, quoting, "$\\frac{1}$"])
    histories = {f"{evil} {name}": path for name, path in files.histories.items()}
    page = page_of(replace(files, run=evil, warnings=[evil], histories=histories), tmp_path)
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;" in page
    outline = Outline(page)
    assert not outline.all("script")
    assert not any("onmouseover" in attrs for _, attrs in outline.tags)


def test_same_files_give_the_same_bytes(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run()
    write_report(files, tmp_path / "a.html")
    write_report(files, tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


SINGLE = ("spottings", "annotations", "pose_summary", "dropped")
BY_NAME = ("scores", "parameters", "histories", "accuracies")


@pytest.mark.parametrize("name", [*SINGLE, *BY_NAME, "benchmarks"])
def test_missing_file_is_named(make_run: MakeRun, tmp_path: Path, name: str) -> None:
    gone = tmp_path / "gone.file"
    value = gone if name in SINGLE else {"rgb": gone} if name in BY_NAME else {"crop": [gone]}
    with pytest.raises(InputError, match=r"gone\.file"):
        write_report(replace(make_run(), **{name: value}), tmp_path / "index.html")
    assert not (tmp_path / "index.html").exists()


def test_damaged_files_are_named(make_run: MakeRun, tmp_path: Path) -> None:
    bad = tmp_path / "bad.file"
    texts = {"scores": '{"official": 1}', "dropped": "video\tsign\n", "pose_summary": "", "accuracies": "{"}
    for name, text in texts.items():
        bad.write_text(text)
        value = {"rgb": bad} if name in ("accuracies", "scores") else bad
        with pytest.raises(InputError, match=r"bad\.file"):
            write_report(replace(make_run(), **{name: value}), tmp_path / "index.html")


def test_text_for_a_number_is_named(make_run: MakeRun, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_text("video\tsign\tclass_id\tstart_ms\tend_ms\tscore\na\tb\t0\tsoon\t3\t0.5\n")
    with pytest.raises(InputError, match=r"bad\.tsv, line 2: start_ms is 'soon'"):
        write_report(replace(make_run(), spottings=bad), tmp_path / "index.html")


def test_run_without_spottings_or_validation(make_run: MakeRun, tmp_path: Path) -> None:
    page = page_of(make_run(spot=False, validation=False), tmp_path)
    assert "0 spotted, 0 of them wrong" in page
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.S).lower()


def test_long_corpus_is_cut_and_says_so(make_run: MakeRun, tmp_path: Path) -> None:
    page = page_of(make_run(names=[f"test_{i:02d}" for i in range(45)], length_ms=15_000), tmp_path)
    assert "Shown are the first 12 of 45 videos." in page
    assert "the 40 worst of 45 videos" in page
    assert page.count('class="timeline"') == 12


def test_long_video_is_cut_and_says_so(make_run: MakeRun, tmp_path: Path) -> None:
    page = page_of(make_run(names=["test_00"], length_ms=660_000), tmp_path)
    assert "Shown are the first 10 min 00 s of 11 min 00 s." in page
    assert page.count('class="row"') == 20


def test_bars_stand_at_their_time(make_run: MakeRun, tmp_path: Path) -> None:
    """In every row, a shorter last one too, a bar's place is its share of the row's own width."""
    files = make_run(names=["test_00"], length_ms=40_000)
    (tmp_path / "annotations.tsv").write_text(
        "video\tsign\tstart_ms\tend_ms\ntest_00\tCASA\t29000\t31000\ntest_00\tBIEN\t35000\t36000\n"
    )
    page = page_of(replace(files, annotations=tmp_path / "annotations.tsv"), tmp_path)
    lanes = re.findall(r'<ol class="lane" style="width:([\d.]+)%" aria-label="Truth.*?</ol>', page, flags=re.S)
    assert lanes == ["100.00", "33.33"]
    places = re.findall(r'style="left:([\d.]+)%;width:([\d.]+)%" title="(CASA|BIEN), (?:29 to 31|35 to 36) s', page)
    assert places == [("96.67", "3.33", "CASA"), ("0.00", "10.00", "CASA"), ("50.00", "10.00", "BIEN")]


def test_detection_rates_are_weighted_by_frames(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run()
    files.pose_summary.write_text(
        "video\tframes\tbody\tleft_hand\tright_hand\tface\na\t300\t1\t0.5\t1\t1\nb\t100\t1\t0.1\t1\t1\n"
    )
    foot = page_of(files, tmp_path).split("<tfoot>")[1].split("</tfoot>")[0]
    assert "40.0 %" in foot


def test_browser_shows_it_without_overflow(make_run: MakeRun, tmp_path: Path) -> None:
    """The page is never wider than the window, on a desk or a phone: what is wide scrolls inside itself."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here to show the page in")
    page = page_of(make_run(names=["test_00"]), tmp_path)
    probe = "<script>parent.document.title += ` ${document.documentElement.scrollWidth}/${innerWidth}`</script></body>"
    (tmp_path / "probe.html").write_text(page.replace("</body>", probe), encoding="utf-8")
    frames = "".join(f'<iframe src="probe.html" width="{width}"></iframe>' for width in (1280, 420))
    (tmp_path / "frames.html").write_text(f"<title>widths</title>{frames}")
    quiet = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
    flags = f"--headless --no-sandbox --disable-sync --allow-file-access-from-files {quiet}"
    profile, address = f"--user-data-dir={tmp_path}/profile", (tmp_path / "frames.html").as_uri()
    command = [chromium, *flags.split(), profile, "--dump-dom", address]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout
    widths = [tuple(map(int, pair)) for pair in re.findall(r"(\d+)/(\d+)", re.search(r"<title>(.*)</title>", dom)[1])]
    assert sorted(window for _, window in widths) == [420, 1280]
    assert all(shown <= window for shown, window in widths)
