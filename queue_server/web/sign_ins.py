"""Out to another service that knows its visitors, and back."""

import re

from aiohttp import web

from queue_server.contract import bookings
from queue_server.domain.refusals import Refusal
from queue_server.flows.sign_ins import SignIns
from queue_server.store.asking import StoreDown
from queue_server.web.auth import keep_person
from queue_server.web.context import SERVICES, At
from queue_server.web.endpoint import UNKEPT
from queue_server.web.pages import render_error
from queue_server.web.route import ANYONE, Answered, Route

COOKIE = "gw-away"
AWAY_S = 15 * 60
OWN_PAGE = re.compile(r"/[mb]/[A-Za-z0-9._/-]{1,200}(?:\?[A-Za-z0-9=&._~%:-]{0,300})?(?:#[A-Za-z0-9=&._~%:/-]{0,200})?")


async def offered(at: At) -> Answered:
    rows = at.services.sign_ins.offered(at.hall.hall.id)
    return 200, bookings.SignIns(sign_ins=[bookings.SignIn(id=name, names=names) for name, names in rows.items()])


ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/sign-ins", handler=offered, roles=ANYONE, answers={200: bookings.SignIns},
        about="The services with which a visitor may sign in, to be known without a one-time code.",
    ),
)  # fmt: skip


class Doorway:
    """The handlers of `/m/{hall}/sign-in/{provider}` and `/identity/{provider}`."""

    def __init__(self, sign_ins: SignIns) -> None:
        self._sign_ins = sign_ins

    async def out(self, request: web.Request) -> web.StreamResponse:
        """Sends a browser to the service, and remembers that it is this browser that went."""
        hall, provider = request.match_info["hall"], request.match_info["provider"]
        if hall not in request.app[SERVICES].halls:
            return render_error(request, 404, "NO_SUCH_HALL", {"hall": hall})
        to = request.query.get("to", "")
        wanted = to if OWN_PAGE.fullmatch(to) else f"/m/{hall}"
        try:
            url, state = await self._sign_ins.start(hall, provider, _back(request, provider), wanted)
        except Refusal as refusal:
            return _refused(request, refusal)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        response = _on_to(url)
        # Lax: the way back begins at the other service's page
        response.set_cookie(
            COOKIE, state, max_age=AWAY_S, httponly=True, samesite="Lax", secure=_secure(request), path="/"
        )
        return response

    async def back(self, request: web.Request) -> web.StreamResponse:
        """Takes a browser that comes back; from now on it is known to be its visitor's."""
        provider = request.match_info["provider"]
        state = request.cookies.get(COOKIE, "")
        try:
            found = await self._sign_ins.finish(provider, request.query, state, _back(request, provider))
        except Refusal as refusal:
            return _refused(request, refusal)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")
        response = _on_to(found.to)
        response.del_cookie(COOKIE, path="/")
        keep_person(request, response, found.hall, found.proof)
        return response


def _on_to(url: str) -> web.Response:
    return web.Response(status=303, headers={**UNKEPT, "Location": url})


def _refused(request: web.Request, refusal: Refusal) -> web.Response:
    return render_error(request, 404 if refusal.code == "NO_SUCH_PROVIDER" else 403, refusal.code, refusal.facts)


def _back(request: web.Request, provider: str) -> str:
    """Our own address that the service sends visitors back to."""
    origin = request.app[SERVICES].public_url or str(request.url.origin())
    return f"{origin}/identity/{provider}"


def _secure(request: web.Request) -> bool:
    return request.secure or request.app[SERVICES].public_url.startswith("https://")
