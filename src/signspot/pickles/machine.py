"""The operations of a pickle, carried out on lists, dicts, tuples, texts and numbers only; nothing else is made."""

import pickletools
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from signspot.pickles.arrays import STANDS_FOR, PlainArray, PlainType, Refused

MOST_VALUES = 2_000_000
"""Most operations of a pickle, and most values in it, one that is referred to twice counting twice."""
MOST_DEPTH = 32
"""Most lists, dicts and tuples that lie in each other."""
LONGEST_KEY = 1000
"""Most characters of a key of a dict."""
LARGEST = 2**63
"""Whole numbers are smaller than this, and not smaller than its negative."""
LAST_PROTOCOL = 5
LEAVES = frozenset({type(None), bool, int, float, str})

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Characters that no name has: controls, breaks of lines, halves of characters."""


def plain_content(content: bytes) -> Any:
    """What a pickle holds: lists, dicts with texts as keys, tuples, texts, numbers, None, and arrays of numbers.

    Args:
        content: the whole pickle, of any protocol.

    Raises:
        Refused: it is damaged, or holds something else, too much, or a value within itself.
    """
    file = BytesIO(content)
    machine = _Machine()
    try:
        for number, (operation, argument, _) in enumerate(pickletools.genops(file)):
            if number == MOST_VALUES:
                raise Refused(f"it has more than {MOST_VALUES} operations")
            machine.take(operation.name, argument)
    except (ValueError, OverflowError) as error:  # of pickletools: cut, unknown operation, text that is none
        raise Refused(f"it is cut or damaged near byte {file.tell()}") from error
    if file.tell() < len(content):
        raise Refused(f"it ends at byte {file.tell()} of {len(content)}: there are two pickles in one file")
    return _Unfolding().plain(machine.result())


class _Machine:
    """The stack of a pickle, its marks, and the values that it can refer to again."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def take(self, name: str, argument: Any) -> None:
        """Carries out one operation."""
        operation = _OPERATIONS.get(name)
        if operation is None:
            raise Refused(f"its operation {name} does not belong to plain data")
        operation(self, argument)

    def result(self) -> Any:
        """The value of the whole pickle, which must be the only one."""
        if len(self._stack) != 1 or self._below:
            raise Refused("it does not end with one value")
        return self._stack.pop()

    def nothing(self, argument: Any) -> None:
        pass

    def protocol(self, number: int) -> None:
        if number > LAST_PROTOCOL:
            raise Refused(f"its protocol is {number}, the last known one is {LAST_PROTOCOL}")

    def push(self, value: Any) -> None:
        self._stack.append(value)

    def push_whole(self, number: int) -> None:
        if not -LARGEST <= number < LARGEST:
            raise Refused(f"a whole number has more than {LARGEST.bit_length()} bits")
        self._stack.append(number)

    def push_old_text(self, text: str) -> None:
        """A string of Python 2: a text if it is plain ASCII, otherwise bytes."""
        self._stack.append(text if text.isascii() else text.encode("latin1"))

    def pop(self, argument: Any = None) -> Any:
        if not self._stack:
            raise Refused("it takes more values than it has")
        return self._stack.pop()

    def drop(self, argument: Any) -> None:
        """Takes away the last value or, where there is none after it, the last mark."""
        if self._stack:
            self._stack.pop()
        else:
            self.since_mark()

    def mark(self, argument: Any) -> None:
        self._below.append(self._stack)
        self._stack = []

    def since_mark(self, argument: Any = None) -> list[Any]:
        """Takes away all values since the last mark."""
        if not self._below:
            raise Refused("it goes back to a mark that is not there")
        values, self._stack = self._stack, self._below.pop()
        return values

    def last(self, kind: type | None = None) -> Any:
        """The value on top, which stays."""
        if not self._stack or (kind and type(self._stack[-1]) is not kind):
            raise Refused("it adds values to something else than a list or a dict")
        return self._stack[-1]

    def twice(self, argument: Any) -> None:
        self._stack.append(self.last())

    def remember(self, number: int | None) -> None:
        number = len(self._memo) if number is None else number
        if not 0 <= number < MOST_VALUES:
            raise Refused(f"it numbers more than {MOST_VALUES} values")
        self._memo[number] = self.last()

    def recall(self, number: int) -> None:
        if number not in self._memo:
            raise Refused("it refers to a value that is not there")
        self._stack.append(self._memo[number])

    def make_tuple(self, count: int) -> None:
        values = [self.pop() for _ in range(count)]
        self._stack.append(tuple(reversed(values)))

    def make_dict(self, argument: Any) -> None:
        values = self.since_mark()
        self._stack.append({})
        self._set_items(values)

    def append(self, argument: Any) -> None:
        value = self.pop()
        self.last(list).append(value)

    def extend(self, argument: Any) -> None:
        values = self.since_mark()
        self.last(list).extend(values)

    def set_item(self, argument: Any) -> None:
        value, key = self.pop(), self.pop()
        self._set_items([key, value])

    def set_items(self, argument: Any) -> None:
        self._set_items(self.since_mark())

    def _set_items(self, values: list[Any]) -> None:
        target = self.last(dict)
        if len(values) % 2:
            raise Refused("a dict has a key without a value")
        for key, value in zip(values[::2], values[1::2], strict=True):
            # Only texts: their hashes are salted, so that no file can choose keys that collide.
            if type(key) is not str:
                raise Refused("a key of a dict is no text")
            if len(key) > LONGEST_KEY or UNPRINTABLE.search(key):
                raise Refused(f"a key of a dict is longer than {LONGEST_KEY} characters, or has unprintable ones")
            if key in target:
                raise Refused(f"the key {key!r} is there twice")
            target[key] = value

    def load(self, pair: str) -> None:
        """What stands for a name; ``pair`` is module and name with a space between."""
        module, _, name = pair.partition(" ")
        stand_in = STANDS_FOR.get(f"{module}.{name}")
        if stand_in is None:
            raise Refused(f"it wants to load {_clipped(module)}.{_clipped(name)}")
        self._stack.append(stand_in)

    def load_from_stack(self, argument: Any) -> None:
        name, module = self.pop(), self.pop()
        if type(name) is not str or type(module) is not str:
            raise Refused("it wants to load something without a name")
        self.load(f"{module} {name}")

    def call(self, argument: Any) -> None:
        arguments, function = self.pop(), self.pop()
        if not any(function is known for known in STANDS_FOR.values()) or type(arguments) is not tuple:
            raise Refused("it wants to run something")
        try:
            self._stack.append(function(*arguments))
        except TypeError as error:
            raise Refused("an array has parts that do not belong to it") from error

    def build(self, argument: Any) -> None:
        state, target = self.pop(), self.last()
        if type(target) not in (PlainArray, PlainType):
            raise Refused("it wants to change the state of an object")
        target.__setstate__(state)


def _clipped(name: str) -> str:
    return ascii(name[:60])[1:-1]


@dataclass
class _Unfolding:
    """Looks at all values of a value once the pickle has ended, one that is referred to twice twice."""

    left: int = MOST_VALUES

    def plain(self, value: Any, depth: int = MOST_DEPTH) -> Any:
        """A value with arrays in place of what stands for them; lists and dicts are changed in place.

        Args:
            value: of the machine.
            depth: how many further levels may come.
        """
        if type(value) in LEAVES:
            return value
        if type(value) is PlainArray and value.array is not None:
            return value.array
        if type(value) not in (list, tuple, dict):
            raise Refused("it holds bytes, or an array that is not whole")
        self.left -= len(value)
        if self.left < 0:
            raise Refused(f"it holds more than {MOST_VALUES} values")
        if not depth:
            raise Refused(f"more than {MOST_DEPTH} lists, dicts and tuples lie in each other, or one lies in itself")
        if type(value) is tuple:
            return tuple([part if type(part) in LEAVES else self.plain(part, depth - 1) for part in value])
        for key, part in value.items() if type(value) is dict else enumerate(value):
            if type(part) not in LEAVES:
                value[key] = self.plain(part, depth - 1)
        return value


def _constant(value: Any) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.push(value)


def _new(kind: type) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.push(kind())


def _since_mark_as(kind: type) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.push(kind(machine.since_mark()))


def _tuple_of(count: int) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.make_tuple(count)


_WHOLE = ("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4")
_OTHER_VALUES = (
    *("FLOAT", "BINFLOAT", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
    *("SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"),
)
_OPERATIONS: dict[str, Callable[[_Machine, Any], Any]] = {
    **dict.fromkeys(_WHOLE, _Machine.push_whole),
    **dict.fromkeys(_OTHER_VALUES, _Machine.push),
    **dict.fromkeys(("STRING", "BINSTRING", "SHORT_BINSTRING"), _Machine.push_old_text),
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), _Machine.remember),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _Machine.recall),
    **dict.fromkeys(("FRAME", "STOP"), _Machine.nothing),
    **{"NONE": _constant(None), "NEWTRUE": _constant(True), "NEWFALSE": _constant(False)},
    **{"EMPTY_LIST": _new(list), "EMPTY_DICT": _new(dict), "EMPTY_TUPLE": _constant(())},
    **{"LIST": _since_mark_as(list), "TUPLE": _since_mark_as(tuple), "DICT": _Machine.make_dict},
    **{f"TUPLE{count}": _tuple_of(count) for count in (1, 2, 3)},
    **{"APPEND": _Machine.append, "APPENDS": _Machine.extend},
    **{"SETITEM": _Machine.set_item, "SETITEMS": _Machine.set_items},
    **{"MARK": _Machine.mark, "POP": _Machine.drop, "POP_MARK": _Machine.since_mark, "DUP": _Machine.twice},
    **{"GLOBAL": _Machine.load, "STACK_GLOBAL": _Machine.load_from_stack},
    **{"REDUCE": _Machine.call, "BUILD": _Machine.build, "PROTO": _Machine.protocol},
}
"""By the names of :mod:`pickletools`. Persistent ids, extensions, classes, sets and buffers outside are no data."""
