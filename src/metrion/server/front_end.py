"""The page of the single-page application, for every address that the front end routes itself.

Files with a content hash are served by WhiteNoise; this page names them and is asked for each time.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

_MISSING: Final = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><title>Metrion 度衡</title>
<body>
<h1>Metrion 度衡</h1>
<p>服务已启动，但界面尚未构建。请在项目目录运行 <code>make web</code>,然后重新启动。</p>
<p lang="en">The server runs, but its pages have not been built. Run <code>make web</code> in the project
folder and start again.</p>
</body></html>
"""


def is_built() -> bool:
    """Tell whether the front end is there."""
    return (Path(settings.FRONT_END) / "index.html").is_file()


@lru_cache(maxsize=1)
def _page(path: Path, _changed: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, f'"{sha256(content).hexdigest()[:32]}"'


@require_safe
def application_page(request: HttpRequest) -> HttpResponse:
    """Return index.html, or a page that says how to build it."""
    if not is_built():
        return HttpResponse(_MISSING, status=503)
    path = Path(settings.FRONT_END) / "index.html"
    content, tag = _page(path, path.stat().st_mtime_ns)
    known = request.headers.get("If-None-Match") == tag
    response: HttpResponse = HttpResponseNotModified() if known else HttpResponse(content)
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response
