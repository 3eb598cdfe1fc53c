"""The options of what a configuration names, each a module of a package, from the signatures and the docstrings."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from markdown_tables import code, plain, table

from signspot.backbones import BACKBONES
from signspot.clips.modalities import MODALITIES
from signspot.clips.samplers import SAMPLERS
from signspot.decoders import DECODERS
from signspot.plan.sources import SOURCES
from signspot.registry import Option, Registry, options_at
from signspot.spotters import SPOTTERS

RECIPE = "signspot.training.recipe:Recipe"
REGISTRIES: Mapping[str, tuple[str, Registry]] = {
    "Sources": ("The block `corpus.<source>` of the source that `corpus.source` names.", SOURCES),
    "Modalities": ("The options beside `name` in a block `modality`.", MODALITIES),
    "Backbones": ("The options beside `name` in a block `backbone`.", BACKBONES),
    "Samplers": ("The values of `clips` in a training of an expert.", SAMPLERS),
    "Spotters": ("The options beside `kind` in the block of a spotter.", SPOTTERS),
    "Decoders": ("The options of each decoder in the block `decoders` of a spotter.", DECODERS),
}
SINGULAR = {"Sources": "Source", "Modalities": "Modality"}
RECIPE_PLACE = "The keys of a `training`. In a training of an expert they stand beside `clips` and `start`."
RECIPE_ANCHOR = "#recipe-of-a-training"
HEADER = ("option", "values", "default", "meaning")
ROLE = re.compile(r":\w+:`~?([\w.]+)`")
SEE = re.compile(r"[,;] see :\w+:`[\w.]+`(?=\.|,|;|$)| See :\w+:`[\w.]+`\.")
"""Where a docstring sends those who read the code."""
ENTRY = re.compile(r"^    (\w+(?:, \w+)*): (.*(?:\n(?:        .*)?)*)", re.MULTILINE)


def named_options() -> str:
    """A chapter for each kind of names, with a table of options for each name, and one for the recipe of a training."""
    chapters = []
    for title, (place, registry) in REGISTRIES.items():
        noun = SINGULAR.get(title, title.removesuffix("s"))
        chapters.append(f"## {title}\n{place}\n")
        chapters += [_section(noun, registry, name) for name in registry.names()]
        if registry is SAMPLERS:
            known = {name: option for name, option in options_at(RECIPE).items() if name != "select"}
            rows = _rows(_at(RECIPE), known, {})
            chapters.append(f"## Recipe of a training\n{RECIPE_PLACE}\n\n{table(HEADER, rows)}\n")
    return "\n".join(chapters)


def _section(noun: str, registry: Registry, name: str) -> str:
    builder = registry.builder(name)
    summary = _sentence(" ".join(inspect.getdoc(builder).partition("\n\n")[0].split()))
    ranges, blocks = registry.fact(name, "RANGES", {}), registry.fact(name, "BLOCKS", {})
    rows = []
    for option, rule in registry.options(name).items():
        block = blocks.get(option)
        if block is None:
            rows += _rows(builder, {option: rule}, ranges)
        elif block == RECIPE:
            rows.append((code(option), "block", "", f"The keys of [a recipe]({RECIPE_ANCHOR})."))
        else:
            bounds = getattr(import_module(block.partition(":")[0]), "RANGES", {})
            rows += _rows(_at(block), options_at(block), bounds, f"{option}.")
    options = table(HEADER, rows) if rows else "It has no options."
    return f"### {noun} `{name}`\n{summary.rstrip('.')}.\n\n{options}\n"


def _at(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _rows(
    builder: Callable[..., Any],
    options: Mapping[str, Option],
    ranges: Mapping[str, tuple[float, float]],
    block: str = "",
) -> Iterator[tuple[str, ...]]:
    """A row for each option of a builder, which stands in a block of the options of another one."""
    meanings, defaults = meanings_of(builder), inspect.signature(builder).parameters
    for name, option in options.items():
        bounds = f", {ranges[name][0]} to {ranges[name][1]}" if name in ranges else ""
        default = "required" if option.required else _default(defaults[name].default)
        yield code(f"{block}{name}"), f"{_values(option)}{bounds}", default, meanings.get(name, "")


def _values(option: Option) -> str:
    """What an option may be, in the words of the tables of keys."""
    values = str(option).removesuffix(" or null").removeprefix("Path or ").replace("keys and values", "block")
    if values.startswith("one of "):
        return ", ".join(map(code, values.removeprefix("one of ").split(", ")))
    return "`true`, `false`" if values == "true or false" else values


def _default(value: Any) -> str:
    """A default as a configuration would give it; nothing of an empty one."""
    if isinstance(value, bool):
        return code(str(value).lower())
    if isinstance(value, tuple | list):
        return code(list(value)) if value else ""
    return "" if value is None or value == "" or isinstance(value, Mapping) else code(value)


def meanings_of(builder: Callable[..., Any]) -> dict[str, str]:
    """What each option means, from the docstring of a function or a class, or from the one to which it refers."""
    text = inspect.getdoc(builder) or ""
    arguments = text.replace("\nAttributes:\n", "\nArgs:\n").partition("\nArgs:\n")[2]
    found = {}
    for names, lines in ENTRY.findall(arguments):
        meaning = " ".join(lines.split())
        for name in names.split(", "):
            referred = _referred(builder, text, meaning)
            found[name] = meanings_of(referred).get(name, "") if referred else _sentence(meaning)
    for place in re.findall(r"The other options are those of :class:`([\w.]+)`", text):
        module, _, name = place.rpartition(".")
        found = {**meanings_of(getattr(import_module(module), name)), **found}
    return found


def _referred(builder: Callable[..., Any], text: str, meaning: str) -> Callable[..., Any] | None:
    """Where a docstring sends its reader: another builder, or the class that it builds."""
    role = ROLE.search(meaning if meaning.startswith(("as for :", "as of :")) else text)
    if not meaning.startswith(("as for :", "as of :", "as there")) or role is None:
        return None
    module, _, name = role[1].rpartition(".")
    return getattr(import_module(module or builder.__module__), name)


def _sentence(meaning: str) -> str:
    text = _readable(SEE.sub("", meaning))
    return text[:1].upper() + text[1:]


def _readable(text: str) -> str:
    """Words of a docstring as Markdown."""
    marked = ROLE.sub(lambda role: f"`{role[1].rpartition('.')[2]}`", text).replace("``", "`")
    return plain(" ".join(marked.split()))
