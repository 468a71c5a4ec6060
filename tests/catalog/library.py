"""A company with two domains and a small library, published without the gate: the gate has its own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.identity.organisation import Company

from metrion.base.text import Text
from metrion.catalog import actions
from metrion.catalog.schemas import Approved, DomainBody, FrozenVersion

if TYPE_CHECKING:
    from datetime import datetime

    from metrion.identity.schemas import Actor


def dataset(code: str = "sales", **more: Any) -> dict[str, Any]:
    """Return the raw content of a fact dataset."""
    return {
        "kind": "dataset",
        "code": code,
        "name": {"zh": "销售流水", "en": "Sales lines"},
        "domain": "retail",
        "shape": "fact",
        "source": {"kind": "lake", "table": code},
        "columns": [
            {"name": "id", "type": "integer"},
            {"name": "day", "type": "date", "label": {"zh": "日期", "en": "Day"}},
            {"name": "region", "type": "string"},
            {"name": "amount", "type": "decimal", "label": {"zh": "金额", "en": "Amount"}},
            {"name": "cost", "type": "decimal"},
        ],
        "primary_key": ["id"],
        "time_columns": ["day"],
        "owner": "dana",
        **more,
    }


def dimension(code: str = "region", **more: Any) -> dict[str, Any]:
    """Return the raw content of a dimension on the sales lines."""
    return {
        "kind": "dimension",
        "code": code,
        "name": {"zh": "区域", "en": "Region"},
        "domain": "retail",
        "bindings": [{"dataset": "sales", "column": "region"}],
        "owner": "dana",
        **more,
    }


def modifier(code: str = "east_only", **more: Any) -> dict[str, Any]:
    """Return the raw content of a modifier."""
    return {
        "kind": "modifier",
        "code": code,
        "name": {"zh": "东区", "en": "East only"},
        "domain": "retail",
        "condition": {"kind": "compare", "field": "region", "op": "eq", "value": "east"},
        "owner": "dana",
        **more,
    }


def atomic(code: str, zh: str, en: str, expression: str = "amount", **more: Any) -> dict[str, Any]:
    """Return the raw content of a sum over the sales lines."""
    return {
        "kind": "metric",
        "code": code,
        "name": {"zh": zh, "en": en},
        "domain": "retail",
        "caliber": {"zh": f"{zh}的口径", "en": f"What {en} counts"},
        "definition": {
            "type": "atomic",
            "dataset": "sales",
            "measure": {"expression": expression, "aggregation": "sum"},
        },
        "unit": "元",
        "owner": "olga",
        **more,
    }


def composite(code: str, zh: str, en: str, formula: str, **more: Any) -> dict[str, Any]:
    """Return the raw content of a formula over metrics."""
    return atomic(code, zh, en) | {"definition": {"type": "composite", "formula": formula}, "unit": ""} | more


def derived(code: str, zh: str, en: str, base: str, *modifiers: str, **more: Any) -> dict[str, Any]:
    """Return the raw content of a derived metric."""
    definition = {"type": "derived", "base": base, "modifiers": list(modifiers)}
    return atomic(code, zh, en) | {"definition": definition} | more


class Library:
    """group > retail > east, west; group > bank. Domains retail (> retail_sales) and bank.

    dana does data everywhere, ann drafts, olga owns, aria decides in retail, eve reads in east, ben reads in bank.
    """

    def __init__(self) -> None:
        self.company = Company()
        self.company.hire("dana", "retail", "data_engineer")
        self.company.hire("ann", "retail", "analyst", scope="retail")
        self.company.hire("olga", "retail", "metric_owner", scope="retail")
        self.company.hire("aria", "retail", "approver", scope="retail")
        self.company.hire("eve", "east", "viewer", scope="east")
        self.company.hire("ben", "bank", "viewer", scope="bank")
        self.company.hire("bob", "bank", "analyst", scope="bank")
        admin = self.actor("admin")
        for code, zh, parent, department in (
            ("retail", "零售", None, "retail"),
            ("retail_sales", "销售", "retail", "retail"),
            ("bank", "银行", None, "bank"),
        ):
            name = Text(zh=zh, en=code.replace("_", " ").title())
            actions.create_domain(admin, DomainBody(code=code, name=name, parent=parent, department=department))

    def actor(self, username: str) -> Actor:
        """Return a person as he acts now."""
        return self.company.actor(username)

    def freeze(self, *raws: dict[str, Any], by: str = "dana") -> tuple[FrozenVersion, ...]:
        """Draft and freeze."""
        return actions.freeze(self.actor(by), actions.import_drafts(self.actor(by), raws))

    def publish(
        self, *raws: dict[str, Any], by: str = "dana", valid_from: datetime | None = None
    ) -> tuple[FrozenVersion, ...]:
        """Draft, freeze and put in force."""
        frozen = self.freeze(*raws, by=by)
        approved = [Approved(version_id=each.id, digest=each.digest) for each in frozen]
        actions.publish_versions(self.actor("aria"), approved, valid_from=valid_from)
        return frozen

    def with_metrics(self) -> Library:
        """Publish sales value, cost, gross profit and margin over one dataset."""
        self.publish(
            dataset(),
            dimension(),
            modifier(),
            atomic("sales_value", "销售额", "Sales value", aliases=["营业额", "GMV"], tags=["核心"]),
            atomic("cost_value", "成本", "Cost", "cost"),
            composite("gross_profit", "毛利", "Gross profit", "[sales_value] - [cost_value]", subject="retail_sales"),
            composite("gross_margin", "毛利率", "Gross margin", "[gross_profit] / [sales_value]", unit="%"),
            derived("east_sales", "东区销售额", "Sales in the east", "sales_value", "east_only"),
        )
        return self
