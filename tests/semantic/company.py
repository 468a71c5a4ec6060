"""A small company of definitions for the checks: what is sound, to be broken one way at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from metrion.base.text import Text
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.condition import Compare, Formula, RelativeDay
from metrion.semantic.model import (
    Atomic,
    Binding,
    CalendarLevel,
    Column,
    ColumnPair,
    Composite,
    DatasetDef,
    Derived,
    DimensionDef,
    LakeTable,
    Measure,
    MetricDef,
    MetricsTable,
    ModifierDef,
    RelationshipDef,
    SemiAdditive,
    SqlQuery,
    Validity,
)

if TYPE_CHECKING:
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Aggregation, Calculation, Definition

D = TypeVar("D", DatasetDef, RelationshipDef, DimensionDef, ModifierDef, MetricDef)
BOTH = Text(zh="名称", en="Name")

ORDERS = DatasetDef(
    code="orders",
    name=BOTH,
    domain="retail",
    shape="fact",
    source=LakeTable(table="orders"),
    columns=(
        Column(name="id", type="integer"),
        Column(name="buyer_id", type="integer"),
        Column(name="seller_id", type="integer"),
        Column(name="amount", type="decimal"),
        Column(name="渠道", type="string"),
        Column(name="paid", type="boolean"),
        Column(name="odate", type="date"),
    ),
    primary_key=("id",),
    time_columns=("odate",),
    owner="li.na",
)
SHOPS = DatasetDef(
    code="shops",
    name=BOTH,
    domain="retail",
    shape="dimension",
    source=LakeTable(table="shops"),
    columns=(
        Column(name="id", type="integer"),
        Column(name="region", type="string"),
        Column(name="size", type="integer"),
    ),
    primary_key=("id",),
    owner="li.na",
)
BUYER = RelationshipDef(
    code="order_buyer",
    domain="retail",
    from_dataset="orders",
    to_dataset="shops",
    columns=(ColumnPair(many="buyer_id", one="id"),),
    role="buyer",
)
CHANNEL = DimensionDef(
    code="channel", name=BOTH, domain="retail", bindings=(Binding(dataset="orders", column="渠道"),), owner="li.na"
)
REGION = DimensionDef(
    code="region", name=BOTH, domain="retail", bindings=(Binding(dataset="shops", column="region"),), owner="li.na"
)
SIZE = DimensionDef(
    code="size", name=BOTH, domain="retail", bindings=(Binding(dataset="shops", column="size"),), owner="li.na"
)
ONLINE = ModifierDef(
    code="online",
    name=BOTH,
    domain="retail",
    condition=Compare(field="channel", op="eq", value="web"),
    exclusive_group="way",
    owner="li.na",
)
OFFLINE = ONLINE.model_copy(update={"code": "offline", "condition": Compare(field="channel", op="ne", value="web")})
EAST = ONLINE.model_copy(
    update={"code": "east", "condition": Compare(field="region", op="eq", value="E"), "exclusive_group": None}
)
STOCK = DatasetDef(
    code="stock",
    name=BOTH,
    domain="retail",
    shape="fact",
    source=LakeTable(table="stock"),
    columns=(Column(name="item", type="string"), Column(name="quantity", type="integer")),
    primary_key=("item",),
    owner="li.na",
)


def metric(code: str, definition: Calculation, unit: str = "", **more: object) -> MetricDef:
    base = {"code": code, "name": BOTH, "domain": "retail", "caliber": BOTH, "owner": "li.na"}
    return MetricDef.model_validate({**base, "definition": definition, "unit": unit, **more})


def atomic(
    expression: str, aggregation: Aggregation = "sum", dataset: str = "orders", filter_: Condition | None = None
) -> Atomic:
    measure = Measure(expression=expression, aggregation=aggregation, filter=filter_)
    return Atomic(dataset=dataset, measure=measure)


SALES = metric("sales", atomic("amount"), "元")
COUNT = metric("order_count", atomic("*", "count"), "笔")
COST_W = metric("cost_w", atomic("amount"), "万元")
QUANTITY = metric("quantity", atomic("quantity", dataset="stock"), "件")
ONLINE_SALES = metric("online_sales", Derived(base="sales", modifiers=("online",)))
AVERAGE = metric("average", Composite(formula="[sales] / [order_count]"))
COMPANY: tuple[Definition, ...] = (
    ORDERS, SHOPS, STOCK, BUYER, CHANNEL, REGION, SIZE, ONLINE, OFFLINE, EAST,
    SALES, COUNT, COST_W, QUANTITY, ONLINE_SALES, AVERAGE,
)  # fmt: skip
CATALOGUE = Catalogue.of(COMPANY)


def changed(definition: D, **changes: object) -> D:
    return definition.model_copy(update=changes)


# --- the same company with everything that the language has ---------------------------------------

WIDE_ORDERS = changed(ORDERS, columns=(*ORDERS.columns, Column(name="net", type="float", expression="amount / 1.13")))
CALENDAR = DatasetDef(
    code="calendar",
    name=BOTH,
    domain="retail",
    shape="calendar",
    source=LakeTable(table="calendar"),
    columns=(
        Column(name="day", type="date"),
        Column(name="fiscal", type="integer"),
        Column(name="place", type="integer"),
        Column(name="working", type="boolean"),
    ),
    primary_key=("day",),
    time_columns=("day",),
    levels=(CalendarLevel(code="fiscal_year", name=BOTH, column="fiscal", position="place"),),
    working_day="working",
    owner="li.na",
)
PEOPLE = DatasetDef(
    code="people",
    name=BOTH,
    domain="retail",
    shape="dimension",
    source=LakeTable(table="people"),
    columns=(
        Column(name="id", type="integer"),
        Column(name="tier", type="string"),
        Column(name="since", type="date"),
        Column(name="until", type="date"),
    ),
    primary_key=("id",),
    validity=Validity(start="since", end="until"),
    owner="li.na",
)
VISITS = DatasetDef(
    code="visits",
    name=BOTH,
    domain="retail",
    shape="fact",
    source=LakeTable(table="visits"),
    columns=(
        Column(name="who", type="integer"),
        Column(name="page", type="string"),
        Column(name="at", type="timestamp"),
    ),
    time_columns=("at",),
    owner="li.na",
)
PAID_ORDERS = DatasetDef(
    code="paid_orders",
    name=BOTH,
    domain="retail",
    shape="fact",
    source=SqlQuery(sql="select id, amount, odate from orders where paid"),
    columns=(
        Column(name="id", type="integer"),
        Column(name="amount", type="decimal"),
        Column(name="odate", type="date"),
    ),
    primary_key=("id",),
    time_columns=("odate",),
    owner="li.na",
)
SPEND = DatasetDef(
    code="spend",
    name=BOTH,
    domain="retail",
    shape="fact",
    source=MetricsTable(metrics=("sales", "average"), dimensions=("channel",), grain="month"),
    columns=(
        Column(name="time", type="date"),
        Column(name="channel", type="string"),
        Column(name="sales", type="decimal"),
        Column(name="average", type="float"),
    ),
    primary_key=("time", "channel"),
    time_columns=("time",),
    time_grain="month",
    owner="li.na",
)
ORDER_PERSON = RelationshipDef(
    code="order_person",
    domain="retail",
    from_dataset="orders",
    to_dataset="people",
    columns=(ColumnPair(many="buyer_id", one="id"),),
    valid_at="odate",
)
VISIT_SHOP = RelationshipDef(
    code="visit_shop",
    domain="retail",
    from_dataset="visits",
    to_dataset="shops",
    columns=(ColumnPair(many="who", one="id"),),
    role="buyer",
    backwards="once",
)
TIER = DimensionDef(
    code="tier", name=BOTH, domain="retail", bindings=(Binding(dataset="people", column="tier"),), owner="li.na"
)
PAGE = DimensionDef(
    code="page", name=BOTH, domain="retail", bindings=(Binding(dataset="visits", column="page"),), owner="li.na"
)
ORDER_DAY = DimensionDef(
    code="order_day", name=BOTH, domain="retail", bindings=(Binding(dataset="orders", column="odate"),), owner="li.na"
)
RECENT = changed(
    ONLINE,
    code="recent",
    exclusive_group=None,
    condition=Compare(field="metric_time", op="ge", value=RelativeDay(today=-30)),
)
WEB = changed(ONLINE, code="web", exclusive_group=None, condition=Formula(formula="lower(channel) = 'web'"))
VISIT_COUNT = metric("visit_count", atomic("*", "count", "visits"), "次")
LAST_CHANNEL = metric("last_channel", atomic("渠道", "last"))
BALANCE = metric(
    "balance",
    Atomic(
        dataset="orders",
        measure=Measure(expression="amount", aggregation="sum", semi_additive=SemiAdditive(entity=("buyer_id",))),
    ),
    "元",
)
WIDE: tuple[Definition, ...] = (
    WIDE_ORDERS, *(one for one in COMPANY if one is not ORDERS),
    CALENDAR, PEOPLE, VISITS, PAID_ORDERS, SPEND, ORDER_PERSON, VISIT_SHOP, TIER, PAGE, ORDER_DAY, RECENT, WEB,
    VISIT_COUNT, LAST_CHANNEL, BALANCE,
)  # fmt: skip
