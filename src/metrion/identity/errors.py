"""Refusals of the identity room."""

from __future__ import annotations

from metrion.base.errors import Conflict, Forbidden, MetrionError
from metrion.base.text import Text


class CsrfFailed(MetrionError):
    """A writing request of a session without the CSRF token of this browser."""

    code = "csrf_failed"
    status = 403
    text = Text(zh="页面已过期，请求未被接受。", en="The page is out of date; the request was not accepted.")
    remedy = Text(zh="请刷新页面后重试。", en="Reload the page and try again.")


class PasswordChangeNeeded(MetrionError):
    """The password was set by an administrator and must be replaced first."""

    code = "password_change_needed"
    status = 403
    text = Text(zh="您正在使用临时密码。", en="You are using a temporary password.")
    remedy = Text(zh="请先设置自己的新密码。", en="Set a password of your own first.")


class OwnAccess(Forbidden):
    """Nobody widens or changes what he himself may do or see."""

    code = "own_access"
    text = Text(
        zh="不能修改自己的角色、部门、属性或权限。",
        en="Nobody changes his own roles, department, attributes or rights.",
    )
    remedy = Text(zh="请由另一位管理员操作。", en="Ask another administrator to do it.")


class PolicyCondition(MetrionError):
    """A row policy is judged for each person and each row, also without a question and without a database."""

    code = "policy_condition"
    status = 422
    text = Text(zh="行级策略的条件不能包含{what_zh}。", en="The condition of a row policy may not hold {what_en}.")
    remedy = Text(
        zh="请将字段与固定值或本人属性比较。", en="Compare fields with plain values or with the person's attributes."
    )


class LastAdministrator(Conflict):
    """The company would be left without anybody who can manage people."""

    code = "last_administrator"
    text = Text(zh="“{username}”是最后一位系统管理员。", en="“{username}” is the last administrator.")
    remedy = Text(zh="请先指定另一位系统管理员。", en="Appoint another administrator first.")


class RolesConflict(Conflict):
    """Two roles that must not be in one hand."""

    code = "roles_conflict"
    text = Text(
        zh="“{role_zh}”与“{other_zh}”不能由同一人担任。",
        en="One person cannot be both {role_en} and {other_en}.",
    )
    remedy = Text(zh="请将角色分配给另一人。", en="Give the role to somebody else.")


class Taken(Conflict):
    """The name or code is in use."""

    code = "taken"
    text = Text(zh="“{key}”已被使用。", en="“{key}” is already in use.")
    remedy = Text(zh="请换一个。", en="Choose another one.")


class CircularMove(Conflict):
    """A department cannot be moved below itself, nor a person report to himself."""

    code = "circular_move"
    text = Text(zh="“{key}”不能置于自身之下。", en="“{key}” cannot be placed below itself.")
    remedy = Text(zh="请选择其他上级。", en="Choose another parent.")


class WeakPassword(MetrionError):
    """The password breaks a rule; the rules that it breaks are told."""

    code = "weak_password"
    status = 422
    text = Text(zh="密码不符合要求：{reasons}", en="The password is not acceptable: {reasons}")
