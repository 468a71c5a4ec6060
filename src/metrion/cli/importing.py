"""`import`: definitions from files, ours or those of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from metrion.base.errors import NotFound
from metrion.base.text import Text
from metrion.cli.acting import acting
from metrion.cli.output import say, table
from metrion.interchange import actions
from metrion.interchange.files import path_texts

if TYPE_CHECKING:
    from metrion.interchange.schemas import ForeignReport

FAULTY = 1


def import_(
    path: Path,
    *,
    from_: Annotated[str, Parameter(name="--from")] = "yaml",
    domain: str = "",
    as_: Annotated[str, Parameter(name="--as")] = "",
    save: Literal["preview", "drafts", "change"] = "preview",
    title: str = "",
    reason: str = "",
) -> int:
    """Import a file or a folder of definitions, and say what could not be kept.

    Parameters
    ----------
    from_
        The tool that the files are of: cube, metricflow, osi; yaml is our own form.
    domain
        Business domain that the definitions go into (files of another tool).
    as_
        User name of the person in whose name this is done.
    save
        preview: only report. drafts: store drafts. change: submit one change request.
    title
        Title of the change request.
    reason
        Reason of the change request.
    """
    if not path.exists():
        raise NotFound(kind_zh="文件", kind_en="file", key=str(path))
    actor = acting(as_)
    found = actions.import_foreign(
        actor, from_, path_texts(path), domain=domain, outcome=save, title=title, reason=reason
    )
    return _print(found)


def _print(report: ForeignReport) -> int:
    print(
        table(("kind", "code", "change", "faults"), [(i.kind, i.code, i.change, len(i.faults)) for i in report.items])
    )
    for loss in report.losses:
        say(f"{loss.kind}  {loss.path}: {loss.text.pick()}")
    for item in report.items:
        for fault in item.faults:
            say(f"{item.kind}.{item.code} {fault.field}: {fault.text.pick()}")
    if report.draft_ids:
        count = len(report.draft_ids)
        say(Text(zh=f"已保存 {count} 份草稿。", en=f"{count} drafts are saved.").pick())
    if report.change_number is not None:
        number = report.change_number
        say(Text(zh=f"已提交变更申请 {number}。", en=f"Change request {number} is submitted.").pick())
    return FAULTY if any(item.faults for item in report.items) else 0
