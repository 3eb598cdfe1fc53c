"""The registry: a name is a module, its options and facts are read from the source of the module."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from signspot.errors import InputError
from signspot.registry import Registry, check_options, literal_at, options_at

NET = '''
"""A made-up network."""
import unheard_of_library

from collections.abc import Mapping, Sequence
from typing import Literal

TAKES = "images"
SIZES: dict[str, int] = {"weights": 3}
COMPUTED = 3 * len(TAKES)
BLOCKS = {"training": "made_up.recipe:Recipe", "rest": "made_up.recipe:rest"}

def helper(*, secret: int = 1): ...

def net(
    num_classes,
    in_channels=3,
    *,
    depth: int,
    width: float = 1.0,
    flag: bool = False,
    title: str = "",
    layers: Sequence[int] = (),
    variant: Literal["entry", "kinetics"] = "entry",
    votes: Literal[1, 3] = 1,
    limit: float | None = None,
    training: Mapping | None = None,
    rest: Mapping[str, int] | None = None,
    free=None,
    shape: "Shape" = None,
): ...
'''
FOLDER = """
from made_up.folder.inner import VALUE

def folder(number, *, scale: float = 2.0):
    if scale < 0:
        raise ValueError("scale: expected 0 or more")
    return VALUE, number * scale
"""
RECIPE = '''
from dataclasses import dataclass
from typing import ClassVar, Literal

@dataclass(frozen=True)
class Recipe:
    """What a block holds."""

    KNOWN: ClassVar[int] = 3
    optimiser: Literal["adam", "sgd"]
    rate: float
    epochs: int = 3

    def steps(self, *, no_option: int): ...

class Loss:
    def __init__(self, network, *, smoothing: float = 0.0): ...

def rest(network, *, share: float): ...
'''
GIVEN = {"depth": 2}


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """Names ``folder`` (a package) and ``net`` (a module that cannot even be imported) of the package ``made_up``."""
    package = tmp_path / "made_up"
    (package / "folder").mkdir(parents=True)
    for name, content in {
        "__init__.py": "",
        "net.py": NET,
        "recipe.py": RECIPE,
        "shared.py": "def something_else(): ...",
        "folder/__init__.py": FOLDER,
        "folder/inner.py": "VALUE = 7",
        "notes.txt": "def notes(): ...",
    }.items():
        (package / name).write_text(content, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield Registry("made_up", "network")
    for name in [name for name in sys.modules if name.split(".")[0] == "made_up"]:
        del sys.modules[name]


def refused(registry: Registry, name: str, options: Any, key: str = "experts.rgb.backbone") -> str:
    with pytest.raises(InputError) as error:
        registry.check(name, options, key)
    return str(error.value)


def test_names_are_the_modules_with_a_function_of_their_own_name(registry: Registry) -> None:
    assert registry.names() == ["folder", "net"]


def test_options_are_the_keywords_of_the_builder(registry: Registry) -> None:
    assert list(registry.options("folder")) == ["scale"]
    assert [name for name, option in registry.options("net").items() if option.required] == ["depth"]


def test_options_are_completed_by_defaults_that_nothing_is_imported_for(registry: Registry) -> None:
    completed = registry.completed("net", GIVEN)
    assert completed["depth"] == 2 and completed.keys() == registry.options("net").keys()
    assert registry.completed("net", GIVEN | {"width": 9.0})["width"] == 9.0 != completed["width"]
    assert "made_up.net" not in sys.modules


def test_nothing_is_imported_to_check(registry: Registry) -> None:
    registry.check("net", GIVEN)
    assert registry.fact("net", "TAKES") == "images"
    assert "made_up.net" not in sys.modules
    with pytest.raises(ModuleNotFoundError, match="unheard_of_library"):
        registry.module("net")


def test_facts_are_constants_with_or_without_a_type(registry: Registry) -> None:
    assert registry.fact("net", "SIZES") == {"weights": 3}
    assert registry.fact("net", "GRID") is None
    assert registry.fact("folder", "TAKES", "anything") == "anything"


@pytest.mark.parametrize("name", ["nett", "shared", "recipe", "notes", "", None])
def test_an_unknown_name_lists_the_known(registry: Registry, name: str) -> None:
    expected = f"{name!r} is unknown, expected one of folder, net. Correct it."
    for call in (registry.options, registry.module, registry.builder, registry.build, registry.check_name):
        with pytest.raises(InputError) as error:
            call(name)
        assert str(error.value) == f"network: {expected}"
    assert refused(registry, name, {}) == f"experts.rgb.backbone: {expected}"


def test_an_unknown_option_is_told_with_its_value_and_the_known(registry: Registry) -> None:
    assert refused(registry, "net", GIVEN | {"widht": 0.25}) == (
        "experts.rgb.backbone.widht: there is no such option (its value is 0.25). Take it out, or correct its name; "
        "the options are depth, width, flag, title, layers, variant, votes, limit, training, rest, free, shape."
    )
    assert refused(registry, "folder", {"num_classes": 3}, "").startswith(
        "network folder.num_classes: there is no such"
    )
    assert "there is no such option" in refused(registry, "net", GIVEN | {3: 4})


def test_a_missing_option_is_told(registry: Registry) -> None:
    assert refused(registry, "net", {}) == "experts.rgb.backbone.depth: is missing, expected integer. Add it."


@pytest.mark.parametrize(
    ("option", "good", "bad", "expected"),
    [
        ("depth", [0, 1, 2], [True, False, 1.0, "1", None, [1]], "integer"),
        ("width", [0, 1, 1.0, 0.25], [True, "1e-3", None, {}], "number"),
        ("flag", [True, False], [0, 1, "yes", None], "true or false"),
        ("title", ["", "a"], [1, True, None, ["a"]], "text"),
        ("layers", [[], [1, 2], (3, 4)], [[1.5], [True], ["a"], "12", 3, {1: 2}], "list of integer"),
        ("variant", ["entry", "kinetics"], ["imagenet", None, 1, ["entry"]], "one of entry, kinetics"),
        ("votes", [1, 3], [2, True, 1.0, "1"], "one of 1, 3"),
        ("limit", [None, 1, 0.5], [True, "1"], "number or null"),
        ("free", [None, 1, "a", [1], True], [], ""),
        ("shape", [None, 1, "a", [1], True], [], ""),
    ],
)
def test_values_are_of_the_annotated_type(
    registry: Registry, option: str, good: list, bad: list, expected: str
) -> None:
    for value in good:
        registry.check("net", GIVEN | {option: value})
    for value in bad:
        message = f"experts.rgb.backbone.{option}: is {value!r}, expected {expected}. Correct the value."
        assert refused(registry, "net", GIVEN | {option: value}) == message


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"optimiser": "sgd"}, "training.rate: is missing, expected number. Add it."),
        (
            {"optimiser": "lion", "rate": 1},
            "training.optimiser: is 'lion', expected one of adam, sgd. Correct the value.",
        ),
        (
            {"optimiser": "sgd", "rate": 1, "KNOWN": 4},
            "training.KNOWN: there is no such option (its value is 4). Take it out, or correct its name; the options "
            "are optimiser, rate, epochs.",
        ),
        ([1], "training: is [1], expected keys and values or null. Correct the value."),
        ({}, "training.optimiser: is missing, expected one of adam, sgd. Add it."),
    ],
)
def test_nested_blocks_are_checked(registry: Registry, block: Any, message: str) -> None:
    registry.check("net", GIVEN | {"training": {"optimiser": "sgd", "rate": 1}, "rest": {"share": 0.5}})
    registry.check("net", GIVEN | {"training": None})
    assert refused(registry, "net", GIVEN | {"training": block}) == f"experts.rgb.backbone.{message}"


def test_a_block_that_is_no_block_is_told(registry: Registry) -> None:
    assert refused(registry, "folder", [1]) == (
        "experts.rgb.backbone: is [1], expected keys and values, of the keys scale."
    )


def test_options_of_classes_and_functions(registry: Registry) -> None:
    assert list(options_at("made_up.recipe:Recipe")) == ["optimiser", "rate", "epochs"]
    assert list(options_at("made_up.recipe:Loss")) == ["smoothing"]
    assert list(options_at("made_up.recipe:rest")) == ["share"]
    with pytest.raises(InputError, match="of the keys none"):
        check_options({}, 3, "a.b")


def test_a_package_is_built_like_a_module(registry: Registry) -> None:
    assert registry.build("folder", 2, scale=3) == (7, 6)
    assert registry.builder("folder")(2) == (7, 4.0)


def test_what_a_builder_refuses_is_told_with_the_key(registry: Registry) -> None:
    with pytest.raises(InputError, match=r"^network folder: scale: expected 0 or more$"):
        registry.build("folder", 2, scale=-1)
    with pytest.raises(InputError, match=r"^experts\.rgb\.backbone: scale: expected 0 or more$"):
        registry.build("folder", 2, key="experts.rgb.backbone", scale=-1)
    with pytest.raises(InputError, match=r"^network folder\.scale: is 'big', expected number"):
        registry.build("folder", 2, scale="big")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 9}, "size: is 9, expected 0 to 8"),
        ({"size": float("nan")}, "size: is nan, expected 0 to 8"),
        ({"sizes": [1, -1]}, "sizes: is -1, expected 0 to 1"),
        ({"other": {"size": 9}}, "other.size: is 9, expected 1 to 2"),
    ],
)
def test_numbers_outside_the_ranges_of_a_module_are_told(
    registry: Registry, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    code = """
from collections.abc import Mapping, Sequence
RANGES = {"size": (0, 8), "sizes": (0, 1)}
BLOCKS = {"other": "made_up.other_block:Block"}
def bounded(*, size: float = 1, sizes: Sequence[float] = (), other: Mapping[str, float] | None = None): ...
"""
    (tmp_path / "made_up" / "bounded.py").write_text(code)
    block = "class Block:\n    def __init__(self, *, size: int = 1): ...\n"
    (tmp_path / "made_up" / "other_block.py").write_text(f"RANGES = {{'size': (1, 2)}}\n{block}")
    registry.check("bounded", {"size": 8, "sizes": [0, 1], "other": {"size": 2}})
    with pytest.raises(InputError, match=message):
        registry.check("bounded", options)


def test_a_literal_is_read_without_an_import() -> None:
    assert literal_at("signspot.corpus.tables:SPLITS") == ("train", "val", "test", "predict")
    assert literal_at("signspot.corpus.tables:NOTHING", 3) == 3


def test_a_module_of_another_folder_is_found_and_checked(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "toy.py").write_text("def toy(number, *, times: int = 2): return number * times")
    package = importlib.import_module("made_up")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / "mine")])
    assert registry.names() == ["folder", "net", "toy"]
    assert registry.build("toy", 3, times=5) == 15
    assert refused(registry, "toy", {"time": 5}).endswith("the options are times.")


def test_a_module_that_cannot_be_parsed_is_named(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "made_up" / "broken.py").write_text("def broken(:")
    with pytest.raises(SyntaxError, match=r"broken\.py"):
        registry.names()
