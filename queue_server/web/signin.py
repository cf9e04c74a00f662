"""Signing in: by a token pasted into a form, or by a one-time link. Either way the browser gets a cookie."""

import structlog
from aiohttp import web
from yarl import URL

from queue_server.domain.callers import Caller
from queue_server.domain.refusals import Refusal
from queue_server.flows.links import Links
from queue_server.store.asking import StoreDown
from queue_server.web.auth import Auth, keep_cookie, may_use_page
from queue_server.web.destinations import Destination, destination, ours
from queue_server.web.endpoint import UNKEPT
from queue_server.web.home.pages import sign_in_page
from queue_server.web.noted import note_refusal_at_door, note_sign_in
from queue_server.web.origins import SAFE_SITES
from queue_server.web.pages import render_error
from queue_server.web.staff_sign_in import StaffEntrance

log = structlog.get_logger()


class SignIn:
    """The handlers of `/sign-in` and `/sign-in/{code}`."""

    def __init__(self, auth: Auth, links: Links, people: StaffEntrance) -> None:
        self._auth = auth
        self._links = links
        self._people = people

    async def form(self, request: web.Request) -> web.StreamResponse:
        to, person = ours(request.query.get("to", "/")), ""
        try:
            here = await self._auth.person_here(request)
            person = here.name if here and to != "/" else ""
        except StoreDown as error:
            log.warning("who is here cannot be read; the form needs no store", error=str(error))
        return sign_in_page(request, to, None, person=person)

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Takes a pasted token; on success leads to where the visitor wanted to go."""
        if request.headers.get("Sec-Fetch-Site", "") not in SAFE_SITES:
            return render_error(request, 403, "CROSS_SITE")
        to, filled = await _filled(request)
        token = filled.get("token", "").strip()
        try:
            if "name" in filled or "step" in filled:
                return await self._people.post(request, to, filled)
            caller = await self._auth.recognise(token)
            return await self._welcome(request, caller, token, to)
        except Refusal as refusal:
            note_refusal_at_door(request, to, refusal.code)
            return sign_in_page(request, to, refusal.code)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A one-time link: the first browser that opens it is signed in; a signed-in one just goes on.

        Whoever only looks ahead (HEAD, a prefetch) does not use it up.
        """
        if _only_looks(request):
            return web.Response(status=503, headers=UNKEPT)
        to = ours(request.query.get("to", "/"))
        try:
            wanted = destination(to)
            if wanted and await self._is_in(request, wanted):
                return _on_to(wanted)
            token = await self._links.redeem(request.match_info["code"])
            caller = await self._auth.recognise(token)
            return await self._welcome(request, caller, token, to)
        except Refusal as refusal:
            note_refusal_at_door(request, to, refusal.code)
            return sign_in_page(request, to, refusal.code, status=410 if refusal.code == "LINK_USED" else 403)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")

    async def _is_in(self, request: web.Request, wanted: Destination) -> bool:
        """Whether the link has nothing to add. A manager may look at a screen; that makes no display of a browser."""
        if wanted.role == "display":
            return bool(await self._auth.page_device(request, wanted.role, wanted.hall))
        return bool(await self._auth.page_identity(request, wanted.role, wanted.hall, wanted.window))

    async def _welcome(self, request: web.Request, caller: Caller, token: str, to: str) -> web.StreamResponse:
        wanted = destination(to)
        if wanted and not may_use_page(caller, wanted.role, wanted.hall, wanted.window):
            raise Refusal(_why_not(caller, wanted))
        await note_sign_in(request, caller, to)
        response = _on_to(wanted)
        keep_cookie(request, response, caller, token)
        return response


def _only_looks(request: web.Request) -> bool:
    """Browsers and link checkers that fetch an address before anyone has opened it."""
    purpose = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "HEAD" or "prefetch" in purpose or "prerender" in purpose or "preview" in purpose


async def _filled(request: web.Request) -> tuple[str, dict[str, str]]:
    """Where to, and what the form says; empty for what no form of ours sends."""
    if request.content_type != "application/x-www-form-urlencoded":
        return "/", {}
    try:
        filled = await request.post()
    except (ValueError, LookupError):  # a charset that there is not
        return "/", {}
    said = {name: value for name, value in filled.items() if isinstance(value, str)}
    return ours(said.get("to", "/")), said


def _on_to(wanted: Destination | None) -> web.Response:
    """On to a page, its address coded so that nothing in it ends the header; the browser keeps no trace of the way."""
    where = str(URL(wanted.path)) if wanted else "/"
    return web.Response(status=303, headers={**UNKEPT, "Location": where, "Referrer-Policy": "no-referrer"})


def _why_not(caller: Caller, wanted: Destination) -> str:
    if caller.hall != wanted.hall:
        return "WRONG_HALL"
    return "WRONG_WINDOW" if caller.role == wanted.role else "WRONG_ROLE"
