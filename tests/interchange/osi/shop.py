"""A small OSI model: orders of customers with an orphan, returns, and films with their cast over a bridge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from metrion.base.errors import Faults
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.osi.errors import OsiRefusal
from metrion.interchange.osi.importer import read_models
from metrion.interchange.osi.question import question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.osi.importer import Reading
    from metrion.interchange.osi.question import Question
    from metrion.semantic.model import DataType, Definition

TABLES: Mapping[str, Mapping[str, DataType]] = {
    "orders": {"id": "integer", "customer_id": "integer", "amount": "decimal", "status": "string", "placed": "date"},
    "customers": {"id": "integer", "region": "string", "segment": "string"},
    "returns": {"id": "integer", "customer_id": "integer", "amount": "decimal"},
    "films": {"id": "integer", "gross": "decimal"},
    "actors": {"id": "integer", "height": "integer"},
    "cast_list": {"actor_id": "integer", "film_id": "integer"},
}


def field(name: str, expression: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "expression": expression or name, **more}


def dataset(name: str, *fields: dict[str, Any], key: tuple[str, ...] = ("id",), **more: Any) -> dict[str, Any]:
    own = [field(column) for column in TABLES.get(name, {})]
    return {"name": name, "source": name, "primary_key": list(key), "fields": [*own, *fields], **more}


def relationship(many: str, one: str, column: str, **more: Any) -> dict[str, Any]:
    name = f"{many}_to_{one}"
    return {"name": name, "from": many, "to": one, "from_columns": [column], "to_columns": ["id"], **more}


def metric(name: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "expression": expression, **more}


def model(*metrics: dict[str, Any], **more: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the model; `orders=[...]` gives a dataset further fields."""
    return {
        "name": "shop",
        "datasets": [
            dataset("orders", *more.get("orders", [])),
            dataset("customers", *more.get("customers", [])),
            dataset("returns", *more.get("returns", [])),
            dataset("films"),
            dataset("actors"),
            dataset("cast_list", key=("actor_id", "film_id")),
        ],
        "relationships": [
            relationship("orders", "customers", "customer_id"),
            relationship("returns", "customers", "customer_id"),
            relationship("cast_list", "films", "film_id"),
            relationship("cast_list", "actors", "actor_id"),
        ],
        "metrics": [
            metric("revenue", "SUM(orders.amount)"),
            metric("returned", "SUM(returns.amount)"),
            metric("gross", "SUM(films.gross)"),
            *metrics,
        ],
    }


def read(document: dict[str, Any]) -> Reading:
    return read_models({"shop.yaml": json.dumps(document)}, Surroundings("retail", TABLES.get))


def found(document: dict[str, Any], code: str, kind: str = "metric") -> Definition:
    return next(each for each in read(document).imported.definitions if each.kind == kind and each.code == code)


def calculation(document: dict[str, Any], code: str) -> dict[str, Any]:
    """Return what a metric is, without what has its default."""
    plain: dict[str, Any] = found(document, code).model_dump(exclude_defaults=True)["definition"]
    return plain


def faults(document: dict[str, Any]) -> list[str]:
    """Return the codes of everything that is wrong with a model."""
    try:
        read(document)
    except Faults as refusal:
        return [each.osi_code if isinstance(each, OsiRefusal) else each.code for each in refusal.faults]
    return []


def refused(document: dict[str, Any], *key: str) -> str:
    """Return the code for which a field or a metric is left out."""
    (known,) = read(document).models
    return known.model.broken[key].osi_code


def asked(document: dict[str, Any], **raw: Any) -> Question:
    (known,) = read(document).models
    return question(known, raw)


def answer(document: dict[str, Any], **raw: Any) -> str:
    """Return the code under which a question is refused, or nothing."""
    try:
        asked(document, **raw)
    except OsiRefusal as refusal:
        return refusal.osi_code
    return ""
