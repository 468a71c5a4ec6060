"""The data over HTTP."""

from __future__ import annotations

from ninja import Router

from metrion.integration.api import calendar, data

router = Router()
router.add_router("", data.router)
router.add_router("", calendar.router)

__all__ = ["router"]
