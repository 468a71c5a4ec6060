"""Django settings, derived from `metrion.base.settings`. Nothing here reads the environment itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from metrion.base.settings import get_settings
from metrion.identity import allauth_settings as accounts
from metrion.server.database import databases
from metrion.server.keys import secret_key
from metrion.server.logs import configure_logging
from metrion.server.origins import allowed_hosts, is_https, trusted_origins

_settings = get_settings()
_settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # before anything puts a file into it

SECRET_KEY = secret_key(_settings.key_path)
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.usersessions",
    "metrion.identity",
    "metrion.audit",
    "metrion.jobs",
    "metrion.catalog",
    "metrion.governance",
    "metrion.integration",
    "metrion.query",
    "metrion.collaboration",
]
MIDDLEWARE = [
    "metrion.server.middleware.request_context",
    "metrion.server.middleware.security_headers",
    "metrion.server.middleware.small_sign_in",
    "metrion.server.middleware.refuse_nul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "metrion.server.middleware.sliding_session",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "metrion.server.urls"
WSGI_APPLICATION = "metrion.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- data -------------------------------------------------------------------------------------------
DATABASES = databases(_settings)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = accounts.CACHES

# --- language and time ------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"  # Storage. The company's time zone is a setting of the product, used by the metric engine.
LANGUAGE_CODE = "zh-hans" if _settings.language == "zh" else "en"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]

# --- who may talk to us -----------------------------------------------------------------------------
ALLOWED_HOSTS = allowed_hosts(_settings)
CSRF_TRUSTED_ORIGINS = trusted_origins(_settings)
CSRF_FAILURE_VIEW = "metrion.server.failures.csrf_failure"
CSRF_COOKIE_NAME = "metrion_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = is_https(_settings)
SESSION_COOKIE_NAME = "metrion_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = is_https(_settings)
SESSION_ENGINE = "metrion.identity.accounts.sessions"
SESSION_COOKIE_AGE = _settings.session_hours * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20  # A JSON body. Files are streamed to disk and limited by the data room.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o600

# --- accounts ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = accounts.AUTHENTICATION_BACKENDS
PASSWORD_HASHERS = accounts.PASSWORD_HASHERS
AUTH_PASSWORD_VALIDATORS = accounts.AUTH_PASSWORD_VALIDATORS
ALLAUTH_TRUSTED_PROXY_COUNT = accounts.ALLAUTH_TRUSTED_PROXY_COUNT
HEADLESS_ONLY = accounts.HEADLESS_ONLY
HEADLESS_CLIENTS = accounts.HEADLESS_CLIENTS
ACCOUNT_ADAPTER = accounts.ACCOUNT_ADAPTER
ACCOUNT_LOGIN_METHODS = accounts.ACCOUNT_LOGIN_METHODS
ACCOUNT_SIGNUP_FIELDS = accounts.ACCOUNT_SIGNUP_FIELDS
ACCOUNT_EMAIL_VERIFICATION = accounts.ACCOUNT_EMAIL_VERIFICATION
ACCOUNT_EMAIL_NOTIFICATIONS = accounts.ACCOUNT_EMAIL_NOTIFICATIONS
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = accounts.ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE
ACCOUNT_RATE_LIMITS = accounts.ACCOUNT_RATE_LIMITS
MFA_ADAPTER = accounts.MFA_ADAPTER
MFA_SUPPORTED_TYPES = accounts.MFA_SUPPORTED_TYPES
MFA_TOTP_ISSUER = accounts.MFA_TOTP_ISSUER
MFA_ALLOW_UNVERIFIED_EMAIL = accounts.MFA_ALLOW_UNVERIFIED_EMAIL

# --- the front end ----------------------------------------------------------------------------------
FRONT_END: Final = Path(__file__).resolve().parent / "static" / "app"
"""Where the hatch build hook (or `make web`) puts the built pages."""
STATIC_URL = "/static/"
WHITENOISE_ROOT = FRONT_END if FRONT_END.is_dir() else None
WHITENOISE_MAX_AGE = 0  # Names without a content hash are asked for again each time (304 when unchanged).
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$"

# --- records of what happens --------------------------------------------------------------------------
LOGGING_CONFIG = None
configure_logging(_settings.log_format, _settings.log_level)
