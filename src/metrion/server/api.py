"""The API root: one NinjaAPI under /api/v1 on which each room mounts its router."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from metrion import __version__
from metrion.audit.api import router as audit_router
from metrion.catalog.api import router as catalog_router
from metrion.collaboration.api import router as collaboration_router
from metrion.governance.api import router as governance_router
from metrion.identity.api import router as identity_router
from metrion.identity.auth import signed_in
from metrion.integration.api import router as integration_router
from metrion.interchange.api import router as interchange_router
from metrion.query.api import router as query_router
from metrion.server import failures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


class OrjsonRenderer(BaseRenderer):
    """Writes bodies with orjson: pydantic shapes arrive here already dumped to plain values."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        """Return the body."""
        del request, response_status
        return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)


def _plain(value: object) -> object:
    dump = getattr(value, "model_dump", None)
    return dump(mode="json") if callable(dump) else str(value)


class StrictParser(Parser):
    """Reads bodies as JSON is defined: no NaN, no half of a character; what the tables could not keep either."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body; raises `ValueError`, which is answered as a malformed request."""
        found: dict[str, Any] = orjson.loads(request.body)
        return found


api = NinjaAPI(
    title="Metrion",
    version=__version__,
    urls_namespace="api",
    auth=signed_in,  # Deny by default: a route that strangers may call must say so itself.
    parser=StrictParser(),
    renderer=OrjsonRenderer(),
    docs_url=None,  # The documentation page would load scripts from elsewhere.
    openapi_url=None,  # The schema is part of the front end's build: `metrion openapi`.
)
failures.install(api)
api.add_router("", query_router)  # Routes are tried in turn, and nothing is asked for more often.
api.add_router("", audit_router)
api.add_router("", catalog_router)
api.add_router("", collaboration_router)
api.add_router("", governance_router)
api.add_router("", identity_router)
api.add_router("", integration_router)
api.add_router("", interchange_router)


def openapi() -> Mapping[str, object]:
    """Return the OpenAPI description of every route, as the front end's types are made from it."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))
