"""Answers on the wire: exact decimals, ISO dates, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import orjson
import pyarrow as pa
import pytest

from metrion.query.formats import KEPT_ROWS, KEPT_TEXT, arrow_bytes, csv_lines, figures, plain_rows


def _table() -> pa.Table:
    return pa.table(
        {
            "day": pa.array([date(2024, 2, 29), None]),
            "at": pa.array([datetime(2024, 2, 29, 12, 30), None]),
            "name": ["=1+1", None],
            "value": pa.array([Decimal("12345678901234567890.12"), None], pa.decimal128(38, 2)),
            "ratio": [0.1, float("nan")],
        }
    )


def test_json_keeps_every_digit_of_a_decimal() -> None:
    text = orjson.dumps(plain_rows(_table())).decode()
    assert "12345678901234567890.12" in text
    assert '"2024-02-29"' in text


def test_json_has_null_where_there_is_no_number() -> None:
    assert orjson.loads(orjson.dumps(plain_rows(_table())))[1] == [None, None, None, None, None]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_text_cannot_be_a_formula(start: str) -> None:
    table = pa.table({"名称": [f"{start}cmd()"], "n": [-5]})
    text = b"".join(csv_lines(["名称", f"{start}head"], table)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][1] == f"'{start}head"
    assert rows[1] == [f"'{start}cmd()", "-5"]


def test_csv_round_trips_exact_values() -> None:
    text = b"".join(csv_lines(["day", "at", "name", "value", "ratio"], _table())).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1][0] == "2024-02-29"
    assert rows[1][3] == "12345678901234567890.12"


def test_arrow_is_a_readable_stream() -> None:
    table = _table()
    assert pa.ipc.open_stream(arrow_bytes(table)).read_all().schema == table.schema


def test_a_receipt_keeps_the_first_rows_with_every_digit() -> None:
    kept = figures((), _table(), (None, Decimal("1.10")))
    assert kept.rows[0] == ("2024-02-29", "2024-02-29T12:30:00", "=1+1", "12345678901234567890.12", 0.1)
    assert kept.rows[1] == (None, None, None, None, None)
    assert kept.totals == (None, "1.10")
    many = pa.table({"n": list(range(KEPT_ROWS + 5))})
    assert [row[0] for row in figures((), many, None).rows] == list(range(KEPT_ROWS))


def test_a_receipt_keeps_text_that_every_database_can_hold() -> None:
    kept = figures((), pa.table({"name": ["a\0b", "x" * (KEPT_TEXT + 1)]}), None)
    assert kept.rows == (("a\N{REPLACEMENT CHARACTER}b",), ("x" * KEPT_TEXT + "…",))
