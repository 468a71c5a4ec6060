"""The API root: one NinjaAPI under /api/v1 on which each room mounts its router."""

from __future__ import annotations

from ninja import NinjaAPI

api = NinjaAPI(title="Metrion", version="1", urls_namespace="api")
