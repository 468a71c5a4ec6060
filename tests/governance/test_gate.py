"""Nothing is published without an approval of exactly that content by somebody else who may decide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction
from tests.governance.house import ORDERS, House, metric, new_key

from metrion.audit.reads import verify
from metrion.base.clock import frozen_at, now
from metrion.base.errors import Faults, Forbidden, Invalid, NotFound
from metrion.catalog import actions as catalog
from metrion.catalog import reads as catalogue
from metrion.catalog.errors import AlreadyInReview
from metrion.governance import actions, reads, store
from metrion.governance.errors import (
    CommentRequired,
    ContentTampered,
    EvidenceMissing,
    KeyReused,
    NoChange,
    NotADecider,
    NotOpen,
    NotTheRequester,
    RemindedTooSoon,
    SelfApproval,
    StaleBase,
    StaleDigest,
)
from metrion.governance.models import ApprovalEvent, ChangeItem, ChangeRequest, Evidence
from metrion.identity import actions as identity
from metrion.identity.schemas import AssignmentNew

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from metrion.governance.schemas import ChangeView


def version_of(code: str) -> int | None:
    return catalogue.catalogue().version("metric", code)


def audit_actions(house: House, change: ChangeView) -> list[str]:
    from metrion.audit.reads import entries  # noqa: PLC0415
    from metrion.audit.schemas import Filters  # noqa: PLC0415

    page = entries(house.actor("auditor"), Filters(target_kind="change", target_id=str(change.id)), None)
    return [entry.action for entry in reversed(page.items)]


def test_the_whole_way_of_a_new_metric(house: House) -> None:
    change = house.submit(metric("sales"))
    assert (change.state, change.change_class, change.can_decide) == ("pending", "additive", False)
    assert change.why_not is not None
    assert change.why_not.code == "self_approval"
    assert version_of("sales") is None
    assert reads.inbox_count(house.actor("aria")).count == 1
    seen = house.see("aria", change)
    assert [person.username for person in seen.levels[0].candidates] == ["abe", "aria"]
    assert (seen.can_decide, seen.can_approve) == (True, False)
    assert seen.why_not_approve is not None
    assert seen.why_not_approve.code == "evidence_missing"
    with pytest.raises(EvidenceMissing):
        house.decide("aria", change)
    house.prove("aria", change)
    assert house.see("aria", change).can_approve
    done = house.decide("aria", change)
    assert (done.state, done.publication, version_of("sales")) == ("approved", "published", 1)
    assert reads.inbox_count(house.actor("abe")).count == 0
    assert audit_actions(house, change) == [
        "change.submitted",
        "change.evidence_seen",
        "change.approved",
        "change.published",
    ]
    assert verify().intact
    assert [entry.kind for entry in done.timeline] == ["submitted", "seat_decided", "approved", "published"]


def test_nobody_approves_his_own_work_and_is_told_who_may(house: House) -> None:
    identity.assign_role(house.actor("admin"), "dana", AssignmentNew(role="approver", department="retail"))
    change = house.submit(metric("sales"), by="ann", co_authors=["dana"])
    house.prove("dana", change)
    for author in ("ann", "dana"):
        with pytest.raises(SelfApproval) as refusal:
            house.decide(author, change)
        assert "aria先生" in refusal.value.render("zh")["remedy"]
        for other in ("reject", "return"):
            with pytest.raises(SelfApproval):
                house.decide(author, change, other)
    assert version_of("sales") is None


def test_another_department_may_not_decide(house: House) -> None:
    change = house.submit(metric("sales"))
    with pytest.raises(NotFound):
        house.decide("bea", change)
    identity.assign_role(house.actor("admin"), "bea", AssignmentNew(role="auditor"))
    with pytest.raises(NotADecider):
        house.decide("bea", change)


def test_a_decision_quotes_what_was_read(house: House) -> None:
    change = house.submit(metric("sales"))
    house.prove("aria", change)
    with pytest.raises(StaleDigest):
        house.decide("aria", change, digest="0" * 64)
    with pytest.raises(StaleDigest):
        actions.attach_evidence(house.actor("aria"), change.id, "0" * 64, "preview", {})
    assert ChangeRequest.objects.get(id=change.id).state == "pending"


def test_evidence_counts_for_him_who_saw_it(house: House) -> None:
    change = house.submit(metric("sales"))
    house.prove("abe", change)
    house.prove("abe", change)
    assert Evidence.objects.filter(change=change.id).count() == 1
    (proof,) = house.see("aria", change).evidence
    assert (proof.kind, proof.present, proof.seen_by_me, proof.seen_by) == ("preview", True, False, ("abe",))
    with pytest.raises(EvidenceMissing):
        house.decide("aria", change)


def test_a_semantic_change_shows_its_difference_and_needs_a_backtest(house: House) -> None:
    house.publish(metric("sales"))
    change = house.submit(metric("sales", "amount - cost", name={"zh": "新名", "en": "New"}))
    seen = house.see("aria", change)
    assert seen.change_class == "semantic"
    assert [proof.kind for proof in seen.evidence] == ["backtest"]
    (item,) = seen.items
    found = {each.path: (each.old, each.new, each.change_class) for each in item.differences}
    assert found["definition.measure.expression"] == ("amount", "amount - cost", "semantic")
    assert found["name"][2] == "cosmetic"
    house.prove("aria", change)
    house.decide("aria", change)
    assert version_of("sales") == 2


def test_a_cosmetic_change_needs_no_number(house: House) -> None:
    house.publish(metric("sales"))
    change = house.submit(metric("sales", name={"zh": "新名", "en": "New"}))
    assert (change.change_class, change.evidence) == ("cosmetic", ())
    house.decide("aria", change)
    assert version_of("sales") == 2


def test_a_change_of_data_lists_the_metrics_above_it(house: House) -> None:
    house.publish(metric("sales"))
    columns = [each if each["name"] != "cost" else {**each, "type": "float"} for each in ORDERS["columns"]]
    change = house.submit({**ORDERS, "columns": columns}, by="dana")
    (item,) = house.see("aria", change).items
    assert (change.change_class, [row.code for row in item.impact]) == ("drift", ["sales"])
    assert [proof.kind for proof in change.evidence] == ["backtest"]


def test_several_drafts_are_published_together(house: House) -> None:
    ratio = metric("margin", definition={"type": "composite", "formula": "[profit] / [sales]"}, unit="%")
    change = house.submit(metric("sales"), metric("profit", "amount - cost"), ratio)
    house.prove("aria", change)
    house.decide("aria", change)
    assert [version_of(code) for code in ("sales", "profit", "margin")] == [1, 1, 1]


def test_everything_wrong_is_said_at_once_and_nothing_is_frozen(house: House) -> None:
    drafts = [house.draft(metric("sales", "amont")), house.draft(metric("profit", unit="斤斤"))]
    with pytest.raises(Faults) as refusal:
        actions.submit(house.actor("ann"), drafts, "t", "r")
    assert {(fault.field or "").split(".")[1] for fault in refusal.value.faults} == {"sales", "profit"}
    assert not ChangeItem.objects.filter(code__in=["sales", "profit"]).exists()


def test_a_change_of_nothing_is_refused(house: House) -> None:
    house.publish(metric("sales"))
    with pytest.raises(NoChange):
        house.submit(metric("sales"))


def test_one_definition_has_one_open_change(house: House) -> None:
    house.submit(metric("sales"))
    with pytest.raises((AlreadyInReview, Faults)):
        house.submit(metric("sales"), by="dana")


def test_a_rejected_change_opens_its_drafts_again(house: House) -> None:
    change = house.submit(metric("sales"))
    with pytest.raises(CommentRequired):
        house.decide("aria", change, "reject", comment="")
    assert house.decide("aria", change, "reject").state == "rejected"
    again = house.submit(metric("sales"))
    assert again.number == change.number + 1
    with pytest.raises(NotOpen):
        house.decide("abe", change)


def test_a_returned_change_comes_back_with_new_content(house: House) -> None:
    change = house.submit(metric("sales"))
    house.prove("aria", change)
    returned = house.decide("aria", change, "return")
    assert returned.state == "returned"
    assert house.see("ann", change).can_resubmit
    house.draft(metric("sales", "amount - cost"))
    again = actions.resubmit(house.actor("ann"), change.id, "mended", idempotency_key=new_key())
    assert (again.state, again.round, again.digest == change.digest) == ("pending", 2, False)
    with pytest.raises(StaleDigest):
        house.decide("aria", change)
    with pytest.raises(EvidenceMissing):
        house.decide("aria", again)
    house.prove("aria", again)
    house.decide("aria", again)
    assert version_of("sales") == 2, "the first version was never in force"


def test_withdrawing_and_reminding_are_for_the_authors(house: House) -> None:
    change = house.submit(metric("sales"))
    for step in (actions.withdraw, actions.remind):
        with pytest.raises(NotTheRequester):
            step(house.actor("aria"), change.id, idempotency_key=new_key())
    actions.remind(house.actor("ann"), change.id, idempotency_key=new_key())
    with pytest.raises(RemindedTooSoon):
        actions.remind(house.actor("ann"), change.id, idempotency_key=new_key())
    assert actions.withdraw(house.actor("ann"), change.id, idempotency_key=new_key()).state == "withdrawn"
    house.submit(metric("sales"))


def test_commands_repeat_without_effect(house: House) -> None:
    draft = house.draft(metric("sales"))
    key = new_key()
    first = actions.submit(house.actor("ann"), [draft], "t", "r", idempotency_key=key)
    again = actions.submit(house.actor("ann"), [draft], "t", "r", idempotency_key=key)
    assert again.id == first.id
    with pytest.raises(KeyReused):
        actions.submit(house.actor("ann"), [draft], "other", "r", idempotency_key=key)
    house.prove("aria", first)
    done = house.decide("aria", first, idempotency_key="decision-1")
    events = ApprovalEvent.objects.filter(change=first.id).count()
    assert house.decide("aria", first, idempotency_key="decision-1") == done
    assert ApprovalEvent.objects.filter(change=first.id).count() == events
    with pytest.raises(KeyReused):
        house.decide("aria", first, "reject", idempotency_key="decision-1")


def test_a_base_that_moved_stops_the_approval(house: House) -> None:
    house.publish(metric("sales"))
    change = house.submit(metric("sales", "amount - cost"))
    house.prove("aria", change)
    catalog.archive(house.actor("admin"), "metric", "sales")
    seen = house.see("aria", change)
    assert seen.stale
    assert seen.why_not_approve is not None
    assert seen.why_not_approve.code == "stale_base"
    with pytest.raises(StaleBase):
        house.decide("aria", change)
    assert house.decide("aria", change, "reject").state == "rejected"


def test_a_scheduled_change_waits_for_its_day(house: House) -> None:
    day = now() + timedelta(days=2)
    with pytest.raises(Invalid):
        house.submit(metric("sales"), effective_from=now() - timedelta(seconds=1))
    change = house.submit(metric("sales"), effective_from=day)
    house.prove("aria", change)
    done = house.decide("aria", change)
    assert (done.state, done.publication) == ("approved", "scheduled")
    assert actions.publish_due() == 0
    with frozen_at(day + timedelta(seconds=1)):
        assert actions.publish_due() == 1
        assert actions.publish_due() == 0
        assert version_of("sales") == 1
        assert house.see("ann", change).publication == "published"


def test_a_scheduled_change_whose_base_moved_is_not_published(house: House) -> None:
    house.publish(metric("sales"))
    day = now() + timedelta(days=2)
    change = house.submit(metric("sales", "amount - cost"), effective_from=day)
    house.prove("aria", change)
    house.decide("aria", change)
    catalog.archive(house.actor("admin"), "metric", "sales")
    with frozen_at(day + timedelta(seconds=1)):
        actions.publish_due()
        assert version_of("sales") is None
        assert house.see("ann", change).publication == "stale"
    assert audit_actions(house, change)[-1] == "change.stale"


@pytest.mark.parametrize("tampering", ["item", "date", "item_added"])
def test_what_was_tampered_with_is_not_published(house: House, tampering: str) -> None:
    change = house.submit(metric("sales"))
    other = house.submit(metric("profit", "amount - cost"))
    house.prove("aria", change)
    if tampering == "item":
        ChangeItem.objects.filter(change=change.id).update(digest="0" * 64)
    elif tampering == "date":
        ChangeRequest.objects.filter(id=change.id).update(effective_from=now() + timedelta(days=1))
    else:
        ChangeItem.objects.filter(change=other.id).update(change=change.id, position=1)
        actions.attach_evidence(house.actor("aria"), change.id, change.digest, "preview", {"a": 1})
    with pytest.raises(ContentTampered):
        house.decide("aria", change)
    assert version_of("sales") is None
    assert version_of("profit") is None


@pytest.mark.parametrize("table", [ApprovalEvent, Evidence])
def test_events_and_evidence_are_only_ever_added(house: House, table: type[ApprovalEvent | Evidence]) -> None:
    change = house.submit(metric("sales"))
    house.prove("aria", change)
    found = table.objects.filter(change=change.id)
    assert found.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        found.update(change=change.id)
    with pytest.raises(DatabaseError), transaction.atomic():
        found._raw_delete(found.db)


def test_the_state_is_the_fold_of_what_is_stored(house: House) -> None:
    change = house.publish(metric("sales"))
    held = store.load(ChangeRequest.objects.get(id=change.id))
    assert (held.state.status, held.row.state, held.state.digest) == ("approved", "approved", held.row.digest)


def test_without_an_approver_it_stands_still_until_one_comes(house: House) -> None:
    for name in ("aria", "abe"):
        assignments = [each for each in house.roles(name) if each.role == "approver"]
        identity.remove_role(house.actor("admin"), name, assignments[0].id)
    change = house.submit(metric("sales"))
    assert change.state == "blocked"
    assert change.blocked_because is not None
    assert "管理员" in change.blocked_because.zh
    identity.assign_role(house.actor("admin"), "abe", AssignmentNew(role="approver", department="retail"))
    assert actions.refresh_open() == 1
    assert actions.refresh_open() == 0
    assert reads.inbox_count(house.actor("abe")).count == 1
    house.prove("abe", change)
    assert house.decide("abe", change).publication == "published"


def test_who_lost_the_permission_cannot_decide(house: House) -> None:
    change = house.submit(metric("sales"))
    house.prove("aria", change)
    (assignment,) = house.roles("aria")
    identity.remove_role(house.actor("admin"), "aria", assignment.id)
    assert reads.inbox_count(house.actor("aria")).count == 0
    with pytest.raises(NotADecider):
        house.decide("aria", change)


def test_moving_between_domains_needs_both(house: House) -> None:
    house.publish(metric("sales"))
    identity.assign_role(house.actor("admin"), "ann", AssignmentNew(role="analyst", department="bank"))
    change = house.submit(metric("sales", domain="risk"))
    assert change.state == "blocked", "aria decides for retail, bea for bank, nobody for both"
    house.company.hire("root", "group", "approver")
    actions.refresh_open()
    assert [each.username for each in house.see("root", change).levels[0].candidates] == ["root"]


@pytest.mark.parametrize(("reader", "sees"), [("ann", 1), ("aria", 1), ("auditor", 1), ("viewer", 0), ("bea", 0)])
def test_a_change_is_seen_by_those_whom_it_concerns(house: House, reader: str, sees: int) -> None:
    before = reads.changes(house.actor(reader), "all").total
    change = house.submit(metric("sales"))
    page = reads.changes(house.actor(reader), "all")
    assert page.total - before == sees
    if sees:
        assert reads.candidate(house.actor(reader), change.id)[0].code == "sales"
    else:
        with pytest.raises(NotFound):
            reads.change(house.actor(reader), change.id)
        with pytest.raises(NotFound):
            actions.comment(house.actor(reader), change.id, "hello", idempotency_key=new_key())


def test_lists_are_paged_and_boxed(house: House) -> None:
    numbers = [house.submit(metric(code)).number for code in ("a", "b", "c")]
    first = reads.changes(house.actor("aria"), "inbox", limit=2)
    rest = reads.changes(house.actor("aria"), "inbox", cursor=first.next_cursor, limit=2)
    assert [card.number for card in (*first.items, *rest.items)] == sorted(numbers, reverse=True)
    assert (first.total, rest.next_cursor) == (3, None)
    assert all(card.can_decide and card.item_count == 1 and card.items[0].name.zh for card in first.items)
    assert reads.changes(house.actor("ann"), "mine", state="pending").total == 3
    assert reads.changes(house.actor("ann"), "mine", state="approved").total == 0


def test_simulation_tells_class_people_and_evidence_and_stores_nothing(house: House) -> None:
    draft = house.draft(metric("sales"))
    before = ChangeRequest.objects.count()
    found = reads.simulate(house.actor("ann"), [draft])
    assert (found.change_class, found.evidence, found.blocked_because) == ("additive", ("preview",), None)
    assert [person.username for person in found.levels[0].candidates] == ["abe", "aria"]
    assert ChangeRequest.objects.count() == before


def test_a_token_without_the_permission_decides_nothing(house: House) -> None:
    change = house.submit(metric("sales"))
    house.prove("aria", change)
    aria = house.actor("aria")
    reading = aria.model_copy(update={"grants": {"metric.read": aria.grants["metric.read"]}, "via": "token"})
    assert reads.inbox_count(reading).count == 0
    assert reads.change(reading, change.id).can_decide is False
    with pytest.raises(Forbidden):
        actions.decide(reading, change.id, "approve", change.digest, idempotency_key=new_key())


def test_an_auditor_looks_and_changes_nothing(house: House) -> None:
    change = house.submit(metric("sales"))
    auditor = house.actor("auditor")
    assert reads.change(auditor, change.id).timeline
    with pytest.raises(Forbidden):
        actions.comment(auditor, change.id, "hello", idempotency_key=new_key())
    with pytest.raises(NotADecider):
        house.decide("auditor", change)
    with pytest.raises(NotTheRequester):
        actions.withdraw(auditor, change.id, idempotency_key=new_key())


def test_the_work_does_not_grow_with_the_number_of_items(
    house: House, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    change = house.submit(*[metric(f"m{number}") for number in range(30)])
    aria = house.actor("aria")
    with django_assert_max_num_queries(20):
        reads.change(aria, change.id)
    with django_assert_max_num_queries(9):
        reads.changes(aria, "all")


@pytest.mark.parametrize("step", ["publish_versions", "record"])
def test_a_crash_in_the_middle_leaves_nothing_half(house: House, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    change = house.submit(metric("sales"))
    house.prove("aria", change)
    before = (ApprovalEvent.objects.count(), house.see("aria", change))

    def crash(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catalog if step == "publish_versions" else actions, step, crash)
        with pytest.raises(KeyboardInterrupt):
            house.decide("aria", change)
    assert (ApprovalEvent.objects.count(), house.see("aria", change)) == before
    assert version_of("sales") is None
    assert house.decide("aria", change).publication == "published"
