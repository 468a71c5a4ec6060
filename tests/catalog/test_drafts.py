"""Drafts survive anything: half filled, invalid, saved by two people at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.catalog.library import atomic, composite, dataset

from metrion.audit import reads as audit
from metrion.audit.schemas import Filters
from metrion.base.errors import Faults, Forbidden, Invalid, NotFound
from metrion.catalog import actions, reads
from metrion.catalog.errors import AlreadyInReview, BaseMoved, DraftChanged, DraftLocked
from metrion.catalog.schemas import Approved
from metrion.semantic.errors import UnknownName

if TYPE_CHECKING:
    from pydantic import JsonValue
    from tests.catalog.library import Library

    from metrion.catalog.schemas import DraftView


def fields(view: DraftView) -> set[str]:
    return {fault.field for fault in view.faults}


def test_a_half_filled_wizard_is_kept_with_all_its_faults(library: Library) -> None:
    raw: dict[str, JsonValue] = {
        "kind": "metric",
        "code": "Half Done",
        "name": {"zh": "半成品"},
        "decimals": 99,
        "definition": {"type": "atomic"},
    }
    saved = actions.save_draft(library.actor("ann"), raw)
    assert saved.raw == raw
    assert saved.name.zh == "半成品"
    assert {"code", "domain", "decimals", "definition.dataset", "definition.measure"} <= fields(saved)
    assert reads.draft(library.actor("ann"), saved.id) == saved


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"owner": ""}, "owner"),
        ({"owner": "nobody"}, "owner"),
        ({"steward": "nobody"}, "steward"),
        ({"domain": "nowhere"}, "domain"),
        ({"subject": "nowhere"}, "subject"),
        ({"caliber": {}}, "caliber"),
        ({"name": {}}, "name"),
        ({"code": "sales_value"}, "code"),
    ],
)
def test_what_is_missing_or_unknown_is_named(library: Library, change: dict[str, object], field: str) -> None:
    saved = actions.save_draft(library.actor("ann"), atomic("fresh", "新指标", "Fresh") | change)
    assert fields(saved) == {field}


def test_a_good_draft_has_no_faults(library: Library) -> None:
    saved = actions.save_draft(library.actor("ann"), atomic("fresh", "新指标", "Fresh"))
    assert saved.faults == ()
    assert saved.facts is not None
    assert saved.facts.unit == "元"


def test_the_second_of_two_writers_gets_what_the_first_stored(library: Library) -> None:
    first = actions.save_draft(library.actor("ann"), atomic("fresh", "新指标", "Fresh"))
    actions.share_draft(library.actor("ann"), first.id, ("olga",))
    theirs = actions.save_draft(
        library.actor("olga"), atomic("fresh", "新指标二", "Fresh"), first.id, expected_revision=first.revision
    )
    with pytest.raises(DraftChanged) as refusal:
        actions.save_draft(library.actor("ann"), atomic("fresh", "别的", "Other"), first.id, first.revision)
    assert refusal.value.other == theirs
    problem = refusal.value.render("en")
    assert problem["params"]["other"]["raw"]["name"]["zh"] == "新指标二"  # type: ignore[index]
    assert "Olga" in problem["title"]
    assert reads.draft(library.actor("ann"), first.id) == theirs


def test_saving_the_same_again_changes_nothing(library: Library) -> None:
    first = actions.save_draft(library.actor("ann"), atomic("fresh", "新指标", "Fresh"))
    assert actions.save_draft(library.actor("ann"), first.raw, first.id, first.revision) == first


def test_drafts_are_seen_by_their_writers_only(library: Library) -> None:
    mine = actions.save_draft(library.actor("ann"), atomic("fresh", "新指标", "Fresh"))
    for stranger in ("olga", "dana", "aria", "admin"):
        assert mine.id not in {card.id for card in reads.drafts(library.actor(stranger)).items}
        with pytest.raises(NotFound):
            reads.draft(library.actor(stranger), mine.id)
        with pytest.raises((NotFound, Forbidden)):
            actions.save_draft(library.actor(stranger), mine.raw, mine.id)
    actions.share_draft(library.actor("ann"), mine.id, ("olga",))
    assert [card.id for card in reads.drafts(library.actor("olga")).items] == [mine.id]
    with pytest.raises(Invalid):
        actions.discard_draft(library.actor("olga"), mine.id)
    with pytest.raises(NotFound):
        actions.share_draft(library.actor("ann"), mine.id, ("nobody",))


def test_drafting_needs_the_permission_of_the_department(library: Library) -> None:
    with pytest.raises(Forbidden):
        actions.save_draft(library.actor("ann"), dataset("other"))
    with pytest.raises(Forbidden):
        actions.save_draft(library.actor("bob"), atomic("fresh", "新", "New"))
    with pytest.raises(Forbidden):
        actions.save_draft(library.actor("eve"), atomic("fresh", "新", "New"))
    with pytest.raises(Invalid):
        actions.save_draft(library.actor("ann"), {"code": "fresh"})


def test_a_draft_tells_nothing_about_what_its_author_may_not_know_of(library: Library) -> None:
    bob = library.actor("bob")
    for raw in (
        atomic("probe", "探", "Probe", domain="bank"),
        composite("probe", "探", "P", "[sales_value]", domain="bank"),
    ):
        found = reads.check(bob, raw)
        assert found.facts is None
        assert {fault.code for fault in found.faults} == {"unknown_name"}
        saved = actions.save_draft(bob, raw)
        assert saved.facts is None
        assert {fault.code for fault in saved.faults} == {"unknown_name"}
        with pytest.raises(UnknownName):
            actions.freeze(bob, [saved.id])


def test_a_frozen_draft_is_locked_until_the_review_ends(library: Library) -> None:
    (frozen,) = library.freeze(atomic("fresh", "新指标", "Fresh"), by="ann")
    assert frozen.draft_id is not None
    assert frozen.authors == ("ann",)
    assert frozen.department == "/group/retail/"
    ann = library.actor("ann")
    with pytest.raises(DraftLocked):
        actions.save_draft(ann, atomic("fresh", "改", "Changed"), frozen.draft_id)
    with pytest.raises(DraftLocked):
        actions.discard_draft(ann, frozen.draft_id)
    with pytest.raises(DraftLocked):
        actions.freeze(ann, [frozen.draft_id])
    actions.withdraw_versions(ann, [frozen.id])
    changed = actions.save_draft(ann, atomic("fresh", "改", "Changed"), frozen.draft_id)
    (again,) = actions.freeze(ann, [changed.id])
    assert again.number == frozen.number + 1


def test_one_change_of_a_definition_at_a_time(library: Library) -> None:
    library.freeze(atomic("sales_value", "销售额", "Sales value", decimals=1), by="ann")
    with pytest.raises(AlreadyInReview):
        library.freeze(atomic("sales_value", "销售额", "Sales value", decimals=0), by="olga")


def test_a_draft_of_an_older_version_must_be_rebased(library: Library) -> None:
    draft = actions.draft_from_published(library.actor("ann"), "metric", "sales_value")
    assert actions.draft_from_published(library.actor("ann"), "metric", "sales_value").id == draft.id
    library.publish(atomic("sales_value", "销售额", "Sales value", decimals=0), by="olga")
    assert reads.draft(library.actor("ann"), draft.id).base_moved
    with pytest.raises(BaseMoved):
        actions.freeze(library.actor("ann"), [draft.id])
    rebased = actions.rebase_draft(library.actor("ann"), draft.id)
    assert (rebased.base_version, rebased.base_moved) == (2, False)
    assert actions.freeze(library.actor("ann"), [draft.id])[0].base_number == 2


def test_a_change_that_breaks_what_rests_on_it_is_refused_by_name(library: Library) -> None:
    raw = dataset()
    raw["columns"] = [column for column in raw["columns"] if column["name"] != "cost"]
    with pytest.raises(Faults) as refusal:
        library.freeze(raw)
    codes = {fault.render("en")["code"] for fault in refusal.value.faults}
    assert codes == {"breaks_dependant"}
    assert any("Cost" in fault.render("en")["title"] for fault in refusal.value.faults)


def test_all_faults_of_all_drafts_come_at_once(library: Library) -> None:
    with pytest.raises(Faults) as refusal:
        library.freeze(
            atomic("one", "一", "One", owner="nobody"),
            atomic("two", "二", "Two", caliber={}, domain="nowhere"),
            by="dana",
        )
    named = {fault.field for fault in refusal.value.faults}
    assert named == {"metric.one.owner", "metric.two.caliber", "metric.two.domain"}


def test_drafts_of_one_batch_may_refer_to_each_other(empty: Library) -> None:
    frozen = empty.freeze(dataset(), atomic("sales_value", "销售额", "Sales value"))
    actions.publish_versions(empty.actor("aria"), [Approved(version_id=each.id, digest=each.digest) for each in frozen])
    assert reads.catalogue().has("metric", "sales_value")


def test_every_step_is_on_record(library: Library) -> None:
    ann = library.actor("ann")
    draft = actions.save_draft(ann, atomic("fresh", "新指标", "Fresh"))
    actions.save_draft(ann, atomic("fresh", "新指标!", "Fresh"), draft.id)
    actions.discard_draft(ann, draft.id)
    kept = audit.entries(library.actor("auditor"), Filters(action="draft."), limit=3).items
    assert [entry.action for entry in kept] == ["draft.discarded", "draft.saved", "draft.created"]
    assert {entry.target.id for entry in kept} == {str(draft.id)}


def test_pages_of_drafts_join_to_the_whole(library: Library) -> None:
    ann = library.actor("ann")
    made = [actions.save_draft(ann, atomic(f"fresh_{n}", "新", "New")).id for n in range(5)]
    joined, cursor = [], None
    while True:
        page = reads.drafts(ann, cursor=cursor, limit=2)
        joined += [card.id for card in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert joined == made[::-1]
