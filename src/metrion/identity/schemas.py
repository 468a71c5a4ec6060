"""Shapes of the identity room that other rooms may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from metrion.base.errors import Forbidden
from metrion.base.text import Language, Text
from metrion.identity.permissions import PERMISSION_NAMES, Permission

AttributeValue = str | int | bool | tuple[str, ...]


class Frozen(BaseModel):
    """Base of the shapes of this room."""

    model_config = ConfigDict(frozen=True)


class Actor(Frozen):
    """Who acts, with everything that a permission decision needs. Built once per request by identity."""

    id: UUID
    username: str
    name: Text
    department: str
    """Path of the person's department from the root, `/group/retail/east/`."""
    language: Language
    grants: Mapping[Permission, tuple[str, ...]]
    """Permission -> department paths in whose subtree it holds (`/` = the whole company)."""
    attributes: Mapping[str, AttributeValue]
    """What row policies can refer to as `person` values; inherited from departments, then the person's own."""
    via: Literal["session", "token", "cli", "job"] = "session"

    def may(self, permission: Permission, department: str | None = None) -> bool:
        """Tell whether the permission is held (for the department path, or anywhere when None)."""
        paths = self.grants.get(permission, ())
        return bool(paths) if department is None else any(department.startswith(path) for path in paths)

    def require(self, permission: Permission, department: str | None = None) -> None:
        """Raise `Forbidden`, naming the permission, unless `may`."""
        if not self.may(permission, department):
            raise Forbidden(need=PERMISSION_NAMES[permission].pick())
