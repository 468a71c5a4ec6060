"""The data over HTTP."""

from __future__ import annotations

from ninja import Router

from metrion.integration.api import calendar, connections, data

router = Router()
router.add_router("", data.router)
router.add_router("", calendar.router)
router.add_router("", connections.router)

__all__ = ["router"]
