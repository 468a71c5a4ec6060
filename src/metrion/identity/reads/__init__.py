"""Reading identity: who acts, the organisation, and what somebody may see."""

from metrion.identity.reads.actors import actor_for, actor_of_request
from metrion.identity.reads.memory import revision
from metrion.identity.reads.people import (
    department,
    department_head,
    department_path,
    department_paths,
    departments,
    heads_above,
    manager_of,
    people,
    people_with,
    people_with_role,
    person,
    person_cards,
    roles,
)
from metrion.identity.reads.policies import column_grants, policies, tokens
from metrion.identity.reads.scope import data_scope, what_can_see
from metrion.identity.reads.session import session

__all__ = [
    "actor_for",
    "actor_of_request",
    "column_grants",
    "data_scope",
    "department",
    "department_head",
    "department_path",
    "department_paths",
    "departments",
    "heads_above",
    "manager_of",
    "people",
    "people_with",
    "people_with_role",
    "person",
    "person_cards",
    "policies",
    "revision",
    "roles",
    "session",
    "tokens",
    "what_can_see",
]
