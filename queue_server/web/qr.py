"""QR codes as pictures: the address of a ticket's page, and the pass of a booking."""

import segno
from aiohttp import web

from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.store.asking import StoreDown
from queue_server.web.auth import Auth
from queue_server.web.context import SERVICES
from queue_server.web.endpoint import as_problem, told

EXPIRES = "Greenwave-Expires-At"
"""Until when a pass is good: its page fetches another before."""


def picture(text: str, keep: str, **headers: str) -> web.Response:
    """A text as a QR code; `keep` says for how long it may be kept."""
    code = segno.make(text, error="m")
    width, height = code.symbol_size(scale=4, border=2)
    svg = code.svg_inline(scale=4, border=2, dark="#12211B", light="#FFFFFF")
    svg = svg.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" ', 1)
    known = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    return web.Response(text=svg, content_type="image/svg+xml", headers=known | headers)


class Pictures:
    """`/t/TOKEN/qr.svg` and `/b/TOKEN/pass.svg`: whoever has the address of a page may have its picture."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    async def ticket(self, request: web.Request) -> web.StreamResponse:
        """A ticket's QR code, which opens its live page on a phone."""
        token = request.match_info["token"]
        try:
            found = await self._auth.page_ticket(request, token)
        except StoreDown as error:
            return as_problem(request, error)
        if found is None:
            return told(request, "NO_SUCH_TICKET")
        base = request.app[SERVICES].public_url or f"{request.scheme}://{request.host}"
        return picture(f"{base}/t/{token}", "private, max-age=86400")

    async def booking(self, request: web.Request) -> web.StreamResponse:
        """A booking's pass of this moment, to be scanned at the hall."""
        services, token = request.app[SERVICES], request.match_info["token"]
        try:
            found = await self._auth.page_booking(token)
            running = services.halls.get(found[0]) if found else None
            if found is None or running is None:
                raise Refusal("NO_SUCH_BOOKING")
            ask = Ask(running=running, caller=await self._auth.recognise(token))
            made = await services.passes.make(ask, found[1])
        except (Refusal, StoreDown) as error:
            return as_problem(request, error)
        return picture(made.pass_, "no-store", **{EXPIRES: made.expires_at})
