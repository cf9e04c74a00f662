"""Who may ask the agent: pages that it served itself and programs on this machine, under this machine's own name."""

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from kiosk.agent.problems import Problem

OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
"""A page elsewhere can point a name of its own at 127.0.0.1, but it cannot make the browser send one of these."""


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuses `CROSS_SITE` whatever came from elsewhere, and bodies that are no JSON."""
    if not (_from_here(request) and _to_here(request) and _of_our_page(request)):
        raise Problem("CROSS_SITE")
    if request.method == "POST" and request.content_type != "application/json":
        raise Problem("WRONG_MEDIA_TYPE", {"media_type": request.content_type, "expected": "application/json"})
    return await handler(request)


def _from_here(request: web.Request) -> bool:
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def _to_here(request: web.Request) -> bool:
    return _name_of(f"http://{request.host}") in OWN_NAMES


def _of_our_page(request: web.Request) -> bool:
    """Browsers say where a request comes from; programs say nothing."""
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        return request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def _name_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
