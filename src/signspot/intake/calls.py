"""The call that a person made, with other options, ready to paste into a shell."""

import shlex
from collections.abc import Sequence


def again(call: Sequence[str], *options: str) -> str:
    """The call with these options in the place of those of the same names.

    Args:
        call: the words of the call; empty if it is unknown, so that the options alone are given.
        options: name and value, name and value, and so on.
    """
    names, kept, skip = options[::2], [], False
    for word in call:
        if skip or word in names:
            skip = not skip
        elif not word.startswith(tuple(f"{name}=" for name in names)):
            kept.append(word)
    return shlex.join([*kept, *options])
