"""Encrypts secrets that must be stored, with AES-256-GCM; the key is a file outside the database."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from metrion.base.keyfiles import read_or_create
from metrion.base.settings import get_settings

_FORM: Final = "v1."
_NONCE_BYTES: Final = 12


class Vault:
    """Seals texts for one purpose with one key file: what is sealed for another purpose does not open."""

    def __init__(self, key: str, purpose: str) -> None:
        self._key = key
        self._purpose = purpose

    def encrypt(self, text: str, owner: str = "") -> str:
        """Return the encrypted text, different each time. It opens for the same `owner` only."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher().encrypt(nonce, text.encode("utf-8"), self._bound(owner))
        return _FORM + urlsafe_b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, stored: str, owner: str = "") -> str:
        """Return the text; raises `cryptography.exceptions.InvalidTag` for a changed one, another key or owner."""
        if not stored.startswith(_FORM):
            message = "this secret was not encrypted by this version"
            raise ValueError(message)
        raw = urlsafe_b64decode(stored.removeprefix(_FORM))
        return self._cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], self._bound(owner)).decode("utf-8")

    def _cipher(self) -> AESGCM:
        # The key file holds 384 random bits; their hash is a key of the length that AES-256 asks for.
        return AESGCM(sha256(read_or_create(get_settings().key_path / self._key).encode("ascii")).digest())

    def _bound(self, owner: str) -> bytes:
        return f"{self._purpose}:{owner}".encode() if owner else self._purpose.encode()
