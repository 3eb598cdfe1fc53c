"""The commands in the shell blocks of a page, and the line below a block that tells why no test runs them."""

import re
from collections.abc import Callable, Iterator, Mapping

BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>[^\n]*)\n(?P<content>.*?)^ *```$", re.MULTILINE | re.DOTALL)
LANGUAGES = ("", "bash", "console", "sh")
"""Of blocks that may hold commands; most blocks name none."""
PROGRAMS = {"signspot", "snakemake", "snakedeploy", "make", "pip", "uv", "python", "touch", "rsync", "cp", "rm", "mv"}
PROGRAMS |= {"cd", "mkdir", "for", "export", "git", "npm", "tar", "podman", "apptainer", "conda", "sbatch"}
"""First words of commands, by which they differ from the other lines of a block: tables, files, what was printed."""
NOT_RUN = "not run: "
"""Begins what stands in the place of a test: the reason why there is none."""


def commands_of(block: re.Match[str]) -> list[str]:
    """The commands of a block, each in one line, with single spaces and without its comment."""
    if block["language"] not in LANGUAGES:
        return []
    lines = block["content"].replace("\\\n", " ").split("\n")
    commands = [re.sub(r"(^|\s)#.*", "", line.strip().removeprefix("$ ")) for line in lines]
    return [" ".join(command.split()) for command in commands if command.partition(" ")[0] in PROGRAMS]


def shell_commands(markdown: str) -> Iterator[str]:
    """The commands of all shell blocks of a document."""
    for block in BLOCK.finditer(markdown):
        yield from commands_of(block)


def tell_reasons(markdown: str, calls: Mapping[str, str]) -> str:
    """A document with a line below each block of which no test runs a command.

    Args:
        markdown: the document.
        calls: by command, the test that runs it, or :data:`NOT_RUN` and the reason.
    """
    return BLOCK.sub(_telling(calls), markdown)


def _telling(calls: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def told(block: re.Match[str]) -> str:
        commands = commands_of(block)
        answers = {command: calls.get(command, "") for command in commands}
        reasons = {command: text.removeprefix(NOT_RUN) for command, text in answers.items() if text.startswith(NOT_RUN)}
        if not reasons:
            return block[0]
        if len(set(reasons.values())) == 1 and len(reasons) == len(answers):
            what = "this command" if len(commands) == 1 else "these commands"
            lines = [f"No test runs {what}: {next(iter(reasons.values()))}."]
        else:
            lines = [f"No test runs `{command}`: {reason}." for command, reason in reasons.items()]
        below = "".join(f"\n\n{block['indent']}<small>{line}</small>" for line in lines)
        return f"{block[0]}{below}\n"

    return told
