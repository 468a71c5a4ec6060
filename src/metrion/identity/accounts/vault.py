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
_PURPOSE: Final = b"metrion.identity.second-factor"
_NONCE_BYTES: Final = 12


def _cipher() -> AESGCM:
    # The key file holds 384 random bits; their hash is a key of the length that AES-256 asks for.
    return AESGCM(sha256(read_or_create(get_settings().key_path / "second-factor.key").encode("ascii")).digest())


def encrypt(text: str) -> str:
    """Return the encrypted text, different each time."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher().encrypt(nonce, text.encode("utf-8"), _PURPOSE)
    return _FORM + urlsafe_b64encode(nonce + sealed).decode("ascii")


def decrypt(stored: str) -> str:
    """Return the text; raises `cryptography.exceptions.InvalidTag` for a changed one or another key."""
    if not stored.startswith(_FORM):
        message = "this secret was not encrypted by this version"
        raise ValueError(message)
    raw = urlsafe_b64decode(stored.removeprefix(_FORM))
    return _cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _PURPOSE).decode("utf-8")
