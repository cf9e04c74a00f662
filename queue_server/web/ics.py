"""`/b/TOKEN/booking.ics`: a booking for the visitor's own calendar."""

from aiohttp import web

from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.book import Book
from queue_server.flows.ics import calendar_entry
from queue_server.languages import Words
from queue_server.store.asking import StoreDown
from queue_server.web.auth import Auth
from queue_server.web.context import SERVICES, language_of
from queue_server.web.errors import STATUS
from queue_server.web.pages import render_error

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": 'attachment; filename="booking.ics"',
}


class CalendarFiles:
    """Whoever has the address of a booking's page may have its calendar entry."""

    def __init__(self, auth: Auth, book: Book) -> None:
        self._auth = auth
        self._book = book

    async def handle(self, request: web.Request) -> web.Response:
        try:
            return await self._file(request)
        except Refusal as refusal:
            return render_error(request, STATUS[refusal.code], refusal.code, refusal.facts)
        except StoreDown:
            return render_error(request, 503, "STORE_DOWN")

    async def _file(self, request: web.Request) -> web.Response:
        found = await self._auth.page_booking(request.match_info["token"])
        running = request.app[SERVICES].halls.get(found[0]) if found else None
        if found is None or running is None:
            raise Refusal("NO_SUCH_BOOKING")
        ask = Ask(running=running, caller=await self._auth.recognise(request.match_info["token"]))
        record = await self._book.record(ask, found[1])
        if record.status == "listed":
            raise Refusal("BOOKING_STATUS", {"status": record.status})
        uid = self._book.seals.person(running.hall.id, "calendar", found[1])
        body = calendar_entry(running.hall, uid, record, Words(language_of(request)))
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=HEADERS)
