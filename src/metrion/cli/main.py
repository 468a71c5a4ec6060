"""The `metrion` command.

Whoever can run it on the machine can read the home folder: shell access makes an operator. What is done in
the name of a person (`--as`) is recorded in the audit trail as done through the command line.
Exit codes: 0 done, 1 refused or failed (the reason is on standard error), 2 the command line is wrong.
"""

from __future__ import annotations

import os
import sys

import django
from cyclopts import App, CycloptsError
from django.db import DatabaseError

from metrion import __version__
from metrion.base.errors import Invalid, MetrionError
from metrion.base.settings import get_settings
from metrion.base.text import Language, speaking
from metrion.cli.errors import DatabaseNotReady
from metrion.cli.output import print_problem

REFUSED = 1
WRONG_USAGE = 2
_NO_DJANGO = {"--help", "-h", "--version", "version", "config"}

app = App(
    name="metrion",
    help="Metrion 度衡: enterprise metric management.",
    help_epilogue="Every command takes --language zh|en. Settings: `metrion config`.",
    help_format="plaintext",
    version=__version__,
    result_action="return_value",
)
for _name, _target, _help in (
    (
        "init",
        "metrion.cli.installation:init",
        "Make the home folder and the tables; optionally the company and its administrator.",
    ),
    ("start", "metrion.cli.serving:start", "Serve the web pages and the API, and run the jobs."),
    ("demo", "metrion.cli.demonstration:demo", "Fill the demo company (once) and serve it."),
    ("migrate", "metrion.cli.installation:migrate", "Bring the tables up to date."),
    ("query", "metrion.cli.asking:query", "Ask for metrics."),
    ("why", "metrion.cli.comparing:why", "Say why two numbers differ."),
    ("user", "metrion.cli.people:users", "People: create, list, password, disable, enable, roles."),
    ("token", "metrion.cli.people:tokens", "API tokens: create."),
    ("data", "metrion.cli.data:data", "Data: load a file, list tables."),
    ("connection", "metrion.cli.connections:connection", "Databases: add, list, test, remove, tables, columns."),
    ("export", "metrion.cli.exporting:export", "Export definitions, as our own files or for another tool."),
    ("import", "metrion.cli.importing:import_", "Import definitions, ours or those of another tool."),
    ("calendar", "metrion.cli.calendar:calendar", "The company calendar: show a month, make it up to date."),
    ("audit", "metrion.cli.auditing:audit", "The audit trail: verify."),
    ("config", "metrion.cli.configuration:config", "Show the effective settings, secrets masked."),
    ("doctor", "metrion.cli.installation:doctor", "Check the installation and say what to do."),
    ("openapi", "metrion.cli.configuration:openapi", "Print the OpenAPI description of the API."),
    ("version", "metrion.cli.configuration:version", "Print the version."),
):
    app.command(_target, name=_name, help=_help)


def _take_language(arguments: list[str]) -> Language:
    """Remove `--language` from the arguments and return the language to speak."""
    chosen: str | None = None
    for place, word in enumerate(arguments):
        if word == "--language" and place + 1 < len(arguments):
            chosen = arguments[place + 1]
            del arguments[place : place + 2]
            break
        if word.startswith("--language="):
            chosen = word.partition("=")[2]
            del arguments[place]
            break
    if chosen is None:
        return get_settings().language
    if chosen == "zh":
        return "zh"
    if chosen == "en":
        return "en"
    raise Invalid(reason_zh="--language 只能是 zh 或 en。", reason_en="--language must be zh or en.")


def _run(arguments: list[str]) -> int:
    if arguments and arguments[0] not in _NO_DJANGO:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metrion.server.settings")
        django.setup()
    try:
        code = app(arguments, exit_on_error=False)
    except DatabaseError as fault:
        raise DatabaseNotReady(cause=str(fault).strip().splitlines()[0]) from fault
    return code if isinstance(code, int) else 0


def main(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        with speaking(_take_language(arguments)):
            try:
                return _run(arguments)
            except MetrionError as refusal:
                print_problem(refusal)
                return REFUSED
    except Invalid as refusal:
        print_problem(refusal)
        return WRONG_USAGE
    except CycloptsError:
        return WRONG_USAGE  # cyclopts has said what is wrong
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `metrion query ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
