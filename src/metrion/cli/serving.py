"""`start`: the web processes and the jobs, under one supervisor."""

from __future__ import annotations

import multiprocessing
import os
import socket

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from metrion.base.settings import Settings, get_settings
from metrion.base.text import Text
from metrion.cli.errors import OpenToTheNetwork, PortTaken, TablesNotUpToDate
from metrion.cli.installation import bring_up_to_date, make_home, pending_migrations
from metrion.cli.output import say
from metrion.jobs.runner import Runner
from metrion.server.origins import is_https, is_loopback

_PATIENCE_SECONDS = 20


def start(*, host: str = "", port: int = 0, migrate: bool = False, jobs: bool = True, plain_http: bool = False) -> int:
    """Serve the web pages and the API, and run the jobs, until SIGTERM or Ctrl-C.

    Parameters
    ----------
    host
        Address to listen on (METRION_HOST).
    port
        Port to listen on (METRION_PORT).
    migrate
        Bring the tables up to date first, instead of refusing to start.
    jobs
        --no-jobs: only the web; another process of the installation must run the jobs.
    plain_http
        Listen on the network without TLS, knowingly.
    """
    settings = _with_options(host, port)
    refuse_open_network(settings, plain_http=plain_http)
    refuse_taken_port(settings)
    make_home()
    if migrate:
        bring_up_to_date()
    elif count := pending_migrations():
        raise TablesNotUpToDate(count=count, reason_zh="", reason_en="")
    return serve(settings, jobs=jobs)


def _with_options(host: str, port: int) -> Settings:
    """Put the options where the web processes will read them, too."""
    if host:
        os.environ["METRION_HOST"] = host
    if port:
        os.environ["METRION_PORT"] = str(port)
    get_settings.cache_clear()
    return get_settings()


def refuse_open_network(settings: Settings, *, plain_http: bool) -> None:
    """Refuse to be reachable by others unless it is said how they reach it."""
    if is_loopback(settings.host) or is_https(settings):
        return
    if not (plain_http and settings.public_url):
        raise OpenToTheNetwork(field="host", host=settings.host)


def refuse_taken_port(settings: Settings) -> None:
    """Say at once, and plainly, when the port is not free."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as fault:
            raise PortTaken(host=settings.host, port=settings.port, reason_zh="", reason_en="") from fault


def address(settings: Settings) -> str:
    """Return where people find this installation."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def serve(settings: Settings, *, jobs: bool) -> int:
    """Run web processes and jobs until told to stop; what is being served is finished first.

    Web processes are started afresh, never forked from this one, because this one runs the jobs.
    """
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "metrion.server.wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE_SECONDS,
        websockets=False,
        log_level=LogLevels.error,
    )
    runner = Runner()

    @server.on_startup
    def begin() -> None:
        if jobs:
            runner.start()
        say(Text(zh=f"Metrion 已启动：{address(settings)}", en=f"Metrion serves {address(settings)}").pick())

    server.serve()
    if jobs:
        runner.stop(_PATIENCE_SECONDS)
    return 0
