"""Numbers as pages show them; a dash where there is none."""

import numpy as np


def known(value: float | None) -> bool:
    """Whether a number is there: neither None nor NaN."""
    return value is not None and not np.isnan(value)


def decimal(value: float | None, digits: int = 3) -> str:
    """A number with so many digits behind the point."""
    return f"{value:.{digits}f}" if known(value) else "–"


def percent(value: float | None) -> str:
    """A share, 0 … 1, in per cent."""
    return f"{100 * value:.1f} %" if known(value) else "–"
