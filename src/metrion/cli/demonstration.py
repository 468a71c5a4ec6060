"""`demo`: the demo company, filled once and served."""

from __future__ import annotations

import sys
import time

from metrion.base.errors import Invalid
from metrion.base.settings import get_settings
from metrion.base.text import Text
from metrion.cli.errors import FillingAlready
from metrion.cli.installation import bring_up_to_date, make_home
from metrion.cli.output import say, table
from metrion.cli.serving import address, refuse_taken_port, serve
from metrion.demo.accounts import passwords
from metrion.demo.fill import fill
from metrion.demo.organisation import PEOPLE
from metrion.identity.permissions import ROLE_NAMES
from metrion.lake.locks import held
from metrion.server.origins import is_loopback


def _report(chinese: str, english: str) -> None:
    say("  " + Text(zh=chinese, en=english).pick())


def _accounts() -> list[tuple[str, str, str, str]]:
    secrets = passwords()
    return [
        (
            person.username,
            secrets[person.username],
            person.name.pick(),
            ", ".join(f"{ROLE_NAMES[role].pick()} @ {department}" for role, department in person.roles),
        )
        for person in PEOPLE
    ]


def demo(*, serve_it: bool = True) -> int:
    """Fill the demo company (once, and on from where it was interrupted) and serve it on this machine.

    Parameters
    ----------
    serve_it
        --no-serve-it: only fill it.
    """
    settings = get_settings()
    if not is_loopback(settings.host):
        raise Invalid(
            field="host",
            reason_zh="演示只在本机提供：请勿设置 METRION_HOST。",
            reason_en="The demo is served on this machine only: do not set METRION_HOST.",
        )
    if serve_it:
        refuse_taken_port(settings)
    started = time.monotonic()
    make_home()
    with held(settings.home / ".filling", busy=FillingAlready()):
        bring_up_to_date()
        fill(_report)
    seconds = time.monotonic() - started
    say(
        Text(
            zh=f"演示公司已就绪，用时 {seconds:.1f} 秒。", en=f"The demo company is ready after {seconds:.1f} s."
        ).pick()
    )
    print(table(("username", "password", "name", "roles"), _accounts()))
    print(address(settings))
    sys.stdout.flush()
    if not serve_it:
        return 0
    # Another start may have taken the port during the fill; two servers would share it without a word.
    refuse_taken_port(settings)
    return serve(settings, jobs=True)
