"""Signing in: by a token pasted into a form, or by a one-time link. Either way the browser gets a cookie."""

import re

from aiohttp import web
from msgspec import Struct

from queue_server.domain.callers import Caller
from queue_server.domain.refusals import Refusal
from queue_server.flows.links import Links
from queue_server.store.asking import StoreDown
from queue_server.web.auth import SAFE_SITES, Auth, keep_cookie, may_use_page
from queue_server.web.context import SERVICES
from queue_server.web.home.pages import sign_in_page
from queue_server.web.pages import render_error

PLACE = re.compile(r"/(?P<page>kiosk|screen|window|cockpit)/(?P<hall>[a-z0-9-]{1,64})(?:/(?P<window>[0-9]{1,4}))?(?:\?.*)?")
ROLE_OF_PAGE = {"kiosk": "kiosk", "screen": "display", "window": "window", "cockpit": "manager"}


class Destination(Struct, frozen=True, kw_only=True):
    """Where someone wants to go, and what that asks for."""

    path: str
    role: str
    hall: str
    window: int


def destination(path: str) -> Destination | None:
    """A page of ours that needs a role, or None: signing in leads to no other place."""
    found = PLACE.fullmatch(path)
    if not found:
        return None
    window = int(found["window"] or 0)
    return Destination(path=path, role=ROLE_OF_PAGE[found["page"]], hall=found["hall"], window=window)


class SignIn:
    """The handlers of `/sign-in` and `/sign-in/{code}`."""

    def __init__(self, auth: Auth, links: Links) -> None:
        self._auth = auth
        self._links = links

    async def form(self, request: web.Request) -> web.StreamResponse:
        return sign_in_page(request, request.query.get("to", "/"), None)

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Takes a pasted token; on success leads to where the visitor wanted to go."""
        if request.headers.get("Sec-Fetch-Site", "") not in SAFE_SITES:
            return render_error(request, 403, "CROSS_SITE")
        filled = await request.post()
        to, token = str(filled.get("to", "/")), str(filled.get("token", "")).strip()
        try:
            caller = await request.app[SERVICES].devices.recognise(token)
            return self._welcome(request, caller, token, to)
        except Refusal as refusal:
            return sign_in_page(request, to, refusal.code)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A one-time link: the first browser that opens it is signed in; a signed-in one just goes on."""
        to = request.query.get("to", "/")
        try:
            wanted = destination(to)
            if wanted and await self._auth.page_identity(request, wanted.role, wanted.hall, wanted.window):
                raise web.HTTPSeeOther(to)
            token = await self._links.redeem(request.match_info["code"])
            caller = await request.app[SERVICES].devices.recognise(token)
            return self._welcome(request, caller, token, to)
        except Refusal as refusal:
            return sign_in_page(request, to, refusal.code, status=410 if refusal.code == "LINK_USED" else 403)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")

    def _welcome(self, request: web.Request, caller: Caller, token: str, to: str) -> web.StreamResponse:
        wanted = destination(to)
        if wanted and not may_use_page(caller, wanted.role, wanted.hall, wanted.window):
            raise Refusal(_why_not(caller, wanted))
        response = web.Response(status=303, headers={"Location": wanted.path if wanted else "/"})
        keep_cookie(request, response, caller, token)
        return response


def _why_not(caller: Caller, wanted: Destination) -> str:
    if caller.hall != wanted.hall:
        return "WRONG_HALL"
    return "WRONG_WINDOW" if caller.role == wanted.role else "WRONG_ROLE"
