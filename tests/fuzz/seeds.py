"""Valid files of every kind that strangers send, and the commands that read them."""

import json
import pickle
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import elan_documents
from made_up_recognisers import write_recognising_run
from made_up_run import write_run

from signspot.model.export import export_model
from signspot.video.program import executable

TOKENS = {
    "pickles": (
        b"cnumpy\ndtype\n",
        b"cos\nsystem\n",
        b"2" * 40,
        b"\x8a\xff",
        b"(lp0\n",
        b"R",
        b"b",
        b"\x85\x93",
        b"S'" + b"9" * 99,
    ),
    "videos": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n",
        b"ffconcat version 1.0\nfile 'neighbour.mp4'\n",
        b"v=0\r\nc=IN IP4 127.0.0.1\r\n",
        b"<MPD></MPD>",
        b"<svg/>",
        b"ftyp",
        b"moov",
        b"dref",
        b"elst",
        b"\xff\xff\xff\xff",
        b"\x7f\xff\xff\xff",
    ),
    "documents": (
        b"&",
        b"<",
        b"]]>",
        b'TIME_VALUE="-1"',
        b'TIME_VALUE="99999999999999999999"',
        b"../../../outside",
        b"\xef\xbf\xbf",
        b'PARENT_REF="Gloss"',
        b'ANNOTATION_REF="a1"',
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>",
        b"\x00",
        b"UTF-16",
    ),
    "tables": (
        b"\t",
        b"\n",
        b'"',
        b"nan",
        b"-1",
        b"1e999",
        b"99999999999999999999",
        b"../../../outside",
        b"/outside",
        b"\x00",
        b"\xff",
        b"=1+1",
        b"{x}",
    ),
    "models": (
        b"[",
        b"]",
        b"{",
        b"}",
        b"null",
        b"NaN",
        b"1e308",
        b"-1",
        b"0",
        b"1000000000",
        b'"x"',
        b"true",
        b"../../outside",
        b"\x00",
    ),
}
TOKENS["corrections"] = (*TOKENS["models"], b'"rejected"', b'"added"', b"\\ud800", b"\\n", b'"final":null', b"=1+1")
"""What a mutation may put in, by kind of file."""


@dataclass(frozen=True)
class Seed:
    """A folder of valid files.

    Args:
        kind: of the files; names the tokens.
        mutable: paths in the folder, of the files that are mutated.
        call: arguments of ``signspot``, with paths in the folder.
    """

    kind: str
    folder: Path
    mutable: tuple[str, ...]
    call: tuple[str, ...]


def seeds(folder: Path) -> list[Seed]:
    """Writes the valid files below ``folder``."""
    return [
        *_pickles(folder),
        *_videos(folder),
        *_documents(folder),
        *_tables(folder),
        *_corrections(folder),
        *_models(folder),
    ]


PREDICTIONS = "video\tclass_id\tstart_ms\tend_ms\tscore\none\t0\t1000\t1400\t0.5\n"
VIDEOS = "video\tpath\tsplit\tsigner\tannotation\none\tone.mp4\ttest\tanna\tone.eaf\n"
ANNOTATIONS = "video\tsign\tstart_ms\tend_ms\none\tHOUSE\t100\t500\none\tTREE\t600\t900\n"
SPOTTINGS = (
    "video\tsign\tclass_id\tstart_ms\tend_ms\tscore\none\tHOUSE\t0\t100\t500\t0.5\none\tTREE\t1\t600\t900\t0.2\n"
)
DOCUMENT = elan_documents.RICH.replace("front view.mp4", "one.mp4").replace(' TIME_ORIGIN="1500"', "")
HOUSE, TREE = (
    {"sign": sign, "start_ms": start, "end_ms": start + 300} for sign, start in (("HOUSE", 100), ("TREE", 600))
)
EDITS = [
    {"state": "accepted", "original": HOUSE | {"score": 0.5}, "final": HOUSE},
    {"state": "rejected", "original": TREE | {"score": None}, "final": None},
    {"state": "added", "original": None, "final": TREE},
]
CORRECTIONS = {
    "format": "signspot corrections",
    "version": 1,
    "run": "demo",
    "videos": [{"video": "one", "left": 0, "edits": EDITS}],
}
VOCABULARY = "class_id\tsign\taliases\n0\tHOUSE\t\n1\tTREE\tBUSH\n"


def _pickles(folder: Path) -> list[Seed]:
    truth = {"one": [[0, 1000, 1400], [1, 2000, 2500]], "two": [[5, 40, 400]]}
    result = []
    for protocol in (0, 2, 4):
        here = _new(folder, f"pickle{protocol}", {"predictions.tsv": PREDICTIONS})
        (here / "truth.pkl").write_bytes(pickle.dumps(truth, protocol))
        (here / "other.pkl").write_bytes(pickle.dumps(truth, protocol))
        score = ("score", "--truth", "truth.pkl", "--predictions", "predictions.tsv")
        merge = ("merge", "truth.pkl", "other.pkl", "--out", "out.tsv")
        result += [Seed("pickles", here, ("truth.pkl",), call) for call in (score, merge)]
    return result


def _videos(folder: Path) -> list[Seed]:
    result = []
    for suffix, options in ((".mp4", ("-c:v", "libx264")), (".mkv", ("-c:v", "libx264")), (".avi", ("-c:v", "mpeg4"))):
        here = _new(folder, f"video{suffix}", {"one.csv": "video,sign,start_ms,end_ms\none,HOUSE,100,500\n"})
        _video(here / f"one{suffix}", options)
        _video(here / "neighbour.mp4", ("-c:v", "libx264"))
        result.append(Seed("videos", here, (f"one{suffix}",), ("corpus", "init", ".", "--out", "out")))
    return result


def _documents(folder: Path) -> list[Seed]:
    texts = {"one.eaf": DOCUMENT, "videos.tsv": VIDEOS, "spottings.tsv": SPOTTINGS}
    here = _new(folder, "documents", texts)
    _video(here / "one.mp4", ("-c:v", "libx264"))
    read = ("corpus", "init", ".", "--out", "out", "--tier", "Gloss")
    write = ("export-elan", "spottings.tsv", "--videos", "videos.tsv", "--out", "out")
    return [Seed("documents", here, ("one.eaf",), call) for call in (read, write)]


def _tables(folder: Path) -> list[Seed]:
    texts = {
        "videos.tsv": VIDEOS,
        "annotations.tsv": ANNOTATIONS,
        "spottings.tsv": SPOTTINGS,
        "vocabulary.tsv": VOCABULARY,
    }
    here = _new(folder, "tables", {**texts, "one.eaf": DOCUMENT})
    _video(here / "one.mp4", ("-c:v", "libx264"))
    score = ("score", "--truth", "annotations.tsv", "--predictions", "spottings.tsv", "--vocabulary", "vocabulary.tsv")
    write = ("export-elan", "spottings.tsv", "--videos", "videos.tsv", "--vocabulary", "vocabulary.tsv", "--out", "out")
    csv = ("convert-csv", "--annotations", "annotations.csv", "--videos", "videos.tsv", "--out", "out")
    (here / "annotations.csv").write_text(ANNOTATIONS.replace("\t", ","), "utf-8")
    return [
        Seed("tables", here, ("annotations.tsv", "spottings.tsv", "vocabulary.tsv"), score),
        Seed("tables", here, ("spottings.tsv", "videos.tsv", "vocabulary.tsv"), write),
        Seed("tables", here, ("annotations.csv", "videos.tsv"), csv),
    ]


def _corrections(folder: Path) -> list[Seed]:
    texts = {"corrections.json": json.dumps(CORRECTIONS), "videos.tsv": VIDEOS, "one.eaf": DOCUMENT}
    here = _new(folder, "corrections", texts)
    _video(here / "one.mp4", ("-c:v", "libx264"))
    call = ("corrections", "apply", "corrections.json", "--videos", "videos.tsv", "--out", "out")
    return [Seed("corrections", here, ("corrections.json",), call)]


def _models(folder: Path) -> list[Seed]:
    """A spotting head, an ensemble of two of them, and a sum of two recognisers."""
    run, recognising = write_run(folder / "results/mine"), write_recognising_run(folder / "results/signs")
    chosen = {
        "head": (run, "spotter", "spot"),
        "both": (run, "spotter", "spot"),
        "fixed": (recognising, "recogniser", "recognise"),
    }
    result = []
    for name, (of_run, kind, command) in chosen.items():
        here = _new(folder, f"model_{name}", {})
        export_model(of_run, here / "model", **{kind: name})
        _video(here / "one.mp4", ("-c:v", "libx264"))
        files = sorted(str(path.relative_to(here)) for path in (here / "model").rglob("*") if path.is_file())
        read = [name for name in files if not name.endswith(".md")]
        result.append(Seed("models", here, tuple(read), (command, "one.mp4", "--model", "model", "--out", "out")))
    return result


def _new(folder: Path, name: str, texts: dict[str, str]) -> Path:
    here = folder / name
    here.mkdir(parents=True)
    for file, text in texts.items():
        (here / file).write_text(text, "utf-8")
    return here


def _video(path: Path, options: Sequence[str]) -> None:
    source = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=1")
    subprocess.run([executable(), "-v", "error", *source, *options, "-pix_fmt", "yuv420p", str(path)], check=True)
