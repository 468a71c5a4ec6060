"""HTTP of the query room: questions, previews, backtests, dimension values, receipts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

import orjson
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Header, Query, Router, Status
from pydantic import BaseModel, ConfigDict, Field

from metrion.identity.auth import SignedInRequest, signed_in
from metrion.query import backtest, receipts, running, values
from metrion.query.compared import compared_days
from metrion.query.difference import explain, explain_questions, recent
from metrion.query.difference.schemas import DifferenceRequest, ReceiptCard, ReceiptDifference
from metrion.query.formats import arrow_bytes, csv_lines, plain_cell
from metrion.query.schemas import Backtest, ComparedDays, ComparedQuestion, DimensionValues, KeptReceipt, QueryAnswer
from metrion.query.service import Answer, ask
from metrion.semantic.model import Definition
from metrion.semantic.request import MetricQuery

router = Router(tags=["query"], auth=signed_in)

AnswerFormat = Literal["json", "csv", "arrow"]
QueryId = Annotated[UUID | None, Header(alias="X-Query-Id", description="Chosen by the caller, to cancel by.")]


class PreviewRequest(BaseModel):
    """A question over published definitions and unpublished ones on top of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    definitions: Annotated[tuple[Definition, ...], Field(min_length=1, max_length=50)]
    query: MetricQuery


@router.post("/query", response=QueryAnswer)
def query(
    request: SignedInRequest,
    question: MetricQuery,
    answer_format: Annotated[AnswerFormat, Query(alias="format")] = "json",
    query_id: QueryId = None,
) -> HttpResponseBase:
    """Answer a question. `ETag` names the answer: send it as `If-None-Match` to be told 304."""
    actor = request.actor
    with running.cancellable(actor, query_id) as cancel:
        answer = ask(actor, question, cancel=cancel)
    etag = f'"{answer.receipt.answer_digest[:32]}-{answer_format}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    response = respond(answer, answer_format)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@router.post("/query/preview", response=QueryAnswer)
def preview(request: SignedInRequest, body: PreviewRequest, query_id: QueryId = None) -> HttpResponseBase:
    """Answer a question with drafts on top of what is published. The receipt says `draft`. Needs `metric.draft`."""
    actor = request.actor
    actor.require("metric.draft")
    with running.cancellable(actor, query_id) as cancel:
        return respond(ask(actor, body.query, candidates=body.definitions, cancel=cancel), "json")


@router.post("/query/difference", response=ReceiptDifference)
def query_difference(request: SignedInRequest, body: DifferenceRequest, query_id: QueryId = None) -> ReceiptDifference:
    """Ask two questions and say why their numbers differ. Both answers have receipts."""
    with running.cancellable(request.actor, query_id) as cancel:
        return explain_questions(request.actor, body, cancel=cancel)


@router.post("/query/compared-days", response=ComparedDays)
def query_compared_days(request: SignedInRequest, body: ComparedQuestion) -> ComparedDays:
    """Say which days a comparison by this shift lays beside the days of a range, by the company's calendar."""
    return compared_days(request.actor, body)


@router.delete("/query/{query_id}", response={204: None})
def cancel(request: SignedInRequest, query_id: UUID) -> Status[None]:
    """Stop a question of the caller that is still running in this process."""
    running.cancel(request.actor, query_id)
    return Status(204, None)


@router.get("/changes/{change_id}/backtest", response=Backtest)
def change_backtest(request: SignedInRequest, change_id: UUID) -> Backtest:
    """Run old and new versions of a change's metrics on the same data, as the caller may see it."""
    return backtest.backtest(request.actor, change_id)


@router.get("/dimensions/{code}/values", response=DimensionValues)
def dimension_values(
    request: SignedInRequest,
    code: str,
    metric: str,
    search: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DimensionValues:
    """Return the values of a dimension (`region`, `buyer.region`) that the metric's visible rows have."""
    return values.dimension_values(request.actor, code, metric, search, limit)


@router.get("/receipts/{receipt_id}", response=KeptReceipt)
def receipt(request: SignedInRequest, receipt_id: UUID) -> KeptReceipt:
    """Return a receipt to the person who asked, or to readers of the audit trail, the figures to the former only."""
    return receipts.receipt(request.actor, receipt_id)


@router.get("/receipts", response=list[ReceiptCard])
def own_receipts(
    request: SignedInRequest, metric: str, limit: Annotated[int, Query(ge=1, le=100)] = 30
) -> list[ReceiptCard]:
    """Return the caller's own receipts of a metric, newest first: numbers to compare with."""
    return recent(request.actor, metric, limit)


@router.get("/receipts/{receipt_id}/difference/{other_id}", response=ReceiptDifference)
def receipt_difference(
    request: SignedInRequest,
    receipt_id: UUID,
    other_id: UUID,
    metric: str | None = None,
    at: Annotated[tuple[str, ...], Query(description="`column=value` for each group of a row; none: the whole.")] = (),
    query_id: QueryId = None,
) -> ReceiptDifference:
    """Say what differs between two receipts, and how much of the difference each factor explains.

    Numbers are told to who asked for both; another reader of the receipts is told what differs.
    """
    with running.cancellable(request.actor, query_id) as cancel:
        return explain(request.actor, receipt_id, other_id, metric=metric, at=at, cancel=cancel)


def respond(answer: Answer, answer_format: AnswerFormat) -> HttpResponseBase:
    """Return the answer in the asked form; the receipt's id is a header in every form."""
    headers = {"X-Receipt-Id": str(answer.receipt.id)}
    if answer_format == "csv":
        name = "-".join(answer.receipt.request.metrics)[:80]
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return StreamingHttpResponse(_csv(answer), content_type="text/csv; charset=utf-8", headers=headers)
    if answer_format == "arrow":
        return HttpResponse(
            arrow_bytes(answer.table), content_type="application/vnd.apache.arrow.stream", headers=headers
        )
    return HttpResponse(json_bytes(answer), content_type="application/json", headers=headers)


def _csv(answer: Answer) -> Iterator[bytes]:
    return csv_lines([column.label.pick() or column.name for column in answer.columns], answer.table)


def json_bytes(answer: Answer) -> bytes:
    """Return the answer as the JSON of `QueryAnswer`, decimals exact."""
    totals = None if answer.totals is None else [plain_cell(cell) for cell in answer.totals]
    return orjson.dumps(
        {
            "columns": [column.model_dump(mode="json") for column in answer.columns],
            "rows": orjson.Fragment(answer.rows),
            "totals": totals,
            "subtotals": [
                {"keys": part.keys, "rows": [[plain_cell(cell) for cell in row] for row in part.rows]}
                for part in answer.subtotals
            ],
            "truncated": answer.truncated,
            "cached": answer.cached,
            "receipt": answer.receipt.model_dump(mode="json"),
        }
    )
