"""The agent's own pages: the touch page, and the one for the hall's staff."""

from types import SimpleNamespace
from typing import Any

from aiohttp import web

from kiosk.agent.kiosk import Kiosk
from kiosk.pages import STATUS, TOUCH
from queue_server.languages import Words, choose, in_use
from queue_server.languages.choice import choose_several
from queue_server.look.page import Page
from queue_server.look.press import HEADERS, KEPT_S, Press, Sheet, facts_of_hall, press_of

NO_HALL = {"timezone": "UTC", "zones": []}


def make_press() -> Press:
    return press_of((TOUCH, STATUS), {lang: Words(lang) for lang in in_use()})


class Pages:
    """Printed from what the kiosk knows, so they come up with or without the server."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self._press = make_press()

    async def touch(self, request: web.Request) -> web.Response:
        return self._print(request, TOUCH)

    async def status(self, request: web.Request) -> web.Response:
        return self._print(request, STATUS)

    async def file(self, request: web.Request) -> web.Response:
        named, seen = request.query.get("v", ""), request.headers.get("If-None-Match", "")
        found = self._press.file(request.match_info["room"], request.match_info["file"], named, seen)
        if found is None:
            raise web.HTTPNotFound
        if found.body is None:
            return web.Response(status=found.status, headers=found.headers)
        return web.Response(body=found.body, content_type=found.type, charset=found.charset, headers=found.headers)

    def _print(self, request: web.Request, page: Page) -> web.Response:
        sections = ("common", *page.sections)
        body = self._press.print(f"{page.room}/{page.template}", sections, self._sheet(request), {})
        answer = web.Response(text=body, content_type="text/html", headers=HEADERS)
        asked = choose_several(request.query.get("lang"))
        if len(asked) == 1:
            answer.set_cookie("lang", asked[0], max_age=KEPT_S, samesite="Lax", path="/")
        return answer

    def _sheet(self, request: web.Request) -> Sheet:
        hall = self._hall()
        return Sheet(
            langs=_languages(request),
            path=request.path,
            links={lang: str(request.rel_url.update_query(lang=lang)) for lang in in_use()},
            facts=self._facts(request, hall),
            hall=hall,
            theme=request.query.get("theme", ""),
        )

    def _hall(self) -> Any:
        """The hall as far as it is known: before anything was heard of it, its name alone."""
        mirror = self._kiosk.state.mirror
        if mirror is not None:
            return mirror.hall
        name = self._kiosk.who.hall
        return SimpleNamespace(id=name, names={"zh": name, "en": name}, **NO_HALL)

    def _facts(self, request: web.Request, hall: Any) -> dict[str, Any]:
        return {
            **facts_of_hall(hall),
            "now_ms": self._kiosk.now_ms(),
            "query": dict(request.query),
            "halls": [hall.id],
            "rehearsal_speed": 1.0,
            "agent": True,
            "status": self._kiosk.state.document(),
        }


def _languages(request: web.Request) -> tuple[str, ...]:
    asked = choose_several(request.query.get("lang"))
    return asked or (choose(None, request.cookies.get("lang"), request.headers.get("Accept-Language")),)
