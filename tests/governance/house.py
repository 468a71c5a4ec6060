"""A company with a domain, data and people who draft and decide, as the tests of the gate use it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.identity.organisation import Company

from metrion.base.text import Text
from metrion.catalog import actions as catalog
from metrion.catalog.schemas import DomainBody
from metrion.governance import actions, reads
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from uuid import UUID

    from metrion.governance.schemas import ChangeView, Decision
    from metrion.identity.schemas import Actor, AssignmentView

_keys = count()


def new_key() -> str:
    """Return an idempotency key that no other command has."""
    return f"key-{next(_keys):08}"


ORDERS: dict[str, Any] = {
    "kind": "dataset",
    "code": "orders",
    "name": {"zh": "订单", "en": "Orders"},
    "domain": "sales",
    "shape": "fact",
    "owner": "dana",
    "source": {"kind": "lake", "table": "orders"},
    "columns": [
        {"name": "id", "type": "integer"},
        {"name": "day", "type": "date"},
        {"name": "amount", "type": "decimal"},
        {"name": "cost", "type": "decimal"},
    ],
    "primary_key": ["id"],
    "time_columns": ["day"],
}


def metric(code: str, expression: str = "amount", **more: Any) -> dict[str, Any]:
    """Return the raw content of an atomic metric over the orders."""
    return {
        "kind": "metric",
        "code": code,
        "name": {"zh": f"指标{code}", "en": f"Metric {code}"},
        "domain": "sales",
        "caliber": {"zh": "全部订单", "en": "All orders"},
        "definition": {
            "type": "atomic",
            "dataset": "orders",
            "measure": {"expression": expression, "aggregation": "sum"},
        },
        "unit": "元",
        "owner": "ann",
        **more,
    }


class House:
    """group > retail > east, west; group > bank. Domains sales (retail) and risk (bank).

    dana drafts everything; ann drafts; aria and abe decide for retail, bea for bank, root for all.
    """

    def __init__(self) -> None:
        self.company = Company()
        self.company.hire("dana", "retail", "data_engineer")
        self.company.hire("ann", "retail", "analyst")
        self.company.hire("aria", "retail", "approver", scope="retail")
        self.company.hire("abe", "retail", "approver", scope="retail")
        self.company.hire("bea", "bank", "approver", scope="bank")
        self.company.hire("viewer", "retail", "viewer")
        for code, department in (("sales", "retail"), ("risk", "bank")):
            body = DomainBody(code=code, name=Text(zh=code, en=code), department=department)
            catalog.create_domain(self.actor("admin"), body)

    def actor(self, username: str) -> Actor:
        """Return a person as he acts now."""
        return self.company.actor(username)

    def roles(self, username: str) -> tuple[AssignmentView, ...]:
        """Return the roles that a person holds."""
        return identity.person(self.actor("admin"), username).roles

    def draft(self, raw: dict[str, Any], by: str = "ann") -> UUID:
        """Store a draft; a change when its code is published."""
        return catalog.change_published(self.actor(by), raw).id

    def submit(self, *raws: dict[str, Any], by: str = "ann", **more: Any) -> ChangeView:
        """Draft and submit."""
        drafts = [self.draft(raw, by) for raw in raws]
        return actions.submit(self.actor(by), drafts, "title", "reason", **more)

    def see(self, username: str, change: ChangeView) -> ChangeView:
        """Return the change as a person reads it."""
        return reads.change(self.actor(username), change.id)

    def prove(self, username: str, change: ChangeView) -> None:
        """Show a person all the evidence that the change needs."""
        for proof in self.see(username, change).evidence:
            actions.attach_evidence(self.actor(username), change.id, change.digest, proof.kind, {"rows": [[1]]})

    def decide(self, username: str, change: ChangeView, decision: Decision = "approve", **more: Any) -> ChangeView:
        """Decide what was read."""
        asked = {"digest": change.digest, "comment": "so", "idempotency_key": new_key()} | more
        return actions.decide(self.actor(username), change.id, decision, **asked)

    def publish(self, *raws: dict[str, Any], by: str = "ann", approver: str = "aria") -> ChangeView:
        """Bring definitions through the gate."""
        change = self.submit(*raws, by=by)
        self.prove(approver, change)
        return self.decide(approver, change)

    def with_orders(self) -> House:
        """Publish the dataset that metrics need."""
        self.publish(ORDERS, by="dana")
        return self
