"""Free slots: what can be booked, and when."""

import re
from datetime import UTC, date, datetime, timedelta

from queue_server.contract import plans
from queue_server.contract.bookings import DATE
from queue_server.domain.calendar import bounds_of_date
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.slots import horizon
from queue_server.flows.slots import SlotWish
from queue_server.web.context import At
from queue_server.web.query import whole
from queue_server.web.route import Answered, Param, Route

EPOCH = datetime.fromtimestamp(0, UTC)
MOST_PLACES = 9
MOST_WINDOWS = 9999
CLOCK = r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
OFFSET = r"(?:[Zz]|[-+ ](?:[01][0-9]|2[0-3]):[0-5][0-9])"
"""A plus that an address does not escape arrives as a blank."""
DAY_OR_MOMENT = re.compile(f"{DATE}(?:{CLOCK}{OFFSET})?")


async def listed(at: At) -> Answered:
    query, hall, now = at.request.query, at.hall.hall, at.services.clock()
    service = query.get("service", "")
    if not service:
        raise Refusal("INVALID", {"field": "service", "problem": "Object missing required field `service`"})
    window = whole(query, "window", MOST_WINDOWS)
    whole(query, "places", MOST_PLACES)
    since = _span_of(hall, query["from"], "from")[0] if "from" in query else now
    until = _span_of(hall, query["to"], "to")[1] if "to" in query else horizon(hall, now)
    if until < since and "from" in query and "to" in query:
        raise Refusal("INVALID", {"field": "to", "problem": "expected no earlier than `from`"})
    wish = SlotWish(service=service, since=since, until=until, window=window)
    return 200, await at.services.slots.search(at.hall, wish, now)


def _span_of(hall: Hall, text: str, field: str) -> tuple[int, int]:
    """The first and the last ms (since the epoch) of a day of the hall, or twice that of a moment."""
    if not DAY_OR_MOMENT.fullmatch(text):
        raise Refusal("INVALID", {"field": field, "problem": "expected a day or a moment"})
    if len(text) == len("2026-12-31"):
        begins, ends = bounds_of_date(hall, date.fromisoformat(text))
        return begins, ends - 1
    moment = datetime.fromisoformat(f"{text[:10]}T{text[11:].upper().replace(' ', '+')}")
    return (ms := (moment - EPOCH) // timedelta(milliseconds=1)), ms


WHEN = {"type": "string", "pattern": f"^{DAY_OR_MOMENT.pattern}$"}
QUERY = (
    Param(name="service", schema={"type": "string", "minLength": 1}, about="The item to be booked", required=True),
    Param(name="from", schema=WHEN, about="A day of the hall, or a moment with its offset; now by default"),
    Param(name="to", schema=WHEN, about="A day, to its end, or a moment; by default the last day that can be booked"),
    Param(
        name="window",
        schema={"type": "integer", "minimum": 1, "maximum": MOST_WINDOWS},
        about="Only at this window, which is booked by its number",
    ),
    Param(
        name="places",
        schema={"type": "integer", "minimum": 1, "maximum": MOST_PLACES},
        about="How many come; changes nothing, `free` says how many may",
    ),
)

ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/slots", handler=listed, query=QUERY, answers={200: plans.Slots},
        refusals=("NO_SUCH_HALL", "NO_SUCH_SERVICE", "NO_SUCH_WINDOW", "INVALID"),
        about="Slots of an item that begin between two times, with their free places; none for what cannot be booked.",
    ),
)  # fmt: skip
