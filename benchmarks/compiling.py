"""Compile time of one question against the bare floor: sqlglot reading and writing the same SQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import sqlglot

from benchmarks.company import definitions
from benchmarks.measure import Row, pair
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.compile import compile_query
from metrion.semantic.condition import Compare
from metrion.semantic.model import Atomic, MetricDef
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIME = TimeContext(zone="Asia/Shanghai", today=date(2026, 11, 1))
_REPEATS = 20
_MANY = 80


def rows() -> Iterator[Row]:
    """Yield the compile rows: simple, composite over two facts, many metrics at once, a catalogue of 10,000."""
    known = definitions()
    catalogue = Catalogue.of(known)
    tables = {code: f"{code}__v0" for code in catalogue.codes("dataset")}
    one = MetricQuery.model_validate(
        {"metrics": ["sales_value"], "dimensions": [{"field": "region"}], "grain": "month"}
    )
    two = MetricQuery.model_validate({"metrics": ["redeeming_share"], "grain": "month"})
    retail = [one_ for one_ in known if isinstance(one_, MetricDef) and one_.domain == "retail"]
    many = MetricQuery(metrics=tuple(metric.code for metric in retail), grain="month")
    wide = _filtered(catalogue, retail[0])
    eighty = MetricQuery(metrics=tuple(f"{retail[0].code}_{number}" for number in range(_MANY)), grain="month")
    for what, question, target in (
        ("compile: one metric by region and month", one, catalogue),
        ("compile: a composite over two facts", two, catalogue),
        (f"compile: {len(retail)} metrics in one question", many, catalogue),
        (f"compile: {_MANY} metrics, each with a filter of its own", eighty, wide),
        ("compile: one metric, catalogue of 10,000", one, _large(catalogue, retail[0])),
    ):
        yield _against_floor(what, question, target, tables)


def _against_floor(what: str, question: MetricQuery, catalogue: Catalogue, tables: dict[str, str]) -> Row:
    def compiled() -> str:
        return compile_query(question, catalogue, DataScope(), _TIME, tables).sql

    sql = compiled()

    def ours() -> None:
        for _ in range(_REPEATS):
            compiled()

    def floor() -> None:
        for _ in range(_REPEATS):
            sqlglot.parse_one(sql, read="duckdb").sql("duckdb")

    row = pair(what, ours, floor, "sqlglot parse + write of the same SQL, CPU", cpu=True)
    return Row(row.what, row.ours / _REPEATS, row.other / _REPEATS, row.ratio, row.against)


def _filtered(catalogue: Catalogue, pattern: MetricDef) -> Catalogue:
    """Return the catalogue with many metrics like `pattern`, each over other stores."""
    if not isinstance(pattern.definition, Atomic):
        raise TypeError(pattern.code)
    of = pattern.definition
    measures = [
        of.measure.model_copy(update={"filter": Compare(field="store", op="eq", value=f"store {number}")})
        for number in range(_MANY)
    ]
    definitions = [of.model_copy(update={"measure": measure}) for measure in measures]
    return catalogue.overlay(
        *(
            pattern.model_copy(update={"code": f"{pattern.code}_{number}", "definition": definition})
            for number, definition in enumerate(definitions)
        )
    )


def _large(catalogue: Catalogue, pattern: MetricDef) -> Catalogue:
    copies = (pattern.model_copy(update={"code": f"{pattern.code}_{number}"}) for number in range(10_000))
    return catalogue.overlay(*copies)
