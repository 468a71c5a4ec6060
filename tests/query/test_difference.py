"""Why two numbers differ: the shares add up exactly, in the stated order, and each is what its factor does."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pydantic import TypeAdapter
from tests.governance.house import metric
from tests.grounds import examples
from tests.query.shop import CUSTOMERS, ORDERS, REGION, where

from metrion.base.clock import now
from metrion.identity import actions as identity
from metrion.integration import actions as integration
from metrion.integration import warehouse
from metrion.query.difference import explain, explain_questions
from metrion.query.difference.schemas import DifferenceRequest, ReceiptDifference
from metrion.query.models import ReceiptRecord
from metrion.query.service import ask
from metrion.semantic.condition import EVERYTHING
from metrion.semantic.model import Definition
from metrion.semantic.request import MetricQuery

if TYPE_CHECKING:
    from uuid import UUID

    from tests.query.shop import Shop


pytestmark = pytest.mark.usefixtures("own_caches")


MORE = pa.concat_tables([ORDERS, ORDERS.slice(0, 3).set_column(0, "id", pa.array([107, 108, 109]))])
FROM_FEBRUARY = {"time": {"kind": "absolute", "start": "2024-02-01"}}


def load(shop: Shop, name: str, table: pa.Table) -> None:
    """Load a new version of a table."""
    integration.load_rows(shop.actor("dana"), name, table.to_reader(), origin="test", primary_key=("id",))


def compare(shop: Shop, username: str, a: UUID, b: UUID, **more: Any) -> ReceiptDifference:
    """Compare as a person, and hold that the shares add up to what the receipts keep."""
    found = explain(shop.actor(username), a, b, **more)
    if found.amount is not None:
        assert found.a.value is not None
        assert found.b.value is not None
        assert Decimal(found.amount) == Decimal(found.b.value) - Decimal(found.a.value)
        assert sum(Decimal(share.amount) for share in found.shares) == Decimal(found.amount)
        level = Decimal(found.a.value)
        for share in found.shares:
            level += Decimal(share.amount)
            assert Decimal(share.after) == level
    return found


def shares(found: ReceiptDifference) -> dict[str, Decimal]:
    """Return what each group of factors explains."""
    return {"+".join(share.factors): Decimal(share.amount) for share in found.shares}


def asked(shop: Shop, username: str, *metrics: str, **more: Any) -> UUID:
    """Ask and return the receipt."""
    return shop.ask(username, *(metrics or ("revenue",)), **more).receipt.id


# --- random pairs of worlds -------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A world and a question about it, for somebody who counts with his fingers."""

    factor: int = 1
    table: pa.Table = field(default_factory=lambda: ORDERS)
    region: str | None = None
    from_february: bool = False
    sees: str | None = None

    def value(self) -> Decimal:
        """Return the revenue, row by row."""
        regions = dict(zip(CUSTOMERS["id"].to_pylist(), CUSTOMERS["region"].to_pylist(), strict=True))
        found = Decimal(0)
        for row in self.table.to_pylist():
            region = regions.get(row["customer_id"])
            if all(wanted in {None, region} for wanted in (self.region, self.sees)) and not (
                self.from_february and row["day"].month < 2
            ):
                found += row["amount"] * self.factor
        return found

    def question(self) -> dict[str, Any]:
        """Return what is asked."""
        return {
            **(where("region", self.region) if self.region else {}),
            **(FROM_FEBRUARY if self.from_february else {}),
        }


CHANGES: dict[str, dict[str, Any]] = {
    "definition:metric/revenue": {"factor": 3},
    "data:orders": {"table": MORE},
    "filters": {"region": "EAST"},
    "time": {"from_february": True},
}
"""Factor -> what it changes in a case, in the order in which factors are counted."""


def put_in_place(shop: Shop, before: Case, after: Case) -> None:
    """Change the shop from one world to the other."""
    if before.factor != after.factor:
        shop.publish(metric("revenue", f"amount * {after.factor}" if after.factor > 1 else "amount"))
    if before.table is not after.table:
        load(shop, "orders", after.table)


@pytest.mark.parametrize("seed", range(examples(45)))
def test_any_two_worlds_are_explained_by_exactly_what_was_changed(shop: Shop, seed: int) -> None:
    dice = random.Random(seed)
    who, sees = dice.choice([("boss", None), ("east", "EAST"), ("west", "WEST")])
    changed = [name for name in CHANGES if dice.random() < 0.6]
    first, second = Case(sees=sees), Case(sees=sees)
    for name, change in CHANGES.items():
        other = dice.random() < 0.5
        if name not in changed and other:
            first, second = replace(first, **change), replace(second, **change)
        elif name in changed:
            first, second = (replace(first, **change), second) if other else (first, replace(second, **change))
    put_in_place(shop, Case(), first)
    a = asked(shop, who, **first.question())
    put_in_place(shop, first, second)
    b = asked(shop, who, **second.question())
    found = explain(shop.actor(who), a, b)
    if not first.value() or not second.value():  # the sum of nothing is no number
        assert found.refusal is not None
        assert found.refusal["code"] == "no_value"
        return
    found = compare(shop, who, a, b)
    assert (Decimal(found.a.value or 0), Decimal(found.b.value or 0)) == (first.value(), second.value())
    assert [factor.id for factor in found.factors] == changed
    assert shares(found) == counted_by_hand(first, second, changed)


def counted_by_hand(first: Case, second: Case, changed: list[str]) -> dict[str, Decimal]:
    """Return what each change adds at its place; one after which there is no number goes with the next."""
    found: dict[str, Decimal] = {}
    level, before, waiting = first, first.value(), list[str]()
    for name in changed:
        waiting.append(name)
        level = replace(level, **{key: getattr(second, key) for key in CHANGES[name]})
        if level.value():
            found["+".join(waiting)] = level.value() - before
            before, waiting = level.value(), []
    return found


# --- each factor ------------------------------------------------------------------------------------


def test_equal_receipts_have_nothing_to_explain(shop: Shop) -> None:
    receipt = asked(shop, "boss")
    found = compare(shop, "boss", receipt, receipt)
    assert (found.amount, found.factors, found.shares) == ("0.00", (), ())


def test_a_definition_is_compared_field_by_field(shop: Shop) -> None:
    a = asked(shop, "boss")
    shop.publish(metric("revenue", "amount * 2"))
    found = compare(shop, "boss", a, asked(shop, "boss"))
    (factor,) = found.factors
    assert [(change.path, change.old, change.new) for change in factor.fields] == [
        ("definition.measure.expression", "amount", "amount * 2")
    ]
    assert factor.details[0].model_dump() == {
        "label": {"zh": "版本", "en": "Version"}, "a": {"zh": "v1", "en": "v1"}, "b": {"zh": "v2", "en": "v2"},
    }  # fmt: skip
    assert shares(found) == {"definition:metric/revenue": Decimal(460)}


def test_each_definition_has_a_share_of_its_own(shop: Shop) -> None:
    a = asked(shop, "boss", "average")
    shop.publish(metric("revenue", "amount * 2"))
    shop.publish(
        metric("average", definition={"type": "composite", "formula": "[revenue] * 3 / [orders_count]"}, unit="元/笔")
    )
    found = compare(shop, "boss", a, asked(shop, "boss", "average"))
    assert {name: float(amount) for name, amount in shares(found).items()} == pytest.approx(
        {"definition:metric/revenue": 460 / 6, "definition:metric/average": 2 * 920 / 6}
    )


def test_as_of_is_a_difference_of_definitions(shop: Shop) -> None:
    then = now()
    shop.publish(metric("revenue", "amount * 2"))
    found = compare(shop, "boss", asked(shop, "boss", as_of=then), asked(shop, "boss"))
    assert shares(found) == {"definition:metric/revenue": Decimal(460)}


def test_what_stands_for_nothing_is_a_factor_of_its_own(shop: Shop) -> None:
    def open_ones(expression: str, fill: str) -> dict[str, Any]:
        measure = {"expression": expression, "aggregation": "sum", "filter": where("status", "open")["filters"]}
        return metric("open_ones", definition={"type": "atomic", "dataset": "orders", "measure": measure}, fill=fill)

    shop.publish(open_ones("amount", "null"))
    shop.publish(metric("either", definition={"type": "composite", "formula": "coalesce([open_ones], [revenue])"}))
    a = asked(shop, "boss", "either", **where("region", "WEST"))
    shop.publish(open_ones("amount * 2", "zero"))
    found = compare(shop, "boss", a, asked(shop, "boss", "either", **where("region", "WEST")))
    assert shares(found) == {"definition:metric/open_ones": Decimal(0), "fill": Decimal(-75)}
    definition, fill = found.factors
    assert [change.path for change in definition.fields] == ["definition.measure.expression"]
    assert [(detail.a and detail.a.en, detail.b and detail.b.en) for detail in fill.details] == [("null", "zero")]


def test_only_what_stands_for_nothing_may_differ(shop: Shop) -> None:
    shop.publish(metric("sold", fill="zero"))
    a = asked(shop, "boss", "sold")
    shop.publish(metric("sold", fill="null"))
    found = compare(shop, "boss", a, asked(shop, "boss", "sold"))
    assert shares(found) == {"fill": Decimal(0)}


def test_one_row_of_both_answers(shop: Shop) -> None:
    a = asked(shop, "boss", **REGION)
    load(shop, "orders", MORE)
    b = asked(shop, "boss", **REGION)
    found = compare(shop, "boss", a, b)
    assert [(row.at, row.amount) for row in found.rows] == [
        (("region=EAST",), "350.00"), (("region=WEST",), "0.00"), (("region=",), "0.00"),
    ]  # fmt: skip
    assert found.at == ("region=EAST",)
    assert shares(found) == {"data:orders": Decimal(350)}
    assert shares(compare(shop, "boss", a, b, at=("region=",))) == {"data:orders": Decimal(0)}
    missing = compare(shop, "boss", a, b, at=("region=NORTH",))
    assert missing.refusal is not None
    assert (missing.refusal["code"], missing.amount, len(missing.rows)) == ("no_such_row", None, 3)


def test_totals_are_compared_with_a_whole(shop: Shop) -> None:
    a = asked(shop, "boss", totals=True, **REGION)
    found = compare(shop, "boss", a, asked(shop, "boss", **where("region", "WEST")))
    assert shares(found) == {"filters": Decimal(-385)}
    assert [(factor.kind, factor.counts) for factor in found.factors] == [("filters", True), ("shape", False)]


def test_other_groups_without_totals_have_no_common_number(shop: Shop) -> None:
    found = compare(shop, "boss", asked(shop, "boss", **REGION), asked(shop, "boss", grain="month"))
    assert found.refusal is not None
    assert found.refusal["code"] == "no_common_number"
    assert [factor.kind for factor in found.factors] == ["shape"]


def test_relative_time_is_compared_by_the_days_that_were_counted(shop: Shop) -> None:
    last_month = {"time": {"kind": "last", "count": 1, "unit": "month"}}
    a = asked(shop, "boss", **last_month)
    later = pa.concat_tables([ORDERS, ORDERS.slice(0, 1).set_column(0, "id", pa.array([107])).set_column(
        4, "day", pa.array([ORDERS["day"][3].as_py().replace(month=5)]))])  # fmt: skip
    load(shop, "orders", later)
    found = compare(shop, "boss", a, asked(shop, "boss", **last_month))
    assert shares(found) == {"data:orders": Decimal(0), "time": Decimal(-10)}
    assert found.factors[-1].details[0].a is not None
    assert found.factors[-1].details[0].a.en == "2024-04-01 to 2024-04-11"


def test_a_ratio_leaves_no_residue_of_binary_arithmetic(shop: Shop) -> None:
    a = asked(shop, "boss", "average")
    load(shop, "orders", MORE.take(list(reversed(range(MORE.num_rows)))))
    found = compare(shop, "boss", a, asked(shop, "boss", "average", **where("region", "EAST")))
    assert set(shares(found)) == {"data:orders", "filters"}
    assert all(len(share.amount.lstrip("-").replace(".", "")) <= 13 for share in found.shares)


# --- two metrics, units -----------------------------------------------------------------------------


def test_two_metrics_of_one_unit_are_compared(shop: Shop) -> None:
    shop.publish(metric("doubled", "amount * 2"))
    found = compare(shop, "boss", asked(shop, "boss"), asked(shop, "boss", "doubled", **where("region", "WEST")))
    assert shares(found) == {"metric": Decimal(460), "filters": Decimal(-770)}


def test_scales_of_a_unit_are_converted_and_other_units_refused(shop: Shop) -> None:
    a = asked(shop, "boss")
    convert = {"type": "composite", "formula": "convert([revenue], '元', '万元')"}
    shop.publish(metric("in_wan", definition=convert, unit="万元"))
    found = compare(shop, "boss", a, asked(shop, "boss", "in_wan"))
    assert (found.unit, found.a.value and Decimal(found.a.value), found.b.value and Decimal(found.b.value)) == (
        "万元", Decimal("0.046"), Decimal("0.046"),
    )  # fmt: skip
    assert [(factor.kind, factor.counts) for factor in found.factors] == [("metric", True), ("unit", False)]
    assert shares(found) == {"metric": Decimal(0)}
    refused = compare(shop, "boss", a, asked(shop, "boss", "orders_count"))
    assert refused.refusal is not None
    assert (refused.refusal["code"], refused.shares) == ("units_differ", ())


# --- what cannot be computed ------------------------------------------------------------------------


def test_a_preview_and_what_is_published(shop: Shop) -> None:
    drafts = TypeAdapter(tuple[Definition, ...]).validate_python([metric("revenue", "amount * 5")])
    load(shop, "orders", MORE)
    draft = ask(shop.actor("ann"), MetricQuery(metrics=("revenue",)), candidates=drafts).receipt.id
    load(shop, "orders", ORDERS)
    found = compare(shop, "ann", draft, asked(shop, "ann"))
    assert shares(found) == {"definition:metric/revenue": Decimal(-3240), "data:orders": Decimal(-350)}
    assert found.factors[0].fields == ()


def test_data_that_is_gone_leaves_one_exact_remainder(shop: Shop) -> None:
    a = asked(shop, "boss")
    shop.publish(metric("revenue", "amount * 2"))
    load(shop, "orders", MORE)
    b = asked(shop, "boss", **where("region", "EAST"))
    (warehouse.lake().path / "orders" / "_delta_log" / f"{0:020}.json").rename(warehouse.lake().path / "gone")
    warehouse.lake()._older.clear()
    found = compare(shop, "boss", a, b)
    assert shares(found) == {"definition:metric/revenue+data:orders": Decimal(1160), "filters": Decimal(-220)}
    assert found.shares[0].refusal is not None
    assert found.shares[0].refusal["code"] == "not_found"


def test_a_step_that_is_refused_joins_the_next(shop: Shop) -> None:
    a = asked(shop, "boss", **where("status", "done"))
    dimension = {
        "kind": "dimension", "code": "status", "name": {"zh": "s", "en": "s"}, "domain": "sales", "owner": "dana",
        "bindings": [{"dataset": "customers", "column": "phone"}],
    }  # fmt: skip
    shop.publish(dimension, by="dana")
    found = compare(shop, "boss", a, asked(shop, "boss", **where("region", "EAST")))
    assert shares(found) == {"definition:dimension/status+filters": Decimal(-60)}
    assert found.shares[0].refusal is not None
    assert found.shares[0].refusal["code"] == "forbidden_column"


def test_a_definition_that_cannot_be_brought_back_is_said(shop: Shop) -> None:
    a = asked(shop, "boss")
    record = ReceiptRecord.objects.get(id=a)
    for used in record.content["definitions"]:
        used["digest"] = "0" * 64 if used["code"] == "revenue" else used["digest"]
    ReceiptRecord.objects.filter(id=a).update(content=record.content)
    found = compare(shop, "boss", a, asked(shop, "boss", **where("region", "EAST")))
    assert shares(found) == {"definition:metric/revenue": Decimal(0), "filters": Decimal(-110)}
    assert found.shares[0].refusal is not None
    assert found.shares[0].refusal["code"] == "definition_gone"


def test_a_number_that_its_receipt_does_not_explain_is_called_unexplained(shop: Shop) -> None:
    a = asked(shop, "boss")
    record = ReceiptRecord.objects.get(id=a)
    record.content["figures"]["rows"] = [["461.00"]]
    ReceiptRecord.objects.filter(id=a).update(content=record.content)
    found = compare(shop, "boss", a, asked(shop, "boss", **where("region", "EAST")))
    assert shares(found) == {"unknown": Decimal(-1), "filters": Decimal(-110)}


def test_a_difference_without_any_factor_is_called_unexplained(shop: Shop) -> None:
    a, b = asked(shop, "boss"), asked(shop, "boss", limit=5)
    record = ReceiptRecord.objects.get(id=a)
    record.content["figures"]["rows"] = [["461.00"]]
    ReceiptRecord.objects.filter(id=a).update(content=record.content)
    for role in shop.roles("boss"):
        identity.remove_role(shop.actor("admin"), "boss", role.id)
    found = compare(shop, "boss", a, b)
    assert shares(found) == {"unknown": Decimal(-1)}
    assert [factor.id for factor in found.factors] == ["shape", "unknown"]


def test_another_engine_answers_for_what_it_moves(shop: Shop) -> None:
    a = asked(shop, "boss")
    record = ReceiptRecord.objects.get(id=a)
    ReceiptRecord.objects.filter(id=a).update(content={**record.content, "engine": "DuckDB 0.1"})
    found = compare(shop, "boss", a, asked(shop, "boss", **where("region", "EAST")))
    assert shares(found) == {"engine": Decimal(0), "filters": Decimal(-110)}


# --- permission -------------------------------------------------------------------------------------


def test_a_changed_permission_is_what_lies_between_the_ends_and_the_present(shop: Shop) -> None:
    a = asked(shop, "east")
    shop.policy(EVERYTHING, persons=("east",))
    found = compare(shop, "east", a, asked(shop, "east"))
    assert shares(found) == {"permission.a": Decimal(110)}
    detail = found.factors[0].details[0]
    assert (detail.a and detail.a.en, detail.b and detail.b.en) == ("region is one of “EAST”", "all rows visible")


def test_two_questions_are_asked_and_compared(shop: Shop) -> None:
    asking = DifferenceRequest.model_validate(
        {"a": {"metrics": ["revenue"]}, "b": {"metrics": ["revenue"], **where("region", "EAST")}}
    )
    found = explain_questions(shop.actor("boss"), asking)
    assert shares(found) == {"filters": Decimal(-110)}
    assert ReceiptRecord.objects.filter(id__in=[found.a.receipt, found.b.receipt]).count() == 2


def test_steps_leave_no_receipts(shop: Shop) -> None:
    a = asked(shop, "boss")
    load(shop, "orders", MORE)
    b = asked(shop, "boss", **where("region", "EAST"), **FROM_FEBRUARY)
    before = ReceiptRecord.objects.count()
    compare(shop, "boss", a, b)
    assert ReceiptRecord.objects.count() == before
    assert shop.value("boss", "revenue") == 810


def test_who_loses_the_right_to_read_keeps_the_remainder_only(shop: Shop) -> None:
    a = asked(shop, "boss")
    b = asked(shop, "boss", **where("region", "EAST"))
    for role in shop.roles("boss"):
        identity.remove_role(shop.actor("admin"), "boss", role.id)
    found = compare(shop, "boss", a, b)
    assert shares(found) == {"filters": Decimal(-110)}
