"""Why a difference, or a step of it, has no number."""

from __future__ import annotations

from metrion.base.errors import MetrionError
from metrion.base.text import Text


class FiguresNotYours(MetrionError):
    """One of the receipts is somebody else's."""

    code = "figures_not_yours"
    status = 403
    text = Text(
        zh="凭证中的数字只有查询人本人可见，因此这里只说明哪些因素不同，不给出数值。",
        en="The number of a receipt is its asker's alone: only what differs is told here, without numbers.",
    )
    remedy = Text(zh="可请查询人本人比较。", en="Ask the person who asked to compare them.")


class NoCommonNumber(MetrionError):
    """The two answers have no number that can be compared."""

    code = "no_common_number"
    status = 422
    text = Text(
        zh="两份凭证中没有可以直接比较的数值：指标不同，或分组方式不同且没有合计。",
        en="The receipts hold no number that can be compared: other metrics, or other groups and no totals.",
    )
    remedy = Text(
        zh="请比较同一指标、同样分组的凭证，或查询时带上合计。",
        en="Compare receipts of one metric with the same groups, or ask with totals.",
    )


class NoSuchRow(MetrionError):
    """The row that was asked for is not in both receipts."""

    code = "no_such_row"
    status = 422
    text = Text(zh="两份凭证中没有共同的一行“{at}”。", en="The receipts do not both hold the row “{at}”.")
    remedy = Text(
        zh="凭证只保存前 20 行；请缩小查询范围后再比较。",
        en="A receipt keeps the first 20 rows: ask a narrower question.",
    )


class NoValue(MetrionError):
    """Where there is no number, there is no difference."""

    code = "no_value"
    status = 422
    text = Text(zh="这里没有数值（空），差额无法计算。", en="There is no number here (empty), hence no difference.")


class UnitsDiffer(MetrionError):
    """Numbers in units that do not convert, such as two currencies."""

    code = "units_differ"
    status = 422
    text = Text(
        zh="两个数字的单位不同且不能换算：{a} 与 {b}。",
        en="The numbers are in units that do not convert: {a} and {b}.",
    )
    remedy = Text(
        zh="不同币种或不同计量对象的数字不能相减。",
        en="Numbers in two currencies, or of two kinds of things, cannot be subtracted.",
    )


class DraftNotKept(MetrionError):
    """A preview rests on definitions that nobody published."""

    code = "draft_not_kept"
    status = 409
    text = Text(
        zh="其中一个数字用的是未发布的定义，凭证只保存其摘要，无法重新计算。",
        en="One of the numbers rests on unpublished definitions; its receipt keeps only their digest.",
    )


class DefinitionGone(MetrionError):
    """The definitions in force at that instant are not those of the receipt."""

    code = "definition_gone"
    status = 409
    text = Text(
        zh="无法还原当时的定义“{code}”（{digest}）。",
        en="The definition “{code}” ({digest}) cannot be brought back as it was.",
    )


class TooManyDefinitions(MetrionError):
    """So many definitions differ that single steps would say nothing."""

    code = "too_many_definitions"
    status = 422
    text = Text(
        zh="有 {count} 个定义不同，合并为一步计算。", en="{count} definitions differ: they are counted as one step."
    )
