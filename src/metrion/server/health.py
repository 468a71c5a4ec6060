"""Health for machines: `/livez` (the process answers) and `/readyz` (it can do its work).

The body names the checks and whether each holds, nothing else: the address needs no log-in.
`metrion doctor` runs the same checks and says what to do.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from metrion.base.settings import get_settings
from metrion.base.text import Text
from metrion.server.front_end import is_built

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of being able to work, and what to do when it fails."""

    name: str
    holds: Callable[[], bool]
    remedy: Text


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    """Tell whether every migration is applied; once true it stays true for this process."""
    if not _applied:
        try:
            executor = MigrationExecutor(connection)
            if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
                _applied.append(True)
        except DatabaseError:
            return False
    return bool(_applied)


_applied: Final[list[bool]] = []


def _lake() -> bool:
    path = get_settings().lake_path
    return path.is_dir() and os.access(path, os.R_OK | os.W_OK | os.X_OK)


CHECKS: Final = (
    Check(
        "database",
        _database,
        Text(
            zh="无法连接元数据库：请检查 METRION_DATABASE_URL 或 METRION_HOME 的权限。",
            en="The metadata database cannot be reached: check METRION_DATABASE_URL, or the rights on METRION_HOME.",
        ),
    ),
    Check(
        "migrations",
        _migrations,
        Text(
            zh="数据库结构不是最新：请运行 metrion migrate。",
            en="The tables are not up to date: run `metrion migrate`.",
        ),
    ),
    Check(
        "lake",
        _lake,
        Text(
            zh="数据湖目录不可读写：请运行 metrion init 并检查 METRION_HOME 的权限。",
            en="The lake folder cannot be read and written: run `metrion init` and check the rights on METRION_HOME.",
        ),
    ),
    Check(
        "front_end",
        is_built,
        Text(
            zh="界面尚未构建：请在项目目录运行 make web。",
            en="The pages are not built: run `make web` in the project folder.",
        ),
    ),
)


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """Answer that the process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when every check holds, else 503, with the name of each check."""
    results = {check.name: check.holds() for check in CHECKS}
    ready = all(results.values())
    return JsonResponse({"ready": ready, "checks": results}, status=200 if ready else 503)
