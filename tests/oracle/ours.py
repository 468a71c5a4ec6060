"""Our side of the comparison: the same manifest through the importer, the same question through the public path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exams.metricflow import asked_of, manifest_over, places_of, put_on_stage

from metrion.base.errors import MetrionError
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.metricflow.questions import Translated, translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    from exams.compare import Row
    from exams.stage import Act
    from tests.oracle.questions import Question


@dataclass(frozen=True, slots=True)
class Ours:
    """What we answered: rows with their columns in the wanted order, or why there are none."""

    rows: tuple[Row, ...] = ()
    refused: str = ""


class Prepared:
    """One manifest, published with what its questions need."""

    def __init__(
        self, stage: Act, tables: duckdb.DuckDBPyConnection, files: Mapping[str, str], questions: Sequence[Question]
    ) -> None:
        self.stage = stage
        library = manifest_over(tables, files)
        self._translated: dict[str, Translated | str] = {}
        for question in questions:
            try:
                self._translated[question.name] = translate(library, asked_of(library, _as_case(question)))
            except NotExpressible as refusal:
                self._translated[question.name] = str(refusal)
        put_on_stage(stage, tables, library)

    def ask(self, question: Question, columns: Sequence[str]) -> Ours:
        """Answer one question with its columns as they stand in the other answer."""
        translated = self._translated[question.name]
        if isinstance(translated, str):
            return Ours(refused=translated)
        try:
            rows = self.stage.rows(translated.query)
        except MetrionError as refusal:
            return Ours(refused=str(refusal.render("en")))
        places = places_of(columns, translated.columns) if columns else ()
        return Ours(tuple(tuple(row[place] for place in places) for row in rows))


def _as_case(question: Question) -> dict[str, Any]:
    """Return a question under the names of the exam's cases."""
    return {
        "metrics": question.metrics,
        "group_bys": question.group_by,
        "where_filters": question.where,
        "order_bys": question.order_by,
        "limit": question.limit,
        "time_constraint": question.span,
    }
