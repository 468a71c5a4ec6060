"""The refusals of the governance room. Each says why, and who may or what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from metrion.base.errors import MetrionError
from metrion.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class DeciderRefused(MetrionError):
    """The person may not decide. `people` are the user names of those who may."""

    status = 403

    def __init__(self, people: Sequence[str], **params: str) -> None:
        self.people = tuple(people)
        super().__init__(people=self.people or ("—",), **params)

    def named(self, names: Mapping[str, str]) -> Self:
        """Return the same refusal with names in place of user names."""
        params = {key: str(value) for key, value in self.params.items() if key != "people"}
        return type(self)([names.get(person, person) for person in self.people], **params)


class SelfApproval(DeciderRefused):
    """Requester and co-authors never decide, in no role and by no detour."""

    code = "self_approval"
    text = Text(
        zh="您是此变更的申请人或共同起草人，不能审批自己的变更。",
        en="You asked for this change or helped to write it, so you cannot decide it.",
    )
    remedy = Text(zh="可以审批的人：{people}。", en="These people may decide: {people}.")


class NotADecider(DeciderRefused):
    """The person has no seat in the open level."""

    code = "not_a_decider"
    text = Text(zh="此变更当前不由您审批。", en="This change does not wait for your decision.")
    remedy = Text(zh="可以审批的人：{people}。", en="These people may decide: {people}.")


class AlreadyDecided(MetrionError):
    """One person counts once in a level."""

    code = "already_decided"
    status = 409
    text = Text(zh="您在本级已经做出决定。", en="You have already decided in this level.")
    remedy = Text(zh="请刷新查看当前进展。", en="Reload to see how far it is.")


class NotOpen(MetrionError):
    """The approval is not in a state that allows the step."""

    code = "change_not_open"
    status = 409
    text = Text(
        zh="变更当前状态为“{state_zh}”，不能执行此操作。", en="The change is {state_en}; this step is not possible."
    )
    remedy = Text(zh="请刷新后查看最新状态。", en="Reload to see its present state.")


class StaleDigest(MetrionError):
    """The decision quotes another content than the one under approval."""

    code = "stale_digest"
    status = 409
    text = Text(
        zh="您所阅读的内容与当前待审批的内容不一致，决定未被记录。",
        en="What you read is not what is waiting for approval; the decision was not recorded.",
    )
    remedy = Text(zh="请刷新并重新阅读差异后再决定。", en="Reload, read the difference again and decide then.")


class StaleBase(MetrionError):
    """Another version of an item was published after this change was submitted."""

    code = "stale_base"
    status = 409
    text = Text(
        zh="{items} 在提交之后已发布了其他版本，此变更的差异不再成立。",
        en="Another version of {items} was published after the submission; the difference shown is no longer true.",
    )
    remedy = Text(
        zh="请申请人撤回，在最新版本上修改后重新提交。",
        en="The requester should withdraw it, edit on top of the newest version and submit again.",
    )


class EvidenceMissing(MetrionError):
    """The decider has not seen the numeric evidence for this digest."""

    code = "evidence_missing"
    status = 409
    text = Text(
        zh="通过前需要先查看“{evidence_zh}”，您尚未查看当前内容的结果。",
        en="Before approving, look at the {evidence_en}; you have not seen it for the present content.",
    )
    remedy = Text(
        zh="请在变更页打开“{evidence_zh}”，看到结果后再通过。",
        en="Open the {evidence_en} on the page of this change and approve after you have seen its result.",
    )


class NoChange(MetrionError):
    """A draft equals what is published."""

    code = "no_change"
    status = 422
    text = Text(
        zh="草稿“{name}”与已发布版本完全相同，无需提交。", en="The draft “{name}” equals its published version."
    )
    remedy = Text(zh="请修改后再提交，或从申请中去掉它。", en="Edit it first, or leave it out of the request.")


class CommentRequired(MetrionError):
    """Reject and return need a reason."""

    code = "comment_required"
    status = 422
    text = Text(zh="拒绝或退回时必须说明理由。", en="Say why when you reject or return a change.")
    remedy = Text(zh="请填写意见。", en="Fill in the comment.")


class NotTheRequester(MetrionError):
    """Only those who asked may take back, remind or submit again."""

    code = "not_the_requester"
    status = 403
    text = Text(zh="只有申请人或共同起草人可以执行此操作。", en="Only the requester and the co-authors may do this.")
    remedy = Text(zh="请联系申请人 {requester}。", en="Ask the requester, {requester}.")


class RemindedTooSoon(MetrionError):
    """Reminders are spaced."""

    code = "reminded_too_soon"
    status = 409
    text = Text(zh="{minutes} 分钟内已催办过。", en="A reminder was sent less than {minutes} minutes ago.")
    remedy = Text(zh="请稍后再试。", en="Try again later.")


class SignerRefused(MetrionError):
    """A person proposed by transfer, delegation or add-sign cannot sign."""

    code = "signer_refused"
    status = 422
    text = Text(zh="不能由 {person} 审批：{reason_zh}。", en="{person} cannot sign: {reason_en}.")
    remedy = Text(zh="请选择其他有审批权限的人。", en="Choose somebody else who may decide.")


class UnknownLevel(MetrionError):
    """A return names a level that is not before the open one."""

    code = "unknown_level"
    status = 422
    text = Text(zh="没有可退回的节点“{level}”。", en="There is no earlier level “{level}” to return to.")
    remedy = Text(zh="请选择之前的节点或退回申请人。", en="Choose an earlier level or return to the requester.")


class ContentTampered(MetrionError):
    """The stored content does not have the digest that was approved. Nothing is published."""

    code = "content_tampered"
    status = 409
    text = Text(
        zh="存储的内容与已审批的摘要不一致，拒绝发布。",
        en="The stored content does not match the approved digest; publication is refused.",
    )
    remedy = Text(zh="请通知审计员核查。", en="Tell the auditor.")


class KeyReused(MetrionError):
    """One idempotency key was sent with two different commands."""

    code = "key_reused"
    status = 409
    text = Text(zh="幂等键已用于另一个不同的请求。", en="The idempotency key was used for a different request.")
    remedy = Text(zh="请为新的请求使用新的键。", en="Use a new key for a new request.")
