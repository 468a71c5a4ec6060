"""Where the exams play: a throw-away company whose people load data, publish definitions through the gate and ask.

The house is made once for a process, in a home of its own; each `act` on it starts with an empty lake and an
empty library and leaves nothing behind.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django
from django.conf import settings as django_settings

from metrion.base.text import Text
from metrion.interchange.foreign.landing import landed
from metrion.semantic.model import MetricDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from metrion.identity.permissions import RoleCode
    from metrion.identity.schemas import Actor
    from metrion.query.service import Answer
    from metrion.semantic.model import Definition
    from metrion.semantic.request import MetricQuery

DOMAIN: Final = "exam"
_COMPANY: Final = "exam"
_PEOPLE: Final[Mapping[str, RoleCode]] = {"author": "data_engineer", "approver": "approver", "reader": "viewer"}
_ROWS: Final = 1_000_000


class Act:
    """One library on one set of tables."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        """What could not be published: `kind.code` -> why."""

    def load(self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> None:
        """Load tables into the lake: name in the lake -> relation that DuckDB reads (`s.orders`)."""
        from metrion.integration import actions as integration  # noqa: PLC0415 - needs Django

        author = _actor("author")
        for name, relation in tables.items():
            reader = connection.sql(f"select * from {relation}").to_arrow_table().to_reader()
            integration.load_rows(author, name, reader, origin=relation)

    def publish(self, definitions: Sequence[Definition]) -> None:
        """Bring definitions through the gate in one change; what the catalogue finds fault with stays out."""
        from metrion.catalog import actions as catalog  # noqa: PLC0415 - needs Django
        from metrion.catalog.content import compact  # noqa: PLC0415 - needs Django
        from metrion.governance import actions as governance  # noqa: PLC0415 - needs Django
        from metrion.governance import reads  # noqa: PLC0415 - needs Django

        author, approver = _actor("author"), _actor("approver")
        sound = self._sound([_explained(each) for each in landed(definitions, author.username)])
        if not sound:
            return
        drafts = catalog.import_drafts(author, [compact(definition) for definition in sound])
        change = governance.submit(author, drafts, "exam", "exam")
        for proof in reads.change(approver, change.id).evidence:
            seen = {"definitions": [f"{each.kind}.{each.code}" for each in sound]}
            governance.attach_evidence(approver, change.id, change.digest, proof.kind, seen)
        governance.decide(approver, change.id, "approve", change.digest, idempotency_key=f"exam-{change.id}")

    def ask(self, query: MetricQuery) -> Answer:
        """Ask as a person who may read."""
        from metrion.query.service import ask  # noqa: PLC0415 - needs Django

        return ask(_actor("reader"), query)

    def rows(self, query: MetricQuery) -> list[tuple[object, ...]]:
        """Ask and return the rows of the answer."""
        table = self.ask(query).table
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_columns else []

    def _sound(self, definitions: Sequence[Definition]) -> list[Definition]:
        """Return the definitions without those at fault, and without what then has nothing to stand on."""
        from metrion.catalog import reads as catalog  # noqa: PLC0415 - needs Django

        sound = list(definitions)
        while faults := catalog.check_batch(sound):
            for where, fault in faults:
                self.faults.setdefault(where, f"{fault.field}: {fault.text.pick('en')}")
            kept = [each for each in sound if f"{each.kind}.{each.code}" not in self.faults]
            if len(kept) == len(sound):
                message = f"faults of nothing that is here: {faults}"
                raise AssertionError(message)
            sound = kept
        return sound


@contextmanager
def act() -> Iterator[Act]:
    """Give an empty library and an empty lake, and take both back at the end."""
    house()
    from django.core.cache import cache  # noqa: PLC0415 - needs Django
    from django.db import transaction  # noqa: PLC0415 - needs Django

    with transaction.atomic():
        cache.clear()
        _empty_lake()
        yield Act()
        transaction.set_rollback(True)
    cache.clear()
    _empty_lake()


@lru_cache(maxsize=1)
def house() -> None:
    """Make the company, in a home of its own where no other home is open."""
    if not django_settings.configured:
        _open_home()
    from metrion.catalog import actions as catalog  # noqa: PLC0415 - needs Django
    from metrion.catalog.schemas import DomainBody  # noqa: PLC0415 - needs Django
    from metrion.cli.installation import bring_up_to_date, make_home  # noqa: PLC0415 - needs Django
    from metrion.identity import actions as identity  # noqa: PLC0415 - needs Django
    from metrion.identity.schemas import AssignmentNew, BilingualName, PersonNew  # noqa: PLC0415 - needs Django

    make_home()
    bring_up_to_date()

    def person(username: str) -> PersonNew:
        return PersonNew(username=username, name=BilingualName(zh=username), department=_COMPANY)

    identity.found_company(BilingualName(zh="考场", en="Exam"), person("admin"))
    for username, role in _PEOPLE.items():
        identity.create_person(_actor("admin"), person(username))
        identity.assign_role(_actor("admin"), username, AssignmentNew(role=role))
    catalog.create_domain(
        _actor("admin"), DomainBody(code=DOMAIN, name=Text(zh="考题", en="Exam"), department=_COMPANY)
    )


def _explained(definition: Definition) -> Definition:
    """Return a metric with a caliber: cases seldom have words, the gate wants them."""
    if isinstance(definition, MetricDef) and not definition.caliber.pick():
        return definition.model_copy(update={"caliber": Text(zh=definition.code, en=definition.code)})
    return definition


def _open_home() -> None:
    home = Path(tempfile.mkdtemp(prefix="metrion-exam-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ |= {
        "METRION_HOME": str(home),
        "METRION_LOG_LEVEL": "error",
        "METRION_TIME_ZONE": "UTC",
        "METRION_QUERY_ROW_LIMIT": str(_ROWS),
        "DJANGO_SETTINGS_MODULE": "metrion.server.settings",
    }
    django.setup()


def _actor(username: str) -> Actor:
    from metrion.identity.reads import actor_for  # noqa: PLC0415 - needs Django

    return actor_for(username, "cli")


def _empty_lake() -> None:
    from metrion.base.settings import get_settings  # noqa: PLC0415 - needs Django
    from metrion.integration import warehouse  # noqa: PLC0415 - needs Django

    warehouse.engine.cache_clear()
    warehouse.lake.cache_clear()
    shutil.rmtree(get_settings().lake_path, ignore_errors=True)
