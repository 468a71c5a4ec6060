"""Sheets as one standalone HTML page: no script, no address outside, everything escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.base.text import Language
    from metrion.catalog.documents.sheet import Section, Sheet

_STYLE = """
:root{color-scheme:light dark;--line:#d9dce3;--quiet:#667085;--accent:#1f5eff}
body{font:15px/1.65 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:880px;
margin:40px auto;padding:0 24px}
h1{font-size:26px}h2{font-size:20px;margin-top:40px;border-bottom:1px solid var(--line);padding-bottom:6px}
h3{font-size:15px;margin:24px 0 8px;color:var(--accent)}
dl{display:grid;grid-template-columns:9em 1fr;gap:6px 16px;margin:8px 0}dt{color:var(--quiet)}dd{margin:0}
pre{padding:12px 16px;border:1px solid var(--line);border-radius:8px;overflow-x:auto;white-space:pre-wrap}
table{border-collapse:collapse;width:100%}th,td{border:1px solid var(--line);padding:6px 10px;text-align:left}
code,pre{font-family:ui-monospace,Menlo,Consolas,monospace}.code{color:var(--quiet);font-weight:400;font-size:.7em}
p{white-space:pre-line}
"""


def head(title: str, lines: tuple[str, ...], language: Language) -> str:
    """Return the start of a page."""
    tag = "zh-CN" if language == "zh" else "en"
    quiet = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        + (f"<h1>{escape(title)}</h1>{quiet}\n" if lines else "")
    )


def foot() -> str:
    """Return the end of a page."""
    return "</body></html>\n"


def group(title: str, level: int) -> str:
    """Return the heading of a domain."""
    size = min(level, 2)
    return f"<h{size}>{escape(title)}</h{size}>\n"


def sheet(content: Sheet, level: int = 1) -> str:
    """Return one sheet; its title is a heading of `level`."""
    size = min(level, 2)
    title = f'<h{size}>{escape(content.title)} <span class="code">{escape(content.code)}</span></h{size}>\n'
    return (
        f"<article>{title}"
        + "".join(part for section in content.sections for part in _section(section))
        + "</article>\n"
    )


def _section(section: Section) -> Iterator[str]:
    yield f"<h3>{escape(section.title)}</h3>\n"
    for paragraph in section.paragraphs:
        yield f"<p>{escape(paragraph)}</p>\n"
    if section.rows:
        yield (
            "<dl>"
            + "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in section.rows)
            + "</dl>\n"
        )
    if section.code:
        yield f"<pre>{escape(section.code)}</pre>\n"
    if section.table is not None:
        headings = "".join(f"<th>{escape(each)}</th>" for each in section.table.headings)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in section.table.rows
        )
        yield f"<table><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table>\n"
