"""`init`, `migrate`, `doctor`: the installation itself."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from metrion.base.errors import Invalid
from metrion.base.settings import get_settings
from metrion.base.text import Text
from metrion.cli.output import say
from metrion.identity.actions import found_company
from metrion.identity.reads import actor_for
from metrion.identity.schemas import BilingualName, PersonNew
from metrion.integration.actions import found_calendar
from metrion.jobs import reads as jobs
from metrion.server.health import CHECKS

_LEAST_SPACE = 2 * 2**30


def make_home() -> Path:
    """Make the folders of this installation, for the owner only."""
    settings = get_settings()
    for folder in (settings.home, settings.key_path, settings.lake_path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings.home


def pending_migrations() -> int:
    """Return how many migrations are not applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date() -> int:
    """Apply what is pending; return how many that was."""
    count = pending_migrations()
    if count:
        call_command("migrate", interactive=False, verbosity=0)
    return count


def init(*, company: str = "", admin: str = "", admin_name: str = "", department: str = "company") -> None:
    """Make the home folder and the tables. Harmless when they are there.

    Parameters
    ----------
    company
        Name of the company. With --admin, the company and its first administrator are made.
    admin
        User name of the administrator. A temporary password is printed, once.
    admin_name
        Name of the administrator; the user name if not given.
    department
        Code of the root department.
    """
    if bool(company) != bool(admin):
        raise Invalid(reason_zh="--company 与 --admin 需同时给出。", reason_en="--company and --admin go together.")
    home = make_home()
    count = bring_up_to_date()
    say(
        Text(
            zh=f"目录 {home} 已就绪，执行了 {count} 项迁移。", en=f"{home} is ready, {count} migrations applied."
        ).pick()
    )
    if company:
        person = PersonNew(username=admin, name=BilingualName(zh=admin_name or admin), department=department)
        made = found_company(BilingualName(zh=company), person)
        say(
            Text(
                zh="首次登录时须更换以下临时密码。",
                en="The password below is temporary: change it at the first log-in.",
            ).pick()
        )
        print(f"{made.username} {made.password}")
        found_calendar(actor_for(admin, "cli"))


def migrate(*, check: bool = False) -> int:
    """Bring the tables up to date.

    Parameters
    ----------
    check
        Change nothing; exit with 1 when something is pending.
    """
    make_home()
    count = pending_migrations() if check else bring_up_to_date()
    if check:
        say(Text(zh=f"{count} 项迁移未执行。", en=f"{count} migrations are not applied.").pick())
        return 1 if count else 0
    say(Text(zh=f"执行了 {count} 项迁移。", en=f"{count} migrations applied.").pick())
    return 0


def _findings() -> Iterator[tuple[str, bool, Text]]:
    """Yield each check: its name, whether it holds, what to do if not."""
    for check in CHECKS:
        yield check.name, check.holds(), check.remedy
    settings = get_settings()
    private = all(
        not file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        for file in settings.key_path.glob("*")
        if file.is_file()
    )
    yield (
        "private_keys",
        private,
        Text(
            zh=f"密钥文件可被他人读取：chmod 600 {settings.key_path}/*",
            en=f"Others can read the keys: chmod 600 {settings.key_path}/*",
        ),
    )
    free = shutil.disk_usage(settings.home).free
    yield (
        "disk_space",
        free >= _LEAST_SPACE,
        Text(
            zh=f"磁盘剩余 {free // 2**20} MiB，请清理或扩容。",
            en=f"Only {free // 2**20} MiB of disk are left: make room.",
        ),
    )
    counts = jobs.counts()
    yield (
        "jobs_running",
        counts.overdue == 0,
        Text(
            zh=f"{counts.overdue} 个任务已到期未执行：请确认 metrion start 正在运行。",
            en=f"{counts.overdue} jobs are due and not run: see whether `metrion start` is running.",
        ),
    )
    names = ", ".join(sorted({view.name for view in jobs.failures()}))
    yield (
        "jobs_failed",
        counts.failed == 0,
        Text(zh=f"{counts.failed} 个任务多次失败：{names}。", en=f"{counts.failed} jobs failed for good: {names}."),
    )


def doctor() -> int:
    """Check the installation: each condition, and what to do where it does not hold."""
    if not CHECKS[0].holds() or not CHECKS[1].holds():
        findings: list[tuple[str, bool, Text]] = [(check.name, check.holds(), check.remedy) for check in CHECKS]
    else:
        findings = list(_findings())
    for name, holds, remedy in findings:
        print(f"{'ok  ' if holds else 'FAIL'}  {name}" + ("" if holds else f": {remedy.pick()}"))
    return 0 if all(holds for _, holds, _ in findings) else 1
