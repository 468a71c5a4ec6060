"""`user` and `token`: people, their roles and their API tokens."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from metrion.base.text import Text
from metrion.cli.output import say, table
from metrion.identity import actions, reads
from metrion.identity.permissions import Permission, RoleCode
from metrion.identity.schemas import AssignmentNew, BilingualName, PersonNew, TemporaryPassword, TokenNew

users = App(name="user", help="People: create, list, password, disable, enable, roles.", help_format="plaintext")
tokens = App(name="token", help="API tokens.", help_format="plaintext")

As = Annotated[str, Parameter(name="--as", help="User name of the administrator in whose name this is done.")]


def _print_password(made: TemporaryPassword) -> None:
    say(
        Text(
            zh="首次登录时须更换以下临时密码。", en="The password below is temporary: change it at the first log-in."
        ).pick()
    )
    print(f"{made.username} {made.password}")


@users.command
def create(
    username: str, *, as_: As, name: str, department: str, english: str = "", role: list[RoleCode] | None = None
) -> None:
    """Create a person and print a temporary password.

    Parameters
    ----------
    name
        Name of the person in Chinese.
    english
        Name in English.
    department
        Code of the department.
    role
        Role in the whole company; repeat it for more.
    """
    actor = reads.actor_for(as_, "cli")
    made = actions.create_person(
        actor, PersonNew(username=username, name=BilingualName(zh=name, en=english), department=department)
    )
    for code in role or []:
        actions.assign_role(actor, username, AssignmentNew(role=code))
    _print_password(made)


@users.command
def password(username: str, *, as_: As) -> None:
    """Give a person a new temporary password; the old one and all sessions end."""
    _print_password(actions.give_temporary_password(reads.actor_for(as_, "cli"), username))


@users.command
def disable(username: str, *, as_: As, reason: str = "") -> None:
    """Disable a person: sessions and tokens end at once."""
    actions.disable_person(reads.actor_for(as_, "cli"), username, reason)


@users.command
def enable(username: str, *, as_: As, reason: str = "") -> None:
    """Enable a person again."""
    actions.enable_person(reads.actor_for(as_, "cli"), username, reason)


@users.command(name="list")
def list_people(*, as_: As, search: str = "") -> None:
    """List people."""
    page = reads.people(reads.actor_for(as_, "cli"), search=search)
    rows = [
        (
            person.username,
            person.name.pick(),
            person.department_name.pick(),
            "active" if person.active else "disabled",
        )
        for person in page.items
    ]
    print(table(("username", "name", "department", "state"), rows))
    if page.next_cursor:
        say(
            Text(
                zh=f"共 {page.total} 人，只显示前 {len(rows)} 人。",
                en=f"{page.total} people; the first {len(rows)} are shown.",
            ).pick()
        )


@users.command
def roles(username: str, *, as_: As, give: RoleCode | None = None, department: str | None = None) -> None:
    """Show the roles of a person, or give one.

    Parameters
    ----------
    give
        Role to give.
    department
        Where the role holds: code of a department; the whole company if not given.
    """
    actor = reads.actor_for(as_, "cli")
    if give is not None:
        actions.assign_role(actor, username, AssignmentNew(role=give, department=department))
    rows = [(held.role, held.role_name.pick(), held.department or "/") for held in reads.person(actor, username).roles]
    print(table(("role", "name", "department"), rows))


@tokens.command(name="create")
def create_token(*, as_: As, name: str, scope: list[Permission], days: int = 90) -> None:
    """Create an API token of the person named by --as and print it, once.

    Parameters
    ----------
    name
        What the token is for.
    scope
        Permission of the token, at most what the person holds; repeat it for more.
    days
        How long it is valid.
    """
    made = actions.create_token(reads.actor_for(as_, "cli"), TokenNew(name=name, scopes=tuple(scope), days=days))
    print(made.secret)
