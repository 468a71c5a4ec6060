"""The vault of second factors."""

from __future__ import annotations

from typing import Final

from metrion.base.vault import Vault

_vault: Final = Vault("second-factor.key", "metrion.identity.second-factor")
encrypt: Final = _vault.encrypt
decrypt: Final = _vault.decrypt
