"""Every refusal leaves the house in one shape: the problem, its status and the correlation id."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypedDict

import orjson
import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled
from ninja.errors import ValidationError as NinjaValidationError

from metrion.base.errors import Faults, MetrionError, NotSignedIn, Problem
from metrion.base.text import Text
from metrion.server.middleware import request_id
from metrion.server.validation import faults_of

if TYPE_CHECKING:
    from ninja import NinjaAPI

_log = structlog.stdlib.get_logger("metrion.failure")

MEDIA_TYPE = "application/problem+json"


class Failure(MetrionError):
    """Something broke on our side. The person gets the correlation id; the cause is in the log."""

    code = "internal"
    status = 500
    text = Text(zh="服务器内部错误。", en="Something went wrong on the server.")
    remedy = Text(
        zh="请稍后重试；若仍失败，请将关联编号 {correlation_id} 提供给管理员。",
        en="Try again later. If it goes on, give the correlation id {correlation_id} to an administrator.",
    )


class NoSuchPage(MetrionError):
    """The address is not one of ours."""

    code = "no_such_page"
    status = 404
    text = Text(zh="该地址不存在。", en="There is nothing at this address.")


class Refused(MetrionError):
    """The request was refused before it reached a room: origin, host or form are not acceptable."""

    code = "refused"
    status = 403
    text = Text(zh="请求来源校验未通过。", en="The origin of the request could not be verified.")
    remedy = Text(zh="请刷新页面后重试。", en="Reload the page and try again.")


class Malformed(MetrionError):
    """The request is not readable."""

    code = "malformed"
    status = 400
    text = Text(zh="请求格式不正确。", en="The request is not readable.")


class TooBig(MetrionError):
    """The body is larger than the server takes."""

    code = "too_big"
    status = 413
    text = Text(zh="请求内容过大。", en="The request is too large.")


class TooMany(MetrionError):
    """The caller asks too often."""

    code = "too_many"
    status = 429
    text = Text(zh="请求过于频繁，请稍后重试。", en="Too many requests. Try again later.")


class ProblemBody(TypedDict):
    """The problem on the wire."""

    code: str
    title: str
    remedy: str
    field: str | None
    params: dict[str, object]
    errors: list[Problem]
    status: int
    correlation_id: str


class ProblemResponse(HttpResponse):
    """A problem as JSON, in the caller's language."""

    retry_after: ClassVar[dict[str, str]] = {"too_many": "60"}

    def __init__(self, error: MetrionError) -> None:
        body = ProblemBody(**error.render(), status=error.status, correlation_id=request_id())
        super().__init__(orjson.dumps(body, default=str), content_type=MEDIA_TYPE, status=error.status)
        if error.code in self.retry_after:
            self["Retry-After"] = self.retry_after[error.code]


def _unexpected(error: Exception) -> ProblemResponse:
    _log.error("unexpected failure", exc_info=error)
    return ProblemResponse(Failure(correlation_id=request_id()))


def _of_http_error(error: HttpError) -> MetrionError:
    match error:
        case AuthenticationError():
            return NotSignedIn()
        case AuthorizationError():
            return Refused()
        case Throttled():
            return TooMany()
        case _:
            return NoSuchPage() if error.status_code == NoSuchPage.status else Malformed()


def problem_of(error: Exception) -> MetrionError | None:  # noqa: PLR0911 - a table of kinds
    """Return the refusal that an exception means, or None when it is a fault of ours."""
    match error:
        case MetrionError():
            return error
        case NinjaValidationError():
            return Faults(faults_of(error.errors))
        case Http404():
            return NoSuchPage()
        case HttpError():
            return _of_http_error(error)
        case PermissionDenied():
            return Refused()
        case RequestDataTooBig():
            return TooBig()
        case SuspiciousOperation() | DataError() | OverflowError():  # values that the database cannot hold
            return Malformed()
        case _:
            return None


def render(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Answer an exception; the one handler of the API."""
    raised = error() if isinstance(error, type) else error
    problem = problem_of(raised)
    return _unexpected(raised) if problem is None else ProblemResponse(problem)


def install(api: NinjaAPI) -> None:
    """Make `render` the answer to everything that an API operation raises."""
    for kind in (Exception, NinjaValidationError, HttpError, Http404):  # each has a default of ninja's to replace
        api.add_exception_handler(kind, render)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose origin could not be verified."""
    _log.warning("origin refused", reason=reason)
    return ProblemResponse(Refused())


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return ProblemResponse(problem_of(exception) or Malformed())


def forbidden(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    del exception
    return ProblemResponse(Refused())


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    del exception
    return ProblemResponse(NoSuchPage())


def server_error(_request: HttpRequest) -> HttpResponse:
    """Django's handler500; Django has logged the exception itself (`django.request`)."""
    return ProblemResponse(Failure(correlation_id=request_id()))
