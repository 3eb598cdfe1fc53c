"""Keys of configurations that were renamed: each is refused with its new name."""

from collections.abc import Iterator, Mapping
from typing import Any

from signspot.rows import refuse

TRAINING = "experts.{}.training, a list: `training: [{{clips: signs, …}}, {{clips: all, …}}]`"
RENAMED = {
    "experts.*.round1": f"the first item of {TRAINING}",
    "experts.*.round2": f"the second item of {TRAINING}",
    "experts.*.pretrained": "experts.{}.training: `start: {{path: …}}` of its first item",
    "spotter": "spotters, a map by name: `spotters: {{bilstm: {{kind: bilstm, experts: […], training: {{…}}, …}}}}`",
    "spotters.*.recipe": "spotters.{}.training",
    "decoder": "spotters.<name>.decoders, a map whose first entry leads: `decoders: {{cells: {{}}, published: {{}}}}`",
    "corpus.published": "corpus.vipl, with `source: vipl`",
}
"""Old key -> new key; ``*`` stands for any name, which ``{}`` repeats."""


def refuse_old_keys(config: Mapping[str, Any]) -> None:
    """Refuses the keys of an earlier version of the configuration.

    Raises:
        InputError: names each old key and what takes its place.
    """
    refuse(_old(config))


def _old(config: Mapping[str, Any]) -> Iterator[str]:
    for pattern, new in RENAMED.items():
        for key, name in _matches(config, pattern.split("."), ()):
            yield f"{key}: was renamed; write {new.format(name)}. config/README.md explains every key."
    source = config.get("corpus", {})
    if isinstance(source, Mapping) and source.get("source") == "published":
        yield "corpus.source: published was renamed; write vipl, and corpus.vipl in the place of corpus.published."


def _matches(value: Any, pattern: list[str], path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The keys of a configuration that a pattern matches, each with the name that ``*`` stands for."""
    if not pattern:
        yield ".".join(path), next((name for name in path[1:2]), "")
    elif isinstance(value, Mapping):
        names = list(value) if pattern[0] == "*" else [pattern[0]] if pattern[0] in value else []
        for name in names:
            yield from _matches(value[name], pattern[1:], (*path, str(name)))
