"""Changing identity: one function for each change; each checks, writes and records in one transaction."""

from metrion.identity.actions.company import found_company
from metrion.identity.actions.departments import change_department, create_department, move_department
from metrion.identity.actions.people import (
    change_person,
    create_person,
    disable_person,
    enable_person,
    give_temporary_password,
    random_password,
    remove_second_factor,
)
from metrion.identity.actions.policies import (
    change_policy,
    create_policy,
    delete_policy,
    grant_column,
    revoke_column,
)
from metrion.identity.actions.roles import assign_role, remove_role
from metrion.identity.actions.sessions import choose_language, sign_out_everywhere
from metrion.identity.actions.tokens import create_token, revoke_token

__all__ = [
    "assign_role",
    "change_department",
    "change_person",
    "change_policy",
    "choose_language",
    "create_department",
    "create_person",
    "create_policy",
    "create_token",
    "delete_policy",
    "disable_person",
    "enable_person",
    "found_company",
    "give_temporary_password",
    "grant_column",
    "move_department",
    "random_password",
    "remove_role",
    "remove_second_factor",
    "revoke_column",
    "revoke_token",
    "sign_out_everywhere",
]
