"""Refusals of the query room."""

from __future__ import annotations

from metrion.base.errors import MetrionError
from metrion.base.text import Text


class DataMissing(MetrionError):
    """A dataset is published and its table has not been loaded."""

    code = "data_missing"
    status = 409
    text = Text(zh="数据集“{dataset}”尚未加载数据。", en="No data has been loaded yet for the dataset “{dataset}”.")
    remedy = Text(zh="请数据工程师在“数据”页面上传或同步。", en="Ask a data engineer to load it on the Data page.")


class UnknownFormat(MetrionError):
    """The answer was asked for in a form that is not offered."""

    code = "unknown_format"
    status = 406
    text = Text(zh="不支持的结果格式“{format}”。", en="Answers cannot be given as “{format}”.")
    remedy = Text(zh="可用格式：json、csv、arrow。", en="Choose json, csv or arrow.")


class NothingToCompare(MetrionError):
    """A backtest was asked for a change without metrics."""

    code = "nothing_to_compare"
    status = 422
    text = Text(
        zh="此变更不含指标，没有可比较的数值。", en="This change holds no metric, so there is no number to compare."
    )


class NothingVisible(MetrionError):
    """The reader sees no number of a changed metric: what nobody looked at is no evidence."""

    code = "nothing_visible"
    status = 409
    text = Text(zh="您看不到指标“{metric}”的任何数值。", en="You see no number of the metric “{metric}”.")
    remedy = Text(
        zh="没有看到数值就不能据此审批：请由可见数据的审批人决定，或先加载数据。",
        en="A decision needs numbers: leave it to an approver who sees the data, or load data first.",
    )


class SourcesMixed(MetrionError):
    """A question needs data of two places, and is asked in one."""

    code = "sources_mixed"
    status = 422
    text = Text(
        zh="此查询需要不同位置的数据：{places}。一次查询只能在一处计算。",
        en="This question needs data of several places ({places}); one question is computed in one of them.",
    )
    remedy = Text(
        zh="请把其中的数据加载到数据湖，并让数据集读取数据湖中的表；或分别查询。",
        en="Load the data into the lake and let its dataset read that table, or ask twice.",
    )


class LiveDataPassed(MetrionError):
    """A database holds what is, not what was."""

    code = "live_data_passed"
    status = 409
    text = Text(
        zh="数据集“{dataset}”实时读取数据库，无法还原当时的数据。",
        en="The dataset “{dataset}” is read live from a database: what it held then cannot be brought back.",
    )
    remedy = Text(
        zh="如需比较历史版本，请把数据加载到数据湖，数据湖保存每个版本。",
        en="Load the data into the lake, which keeps every version, if versions are to be compared.",
    )


class EarlierDataClosed(MetrionError):
    """Rows of an earlier version cannot be judged by a row policy of today."""

    code = "earlier_data_closed"
    status = 409
    text = Text(
        zh="无法判断您现在能否查看数据集“{dataset}”较早版本中的行。",
        en="It cannot be told which rows of an earlier version of “{dataset}” you may see now.",
    )
    remedy = Text(
        zh="行权限所用的字段或主键在两个数据版本中不一致，请由可查看全部数据的人比较。",
        en="The key, or a column that the row policy reads, is not the same in both. Ask somebody who sees all rows.",
    )


class KeyNotUnique(MetrionError):
    """The data breaks the promise of a relationship: its target has several rows for one key."""

    code = "key_not_unique"
    status = 409
    text = Text(
        zh="关系“{relationship}”要求数据集“{dataset}”的 {columns} 唯一，但数据中存在重复值。",
        en="The relationship “{relationship}” needs {columns} of “{dataset}” to be unique; the data repeats it.",
    )
    remedy = Text(
        zh="关联会使数据重复计算，因此不给出结果。请数据工程师去重，或修改关系的关联列。",
        en="Joining would count rows several times, so no number is given. Remove the repeats or mend it.",
    )
