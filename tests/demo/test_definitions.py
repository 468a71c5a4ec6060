"""The definitions of the demo company are complete in both languages and right by our own checks."""

from __future__ import annotations

from collections import Counter

import pytest
from pydantic import TypeAdapter

from metrion.demo.definitions import GROUPS
from metrion.demo.organisation import DEPARTMENTS, DOMAINS, PEOPLE, POLICIES
from metrion.demo.tables import TABLES
from metrion.lake.calendar.definition import calendar_dataset
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.model import DatasetDef, Definition, MetricDef
from metrion.semantic.validate import check_definition

_READER: TypeAdapter[Definition] = TypeAdapter(Definition)
ALL = [_READER.validate_python(raw) for group in GROUPS for raw in group.contents()]
CATALOGUE = Catalogue.of([*ALL, calendar_dataset("internet", owner="li.na")])
"""The calendar comes with the company, not with its definitions."""


@pytest.mark.parametrize("definition", ALL, ids=lambda each: f"{each.kind}-{each.code}")
def test_nothing_is_wrong_with_a_definition(definition: Definition) -> None:
    assert check_definition(definition, CATALOGUE) == ()


def test_there_are_metrics_of_most_kinds_and_at_least_forty() -> None:
    kinds = Counter(each.definition.type for each in ALL if isinstance(each, MetricDef))
    assert sum(kinds.values()) >= 40
    assert set(kinds) >= {"atomic", "derived", "composite", "growth", "share", "nested", "rank"}


def test_every_metric_says_its_caliber_in_both_languages() -> None:
    silent = [each.code for each in ALL if isinstance(each, MetricDef) and not (each.caliber.zh and each.caliber.en)]
    assert silent == []


def test_generated_data_says_that_it_is_generated() -> None:
    real = {each.code for each in ALL if isinstance(each, DatasetDef) and each.real}
    assert real == {"transactions", "stores", "products", "households", "campaigns", "coupon_redemptions"}


def test_every_dataset_has_a_table_and_every_owner_a_name() -> None:
    assert {each.place for each in ALL if isinstance(each, DatasetDef)} == {table.name for table in TABLES}
    people = {person.username for person in PEOPLE}
    assert {each.owner for each in ALL if hasattr(each, "owner") and each.owner} <= people


def test_people_departments_domains_and_policies_fit_together() -> None:
    departments = {department.code for department in DEPARTMENTS}
    assert {person.department for person in PEOPLE} <= departments
    assert {scope for person in PEOPLE for _, scope in person.roles} <= departments
    assert {department for *_, department in DOMAINS} <= departments
    assert {policy.dataset for policy in POLICIES} <= set(CATALOGUE.codes("dataset"))
    assert max(department.path.count("/") for department in DEPARTMENTS) == 4
