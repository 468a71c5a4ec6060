"""The routes of django-allauth that this product serves, under `/_allauth/browser/v1/`.

Only these exist: no sign-up, no password reset by mail, no e-mail or phone management.
"""

from __future__ import annotations

from typing import Final

from allauth.headless.account import views as account
from allauth.headless.base import views as base
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from allauth.headless.usersessions import views as usersessions
from django.urls import URLPattern, path

_VIEWS: Final = {
    "config": base.ConfigView,
    "auth/session": account.SessionView,  # GET who am I, DELETE sign out
    "auth/login": account.LoginView,
    "auth/reauthenticate": account.ReauthenticateView,
    "auth/2fa/authenticate": mfa.AuthenticateView,
    "auth/2fa/reauthenticate": mfa.ReauthenticateView,
    "auth/sessions": usersessions.SessionsView,
    "account/password/change": account.ChangePasswordView,
    "account/authenticators": mfa.AuthenticatorsView,
    "account/authenticators/totp": mfa.ManageTOTPView,
    "account/authenticators/recovery-codes": mfa.ManageRecoveryCodesView,
}

urlpatterns: list[URLPattern] = [
    path(f"browser/v1/{route}", view.as_api_view(client=Client.BROWSER)) for route, view in _VIEWS.items()
]
