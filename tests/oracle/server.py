"""MetricFlow as a process: reads requests as JSON lines, writes answers as JSON lines.

Runs in an environment of its own (`make test-oracle` makes it) and imports nothing of ours. Requests:

    {"open": name, "manifest": {file: text}, "tables": {name: Parquet file}}
    {"compile": name, ...} as "ask", without running the statement
    {"ask": name, "metrics": [...], "group_by": [...], "where": [...], "order_by": [...], "limit": n, "span": [a, b]}

An opened manifest answers with what each metric can be grouped by; a question with its columns, rows, statement and
how long the statement took to be made and to run, or with `error`. A moment is written as `{"moment": iso}`.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from decimal import Decimal
from string import Template
from time import perf_counter
from typing import Any, Final

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest, OutputColumnOrderMode
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.parsing.dir_to_model import parse_yaml_files_to_validation_ready_semantic_manifest
from metricflow_semantic_interfaces.parsing.objects import YamlConfigFile
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

Raw = dict[str, Any]
SCHEMA: Final = "s"


class Client:
    """What the engine needs to know of a database to write its statements; we run them ourselves."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class Manifest:
    """One manifest over its tables."""

    def __init__(self, files: dict[str, str], tables: dict[str, str]) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'; set threads = 1")
        self.connection.execute(f"create schema {SCHEMA}")
        for name, file in tables.items():
            self.connection.execute(f'create table {SCHEMA}."{name}" as from read_parquet(?)', [file])
        texts = {name: Template(text).substitute(source_schema=SCHEMA) for name, text in files.items()}
        configs = [YamlConfigFile(filepath=name, contents=text) for name, text in texts.items()]
        manifest = parse_yaml_files_to_validation_ready_semantic_manifest(configs).semantic_manifest
        SemanticManifestValidator[type(manifest)]().checked_validations(manifest)
        started = perf_counter()
        self.engine = MetricFlowEngine(SemanticManifestLookup(manifest), Client())
        self.milliseconds = (perf_counter() - started) * 1000
        self.metrics = sorted(metric.name for metric in manifest.metrics)

    def described(self) -> Raw:
        """Return what each metric can be grouped by."""
        return {
            "groups": {name: self._groups(name) for name in self.metrics},
            "opened_ms": self.milliseconds,
        }

    def _groups(self, metric: str) -> list[str]:
        found = self.engine.list_group_bys([metric])
        return sorted({getattr(each, "dunder_name", None) or each.name for each in found})

    def answer(self, asked: Raw) -> Raw:
        """Return columns, rows and statement of a question."""
        started = perf_counter()
        statement = self.statement(asked)
        made = perf_counter()
        cursor = self.connection.execute(statement)
        rows = cursor.fetchall()
        return {
            "columns": [column[0] for column in cursor.description],
            "rows": [list(map(_plain, row)) for row in rows],
            "sql": statement,
            "compiled_ms": (made - started) * 1000,
            "ran_ms": (perf_counter() - made) * 1000,
        }

    def compiled(self, asked: Raw) -> Raw:
        """Return the statement of a question and how long it took."""
        started = perf_counter()
        statement = self.statement(asked)
        return {"sql": statement, "compiled_ms": (perf_counter() - started) * 1000}

    def statement(self, asked: Raw) -> str:
        """Return the statement of a question."""
        start, end = asked.get("span") or (None, None)
        request = MetricFlowQueryRequest.create(
            metric_names=asked["metrics"],
            group_by_names=asked.get("group_by") or None,
            where_constraints=asked.get("where") or None,
            order_by_names=asked.get("order_by") or None,
            limit=asked.get("limit"),
            time_constraint_start=datetime.fromisoformat(start) if start else None,
            time_constraint_end=datetime.fromisoformat(end) if end else None,
            output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER,
        )
        made = self.engine.explain(request).sql_statement
        if made.bind_parameter_set.param_dict:
            message = "a statement with parameters"
            raise NotImplementedError(message)
        return str(made.sql)


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return {"moment": value.isoformat()}
    return float(value) if isinstance(value, Decimal) else value


def _answered(request: Raw, opened: dict[str, Manifest]) -> Raw:
    if "open" in request:
        opened[request["open"]] = manifest = Manifest(request["manifest"], request["tables"])
        return manifest.described()
    if "compile" in request:
        return opened[request["compile"]].compiled(request)
    return opened[request["ask"]].answer(request)


def main() -> None:
    """Answer until the input ends."""
    opened: dict[str, Manifest] = {}
    for line in sys.stdin:
        try:
            answer = _answered(json.loads(line), opened)
        except Exception as fault:  # noqa: BLE001 - whatever it says is its answer
            answer = {"error": type(fault).__name__, "text": str(fault)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
