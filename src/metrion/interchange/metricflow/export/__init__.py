"""Our definitions as a MetricFlow project, with a loss for everything that it has no place for."""

from metrion.interchange.metricflow.export.project import metricflow_files

__all__ = ["metricflow_files"]
