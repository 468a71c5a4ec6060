"""Refusals of import and export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.errors import MetrionError, Problem
from metrion.base.text import Language, Text

if TYPE_CHECKING:
    from metrion.interchange.schemas import YamlFault


class BadText(MetrionError):
    """One fault of a file as a refusal, for collective refusals (`Faults`)."""

    code = "bad_text"
    status = 422

    def __init__(self, fault: YamlFault) -> None:
        self.fault = fault
        super().__init__(field=fault.field or None)

    def render(self, language: Language | None = None) -> Problem:
        """Return the fault's own words, with file, line and column."""
        problem = super().render(language)
        fault = self.fault
        problem["code"] = fault.code
        problem["title"] = f"{fault.file}:{fault.line}:{fault.column} {fault.text.pick(language)}".lstrip(":")
        problem["remedy"] = fault.remedy.pick(language)
        problem["params"] = {"file": fault.file, "line": fault.line, "column": fault.column}
        return problem


class BadArchive(MetrionError):
    """The upload is no zip archive of texts, or too large."""

    code = "bad_archive"
    status = 422
    text = Text(zh="无法读取上传的文件：{reason_zh}。", en="The upload cannot be read: {reason_en}.")
    remedy = Text(
        zh="请上传 .yaml、.yml 文件或由其组成的 .zip。", en="Upload a .yaml or .yml file, or a .zip of such files."
    )


class NothingToImport(MetrionError):
    """Every definition equals what is published, or there is none."""

    code = "nothing_to_import"
    status = 422
    text = Text(zh="没有需要导入的变更。", en="There is nothing to import: all of it equals what is published.")


class NoModelFound(MetrionError):
    """The files can be read, but hold no definition of this tool."""

    code = "no_model_found"
    status = 422
    text = Text(zh="文件中没有 {tool} 的定义。", en="The files hold no definition of {tool}.")
    remedy = Text(
        zh="请检查所选的工具与文件：Cube 需要 cubes 或 views，MetricFlow 需要 semantic_models 与 metrics，"
        "OSI 需要 semantic_model，本系统的 YAML 需要 kind。",
        en="Check the tool and the files: Cube has `cubes` or `views`, MetricFlow `semantic_models` and `metrics`, "
        "OSI `semantic_model`, our own YAML `kind`.",
    )


class UnsoundImport(MetrionError):
    """Definitions of an import have faults, so that they cannot be submitted yet."""

    code = "unsound_import"
    status = 422
    text = Text(
        zh="导入的定义有 {count} 处问题，无法直接提交。",
        en="The definitions have {count} faults and cannot be submitted.",
    )
    remedy = Text(zh="请先保存为草稿，修改后再提交。", en="Save them as drafts, correct them, then submit.")
