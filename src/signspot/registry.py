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

from signspot.errors import InputError, bare, shown

KINDS = {
    "int": (int, "integer"),
    "float": (int | float, "number"),
    "bool": (bool, "true or false"),
    "str": (str, "text"),
    "Sequence": (list | tuple, "list"),
    "Mapping": (Mapping, "keys and values"),
}
"""What a value of an annotated option may be, and the words for it. A boolean is neither an integer nor a number."""


@dataclass(frozen=True)
class Option:
    """An option of a builder.

    Args:
        annotation: its type, as the source has it. Types of :data:`KINDS`, what a ``Sequence`` holds, the values of a
            ``Literal``, ``None`` and unions of these are checked here; all other types by the builder alone.
        default: as the source has it; None if the option must be given.
    """

    annotation: ast.expr | None
    default: ast.expr | None

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is None

    def admits(self, value: Any) -> bool:
        """Whether a value is of the annotated type."""
        return _admits(self.annotation, value)

    def __str__(self) -> str:
        """The annotated type in words."""
        return _words(self.annotation)


def _admits(annotation: ast.expr | None, value: Any) -> bool:
    match annotation:
        case ast.BinOp(left, ast.BitOr(), right):
            return _admits(left, value) or _admits(right, value)
        case ast.Constant(None):
            return value is None
        case ast.Subscript(ast.Name("Literal"), choices):
            return any(type(value) is type(choice) and value == choice for choice in _values(choices))
        case ast.Subscript(ast.Name("Sequence"), item):
            return isinstance(value, list | tuple) and all(_admits(item, each) for each in value)
        case ast.Subscript(kind, _):
            return _admits(kind, value)
        case ast.Name(kind) if kind in KINDS:
            return isinstance(value, KINDS[kind][0]) and (kind == "bool" or not isinstance(value, bool))
    return True


def _words(annotation: ast.expr | None) -> str:
    match annotation:
        case ast.BinOp(left, ast.BitOr(), right):
            return f"{_words(left)} or {_words(right)}"
        case ast.Constant(None):
            return "null"
        case ast.Subscript(ast.Name("Literal"), choices):
            return f"one of {', '.join(map(str, _values(choices)))}"
        case ast.Subscript(ast.Name("Sequence"), item):
            return f"list of {_words(item)}"
        case ast.Subscript(kind, _):
            return _words(kind)
        case ast.Name(kind) if kind in KINDS:
            return KINDS[kind][1]
    return "a value" if annotation is None else ast.unparse(annotation)


def _values(choices: ast.expr) -> tuple[Any, ...]:
    """The values of a Literal, of which one alone is no tuple in the source."""
    values = ast.literal_eval(choices)
    return values if isinstance(values, tuple) else (values,)


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

    def completed(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """All options of a name: those that are given, and the defaults of the others, which must be literals.

        Args:
            name: of the module.
            options: that are given.

        Raises:
            InputError: there is no such name.
        """
        defaults = {option: each.default for option, each in self.options(name).items() if not each.required}
        return {option: ast.literal_eval(default) for option, default in defaults.items()} | dict(options)

    def fact(self, name: str, constant: str, default: Any = None) -> Any:
        """The value of a constant of a module.

        Args:
            name: of the module.
            constant: name of the constant, whose value must be a literal.
            default: the answer if the module has no such constant.

        Raises:
            InputError: there is no such name.
        """
        self.check_name(name)
        return _literal(_tree(self._source(name)), constant, default)

    def check_name(self, name: str, key: str = "") -> None:
        """Checks that a name is known.

        Args:
            key: where the name stands in the configuration, for the message.

        Raises:
            InputError: it is not.
        """
        names = self.names()
        if name not in names:
            fault = f"{shown(name)} is unknown, expected one of {_listed(names)}"
            raise InputError(f"{key or self.noun}: {fault}. Correct it.")

    def check(self, name: str, options: Mapping[str, Any], key: str = "") -> None:
        """Checks a name and the options that are given with it, nested blocks too.

        Args:
            name: of a module.
            options: of its builder.
            key: where the options stand in the configuration, for the message.

        Raises:
            InputError: the name or an option is unknown, an option is missing, a value is of the wrong type, or outside
                the ``RANGES`` of the module.
        """
        self.check_name(name, key)
        key = key or f"{self.noun} {name}"
        check_options(self.options(name), options, key)
        check_ranges(self.fact(name, "RANGES", {}), options, key)
        for block, place in self.fact(name, "BLOCKS", {}).items():
            if options.get(block) is not None:
                check_block(place, options[block], f"{key}.{block}")

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

    def build(self, name: str, /, *arguments: Any, key: str = "", **options: Any) -> Any:
        """What the builder of a name makes of these arguments.

        Args:
            arguments: of the program, by position.
            key: where the options stand in the configuration, for the message.
            options: of the configuration. Check a block beforehand if one of its options may be called ``key``.

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
        places = [Path(folder, *rest) for folder in folders for rest in ((name, "__init__.py"), (f"{name}.py",))]
        return next((place for place in places if place.is_file()), Path())


def check_options(known: Mapping[str, Option], options: Mapping[str, Any], key: str) -> None:
    """Compares the options of a block of the configuration with those that are known.

    Args:
        known: options by name.
        options: the block.
        key: where the block stands in the configuration, for the message.

    Raises:
        InputError: an option is unknown or missing, or a value is of the wrong type.
    """
    if not isinstance(options, Mapping):
        raise InputError(f"{key}: is {shown(options)}, expected keys and values, of the keys {_listed(known)}.")
    for option, value in options.items():
        if option not in known:
            raise InputError(
                f"{key}.{bare(str(option))}: there is no such option (its value is {shown(value)}). "
                f"Take it out, or correct its name; the options are {_listed(known)}."
            )
        if not known[option].admits(value):
            raise InputError(f"{key}.{option}: is {shown(value)}, expected {known[option]}. Correct the value.")
    for option, rule in known.items():
        if rule.required and option not in options:
            raise InputError(f"{key}.{option}: is missing, expected {rule}. Add it.")


def check_ranges(ranges: Mapping[str, tuple[float, float]], options: Mapping[str, Any], key: str) -> None:
    """Checks that the numbers of a block of the configuration, also those in lists, lie in their ranges.

    Args:
        ranges: least and largest value by option.
        options: the block.
        key: where the block stands in the configuration, for the message.

    Raises:
        InputError: a number lies outside.
    """
    for option, (least, most) in ranges.items():
        value = options.get(option)
        for number in value if isinstance(value, list | tuple) else (value,):
            if isinstance(number, int | float) and not least <= number <= most:
                raise InputError(f"{key}.{option}: is {shown(number)}, expected {least} to {most}. Correct the value.")


def check_block(place: str, options: Mapping[str, Any], key: str) -> None:
    """Checks the options of a block that a function, a class or a dataclass takes, and the ``RANGES`` of its module.

    Args:
        place: ``package.module:name``.
        options: the block.
        key: where the block stands in the configuration, for the message.

    Raises:
        InputError: an option is unknown or missing, a value is of the wrong type, or a number lies outside its range.
    """
    check_options(options_at(place), options, key)
    check_ranges(literal_at(f"{place.partition(':')[0]}:RANGES", {}), options, key)


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
    fields = [node for node in kind.body if isinstance(node, ast.AnnAssign) and not _is_class_variable(node)]
    return {field.target.id: Option(field.annotation, field.value) for field in fields}


def literal_at(place: str, default: Any = None) -> Any:
    """The value of a constant of a module, read from its source; the value must be a literal.

    Args:
        place: ``package.module:NAME``.
        default: the answer if the module has no such constant.
    """
    module, _, name = place.partition(":")
    return _literal(_tree(Path(find_spec(module).origin)), name, default)


def _literal(tree: ast.Module, constant: str, default: Any) -> Any:
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(assigned)], value) | ast.AnnAssign(ast.Name(assigned), _, value):
                if assigned == constant:
                    return ast.literal_eval(value)
    return default


def _listed(known: Iterable[str]) -> str:
    return ", ".join(known) or "none"


@cache
def _tree(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"), source) if source.is_file() else ast.Module([], [])


def _function(node: ast.Module | ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def _keyword_options(arguments: ast.arguments) -> dict[str, Option]:
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {argument.arg: Option(argument.annotation, default) for argument, default in pairs}


def _is_class_variable(field: ast.AnnAssign) -> bool:
    return ast.unparse(field.annotation).startswith("ClassVar")
