"""From approver selectors to people: the engine's resolver over the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from metrion.governance.engine import flow as f
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metrion.identity.permissions import Permission, RoleCode
    from metrion.identity.schemas import PersonCard


class Directory:
    """Resolves selectors for one change. `departments` are all that answer for its contents."""

    def __init__(
        self,
        *,
        departments: Sequence[str],
        requester: str,
        owners: Iterable[str] = (),
        choices: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._departments = tuple(departments)
        self._requester = requester
        self._owners = tuple(owners)
        self._choices = choices or {}

    def people(self, selector: f.Selector) -> Sequence[str]:  # noqa: PLR0911 - one arm for each kind
        """Return the active people whom a selector means."""
        match selector:
            case f.PermissionSelector():
                permission = cast("Permission", selector.permission)
                return self._in_all(selector.department, lambda path: identity.people_with(permission, path))
            case f.RoleSelector():
                role = cast("RoleCode", selector.role)
                return self._in_all(selector.department, lambda path: identity.people_with_role([role], path))
            case f.HeadSelector():
                heads = [identity.department_head(path) for path in self._paths(selector.department)]
                return [head.username for head in heads if head is not None]
            case f.ManagerSelector():
                return self._manager(selector.distance)
            case f.OwnerSelector():
                return _active(self._owners)
            case f.PersonSelector():
                return _active([selector.username])
            case f.ChoiceSelector():
                return _active(self._choices.get(selector.key, ()))

    def superiors(self, level: f.Level) -> Sequence[Sequence[str]]:
        """Return the heads above, nearest first, as far as they may decide for all departments concerned."""
        del level
        allowed = set(self.deciders())
        heads = [head.username for path in self._departments for head in identity.heads_above(path)]
        return [[head] for head in dict.fromkeys(heads) if head in allowed]

    def deciders(self) -> Sequence[str]:
        """Return everybody who holds the permission to decide for all departments concerned."""
        return self.people(f.PermissionSelector(permission="change.decide"))

    def appointers(self) -> list[str]:
        """Return who can give somebody the permission to decide: managers of people from the parent upwards."""
        parents = {_parent(path) for path in self._departments}
        return [card.username for path in sorted(parents) for card in identity.people_with("people.manage", path)]

    def _in_all(self, department: f.DepartmentRef, ask: _Ask) -> list[str]:
        """Return those who are meant in every one of the departments, in the order of the first."""
        answers = [[card.username for card in ask(path)] for path in self._paths(department)]
        if not answers:
            return []
        return [name for name in answers[0] if all(name in other for other in answers[1:])]

    def _paths(self, department: f.DepartmentRef) -> Sequence[str]:
        if department == "domain":
            return self._departments
        if department == "requester":
            card = identity.person_cards([self._requester]).get(self._requester)
            return (identity.department_path(card.department),) if card else ()
        return (department,)

    def _manager(self, distance: int) -> list[str]:
        name = self._requester
        for _ in range(distance):
            manager = identity.manager_of(name)
            if manager is None:
                return []
            name = manager.username
        return _active([name])


if TYPE_CHECKING:
    from collections.abc import Callable

    _Ask = Callable[[str], Sequence[PersonCard]]


def _active(usernames: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(name for name in usernames if name))
    cards = identity.person_cards(wanted) if wanted else {}
    return [name for name in wanted if name in cards and cards[name].active]


def _parent(path: str) -> str:
    steps = path.strip("/").split("/")[:-1]
    return f"/{'/'.join(steps)}/" if steps else path
