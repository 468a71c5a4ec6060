"""The command as an operator meets it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from metrion import __version__
from metrion.lake.locks import held

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    Metrion = Callable[..., subprocess.CompletedProcess[str]]


def test_version_and_help_make_no_home(metrion: Metrion, tmp_path: Path) -> None:
    home = tmp_path / "none"
    assert metrion("version", METRION_HOME=str(home)).stdout.strip() == __version__
    helped = metrion("--help", METRION_HOME=str(home))
    assert {"init", "start", "demo", "migrate", "query", "user", "config", "doctor"} <= set(helped.stdout.split())
    assert metrion("config", METRION_HOME=str(home)).returncode == 0
    assert not home.exists()


def test_config_masks_secrets(metrion: Metrion) -> None:
    shown = metrion("config", METRION_DATABASE_URL="postgresql://app:tellnobody@db.example/metrion")
    assert "tellnobody" not in shown.stdout
    assert "db.example" in shown.stdout


def test_before_init_the_remedy_is_init(metrion: Metrion, elsewhere: dict[str, str]) -> None:
    refused = metrion("user", "list", "--as", "root", **elsewhere)
    assert refused.returncode == 1
    assert "metrion init" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_init_is_private_and_harmless_the_second_time(metrion: Metrion, founded: str, own_home: Path) -> None:
    assert founded == "root"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (own_home, own_home / "keys", own_home / "lake")} == {0o700}
    again = metrion("init")
    assert again.returncode == 0
    assert "0 migrations" in again.stderr
    second = metrion("init", "--company", "度衡", "--admin", "other")
    assert second.returncode == 1
    assert "conflict" in second.stderr


def test_a_founded_company_has_a_calendar(metrion: Metrion, founded: str) -> None:
    shown = metrion("calendar", "show", "2026-02", "--as", founded, "--language", "zh")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert len(lines) == 2 + 28
    assert lines[-1].split() == ["2026-02-28", "六", "调休上班", "春节", "正月十二"]
    assert "16 个工作日" in shown.stderr
    seeded = metrion("calendar", "seed", "--as", founded, "--language", "en")
    assert seeded.stdout.strip() == "The calendar has data version 0."
    assert "invalid [month]" in metrion("calendar", "show", "2026-13", "--as", founded).stderr
    assert "not announced" in metrion("calendar", "show", "2028-02", "--as", founded, "--language", "en").stderr


def test_people_are_created_listed_and_disabled(metrion: Metrion, founded: str) -> None:
    made = metrion(
        "user", "create", "li.ming", "--as", founded, "--name", "李明", "--department", "company", "--role", "viewer"
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.split()[0] == "li.ming"
    assert "viewer" in metrion("user", "roles", "li.ming", "--as", founded).stdout
    assert "李明" in metrion("user", "list", "--as", founded).stdout
    token = metrion("token", "create", "--as", "li.ming", "--name", "t", "--scope", "metric.read")
    assert token.returncode == 0, token.stderr
    assert metrion("user", "disable", "li.ming", "--as", founded, "--reason", "left").returncode == 0
    refused = metrion("query", "sales_value", "--as", "li.ming")
    assert refused.returncode == 1


def test_what_is_done_in_a_name_is_on_record_as_done_through_the_command_line(metrion: Metrion, founded: str) -> None:
    assert (
        metrion("user", "create", "he.jun", "--as", founded, "--name", "何军", "--department", "company").returncode
        == 0
    )
    verdict = metrion("audit", "verify")
    assert verdict.returncode == 0
    assert verdict.stdout.startswith("intact")


@pytest.mark.parametrize(("language", "words"), [("zh", "没有"), ("en", "There is no")])
def test_refusals_speak_both_languages(metrion: Metrion, founded: str, language: str, words: str) -> None:
    assert founded
    refused = metrion("query", "x", "--as", "nobody", "--language", language)
    assert refused.returncode == 1
    assert words in refused.stderr or "未找到" in refused.stderr


def test_a_wrong_command_line_ends_with_two(metrion: Metrion) -> None:
    assert metrion("nonsense").returncode == 2
    assert metrion("config", "--format", "xml").returncode == 2
    assert metrion("version", "--language", "fr").returncode == 2


def test_migrate_check_tells_without_changing(metrion: Metrion, elsewhere: dict[str, str], founded: str) -> None:
    assert founded
    assert metrion("migrate", "--check").returncode == 0
    assert metrion("migrate", "--check", **elsewhere).returncode == 1
    assert metrion("migrate", **elsewhere).returncode == 0
    assert metrion("migrate", "--check", **elsewhere).returncode == 0


def test_doctor_says_what_to_do(metrion: Metrion, founded: str, elsewhere: dict[str, str]) -> None:
    assert founded
    broken = metrion("doctor", **elsewhere)
    assert broken.returncode == 1
    assert "metrion migrate" in broken.stdout


def test_a_file_that_is_not_there_is_refused(metrion: Metrion, founded: str) -> None:
    refused = metrion("data", "load", "/nowhere.csv", "--as", founded)
    assert refused.returncode == 1
    assert "not_found" in refused.stderr


def test_two_fills_of_one_home_do_not_meet(metrion: Metrion, elsewhere: dict[str, str]) -> None:
    home = Path(elsewhere["METRION_HOME"])
    home.mkdir()
    with held(home / ".filling", busy=AssertionError()):
        refused = metrion("demo", "--no-serve-it", **elsewhere)
    assert refused.returncode == 1
    assert "filling_already" in refused.stderr


def test_definitions_are_exported_into_an_empty_folder(metrion: Metrion, founded: str, tmp_path: Path) -> None:
    done = metrion("export", str(tmp_path / "out"), "--to", "osi", "--as", founded)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "metrion.osi.yaml").read_text(encoding="utf-8").startswith("version: 0.2.0.dev0")
    again = metrion("export", str(tmp_path / "out"), "--to", "yaml", "--as", founded)
    assert again.returncode == 1
    assert "conflict" in again.stderr
    assert metrion("export", str(tmp_path / "other"), "--to", "excel", "--as", founded).returncode == 1
