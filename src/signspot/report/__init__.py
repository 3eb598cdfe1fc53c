"""The report of a run: one HTML page that opens offline, and single figures."""

from signspot.report.figures import thresholds_figure, timeline_figure
from signspot.report.inputs import ReportInputs
from signspot.report.page import write_report

__all__ = ["ReportInputs", "thresholds_figure", "timeline_figure", "write_report"]
