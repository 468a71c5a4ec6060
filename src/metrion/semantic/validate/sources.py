"""Where a dataset's rows come from: tables that exist by name, SQL that may be run, answers that can be given."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.semantic.errors import DefinitionCycle
from metrion.semantic.expand import Expander, leaves
from metrion.semantic.formula.suggest import nearest
from metrion.semantic.formula.types import TYPE_NAMES
from metrion.semantic.model import DatabaseTable, MetricsTable, SqlQuery
from metrion.semantic.paths import locate
from metrion.semantic.request import DimensionRef, MetricQuery
from metrion.semantic.resolve import resolve
from metrion.semantic.scope import TimeContext
from metrion.semantic.sql.nodes import split_path, written_path
from metrion.semantic.validate.columns import fits
from metrion.semantic.value_type import data_type, value_of
from metrion.semantic.written import checked, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code, DatasetDef, DataType
    from metrion.semantic.question import Question
    from metrion.semantic.validate.fault import Findings

ANY_TIME: Final = TimeContext(zone="UTC", today=date(2024, 1, 1))
"""A check asks whether a question can be resolved, whatever the day."""
_MOST_PARTS: Final = 3


def check_source(dataset: DatasetDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check the source of a dataset; `catalogue` holds it already."""
    match dataset.source:
        case DatabaseTable(table=table):
            _check_table(table, findings)
        case SqlQuery(sql=sql):
            _check_sql(sql, catalogue, findings)
        case MetricsTable() as source:
            _check_answer(dataset, source, catalogue, findings)
        case _:
            return
    _check_cycle(dataset, catalogue, findings)


def _check_table(name: str, findings: Findings) -> None:
    parts = split_path(name)
    if name.count('"') % 2 or len(parts) > _MOST_PARTS or any(not part.strip() for part in parts):
        findings.add(
            "source.table",
            "table_name",
            f"“{name}”不是有效的表名。",
            f"“{name}” is no name of a table.",
            Text(
                zh="请写作 表 或 模式.表，例如 sales.orders。", en="Write table or schema.table, such as sales.orders."
            ),
        )
    elif written_path(parts) != name:
        findings.add(
            "source.table",
            "table_name",
            f"表名“{name}”有多余的引号。",
            f"“{name}” has quotes that it does not need.",
            Text(zh=f"请写作 {written_path(parts)}。", en=f"Write {written_path(parts)}."),
        )


def _check_sql(sql: str, catalogue: Catalogue, findings: Findings) -> None:
    try:
        tables = tuple(tables_of(checked(sql)))
    except MetrionError as refusal:
        findings.add_refusal("source.sql", refusal)
        return
    for table in tables:
        try:
            catalogue.dataset(table)
        except MetrionError as refusal:
            findings.add_refusal("source.sql", refusal)


def answer_request(source: MetricsTable) -> MetricQuery:
    """Return the question whose answer the rows are."""
    dimensions = tuple(DimensionRef(field=name) for name in source.dimensions)
    return MetricQuery(metrics=source.metrics, dimensions=dimensions, grain=source.grain, filters=source.filters)


def _check_answer(dataset: DatasetDef, source: MetricsTable, catalogue: Catalogue, findings: Findings) -> None:
    try:
        question = resolve(answer_request(source), catalogue, ANY_TIME)
    except MetrionError as refusal:
        findings.add_refusal("source", refusal)
        return
    offered = _columns(question)
    for position, column in enumerate(dataset.columns):
        if column.expression is not None:
            continue
        if column.name not in offered:
            close = nearest(column.name, list(offered)) or tuple(offered)
            findings.add(
                f"columns.{position}.name",
                "not_in_answer",
                f"指标结果中没有列“{column.name}”。",
                f"The answer has no column “{column.name}”.",
                Text(zh=f"结果的列：{'、'.join(close)}", en=f"Its columns are: {', '.join(close)}"),
            )
        elif not fits(offered[column.name], column.type):
            found, said = TYPE_NAMES[offered[column.name]], TYPE_NAMES[column.type]
            findings.add(
                f"columns.{position}.type",
                "column_type",
                f"列“{column.name}”声明为{said.zh}，结果中是{found.zh}。",
                f"The column “{column.name}” is declared as {said.en}; in the answer it is {found.en}.",
            )


def _columns(question: Question) -> dict[str, DataType]:
    """Return the columns of an answer with their types."""
    catalogue = question.catalogue
    found: dict[str, DataType] = {}
    for key in question.times:
        level = key.cut.level
        column = catalogue.dataset(level[0]).column(level[1].column) if level else None
        short = key.cut.grain in ("second", "minute", "hour")
        found[key.name] = column.type if column else "timestamp" if short else "date"
    for group in question.groups:
        found[group.name] = question.located(group.field, question.leaves[0]).column.type
    for output in question.outputs:
        if output.metric is not None and not output.hidden:
            found[output.name] = data_type(value_of(output.metric.code, catalogue))
    return found


def _check_cycle(dataset: DatasetDef, catalogue: Catalogue, findings: Findings) -> None:
    try:
        _follow(dataset.code, catalogue, (), set())
    except DefinitionCycle as refusal:
        findings.add_refusal("source", refusal)


def _follow(code: Code, catalogue: Catalogue, open_: tuple[Code, ...], done: set[Code]) -> None:
    if code in open_:
        raise DefinitionCycle(path=" → ".join([*open_[open_.index(code) :], code]))
    if code in done:
        return
    for below in rests_on(code, catalogue):
        _follow(below, catalogue, (*open_, code), done)
    done.add(code)


def rests_on(code: Code, catalogue: Catalogue) -> Iterator[Code]:
    """Yield the datasets that a dataset's rows are made of; nothing for what is broken."""
    found = catalogue.find("dataset", code)
    source = found.source if found is not None and found.kind == "dataset" else None
    try:
        if isinstance(source, SqlQuery):
            yield from tables_of(checked(source.sql))
        elif isinstance(source, MetricsTable):
            yield from _answer_rests_on(source, catalogue)
    except MetrionError:
        return


def _answer_rests_on(source: MetricsTable, catalogue: Catalogue) -> Iterator[Code]:
    expander = Expander(catalogue)
    found = {leaf.dataset for metric in source.metrics for leaf in leaves(expander.value(metric))}
    yield from sorted(found)
    for field in source.dimensions:
        for dataset in sorted(found):
            located = locate(field, dataset, catalogue)
            yield from (hop.dataset for hop in located.path) if located else ()
