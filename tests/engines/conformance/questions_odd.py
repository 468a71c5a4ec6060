"""Questions about every aggregation of every type, and about odd texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engines.conformance.asking import (
    about,
    ask,
    between,
    compare,
    dates,
    down,
    either,
    every,
    match,
    null,
    one_of,
    opposite,
    up,
)
from tests.engines.conformance.worlds_odd import NUMBERS, ORDERED, OTHERS, SHARES, SPREADS

if TYPE_CHECKING:
    from tests.engines.conformance.asking import Question


def _all_of(name: str) -> tuple[str, ...]:
    return tuple(f"{how}_of_{name}" for how in SPREADS)


def _percentiles(name: str) -> tuple[str, ...]:
    return tuple(f"{kind}_{share * 100:.0f}_of_{name}" for kind in ("between", "one") for share in SHARES)


AGGREGATES: dict[str, Question] = {
    **{
        f"every spread of {name}": about(
            ask("odd", *_all_of(name), by=("paid",), totals=True), f"approx_distinct_of_{name}"
        )
        for name in NUMBERS
    },
    **{
        f"percentiles of {name}": ask("odd", *_percentiles(name), by=by, totals=True)
        for name, by in (("whole", ("paid",)), ("money", ("customer",)), ("double", ("city",)))
    },
    **{
        f"first and last of {name}": ask("odd", f"first_of_{name}", f"last_of_{name}", by=("paid",), totals=True)
        for name in NUMBERS
    },
    **{
        f"ends of {name}": ask("odd", *(f"{how}_of_{name}" for how in ORDERED), by=("customer",), totals=True)
        for name in OTHERS
    },
    "one of the days and texts": ask("odd", "one_of_day", "one_of_text", by=("paid",), totals=True),
    "weighted averages": ask("odd", "weighted", "weighted_by_share", by=("paid",), totals=True),
    "first and last by a column": ask("odd", "last_by_money", "first_by_text", by=("paid",), totals=True),
    "measures with a filter": ask(
        "odd", "paid_sum", "paid_count", "paid_distinct", "paid_median", "paid_average", "paid_last", "paid_one",
        "paid_weighted", "paid_deviation", "unknown_paid", "texts_with_c", by=("customer",), totals=True,
    ),
    "row expressions": ask("odd", "doubled", "divided", "large", by=("customer",), totals=True),
    "large whole numbers and decimals": ask("odd", "pieces", "priced", "worth", by=("warehouse",), totals=True),
    "scores": ask("odd", "score", "best", "worst", by=("who",), order=[down("score")], totals=True),
    "nothing at all": ask("odd", "no_sum", "no_count", "no_median", "no_last", "no_zero"),
    "nothing beside something": ask("odd", "no_sum", "no_count", "orders_count", "no_zero"),
    "groups of decimals and doubles": ask("odd", "orders_count", by=("money", "share")),
    "a composite of decimals": ask("odd", "per_order", "named_state", by=("city",), totals=True),
    "a median of customers": ask("odd", "median_of_customers", by=("city",)),
    "places of decimals": ask("odd", "place", by=("customer",)),
    "a stock by month": ask("odd", "in_stock", "price_level", by=("warehouse",), grain="month", totals=True),
    "a modifier in another table": ask("odd", "beijing", "sum_of_money", "abc", by=("customer_group",)),
}  # fmt: skip
GRAINS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
MOMENTS: dict[str, Question] = {
    **{f"moments by {grain}": ask("odd", "sum_of_money", "orders_count", grain=grain) for grain in GRAINS},
    "moments by day and hour": ask("odd", "orders_count", grain="day", times=[{"part": "hour"}, {"part": "week"}]),
    "a dimension of moments by hour": ask("odd", "orders_count", by=("moment:hour",)),
    "a dimension of moments": ask("odd", "orders_count", by=("moment",)),
    "a range of days of moments": ask("odd", "sum_of_money", time=dates("2024-03-10", "2024-12-31"), grain="month"),
    "a range of instants": ask(
        "odd", "orders_count", time=dates("2024-03-10T01:59:59", "2024-03-10T02:30:00"), grain="second"
    ),
    "a filter on the day of a moment": ask("odd", "orders_count", filters=compare("moment", "eq", "2025-01-01")),
    "a filter on an instant": ask("odd", "orders_count", filters=compare("moment", "gt", "2025-01-01T00:00:00")),
    "a filter on microseconds": ask(
        "odd", "orders_count", filters=compare("moment", "eq", "2025-01-01T00:00:00.000001")
    ),
    "carried on where the moment is missing": ask("odd", "known_before", "orders_count", "score", grain="month"),
    "carried on by group": ask("odd", "known_before", "orders_count", grain="month", by=("paid",)),
    "windows of hours": ask("odd", "hourly", "hour_before", grain="hour"),
    "a shift of a year of moments": ask("odd", "year_before", "sum_of_money", grain="month"),
    "year to date of moments": ask("odd", "money_ytd", grain="month", by=("city",)),
    "days before 1970": ask("odd", "score", grain="week"),
    "days before 1970 by year": ask("odd", "score", grain="year", times=[{"part": "week"}, {"part": "day_of_year"}]),
}  # fmt: skip
FILTERS: dict[str, Question] = {
    f"filter: {name}": ask("odd", "orders_count", "sum_of_money", by=("state",), filters=condition)
    for name, condition in {
        "a text is one": compare("state", "eq", "abc"),
        "a text is not one": compare("state", "ne", "abc"),
        "a text is empty": compare("state", "eq", ""),
        "a text is greater": compare("state", "gt", "Abc"),
        "a text is between": between("state", "A", "Z"),
        "one of some texts": one_of("state", "abc", "É", "已付"),
        "none of some texts": one_of("state", "abc", "已付", negated=True),
        "a text contains": match("state", "contains", "BC"),
        "a text starts": match("state", "starts", "ab"),
        "a text ends": match("state", "ends", "C "),
        "a text does not contain": match("state", "contains", "b", negated=True),
        "a text ends with a wide blank": match("state", "ends", "　"),
        "a text is none": null("state"),
        "a text is there": null("state", negated=True),
        "a number is less": compare("money", "lt", 50.05),
        "a number is between": between("money", "0.01", "70.00"),
        "a double is at least": compare("share", "ge", 0.3),
        "one of some numbers": one_of("money", 100, 0.01),
        "true": compare("paid", "eq", True),
        "not true": opposite(compare("paid", "eq", True)),
        "a date between": between("ordered", "2024-03-01", "2024-10-27"),
        "a quote": one_of("odd_text", "x'y", 'x"y', "x\\y", "%s $1 :p"),
        "a pattern is no pattern": match("odd_text", "contains", "%"),
        "a backslash": match("odd_text", "contains", "\\"),
        "a picture": match("odd_text", "contains", "😀"),
        "an accent in lower case": match("odd_text", "contains", "É"),
        "a Chinese city": compare("city", "eq", "北京"),
        "a name with a quote": compare("customer", "eq", "O'Brien"),
        "a group with a blank at its end": compare("customer_group", "eq", "A "),
        "not that group": compare("customer_group", "ne", "A "),
        "either and every": either(every(compare("paid", "eq", True), compare("money", "gt", 1)), null("city")),
        "one of two columns is none": either(null("state"), null("odd_text")),
        "an accent is no accent": compare("odd_text", "eq", "É"),
        "since today": compare("ordered", "ge", {"today": 0}),
        "the last sixty days": every(compare("ordered", "ge", {"today": -60}), compare("ordered", "le", {"today": 0})),
    }.items()
}
TEXTS: dict[str, Question] = {
    "words are different": ask("texts", "uses", "amount", by=("word",), totals=True),
    "words from the last": ask("texts", "uses", by=("word",), order=[down("word")]),
    "words from the first, none first": ask("texts", "uses", by=("word",), order=[up("word", nulls="first")], limit=7),
    "words have labels": ask("texts", "uses", by=("label", "word")),
    "words are counted": about(ask("texts", "words", "about", "least", "greatest", by=("kind",), totals=True), "about"),
    "initials": ask("texts", "starts", by=("first_letter",), totals=True),
    "places of words": ask("texts", "place", by=("word",), order=[up("place")]),
    **{
        f"words: {how} {name}": ask("texts", "uses", by=("word",), filters=match("word", how, word))
        for how, name, word in (
            ("contains", "A", "A"), ("starts", "a", "a"), ("ends", "b", "b"), ("contains", "a blank", " "),
            ("ends", "a blank", " "), ("contains", "_", "_"), ("contains", "a backslash", "\\"),
            ("starts", "a sign", "文"), ("contains", "an accent", "é"), ("contains", "a sharp s", "ß"),
            ("starts", "ss", "ss"), ("contains", "nothing", ""), ("ends", "a picture and a letter", "😀x"),
        )
    },
    **{
        f"words: {op} {name}": ask("texts", "uses", by=("word",), filters=compare("word", op, word))
        for op, name, word in (
            ("eq", "a", "a"), ("eq", "a and a blank", "a "), ("ne", "a", "a"), ("lt", "a", "a"), ("le", "a", "a"),
            ("ge", "an accent", "é"), ("gt", "a sign", "中"), ("eq", "a sharp s", "ß"), ("eq", "a backslash", "o\\x"),
            ("eq", "a quote", "o'x"), ("eq", "an accent apart", "e\u0301"), ("eq", "a blank", " "),
            ("eq", "nothing", ""),
        )
    },
    "words in and not in": ask(
        "texts", "uses", by=("word",),
        filters=every(one_of("word", "a", "A ", "á", "中文 ", "$1", "?"), one_of("word", "A", "$1", negated=True)),
    ),
}  # fmt: skip
QUESTIONS = {**AGGREGATES, **MOMENTS, **FILTERS, **TEXTS}
