"""`connection`: the databases in which questions are run where the data is."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter
from pydantic import SecretStr, ValidationError

from metrion.base.errors import Invalid
from metrion.base.text import Text
from metrion.cli.acting import acting
from metrion.cli.output import say, table
from metrion.engines.connections import DatabaseKind
from metrion.identity.schemas import BilingualName
from metrion.integration import actions, reads
from metrion.integration.schemas import ConnectionNew, ConnectionView

connection = App(
    name="connection", help="Databases: add, list, test, remove, tables, columns.", help_format="plaintext"
)

As = Annotated[str, Parameter(name="--as", help="User name of the person in whose name this is done.")]


@connection.command
def add(  # noqa: PLR0913 - what a connection is, in words
    code: str,
    *,
    as_: As = "",
    name: str,
    kind: DatabaseKind,
    host: str,
    database: str,
    user: str,
    department: str,
    port: int | None = None,
    password_env: str = "",
    password_stdin: bool = False,
    tls: bool = False,
    time_zone: str = "UTC",
) -> int:
    """Register a database and test it. Its account may SELECT and nothing else.

    Parameters
    ----------
    name
        What it is called.
    department
        Code of the department that answers for its data.
    password_env
        Environment variable of the server with the password: METRION_SECRET_ and more.
    password_stdin
        Read the password from standard input; it is stored encrypted.
    tls
        Encrypt, and verify the certificate of the server.
    time_zone
        PostgreSQL: the zone in which instants are read.
    """
    actor = acting(as_)
    password = SecretStr(sys.stdin.readline().rstrip("\n")) if password_stdin else None
    try:
        new = ConnectionNew(
            code=code,
            name=BilingualName(zh=name),
            kind=kind,
            host=host,
            port=port,
            database=database,
            user=user,
            password=password,
            password_env=password_env,
            tls=tls,
            time_zone=time_zone,
            department=department,
        )
    except ValidationError as wrong:
        fields = [str(each["loc"][0]) if each["loc"] else each["msg"] for each in wrong.errors()]
        raise Invalid(
            reason_zh=f"以下内容不正确：{'、'.join(fields)}。", reason_en=f"Not as it should be: {', '.join(fields)}."
        ) from None
    actions.register_connection(actor, new)
    return _told(actions.test_connection(actor, code))


@connection.command(name="list")
def list_connections(*, as_: As = "") -> None:
    """List the databases."""
    rows = [
        (each.code, each.name.pick(), each.kind, each.department, _state(each).pick(), ", ".join(each.datasets))
        for each in reads.connections(acting(as_))
    ]
    print(table(("code", "name", "kind", "department", "state", "datasets"), rows))


@connection.command(name="test")
def try_out(code: str, *, as_: As = "") -> int:
    """Test whether a database answers, under an account that only reads; exit code 1 where it does not."""
    return _told(actions.test_connection(acting(as_), code))


@connection.command
def remove(code: str, *, as_: As = "") -> None:
    """Remove a connection that no published dataset reads through, and its password."""
    actions.remove_connection(acting(as_), code)
    say(Text(zh=f"已删除连接 {code}。", en=f"The connection {code} is removed.").pick())


@connection.command
def tables(code: str, *, as_: As = "", search: str = "") -> None:
    """List tables that the account may read, as a dataset names them; the first 200."""
    for each in reads.database_tables(acting(as_), code, search, 200):
        print(each.table)


@connection.command
def columns(code: str, name: str, *, as_: As = "") -> None:
    """Show the columns of a table, and the columns of published datasets that it does not have as they say."""
    found = reads.database_table(acting(as_), code, name)
    print(table(("column", "type"), [(each.name, each.type or "?") for each in found.columns]))
    for fit in found.datasets:
        if fit.unfit:
            missing = ", ".join(fit.unfit)
            say(
                Text(zh=f"数据集 {fit.dataset} 的列不符：{missing}", en=f"{fit.dataset} does not fit: {missing}").pick()
            )


def _state(of: ConnectionView) -> Text:
    health = of.health
    if health is None:
        return Text(zh="未测试", en="not tested")
    if health.problem is None:
        return Text(zh="正常（只读）", en="ready (reads only)")
    return Text(zh="账号可写", en="account may write") if health.reachable else Text(zh="无法使用", en="cannot be used")


def _told(of: ConnectionView) -> int:
    """Print what a test found and return the exit code."""
    health = of.health
    if health is None or health.problem is None:
        print(Text(zh=f"{of.code}：{_state(of).zh}", en=f"{of.code}: {_state(of).en}").pick(), health and health.engine)
        return 0
    problem = health.problem
    say(f"{problem.code}: {problem.title.pick()}\n  -> {problem.remedy.pick()}")
    return 1
