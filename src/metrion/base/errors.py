"""The typed errors of the product.

Every refusal that a person can meet is a subclass of `MetrionError` with a stable code, an HTTP
status, what went wrong and what to do, in both languages. The edges (API, CLI) only render it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from metrion.base.text import Language, Text, current_language

Param = str | int | float | bool | None | Sequence[str] | Text


class Problem(TypedDict):
    """The shape of an error on every edge: API body, CLI JSON, form message."""

    code: str
    title: str
    remedy: str
    field: str | None
    params: dict[str, object]
    errors: list[Problem]


class MetrionError(Exception):
    """Base of all refusals. Subclasses set the class variables; texts may use `{param}` places."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    text: ClassVar[Text] = Text(zh="请求无法完成。", en="The request could not be completed.")
    remedy: ClassVar[Text] = Text()

    def __init__(self, *, field: str | None = None, **params: Param) -> None:
        self.field = field
        self.params: Mapping[str, Param] = params
        super().__init__(self.render("en")["title"])

    def render(self, language: Language | None = None) -> Problem:
        """Return the problem as shown to a person in `language` (default: the caller's)."""
        chosen = language or current_language()
        params = {key: value.pick(chosen) if isinstance(value, Text) else value for key, value in self.params.items()}
        shown = {"field": self.field or "", **{key: _joined(value, chosen) for key, value in params.items()}}
        return Problem(
            code=self.code,
            title=self.text.pick(chosen).format_map(shown),
            remedy=self.remedy.pick(chosen).format_map(shown),
            field=self.field,
            params=dict(params),
            errors=[],
        )


def _joined(value: object, language: Language) -> object:
    """Return a list as the language writes one."""
    comma = ", " if language == "en" else "、"
    return comma.join(value) if isinstance(value, (list, tuple)) else value


class Faults(MetrionError):
    """Several refusals at once: an import or a form is answered with every fault, not the first."""

    code = "faults"
    status = 422
    text = Text(zh="发现 {count} 处问题，未做任何更改。", en="Problems found: {count}. Nothing was changed.")
    remedy = Text(zh="请逐条修正后重试。", en="Mend each of them and try again.")

    def __init__(self, faults: Sequence[MetrionError], *, field: str | None = None) -> None:
        self.faults = tuple(faults)
        super().__init__(field=field, count=len(self.faults))

    def render(self, language: Language | None = None) -> Problem:
        """Return the collective problem with one entry in `errors` for each fault."""
        problem = super().render(language)
        problem["errors"] = [fault.render(language) for fault in self.faults]
        return problem


class Invalid(MetrionError):
    """A value that does not have the asked form."""

    code = "invalid"
    status = 422
    text = Text(zh="{reason_zh}", en="{reason_en}")


class NotFound(MetrionError):
    """The thing does not exist, or the caller may not know that it does."""

    code = "not_found"
    status = 404
    text = Text(zh="未找到{kind_zh}“{key}”。", en="There is no {kind_en} “{key}”.")
    remedy = Text(
        zh="请检查名称，或联系管理员确认您的权限。", en="Check the name, or ask an administrator about your permission."
    )


class NotSignedIn(MetrionError):
    """No valid session or token."""

    code = "not_signed_in"
    status = 401
    text = Text(zh="请先登录。", en="Sign in first.")


class Forbidden(MetrionError):
    """The caller is known and may not do this. `need` names the permission."""

    code = "forbidden"
    status = 403
    text = Text(zh="您没有执行此操作的权限（{need}）。", en="You do not have the permission for this ({need}).")
    remedy = Text(zh="请向您的部门管理员申请。", en="Ask the administrator of your department for it.")


class Conflict(MetrionError):
    """The thing has changed since the caller read it, or its state does not allow the step."""

    code = "conflict"
    status = 409
    text = Text(zh="{reason_zh}", en="{reason_en}")
    remedy = Text(zh="请刷新后重试。", en="Reload and try again.")
