"""What stages take by two routes, and the table of it."""

from dataclasses import dataclass
from pathlib import Path

from measuring import Cost


@dataclass(frozen=True)
class Side:
    """What a stage takes by one route: CPU ms and KB on disk per frame, pair or clip; files per video."""

    cpu_ms: float
    peak_mib: float
    start_cpu_s: float
    kb: float | None = None
    files: float | None = None


@dataclass(frozen=True)
class Row:
    """A stage by both routes; None where a route has no such stage."""

    stage: str
    per: str
    ours: Side | None
    reference: Side | None

    def ratio(self, field: str) -> float | None:
        sides = [side and getattr(side, field) for side in (self.ours, self.reference)]
        return sides[0] / sides[1] if all(sides) else None


def side(cost: Cost, units: int, written: Path | None = None, files: float | None = None) -> Side:
    """``written``: file or folder of the units."""
    kb = None if written is None else _bytes(written) / 1000 / units
    return Side(1000 * cost.cpu_s / units, cost.peak_mib, cost.start_cpu_s, kb, files)


def _bytes(path: Path) -> int:
    return sum(file.stat().st_size for file in (path.iterdir() if path.is_dir() else [path]))


def total(rows: list[Row]) -> Row:
    """All of the preprocessing, per frame; a video has about as many pairs as frames."""
    sides = []
    for route in ("ours", "reference"):
        parts = [part for row in rows if (part := getattr(row, route))]
        sums = {name: sum(getattr(part, name) for part in parts) for name in ("cpu_ms", "start_cpu_s", "kb", "files")}
        sides.append(Side(peak_mib=max(part.peak_mib for part in parts), **sums))
    return Row("preprocessing", "frame", *sides)


def table(rows: list[Row]) -> str:
    """The rows as text: ours, the reference, and ours / reference."""
    fields = {"cpu_ms": "CPU ms", "peak_mib": "peak MiB", "kb": "KB on disk"}
    lines = [f"{'stage':20}{'per':7}" + "".join(f"{name:>11}{'reference':>11}{'ratio':>8}" for name in fields.values())]
    for row in rows:
        cells = ""
        for field in fields:
            sides = [side and getattr(side, field) for side in (row.ours, row.reference)]
            cells += "".join(f"{_cell(value):>11}" for value in sides) + f"{_cell(row.ratio(field), '.3f'):>8}"
        lines.append(f"{row.stage:20}{row.per:7}{cells}")
    return "\n".join(lines)


def _cell(value: float | None, form: str = ".4g") -> str:
    return "-" if value is None else format(value, form)
