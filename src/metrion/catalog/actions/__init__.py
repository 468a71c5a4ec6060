"""Changing the catalogue. `publishing` is called by governance only: nothing is published without its approval."""

from metrion.catalog.actions.builtin import publish_builtin
from metrion.catalog.actions.domains import change_domain, create_domain
from metrion.catalog.actions.drafts import (
    change_published,
    discard_draft,
    draft_from_published,
    import_drafts,
    rebase_draft,
    save_draft,
    share_draft,
)
from metrion.catalog.actions.publishing import (
    archive,
    deprecate,
    freeze,
    publish_versions,
    reject_versions,
    withdraw_versions,
)

__all__ = [
    "archive",
    "change_domain",
    "change_published",
    "create_domain",
    "deprecate",
    "discard_draft",
    "draft_from_published",
    "freeze",
    "import_drafts",
    "publish_builtin",
    "publish_versions",
    "rebase_draft",
    "reject_versions",
    "save_draft",
    "share_draft",
    "withdraw_versions",
]
