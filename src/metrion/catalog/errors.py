"""Refusals of the catalog room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.errors import Conflict, MetrionError, NotFound, Problem
from metrion.base.text import Language, Text

if TYPE_CHECKING:
    from metrion.catalog.schemas import DefinitionFault, DraftView


class DraftChanged(Conflict):
    """Somebody saved the draft in between; `other` is what is stored now."""

    code = "draft_changed"
    text = Text(
        zh="草稿已被{who_zh}更新到第 {revision} 版，您的修改尚未保存。",
        en="{who_en} has saved revision {revision} of this draft; your change is not saved.",
    )
    remedy = Text(
        zh="请对照已保存的内容合并后再保存。", en="Compare with what is stored, merge the two and save again."
    )

    def __init__(self, other: DraftView, who: Text) -> None:
        self.other = other
        super().__init__(who_zh=who.pick("zh"), who_en=who.pick("en"), revision=other.revision)

    def render(self, language: Language | None = None) -> Problem:
        """Return the problem; `params.other` holds the stored draft."""
        problem = super().render(language)
        problem["params"]["other"] = self.other.model_dump(mode="json")
        return problem


class DraftLocked(Conflict):
    """The draft is in review and cannot be written."""

    code = "draft_locked"
    text = Text(zh="草稿正在审批中，不能修改。", en="The draft is in review and cannot be changed.")
    remedy = Text(zh="请先撤回变更申请。", en="Withdraw the change request first.")


class BaseMoved(Conflict):
    """A newer version was published after the draft was begun."""

    code = "base_moved"
    text = Text(
        zh="“{code}”已发布新版本，草稿基于旧版本。", en="“{code}” has a newer version than the one this draft changes."
    )
    remedy = Text(
        zh="请将草稿更新到最新版本并核对差异。", en="Rebase the draft on the newest version and check the difference."
    )


class AlreadyInReview(Conflict):
    """Another change of the same definition waits for a decision."""

    code = "already_in_review"
    text = Text(zh="“{code}”已有待审批的变更。", en="Another change of “{code}” is waiting for a decision.")
    remedy = Text(zh="请等待其完成或撤回后再提交。", en="Wait until it is decided or withdrawn.")


class NotAsRead(Conflict):
    """The content of a version is not what was approved."""

    code = "digest_mismatch"
    text = Text(zh="“{code}”的内容与审批时不一致。", en="The content of “{code}” is not what was approved.")


class NotInReview(Conflict):
    """The version has already been decided or withdrawn."""

    code = "not_in_review"
    text = Text(zh="“{code}”第 {number} 版不在审批中。", en="Version {number} of “{code}” is not in review.")


class ScheduleTaken(Conflict):
    """Another version takes effect at the same instant."""

    code = "schedule_taken"
    text = Text(
        zh="“{code}”在该时刻已有另一版本生效。", en="Another version of “{code}” takes effect at that very instant."
    )
    remedy = Text(zh="请选择其他生效时间。", en="Choose another instant.")


class StillUsed(Conflict):
    """Archiving is refused while live definitions rest on this one."""

    code = "still_used"
    text = Text(zh="“{code}”仍被 {used_by} 使用。", en="“{code}” is still used by {used_by}.")
    remedy = Text(zh="请先指定继任指标或修改引用方。", en="Name a successor, or change what uses it first.")


class CodeTaken(Conflict):
    """A domain with this code exists."""

    code = "code_taken"
    text = Text(zh="编码“{code}”已被使用。", en="The code “{code}” is taken.")


class BadDefinition(MetrionError):
    """One fault of a definition as a refusal, for collective refusals (`Faults`)."""

    code = "bad_definition"
    status = 422

    def __init__(self, fault: DefinitionFault, where: str = "") -> None:
        self.fault = fault
        self.where = where
        super().__init__(field=f"{where}.{fault.field}" if where else fault.field)

    def render(self, language: Language | None = None) -> Problem:
        """Return the fault's own words."""
        problem = super().render(language)
        problem["code"] = self.fault.code
        problem["title"] = self.fault.text.pick(language)
        problem["remedy"] = self.fault.remedy.pick(language)
        problem["params"] = {"start": self.fault.start, "end": self.fault.end}
        return problem


class NoSuchMetric(NotFound):
    """The metric does not exist for the caller, and others have a code much like it."""

    text = Text(zh="未找到指标“{key}”。", en="There is no metric “{key}”.")
    remedy = Text(zh="您是不是要找：{nearest}？", en="Did you mean {nearest}?")
