"""Routes of the server: the API, log-in, health, and the front end for everything else."""

from __future__ import annotations

from django.urls import include, path, re_path

from metrion.server.api import api
from metrion.server.front_end import application_page
from metrion.server.health import livez, readyz

# Everything that is neither an API nor a file: file-like names that WhiteNoise does not have are not pages.
_PAGES = r"^(?!api/|_allauth/|assets/|static/|\.)(?!.*\.(?:js|css|map|json|ico|png|jpg|svg|txt|xml|php|woff2?)$).*$"

urlpatterns = [
    path("livez", livez),
    path("readyz", readyz),
    path("_allauth/", include("metrion.identity.accounts.routes")),
    path("api/v1/", api.urls),
    re_path(_PAGES, application_page),
]
handler400 = "metrion.server.failures.bad_request"
handler403 = "metrion.server.failures.forbidden"
handler404 = "metrion.server.failures.not_found"
handler500 = "metrion.server.failures.server_error"
