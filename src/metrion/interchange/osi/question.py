"""A question in the words of an OSI model (its semantic query) as one of ours, by OSI's own rules.

Groups are asked for with `dimensions` and `measures`, single rows with `fields`; `filters` go by rows, `qualify` by
the groups of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.foreign.conditions import all_of
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.osi.errors import (
    AggregateInScalar,
    BadExpression,
    DeferredKey,
    EmptyAggregation,
    EmptyScalar,
    FanOutInScalar,
    FinerGrain,
    MixedShape,
    NameNotFound,
    NoSafeRewrite,
    NoStitchingDimension,
    WindowOverFanOut,
    WindowOverFilter,
)
from metrion.interchange.osi.expressions import aggregates, columns, has_window, normal, reference, sql_tree, unwrapped
from metrion.interchange.osi.predicates import aggregates_or_windows, group_condition, row_condition
from metrion.interchange.osi.scope import Scope
from metrion.semantic.request import DimensionRef, MetricQuery, OrderBy

if TYPE_CHECKING:
    from metrion.interchange.osi.known import Known

Raw = Mapping[str, object]
_KEYS: Final = frozenset(
    {
        "dataset",
        "dimensions",
        "measures",
        "fields",
        "filters",
        "where",
        "qualify",
        "having",
        "order_by",
        "limit",
        "name",
    }
)
_WITH_DIRECTION: Final = re.compile(r"(?i)(?P<what>.+?)\s+(?P<way>asc|desc)(\s+nulls\s+(first|last))?$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question of ours, and where in its answer the columns of the other stand, in their order."""

    query: MetricQuery
    columns: tuple[int, ...]


def question(known: Known, raw: Raw) -> Question:
    """Return the question; raises an `OsiRefusal` for what OSI's rules refuse."""
    if odd := sorted(set(raw) - _KEYS):
        raise DeferredKey(place="query", key=", ".join(odd))
    try:
        return _Asked(known, raw).question()
    except NotExpressible as refusal:
        raise BadExpression(reason_zh=refusal.reason.zh, reason_en=refusal.reason.en) from refusal


def inline_aggregates(raw: Raw) -> dict[str, str]:
    """Return aggregates that a question writes out instead of naming a metric: name -> SQL.

    Here a number has a definition first: add them to the model's metrics, and the question finds them there.
    """
    found: dict[str, str] = {}
    for each in (*_listed(raw, "measures"), *_listed(raw, "fields")):
        written, name = _named(each)
        if aggregates_or_windows(sql_tree(written, "measures")):
            found[name or f"measure_{len(found) + 1}"] = written
    for each in _listed(raw, "qualify", "having"):
        for aggregate in aggregates(sql_tree(str(each), "qualify")):
            found[f"condition_{len(found) + 1}"] = aggregate.sql(dialect="snowflake")
    return found


def order_places(raw: Raw) -> tuple[int, ...]:
    """Return which of the columns that a question asks for its answer is ordered by, counted from 0."""
    asked = [_named(each) for key in ("dimensions", "measures", "fields") for each in _listed(raw, key)]
    places = {normal(written.rpartition(".")[2]): at for at, (written, _) in reversed(list(enumerate(asked)))}
    places |= {normal(name): at for at, pair in enumerate(asked) for name in pair if name}
    wanted = [normal(_direction(each)[0]) for each in _listed(raw, "order_by")]
    return tuple(places[name] for name in wanted if name in places)


class _Asked:
    """Reads one question."""

    def __init__(self, known: Known, raw: Raw) -> None:
        self.raw = raw
        self.scope = Scope(known, normal(str(raw["dataset"])) if raw.get("dataset") else "")
        self.filters = [str(each) for each in _listed(raw, "filters", "where")]

    def question(self) -> Question:
        scope = self.scope
        if scope.root and scope.root not in scope.model.datasets:
            raise NameNotFound(place="dataset", name=str(self.raw["dataset"]))
        fields = _listed(self.raw, "fields")
        groups = [*_listed(self.raw, "dimensions"), *_listed(self.raw, "measures")]
        if fields and groups:
            raise MixedShape
        if not fields and not groups:
            raise EmptyScalar if "fields" in self.raw else EmptyAggregation
        return self._rows(fields) if fields else self._groups()

    def _groups(self) -> Question:
        scope = self.scope
        for each in _listed(self.raw, "dimensions"):
            scope.take_field(*_named(each), "dimensions")
        for each in _listed(self.raw, "measures"):
            written, alias = _named(each)
            name = scope.metric(written, "measures")
            if scope.goes_over_rows(name):
                raise FinerGrain(place="measures", name=written)
            scope.take_metric(name, alias)
        self._refuse_apart()
        dataset = None if scope.metrics else scope.known.datasets[self._home_of_groups()]
        return self._made(dataset=dataset)

    def _home_of_groups(self) -> str:
        """Return the dataset whose combinations are looked at: the finest, where there is one."""
        names = list(self.scope.homes)
        try:
            return self.scope.home(names)
        except FanOutInScalar:
            return names[0]

    def _rows(self, fields: Sequence[object]) -> Question:
        scope = self.scope
        for each in fields:
            written, alias = _named(each)
            if scope.is_field(written):
                scope.take_field(written, alias, "fields")
            else:
                self._take_window(written, alias)
        names = list(scope.homes)
        home = scope.home(names)
        if scope.root in names and scope.root != home and scope.model.meeting(scope.root, home) not in {"same", "one"}:
            raise FanOutInScalar(name=scope.written(names))
        self._refuse_windows(home)
        scope.dimensions |= dict.fromkeys(self._groups_of_ranks())
        return self._made(dataset=scope.known.datasets[home], rows=True)

    def _made(self, *, dataset: str | None, rows: bool = False) -> Question:
        scope, limit = self.scope, self.raw.get("limit")
        having = all_of([group_condition(scope, str(each)) for each in _listed(self.raw, "qualify", "having")])
        order = tuple(self._ordered(each) for each in _listed(self.raw, "order_by"))
        query = MetricQuery(
            metrics=tuple(scope.metrics),
            dimensions=tuple(DimensionRef(field=code) for code in scope.dimensions),
            dataset=dataset,
            filters=all_of([row_condition(scope, each) for each in self.filters]),
            having=having,
            rows=rows,
            order=order,
            limit=limit if isinstance(limit, int) else None,
        )
        places = [("field", code) for code in scope.dimensions] + [("metric", code) for code in scope.metrics]
        return Question(query, tuple(places.index(each) for each in scope.shown))

    # --- metrics of one row ---------------------------------------------------------------------------

    def _take_window(self, written: str, alias: str | None) -> None:
        """Take what is no field in a question for rows: a metric with a window function, by `dataset.metric` too."""
        scope = self.scope
        tree = unwrapped(sql_tree(written, "fields"))
        table = ""
        if isinstance(tree, exp.Column):
            table, name = reference(tree)
            if not scope.knows_metric(name):
                raise NameNotFound(place="fields", name=written)
        elif has_window(tree):
            name = scope.written_out(tree, "fields")
        elif aggregates_or_windows(tree):
            raise AggregateInScalar(place="fields", name=written)
        else:
            raise NameNotFound(place="fields", name=written)
        metric = scope.model.metrics.get(name)
        if metric is not None and not has_window(metric.tree):
            raise AggregateInScalar(place="fields", name=written)
        scope.take_metric(name, alias)
        scope.homes |= dict.fromkeys([*([table] if table else []), *scope.read_by([name])])

    def _groups_of_ranks(self) -> list[str]:
        """Return the fields within which the asked windows go."""
        scope = self.scope
        windows = [
            window
            for name in scope.asked_metrics()
            if name not in scope.known.windows
            for window in scope.model.metrics[name].tree.find_all(exp.Window)
        ]
        fields = [scope.field(unwrapped(each), "fields") for window in windows for each in _partition(window)]
        return [scope.known.dimensions[each] for each in fields]

    # --- what cannot stand together -------------------------------------------------------------------

    def _filtered(self) -> list[tuple[str, str]]:
        return [reference(column) for each in self.filters for column in columns(sql_tree(each, "filters"))]

    def _refuse_windows(self, home: str) -> None:
        """Refuse windows over other rows than the question's, and windows over all rows beside a filter."""
        scope, filtered = self.scope, self._filtered()
        for name in scope.asked_metrics():
            own = scope.home(scope.read_by([name]) or [home])
            if own != home:
                raise WindowOverFanOut(name=name.lower(), other=scope.written([own]))
            if name in scope.known.windows and filtered:
                raise WindowOverFilter(name=name.lower())
        for key, code in scope.known.dimensions.items():
            field = scope.model.field_of(*key)
            shown = ("field", code) in scope.shown
            if field is not None and shown and has_window(field.tree) and any(each != key for each in filtered):
                raise WindowOverFilter(name=field.written)

    def _refuse_apart(self) -> None:
        """Refuse metrics of datasets that have nothing in common, and fields that meet their rows many to many."""
        scope = self.scope
        names = scope.read_by(scope.asked_metrics())
        if len(names) > 1 and not scope.model.connected(names):
            raise NoStitchingDimension(place="measures", name=scope.written(names))
        for name in names:
            for other in (*scope.homes, *(table for table, _ in self._filtered())):
                if other in scope.model.datasets and scope.model.meeting(name, other) == "many_to_many":
                    raise NoSafeRewrite(place=scope.written([name]), name=scope.written([other]))

    # --- order ----------------------------------------------------------------------------------------

    def _ordered(self, each: object) -> OrderBy:
        """Return an order; NULL is greater than anything, unless the question says where it belongs."""
        written, descending = _direction(each)
        said = str(each.get("nulls", "")).upper() if isinstance(each, Mapping) else str(each).upper()
        first = descending if not any(word in said for word in ("FIRST", "LAST")) else "FIRST" in said
        return OrderBy(by=self._order_column(written), descending=descending, nulls="first" if first else "last")

    def _order_column(self, written: str) -> str:
        scope = self.scope
        if (code := scope.aliases.get(normal(written))) is not None:
            return code
        tree = unwrapped(sql_tree(written, "order_by"))
        if not isinstance(tree, exp.Column):
            return scope.unseen(scope.written_out(tree, "order_by"))
        if scope.names_metric(tree):
            return scope.unseen(reference(tree)[1])
        code = scope.known.dimensions[scope.field(tree, "order_by")]
        if code not in scope.dimensions:
            raise NameNotFound(place="order_by", name=written)
        return code


def _listed(raw: Raw, *keys: str) -> list[object]:
    """Return what stands under the first of the keys that is there: a list, or one thing alone."""
    found = next((raw[key] for key in keys if raw.get(key) is not None), [])
    return list(found) if isinstance(found, Sequence) and not isinstance(found, str) else [found]


def _named(each: object) -> tuple[str, str | None]:
    """Return what an entry asks for, and the name that it gives to it."""
    if isinstance(each, Mapping):
        keys = ("metric", "field", "dimension", "expression", "name")
        return str(next((each[key] for key in keys if key in each), "")), str(each.get("name") or "") or None
    written = str(each)
    tree = sql_tree(written, "")
    return (tree.this.sql(dialect="snowflake"), tree.alias) if isinstance(tree, exp.Alias) else (written, None)


def _direction(each: object) -> tuple[str, bool]:
    """Return what an entry orders by, and whether downwards."""
    if isinstance(each, Mapping):
        written = next((each[key] for key in ("field", "name", "expression", "by", "measure") if key in each), "")
        said = str(each.get("direction", each.get("order", ""))).upper()
        return str(written), said.startswith("DESC") or each.get("desc") is True or each.get("descending") is True
    found = _WITH_DIRECTION.match(str(each).strip())
    return (found["what"], found["way"].upper() == "DESC") if found else (str(each), False)


def _partition(window: exp.Window) -> list[exp.Expression]:
    found = window.args.get("partition_by")
    return list(found) if isinstance(found, list) else []
