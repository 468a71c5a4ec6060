"""What a person may see of datasets: row policies, column grants and the explanation of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrion.base.errors import Conflict, Faults, Forbidden
from metrion.base.text import Text
from metrion.identity import actions, ports, reads
from metrion.identity.errors import OwnAccess
from metrion.identity.schemas import (
    Audience,
    BilingualName,
    DepartmentChange,
    GrantNew,
    PersonChange,
    PolicyBody,
    PolicyChange,
)
from metrion.semantic.condition import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    Condition,
    Formula,
    Not,
    OneOf,
    Or,
    PersonValue,
    RelativeDay,
)
from metrion.semantic.model import Column, DatasetDef, LakeTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.identity.organisation import Browser, Company

pytestmark = pytest.mark.django_db

SALES = DatasetDef(
    code="sales",
    name=Text(zh="销售", en="Sales"),
    domain="retail",
    shape="fact",
    source=LakeTable(table="sales"),
    columns=(
        Column(name="region", type="string", label=Text(zh="区域", en="Region")),
        Column(name="income", type="string", label=Text(zh="收入", en="Income"), sensitive=True),
    ),
)
OPEN = SALES.model_copy(update={"code": "calendar", "row_access": "open", "columns": ()})
OWN_DEPARTMENTS = OneOf(field="region", values=PersonValue(person="departments"))


@pytest.fixture(autouse=True)
def _published() -> Iterator[None]:
    """Stand in for the catalogue: `sales` is published."""
    sources = list(ports._dataset_sources)
    ports.plug_datasets({"sales": SALES}.get)
    yield
    ports._dataset_sources[:] = sources


def allow(company: Company, condition: Condition, dataset: str = "sales", **audience: object) -> None:
    """Write a policy as the security officer."""
    body = PolicyBody(
        name=BilingualName(zh="策略"),
        dataset=dataset,
        condition=condition,
        audience=Audience.model_validate(audience),
    )
    actions.create_policy(company.actor("officer"), body)


def rows_for(company: Company, username: str) -> Condition | None:
    """Return the row condition on sales; None means all rows."""
    return reads.data_scope(company.actor(username), [SALES]).rows.get("sales")


def test_without_a_policy_nothing_is_seen_and_an_open_dataset_is_seen_whole(company: Company) -> None:
    actor = company.hire("li", "east", "viewer")
    assert dict(reads.data_scope(actor, [SALES, OPEN]).rows) == {"sales": NOTHING}


def test_own_department_and_what_is_below(company: Company) -> None:
    allow(company, OWN_DEPARTMENTS, everyone=True)
    company.hire("li", "east", "viewer")
    company.hire("wang", "retail", "viewer")
    assert rows_for(company, "li") == OneOf(field="region", values=("east",))
    assert rows_for(company, "wang") == OneOf(field="region", values=("retail", "east", "west"))


def test_policies_add_up_and_all_rows_swallow_the_rest(company: Company) -> None:
    company.hire("li", "east", "analyst")
    allow(company, OneOf(field="region", values=("east",)), roles=["analyst"])
    allow(company, Compare(field="region", op="eq", value="west"), persons=["li"])
    allow(company, Compare(field="region", op="eq", value="north"), departments=["bank"])
    both = Or(items=(OneOf(field="region", values=("east",)), Compare(field="region", op="eq", value="west")))
    assert rows_for(company, "li") == both
    allow(company, EVERYTHING, departments=["retail"])
    assert rows_for(company, "li") is None


@pytest.mark.parametrize(
    "condition",
    [
        Compare(field="region", op="eq", value=PersonValue(person="region")),
        Not(item=Compare(field="region", op="eq", value=PersonValue(person="region"))),
        OneOf(field="region", values=PersonValue(person="region"), negated=True),
        Or(items=(EVERYTHING, Compare(field="region", op="eq", value=PersonValue(person="region")))),
        Compare(field="region", op="ne", value=PersonValue(person="departments")),
    ],
)
def test_a_missing_or_unfit_attribute_grants_nothing(company: Company, condition: Condition) -> None:
    """Also where the condition is negated or would be true without it."""
    allow(company, condition, everyone=True)
    company.hire("li", "east", "viewer")
    assert rows_for(company, "li") == NOTHING


def test_attributes_are_inherited_and_one_value_fits_a_list(company: Company) -> None:
    admin = company.actor("admin")
    actions.change_department(admin, "retail", DepartmentChange(attributes={"region": "whole", "line": "retail"}))
    allow(company, OneOf(field="region", values=PersonValue(person="region")), everyone=True)
    company.hire("li", "east", "viewer")
    company.hire("wang", "east", "viewer", region=("north", "south"))
    assert rows_for(company, "li") == OneOf(field="region", values=("whole",))
    assert rows_for(company, "wang") == OneOf(field="region", values=("north", "south"))
    actions.change_person(admin, "li", PersonChange(department="bank"))
    assert rows_for(company, "li") == NOTHING


def test_an_audience_of_roles_and_departments_asks_for_both(company: Company) -> None:
    allow(company, EVERYTHING, roles=["analyst"], departments=["retail"])
    company.hire("both", "east", "analyst")
    company.hire("role", "bank", "analyst")
    company.hire("place", "east", "viewer")
    assert rows_for(company, "both") is None
    assert rows_for(company, "role") == rows_for(company, "place") == NOTHING


def test_an_empty_audience_is_nobody(company: Company) -> None:
    allow(company, EVERYTHING)
    company.hire("li", "east", "analyst")
    assert rows_for(company, "li") == NOTHING


def test_a_sensitive_column_is_hidden_until_it_is_granted(company: Company) -> None:
    company.hire("li", "east", "analyst")
    company.hire("wang", "east", "viewer")
    assert reads.data_scope(company.actor("li"), [SALES]).hidden_columns == {("sales", "income")}
    new = GrantNew(dataset="sales", column="income", audience=Audience(roles=("analyst",)), reason="risk study")
    grant = actions.grant_column(company.actor("officer"), new)
    assert reads.data_scope(company.actor("li"), [SALES]).hidden_columns == frozenset()
    assert reads.data_scope(company.actor("wang"), [SALES]).hidden_columns == {("sales", "income")}
    actions.revoke_column(company.actor("officer"), grant.id)
    assert reads.data_scope(company.actor("li"), [SALES]).hidden_columns == {("sales", "income")}


def test_the_scope_costs_the_same_whatever_the_number_of_datasets(company: Company) -> None:
    actor = company.hire("li", "east", "analyst")
    datasets = [SALES.model_copy(update={"code": f"sales_{n}"}) for n in range(20)]
    for dataset in datasets:
        allow(company, OWN_DEPARTMENTS, dataset.code, everyone=True)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            scope = reads.data_scope(actor, datasets)
        counts.append(len(queries))
        assert len(scope.rows) == 20
    assert counts == [3, 1]


def test_people_with_equal_rights_share_a_cache_key_and_others_do_not(company: Company) -> None:
    allow(company, OWN_DEPARTMENTS, everyone=True)
    keys = {
        name: reads.data_scope(company.hire(name, at, "viewer"), [SALES]).key
        for name, at in (("a", "east"), ("b", "east"), ("c", "west"))
    }
    assert keys["a"] == keys["b"] != keys["c"]


def test_the_explanation_says_what_and_why(company: Company) -> None:
    company.hire("li", "east", "analyst")
    allow(company, OWN_DEPARTMENTS, departments=["retail"])
    allow(company, Compare(field="region", op="eq", value=PersonValue(person="city")), roles=["analyst"])
    seen = reads.what_can_see(company.actor("officer"), "li", "sales")
    assert seen.may_query
    assert seen.rows == "some"
    assert seen.words == Text(zh="区域属于“east”", en="Region is one of “east”")
    assert [(one.because, one.missing_attributes) for one in seen.policies] == [
        (("department:retail",), ()),
        (("role:analyst",), ("city",)),
    ]
    assert [(one.column, one.hidden) for one in seen.columns] == [("income", True)]
    assert reads.what_can_see(company.actor("auditor"), "li", "sales") == seen


def test_the_explanation_is_for_those_who_manage_policies(company: Company) -> None:
    with pytest.raises(Forbidden):
        reads.what_can_see(company.actor("admin"), "officer", "sales")


def test_administrators_do_not_write_policies_nor_officers_people(company: Company, browser: Browser) -> None:
    with pytest.raises(Forbidden):
        actions.create_policy(
            company.actor("admin"),
            PolicyBody(
                name=BilingualName(zh="策略"), dataset="sales", condition=EVERYTHING, audience=Audience(everyone=True)
            ),
        )
    browser.sign_in("officer")
    assert browser.post("/api/v1/people/li/disable").json()["code"] == "forbidden"


def test_nobody_opens_something_to_himself_by_name(company: Company) -> None:
    with pytest.raises(OwnAccess):
        allow(company, EVERYTHING, persons=["officer"])


def test_a_policy_holds_only_what_can_be_judged_without_a_question(company: Company) -> None:
    condition = And(
        items=(
            Formula(formula="region = 'E'"),
            Not(item=Compare(field="day", op="ge", value=RelativeDay(today=-7))),
            Compare(field="metric_time", op="ge", value="2024-01-31"),
        )
    )
    with pytest.raises(Faults) as refused:
        allow(company, condition, everyone=True)
    assert [(fault.code, fault.field) for fault in refused.value.faults] == [
        ("policy_condition", "condition.items.0"),
        ("policy_condition", "condition.items.1.item"),
        ("policy_condition", "condition.items.2"),
    ]
    assert all(fault.render("zh")["title"] and fault.render("en")["title"] for fault in refused.value.faults)
    allow(company, OWN_DEPARTMENTS, everyone=True)
    (view,) = reads.policies(company.actor("officer"))
    change = PolicyChange.model_validate(
        {**view.model_dump(exclude={"id", "words", "changed_by", "changed_at"}), "condition": condition}
    )
    with pytest.raises(Faults):
        actions.change_policy(company.actor("officer"), view.id, change)


def test_unknown_names_in_an_audience_are_told_all_at_once(company: Company) -> None:
    with pytest.raises(Faults) as refusal:
        allow(company, EVERYTHING, persons=["ghost"], departments=["atlantis"])
    assert len(refusal.value.faults) == 2


def test_a_change_over_a_change_is_refused(company: Company) -> None:
    allow(company, EVERYTHING, everyone=True)
    officer = company.actor("officer")
    policy = reads.policies(officer)[0]
    content = policy.model_dump(include=set(PolicyBody.model_fields))
    changed = actions.change_policy(officer, policy.id, PolicyChange(**{**content, "enabled": False}, revision=1))
    assert changed.revision == 2
    with pytest.raises(Conflict):
        actions.change_policy(officer, policy.id, PolicyChange(**content, revision=1))
    company.hire("li", "east", "viewer")
    assert rows_for(company, "li") == NOTHING


def test_a_condition_survives_the_api(company: Company, browser: Browser) -> None:
    browser.sign_in("officer")
    condition = And(items=(OWN_DEPARTMENTS, Compare(field="amount", op="ge", value=0.5)))
    body = {
        "name": {"zh": "本部门", "en": "Own department"},
        "dataset": "sales",
        "condition": condition.model_dump(mode="json"),
        "audience": {"everyone": True},
    }
    answer = browser.post("/api/v1/policies", body)
    assert answer.status_code == 201
    assert answer.json()["words"] == {
        "zh": "region属于本人的“departments” 且 amount大于等于0.5",
        "en": "region is one of the person's “departments” and amount is at least 0.5",
    }
    assert reads.policies(company.actor("officer"))[0].condition == condition
    preview = browser.post("/api/v1/policies/preview", {"username": "officer", "dataset": "sales"}).json()
    assert preview["rows"] == "some"
    assert browser.post("/api/v1/policies/preview", {"username": "officer", "dataset": "nope"}).status_code == 404
