"""Secrets that must be stored are unreadable without the key file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidTag

from metrion.base.settings import get_settings
from metrion.identity import ports
from metrion.identity.accounts import vault

if TYPE_CHECKING:
    from pathlib import Path


def test_a_secret_comes_back_and_never_looks_the_same_twice() -> None:
    first, second = vault.encrypt("JBSWY3DPEHPK3PXP"), vault.encrypt("JBSWY3DPEHPK3PXP")
    assert first != second
    assert "JBSWY3DPEHPK3PXP" not in first
    assert vault.decrypt(first) == vault.decrypt(second) == "JBSWY3DPEHPK3PXP"


def test_a_changed_secret_is_refused() -> None:
    stored = vault.encrypt("JBSWY3DPEHPK3PXP")
    other = stored[:-4] + ("AAAA" if stored[-4:] != "AAAA" else "BBBB")
    with pytest.raises(InvalidTag):
        vault.decrypt(other)


def test_a_secret_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not encrypted"):
        vault.decrypt("JBSWY3DPEHPK3PXP")


def test_another_installation_cannot_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = vault.encrypt("JBSWY3DPEHPK3PXP")
    elsewhere = get_settings().model_copy(update={"home": tmp_path})
    monkeypatch.setattr("metrion.base.vault.get_settings", lambda: elsewhere)
    with pytest.raises(InvalidTag):
        vault.decrypt(stored)
    assert (tmp_path / "keys" / "second-factor.key").stat().st_mode & 0o077 == 0


def test_without_a_trail_an_action_fails_rather_than_goes_unrecorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_recorders", [])
    with pytest.raises(ports.NotPluggedIn):
        ports.record(None, "person.changed", ports.Target(kind="person", id="li"))
