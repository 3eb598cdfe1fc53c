"""One registry for everything that a configuration names: a name is a module of a package.

A module belongs to the names if it defines a function of its own name, its builder; the parameters of that function
that are given by keyword only are the options of a configuration. Names, options and facts are read from the source of
the module: PyTorch takes seconds to import, and each job of a cluster reads the configuration anew.
"""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from signspot.errors import InputError

KINDS = {"int": int, "float": int | float, "bool": bool, "str": str, "Sequence": list | tuple, "Mapping": Mapping}
"""What a value of an annotated option may be. Options of other annotations are checked by their builder alone."""


@dataclass(frozen=True)
class Option:
    """An option of a builder.

    Args:
        kind: its annotation, without its arguments (``Sequence[int]`` is a ``Sequence``).
        choices: the values of a ``Literal``; empty for other annotations.
        required: whether it has no default.
    """

    kind: str
    choices: tuple[Any, ...]
    required: bool

    def admits(self, value: Any) -> bool:
        """Whether a value is of the annotated kind."""
        if self.choices:
            return value in self.choices
        expected = KINDS.get(self.kind)
        if isinstance(value, bool) and self.kind != "bool":  # for Python a bool is a number
            return expected is None
        return expected is None or isinstance(value, expected)

    def __str__(self) -> str:
        return f"one of {', '.join(map(str, self.choices))}" if self.choices else self.kind


@dataclass(frozen=True)
class Registry:
    """The modules of a package by name.

    Args:
        package: full name of the package.
        noun: what a module of it is called in messages.
    """

    package: str
    noun: str

    def names(self) -> list[str]:
        """All names, in the order of the alphabet."""
        folders = importlib.import_module(self.package).__path__
        found = (module.name for module in pkgutil.iter_modules(folders))
        return sorted(name for name in found if _function(_tree(self._source(name)), name) is not None)

    def options(self, name: str) -> dict[str, Option]:
        """The options of a name.

        Raises:
            InputError: there is no such name.
        """
        self.check_name(name)
        builder = _function(_tree(self._source(name)), name)
        return _keyword_options(builder.args)

    def fact(self, name: str, constant: str, default: Any = None) -> Any:
        """The value of a constant of a module, which must be a literal; ``default`` if the module has no such constant.

        Raises:
            InputError: there is no such name.
        """
        self.check_name(name)
        for node in _tree(self._source(name)).body:
            if isinstance(node, ast.Assign) and constant in {t.id for t in node.targets if isinstance(t, ast.Name)}:
                return ast.literal_eval(node.value)
        return default

    def check_name(self, name: str, key: str = "") -> None:
        """Checks that a name is known.

        Args:
            key: where the name stands in the configuration, for the message.

        Raises:
            InputError: it is not.
        """
        names = self.names()
        if name not in names:
            raise InputError(f"{key or self.noun}: {name!r} is unknown, expected one of {', '.join(names)}.")

    def check(self, name: str, options: Mapping[str, Any], key: str = "") -> None:
        """Checks a name and the options that are given with it, nested blocks too.

        Args:
            key: where they stand in the configuration, for the message.

        Raises:
            InputError: the name or an option is unknown, an option is missing, or a value is of the wrong kind.
        """
        key = key or f"{self.noun} {name}"
        known = self.options(name)
        check_options(known, options, key)
        for block, place in self.fact(name, "BLOCKS", {}).items():
            if block in options:
                check_options(options_at(place), options[block], f"{key}.{block}")

    def module(self, name: str) -> ModuleType:
        """The module of a name, imported.

        Raises:
            InputError: there is no such name.
        """
        self.check_name(name)
        return importlib.import_module(f"{self.package}.{name}")

    def builder(self, name: str) -> Callable[..., Any]:
        """The builder of a name.

        Raises:
            InputError: there is no such name.
        """
        return getattr(self.module(name), name)

    def build(self, name: str, *arguments: Any, key: str = "", **options: Any) -> Any:
        """What the builder of a name makes of these arguments.

        Raises:
            InputError: as :meth:`check`, or the builder refuses a value.
        """
        self.check(name, options, key)
        try:
            return self.builder(name)(*arguments, **options)
        except (TypeError, ValueError) as error:
            raise InputError(f"{key or f'{self.noun} {name}'}: {error}") from error

    def _source(self, name: str) -> Path:
        folders = importlib.import_module(self.package).__path__
        places = [Path(folder, *rest) for folder in folders for rest in ((f"{name}.py",), (name, "__init__.py"))]
        return next((place for place in places if place.is_file()), Path())


def check_options(known: Mapping[str, Option], options: Mapping[str, Any], key: str) -> None:
    """Compares the options of a block of the configuration with those that are known.

    Raises:
        InputError: names the key, the value and what was expected.
    """
    if not isinstance(options, Mapping):
        raise InputError(f"{key}: is {options!r}, expected keys and values, of the keys {_listed(known)}.")
    for option, value in options.items():
        if option not in known:
            raise InputError(
                f"{key}.{option}: there is no such option (its value is {value!r}). "
                f"Take it out, or correct its name; the options are {_listed(known)}."
            )
        if not known[option].admits(value):
            raise InputError(f"{key}.{option}: is {value!r}, expected {known[option]}. Correct the value.")
    for option, rule in known.items():
        if rule.required and option not in options:
            raise InputError(f"{key}.{option}: is missing, expected {rule}. Add it.")


def options_at(place: str) -> dict[str, Option]:
    """The options of a function, a class with a constructor, or a dataclass, read from its source.

    Args:
        place: ``package.module:name``.
    """
    module, _, name = place.partition(":")
    tree = _tree(Path(find_spec(module).origin))
    if (function := _function(tree, name)) is not None:
        return _keyword_options(function.args)
    (kind,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    if (constructor := _function(kind, "__init__")) is not None:
        return _keyword_options(constructor.args)
    fields = [node for node in kind.body if isinstance(node, ast.AnnAssign) and _annotation(node)[0] != "ClassVar"]
    return {field.target.id: Option(*_annotation(field), required=field.value is None) for field in fields}


def _listed(known: Iterable[str]) -> str:
    return ", ".join(known) or "none"


@cache
def _tree(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8")) if source.is_file() else ast.Module([], [])


def _function(node: ast.Module | ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def _keyword_options(arguments: ast.arguments) -> dict[str, Option]:
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {argument.arg: Option(*_annotation(argument), required=default is None) for argument, default in pairs}


def _annotation(node: ast.arg | ast.AnnAssign) -> tuple[str, tuple[Any, ...]]:
    """The name of an annotation, and the values of a Literal."""
    annotation = node.annotation
    if not isinstance(annotation, ast.Subscript):
        return (annotation.id if isinstance(annotation, ast.Name) else ""), ()
    name = annotation.value.id if isinstance(annotation.value, ast.Name) else ""
    if name != "Literal":
        return name, ()
    values = ast.literal_eval(annotation.slice)
    return name, values if isinstance(values, tuple) else (values,)
