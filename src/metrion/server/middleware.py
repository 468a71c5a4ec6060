"""What happens around every request: its id, its language, its line in the log, the safety headers."""

from __future__ import annotations

import re
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.utils import translation

from metrion.base.clock import now
from metrion.base.settings import get_settings
from metrion.base.text import Language, speaking
from metrion.server.origins import is_https

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    Handler = Callable[[HttpRequest], HttpResponseBase]

_log = structlog.stdlib.get_logger("metrion.request")
_request_id: ContextVar[str] = ContextVar("metrion_request_id", default="")
_KNOWN_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ESCAPED_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape itself; after an escaped backslash the same letters are plain text."""
LONG_SIGN_IN: Final = "the body of a sign-in"
_SIGN_IN_BYTES: Final = 32_768
NUL_REFUSED: Final = "the character U+0000"
_SESSION_TOUCH_SECONDS: Final = 600

# Styles may be inline because the component library writes <style> elements at run time; scripts may not.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def request_id() -> str:
    """Return the id of the request being served: in its log lines, its error body and its response head."""
    return _request_id.get()


def _id_of(request: HttpRequest) -> str:
    given = str(request.headers.get("X-Request-Id", ""))
    return given if _KNOWN_ID.fullmatch(given) else uuid4().hex


def _language_of(request: HttpRequest) -> Language:
    """Return what the browser asks for; a signed-in person's own choice is applied by the identity room."""
    wanted = str(request.headers.get("Accept-Language", "")).strip().lower()
    if wanted.startswith("zh"):
        return "zh"
    return "en" if wanted.startswith("en") else get_settings().language


def request_context(get_response: Handler) -> Handler:
    """Give each request an id and a language, and write one log line when it is answered."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        identifier = _id_of(request)
        token = _request_id.set(identifier)
        language = _language_of(request)
        started = time.perf_counter()
        with (
            structlog.contextvars.bound_contextvars(request_id=identifier),
            speaking(language),
            translation.override("zh-hans" if language == "zh" else "en"),
        ):
            try:
                response = get_response(request)
            finally:
                _request_id.reset(token)
            response["X-Request-Id"] = identifier
            _log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        return response

    return handle


def small_sign_in(get_response: Handler) -> Handler:
    """Refuse long bodies where strangers may call: a user name of 50,000 letters is no search for a database."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/_allauth/") and len(request.body) > _SIGN_IN_BYTES:
            raise RequestDataTooBig(LONG_SIGN_IN)
        return get_response(request)

    return handle


def refuse_nul(get_response: Handler) -> Handler:
    """Refuse the character U+0000 in addresses and JSON: PostgreSQL cannot keep it and no word has it."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        head = (request.path, request.META.get("QUERY_STRING", ""))
        if any("\0" in part or "%00" in part for part in head) or _has_nul(request):
            raise SuspiciousOperation(NUL_REFUSED)
        return get_response(request)

    return handle


def _has_nul(request: HttpRequest) -> bool:
    if request.content_type != "application/json":
        return False
    return b"\\u0000" in request.body and _ESCAPED_NUL.search(request.body) is not None


def security_headers(get_response: Handler) -> Handler:
    """Tell browsers to load from here only, never in a frame, and (behind TLS) never without TLS."""
    strict = is_https(get_settings())

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if strict:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.path.startswith(("/api/", "/_allauth/")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return handle


def sliding_session(get_response: Handler) -> Handler:
    """End a session `session_hours` after its last use, writing it at most every ten minutes."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        session = request.session
        if session.session_key and not session.is_empty() and response.status_code < 500:  # noqa: PLR2004 - server fault
            instant = int(now().timestamp())
            if instant - session.get("touched", 0) >= _SESSION_TOUCH_SECONDS:
                session["touched"] = instant
        return response

    return handle
