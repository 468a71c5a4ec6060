from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest

from metrion.base.errors import Conflict, Faults, Forbidden, NotFound
from metrion.base.settings import get_settings
from metrion.integration import actions, reads
from metrion.integration.errors import KeyReused, NotStaged, UnknownColumn, UnknownType
from metrion.integration.models import LakeTable, Load, Upload
from metrion.integration.schemas import ColumnChoice, LoadRequest, ReadAs
from metrion.lake.errors import LakeFault, SchemaDiffers
from metrion.lake.files.errors import FileRefused, FileTooLarge, RaggedRow

if TYPE_CHECKING:
    from pathlib import Path

    from metrion.identity.schemas import Actor
    from metrion.integration.schemas import UploadPreview

ORDERS = "日期,编号,金额\n2024-01-02,007,1.50\n2024-01-03,008,2.25\n"


def stage(actor: Actor, text: str, name: str = "orders.csv", **options: object) -> UploadPreview:
    return actions.stage_upload(actor, BytesIO(text.encode()), name, **options)  # type: ignore[arg-type]


def rows_of(table: str) -> list[tuple[object, ...]]:
    files = list(reads.snapshot(table).files)
    return duckdb.connect().read_parquet(files).order("ALL").fetchall() if files else []


def staged_folders() -> list[str]:
    folder = get_settings().home / "uploads"
    return [place.name for place in folder.iterdir() if place.name != ".locks"] if folder.exists() else []


def test_a_file_is_previewed_before_anything_is_loaded(engineer: Actor) -> None:
    preview = stage(engineer, ORDERS)
    assert [(column.name, column.type) for column in preview.columns] == [
        ("日期", "date"),
        ("编号", "string"),
        ("金额", "decimal"),
    ]
    assert preview.columns[1].reason.en == "leading zeros: kept as text"
    assert preview.rows[0] == ("2024-01-02", "007", "1.50")
    assert (preview.row_count, preview.suggested_table, preview.status) == (2, "orders", "staged")
    assert reads.lake().tables() == []
    assert reads.upload(engineer, preview.id) == preview


def test_a_load_keeps_dates_texts_and_cents_exactly(engineer: Actor) -> None:
    preview = stage(engineer, ORDERS)
    done = actions.load_upload(engineer, preview.id, LoadRequest(table="orders"))
    assert rows_of("orders") == [
        (date(2024, 1, 2), "007", Decimal("1.50")),
        (date(2024, 1, 3), "008", Decimal("2.25")),
    ]
    assert (done.load.rows_read, done.load.rows_loaded, done.load.version, done.load.status) == (2, 2, 0, "done")
    assert (done.table.name, done.table.rows, done.table.committed_by) == ("orders", 2, "erin")
    assert reads.upload(engineer, preview.id).status == "loaded"
    assert staged_folders() == []


def test_names_types_and_columns_can_be_chosen(engineer: Actor) -> None:
    preview = stage(engineer, ORDERS)
    columns = (
        ColumnChoice(position=3, name="amount", type="decimal", scale=4),
        ColumnChoice(position=2, name="number", type="integer"),
    )
    actions.load_upload(engineer, preview.id, LoadRequest(table="orders", columns=columns))
    assert rows_of("orders") == [(Decimal("1.5000"), 7), (Decimal("2.2500"), 8)]
    assert reads.snapshot("orders").schema.field("amount").type == pa.decimal128(18, 4)


def test_bad_values_are_all_told_and_nothing_is_loaded(engineer: Actor) -> None:
    bad = "day,amount\n" + "".join(f"2024-01-01,{number}\n2024-02-30,x{number}\n" for number in range(150))
    preview = stage(engineer, bad)
    columns = (
        ColumnChoice(position=1, name="day", type="date"),
        ColumnChoice(position=2, name="amount", type="integer"),
    )
    with pytest.raises(FileRefused) as refused:
        actions.load_upload(engineer, preview.id, LoadRequest(table="orders", columns=columns))
    problem = refused.value.render("en")
    assert problem["params"]["count"] == 300
    assert len(problem["errors"]) == 100
    assert [error["params"] for error in problem["errors"][:2]] == [
        {
            "line": 3,
            "column": "day",
            "value": "2024-02-30",
            "reason_zh": "日历中没有这一天",
            "reason_en": "no such day in the calendar",
        },
        {"line": 3, "column": "amount", "value": "x0", "reason_zh": "不是整数", "reason_en": "not a whole number"},
    ]
    assert reads.lake().tables() == []
    assert Load.objects.get().status == "refused"
    assert reads.upload(engineer, preview.id).status == "staged"


def test_a_refused_load_can_be_sent_again_with_its_key(engineer: Actor) -> None:
    preview = stage(engineer, "v\n1\nx\n")
    bad = LoadRequest(table="t", columns=(ColumnChoice(position=1, name="v", type="integer"),))
    with pytest.raises(FileRefused):
        actions.load_upload(engineer, preview.id, bad, idempotency_key="k1")
    done = actions.load_upload(engineer, preview.id, LoadRequest(table="t"), idempotency_key="k1")
    assert done.load.rows_loaded == 2


def test_append_adds_rows_and_refuses_other_columns(engineer: Actor) -> None:
    actions.load_upload(engineer, stage(engineer, "a,b\n1,x\n").id, LoadRequest(table="t"))
    done = actions.load_upload(engineer, stage(engineer, "a,b\n2,y\n").id, LoadRequest(table="t", mode="append"))
    assert (done.load.version, done.table.rows) == (1, 2)
    assert rows_of("t") == [(1, "x"), (2, "y")]
    with pytest.raises(SchemaDiffers) as differs:
        actions.load_upload(engineer, stage(engineer, "a,c\n2,y\n").id, LoadRequest(table="t", mode="append"))
    assert differs.value.params == {"table": "t", "missing": ["b"], "extra": ["c"], "changed": ["-"]}
    assert reads.snapshot("t").version == 1


def test_appended_decimals_take_the_digits_of_the_table(engineer: Actor) -> None:
    actions.load_upload(engineer, stage(engineer, "v\n1.25\n").id, LoadRequest(table="t"))
    wide = stage(engineer, "v\n1234567890123456789.5\n")
    narrow = LoadRequest(table="t", mode="append", columns=(ColumnChoice(position=1, name="v", type="decimal"),))
    with pytest.raises(FileRefused) as refused:
        actions.load_upload(engineer, wide.id, narrow)
    assert refused.value.faults[0].params["reason_en"] == "too large for the type"
    actions.load_upload(engineer, stage(engineer, "v\n7.5\n").id, LoadRequest(table="t", mode="append"))
    assert rows_of("t") == [(Decimal("1.25"),), (Decimal("7.50"),)]


def test_the_primary_key_holds_within_the_file_and_beside_the_table(engineer: Actor) -> None:
    first = stage(engineer, "id,v\n1,a\n1,b\n,c\n2,d\n")
    keyed = LoadRequest(table="t", primary_key=("id",))
    with pytest.raises(FileRefused) as refused:
        actions.load_upload(engineer, first.id, keyed)
    assert [fault.render("en")["title"] for fault in refused.value.faults] == [
        "Line 3: the key 1 is already used in line 2.",
        "Line 4: the key column “id” is empty.",
    ]
    actions.load_upload(engineer, stage(engineer, "id,v\n1,a\n2,b\n").id, keyed)
    # The table remembers its key: an append without one is checked all the same.
    with pytest.raises(FileRefused) as known:
        actions.load_upload(engineer, stage(engineer, "id,v\n3,c\n2,d\n").id, LoadRequest(table="t", mode="append"))
    assert known.value.faults[0].render("en")["title"] == "Line 3: the key 2 is already used by a row of the table."
    actions.load_upload(engineer, stage(engineer, "id,v\n3,c\n").id, LoadRequest(table="t", mode="append"))
    assert [key for key, _ in rows_of("t")] == [1, 2, 3]
    assert LakeTable.objects.get(name="t").primary_key == ["id"]


def test_one_idempotency_key_means_one_load(engineer: Actor) -> None:
    preview = stage(engineer, "a\n1\n", idempotency_key="up")
    assert stage(engineer, "a\n1\n", idempotency_key="up").id == preview.id
    request = LoadRequest(table="t", mode="append")
    first = actions.load_upload(engineer, preview.id, request, idempotency_key="k")
    again = actions.load_upload(engineer, preview.id, request, idempotency_key="k")
    assert again.load == first.load
    assert rows_of("t") == [(1,)]
    with pytest.raises(KeyReused):
        actions.load_upload(engineer, preview.id, LoadRequest(table="u"), idempotency_key="k")
    with pytest.raises(NotStaged):
        actions.load_upload(engineer, preview.id, request)


def test_a_file_that_is_no_table_leaves_nothing(engineer: Actor) -> None:
    with pytest.raises(FileRefused) as refused:
        stage(engineer, "a,b\n1,2,3\n1\n")
    assert [type(fault) for fault in refused.value.faults] == [RaggedRow, RaggedRow]
    assert staged_folders() == []
    assert not Upload.objects.exists()


def test_the_size_limit_counts_bytes(engineer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = get_settings().model_copy(update={"upload_limit": 10})
    monkeypatch.setattr("metrion.integration.staging.get_settings", lambda: limited)
    with pytest.raises(FileTooLarge):
        stage(engineer, "a\n" + "1\n" * 10)
    assert staged_folders() == []


def test_a_staged_file_can_be_read_again_in_another_way(engineer: Actor) -> None:
    preview = stage(engineer, "a;b,c\n1;2,3\n")
    assert preview.read_as.delimiter in {",", ";"}
    other = actions.read_upload_as(engineer, preview.id, ReadAs(delimiter=";", header=False))
    assert [column.name for column in other.columns] == ["column_1", "column_2"]
    assert other.row_count == 2


def test_a_discarded_upload_is_gone(engineer: Actor) -> None:
    preview = stage(engineer, ORDERS)
    actions.discard_upload(engineer, preview.id)
    actions.discard_upload(engineer, preview.id)
    assert staged_folders() == []
    with pytest.raises(NotStaged):
        actions.load_upload(engineer, preview.id, LoadRequest(table="orders"))


def test_departments_do_not_touch_each_others_data(engineer: Actor, banker: Actor) -> None:
    preview = stage(engineer, ORDERS)
    with pytest.raises(NotFound):
        reads.upload(banker, preview.id)
    with pytest.raises(NotFound):
        actions.load_upload(banker, preview.id, LoadRequest(table="orders"))
    actions.load_upload(engineer, preview.id, LoadRequest(table="orders"))
    with pytest.raises(Forbidden):
        actions.load_upload(banker, stage(banker, ORDERS).id, LoadRequest(table="orders"))
    assert reads.tables(banker).items == []
    with pytest.raises(NotFound):
        reads.rows(banker, "orders", 10)


def test_without_the_permission_nothing_is_possible(company: object, engineer: Actor) -> None:
    viewer = company.hire("vi", "retail", "viewer")  # type: ignore[attr-defined]
    preview = stage(engineer, ORDERS)
    for attempt in (
        lambda: stage(viewer, ORDERS),
        lambda: actions.load_upload(viewer, preview.id, LoadRequest(table="orders")),
        lambda: actions.discard_upload(viewer, preview.id),
        lambda: reads.uploads(viewer, None, 10),
        lambda: reads.tables(viewer),
        lambda: reads.table(viewer, "orders"),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_load_file_takes_types_by_name(engineer: Actor, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("day,amount\n2024-01-01,1\n", encoding="utf-8")
    actions.load_file(engineer, path, "sales", {"amount": "decimal(3)", "day": "timestamp"})
    schema = reads.snapshot("sales").schema
    assert [schema.field(name).type for name in ("day", "amount")] == [pa.timestamp("us"), pa.decimal128(18, 3)]
    with pytest.raises(UnknownColumn):
        actions.load_file(engineer, path, "sales", {"nope": "date"})
    with pytest.raises(UnknownType):
        actions.load_file(engineer, path, "sales", {"amount": "money"})
    assert staged_folders() == []


def test_load_rows_checks_and_records_like_a_file(engineer: Actor) -> None:
    rows = pa.table({"id": [2, 1, 3], "day": pa.array([date(2024, 1, 3), date(2024, 1, 1), date(2024, 1, 2)])})
    done = actions.load_rows(
        engineer, "made", rows.to_reader(), origin="generator 1", primary_key=["id"], sort_by=["day"]
    )
    assert (done.load.filename, done.table.rows, done.table.primary_key) == ("generator 1", 3, ("id",))
    found = duckdb.connect().read_parquet(list(reads.snapshot("made").files)).project("id").fetchall()
    assert found == [(1,), (3,), (2,)]
    with pytest.raises(FileRefused):
        actions.load_rows(engineer, "made", rows.to_reader(), origin="again", mode="append")
    assert staged_folders() == []


def test_a_failing_write_leaves_table_and_file(engineer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.load_upload(engineer, stage(engineer, "a\n1\n").id, LoadRequest(table="t"))
    preview = stage(engineer, "a\n2\n")

    def fail(*_: object, **__: object) -> None:
        raise LakeFault

    with monkeypatch.context() as patched:
        patched.setattr("metrion.lake.lake.Lake._commit", fail)
        with pytest.raises(LakeFault):
            actions.load_upload(engineer, preview.id, LoadRequest(table="t"))
    assert rows_of("t") == [(1,)]
    actions.load_upload(engineer, preview.id, LoadRequest(table="t"))
    assert rows_of("t") == [(2,)]


def test_errors_are_refusals_of_the_product() -> None:
    assert issubclass(FileRefused, Faults)
    assert Conflict.status == KeyReused.status == 409


def test_a_long_name_is_cut_and_keeps_its_ending(engineer: Actor) -> None:
    found = stage(engineer, "a\n1\n", "../" + "n" * 3000 + ".csv")
    assert (len(found.filename), found.filename[-4:], found.format) == (255, ".csv", "csv")
