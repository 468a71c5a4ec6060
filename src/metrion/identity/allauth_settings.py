"""Django and allauth settings of signing in; `metrion.server.settings` takes them over by name."""

from __future__ import annotations

from typing import Final

from metrion.base.settings import get_settings

AUTHENTICATION_BACKENDS: Final = ["metrion.identity.accounts.backend.PersonBackend"]
PASSWORD_HASHERS: Final = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS: Final = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name_zh", "name_en", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Rate limits and used one-time codes must be seen by every web process: a table, not process memory.
CACHES: Final = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "identity_rate_limit"}
}

# Limits count by the caller's address: behind a proxy that must be the person's, not the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT: Final = get_settings().trusted_proxies
HEADLESS_ONLY: Final = True
HEADLESS_CLIENTS: Final = ("browser",)
ACCOUNT_ADAPTER: Final = "metrion.identity.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS: Final = {"username"}
ACCOUNT_SIGNUP_FIELDS: Final = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION: Final = "none"
ACCOUNT_EMAIL_NOTIFICATIONS: Final = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE: Final = False  # This session stays; the new password ends all others.
ACCOUNT_RATE_LIMITS: Final = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER: Final = "metrion.identity.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES: Final = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER: Final = "Metrion"
MFA_ALLOW_UNVERIFIED_EMAIL: Final = True  # E-mail is no credential here.
