"""Django settings, derived from `metrion.base.settings`. Nothing here reads the environment itself."""

from __future__ import annotations

from metrion.base.settings import get_settings
from metrion.server.database import databases
from metrion.server.keys import secret_key

_settings = get_settings()

SECRET_KEY = secret_key(_settings.key_path)
DEBUG = False
ALLOWED_HOSTS = ["*"]
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
AUTH_USER_MODEL = "identity.Person"
DATABASES = databases(_settings)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "metrion.server.urls"
WSGI_APPLICATION = "metrion.server.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
