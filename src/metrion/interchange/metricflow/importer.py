"""Files of a dbt semantic layer -> our definitions, with everything that could not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.report import Imported
from metrion.interchange.metricflow.library import Library
from metrion.interchange.metricflow.metrics import MetricMaker
from metrion.interchange.metricflow.questions import saved_question, translate
from metrion.interchange.metricflow.reading import read_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.foreign.report import Surroundings
    from metrion.semantic.request import MetricQuery


def import_metricflow(files: Mapping[str, str], around: Surroundings) -> Imported:
    """Return what the files say as definitions; raises `Faults` with everything that is wrong with them."""
    return imported(read_library(files, around))


def read_library(files: Mapping[str, str], around: Surroundings) -> Library:
    """Return the whole model with the names that it was known by, for questions in its own words."""
    library = Library(read_manifest(files), around)
    MetricMaker(library).all()
    return library


def imported(library: Library) -> Imported:
    """Return the definitions and losses of a model."""
    names = {f"semantic_models.{name}": data.code for name, data in library.models.items()}
    known = [
        *library.manifest.metrics,
        *(name for name, (_, measure) in library.measures.items() if measure.create_metric),
    ]
    codes = {name: library.codes.of("metric", name) for name in known}
    names |= {f"metrics.{name}": code for name, code in codes.items() if code in library.metrics}
    questions = _questions(library)
    return Imported(
        definitions=tuple(library.definitions()),
        losses=tuple(library.losses.found),
        names=names,
        questions=questions,
    )


def _questions(library: Library) -> dict[str, MetricQuery]:
    """Return the saved queries as questions; one that cannot be asked here is a loss."""
    found: dict[str, MetricQuery] = {}
    for name, saved in library.manifest.queries.items():
        try:
            found[name] = translate(library, saved_question(library, saved)).query
        except NotExpressible as refusal:
            library.losses.refused(library.manifest.path("saved_queries", name), refusal.reason)
    return found
