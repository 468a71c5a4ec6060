"""What every company begins with: the calendar and its dataset."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.catalog import actions as catalog_actions
from metrion.catalog import reads as catalog
from metrion.catalog.errors import CodeTaken
from metrion.catalog.schemas import DomainBody
from metrion.identity.reads.actors import COMPANY
from metrion.integration.actions.calendar import refresh_calendar
from metrion.lake.calendar import CALENDAR, calendar_dataset

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor

COMMON_DOMAIN: Final = "common"
_NAME: Final = Text(zh="公共", en="Common")


def found_calendar(actor: Actor, owner: str = "") -> int:
    """Make the calendar and publish its dataset, where they are missing; return the version of the data.

    Needs `calendar.manage` for the whole company. `owner` answers for the dataset: the actor unless another is named.
    """
    actor.require("calendar.manage", COMPANY)
    version = refresh_calendar(actor)
    if not catalog.catalogue().has("dataset", CALENDAR):
        with suppress(CodeTaken):
            root = actor.department.strip("/").partition("/")[0]
            catalog_actions.create_domain(actor, DomainBody(code=COMMON_DOMAIN, name=_NAME, department=root))
        catalog_actions.publish_builtin(actor, calendar_dataset(COMMON_DOMAIN, owner or actor.username))
    return version
