"""What the agent answers on this machine: the pages, the visitor's acts, and the hall as the mirror knows it."""

import io
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import segno
import structlog
from aiohttp import web
from msgspec import Struct

from kiosk.agent import journeys, lockers
from kiosk.agent.arrivals import CheckIn
from kiosk.agent.guard import guard
from kiosk.agent.kiosk import LAST_SLIPS, Kiosk
from kiosk.agent.mirror import MOST_FOUND, Mirror
from kiosk.agent.pages import Pages
from kiosk.agent.problems import Problem, answer_of
from kiosk.agent.taking import TakeTicket
from kiosk.agent.visits import Leave

LARGEST_BODY = 16 * 1024
LONGEST_QUERY = 100
LONGEST_KEY = 128
UNKEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
HALL = "/api/v1/halls/{hall}"

log = structlog.get_logger()
Kind = TypeVar("Kind", bound=Struct)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """A body with nothing in it."""


class AskInterpreter(Struct, frozen=True, forbid_unknown_fields=True):
    """The language that a visitor's interpreter is to speak."""

    language: str


def make_app(kiosk: Kiosk) -> web.Application:
    """The agent's application. It answers this machine's own pages and programs, nobody else."""
    app = web.Application(middlewares=[_problems(kiosk), guard], client_max_size=LARGEST_BODY)
    pages, api = Pages(kiosk), Api(kiosk)
    app.add_routes([
        web.get("/", pages.touch),
        web.get("/kiosk/{hall}", pages.touch),
        web.get("/status", pages.status),
        web.get("/static/{room}/{file}", pages.file),
        web.get("/t/{token}/qr.svg", api.qr),
        web.get("/api/status", api.status),
        web.get("/api/slips", api.slips),
        web.post("/api/tickets", api.take),
        web.post("/api/check-in", api.check_in),
        web.post("/api/tickets/{number}/copy", api.copy),
        web.post("/api/tickets/{number}/unprinted", api.leave),
        web.post("/api/tickets/{number}/interpreter", api.ask_interpreter),
        web.post("/api/help", api.call_help),
        web.post("/api/card/forget", api.forget_card),
        web.post("/api/printer/test", api.print_test),
        web.post("/api/printer/fresh-roll", api.fresh_roll),
        web.get(HALL, api.detail),
        web.get(HALL + "/services", api.services),
        web.get(HALL + "/outlook", api.outlook),
        web.get(HALL + "/path", api.path),
        web.get(HALL + "/interpreters/languages", api.spoken),
        web.get(HALL + "/area", api.area),
        web.post(HALL + "/parcels/collect", api.collect),
        web.get(HALL + "/events", api.events),
    ])  # fmt: skip
    return app


def _problems(kiosk: Kiosk) -> Any:
    """Whatever goes wrong becomes a problem document."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            return answer_of(problem, request, kiosk.timezone)
        except web.HTTPRequestEntityTooLarge:
            return answer_of(Problem("BODY_TOO_LARGE"), request, kiosk.timezone)
        except web.HTTPMethodNotAllowed:
            return answer_of(Problem("METHOD_NOT_ALLOWED"), request, kiosk.timezone)
        except web.HTTPNotFound:
            return answer_of(Problem("NO_SUCH_PAGE"), request, kiosk.timezone)
        except (web.HTTPException, ConnectionResetError):
            raise
        except Exception:
            log.exception("a request failed", path=request.path)
            return answer_of(Problem("INTERNAL"), request, kiosk.timezone)

    return middleware


def as_json(found: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(found), status=status, content_type="application/json", headers=UNKEPT)


async def body_of(request: web.Request, kind: type[Kind]) -> Kind:
    """The body as its struct. Raises `Problem` with the field and what was expected."""
    raw = await request.read()
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        problem, _, field = str(error).rpartition(" - at ")
        raise Problem("INVALID", {"field": field.strip("`$.") or "body", "problem": problem or str(error)}) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem("MALFORMED_JSON", {"problem": str(error)}) from None


class Api:
    """One method for each route. All raise `Problem`."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk

    # ---- the visitor ----

    async def take(self, request: web.Request) -> web.Response:
        asked = await body_of(request, TakeTicket)
        try:
            return as_json(await self._kiosk.visits.take(asked, _key(request)), 201)
        except Problem as problem:
            return answer_of(problem, request, self._kiosk.timezone, asked.language)

    async def check_in(self, request: web.Request) -> web.Response:
        asked = await body_of(request, CheckIn)
        try:
            return as_json(await self._kiosk.visits.check_in(asked, _key(request)), 201)
        except Problem as problem:
            return answer_of(problem, request, self._kiosk.timezone, asked.language)

    async def copy(self, request: web.Request) -> web.Response:
        await body_of(request, Nothing)
        return as_json(await self._kiosk.visits.copy(request.match_info["number"]))

    async def leave(self, request: web.Request) -> web.Response:
        asked = await body_of(request, Leave)
        await self._kiosk.visits.leave(request.match_info["number"], asked.keep)
        return as_json({})

    async def call_help(self, request: web.Request) -> web.Response:
        await body_of(request, Nothing)
        return as_json(await self._kiosk.call_help(_key(request)), 201)

    async def ask_interpreter(self, request: web.Request) -> web.Response:
        asked = await body_of(request, AskInterpreter)
        return as_json(await self._kiosk.ask_interpreter(request.match_info["number"], asked.language, _key(request)))

    async def collect(self, request: web.Request) -> web.Response:
        self._mirror(request)
        asked = await body_of(request, lockers.CollectParcel)
        return as_json(await self._kiosk.collect(asked.code, _key(request)))

    async def forget_card(self, request: web.Request) -> web.Response:
        await body_of(request, Nothing)
        self._kiosk.cards.forget()
        return as_json({})

    async def qr(self, request: web.Request) -> web.Response:
        """For a kiosk without a printer: the ticket's page as a code on the screen."""
        text = f"{self._kiosk.settings.public_url or self._kiosk.who.server}/t/{request.match_info['token']}"
        out = io.BytesIO()
        segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
        return web.Response(body=out.getvalue(), content_type="image/svg+xml", headers=UNKEPT)

    # ---- the staff ----

    async def status(self, _: web.Request) -> web.Response:
        return as_json(self._kiosk.state.document())

    async def slips(self, _: web.Request) -> web.Response:
        return as_json({"slips": self._kiosk.visits.slips(LAST_SLIPS)})

    async def print_test(self, request: web.Request) -> web.Response:
        await body_of(request, Nothing)
        await self._kiosk.print_test()
        return as_json({})

    async def fresh_roll(self, request: web.Request) -> web.Response:
        await body_of(request, Nothing)
        await self._kiosk.fresh_roll()
        return as_json({})

    # ---- the hall, from the mirror ----

    async def detail(self, request: web.Request) -> web.Response:
        return as_json(self._mirror(request).detail_at(self._kiosk.now_ms()))

    async def services(self, request: web.Request) -> web.Response:
        query = request.query
        limit = query.get("limit", str(MOST_FOUND))
        if not (limit.isascii() and limit.isdigit() and len(limit) <= 4 and 1 <= int(limit) <= MOST_FOUND):
            raise Problem("INVALID", {"field": "limit", "problem": f"expected a whole number from 1 to {MOST_FOUND}"})
        text = query.get("q", "")[:LONGEST_QUERY]
        return as_json({"services": self._mirror(request).find(text, query.get("department", ""), int(limit))})

    async def outlook(self, request: web.Request) -> web.Response:
        self._mirror(request)
        ahead = self._kiosk.state.ahead
        if ahead is None:
            raise web.HTTPNotFound
        return as_json(ahead.outlook(self._kiosk.now_ms()))

    async def path(self, request: web.Request) -> web.Response:
        """How a visit would go: the server's own answer."""
        self._mirror(request)
        return as_json(await journeys.preview(self._kiosk.link, request.query_string))

    async def area(self, request: web.Request) -> web.Response:
        """What is open while the hall is shut: the server's own answer."""
        self._mirror(request)
        return as_json(await lockers.area(self._kiosk.link))

    async def spoken(self, request: web.Request) -> web.Response:
        """For which languages an interpreter can be asked: the server's own answer."""
        self._mirror(request)
        return as_json(await self._kiosk.spoken())

    async def events(self, request: web.Request) -> web.StreamResponse:
        first = {"KioskChanged": self._kiosk.state.document()}
        card = self._kiosk.cards.told()
        return await self._kiosk.talk.serve(request, first | ({"CardRead": card} if card else {}))

    def _mirror(self, request: web.Request) -> Mirror:
        mirror = self._kiosk.state.mirror
        if mirror is None:
            raise Problem("NO_HALL")
        if request.match_info["hall"] != mirror.hall.id:
            raise Problem("NO_SUCH_HALL", {"hall": request.match_info["hall"]})
        return mirror


def _key(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isascii():
        raise Problem("INVALID", {"field": "Idempotency-Key", "problem": f"expected at most {LONGEST_KEY} characters"})
    return key
