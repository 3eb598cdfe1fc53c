"""The house: which room may import which, and no rule that knows a kind by its name."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/signspot"
GROUND = (
    "errors",
    "foreign",
    "timebase",
    "files",
    "pickles",
    "registry",
    "rows",
    "stores",
    "templates",
    "arrays",
    "spottings",
    "predictions",
)
FLOORS = (
    *(
        GROUND,
        ("compute", "records", "packaged"),
        ("logs",),
        ("corpus",),
        ("signer", "video", "pose", "flow"),
        ("labels",),
        ("clips",),
    ),
    *(("backbones",), ("training",), ("experts",), ("scoring",), ("recognition",), ("decoders",)),
    *(("vipl", "exemplars"), ("spotters",), ("retrieval",), ("export",), ("report",)),
    *(("plan", "intake"), ("model",), ("find", "search", "evaluation", "corrections"), ("cli",), ("__main__",)),
)
"""From the ground up; a room imports from its own floor and those below."""
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MOST_AT_ROOT = 12
MOST_LINES = 60


def imports(path: Path) -> set[str]:
    """The rooms that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        found |= {name.split(".")[1] for name in names if name.startswith("signspot.")}
    return found


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        return
    upward = {room for room in imports(path) if FLOOR_OF[room] > FLOOR_OF[room_of(path)]}
    assert not upward, f"{path.relative_to(SOURCE)} imports from above"


def test_few_modules_lie_at_the_root() -> None:
    loose = [path.stem for path in SOURCE.glob("*.py") if path.stem not in ("__init__", "__main__")]
    assert len(loose) <= MOST_AT_ROOT, loose


def test_functions_are_short() -> None:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                lines = node.end_lineno - node.lineno + 1
                assert lines <= MOST_LINES, f"{path.relative_to(SOURCE)}: {node.name} has {lines} lines"


def test_no_rule_branches_on_a_kind() -> None:
    for path in [ROOT / "Snakefile", ROOT / "workflow/Snakefile", *(ROOT / "workflow/rules").glob("*.smk")]:
        text = path.read_text(encoding="utf-8")
        branches = re.findall(r"^\s*(?:if|elif|else)\b.*", text, re.MULTILINE)
        allowed = ["if not workflow.overwrite_configfiles:"] if path == ROOT / "workflow/Snakefile" else []
        assert branches == allowed, path.relative_to(ROOT)
    assert len((ROOT / "workflow/rules/common.smk").read_text(encoding="utf-8").splitlines()) < 70
