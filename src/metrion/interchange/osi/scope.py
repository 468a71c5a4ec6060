"""What the names of one OSI question stand for, and what the question has taken of them so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.interchange.osi.errors import AmbiguousRoute, FanOutInScalar, NameNotFound
from metrion.interchange.osi.expressions import aggregates, columns, has_window, normal, reference, sql_tree, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrion.interchange.osi.known import Known


class Scope:
    """The names of a model as one question uses them."""

    def __init__(self, known: Known, root: str) -> None:
        self.known = known
        self.model = known.model
        self.root = root
        """The dataset that the question starts from; empty where it says none."""
        self.dimensions: dict[str, None] = {}
        """Codes in the order of the answer."""
        self.metrics: dict[str, None] = {}
        self.shown: list[tuple[str, str]] = []
        """What was asked for, in order: kind and code."""
        self.aliases: dict[str, str] = {}
        """Name of a column as the question says it -> code."""
        self.homes: dict[str, None] = {}
        """Datasets of the fields that are asked for."""

    # --- fields ---------------------------------------------------------------------------------------

    def is_field(self, written: str) -> bool:
        """Tell whether a field is written, one that cannot be had included."""
        tree = unwrapped(sql_tree(written, "fields"))
        if not isinstance(tree, exp.Column):
            return False
        table, name = reference(tree)
        return self._is_field(table, name)

    def _is_field(self, table: str, name: str) -> bool:
        return self.model.field_of(table, name) is not None or ("field", table, name) in self.model.broken

    def field(self, tree: exp.Expression, place: str) -> tuple[str, str]:
        """Return dataset and name of a field; raises why it cannot be had."""
        if not isinstance(tree, exp.Column) or not reference(tree)[0]:
            raise NameNotFound(place, name=tree.sql())
        table, name = reference(tree)
        self.known.fields.reading(table, name, place)
        return table, name

    def take_field(self, written: str, alias: str | None, place: str) -> None:
        """Take a field as a column of the answer."""
        table, name = self.field(unwrapped(sql_tree(written, place)), place)
        code = self.known.dimensions[table, name]
        self.homes[table] = None
        self._show("field", code, alias, written, self.model.datasets[table].fields[name].written)

    def _show(self, kind: str, code: str, *names: str | None) -> None:
        (self.dimensions if kind == "field" else self.metrics).setdefault(code)
        self.shown.append((kind, code))
        for name in names:
            if name:
                self.aliases.setdefault(normal(name), code)

    # --- metrics --------------------------------------------------------------------------------------

    def knows_metric(self, name: str) -> bool:
        """Tell whether a metric has this normal name, one that cannot be had included."""
        return name in self.model.metrics or ("metric", name) in self.model.broken

    def metric(self, written: str, place: str) -> str:
        """Return the normal name of a metric, given by its name or written out."""
        tree = unwrapped(sql_tree(written, place))
        if not isinstance(tree, exp.Column):
            return self.written_out(tree, place)
        table, name = reference(tree)
        if table or not self.knows_metric(name):
            raise NameNotFound(place, name=written)
        return name

    def written_out(self, tree: exp.Expression, place: str) -> str:
        """Return the metric that is just this expression."""
        for name, metric in self.model.metrics.items():
            if unwrapped(metric.tree) == tree:
                return name
        raise NameNotFound(place, name=tree.sql())

    def code(self, name: str) -> str:
        """Return the code of a metric; raises why it cannot be had."""
        if (refusal := self.model.broken.get(("metric", name))) is not None:
            raise refusal
        if (window := self.known.windows.get(name)) is not None:
            return window[1]
        if (counts := self.known.rows.get(name)) is not None:
            return counts.get(self.root) or next(iter(counts.values()))
        return self.known.metrics[name]

    def take_metric(self, name: str, alias: str | None) -> None:
        """Take a metric as a column of the answer; a window over rows is a field here."""
        kind = "field" if name in self.known.windows else "metric"
        self._show(kind, self.code(name), alias, self.model.metrics[name].node.name)

    def unseen(self, name: str) -> str:
        """Return the code of a metric that a condition or an order goes by, which need not be shown."""
        code = self.code(name)
        (self.dimensions if name in self.known.windows else self.metrics).setdefault(code)
        return code

    def names_metric(self, column: exp.Column) -> bool:
        """Tell whether a reference is to a metric or a column of the answer, rather than to a field."""
        table, name = reference(column)
        if table and self._is_field(table, name):
            return False
        if not self.knows_metric(name) and name not in self.aliases:
            raise NameNotFound(place="", name=column.sql())
        return True

    def goes_over_rows(self, name: str) -> bool:
        """Tell whether a metric is a window function that orders single rows, rather than groups."""
        metric = self.model.metrics.get(name)
        if metric is None or not has_window(metric.tree) or any(True for _ in aggregates(metric.tree)):
            return False
        ordered = any(window.args.get("order") is not None for window in metric.tree.find_all(exp.Window))
        return ordered and all(reference(column)[0] for column in columns(metric.tree))

    def asked_metrics(self) -> list[str]:
        """Return the normal names of the metrics that are columns of the answer."""
        found = []
        for name in self.model.metrics:
            window = self.known.windows.get(name)
            codes = {window[1]} if window else {self.known.metrics.get(name), *self.known.rows.get(name, {}).values()}
            if codes & {code for _, code in self.shown}:
                found.append(name)
        return found

    def read_by(self, names: Iterable[str]) -> list[str]:
        """Return the datasets whose rows metrics read, through the metrics that they are made from."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        border = list(names)
        while border:
            metric = self.model.metrics.get(border.pop())
            if metric is None or metric.name in seen:
                continue
            seen.add(metric.name)
            for column in columns(metric.tree):
                table, name = reference(column)
                if not table:
                    border.append(name)
                elif table in self.model.datasets:
                    found[table] = None
        return list(found)

    # --- grain ----------------------------------------------------------------------------------------

    def home(self, names: Sequence[str]) -> str:
        """Return the dataset of which each row is one row of the answer."""
        unclear = None
        for name in names:
            met = [self.model.meeting(name, other) for other in names]
            if all(each in {"same", "one"} for each in met):
                return name
            if all(each in {"same", "one", "ambiguous"} for each in met):
                unclear = names[met.index("ambiguous")]
        if unclear is not None:
            raise AmbiguousRoute(place="", name=self.written([unclear]))
        raise FanOutInScalar(place="", name=self.written(names))

    def written(self, names: Iterable[str]) -> str:
        """Return datasets as people write them."""
        return ", ".join(self.model.datasets[name].node.name for name in names)
