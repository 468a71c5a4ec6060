"""The organisation: who may change what, and what follows from a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from metrion.base.errors import Conflict, Forbidden, Invalid, NotFound
from metrion.identity import actions, reads
from metrion.identity.errors import CircularMove, LastAdministrator, OwnAccess, RolesConflict, Taken
from metrion.identity.models import Person
from metrion.identity.schemas import (
    AssignmentNew,
    BilingualName,
    DepartmentChange,
    DepartmentNew,
    PersonChange,
    PersonNew,
)

if TYPE_CHECKING:
    from tests.identity.organisation import Browser, Company

pytestmark = pytest.mark.django_db


def test_moving_a_department_moves_its_subtree_and_every_scope(company: Company) -> None:
    company.hire("li", "east", "approver", scope="retail")
    moved = actions.move_department(company.actor("admin"), "retail", "bank")
    assert moved.path == "/group/bank/retail/"
    paths = {view.code: view.path for view in reads.departments(company.actor("admin"))}
    assert paths == {
        "group": "/group/",
        "bank": "/group/bank/",
        "retail": "/group/bank/retail/",
        "east": "/group/bank/retail/east/",
        "west": "/group/bank/retail/west/",
    }
    li = company.actor("li")
    assert li.department == "/group/bank/retail/east/"
    assert li.may("change.decide", "/group/bank/retail/west/")
    assert not li.may("change.decide", "/group/bank/")


def test_a_department_cannot_go_below_itself(company: Company) -> None:
    with pytest.raises(CircularMove):
        actions.move_department(company.actor("admin"), "retail", "east")


def test_paths_that_begin_alike_are_not_below_each_other(company: Company) -> None:
    new = DepartmentNew(code="east_two", name=BilingualName(zh="东二"), parent="retail")
    actions.create_department(company.actor("admin"), new)
    company.hire("li", "east", "viewer")
    assert company.actor("li").attributes["departments"] == ("east",)
    company.hire("chief", "east", "approver", scope="east")
    assert not company.actor("chief").may("change.decide", "/group/retail/east_two/")


def test_a_tree_that_is_too_deep_is_refused(company: Company) -> None:
    admin, parent = company.actor("admin"), "west"
    for number in range(7):
        code = f"d{number}" + "x" * 60
        actions.create_department(admin, DepartmentNew(code=code, name=BilingualName(zh="深"), parent=parent))
        parent = code
    with pytest.raises(Invalid):
        actions.create_department(admin, DepartmentNew(code="e" * 63, name=BilingualName(zh="深"), parent=parent))
    chain = "r" * 60
    actions.create_department(admin, DepartmentNew(code=chain, name=BilingualName(zh="长"), parent="group"))
    with pytest.raises(Invalid):
        actions.move_department(admin, "retail", chain)


def test_codes_and_user_names_are_used_once(company: Company) -> None:
    admin = company.actor("admin")
    with pytest.raises(Taken):
        actions.create_department(admin, DepartmentNew(code="east", name=BilingualName(zh="东"), parent="bank"))
    with pytest.raises(Taken):
        actions.create_person(admin, PersonNew(username="admin", name=BilingualName(zh="又"), department="bank"))


def test_nobody_changes_his_own_roles_place_attributes_or_state(company: Company) -> None:
    admin = company.actor("admin")
    own = reads.person(admin, "admin").roles[0].id
    with pytest.raises(OwnAccess):
        actions.assign_role(admin, "admin", AssignmentNew(role="approver"))
    with pytest.raises(OwnAccess):
        actions.remove_role(admin, "admin", own)
    with pytest.raises(OwnAccess):
        actions.change_person(admin, "admin", PersonChange(attributes={"region": "all"}))
    with pytest.raises(OwnAccess):
        actions.change_person(admin, "admin", PersonChange(department="bank"))
    with pytest.raises(OwnAccess):
        actions.change_department(admin, "group", DepartmentChange(attributes={"region": "all"}))
    with pytest.raises(OwnAccess):
        actions.disable_person(admin, "admin")
    with pytest.raises(OwnAccess):
        actions.give_temporary_password(admin, "admin")
    assert actions.change_person(admin, "admin", PersonChange(email="admin@example.org")).email == "admin@example.org"


def test_the_last_administrator_stays(company: Company) -> None:
    company.hire("second", "group", "administrator")
    second = company.actor("second")
    first_role = reads.person(second, "admin").roles[0].id
    actions.remove_role(second, "admin", first_role)
    # `admin` holds no role any more; a leftover right of an old actor must not remove the last one.
    stale = second.model_copy(update={"id": Person.objects.get(username="admin").pk, "username": "admin"})
    role = reads.person(second, "second").roles[0].id
    with pytest.raises(LastAdministrator):
        actions.remove_role(stale, "second", role)
    with pytest.raises(LastAdministrator):
        actions.disable_person(stale, "second")


def test_three_hands(company: Company) -> None:
    with pytest.raises(RolesConflict) as refusal:
        actions.assign_role(company.actor("admin"), "officer", AssignmentNew(role="auditor"))
    assert refusal.value.render("zh")["title"] == "“审计员”与“安全管理员”不能由同一人担任。"


def test_a_department_administrator_stays_in_his_department(company: Company) -> None:
    company.hire("local", "retail", "administrator", scope="retail")
    company.hire("inside", "east", "viewer", scope="retail")
    company.hire("chief", "east", "approver")
    local = company.actor("local")
    new = PersonNew(username="fresh", name=BilingualName(zh="新人"), department="west")
    assert actions.create_person(local, new).username == "fresh"
    actions.disable_person(local, "inside")
    with pytest.raises(Forbidden):
        actions.create_person(local, new.model_copy(update={"username": "banker", "department": "bank"}))
    with pytest.raises(Forbidden):
        actions.assign_role(local, "fresh", AssignmentNew(role="viewer"))
    with pytest.raises(Forbidden):
        actions.change_person(local, "fresh", PersonChange(department="bank"))
    # `chief` sits in his department but decides for the whole company: a new password would hand that over.
    with pytest.raises(Forbidden):
        actions.give_temporary_password(local, "chief")
    with pytest.raises(Forbidden):
        actions.move_department(local, "east", "group")


def test_attributes_that_the_product_fills_cannot_be_set(company: Company) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.change_person(company.actor("admin"), "officer", PersonChange(attributes={"path": "/"}))
    assert refusal.value.field == "attributes.path"


def test_roles_give_permissions_where_they_hold(company: Company) -> None:
    li = company.hire("li", "east", "approver", "data_engineer", scope="retail")
    assert li.roles == ("approver", "data_engineer")
    assert li.grants["change.decide"] == ("/group/retail/",)
    assert li.may("data.manage", "/group/retail/west/")
    assert not li.may("data.manage", "/group/bank/")
    assert not li.may("people.manage")


def test_who_holds_a_permission_for_a_department(company: Company) -> None:
    company.hire("near", "east", "approver", scope="east")
    company.hire("above", "retail", "approver", scope="retail")
    company.hire("everywhere", "bank", "approver")
    company.hire("elsewhere", "bank", "approver", scope="bank")
    company.hire("gone", "east", "approver", scope="east")
    actions.disable_person(company.actor("admin"), "gone")
    found = [card.username for card in reads.people_with("change.decide", "/group/retail/east/")]
    assert found == ["above", "everywhere", "near"]


def test_managers(company: Company) -> None:
    admin = company.actor("admin")
    company.hire("head", "retail")
    company.hire("li", "east")
    company.hire("boss", "bank")
    actions.change_department(admin, "retail", DepartmentChange(manager="head"))
    assert reads.manager_of("li") == reads.person_cards(["head"])["head"]
    assert reads.manager_of("head") is None
    actions.change_person(admin, "li", PersonChange(manager="boss"))
    manager = reads.manager_of("li")
    assert manager is not None
    assert manager.username == "boss"
    with pytest.raises(CircularMove):
        actions.change_person(admin, "boss", PersonChange(manager="li"))
    assert [card.username for card in reads.heads_above("/group/retail/east/")] == ["head"]


def test_lists_search_and_pages(company: Company, browser: Browser) -> None:
    for number in range(5):
        company.hire(f"sales_{number}", "east", "viewer")
    browser.sign_in("officer")
    first = browser.get("/api/v1/people?department=retail&limit=2").json()
    assert first["total"] == 5
    second = browser.get(f"/api/v1/people?department=retail&limit=2&cursor={first['next_cursor']}").json()
    third = browser.get(f"/api/v1/people?department=retail&limit=2&cursor={second['next_cursor']}").json()
    found = [card["username"] for page in (first, second, third) for card in page["items"]]
    assert found == [f"sales_{number}" for number in range(5)]
    assert third["next_cursor"] is None
    assert browser.get("/api/v1/people?search=3先生").json()["items"][0]["username"] == "sales_3"
    assert browser.get("/api/v1/people?role=auditor").json()["total"] == 1
    assert browser.get("/api/v1/people?cursor=forged").status_code == 422


def test_the_private_part_of_a_person_is_for_few(company: Company) -> None:
    company.hire("li", "east", "viewer", phone="123")
    company.hire("wang", "east", "viewer")
    assert reads.person(company.actor("wang"), "li").private is None
    for reader in ("li", "admin", "officer", "auditor"):
        private = reads.person(company.actor(reader), "li").private
        assert private is not None
        assert private.effective_attributes["phone"] == "123"
        assert private.effective_attributes["path"] == "/group/retail/east/"
    with pytest.raises(NotFound):
        reads.person(company.actor("wang"), "nobody")


def test_a_company_is_founded_once(company: Company) -> None:
    del company
    new = PersonNew(username="intruder", name=BilingualName(zh="外人"), department="group")
    with pytest.raises(Conflict):
        actions.found_company(BilingualName(zh="集团"), new)
    assert not Person.objects.filter(username="intruder").exists()
