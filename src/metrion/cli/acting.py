"""In whose name a command is done."""

from __future__ import annotations

from metrion.base.errors import Invalid
from metrion.base.settings import get_settings
from metrion.identity.reads import actor_for
from metrion.identity.schemas import Actor


def acting(username: str) -> Actor:
    """Return the person named by `--as`, or by the setting `cli_person` when the option is not given.

    Whoever may run the command on this machine can read its files anyway: the name decides what is seen
    and is kept in the audit trail.
    """
    chosen = username or get_settings().cli_person
    if not chosen:
        raise Invalid(
            field="as",
            reason_zh="请用 --as 指明以谁的身份执行，或设置 METRION_CLI_PERSON。",
            reason_en="Say in whose name with --as, or set METRION_CLI_PERSON.",
        )
    return actor_for(chosen, "cli")
