"""Routes of the server."""

from __future__ import annotations

from django.urls import include, path

from metrion.server.api import api

urlpatterns = [path("_allauth/", include("allauth.headless.urls")), path("api/v1/", api.urls)]
