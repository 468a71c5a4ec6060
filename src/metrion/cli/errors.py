"""Refusals of the command line."""

from __future__ import annotations

from metrion.base.errors import Conflict, Invalid, MetrionError
from metrion.base.text import Text


class DatabaseNotReady(MetrionError):
    """The metadata database does not answer, or its tables are not there."""

    code = "database_not_ready"
    status = 503
    text = Text(zh="元数据库未就绪：{cause}", en="The metadata database is not ready: {cause}")
    remedy = Text(
        zh="首次使用请运行 metrion init；升级后请运行 metrion migrate；否则运行 metrion doctor。",
        en="Run `metrion init` the first time, `metrion migrate` after an upgrade, else `metrion doctor`.",
    )


class TablesNotUpToDate(Conflict):
    """The program is newer than the tables."""

    code = "tables_not_up_to_date"
    text = Text(
        zh="数据库结构不是最新，有 {count} 项迁移未执行。",
        en="The tables are not up to date: {count} migrations are not applied.",
    )
    remedy = Text(zh="请先备份，再运行 metrion migrate。", en="Make a backup, then run `metrion migrate`.")


class OpenToTheNetwork(Invalid):
    """Listening on an address that others can reach, without saying how they reach it safely."""

    code = "open_to_the_network"
    text = Text(
        zh="监听地址 {host} 可被其他机器访问，但 METRION_PUBLIC_URL 不是 https 地址。",
        en="Others can reach {host}, but METRION_PUBLIC_URL is not an https address.",
    )
    remedy = Text(
        zh="请将 METRION_PUBLIC_URL 设为反向代理的 https 地址；若仅在可信网络使用，可设置 http 地址并加 --plain-http。",
        en=(
            "Set METRION_PUBLIC_URL to the https address of your reverse proxy. In a trusted network, "
            "set it to an http address and add --plain-http."
        ),
    )


class PortTaken(Conflict):
    """Another program listens there."""

    code = "port_taken"
    text = Text(zh="{host}:{port} 已被其他程序占用。", en="Another program listens on {host}:{port}.")
    remedy = Text(zh="请停止该程序，或用 --port 换一个端口。", en="Stop it, or choose another port with --port.")


class FillingAlready(Conflict):
    """Another `metrion demo` is filling the same home."""

    code = "filling_already"
    text = Text(zh="另一个 metrion demo 正在填充同一目录。", en="Another metrion demo is filling the same home.")
    remedy = Text(zh="请等待它完成，或设置另一个 METRION_HOME。", en="Wait for it, or set another METRION_HOME.")
