"""Rows, profiles, versions and totals give what the person would get if the hidden rows did not exist."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from metrion.base.errors import NotFound
from metrion.base.text import Text
from metrion.identity import actions as identity
from metrion.identity.schemas import Audience, BilingualName, GrantNew, PolicyBody
from metrion.integration import actions, reads
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.condition import Compare, Condition, OneOf, PersonValue
from metrion.semantic.model import Binding, Column, ColumnPair, DatasetDef, DimensionDef, LakeTable, RelationshipDef

if TYPE_CHECKING:
    from tests.identity.organisation import Company

    from metrion.identity.schemas import Actor

SALES = pa.table(
    {
        "id": [1, 2, 3, 4],
        "store": ["s1", "s1", "s2", None],
        "day": pa.array([date(2024, 1, day) for day in (1, 2, 3, 4)]),
        "amount": pa.array([10, 20, 300, 4000], pa.int64()),
        "phone": ["111", "222", "333", "444"],
        "undeclared": ["a", "b", "c", "d"],
    }
)
STORES = pa.table({"store": ["s1", "s2"], "region": ["east", "west"]})


def dataset(code: str, table: str, **more: object) -> DatasetDef:
    return DatasetDef(
        code=code,
        name=Text(zh=code, en=code),
        domain="retail",
        shape="fact",
        source=LakeTable(table=table),
        **more,
    )


FACTS = dataset(
    "sales",
    "sales",
    columns=(
        Column(name="id", type="integer"),
        Column(name="store", type="string"),
        Column(name="day", type="date"),
        Column(name="amount", type="integer"),
        Column(name="phone", type="string", sensitive=True),
    ),
    primary_key=("id",),
    time_columns=("day",),
)
DEFINITIONS = (
    FACTS,
    dataset(
        "stores",
        "stores",
        columns=(Column(name="store", type="string"), Column(name="region", type="string")),
        primary_key=("store",),
        row_access="open",
    ),
    RelationshipDef(
        code="sales_store",
        domain="retail",
        from_dataset="sales",
        to_dataset="stores",
        columns=(ColumnPair(many="store", one="store"),),
    ),
    DimensionDef(
        code="region",
        name=Text(zh="地区", en="Region"),
        domain="retail",
        bindings=(Binding(dataset="stores", column="region"),),
    ),
)


@pytest.fixture
def analyst(company: Company) -> Actor:
    """Return an analyst of the east, who may see one region."""
    return company.hire("ana", "east", "analyst", regions=["east"])


@pytest.fixture
def data(engineer: Actor) -> None:
    """Load sales and stores."""
    actions.load_rows(engineer, "sales", SALES.to_reader(), origin="test", primary_key=["id"])
    actions.load_rows(engineer, "stores", STORES.to_reader(), origin="test")


def publish(monkeypatch: pytest.MonkeyPatch, *more: DatasetDef, closed: frozenset[str] = frozenset()) -> None:
    catalogue = Catalogue.of((*DEFINITIONS, *more))
    monkeypatch.setattr(
        "metrion.integration.reads.data.catalog.open_datasets", lambda _, codes: frozenset(codes) - closed
    )
    monkeypatch.setattr("metrion.integration.visible.catalog.catalogue", lambda: catalogue)
    monkeypatch.setattr("metrion.identity.ports._dataset_sources", [catalogue.dataset])


def allow(company: Company, condition: Condition, dataset: str = "sales") -> None:
    body = PolicyBody(
        name=BilingualName(zh="策略", en="Policy"),
        dataset=dataset,
        condition=condition,
        audience=Audience(everyone=True),
    )
    identity.create_policy(company.actor("officer"), body)


@pytest.mark.usefixtures("data")
def test_a_table_without_a_dataset_is_for_its_managers(engineer: Actor, analyst: Actor) -> None:
    assert [row[3] for row in reads.rows(engineer, "sales", 10).rows] == [10, 20, 300, 4000]
    assert reads.tables(analyst).items == []
    with pytest.raises(NotFound):
        reads.table(analyst, "sales")


@pytest.mark.usefixtures("data")
def test_without_a_policy_nobody_sees_a_row(engineer: Actor, analyst: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(monkeypatch)
    for actor in (engineer, analyst):
        assert reads.rows(actor, "sales", 10).rows == ()
        assert reads.table(actor, "sales").rows is None
        found = reads.profile(actor, "sales")
        assert (found.rows, found.partial) == (0, True)
        assert [column.maximum for column in found.columns] == [None] * 6
    assert len(reads.rows(analyst, "stores", 10).rows) == 2


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    "condition",
    [
        OneOf(field="region", values=PersonValue(person="regions")),
        Compare(field="store", op="eq", value="s1"),
    ],
    ids=["through a join", "own column"],
)
def test_rows_profile_and_versions_through_a_policy(
    company: Company, analyst: Actor, monkeypatch: pytest.MonkeyPatch, condition: Condition
) -> None:
    publish(monkeypatch)
    allow(company, condition)
    shown = reads.rows(analyst, "sales", 10)
    assert [(row[0], row[3]) for row in shown.rows] == [(1, 10), (2, 20)]
    assert {row[4] for row in shown.rows} == {row[5] for row in shown.rows} == {None}
    assert [column.name for column in shown.columns if column.masked] == ["phone", "undeclared"]
    assert len(reads.rows(analyst, "sales", 1).rows) == 1

    profile = {column.name: column for column in reads.profile(analyst, "sales").columns}
    assert (profile["amount"].minimum, profile["amount"].maximum, profile["amount"].distinct) == (10, 20, 2)
    assert profile["store"].top[0].value == "s1"
    assert profile["store"].nulls == 0
    assert profile["phone"].masked
    assert (profile["phone"].distinct, profile["phone"].maximum, profile["phone"].top) == (None, None, ())
    assert [version.rows for version in reads.versions(analyst, "sales", None, 10).items] == [None]
    assert reads.versions(analyst, "sales", None, 10).items[0].load is None


@pytest.mark.usefixtures("data")
def test_a_grant_opens_a_sensitive_column(company: Company, analyst: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(monkeypatch)
    allow(company, Compare(field="id", op="le", value=2))
    before = reads.profile(analyst, "sales")
    identity.grant_column(
        company.actor("officer"),
        GrantNew(dataset="sales", column="phone", audience=Audience(persons=("ana",)), reason="tests"),
    )
    assert [row[4] for row in reads.rows(analyst, "sales", 10).rows] == ["111", "222"]
    after = reads.profile(analyst, "sales")
    assert before.columns[4].masked
    assert after.columns[4].maximum == "222"


@pytest.mark.usefixtures("data")
def test_two_datasets_on_one_table_narrow_each_other(
    company: Company, analyst: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = FACTS.model_copy(
        update={
            "code": "sales_again",
            "columns": (*FACTS.columns[:3], Column(name="amount", type="integer", sensitive=True)),
        }
    )
    publish(monkeypatch, second)
    allow(company, Compare(field="id", op="ge", value=2))
    allow(company, Compare(field="id", op="le", value=3), "sales_again")
    shown = reads.rows(analyst, "sales", 10)
    assert [row[0] for row in shown.rows] == [2, 3]
    assert [row[3] for row in shown.rows] == [None, None]


@pytest.mark.usefixtures("data")
def test_the_profile_is_kept_for_its_version_and_scope(
    company: Company, engineer: Actor, analyst: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch)
    allow(company, Compare(field="store", op="eq", value=PersonValue(person="store")))
    first = reads.profile(analyst, "sales")
    with monkeypatch.context() as patched:
        patched.setattr("metrion.integration.reads.data.profile_columns", None)
        assert reads.profile(analyst, "sales") == first
    actions.load_rows(engineer, "sales", SALES.slice(0, 1).to_reader(), origin="test", mode="replace")
    assert reads.profile(analyst, "sales").version == 1
    assert reads.profile(analyst, "sales", 0) == first


@pytest.mark.usefixtures("data")
def test_old_versions_are_read_as_they_were(engineer: Actor) -> None:
    actions.load_rows(engineer, "sales", SALES.slice(0, 1).to_reader(), origin="test", mode="replace")
    assert len(reads.rows(engineer, "sales", 10).rows) == 1
    assert len(reads.rows(engineer, "sales", 10, 0).rows) == 4
    listed = reads.versions(engineer, "sales", None, 1)
    assert [(item.version, item.rows) for item in listed.items] == [(1, 1)]
    rest = reads.versions(engineer, "sales", listed.next_cursor, 1)
    assert [(item.version, item.rows) for item in rest.items] == [(0, 4)]
    assert rest.next_cursor is None
    with pytest.raises(NotFound):
        reads.rows(engineer, "sales", 10, 7)


@pytest.mark.usefixtures("data")
def test_a_table_whose_datasets_are_closed_to_a_person_does_not_exist_for_them(
    engineer: Actor, analyst: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, closed=frozenset({"stores"}))
    assert [item.name for item in reads.tables(analyst).items] == ["sales"]
    for read in (reads.table, reads.profile, lambda actor, name: reads.rows(actor, name, 5)):
        with pytest.raises(NotFound):
            read(analyst, "stores")
    assert reads.table(engineer, "stores").name == "stores"


@pytest.mark.usefixtures("data")
def test_tables_are_listed_in_pages(engineer: Actor) -> None:
    first = reads.tables(engineer, limit=1)
    assert ([item.name for item in first.items], first.total) == (["sales"], 2)
    second = reads.tables(engineer, cursor=first.next_cursor, limit=1)
    assert [item.name for item in second.items] == ["stores"]
    assert second.next_cursor is None
    assert [item.name for item in reads.tables(engineer, search="STO").items] == ["stores"]
