"""The catalogue over HTTP."""

from __future__ import annotations

from ninja import Router

from metrion.catalog.api import definitions, drafts, formula, library

router = Router()
router.add_router("", library.router)
router.add_router("", definitions.router)
router.add_router("", drafts.router)
router.add_router("", formula.router)

__all__ = ["router"]
