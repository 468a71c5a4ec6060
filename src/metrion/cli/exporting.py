"""`export`: the published definitions as files, ours or those of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from metrion.base.errors import Conflict
from metrion.base.text import Text
from metrion.cli.acting import acting
from metrion.cli.output import say
from metrion.interchange import reads


def export(
    folder: Path,
    *,
    to: str = reads.OWN,
    domain: str = "",
    as_: Annotated[str, Parameter(name="--as")] = "",
) -> None:
    """Write the published definitions that a person may see into a folder, and say what could not be kept.

    Parameters
    ----------
    to
        yaml: our own form, one file each, without loss. osi, metricflow: one model for other tools.
    domain
        Only the definitions of this business domain and below it.
    as_
        User name of the person in whose name this is done.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(
            reason_zh=f"{folder} 不是空文件夹，未写入任何文件。",
            reason_en=f"{folder} is no empty folder; nothing was written.",
        )
    exported = reads.export_files(acting(as_), to, domain or None)
    for name, text in exported.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for loss in exported.losses:
        say(f"{loss.kind}  {loss.path}: {loss.text.pick()}")
    count = len(exported.files)
    say(Text(zh=f"已写入 {count} 个文件。", en=f"{count} files are written.").pick())
