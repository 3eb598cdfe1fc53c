"""Published weights: every format, both ways, equality with the reference, and what is refused."""

import logging
import os
import pickle
from pathlib import Path

import pytest
import torch
from golden_rule import TOLERANCE, Case
from published_files import (
    BSL1K_I3D,
    CAFFE2_I3D,
    ENTRY_I3D,
    ENTRY_P3D,
    KYLEMIN_S3D,
    MSG3D,
    PSEUDO3D,
    PYTORCHVIDEO_I3D,
    RESNET3D,
    RESNET50,
    SKELETON_EXPERT,
    TSM,
    Python2Pickler,
    published_state,
    write_published,
)
from safetensors.torch import save_file
from torch import nn

from signspot.backbones import build, p3d199, stgcn
from signspot.backbones.checkpoints import Checkpoint, read_checkpoint
from signspot.backbones.formats import Format
from signspot.backbones.weights import load_published, published_formats, recognise
from signspot.errors import InputError
from signspot.files import sha256

torch.set_num_threads(1)
CHANNELS = {"i3d_inception": 3, "i3d_r50": 3, "p3d199": 2, "s3d": 3, "stepnet": 3, "stgcn": 3, "tsm_r50": 3, "msg3d": 3}
FORMATS = published_formats()
BACKBONE_OF = {form: name for name, forms in FORMATS.items() for form in forms if form.part is None}
"""By the formats of whole networks."""


@pytest.fixture(params=BACKBONE_OF, ids=lambda form: form.name)
def form(request: pytest.FixtureRequest) -> Format:
    return request.param


def small(backbone: str, classes: int = 5, seed: int = 0) -> nn.Module:
    """A narrow network whose normalisations are not at their start."""
    torch.manual_seed(seed)
    network = build(backbone, classes, CHANNELS[backbone], width=0.125)
    for key, value in network.state_dict().items():
        if key.endswith(("running_mean", "running_var")):
            value.uniform_(0.5, 1.5)
        if key.endswith("num_batches_tracked"):
            value.fill_(seed + 7)
    return network


def load(network: nn.Module, backbone: str, path: Path, *, other_classes: bool = False, sha256: str | None = None):
    return load_published(network, backbone, Checkpoint(path, sha256), other_classes=other_classes)


def assert_equal(network: nn.Module, other: nn.Module, but: tuple[str, ...] = ("num_batches_tracked",)) -> None:
    ours, theirs = network.state_dict(), other.state_dict()
    assert ours.keys() == theirs.keys()
    different = [key for key in ours if not torch.equal(ours[key], theirs[key]) and not key.endswith(but)]
    assert not different


def test_a_published_file_is_recognised_and_loaded(tmp_path: Path, form: Format) -> None:
    theirs, ours = small(BACKBONE_OF[form]), small(BACKBONE_OF[form], seed=1)
    path = write_published(published_state(theirs.state_dict(), form), form, tmp_path / "weights")
    source = load(ours, BACKBONE_OF[form], path, sha256=sha256(path).upper())
    assert_equal(ours, theirs)
    assert (source["file"], source["sha256"], source["format"]) == ("weights", sha256(path), form.name)
    assert all(form.is_unused(key) for key in source["dropped"])


def test_names_lead_there_and_back(form: Format) -> None:
    keys = list(small(BACKBONE_OF[form]).state_dict())
    names = form.names(keys)
    assert len(names) == len(keys), "two weights got one name"
    assert list(names.values()) == keys
    assert [form.published(key) for key in names.values()] == list(names)


@pytest.mark.parametrize(
    ("form", "case"),
    [
        (ENTRY_I3D, "tmodel_i3d_vipl"),
        (ENTRY_P3D, "p3d199_flow_vipl"),
        (SKELETON_EXPERT, "stgcn_vipl"),
        (RESNET3D, "i3d_r50_original"),
        (PSEUDO3D, "p3d199_flow_original"),
        (BSL1K_I3D, "bsl1k_i3d"),
        (MSG3D, "msg3d_57"),
        (KYLEMIN_S3D, "s3d_kylemin"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_names_are_those_of_the_reference(golden: Path, form: Format, case: str) -> None:
    """The list of the P3D expert is that of its backbone, without the wrapper that the I3D expert shows."""
    prefix = "feature_extractor." if case == "p3d199_flow_vipl" else ""
    published = {prefix + key for key in Case(golden, case).shapes}
    with torch.device("meta"):
        names = form.names(build(BACKBONE_OF[form], 5, CHANNELS[BACKBONE_OF[form]]).state_dict())
    assert set(names) <= published
    assert all(form.is_unused(key) for key in published - set(names))


@pytest.mark.parametrize(
    ("form", "key", "name"),
    [
        (TSM, "conv1.weight", "base_model.conv1.weight"),
        (TSM, "layer1.0.conv1.weight", "base_model.layer1.0.conv1.net.weight"),
        (TSM, "layer4.2.conv3.weight", "base_model.layer4.2.conv3.weight"),
        (TSM, "fc.bias", "new_fc.bias"),
        (CAFFE2_I3D, "layer1.0.conv1.weight", "res2_0_branch2a_w"),
        (CAFFE2_I3D, "layer1.0.bn1.weight", "res2_0_branch2a_bn_s"),
        (CAFFE2_I3D, "layer4.2.bn3.running_var", "res5_2_branch2c_bn_riv"),
        (CAFFE2_I3D, "layer3.0.downsample.0.weight", "res4_0_branch1_w"),
        (CAFFE2_I3D, "layer3.0.downsample.1.bias", "res4_0_branch1_bn_b"),
        (CAFFE2_I3D, "conv1.weight", "conv1_w"),
        (CAFFE2_I3D, "bn1.running_mean", "res_conv1_bn_rm"),
        (CAFFE2_I3D, "fc.bias", "pred_b"),
        (PYTORCHVIDEO_I3D, "conv1.weight", "blocks.0.conv.weight"),
        (PYTORCHVIDEO_I3D, "bn1.num_batches_tracked", "blocks.0.norm.num_batches_tracked"),
        (PYTORCHVIDEO_I3D, "layer1.0.conv1.weight", "blocks.1.res_blocks.0.branch2.conv_a.weight"),
        (PYTORCHVIDEO_I3D, "layer2.3.bn2.bias", "blocks.3.res_blocks.3.branch2.norm_b.bias"),
        (PYTORCHVIDEO_I3D, "layer4.0.downsample.0.weight", "blocks.5.res_blocks.0.branch1_conv.weight"),
        (PYTORCHVIDEO_I3D, "layer4.0.downsample.1.weight", "blocks.5.res_blocks.0.branch1_norm.weight"),
        (PYTORCHVIDEO_I3D, "fc.weight", "blocks.6.proj.weight"),
    ],
)
def test_names_of_other_toolkits(form: Format, key: str, name: str) -> None:
    assert form.published(key) == name


@pytest.mark.parametrize("form", [RESNET3D, CAFFE2_I3D, PYTORCHVIDEO_I3D], ids=lambda form: form.name)
def test_kinetics_i3d_equals_the_reference(golden: Path, tmp_path: Path, form: Format) -> None:
    """The outputs of pytorch-resnet3d, whichever file its weights came in."""
    shared, original = Case(golden, "i3d_r50_vipl"), Case(golden, "i3d_r50_original")
    state = published_state(shared.weights() | original.weights(r"fc\."), form)
    path = write_published(state, form, tmp_path / "weights")
    network = build("i3d_r50", 400, 3, variant="kinetics")
    load(network, "i3d_r50", path)
    _, logits = network.eval()(original.input("b"))
    assert original.deviation("logits_b", logits) < TOLERANCE


def test_i3d_expert_equals_the_reference(golden: Path, tmp_path: Path) -> None:
    case = Case(golden, "tmodel_i3d_vipl")
    path = write_published(case.weights(), ENTRY_I3D, tmp_path / "video.pth")
    network = build("i3d_r50", 61, 3)
    source = load(network, "i3d_r50", path)
    assert source["dropped"] == [key for key in case.shapes if key.startswith("conv.")]
    windows = case.input("clip").unflatten(2, (2, 8)).transpose(1, 2)
    features = torch.stack([network.eval()(window)[0] for window in windows.unbind(1)], 2)
    assert case.deviation("conv_feats", features) < TOLERANCE


def test_p3d_expert_equals_the_reference(golden: Path, tmp_path: Path) -> None:
    case = Case(golden, "p3d199_flow_vipl")
    path = write_published(published_state(case.weights(), ENTRY_P3D), ENTRY_P3D, tmp_path / "flow.pth")
    network = build("p3d199", 61, 2)
    load(network, "p3d199", path)
    feature, logits = network.eval()(case.input("a"))
    assert case.deviation("feature_a", feature) < TOLERANCE
    assert case.deviation("logits_a", logits) < TOLERANCE


def test_skeleton_expert_equals_the_reference(golden: Path, tmp_path: Path) -> None:
    case = Case(golden, "stgcn_vipl")
    state = case.weights() | {"st_gcn.A": torch.from_numpy(case.expected["A"])}
    network = build("stgcn", 61, 3)
    source = load(network, "stgcn", write_published(state, SKELETON_EXPERT, tmp_path / "skeleton.pth"))
    assert {"st_gcn.A", "fc.weight"} <= set(source["dropped"])
    feature, logits = network.eval()(case.input("clip"))
    assert case.deviation("conv_feats", feature) < TOLERANCE
    assert case.deviation("conv_predictions", logits.unsqueeze(1)) < TOLERANCE


def test_weights_trained_on_several_gpus(tmp_path: Path) -> None:
    theirs, ours = small("i3d_r50"), small("i3d_r50", seed=1)
    state = {f"module.{key}": value for key, value in published_state(theirs.state_dict(), ENTRY_I3D).items()}
    load(ours, "i3d_r50", write_published(state, ENTRY_I3D, tmp_path / "video.pth"))
    assert_equal(ours, theirs)


def test_the_classifier_of_other_classes_is_left_out_and_said_to_be(
    tmp_path: Path, form: Format, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    theirs, ours = small(BACKBONE_OF[form], classes=9), small(BACKBONE_OF[form], seed=1)
    before = ours.fc.weight.clone()
    path = write_published(published_state(theirs.state_dict(), form), form, tmp_path / "weights")
    source = load(ours, BACKBONE_OF[form], path, other_classes=True)
    assert_equal(nn.Sequential(*list(ours.children())[:-1]), nn.Sequential(*list(theirs.children())[:-1]))
    assert torch.equal(ours.fc.weight, before)
    names = [form.published("fc.weight"), form.published("fc.bias")]
    assert source["dropped"][-2:] == names
    assert ", ".join(names) in caplog.text


def test_an_expert_that_is_taken_as_it_is_needs_its_classes(tmp_path: Path) -> None:
    path = write_published(
        published_state(small("i3d_r50", classes=9).state_dict(), ENTRY_I3D), ENTRY_I3D, tmp_path / "video.pth"
    )
    with pytest.raises(InputError, match=r"feature_extractor\.fc\.bias \(9,\) \(expected \(5,\)\)[^$]*vocabulary"):
        load(small("i3d_r50"), "i3d_r50", path)


def test_a_renamed_key_is_named_both_ways(tmp_path: Path, form: Format) -> None:
    state = published_state(small(BACKBONE_OF[form]).state_dict(), form)
    first = next(iter(state))
    state["oddly.named"] = state.pop(first)
    network = small(BACKBONE_OF[form], seed=1)
    before = small(BACKBONE_OF[form], seed=1)
    with pytest.raises(InputError, match=rf"missing: {first}\n  unexpected: oddly\.named\n"):
        load(network, BACKBONE_OF[form], write_published(state, form, tmp_path / "weights"))
    assert_equal(network, before, but=())


def test_another_width_lists_the_shapes(tmp_path: Path) -> None:
    state = published_state(small("stgcn").state_dict(), SKELETON_EXPERT)
    path = write_published(state, SKELETON_EXPERT, tmp_path / "skeleton.pth")
    with pytest.raises(InputError, match=r"of another shape: st_gcn\.st_gcn_networks\.\d.*\n.*published size") as error:
        load(build("stgcn", 5, 3, width=0.25), "stgcn", path)
    assert "more" in str(error.value)


def test_baseline_recogniser_equals_the_reference(golden: Path, tmp_path: Path) -> None:
    case = Case(golden, "msg3d_53_baseline")
    network = build("msg3d", 60, 3, joints=53)
    load(network, "msg3d", write_published(case.weights(), MSG3D, tmp_path / "joints.pt"))
    assert case.deviation("logits", network.eval()(case.input("a"))[1]) < TOLERANCE


@pytest.mark.parametrize(("theirs", "ours", "classes"), [(55, 57, 226), (53, 57, 60), (57, 53, 9)])
def test_weights_of_another_graph_are_refused(tmp_path: Path, theirs: int, ours: int, classes: int) -> None:
    small_options = {"width": 0.0625, "gcn_scales": 2, "g3d_scales": 2}
    state = published_state(build("msg3d", classes, 3, joints=theirs, **small_options).state_dict(), MSG3D)
    path = write_published(state, MSG3D, tmp_path / "joints.pt")
    shapes = rf"data_bn\.weight \({3 * theirs},\) \(expected \({3 * ours},\)\)"
    with pytest.raises(
        InputError, match=rf"read as MS-G3D.*\n.*{shapes}[^$]*backbone\.joints tells the graph: 57 joints"
    ):
        load(build("msg3d", 5, 3, joints=ours, **small_options), "msg3d", path, other_classes=True)


@pytest.mark.parametrize(
    ("form", "backbone"), [(ENTRY_P3D, "i3d_r50"), (CAFFE2_I3D, "p3d199"), (RESNET3D, "stgcn"), (RESNET50, "s3d")]
)
def test_the_checkpoint_of_another_backbone_is_named(tmp_path: Path, form: Format, backbone: str) -> None:
    path = write_published(published_state(small(BACKBONE_OF[form]).state_dict(), form), form, tmp_path / "weights")
    message = rf"weights: is {form.name}, .*\.".replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(InputError, match=f"{message} Set backbone.name to {BACKBONE_OF[form]}"):
        load(small(backbone), backbone, path)


@pytest.mark.parametrize("form", [TSM, RESNET50], ids=lambda form: form.name)
@pytest.mark.parametrize("channels", [2, 10])
def test_a_network_for_flow_starts_from_the_mean_over_the_colours(tmp_path: Path, form: Format, channels: int) -> None:
    theirs = small("tsm_r50", classes=9)
    path = write_published(published_state(theirs.state_dict(), form), form, tmp_path / "colours.pth")
    ours = build("tsm_r50", 5, channels, width=0.125)
    load(ours, "tsm_r50", path, other_classes=True)
    expected = theirs.conv1.weight.mean(1, keepdim=True).expand(-1, channels, -1, -1)
    torch.testing.assert_close(ours.conv1.weight, expected)
    assert torch.equal(ours.layer1[0].conv1.weight, theirs.layer1[0].conv1.weight)


@pytest.mark.parametrize("form", [TSM, RESNET50], ids=lambda form: form.name)
@pytest.mark.parametrize("channels", [3, 10])
def test_stepnet_starts_from_the_weights_of_its_backbone(tmp_path: Path, form: Format, channels: int) -> None:
    theirs = small("tsm_r50", classes=9)
    path = write_published(published_state(theirs.state_dict(), form), form, tmp_path / "colours.pth")
    torch.manual_seed(0)
    ours, fresh = (build("stepnet", 5, channels, width=0.125) for _ in range(2))
    ours.load_state_dict(fresh.state_dict())
    source = load(ours, "stepnet", path, other_classes=True)
    kernel = theirs.conv1.weight if channels == 3 else theirs.conv1.weight.mean(1, keepdim=True).expand(-1, 10, -1, -1)
    expected = {f"backbone.{key}": value for key, value in theirs.state_dict().items() if not key.startswith("fc.")}
    expected["backbone.conv1.weight"] = kernel
    for key, value in ours.state_dict().items():
        torch.testing.assert_close(value, expected.get(key, fresh.state_dict()[key]))
    assert source["format"] == form.name
    assert source["dropped"] == [form.published("fc.weight"), form.published("fc.bias")]


def test_a_backbone_is_no_trained_stepnet(tmp_path: Path) -> None:
    path = write_published(published_state(small("tsm_r50").state_dict(), TSM), TSM, tmp_path / "colours.pth")
    with pytest.raises(InputError, match=r"colours\.pth: is TSM-ResNet50 .*, a part of stepnet only.*start a training"):
        load(small("stepnet"), "stepnet", path)


def test_a_file_for_two_backbones_is_that_of_the_whole_one(tmp_path: Path) -> None:
    path = write_published(published_state(small("tsm_r50").state_dict(), TSM), TSM, tmp_path / "colours.pth")
    with pytest.raises(InputError, match=r"Set backbone\.name to tsm_r50"):
        load(small("s3d"), "s3d", path)


def test_another_vocabulary_leaves_out_the_classifiers_of_all_parts(tmp_path: Path) -> None:
    theirs, ours = small("stepnet", classes=9), small("stepnet", seed=1)
    before = {key: value.clone() for key, value in ours.state_dict().items()}
    save_file(theirs.state_dict(), tmp_path / "weights.safetensors")
    source = load(ours, "stepnet", tmp_path / "weights.safetensors", other_classes=True)
    assert len(source["dropped"]) == 20
    for key, value in ours.state_dict().items():
        assert torch.equal(value, before[key] if key.startswith("fc.") else theirs.state_dict()[key])


def test_weights_for_colours_are_no_trained_expert_for_flow(tmp_path: Path) -> None:
    theirs = small("tsm_r50")
    path = write_published(published_state(theirs.state_dict(), TSM), TSM, tmp_path / "colours.pth")
    with pytest.raises(InputError, match=r"base_model\.conv1\.weight \(8, 3, 7, 7\) \(expected \(8, 10, 7, 7\)\)"):
        load(build("tsm_r50", 5, 10, width=0.125), "tsm_r50", path)


def test_the_checkpoint_of_an_unknown_network_is_refused(tmp_path: Path) -> None:
    torch.save({"encoder.weight": torch.ones(2)}, tmp_path / "other.pth")
    with pytest.raises(InputError, match=r"other\.pth.*encoder\.weight.*expected one of: I3D-ResNet50 of the"):
        load(small("i3d_r50"), "i3d_r50", tmp_path / "other.pth")


def test_another_hash_is_refused(tmp_path: Path) -> None:
    path = write_published(small("i3d_r50").state_dict(), RESNET3D, tmp_path / "i3d.pth")
    with pytest.raises(InputError, match=rf"i3d\.pth: its sha256 is {sha256(path)}, expected {'0' * 64}"):
        load(small("i3d_r50"), "i3d_r50", path, sha256="0" * 64)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.pth: cannot be read \(No such file"):
        load(small("i3d_r50"), "i3d_r50", tmp_path / "gone.pth")


class Malicious:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("kind", ["zip", "old", "pickle", "caffe2"])
def test_a_malicious_file_is_refused_before_it_runs(tmp_path: Path, kind: str) -> None:
    path, content = tmp_path / "bad.pth", {"blobs": {"conv1_w": Malicious(tmp_path / "hacked")}}
    match kind:
        case "zip" | "old":
            torch.save(content, path, _use_new_zipfile_serialization=kind == "zip")
        case "pickle":
            path.write_bytes(pickle.dumps(content))
        case "caffe2":
            with open(path, "wb") as file:
                Python2Pickler(file, protocol=2).dump(content)
    with pytest.raises(InputError, match=r"bad\.pth: refused"):
        read_checkpoint(Checkpoint(path))
    assert not (tmp_path / "hacked").exists()


def test_a_whole_pickled_network_is_refused(tmp_path: Path) -> None:
    torch.save(nn.Linear(2, 2), tmp_path / "network.pth")
    with pytest.raises(InputError, match=r"network\.pth: refused.*state dict"):
        read_checkpoint(Checkpoint(tmp_path / "network.pth"))


@pytest.mark.parametrize("content", [b"", b"no checkpoint", pickle.dumps([1, 2]), pickle.dumps({1: 2})])
def test_what_is_no_checkpoint_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notes.pth").write_bytes(content)
    with pytest.raises(InputError, match=r"notes\.pth"):
        read_checkpoint(Checkpoint(tmp_path / "notes.pth"))


def test_a_cut_file_is_named(tmp_path: Path) -> None:
    path = write_published(small("stgcn").state_dict(), PSEUDO3D, tmp_path / "cut.pth")
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(InputError, match=r"cut\.pth: refused"):
        read_checkpoint(Checkpoint(path))


@pytest.fixture
def trained(tmp_path: Path) -> tuple[nn.Module, Path]:
    """A network of ours, and the file of its weights."""
    network = small("stgcn", classes=9)
    save_file(network.state_dict(), tmp_path / "weights.safetensors")
    return network, tmp_path / "weights.safetensors"


def test_our_own_weights_are_loaded_whole(trained: tuple[nn.Module, Path]) -> None:
    theirs, path = trained
    ours = small("stgcn", classes=9, seed=1)
    source = load(ours, "stgcn", path, sha256=sha256(path))
    assert_equal(ours, theirs, but=())
    expected = {"file": "weights.safetensors", "sha256": sha256(path), "format": "signspot", "dropped": []}
    assert source == expected


@pytest.mark.parametrize("classes", [5, 9])
def test_our_own_weights_start_another_vocabulary_but_for_the_classifier(
    trained: tuple[nn.Module, Path], classes: int
) -> None:
    """A vocabulary with as many signs is another one all the same."""
    theirs, path = trained
    ours = small("stgcn", classes=classes, seed=1)
    before = ours.fc.weight.clone()
    source = load(ours, "stgcn", path, other_classes=True)
    assert torch.equal(ours.fc.weight, before)
    assert_equal(nn.Sequential(*list(ours.children())[:-1]), nn.Sequential(*list(theirs.children())[:-1]), but=())
    assert source["dropped"] == ["fc.weight", "fc.bias"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"oddly.named": torch.ones(2)},
            r"read as signspot.*\n  unexpected: oddly\.named\nTake the weights of a",
        ),
        ({"data_bn.weight": torch.ones(2)}, r"of another shape: data_bn\.weight \(2,\) \(expected \(171,\)\)"),
        ({"data_bn.weight": None}, r"missing: data_bn\.weight"),
    ],
)
def test_own_weights_that_do_not_fit_are_listed(
    trained: tuple[nn.Module, Path], changes: dict[str, torch.Tensor | None], message: str
) -> None:
    network, path = trained
    state = network.state_dict() | changes
    save_file({key: value for key, value in state.items() if value is not None}, path)
    before = small("stgcn", seed=1)
    ours = small("stgcn", seed=1)
    with pytest.raises(InputError, match=message):
        load(ours, "stgcn", path, other_classes=True)
    assert_equal(ours, before, but=())


def test_own_weights_of_other_classes_cannot_be_taken_as_they_are(trained: tuple[nn.Module, Path]) -> None:
    with pytest.raises(InputError, match=r"fc\.bias \(9,\) \(expected \(5,\)\)[^$]*vocabulary with as many signs"):
        load(small("stgcn"), "stgcn", trained[1])


def test_foreign_safetensors_are_listed(tmp_path: Path) -> None:
    save_file({"encoder.weight": torch.ones(2)}, tmp_path / "other.safetensors")
    with pytest.raises(InputError, match=r"other\.safetensors: read as signspot[^$]*unexpected: encoder\.weight"):
        load(small("stgcn"), "stgcn", tmp_path / "other.safetensors", other_classes=True)


@pytest.mark.parametrize("cut", [slice(0, 0), slice(0, 5), slice(0, -100), slice(30, None)])
def test_damaged_safetensors_are_named(trained: tuple[nn.Module, Path], cut: slice) -> None:
    path = trained[1]
    path.write_bytes(path.read_bytes()[cut])
    with pytest.raises(InputError, match=r"weights\.safetensors: cannot be read as a file of safetensors"):
        load(small("stgcn", classes=9), "stgcn", path)


def test_a_pickle_that_is_called_safetensors_never_runs(tmp_path: Path) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(pickle.dumps({"fc.weight": Malicious(tmp_path / "hacked")}))
    with pytest.raises(InputError, match=r"bad\.safetensors"):
        load(small("stgcn"), "stgcn", path)
    assert not (tmp_path / "hacked").exists()


def test_a_format_of_the_backbone_itself_is_preferred(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A backbone may have the names of another one."""
    form = Format("a sister of I3D")
    monkeypatch.setattr(p3d199, "FORMATS", ())
    monkeypatch.setattr(stgcn, "FORMATS", (form,))
    network = small("i3d_r50")
    assert recognise(network.state_dict(), network, "stgcn", tmp_path) is form


def test_a_backbone_without_published_formats_takes_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(stgcn, "FORMATS")
    torch.save(small("stgcn").state_dict(), tmp_path / "mine.pth")
    with pytest.raises(InputError, match=r"backbone stgcn expected weights of ours \(a file \*\.safetensors\)"):
        load(small("stgcn"), "stgcn", tmp_path / "mine.pth")
