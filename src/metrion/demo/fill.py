"""Build the demo company through the same actions that everybody uses.

Each step looks at what is there and does what is missing, so an interrupted fill is finished by running
it again. Nothing here writes a table or a file of another room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from metrion.base.paging import MAX_PAGE
from metrion.catalog import actions as catalog_actions
from metrion.catalog import reads as catalog
from metrion.catalog.schemas import DomainBody
from metrion.collaboration import actions as collaboration
from metrion.collaboration import reads as collaboration_reads
from metrion.demo.accounts import let_the_command_ask, passwords
from metrion.demo.definitions import GROUPS, PROPOSAL, PROPOSAL_REASON, DefinitionGroup, RawDefinition
from metrion.demo.organisation import DEPARTMENTS, DOMAINS, PEOPLE, POLICIES, SENSITIVE_GRANTS, DemoPerson
from metrion.demo.story import PROMOTIONS
from metrion.demo.tables import TABLES
from metrion.governance import actions as governance
from metrion.governance import reads as governance_reads
from metrion.identity import actions as identity
from metrion.identity import reads as identity_reads
from metrion.identity.schemas import (
    Actor,
    AssignmentNew,
    Audience,
    BilingualName,
    DepartmentNew,
    GrantNew,
    PersonNew,
    PolicyBody,
)
from metrion.integration import actions as integration
from metrion.integration import reads as integration_reads
from metrion.integration.schemas import EventChange
from metrion.query.backtest import backtest

if TYPE_CHECKING:
    from uuid import UUID

Report = Callable[[str, str], None]
"""Told (zh, en) what is being done."""

ADMINISTRATOR, SECURITY, ENGINEER = "zhou.ming", "wu.jing", "li.na"
_REASON = "演示公司初始化"


def fill(report: Report) -> None:
    """Make the demo company complete. May be called again at any time; does only what is missing."""
    secrets = passwords()
    let_the_command_ask()
    report("组织与人员", "organisation and people")
    _organisation(secrets)
    integration.reconcile()
    report("企业日历", "the company calendar")
    integration.found_calendar(_as(ADMINISTRATOR), owner=ENGINEER)
    _events()
    for table in TABLES:
        if not integration_reads.lake().exists(table.name):
            report(f"数据表 {table.name}", f"table {table.name}")
            integration.load_rows(
                _as(ENGINEER),
                table.name,
                table.rows().to_reader(),
                origin=table.origin,
                primary_key=table.primary_key,
                sort_by=table.sort_by,
            )
    report("业务域与权限策略", "domains and policies")
    _domains()
    _policies()
    for group in GROUPS:
        if missing := list(_unpublished(group)):
            report(f"发布 {group.title.zh}({len(missing)})", f"publish {group.title.en} ({len(missing)})")
            _publish(group, missing)
    report("关注与待审批", "followed metrics and one open change")
    _follows()
    _open_change()


def _as(username: str) -> Actor:
    return identity_reads.actor_for(username, "cli")


def _organisation(secrets: dict[str, str]) -> None:
    root = DEPARTMENTS[0]
    people = {card.username for card in identity_reads.person_cards([person.username for person in PEOPLE]).values()}
    chief = next(person for person in PEOPLE if person.username == ADMINISTRATOR)
    if ADMINISTRATOR not in people:
        name = BilingualName(zh=root.name.zh, en=root.name.en)
        identity.found_company(name, _new(chief, root.code), secrets[ADMINISTRATOR])
    actor = _as(ADMINISTRATOR)
    known = {view.code for view in identity_reads.departments(actor)}
    for department in DEPARTMENTS:
        if department.code not in known:
            identity.create_department(
                actor,
                DepartmentNew(
                    code=department.code,
                    name=BilingualName(zh=department.name.zh, en=department.name.en),
                    parent=department.parent,
                    attributes=department.attributes,
                ),
            )
    for person in PEOPLE:
        if person.username not in people and person is not chief:
            identity.create_person(actor, _new(person, person.department), secrets[person.username])
        _roles(actor, person)


def _new(person: DemoPerson, department: str) -> PersonNew:
    name = BilingualName(zh=person.name.zh, en=person.name.en)
    return PersonNew(username=person.username, name=name, department=department)


def _roles(actor: Actor, person: DemoPerson) -> None:
    if person.username == ADMINISTRATOR:
        return
    held = {(role.role, role.department) for role in identity_reads.person(actor, person.username).roles}
    for role, department in person.roles:
        scope = None if department == DEPARTMENTS[0].code else department
        if (role, scope) not in held:
            identity.assign_role(actor, person.username, AssignmentNew(role=role, department=scope))


def _events() -> None:
    """Put the promotions of the internet line into the calendar."""
    actor = _as(ENGINEER)
    known = {edit.after for edit in integration_reads.calendar_edits(actor, None, MAX_PAGE).items}
    for event in PROMOTIONS:
        if event not in known:
            integration.edit_calendar(actor, EventChange(event=event, reason=_REASON))


def _domains() -> None:
    actor = _as(ENGINEER)
    known = {node.code for root in catalog.domain_tree(actor) for node in (root, *root.children)}
    for code, parent, name, department in DOMAINS:
        if code not in known:
            catalog_actions.create_domain(actor, DomainBody(code=code, name=name, parent=parent, department=department))


def _policies() -> None:
    actor = _as(SECURITY)
    known = {(policy.name.zh, policy.dataset) for policy in identity_reads.policies(actor)}
    for policy in POLICIES:
        if (policy.name.zh, policy.dataset) not in known:
            identity.create_policy(
                actor,
                PolicyBody(
                    name=BilingualName(zh=policy.name.zh, en=policy.name.en),
                    dataset=policy.dataset,
                    condition=policy.condition,
                    audience=Audience(departments=policy.departments),
                ),
            )
    granted = {(grant.dataset, grant.column) for grant in identity_reads.column_grants(actor)}
    for dataset, columns, username in SENSITIVE_GRANTS:
        for column in columns:
            if (dataset, column) not in granted:
                audience = Audience(persons=(username,))
                identity.grant_column(
                    actor, GrantNew(dataset=dataset, column=column, audience=audience, reason="客群分析")
                )


def _unpublished(group: DefinitionGroup) -> Iterator[RawDefinition]:
    catalogue = catalog.catalogue()
    for raw in group.contents():
        kind, code = raw["kind"], raw["code"]
        if not catalogue.has(kind, code):  # type: ignore[arg-type]  # the YAML is checked when it is submitted
            yield raw


def _publish(group: DefinitionGroup, contents: list[RawDefinition]) -> None:
    """Draft as the author, submit, look at the numbers and approve as the approver."""
    author, approver = _as(group.author), _as(group.approver)
    change = _asked(author, group.title.zh) or _ask(author, contents, group.title.zh, _REASON)
    if group.has_metrics:
        backtest(approver, change)
    read = governance_reads.change(approver, change)
    governance.decide(approver, change, "approve", read.digest, "", idempotency_key=f"demo-{change}")


def _ask(author: Actor, contents: list[RawDefinition], title: str, reason: str) -> UUID:
    drafts = catalog_actions.import_drafts(author, contents)
    return governance.submit(author, drafts, title, reason).id


def _asked(author: Actor, title: str) -> UUID | None:
    """Return the author's change that waits for a decision: an interrupted fill goes on with it."""
    waiting = governance_reads.changes(author, "mine", state="pending").items
    return next((card.id for card in waiting if card.title == title), None)


def _open_change() -> None:
    """Leave one change of meaning to be decided, so that the approver's first day has something to do."""
    author = _as(PROPOSAL.author)
    mine = governance_reads.changes(author, "mine").items
    if all(card.title != PROPOSAL.title.zh for card in mine):
        _ask(author, list(PROPOSAL.contents()), PROPOSAL.title.zh, PROPOSAL_REASON)


def _follows() -> None:
    """Let everybody who reads numbers follow the core metrics that are open to them; the administrator has none."""
    core = catalog.MetricFilters(tag="核心")
    for person in PEOPLE:
        actor = _as(person.username)
        reads_numbers = actor.may("metric.read") and not actor.may("system.manage")
        if reads_numbers and not collaboration_reads.follows(actor).total:
            for card in reversed(catalog.metric_cards(actor, "", core, limit=6).items):
                collaboration.follow(actor, card.code)
