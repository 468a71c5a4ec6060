"""The company calendar: made for a company, edited with a reason, undone, and never overwritten by its sources."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa
import pytest
from tests.identity.organisation import Browser

from metrion.audit.models import Entry
from metrion.base import clock
from metrion.base.errors import Forbidden, Invalid, NotFound
from metrion.base.text import Text
from metrion.catalog import reads as catalog
from metrion.catalog.actions import publish_builtin
from metrion.catalog.errors import CodeTaken
from metrion.integration import actions, calendar, reads
from metrion.integration.errors import (
    EditedSince,
    KeyReused,
    NoCalendar,
    NothingChanges,
    OutsideCalendar,
    TableReserved,
)
from metrion.integration.models import CalendarEdit, Load
from metrion.integration.reads.calendar import edit_view
from metrion.integration.schemas import (
    CalendarEvent,
    CalendarRules,
    DayChange,
    EventChange,
    RulesChange,
    UndoRequest,
)
from metrion.lake.calendar import CALENDAR, calendar_dataset
from metrion.lake.calendar.public import PublicCalendar, PublicDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.identity.organisation import Company

    from metrion.identity.schemas import Actor

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
OFF = DayChange(
    day=date(2026, 3, 2), kind="holiday", name=Text(zh="司庆", en="Founders' day"), reason="董事会决定放假一天"
)
SALE = CalendarEvent(
    name=Text(zh="双十一", en="Singles' Day"), kind="promotion", first=date(2026, 11, 1), last=date(2026, 11, 11)
)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen_at(NOON):
        yield


@pytest.fixture
def keeper(company: Company) -> Actor:
    """Return the data engineer of the whole company, which has its calendar."""
    actions.found_calendar(company.actor("admin"))
    return company.hire("dana", "group", "data_engineer")


def row(day: str, version: int | None = None) -> dict[str, Any]:
    data = reads.snapshot(CALENDAR, version)
    sql = f'SELECT * FROM "{reads.engine().table_name(data)}" WHERE day = ?'
    found: dict[str, Any] = reads.engine().run(sql, (date.fromisoformat(day),)).to_pylist()[0]
    return found


def test_a_new_company_has_a_calendar_and_its_dataset(company: Company) -> None:
    assert actions.found_calendar(company.actor("admin")) == 0
    assert actions.found_calendar(company.actor("admin")) == 0
    dataset = catalog.catalogue().dataset(CALENDAR)
    assert (dataset.shape, dataset.row_access, dataset.owner, dataset.domain) == ("calendar", "open", "admin", "common")
    assert {level.code for level in dataset.levels} >= {"working_day", "fiscal_year", "retail_week", "spring_festival"}
    data = reads.snapshot(CALENDAR)
    assert set(data.schema.names) == {column.name for column in dataset.columns}
    assert data.rows == sum(366 if year % 4 == 0 else 365 for year in range(2010, 2030))
    analyst = company.hire("ana", "east", "analyst", scope="east")
    assert catalog.open_datasets(analyst, [CALENDAR]) == {CALENDAR}
    assert reads.table(analyst, CALENDAR).rows == data.rows
    assert set(Entry.objects.values_list("action", flat=True)) >= {
        "calendar.made", "data.loaded", "version.frozen", "version.published",
    }  # fmt: skip


def test_everybody_reads_a_year_and_a_day(company: Company, keeper: Actor) -> None:
    del keeper
    viewer = company.hire("vera", "east", "viewer")
    year = reads.calendar_year(viewer, 2026)
    kinds = {each.day.isoformat(): each.kind for each in year.days}
    assert len(kinds) == 365
    assert year.official
    assert kinds["2026-02-28"] == "adjusted_working"
    assert kinds["2026-02-17"] == "holiday"
    day = reads.calendar_day(viewer, date(2026, 2, 28))
    assert (day.source, day.name.zh, day.lunar.zh, day.last_edit) == ("announced", "春节", "正月十二", 0)
    assert (day.working_day_of_month, day.iso_week, day.fiscal_quarter, day.retail_period) == (16, 9, 1, 3)
    assert next((each.code, each.year, each.offset) for each in day.festivals) == ("spring_festival", 2026, 11)
    assert reads.calendar_day(viewer, date(2028, 1, 26)).source == "law"
    assert not reads.calendar_year(viewer, 2028).official
    for outside in (2009, 2030):
        with pytest.raises(OutsideCalendar):
            reads.calendar_year(viewer, outside)


def test_an_edit_is_a_new_version_with_who_when_and_why(keeper: Actor) -> None:
    edit = actions.edit_calendar(keeper, OFF)
    assert (edit.version, edit.reason, edit.latest) == (1, OFF.reason, True)
    assert edit.person is not None
    assert edit.person.username == "dana"
    assert (row("2026-03-02")["day_kind"], row("2026-03-02")["holiday_zh"]) == ("holiday", "司庆")
    assert row("2026-03-03")["working_day_of_month"] == 1
    assert row("2026-03-02", 0)["day_kind"] == "working"
    day = reads.calendar_day(keeper, OFF.day)
    assert (day.source, day.edited, day.last_edit, day.without_edit.kind) == ("company", True, edit.id, "working")
    assert day.edits == (edit,)
    entry = Entry.objects.get(action="calendar.edited")
    assert (entry.actor, entry.reason, entry.target_id) == ("dana", OFF.reason, "day:2026-03-02")
    assert Load.objects.get(table=CALENDAR, version=1).actor == "dana"


def test_undoing_is_an_edit_that_reverses(keeper: Actor) -> None:
    first = actions.edit_calendar(keeper, OFF)
    second = actions.edit_calendar(keeper, OFF.model_copy(update={"kind": "weekend", "name": Text()}))
    with pytest.raises(EditedSince):
        actions.undo_calendar_edit(keeper, first.id, UndoRequest(reason="错了"))
    undone = actions.undo_calendar_edit(keeper, second.id, UndoRequest(reason="错了"))
    assert (undone.reverses, undone.after) == (second.id, first.after)
    assert row("2026-03-02")["holiday_zh"] == "司庆"
    again = actions.undo_calendar_edit(keeper, undone.id, UndoRequest(reason="没错"))
    assert again.after == second.after
    back = actions.edit_calendar(keeper, DayChange(day=OFF.day, kind=None, reason="按国家安排"))
    assert back.after is None
    assert (row("2026-03-02")["day_kind"], row("2026-03-02")["edited"]) == ("working", False)
    states = [(each.id, each.undone, each.latest) for each in reads.calendar_edits(keeper, None, 10).items]
    assert states == [
        (back.id, False, True), (again.id, False, False), (undone.id, True, False), (second.id, True, False),
        (first.id, False, False),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        actions.undo_calendar_edit(keeper, back.id + 1000, UndoRequest(reason="?"))


def test_events_are_made_changed_and_removed(keeper: Actor) -> None:
    made = actions.edit_calendar(keeper, EventChange(event=SALE, reason="年度大促"))
    assert isinstance(made.event, UUID)
    assert (row("2026-11-11")["event_zh"], row("2026-11-11")["is_promotion"]) == ("双十一", True)
    longer = SALE.model_copy(update={"last": date(2026, 11, 12)})
    actions.edit_calendar(keeper, EventChange(id=made.event, event=longer, reason="延长一天"))
    assert row("2026-11-12")["is_promotion"]
    assert [each.last for each in reads.calendar_year(keeper, 2026).events] == [longer.last]
    gone = actions.edit_calendar(keeper, EventChange(id=made.event, event=None, reason="取消"))
    assert row("2026-11-11")["event_zh"] is None
    actions.undo_calendar_edit(keeper, gone.id, UndoRequest(reason="恢复"))
    assert [each.id for each in reads.calendar_day(keeper, date(2026, 11, 12)).events] == [made.event]


def test_rules_cut_the_years_in_another_way(keeper: Actor) -> None:
    rules = CalendarRules(fiscal_start_month=4, retail_start_month=2, retail_pattern="454")
    actions.edit_calendar(keeper, RulesChange(rules=rules, reason="财年自四月起"))
    assert row("2026-04-01")["fiscal_year_start"] == date(2026, 4, 1)
    assert reads.calendar_year(keeper, 2026).rules == rules
    assert row("2026-04-01", 0)["fiscal_year_start"] == date(2026, 1, 1)


@pytest.mark.parametrize(
    "change",
    [
        OFF.model_copy(update={"day": date(2031, 1, 1)}),
        OFF.model_copy(update={"name": Text()}),
        OFF.model_copy(update={"name": Text(zh="长" * 101)}),
        DayChange(day=date(2026, 2, 17), kind="holiday", name=Text(zh="春节", en="Spring Festival"), reason="同"),
        EventChange(event=None, reason="没有"),
        EventChange(id=UUID(int=1), event=SALE, reason="没有"),
        EventChange(event=SALE.model_copy(update={"last": date(2026, 10, 1)}), reason="反了"),
        EventChange(event=SALE.model_copy(update={"name": Text()}), reason="无名"),
        RulesChange(rules=CalendarRules(country="ZZ"), reason="没有"),
    ],
)
def test_edits_that_are_refused_leave_nothing(keeper: Actor, change: Any) -> None:
    with pytest.raises((Invalid, OutsideCalendar, NothingChanges)):
        actions.edit_calendar(keeper, change)
    assert CalendarEdit.objects.count() == 0
    assert reads.snapshot(CALENDAR).version == 0


def test_two_editors_of_one_day_do_not_overwrite_each_other(company: Company, keeper: Actor) -> None:
    first = actions.edit_calendar(keeper, OFF.model_copy(update={"based_on": 0}))
    other = company.actor("admin")
    with pytest.raises(EditedSince):
        actions.edit_calendar(other, OFF.model_copy(update={"kind": "weekend", "based_on": 0}))
    actions.edit_calendar(other, OFF.model_copy(update={"kind": "weekend", "based_on": first.id}))


def test_the_same_command_again_is_done_once(keeper: Actor) -> None:
    first = actions.edit_calendar(keeper, OFF, idempotency_key="k")
    assert actions.edit_calendar(keeper, OFF, idempotency_key="k").id == first.id
    with pytest.raises(KeyReused):
        actions.edit_calendar(keeper, OFF.model_copy(update={"reason": "别的"}), idempotency_key="k")
    undone = actions.undo_calendar_edit(keeper, first.id, UndoRequest(reason="错"), idempotency_key="u")
    assert actions.undo_calendar_edit(keeper, first.id, UndoRequest(reason="错"), idempotency_key="u").id == undone.id
    assert CalendarEdit.objects.count() == 2


def test_only_who_keeps_the_calendar_of_the_whole_company_edits_it(company: Company, keeper: Actor) -> None:
    edit = actions.edit_calendar(keeper, OFF)
    for actor in (
        company.hire("erin", "retail", "data_engineer", scope="retail"),
        company.hire("ana", "group", "analyst"),
        company.actor("auditor"),
    ):
        with pytest.raises(Forbidden):
            actions.edit_calendar(actor, OFF)
        with pytest.raises(Forbidden):
            actions.undo_calendar_edit(actor, edit.id, UndoRequest(reason="?"))
        with pytest.raises(Forbidden):
            actions.refresh_calendar(actor)
    with pytest.raises(Forbidden):
        reads.calendar_year(company.hire("nobody", "group"), 2026)


def test_an_upgrade_of_the_sources_never_overwrites_an_edit(keeper: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.edit_calendar(keeper, OFF)
    holiday = PublicDay("holiday", "spring_festival", Text(zh="春节", en="Spring Festival"))
    announced = PublicCalendar({OFF.day: holiday, date(2026, 3, 3): holiday}, frozenset({5, 6}), frozenset({2026}))
    monkeypatch.setattr("metrion.lake.calendar.table.public_days", lambda *_: announced)
    assert actions.refresh_calendar() == 1, "the same sources make the same calendar"
    monkeypatch.setattr(calendar, "version", lambda _name: "99")
    assert actions.refresh_calendar() == 2
    assert actions.refresh_calendar() == 2
    assert row("2026-03-03")["holiday_zh"] == "春节"
    assert row("2026-03-02")["holiday_zh"] == "司庆"
    assert Load.objects.get(table=CALENDAR, version=2).actor == ""


def test_a_new_year_makes_a_new_last_year(keeper: Actor) -> None:
    del keeper
    with clock.frozen_at(datetime(2027, 1, 1, 4, tzinfo=UTC)):
        assert actions.refresh_calendar() == 1
    assert row("2030-12-31")["year"] == 2030


def test_an_edit_that_was_cut_off_after_the_commit_is_taken_out_again(
    keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(Exception):
        pass

    def cut(*_words: object, **_more: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr("metrion.integration.actions.calendar.edit_view", cut)
        with pytest.raises(PowerCut):
            actions.edit_calendar(keeper, OFF)
    assert CalendarEdit.objects.count() == 0
    assert row("2026-03-02")["edited"]
    assert actions.reconcile() == 1
    assert actions.refresh_calendar() == 2
    assert not row("2026-03-02")["edited"]


def test_a_commit_of_a_living_writer_is_left_to_it(keeper: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[int] = []

    def look(edit: CalendarEdit) -> Any:
        Load.objects.filter(table=CALENDAR, version=edit.version).delete()
        registered.append(actions.reconcile())
        return edit_view(edit)

    monkeypatch.setattr("metrion.integration.actions.calendar.edit_view", look)
    actions.edit_calendar(keeper, OFF)
    assert registered == [0]


def test_a_built_in_definition_is_published_once(company: Company, keeper: Actor) -> None:
    del keeper
    with pytest.raises(CodeTaken):
        publish_builtin(company.actor("admin"), calendar_dataset("common", "admin"))


def test_no_file_goes_into_the_calendar(keeper: Actor) -> None:
    rows = pa.table({"day": [date(2026, 1, 1)]}).to_reader()
    with pytest.raises(TableReserved):
        actions.load_rows(keeper, CALENDAR, rows, origin="x.csv")


def test_without_a_calendar_it_is_said_how_to_make_one(company: Company) -> None:
    with pytest.raises(NoCalendar):
        reads.calendar_year(company.actor("admin"), 2026)


def test_the_routes(browser: Browser, company: Company, keeper: Actor) -> None:
    browser.sign_in(keeper.username)
    assert len(browser.get("/api/v1/calendar/years/2026").json()["days"]) == 365
    body = OFF.model_dump(mode="json")
    made = browser.post("/api/v1/calendar/edits", body)
    assert made.status_code == 201, made.content
    assert browser.get("/api/v1/calendar/days/2026-03-02").json()["name"]["zh"] == "司庆"
    assert browser.get("/api/v1/calendar/edits").json()["total"] == 1
    assert browser.post("/api/v1/calendar/edits", {**body, "reason": " "}).status_code == 422
    address = f"/api/v1/calendar/edits/{made.json()['id']}/undo"
    assert browser.post(address, {"reason": "错"}).status_code == 201
    assert browser.post(address, {"reason": "错"}).json()["code"] == "calendar_edited_since"
    company.hire("vera", "east", "viewer")
    other = Browser()
    other.sign_in("vera")
    assert other.get("/api/v1/calendar/days/2026-03-02").status_code == 200
    assert other.post("/api/v1/calendar/edits", body).status_code == 403
