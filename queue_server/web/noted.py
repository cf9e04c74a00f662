"""What the entrance tells the ledger of a hall: who came in, and who was refused."""

from aiohttp import web

from queue_server.domain.callers import NOBODY, Caller
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.running import RunningHall
from queue_server.web.context import SERVICES
from queue_server.web.destinations import destination
from queue_server.web.endpoint import NO_RIGHT
from queue_server.web.origins import address_of
from queue_server.web.route import HELPERS

FOR_STAFF = frozenset({"hall", "help", "messages", "alarms"})
"""Topics that nobody follows who only visits."""


async def note_sign_in(request: web.Request, caller: Caller, to: str) -> None:
    """Who signed in, for which page, from where. Raises `StoreDown`: who cannot be noted does not come in."""
    services = request.app[SERVICES]
    running = services.halls.get(caller.hall or _hall_of(to))
    if running is not None:
        whence = address_of(request, services.proxies)
        await services.noting.signed_in(Ask(running=running, caller=caller), whence, to.partition("?")[0])


def note_refusal_at_door(request: web.Request, to: str, code: str, caller: Caller = NOBODY) -> None:
    """Who was refused a page of a hall, why, and from where. Without a hall there is no ledger that it belongs to."""
    services = request.app[SERVICES]
    running = services.halls.get(_hall_of(to))
    if running is not None:
        whence, what = address_of(request, services.proxies), f"sign-in {to.partition('?')[0]}"
        services.noting.refused(running, caller, code, what, whence)


def note_refused_stream(request: web.Request, running: RunningHall, caller: Caller, error: Exception) -> None:
    """Who was refused what is told to staff alone. A phone whose ticket is long gone is no matter of the ledger's."""
    if not isinstance(error, Refusal) or error.code not in NO_RIGHT:
        return
    topics = request.query.get("topics", "")
    names = {name.strip().partition(":")[0] for name in topics.split(",")}
    if caller.role in HELPERS or names & FOR_STAFF:
        services = request.app[SERVICES]
        whence, what = address_of(request, services.proxies), f"GET /halls/{{hall}}/events {','.join(sorted(names))}"
        services.noting.refused(running, caller, error.code, what, whence)


def _hall_of(to: str) -> str:
    wanted = destination(to)
    return wanted.hall if wanted else ""
