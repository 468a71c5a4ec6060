"""The exam of Apache Ossie asks cases of its shape through the house, and wants the very code of a refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from exams.score import run

from exams import ossie, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCHEMA = """
create table customers (id integer primary key, region varchar);
insert into customers values (1, 'EAST'), (2, 'WEST');
create table orders (id integer primary key, customer_id integer, amount decimal(10, 2));
insert into orders values (1, 1, 100), (2, 1, 50), (3, 9, 30);
"""
_MODEL = {
    "name": "shop",
    "datasets": [
        {"name": "customers", "source": "customers", "primary_key": ["id"],
         "fields": [{"name": name, "expression": name} for name in ("id", "region")]},
        {"name": "orders", "source": "orders", "primary_key": ["id"],
         "fields": [{"name": name, "expression": name} for name in ("id", "customer_id", "amount")]},
    ],
    "relationships": [
        {"name": "placed_by", "from": "orders", "to": "customers",
         "from_columns": ["customer_id"], "to_columns": ["id"]},
    ],
    "metrics": [{"name": "revenue", "expression": "SUM(orders.amount)"}],
}  # fmt: skip
_BY_REGION = {"dataset": "orders", "dimensions": ["customers.region"], "measures": [{"name": "r", "metric": "revenue"}]}
_SQL = """select region, sum(amount) from orders left join customers on customer_id = customers.id
group by 1 order by 1 desc nulls first"""


def case(folder: Path, name: str, raw: dict[str, Any], sql: str = "", **about: str) -> None:
    place = folder / "ossie" / "tests" / "area" / "easy" / name
    place.mkdir(parents=True)
    (place / "model.yaml").write_text(yaml.safe_dump(_MODEL), encoding="utf-8")
    (place / "query.json").write_text(json.dumps(raw), encoding="utf-8")
    (place / "gold.sql").write_text(sql, encoding="utf-8")
    (place / "metadata.yaml").write_text(yaml.safe_dump({"name": name, "dataset": "d", **about}), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an exam with the tables of the cases."""
    (tmp_path / "ossie" / "datasets" / "d").mkdir(parents=True)
    (tmp_path / "ossie" / "datasets" / "d" / "schema.sql").write_text(_SCHEMA, encoding="utf-8")
    return tmp_path


def test_a_folder_without_the_exam_has_no_cases(tmp_path: Path) -> None:
    assert list(ossie.cases(tmp_path)) == []


@pytest.fixture
def own_house(db: None) -> Iterator[None]:
    """Give the exam a company of its own, which is gone with the test."""
    del db
    stage.house.cache_clear()
    yield
    stage.house.cache_clear()


@pytest.mark.usefixtures("own_house")
def test_rows_orders_and_codes_are_what_the_case_says(folder: Path) -> None:
    ordered = {**_BY_REGION, "order_by": ["customers.region DESC"]}
    inline = {"dataset": "orders", "measures": [{"name": "n", "expression": "COUNT(*)"}]}
    mixed = {**_BY_REGION, "fields": ["orders.id"]}
    case(folder, "right", ordered, _SQL)
    case(folder, "wrong", _BY_REGION, "select 'EAST', 1")
    case(folder, "inline", inline, "select count(*) from orders")
    case(folder, "refused", mixed, expected_error_code="E_MIXED_QUERY_SHAPE")
    case(folder, "other-code", mixed, expected_error_code="E_NO_PATH")
    case(folder, "answered", _BY_REGION, expected_error_code="E_NO_PATH")
    score = run("ossie", ossie.cases(folder), {})
    assert (score.passed, sorted(score.failed)) == (3, ["answered", "other-code", "wrong"])
