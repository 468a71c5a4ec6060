"""Questions about shapes of data: what meets what, what counts once, and what was true when it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engines.conformance.asking import ask, compare, dates, down, every, match, null, one_of, up
from tests.engines.conformance.worlds_shapes import TAKES

from metrion.semantic.condition import Compare
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from tests.engines.conformance.asking import Question

TAG, REGION = ("tag",), ("region",)
ALPHA = compare("tag", "eq", "Alpha")
EITHER = one_of("tag", "Alpha", "Beta")
ONLY_ALPHA = DataScope(rows={"orders": Compare(field="tag", op="eq", value="Alpha")})
ONLY_EAST = DataScope(rows={"orders": Compare(field="region", op="eq", value="EAST")})
EAST_CUSTOMERS = DataScope(rows={"customers": Compare(field="region", op="eq", value="EAST")})
BRIDGES: dict[str, Question] = {
    "tags, each in full": ask(
        "bridge", "revenue", "orders_count", "average", "middle", "amounts", by=TAG, totals=True,
        subtotals=[["tag"], []],
    ),
    "two bridges": ask("bridge", "revenue", by=("tag", "sku"), totals=True),
    "lines by tag": ask("bridge", "quantity", by=TAG, totals=True),
    "one tag": ask("bridge", "revenue", "orders_count", filters=ALPHA),
    "either tag counts once": ask("bridge", "revenue", "average", filters=EITHER, totals=True),
    "no tag": ask("bridge", "revenue", filters=null("tag")),
    "a filter of one metric": ask("bridge", "with_alpha", "alpha_modified", "revenue", grain="month"),
    "places and shares over a bridge": ask("bridge", "place", "part", by=TAG),
    "an average over tags": ask("bridge", "per_tag"),
    "windows over a bridge": ask("bridge", "so_far", by=TAG, grain="month"),
    "who sees one tag": ask("bridge", "revenue", "quantity").seen_by(ONLY_ALPHA),
    "shared out by weight": ask("weighted", "revenue", by=TAG, totals=True),
    "a count shared out": ask("weighted", "orders_count", "amounts_known", by=TAG, totals=True),
    "a ratio of what is shared out": ask("weighted", "per_order", by=TAG, totals=True),
    "shared out under a filter": ask("weighted", "revenue", "orders_count", by=TAG, filters=EITHER, totals=True),
    "shared out beside another bridge": ask("weighted", "revenue", by=("tag", "sku"), filters=ALPHA),
    "shared out along time": ask("weighted", "before", "counted_so_far", by=TAG, grain="month"),
}  # fmt: skip
JOINS: dict[str, Question] = {
    "two roles": ask("roles", "volume", "deals", by=("buyer.city", "seller.city"), totals=True),
    "a role filters its own side": ask(
        "roles", "volume", by=("buyer.firm",), filters=compare("seller.city", "eq", "沪"), totals=True
    ),
    "a role without partner": ask("roles", "volume", by=("buyer.firm",), filters=null("seller.firm")),
    "roles ordered": ask("roles", "volume", by=("buyer.firm", "seller.firm"), order=[down("volume")], limit=2),
    "three facts": ask(
        "facts", "average_order", "middle_pages", "callers", "customers_count", "pages_per_call", by=REGION, totals=True
    ),
    "facts without a common dimension": ask("facts", "target", "callers"),
    "keys of two columns": ask("keys", "amount", by=("label",), totals=True),
    "keys of two columns and their text": ask("keys", "amount", by=("shop", "label"), filters=null("label")),
    "names that are words of SQL": ask("keys", "sum", "where", "case", by=("group",), totals=True),
    "a value that is code": ask(
        "keys", "sum", by=("time:month", "select"), grain="month",
        filters=match("group", "contains", '\'; drop table s."order"; --'),
    ),
    "a value with places of a driver": ask("keys", "sum", by=("group",), filters=compare("select", "eq", "%(x)s")),
    "what was true when it happened": ask("history", "revenue", by=REGION, totals=True),
    "what was true when it was paid": ask("history", "paid_in", by=REGION, totals=True),
    "a shift keeps what was true": ask("history", "last_month", by=REGION, grain="month"),
    "a window keeps what was true": ask("history", "so_far", by=REGION, grain="month"),
    "a filter on a history": ask("history", "revenue", filters=compare("region", "eq", "EAST"), grain="month"),
    "a gap in a history": ask("history", "revenue", filters=null("region"), grain="month"),
    "who sees the east": ask("history", "revenue", by=REGION).seen_by(ONLY_EAST),
    "who sees eastern customers": ask("history", "revenue", by=REGION).seen_by(EAST_CUSTOMERS),
    "a history by two roles": ask("payers", "revenue", by=("payer.region", "buyer.region"), totals=True),
}  # fmt: skip
CALCULATED: dict[str, Question] = {
    "a SELECT as a dataset": ask("calculated", "big_revenue", by=REGION, grain="month", totals=True),
    "a join of SELECTs": ask("calculated", "returned_of"),
    "an answer as a dataset": ask("calculated", "best_month", by=("month_region",), totals=True),
    "an answer by quarter": ask("calculated", "best_month", grain="quarter"),
    "an average of an answer": ask("calculated", "best_regions"),
    "computed columns": ask("calculated", "gross", "highest_tax", grain="month", totals=True),
    "a SELECT seen by the east": ask("calculated", "big_revenue", "returned_of").seen_by(ONLY_EAST),
    "an answer seen by eastern customers": ask("calculated", "best_month", by=("month_region",)).seen_by(
        EAST_CUSTOMERS
    ),
}
STOCKS: dict[str, Question] = {
    **{
        f"a stock, {take} of the days": ask("stocks", f"{take}_day", by=("branch",), grain="month", totals=True)
        for take in TAKES
    },
    **{
        f"a stock, {take} of each account": ask("stocks", f"{take}_each", by=("branch",), grain="month", totals=True)
        for take in TAKES
        if take != "avg"
    },
    "a stock in all": ask("stocks", *(f"{take}_day" for take in TAKES), "last_each", "accounts"),
    "a filter at the snapshot": ask("stocks", "overdue", "overdue_rate", grain="month"),
    "a stock along time": ask("stocks", "last_each", "before", "so_far", "trail", grain="month"),
    "a stock by its own day": ask("stocks", "last_each", by=("day:month",)),
    "a stock along time by its own day": ask("stocks", "trail", by=("day:month",), grain="month"),
    "a stock until a day": ask("stocks", "last_day", filters=compare("day", "le", "2024-01-31")),
    "a stock carried forward": ask(
        "stocks", "carried", by=("branch",), grain="day", time=dates("2024-01-29", "2024-02-07")
    ),
    "shares of a stock": ask("stocks", "share", by=("branch",), grain="month"),
}
CHANNEL = ("channel",)
FUNNELS: dict[str, Question] = {
    **{
        f"funnel: {code}": ask("funnels", code, by=CHANNEL, totals=True)
        for code in (
            "rate", "count", "steps", "within_week", "within_hours", "same_item", "worth", "worth_of_steps",
            "second_bought", "two_steps", "persons", "rate_of_persons", "place",
        )
    },
    "a funnel by month": ask("funnels", "rate", "count", "visits_count", grain="month", totals=True),
    "a funnel of the last day": ask("funnels", "rate", time=dates("2024-01-31", "2024-01-31")),
    "a funnel by days, the fewest first": ask(
        "funnels", "within_hours", grain="day", order=[up("within_hours")]
    ),
    "a funnel by days, the most first": ask(
        "funnels", "within_hours", "rate", grain="day", order=[down("within_hours", nulls="first")]
    ),
    "a funnel after itself": ask("funnels", "again"),
    "a funnel of one item": ask("funnels", "count", filters=compare("item", "eq", 1)),
    "an average of a funnel": ask("funnels", "average"),
}  # fmt: skip
DIVISIONS: dict[str, Question] = {
    "division by zero and by nothing": ask(
        "attempts", "rate_null_null", "rate_zero_null", "rate_zero_zero", "rate_null_zero", "safe", by=("item",)
    ),
    "whole numbers divide into fractions": ask("attempts", "half", "share", "big", "third", totals=True),
    "order by what is nothing": ask("attempts", "rate_null_null", by=("item",), order=[down("rate_null_null")]),
    "order by what is nothing, first": ask(
        "attempts", "rate_null_null", by=("item",), order=[down("rate_null_null", nulls="first")], limit=3
    ),
    "a division that may stop and does not": ask(
        "attempts", "stopped", by=("item",), filters=one_of("item", "a", "c", "d")
    ),
    "rows by a condition on what is nothing": ask(
        "attempts", "won", by=("item",), having=every(null("rate_null_null"), compare("won", "ge", 0))
    ),
}
INSTANTS: dict[str, Question] = {
    **{f"instants by {grain}": ask("instants", "base", grain=grain) for grain in ("second", "minute", "hour")},
    "days and hours": ask("instants", "base", grain="day", times=[{"part": "hour"}]),
    "a range to its last second": ask("instants", "base", time=dates("2024-02-29T00:10:00", "2024-02-29T23:59:59")),
    "a range of one day": ask("instants", "base", time=dates("2024-02-29", "2024-02-29"), grain="hour"),
    "windows across midnight": ask("instants", "recent", "today", grain="hour"),
    **{
        f"instants, {code}": ask("instants", code, grain=grain)
        for code, grain in (
            ("hour_before", "day"), ("day_before", "hour"), ("month_before", "second"), ("looked_back", "hour"),
        )
    },
    "every hour": ask("instants", "hourly", grain="hour", time=dates("2024-02-28T22:00:00", "2024-02-29T04:00:00")),
    "an average hour": ask("instants", "average_hour", grain="day"),
    "a dimension of minutes": ask(
        "instants", "base", by=("sold:minute", "sold@hour"), filters=null("sold", negated=True)
    ),
}  # fmt: skip
QUESTIONS = {**BRIDGES, **JOINS, **CALCULATED, **STOCKS, **FUNNELS, **DIVISIONS, **INSTANTS}
