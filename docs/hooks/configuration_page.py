"""The page of all keys of a configuration, from its JSON schema and from the modules that it names."""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from markdown_tables import code, plain, table
from named_options import named_options
from schema_keys import Key, schema_keys, values_of

SCHEMA = Path(__file__).parents[2] / "workflow/schemas/config.schema.yaml"
HEADER = ("key", "values", "default", "meaning")
INTRODUCTION = """\
# Configuration
Every key of a configuration, from the schema by which each configuration is checked before anything runs.
[Configuration explained](../config/README.md) tells what the keys are for.

`<name>` stands for a name that you choose. `[]` stands for each item of a list. A key without a default may be
left out, unless it is required.

Sources, modalities, backbones, samplers, spotters and decoders have options of their own:
[sources](#sources), [modalities](#modalities), [backbones](#backbones), [samplers](#samplers),
[recipes of trainings](#recipe-of-a-training), [spotters](#spotters_1), [decoders](#decoders).
"""


def configuration_page() -> str:
    """The page as Markdown."""
    keys = list(schema_keys(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))))
    blocks = {block: list(of_block) for block, of_block in groupby(keys, lambda key: key.path.partition(".")[0])}
    single = [of_block[0] for of_block in blocks.values() if len(of_block) == 1]
    parts = [INTRODUCTION, "## Single values\n", table(HEADER, map(_row, single))]
    for block, of_block in blocks.items():
        if len(of_block) > 1:
            parts.append(f"\n## `{block}`\n{plain(of_block[0].rule['description'])}\n")
            parts.append(table(HEADER, map(_row, of_block[1:])))
    return "\n".join([*parts, "", named_options()])


def _row(key: Key) -> tuple[str, ...]:
    default = "required" if key.required else _default(key.rule.get("default", ""))
    return code(key.path), values_of(key.rule), default, plain(key.rule["description"])


def _default(value: Any) -> str:
    return code(value if isinstance(value, str) else json.dumps(value))
