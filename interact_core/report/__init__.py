"""A whole data set measured: distributions, worst clips, tables by object and source, before against after."""

from interact_core.report.gather import ClipRecord, DatasetReport, gather
from interact_core.report.write import write_report

__all__ = ["ClipRecord", "DatasetReport", "gather", "write_report"]
