"""Help for the formula editor."""

from __future__ import annotations

from ninja import Router

from metrion.catalog import reads
from metrion.catalog.schemas import Completion, CompletionBody, FormulaBody, FormulaCheck, FunctionCard
from metrion.identity.auth import SignedInRequest, signed_in

router = Router(tags=["formula"], auth=signed_in)


@router.post("/formula/check", response=FormulaCheck, operation_id="check_formula")
def check_formula(request: SignedInRequest, body: FormulaBody) -> FormulaCheck:
    """Check a row expression (`dataset` given) or a formula over metrics."""
    return reads.check_formula(request.actor, body.text, body.dataset)


@router.get("/formula/functions", response=list[FunctionCard], operation_id="list_functions")
def list_functions(request: SignedInRequest) -> list[FunctionCard]:
    """List the functions that formulas may use."""
    request.actor.require("metric.read")
    return reads.functions()


@router.post("/formula/complete", response=list[Completion], operation_id="complete_formula")
def complete_formula(request: SignedInRequest, body: CompletionBody) -> list[Completion]:
    """Propose columns, metrics and functions for the word at the caret."""
    return reads.complete_formula(request.actor, body.text, body.cursor, body.dataset)
