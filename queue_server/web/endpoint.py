"""From a row of the route table to an aiohttp handler: every check at the edge, in one order, in one place."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import structlog
from aiohttp import web

from queue_server.contract.asks import Nothing
from queue_server.domain.callers import Caller
from queue_server.domain.refusals import Refusal
from queue_server.flows.booking_codes import typed
from queue_server.flows.seals import short_digest
from queue_server.store.asking import StoreDown, StoreFull
from queue_server.web.auth import Auth, check, check_departments, keep_person
from queue_server.web.context import SERVICES, At, language_of
from queue_server.web.errors import problem
from queue_server.web.invalid import invalid, refuse_twice
from queue_server.web.metrics import Metrics
from queue_server.web.route import API, DEVICES, HELPERS, Lines, Route
from queue_server.web.sending import send

LARGEST_BODY = 64 * 1024
UNKEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""An answer is of this moment and for this caller; some hold a token."""
STRANGERS = frozenset({"", "visitor", "admin"})
"""Whose token is no hall's own."""
STAFF = HELPERS
NO_RIGHT = frozenset(
    {"NO_TOKEN", "UNKNOWN_TOKEN", "WRONG_ROLE", "WRONG_HALL", "WRONG_WINDOW", "WRONG_DEPARTMENT", "CROSS_SITE"}
)
KEY = re.compile(r"[\x21-\x7e]{1,128}")

log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode

AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def endpoint(route: Route, auth: Auth, metrics: Metrics) -> AiohttpHandler:
    """The handler of one route. Whatever goes wrong in it becomes a problem document."""
    decode = reader(route.body or Nothing)
    observe = metrics.observer(route.method, route.path)

    async def handle(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        response = await answered(request)
        observe(response.status, time.perf_counter() - began)
        return response

    async def answered(request: web.Request) -> web.StreamResponse:
        at = At(request=request, services=request.app[SERVICES])
        try:
            await prepare(at)
            status, answer = await route.handler(at)
            if route.noted and at.caller.role in STAFF:
                await at.services.noting.read(at.ask, route.noted, at.whence, read_at(request))
        except Exception as error:
            note_refusal(at, route, error)
            return as_problem(request, error)
        if answer is None:
            return web.Response(status=status, headers=UNKEPT)
        if isinstance(answer, Lines):
            return await send(request, status, answer, UNKEPT)
        response = web.Response(body=_encode(answer), status=status, content_type="application/json", headers=UNKEPT)
        if at.proof:
            keep_person(request, response, at.hall.hall.id, at.proof)
        return response

    async def prepare(at: At) -> None:
        request, services = at.request, at.services
        found = request.match_info
        hall = found.get("hall")
        if hall is not None:
            at.running = services.halls.get(hall)
            if at.running is None:
                raise Refusal("NO_SUCH_HALL", {"hall": hall})
        at.caller = await auth.caller(request)
        window = at.window if "window" in found else 0
        booking = typed(found["code"]) or "none" if "code" in found else ""
        check(at.caller, route.roles, hall or at.caller.hall, window, found.get("ticket", ""), booking)
        if request.method != "GET" and at.running and route.roles and not route.departments:
            check_departments(at.caller, at.running.hall, window)
        if request.method != "GET" and hall and at.caller.role not in STRANGERS and at.caller.hall != hall:
            raise Refusal("WRONG_HALL", {"hall": hall})  # what anybody may do is done otherwise for a hall's own desk
        if request.method == "POST" or route.body is not None:
            raw = await read_body(request)
            at.body = decode(raw)
            at.key, at.digest = idempotency(request, at.caller, raw, at.whence)
        if request.method != "GET" and at.running and at.caller.role in DEVICES:
            await services.noting.heard(at.running, at.caller, at.whence)

    return handle


async def read_body(request: web.Request) -> bytes:
    if not request.body_exists:
        return b""
    raw = await request.read()
    if raw and request.content_type != "application/json":
        raise Refusal("WRONG_MEDIA_TYPE", {"media_type": request.content_type, "expected": "application/json"})
    return raw


def reader(kind: type[msgspec.Struct]) -> Callable[[bytes], object]:
    """Reads a body as its struct. Refuses `MALFORMED_JSON`, and `INVALID` with the field and what was expected."""
    decode = msgspec.json.Decoder(kind).decode

    def read(raw: bytes) -> object:
        try:
            found = decode(raw or b"{}")
            if raw:
                refuse_twice(raw)
        except msgspec.ValidationError as error:
            raise invalid(str(error), kind) from None
        except (msgspec.DecodeError, ValueError) as error:
            raise Refusal("MALFORMED_JSON", {"problem": str(error)}) from None
        return found

    return read


def idempotency(request: web.Request, caller: Caller, raw: bytes, whence: str) -> tuple[str, str]:
    """Digests of (caller, key) and of the request, or empty texts without a key.

    Callers without a token are told apart by their address, so that no stranger's key is answered with a ticket.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return "", ""
    if not KEY.fullmatch(key):
        raise Refusal("BAD_IDEMPOTENCY_KEY")
    who = f"{caller.role}:{caller.id}:{caller.window}" if caller.role else f"from:{whence}"
    digest = short_digest(request.method.encode(), request.path.encode(), raw)
    return short_digest(who.encode(), key.encode()), digest


def as_problem(request: web.Request, error: Exception) -> web.Response:
    """Any error as a problem document; only a real fault of this program is 500, and is logged whole.

    Logs name the kind of address, not the address: some hold a token.
    """
    if isinstance(error, Refusal):
        if error.code == "NOBODY_WAITING":
            return web.Response(status=204, headers=UNKEPT)
        return told(request, error.code, error.facts)
    if isinstance(error, StoreDown):
        code = "STORE_FULL" if isinstance(error, StoreFull) else "STORE_DOWN"
        log.warning("store unreachable", code=code, route=kind_of(request), error=str(error))
        return told(request, code)
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return told(request, "BODY_TOO_LARGE", {"most_bytes": LARGEST_BODY})
    if isinstance(error, web.HTTPException):
        raise error
    if isinstance(error, web.RequestPayloadError):
        return told(request, "MALFORMED_JSON")
    log.error("internal error", route=kind_of(request), exc_info=error)
    return told(request, "INTERNAL")


def told(
    request: web.Request, code: str, facts: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    """A problem in the language, and on the clock, of whoever asked."""
    running = request.app[SERVICES].halls.get(request.match_info.get("hall", ""))
    timezone = running.hall.timezone if running else "UTC"
    return problem(code, facts or {}, request.rel_url.raw_path, language_of(request), timezone, headers)


def read_at(request: web.Request) -> str:
    """What was read, as its address says it; the pages of one list are one reading."""
    return request.rel_url.without_query_params("after", "limit").raw_path_qs.removeprefix(API)


def note_refusal(at: At, route: Route, error: Exception) -> None:
    """The ledger of a hall has who was refused what only its staff may do."""
    if not isinstance(error, Refusal) or error.code not in NO_RIGHT or at.running is None:
        return
    for_staff = bool(route.roles) and "visitor" not in route.roles
    if for_staff or at.caller.role in STAFF:
        at.services.noting.refused(at.running, at.caller, error.code, f"{route.method} {route.path}", at.whence)


def kind_of(request: web.Request) -> str:
    """The address as the routes name it, as in `/t/{token}`."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
