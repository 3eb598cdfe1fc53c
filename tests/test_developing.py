"""The examples of docs/developing.md: each is found in a folder of its own, checked, and used."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clip_stores import labels_of, video_files
from made_up_run import HEAD, SIGNER, VOCABULARY, edit, mark, write_run
from plans import CONFIG, RECIPE, changed, plan_of

from signspot.clips.modalities import MODALITIES
from signspot.clips.window import Window
from signspot.decoders import decode
from signspot.decoders.tuning import Parameters, write_parameters
from signspot.errors import InputError
from signspot.experts.features import extract_all
from signspot.experts.training import ExpertConfig, train_expert
from signspot.intake.formats import FORMATS, Reading, TierRow
from signspot.model.export import export_model
from signspot.model.folder import read_model
from signspot.model.spot import Networks
from signspot.plan.sources import read_corpus
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter
from signspot.stores import RunFiles
from signspot.training.recipe import Recipe

PAGE = (Path(__file__).parents[1] / "docs/developing.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```python title=\"(\S+)\"\n(.*?)```", PAGE, re.DOTALL))
VIDEOS = [f"{SIGNER}_{i}" for i in range(2)]


@pytest.fixture(autouse=True)
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every example in a folder outside of the package, in which its room looks for modules too."""
    for name, code in EXAMPLES.items():
        file = tmp_path / "added" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
        room = importlib.import_module(f"signspot.{Path(name).parent.as_posix().replace('/', '.')}")
        if str(file.parent) not in room.__path__:
            monkeypatch.setattr(room, "__path__", [*room.__path__, str(file.parent)])
    yield


def test_the_page_has_an_example_of_each() -> None:
    rooms = {str(Path(name).parent) for name in EXAMPLES}
    assert rooms == {"backbones", "clips/modalities", "decoders", "spotters", "plan/sources", "intake/formats"}


@pytest.fixture
def run(tmp_path: Path) -> RunFiles:
    """A run whose expert has the backbone of the page, and whose spotter was fitted to its features."""
    folder = write_run(tmp_path / "results/mine")
    files, results = RunFiles(folder), folder.parents[1]
    videos = [video_files(results, video) for video in VIDEOS]
    labels = labels_of(*videos)
    for one in videos:
        mark(one.poses, fps=25.0, start_ms=0)
    backbone = {"name": "average", "width": 8}
    config = ExpertConfig("bones", {"name": "skeleton"}, backbone, Window(), "all", Recipe(**RECIPE))
    common = {"vocabulary": VOCABULARY, "seed": 1, "labels": labels}
    train_expert(config, 2, videos, [], files.expert("bones", "2"), **common)
    extract_all(files.expert("bones", "2"), videos, files.features("bones", "000"))
    inputs = inputs_of(files)
    task = FitTask("head", VOCABULARY, 1, labels=labels)
    recipe = RECIPE | {"batch_size": 2}
    SPOTTERS.build("bilstm", head=HEAD, training=recipe).fit(inputs, [], files.spotter("head"), task)
    SPOTTERS.build("prior", least=2).fit(inputs, [], files.spotter("prior"), task)
    return files


def inputs_of(files: RunFiles) -> list[VideoInputs]:
    return [VideoInputs(video, (files.features("bones", "000") / f"{video}.h5",)) for video in VIDEOS]


def test_a_backbone_is_trained_and_exported_and_a_decoder_goes_with_it(run: RunFiles, tmp_path: Path) -> None:
    told = {"kind": "bilstm", "experts": ["bones"], "of": [], "modality": None, "decoders": ["loudest"]}
    edit(run.provenance, spotters={"head": told})
    write_parameters(Parameters("loudest", {"reach": 3}), run.decoder("head", "loudest"))
    export_model(Path(run.folder), tmp_path / "model")
    networks = Networks.load(read_model(tmp_path / "model"))
    assert type(networks.experts["demo.bones"].network).__name__ == "Average"
    assert networks.model.decoders == {"loudest": {"reach": 3}}


def test_a_spotter_predicts_and_a_decoder_decodes(run: RunFiles) -> None:
    predictions = load_spotter(run.spotter("prior")).predict(inputs_of(run)[0])
    assert predictions.score.shape[1] == len(VOCABULARY) + 1
    np.testing.assert_allclose(predictions.score.sum(1), 1, rtol=1e-5)
    (found,) = decode("loudest", predictions, reach=2)
    assert found.last - found.first <= 4


def test_the_plan_knows_their_names_and_options(tmp_path: Path) -> None:
    config = changed(CONFIG, "experts.bones.backbone", {"name": "average", "width": 4})
    config = changed(config, "experts.bones.modality", {"name": "wrists", "noise": 0.1})
    config = changed(config, "spotters.prior", {"kind": "prior", "experts": ["bones"], "decoders": {"loudest": {}}})
    first = CONFIG["runs"]["first"] | {"spotter": "prior"}
    plan = plan_of(tmp_path, config, first=first)
    assert plan.stores == ["crops", "poses"]
    with pytest.raises(InputError, match=r"experts\.bones\.backbone\.depth: there is no such option .* width"):
        plan_of(tmp_path, changed(config, "experts.bones.backbone.depth", 3), first=first)


def test_a_modality_cuts_clips(run: RunFiles) -> None:
    modality = MODALITIES.build("wrists")
    with modality.open(video_files(Path(run.folder).parents[1], VIDEOS[0])) as reader:
        assert modality.tensor(reader.read(0, 8)).shape == (3, 8, 2, 1)


def test_a_corpus_format_gives_tables(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("video,sign,start_ms,end_ms,split\na,HOUSE,0,400,train\nb,HOUSE,0,400,test\n")
    block = {"name": "mine", "fps": 25, "source": "listing", "listing": {"file": str(tmp_path / "list.csv")}}
    tables = read_corpus(block, 1, "results/mine")
    assert tables.of(["test"]) == ["b"] and tables.videos["path"].tolist()[0] == str(tmp_path / "a.mp4")


def test_a_format_of_annotations_gives_tiers(tmp_path: Path) -> None:
    (tmp_path / "a.seconds").write_text("3 HOUSE\n7 TREE\n")
    (file,) = FORMATS.builder("seconds")(tmp_path / "a.seconds", Reading())
    assert file.video == "a" and file.annotations[""][0] == TierRow(3000, 4000, "HOUSE")
    assert FORMATS.fact("seconds", "SUFFIXES") == (".seconds",)
