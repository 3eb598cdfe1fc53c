"""The report of a run: one HTML page that opens offline, and single figures."""

from signspot.report.figures import thresholds_figure, timeline_figure
from signspot.report.inputs import RunFiles
from signspot.report.page import write_report

__all__ = ["RunFiles", "thresholds_figure", "timeline_figure", "write_report"]
