"""The tools whose models can be imported, and those for which definitions can be exported."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from metrion.interchange.cube.importer import import_cube
from metrion.interchange.metricflow.export import metricflow_files
from metrion.interchange.metricflow.importer import import_metricflow
from metrion.interchange.osi.exporter import osi_files
from metrion.interchange.osi.importer import import_osi
from metrion.interchange.own import import_own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.foreign.report import Exporter, Importer

FORMATS: Final[Mapping[str, Importer]] = MappingProxyType(
    {
        "cube": import_cube,
        "metricflow": import_metricflow,
        "osi": import_osi,
        "yaml": import_own,
    }
)
"""Name in the API and on the command line -> importer."""
EXPORTS: Final[Mapping[str, Exporter]] = MappingProxyType({"metricflow": metricflow_files, "osi": osi_files})
