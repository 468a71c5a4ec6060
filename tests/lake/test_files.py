"""Files as people bring them: what is found in them, and every way in which they are refused."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrion.base.errors import MetrionError
from metrion.lake.files import delimited, excel
from metrion.lake.files.load import as_found, check_key, chosen_schema, write_typed
from metrion.lake.files.reading import inspect, open_file, suggested_names
from metrion.lake.files.shapes import ColumnChoice, ReadAs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metrion.lake.files.shapes import FileReport

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Return a hand that brings files."""
    return Bring(tmp_path)


class Bring:
    """Reads bytes as the product does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def report(self, content: bytes | str, name: str = "file.csv", **read_as: object) -> FileReport:
        (self.folder / "source").write_bytes(content.encode() if isinstance(content, str) else content)
        self.source = open_file(self.folder / "source", name, ReadAs(**read_as), self.folder)
        self.found = inspect(self.source, ZONE)
        return self.found

    def types(self, content: bytes | str, name: str = "file.csv", **read_as: object) -> list[str]:
        return [column.type for column in self.report(content, name, **read_as).columns]

    def rows(
        self, content: bytes | str, name: str = "file.csv", choices: Sequence[ColumnChoice] = (), **read_as: object
    ) -> list[tuple[object, ...]]:
        self.report(content, name, **read_as)
        chosen = tuple(choices) or as_found(self.found)
        target = self.folder / "typed.parquet"
        write_typed(self.source, chosen, chosen_schema(self.found, chosen), ZONE, target)
        return [tuple(row.values()) for row in pq.read_table(target).to_pylist()]

    def refusal(self, content: bytes | str, name: str = "file.csv", *args: object, **read_as: object) -> list[str]:
        with pytest.raises(MetrionError) as refused:
            self.rows(content, name, *args, **read_as)  # type: ignore[arg-type]
        problem = refused.value.render("en")
        assert all(refused.value.render("zh")[part] for part in ("title", "remedy"))
        return [error["title"] for error in problem["errors"]] or [problem["title"]]


def one(kind: str, **more: object) -> list[ColumnChoice]:
    return [ColumnChoice(position=1, name="v", type=kind, **more)]


# --- types ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", "0"], "integer"),
        (["1", "2.5"], "decimal"),
        (["1,234.50", "12"], "decimal"),
        (["1,234", "12"], "integer"),
        (["0.5", "1e-3"], "float"),
        (["0.12345678"], "float"),
        (["007", "8"], "string"),
        (["8", "007"], "string"),
        (["-01.5"], "string"),
        (["0", "0.5"], "decimal"),
        (["1234567890123456"], "string"),
        (["true", "FALSE"], "boolean"),
        (["0", "1"], "integer"),
        (["yes", "no"], "string"),
        (["2024-01-02", "2024/1/3", "2024.1.4", "2024年1月5日"], "date"),
        (["20240102"], "integer"),
        (["2024-02-30"], "string"),
        (["01/02/2024"], "string"),
        (["2024-01-02 00:00:00", "2024-01-03"], "date"),
        (["2024-01-02 10:00", "2024-01-03"], "timestamp"),
        (["2024-01-02T10:00:00Z", "2024-01-02T10:00:00.5+08:00"], "timestamp"),
        (["1", "x"], "string"),
        (["1", "2024-01-02"], "string"),
        (["12%"], "string"),
        (["nan", "1"], "string"),
        (["inf"], "string"),
        (["0x1F"], "string"),
        (["１２"], "string"),
        (["", ""], "string"),
        (["", "5"], "integer"),
    ],
)
def test_the_type_of_a_column(bring: Bring, values: list[str], kind: str) -> None:
    content = io.StringIO()
    csv.writer(content).writerows([["v", "x"], *([value, "x"] for value in values)])
    assert bring.types(content.getvalue())[0] == kind


def test_a_late_value_decides(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_BLOCK", 1024)
    lines = "".join(f"{number},{number}.5,2024-01-01\n" for number in range(5000))
    report = bring.report("a,b,c\n" + lines + "x,0.1234567,2024-02-30\n")
    assert [column.type for column in report.columns] == ["string", "float", "string"]
    assert report.columns[0].reason.en == "values of different types: kept as text"
    assert report.row_count == 5001


def test_statistics_cover_all_rows(bring: Bring) -> None:
    report = bring.report("a,b\n3,x\n,y\n-1.25,x\n", "file.csv")
    first, second = report.columns
    assert (first.nulls, first.distinct, first.minimum, first.maximum, first.scale) == (1, 2, "-1.25", "3.00", 2)
    assert (second.distinct, second.distinct_exact, second.samples) == (2, True, ("x", "y"))
    many = bring.report("a\n" + "".join(f"{number}\n" for number in range(3000))).columns[0]
    assert (many.distinct, many.distinct_exact, many.maximum) == (1000, False, 2999)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("007", "integer", 7),
        ("+5", "integer", 5),
        (" 12 ", "integer", 12),
        ("12.0", "integer", 12),
        ("9223372036854775807", "integer", 2**63 - 1),
        ("1,234", "integer", 1234),
        ("1e3", "decimal", Decimal("1000.00")),
        ("1.100", "decimal", Decimal("1.10")),
        (".5", "decimal", Decimal("0.50")),
        ("-0", "decimal", Decimal("0.00")),
        ("5", "float", 5.0),
        ("是", "boolean", True),
        ("0", "boolean", False),
        ("20240229", "date", date(2024, 2, 29)),
        ("2024-2-9", "date", date(2024, 2, 9)),
        ("2024-02-29", "timestamp", datetime(2024, 2, 29)),
        ("2024-02-29 1:02", "timestamp", datetime(2024, 2, 29, 1, 2)),
        ("2024-02-28T16:00:00Z", "timestamp", datetime(2024, 2, 29)),
        ("2024-02-28 16:00:00.123456-0100", "timestamp", datetime(2024, 2, 29, 1, 0, 0, 123456)),
        ("", "date", None),
        ("  ", "integer", None),
    ],
)
def test_values_under_a_chosen_type(bring: Bring, value: str, kind: str, expected: object) -> None:
    scale = {"scale": 2} if kind == "decimal" else {}
    assert bring.rows(f'v,w\n"{value}",x\n', choices=one(kind, **scale)) == [(expected,)]


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        ("1.5", "integer", "not a whole number"),
        ("9223372036854775808", "integer", "too large for the type"),
        ("1,23", "integer", "not a whole number"),
        ("12%", "decimal", "not a number"),
        ("1.234", "decimal", "more decimal places than chosen"),
        ("1" * 40, "decimal", "too large for the type"),
        ("1e400", "float", "too large for the type"),
        ("nan", "float", "not a number"),
        ("maybe", "boolean", "neither true nor false"),
        ("2023-02-29", "date", "no such day in the calendar"),
        ("31.12.2024", "date", "not a date written year, month, day"),
        ("2024-01-01 10:00", "date", "has a time of day, so it is not just a date"),
        ("2024-01-01 25:00", "timestamp", "not a date with a time"),
        ("soon", "timestamp", "not a date with a time"),
    ],
)
def test_bad_values_say_line_column_value_and_reason(bring: Bring, value: str, kind: str, reason: str) -> None:
    scale = {"scale": 2} if kind == "decimal" else {}
    content = f'金额,w\n"x\ny",1\n\n"{value}",x\n'
    faults = bring.refusal(content, "file.csv", one(kind, **scale))
    shown = value if len(value) <= 60 else value[:60] + "…"
    assert faults[-1] == f"Line 5, column “金额”, value “{shown}”: {reason}."
    assert faults[0].startswith("Line 2, column “金额”, value “x")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12),
            st.integers(-(10**14), 10**14),
            st.decimals(-(10**9), 10**9, places=2),
            st.dates(date(1, 1, 1), date(9999, 12, 31)),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_what_was_written_is_what_is_read(bring: Bring, rows: list[tuple[object, ...]]) -> None:
    content = io.StringIO()
    writer = csv.writer(content, quoting=csv.QUOTE_ALL)
    writer.writerow(["text", "number", "amount", "day"])
    writer.writerows(rows)
    kinds = ("string", "integer", "decimal", "date")
    choices = [
        ColumnChoice(position=place, name=kind, type=kind, scale=2 if kind == "decimal" else None)
        for place, kind in enumerate(kinds, 1)
    ]
    assert bring.rows(content.getvalue(), choices=choices, delimiter=",", header=True) == rows


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("0123456789-+.,e/: Tx年月日", max_size=12), min_size=1, max_size=8))
def test_whatever_is_found_can_be_loaded(bring: Bring, values: list[str]) -> None:
    content = io.StringIO()
    csv.writer(content, quoting=csv.QUOTE_ALL).writerows([["v", "w"], *([value, "x"] for value in values)])
    assert len(bring.rows(content.getvalue(), delimiter=",", header=True)) == len(values)


# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(bring: Bring, encoding: str, delimiter: str) -> None:
    content = f'城市{delimiter}销售额\r\n"北{delimiter}京"{delimiter}1.5\r\n上海{delimiter}2\r\n'
    assert bring.rows(content.encode(encoding)) == [(f"北{delimiter}京", Decimal("1.5")), ("上海", Decimal("2.0"))]
    assert bring.source.names == ("城市", "销售额")


def test_quotes_blank_lines_and_empty_values(bring: Bring) -> None:
    assert bring.rows('\n\na,b\n"x ""y""\nz",""\n\n,1\n') == [('x "y"\nz', ""), (None, "1")]
    assert bring.rows("a,b\nNULL,1\n", nulls=("", "NULL")) == [(None, 1)]


def test_headers(bring: Bring) -> None:
    assert bring.report("1,2\n3,4\n").read_as.header is False
    assert bring.source.names == ("column_1", "column_2")
    assert bring.report("a,2024\n3,4\n", header=True).columns[1].name == "2024"
    assert bring.refusal("a,,A,b,b\n1,2,3,4,5\n", header=True) == [
        "Column 2 has no name.",
        "The column name “a” occurs more than once (columns 1, 3).",
        "The column name “b” occurs more than once (columns 4, 5).",
    ]
    assert suggested_names(("Sales Value", "销售额(元)", "sales-value", "?")) == [
        "sales_value",
        "销售额_元",
        "sales_value_2",
        "column",
    ]


def test_ragged_rows_are_all_told(bring: Bring) -> None:
    content = "a,b\n1,2\n" + "1,2,3\n" * 120 + '"x\ny"\n'
    (problem,) = bring.refusal(content)[:1]
    assert problem == "Line 3 has 3 values instead of 2."
    with pytest.raises(MetrionError) as refused:
        bring.report(content)
    assert refused.value.params == {"count": 121, "listed": 100}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file has no rows."),
        (b"\n\n", "The file has no rows."),
        (b"a,b\n", "The file has no rows."),
        (b"a,b\n1,\0\n", "Line 2 holds NUL bytes: this is not a text file."),
        (b"a,b\n1,\xff\xfe\xff\n", "Line 2 has bytes that are not UTF-8 text."),
        (b'a,b\n1,"x\n2,y\n', "The quotation marks of the row that begins in line 2 do not match."),
    ],
)
def test_files_that_are_no_table(bring: Bring, content: bytes, message: str) -> None:
    assert bring.refusal(content) == [message]


def test_the_wrong_encoding_is_told_with_its_line(bring: Bring) -> None:
    gbk = "a,b\n1,x\n2,销售\n".encode("gbk")
    assert bring.refusal(gbk, encoding="utf-8") == ["Line 3 has bytes that are not UTF-8 text."]


def test_names_do_not_matter_contents_do(bring: Bring) -> None:
    assert bring.refusal("a\n1\n", "file.parquet") == ["The file is damaged or not a valid Parquet file."]
    assert bring.refusal("a\n1\n", "file.xlsx") == ["The file is damaged or not a valid Excel file."]
    assert bring.refusal("a\n1\n", "file.exe") == ["The format of “file.exe” is not known."]
    parquet = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), parquet)
    assert bring.rows(parquet.getvalue(), "named.csv") == [(1,)]
    assert bring.refusal(parquet.getvalue()[:-8], "cut.parquet") == ["The file is damaged or not a valid Parquet file."]


# --- choices and keys -----------------------------------------------------------------------------


def test_choices_that_cannot_be(bring: Bring) -> None:
    choices = [
        ColumnChoice(position=1, name="x", type="integer"),
        ColumnChoice(position=9, name="y", type="integer"),
        ColumnChoice(position=2, name="X", type="integer"),
    ]
    assert bring.refusal("a,b\n1,2\n", "file.csv", choices) == [
        "column 9 cannot be loaded.",
        "the name “X” is used twice.",
    ]
    with pytest.raises(MetrionError):
        chosen_schema(bring.found, ())


def test_one_column_can_be_loaded_twice(bring: Bring) -> None:
    choices = [
        ColumnChoice(position=1, name="text", type="string"),
        ColumnChoice(position=1, name="number", type="integer"),
    ]
    assert bring.rows("a,b\n007,2\n", choices=choices) == [("007", 7)]


def test_composite_keys(bring: Bring, tmp_path: Path) -> None:
    bring.rows("a,b\n1,x\n1,y\n2,x\n1,x\n,z\n")
    with pytest.raises(MetrionError) as refused:
        check_key(
            tmp_path / "typed.parquet", ("a", "b"), bring.source, existing=None, memory="256MB", spill=tmp_path / "s"
        )
    assert [error["title"] for error in refused.value.render("en")["errors"]] == [
        "Line 5: the key 1, x is already used in line 2.",
        "Line 6: the key column “a” is empty.",
    ]
    with pytest.raises(MetrionError):
        check_key(tmp_path / "typed.parquet", ("c",), bring.source, existing=None, memory="256MB", spill=tmp_path / "s")


# --- Parquet --------------------------------------------------------------------------------------


def test_parquet_types(bring: Bring) -> None:
    table = pa.table(
        {
            "small": pa.array([1, 2], pa.int8()),
            "code": pa.array(["a", None]).dictionary_encode(),
            "money": pa.array([Decimal("1.5"), Decimal(2)], pa.decimal128(7, 1)),
            "absent": [1.5, float("nan")],
            "at": pa.array([datetime(2024, 1, 1, 20)] * 2, pa.timestamp("ns", "UTC")),
            "list": [[1], [2]],
            "time": [time(1), time(2)],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    report = bring.report(sink.getvalue(), "t.parquet")
    assert [column.type for column in report.columns[:5]] == ["integer", "string", "decimal", "float", "timestamp"]
    assert [column.name for column in report.columns if not column.supported] == ["list", "time"]
    rows = bring.rows(sink.getvalue(), "t.parquet")
    at = datetime(2024, 1, 2, 4)
    assert rows == [(1, "a", Decimal("1.5"), 1.5, at), (2, None, Decimal("2.0"), None, at)]


def test_floats_become_exact_cents_or_are_refused(bring: Bring) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"v": [0.1 + 0.7, 1.99, 1e6]}), sink)
    faults = bring.refusal(sink.getvalue(), "t.parquet", one("decimal", scale=2))
    assert faults == ["Line 1, column “v”, value “0.7999999999999999”: more decimal places than chosen."]
    sink = io.BytesIO()
    pq.write_table(pa.table({"v": [0.1, 1.99, 1e6, None]}), sink)
    expected = [(Decimal("0.10"),), (Decimal("1.99"),), (Decimal("1000000.00"),), (None,)]
    assert bring.rows(sink.getvalue(), "t.parquet", one("decimal", scale=2)) == expected
    infinite = io.BytesIO()
    pq.write_table(pa.table({"v": [1.0, float("inf")]}), infinite)
    assert bring.refusal(infinite.getvalue(), "t.parquet") == ["Line 2, column “v”, value “inf”: not a number."]


def test_parquet_without_rows(bring: Bring) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"v": pa.array([], pa.int64())}), sink)
    assert bring.refusal(sink.getvalue(), "t.parquet") == ["The file has no rows."]


# --- Excel ----------------------------------------------------------------------------------------


def workbook(*sheets: tuple[str, list[list[object]]], formula_error: bool = False) -> bytes:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, place, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
        if formula_error:
            sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    book.close()
    return sink.getvalue()


def test_excel(bring: Bring) -> None:
    at = datetime(2024, 1, 2, 3, 4, 5)
    content = workbook(
        ("空", []),
        (
            "销售",
            [
                [],
                ["日期", "时刻", "门店", "金额", "数量", "有效"],
                [date(2024, 1, 2), at, "007", 1.25, 3, True],
                [],
                [date(2024, 1, 3), at, "008", 2, 4, False],
            ],
        ),
    )
    assert bring.refusal(content, "t.xlsx") == ["The file has no rows."]
    report = bring.report(content, "t.xlsx", sheet="销售")
    assert report.sheets == ("空", "销售")
    assert [column.type for column in report.columns] == [
        "date",
        "timestamp",
        "string",
        "decimal",
        "integer",
        "boolean",
    ]
    assert bring.rows(content, "t.xlsx", sheet="销售") == [
        (date(2024, 1, 2), at, "007", Decimal("1.25"), 3, True),
        (date(2024, 1, 3), at, "008", Decimal("2.00"), 4, False),
    ]
    choices = [ColumnChoice(position=4, name="v", type="integer")]
    assert bring.refusal(content, "t.xlsx", choices, sheet="销售") == [
        "Line 3, column “金额”, value “1.25”: not a whole number."
    ]
    assert bring.refusal(content, "t.xlsx", sheet="nope") == ["The workbook has no sheet “nope”."]


def test_excel_formula_errors_are_not_empty_cells(bring: Bring) -> None:
    content = workbook(("a", [["x", "y"], [1, 2], [3, 4]]), formula_error=True)
    assert bring.refusal(content, "t.xlsx") == ["Line 2, column “B”, value “#DIV/0!”: a formula error."]


def test_excel_columns_without_a_name(bring: Bring) -> None:
    content = workbook(("a", [["x"], [1, 2]]))
    assert bring.refusal(content, "t.xlsx") == ["Column 2 has no name."]
    assert bring.rows(content, "t.xlsx", header=False)[1] == ("1", 2)


def test_excel_that_cannot_be_opened(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    good = workbook(("a", [["x"], [1]]))
    assert bring.refusal(good[: len(good) // 2], "t.xlsx") == ["The file is damaged or not a valid Excel file."]
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert bring.refusal(ole, "t.xlsx") == ["The workbook is protected by a password."]
    assert bring.refusal(ole[:600], "t.xls") == ["The file is damaged or not a valid Excel file."]
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    assert bring.refusal(plain.getvalue(), "t.xlsx") == ["The file is damaged or not a valid Excel file."]
    monkeypatch.setattr(excel, "MOST_UNPACKED", 2**20)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (2**20 + 1))
    assert len(bomb.getvalue()) < 10_000
    assert bring.refusal(bomb.getvalue(), "t.xlsx") == ["The file is larger than the limit of 1 MB."]
