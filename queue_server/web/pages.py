"""Serves the pages: finds hall, window, language and caller, then prints the template."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web
from msgspec import Struct

from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.languages import Words, choose, in_use
from queue_server.languages.choice import choose_several
from queue_server.look.page import Page
from queue_server.look.press import HEADERS, KEPT_S, Press, Sheet, facts_of_hall, press_of
from queue_server.web.auth import AUTH, Auth, sign_in_visitor
from queue_server.web.context import SERVICES
from queue_server.web.errors import STATUS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Place(Struct, frozen=True, kw_only=True):
    """Where in the product a request is: all that its page depends on."""

    hall: Hall | None = None
    window: int | None = None
    ticket: str = ""
    booking: str = ""
    acts_as: str = ""
    token: str = ""
    """What the address signs its visitor in with."""


class NoSuchPlace(Exception):
    """The address names something that is not there."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class MustSignIn(Exception):
    """The page asks for a role that the caller has not signed in for."""


PRESS = web.AppKey("press", Press)
HTML = "text/html"


def languages_of(request: web.Request) -> tuple[str, ...]:
    """The languages of a page, its main one first; only a screen is asked for several at once."""
    asked = choose_several(request.query.get("lang"))
    return asked or (choose(None, request.cookies.get("lang"), request.headers.get("Accept-Language")),)


def facts_of(request: web.Request, place: Place) -> dict[str, Any]:
    """What a page's script knows before it asks for anything."""
    services = request.app[SERVICES]
    facts: dict[str, Any] = {
        "now_ms": services.clock(), "query": dict(request.query), "halls": list(services.halls),
        "rehearsal_speed": services.rehearsal_speed,
    }  # fmt: skip
    if place.hall:
        facts |= facts_of_hall(place.hall) | {"lockers": len(place.hall.lockers)}
    if place.window is not None:
        facts["window"] = place.window
    if place.ticket:
        facts["ticket"] = place.ticket
    if place.booking:
        facts["booking"] = place.booking
    return facts


def sheet_of(request: web.Request, place: Place) -> Sheet:
    """What the print of a request's page depends on."""
    return Sheet(
        langs=languages_of(request),
        path=request.path,
        links={lang: str(request.rel_url.update_query(lang=lang)) for lang in in_use()},
        facts=facts_of(request, place),
        hall=place.hall,
        halls=tuple(running.hall for running in request.app[SERVICES].halls.values()),
        window=place.window,
        acts_as=place.acts_as,
        theme=request.query.get("theme", ""),
    )


def add_pages(app: web.Application, pages: Iterable[Page]) -> None:
    """Adds the routes of all pages and of their static files."""
    listed = tuple(pages)
    app[PRESS] = press_of(listed, {lang: Words(lang) for lang in in_use()})
    app.router.add_get("/static/{room}/{file}", static_file)
    for page in listed:
        app.router.add_get(page.path, page_handler(page), name=f"page-{page.name}")


def page_handler(page: Page) -> Handler:
    """The handler of one page."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            place = await find_place(request, page)
        except NoSuchPlace as gone:
            return render_error(request, STATUS[gone.code], gone.code, gone.facts)
        except MustSignIn:
            raise web.HTTPSeeOther(f"/sign-in?to={quote(request.rel_url.raw_path_qs, safe='/')}") from None
        response = render_page(request, page, place)
        if place.token and page.type == HTML:
            sign_in_visitor(request, response, place.token, place.acts_as)
        return response

    return handle


def render_page(
    request: web.Request, page: Page, place: Place | None = None, status: int = 200, **extra: Any
) -> web.Response:
    """The answer with a page; `extra` are facts for its template alone."""
    body = request.app[PRESS].print(
        f"{page.room}/{page.template}", ("common", *page.sections), sheet_of(request, place or Place()), extra
    )
    return as_html(request, body, status) if page.type == HTML else as_text(body, page.type)


async def find_place(request: web.Request, page: Page) -> Place:
    """Hall, window, ticket and caller of a request. NoSuchPlace or MustSignIn where that fails."""
    auth = request.app[AUTH]
    token = request.match_info.get("token")
    if token is not None:
        return await ticket_place(request, auth, token)
    booking = request.match_info.get("booking")
    if booking is not None:
        return await booking_place(request, auth, booking)
    hall = hall_named(request, request.match_info.get("hall"))
    check_zone(hall, request.query.get("zone"))
    window = window_numbered(hall, request.match_info.get("window"))
    hall_id = hall.id if hall else ""
    if page.role is None:
        acts_as = await auth.page_device(request, page.optional_role, hall_id) if page.optional_role else ""
        return Place(hall=hall, window=window, acts_as=acts_as)
    found = await auth.page_identity(request, page.role, hall_id, window or 0)
    if found is None:
        raise MustSignIn
    return Place(hall=hall, window=window, acts_as=found)


async def ticket_place(request: web.Request, auth: Auth, token: str) -> Place:
    """The place of a ticket's own page."""
    found = await auth.page_ticket(request, token)
    if found is None:
        raise NoSuchPlace("TICKET_COMING" if await _is_coming(request, auth, token) else "NO_SUCH_TICKET", ticket="")
    hall_id, ticket, acts_as = found
    return Place(hall=hall_named(request, hall_id), ticket=ticket, acts_as=acts_as, token=token)


async def booking_place(request: web.Request, auth: Auth, token: str) -> Place:
    """The place of a booking's own page."""
    found = await auth.page_booking(token)
    if found is None:
        raise NoSuchPlace("NO_SUCH_BOOKING")
    hall_id, code, acts_as = found
    return Place(hall=hall_named(request, hall_id), booking=code, acts_as=acts_as, token=token)


async def _is_coming(request: web.Request, auth: Auth, token: str) -> bool:
    """Whether a kiosk may have printed this ticket while it was alone, and has not handed it in yet."""
    try:
        caller = await auth.recognise(token)
    except Refusal:
        return False
    running = request.app[SERVICES].halls.get(caller.hall)
    if caller.role != "visitor" or running is None:
        return False
    live = await running.caught_up()
    return caller.id.startswith(f"{live.day}-")


def hall_named(request: web.Request, hall_id: str | None) -> Hall | None:
    """The hall of that id; None where the page belongs to none."""
    if hall_id is None:
        return None
    found = request.app[SERVICES].halls.get(hall_id)
    if found is None:
        raise NoSuchPlace("NO_SUCH_HALL", hall=hall_id)
    return found.hall


def check_zone(hall: Hall | None, zone: str | None) -> None:
    """A page that is asked for zones (`A` or `A,B`) shows those that there are."""
    for asked in zone.split(",") if hall is not None and zone else ():
        if hall is not None and asked not in hall.zone_by_id:
            raise NoSuchPlace("NO_SUCH_ZONE", zone=asked)


def window_numbered(hall: Hall | None, number: str | None) -> int | None:
    """The window of that number; None where the page belongs to none."""
    if hall is None or number is None:
        return None
    if not re.fullmatch("[0-9]{1,4}", number) or int(number) not in hall.window_by_number:
        raise NoSuchPlace("NO_SUCH_WINDOW", window=number)
    return int(number)


def render_error(
    request: web.Request, status: int, code: str, facts: Mapping[str, object] | None = None
) -> web.Response:
    """A designed page for whatever went wrong; while the store is away it comes back by itself."""
    words = Words(languages_of(request)[0])
    title, detail = words.refusal(code, facts or {})
    retries = status == 503 or code == "TICKET_COMING"
    body = request.app[PRESS].print(
        "look/error.html", ("common",), sheet_of(request, Place()),
        {"status": status, "code": code, "title": title, "detail": detail, "retries": retries},
    )  # fmt: skip
    answer = as_html(request, body, status)
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


def as_html(request: web.Request, body: str, status: int) -> web.Response:
    """A page with its headers; a language chosen by address is remembered."""
    answer = web.Response(text=body, status=status, content_type="text/html", headers=HEADERS)
    answer.enable_compression()  # the texts of a page weigh more than all its modules
    asked = choose_several(request.query.get("lang"))
    if len(asked) == 1:
        answer.set_cookie("lang", asked[0], max_age=KEPT_S, samesite="Lax", path="/")
    return answer


def as_text(body: str, kind: str) -> web.Response:
    """What a page is made of beside itself, printed like a page: looked at again each time."""
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.Response(text=body.strip() + "\n", content_type=kind, charset="utf-8", headers=headers)


async def static_file(request: web.Request) -> web.StreamResponse:
    """One static file: kept for ever by its digest, else checked for changes each time."""
    named, seen = request.query.get("v", ""), request.headers.get("If-None-Match", "")
    accepts = request.headers.get("Accept-Encoding", "")
    found = request.app[PRESS].file(request.match_info["room"], request.match_info["file"], named, seen, accepts)
    if found is None:
        return render_error(request, 404, "NO_SUCH_PAGE", {"path": request.path})
    if found.body is None:
        return web.Response(status=found.status, headers=found.headers)
    return web.Response(body=found.body, content_type=found.type, charset=found.charset, headers=found.headers)
