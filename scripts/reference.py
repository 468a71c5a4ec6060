"""The reference in `docs/reference/`, made from the code: `write` it, or `check` that it is what the code says."""

from __future__ import annotations

import importlib
import inspect
import io
import os
import pkgutil
import sys
import tempfile
from typing import TYPE_CHECKING, Final, Literal

from reference_words import COMMANDS_ZH, INSIDE, INTROS, MADE, ROUTES_ZH, SETTINGS_ZH, SIGN_IN
from steps import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from cyclopts import App

    from metrion.base.errors import MetrionError

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
FOLDER: Final = ROOT / "docs" / "reference"
_BASES: Final = {"error", "semantic", "formula"}
"""Codes of classes that exist to be extended and are never raised themselves."""
_ROOMS: Final[dict[str, tuple[str, str]]] = {
    "base": ("通用", "General"),
    "semantic": ("指标引擎", "Metric engine"),
    "lake": ("数据湖与文件", "Lake and files"),
    "engines": ("计算引擎", "Engines"),
    "identity": ("人员与权限", "People and permission"),
    "audit": ("审计", "Audit"),
    "jobs": ("后台任务", "Jobs"),
    "catalog": ("目录", "Catalogue"),
    "governance": ("变更与审批", "Changes and approval"),
    "integration": ("数据接入", "Integration"),
    "query": ("查询", "Questions"),
    "collaboration": ("协作", "Collaboration"),
    "interchange": ("导入与导出", "Import and export"),
    "demo": ("演示", "Demo"),
    "server": ("服务", "Server"),
    "cli": ("命令行", "Command line"),
}


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |"]
    lines.append("|" + " --- |" * (lines[0].count(" | ") + 1))
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _page(language: Language, name: str, *parts: str, count: int = 0) -> str:
    title, intro = (_of(pair, language) for pair in INTROS[name])
    return "\n\n".join([f"# {title}", intro.format(count=count), *parts, f"*{_of(MADE, language)}*"]) + "\n"


def _word(words: Mapping[str, str], name: str) -> str:
    if name not in words:
        message = f"“{name}” has no words yet: add them to scripts/reference_words.py"
        raise SystemExit(message)
    return words[name]


def _of(pair: tuple[str, str], language: Language) -> str:
    return pair[0] if language == "zh" else pair[1]


# --- formulas -------------------------------------------------------------------------------------

_GROUPS: Final[dict[str, tuple[str, str]]] = {
    "logic": ("条件与空值", "Choices and empty values"),
    "number": ("数值", "Numbers"),
    "text": ("文本", "Texts"),
    "date": ("日期", "Dates"),
    "convert": ("换算与转换", "Conversion"),
}
_NULLS: Final[dict[str, tuple[str, str]]] = {
    "any": ("任一参数为空则为空", "null if any argument is"),
    "skip": ("忽略空值", "nulls are skipped"),
    "own": ("见说明", "see the description"),
}


def _value(value: object) -> str:
    if value is None:
        return "null"
    return repr(value).lower() if isinstance(value, bool) else repr(value)


def formula(language: Language) -> str:
    """Return the page of functions and units."""
    from metrion.semantic.formula.functions import FUNCTIONS  # noqa: PLC0415 - after the home is chosen
    from metrion.semantic.units import ATOMS, DISPLAYS  # noqa: PLC0415 - the same

    zh = language == "zh"
    parts = []
    for group, name in _GROUPS.items():
        rows = [
            (
                f"`{each.signature}`",
                each.doc.pick(language),
                _of(_NULLS[each.nulls], language),
                ("是" if zh else "yes") if each.in_metrics else ("否" if zh else "no"),
                f"`{each.example.formula}` → `{_value(each.example.value)}`",
            )
            for each in sorted(FUNCTIONS.values(), key=lambda one: one.name)
            if each.group == group
        ]
        header = (
            ("函数", "说明", "空值", "可用于指标公式", "示例")
            if zh
            else ("function", "meaning", "nulls", "in metric formulas", "example")
        )
        parts.append(f"## {_of(name, language)}\n\n{_table(header, rows)}")
    units = [(each.symbol, each.label.en, " ".join(each.aliases)) for each in ATOMS]
    units += [(each.symbol, each.label.en, " ".join(each.aliases)) for each in DISPLAYS]
    columns = ("单位", "英文", "别名") if zh else ("unit", "in English", "also written")
    parts.append(f"## {'单位' if zh else 'Units'}\n\n{_table(columns, units)}")
    return _page(language, "formula", *parts, count=len(FUNCTIONS))


# --- refusals -------------------------------------------------------------------------------------


def refusals() -> Iterator[tuple[str, type[MetrionError]]]:
    """Yield (room, class) of every refusal of the product."""
    import metrion  # noqa: PLC0415 - after the home is chosen
    from metrion.base.errors import MetrionError  # noqa: PLC0415 - the same

    for found in pkgutil.walk_packages(metrion.__path__, "metrion."):
        if found.name.rpartition(".")[2] == "errors" or found.name in _HOLDERS:
            importlib.import_module(found.name)
    seen = set(_below(MetrionError))
    for room in _ROOMS:
        mine = [each for each in seen if each.__module__.startswith(f"metrion.{room}.") and each.code not in _BASES]
        for each in sorted(mine, key=lambda one: (one.code, one.__name__)):
            yield room, each


_HOLDERS: Final = {"metrion.semantic.units", "metrion.server.failures", "metrion.demo.retail"}
"""Modules of another name that define refusals; a test finds those that are missing here."""


def _below(kind: type[MetrionError]) -> Iterator[type[MetrionError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def errors(language: Language) -> str:
    """Return the page of refusals."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for room, each in refusals():
        cells = (f"`{each.code}`", str(each.status), each.text.pick(language), each.remedy.pick(language))
        rows.setdefault(room, []).append(cells)
    header = (
        ("代码", "HTTP 状态", "说明", "如何处理")
        if language == "zh"
        else ("code", "HTTP status", "what is wrong", "what to do")
    )
    return _page(
        language,
        "errors",
        *(f"## {_of(_ROOMS[room], language)}\n\n{_table(header, found)}" for room, found in rows.items()),
    )


# --- settings -------------------------------------------------------------------------------------


def settings(language: Language) -> str:
    """Return the page of settings."""
    from metrion.base.settings import Settings  # noqa: PLC0415 - after the home is chosen

    rows = []
    for name, field in Settings.model_fields.items():
        default = "~/.metrion" if name == "home" else "" if field.default is None else str(field.default)
        meaning = _word(SETTINGS_ZH, name) if language == "zh" else field.description or ""
        rows.append((f"`METRION_{name.upper()}`", f"`{default}`" if default else "", meaning))
    header = ("设置", "默认值", "含义") if language == "zh" else ("setting", "default", "meaning")
    return _page(language, "settings", _table(header, rows))


# --- command line ---------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, App]]:
    """Yield (name with its group, app) of every command."""
    from metrion.cli.main import app  # noqa: PLC0415 - after the home is chosen

    def inside(above: tuple[str, ...], parent: App) -> Iterator[tuple[str, App]]:
        for name in sorted(each for each in parent if not each.startswith("-")):
            child = parent[name]
            yield " ".join((*above, name)), child
            yield from inside((*above, name), child)

    yield from inside((), app)


def _help(name: str) -> str:
    from rich.console import Console  # noqa: PLC0415 - after the home is chosen

    from metrion.cli.main import app  # noqa: PLC0415 - the same

    out = io.StringIO()
    console = Console(file=out, width=96, color_system=None, force_terminal=False, legacy_windows=False)
    app.help_print(name.split(), console=console)
    text = "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip()
    return text.partition("\n\n\nEvery command takes")[0].partition("\n\nEvery command takes")[0].rstrip()


def cli(language: Language) -> str:
    """Return the page of commands."""
    zh = language == "zh"
    found = dict(commands())
    words = {name: _word(COMMANDS_ZH, name) if zh else _summary(_help(name)) for name in found}
    header = ("命令", "作用") if zh else ("command", "does")
    listed = _table(header, [(f"[`metrion {name}`](#metrion-{name.replace(' ', '-')})", words[name]) for name in found])
    parts = [f"## metrion {name}\n\n{words[name]}\n\n```text\n{_help(name)}\n```" for name in found]
    return _page(language, "cli", listed, *parts)


def _summary(text: str) -> str:
    paragraphs = text.split("\n\n")
    return " ".join(paragraphs[1].split()) if len(paragraphs) > 1 else ""


# --- API ------------------------------------------------------------------------------------------


def routes() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (room, method, path, name, first line of its description) of every operation under /api/v1."""
    from metrion.server.api import api  # noqa: PLC0415 - after the home is chosen

    for bound in api._get_bound_routers():  # noqa: SLF001 - django-ninja has no public list of operations
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                function = operation.view_func
                room = function.__module__.split(".")[1]
                yield room, operation.methods[0], path, function.__name__, _first_line(function)


def permissions() -> Mapping[str, str]:
    """Return what each operation asks for: declared on the route, or listed in `reference_words.INSIDE`."""
    from metrion.server.api import api  # noqa: PLC0415 - after the home is chosen

    found: dict[str, str] = {}
    for bound in api._get_bound_routers():  # noqa: SLF001 - the same
        for view in bound.path_operations.values():
            for operation in view.operations:
                asked = [getattr(each, "permission", None) for each in operation.auth_callbacks]
                declared = next((str(each) for each in asked if each), "")
                name = operation.view_func.__name__
                found[name] = declared or _word(INSIDE, name)
    return found


def _first_line(function: Callable[..., object]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _asked(permission: str, language: Language) -> str:
    words = {"own": ("本人", "oneself"), "participant": ("参与人", "who takes part")}
    joiner = "、" if language == "zh" else ", "
    return joiner.join(_of(words[each], language) if each in words else f"`{each}`" for each in permission.split(", "))


def api(language: Language) -> str:
    """Return the page of API routes."""
    zh = language == "zh"
    asked = permissions()
    rows: dict[str, list[tuple[str, ...]]] = {}
    for room, method, path, name, line in routes():
        words = _word(ROUTES_ZH, name) if zh else line
        rows.setdefault(room, []).append((f"`{method} /api/v1{path}`", words, _asked(asked[name], language)))
    header = ("路径", "作用", "所需权限（任一）") if zh else ("route", "does", "permission (any of)")
    parts = [f"## {_of(_ROOMS[room], language)}\n\n{_table(header, found)}" for room, found in sorted(rows.items())]
    sign_in = [(f"`/_allauth/browser/v1/{route}`", _of(words, language)) for route, words in SIGN_IN.items()]
    parts.append(f"## {'登录' if zh else 'Signing in'}\n\n{_table(header[:2], sign_in)}")
    health = [
        ("`GET /livez`", "进程能否应答。" if zh else "Whether the process answers."),
        ("`GET /readyz`", "能否正常工作，列出各项检查。" if zh else "Whether it can do its work; names the checks."),
    ]
    parts.append(f"## {'健康检查' if zh else 'Health'}\n\n{_table(header[:2], health)}")
    return _page(language, "api", *parts)


# --- all ------------------------------------------------------------------------------------------

PAGES: Final[Mapping[str, Callable[[Language], str]]] = {
    "formula": formula,
    "errors": errors,
    "settings": settings,
    "cli": cli,
    "api": api,
}


def pages() -> Iterator[tuple[Path, str]]:
    """Yield (file, content) of the whole reference."""
    for name, make in PAGES.items():
        for language in LANGUAGES:
            yield FOLDER / f"{name}.{language}.md", make(language)


def _prepare(home: str) -> None:
    os.environ.update(METRION_HOME=home, DJANGO_SETTINGS_MODULE="metrion.server.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django  # noqa: PLC0415 - after the home is chosen

    django.setup()


def main() -> int:
    """Write or check the pages."""
    with tempfile.TemporaryDirectory() as home:
        _prepare(home)
        made = dict(pages())
    if sys.argv[1:] == ["check"]:
        stale = [path.name for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
        for name in stale:
            print(f"docs/reference/{name} is not what the code says: run `python scripts/reference.py write`")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
